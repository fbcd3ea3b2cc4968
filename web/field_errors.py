"""What is wrong with which field, in the reader's language."""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError

SENTENCES: dict[str, LazyString] = {
    "missing": _l("This field is required."),
    "extra_forbidden": _l("There is no such field."),
    "json_invalid": _l("This is not valid JSON."),
    "json_type": _l("This must be JSON text."),
    "string_type": _l("This must be a text."),
    "string_too_short": _l("Write at least %(min_length)s characters."),
    "string_too_long": _l("Write at most %(max_length)s characters."),
    "string_pattern_mismatch": _l("This text holds characters that are not allowed."),
    "int_type": _l("This must be a whole number."),
    "int_parsing": _l("This must be a whole number."),
    "int_from_float": _l("This must be a whole number."),
    "greater_than_equal": _l("This must be at least %(ge)s."),
    "less_than_equal": _l("This must be at most %(le)s."),
    "literal_error": _l("This must be one of: %(expected)s."),
    "uuid_parsing": _l("This must be a UUID."),
    "uuid_type": _l("This must be a UUID."),
    "datetime_parsing": _l("This must be an ISO 8601 time."),
    "datetime_from_date_parsing": _l("This must be an ISO 8601 time."),
    "timezone_aware": _l("This time needs its zone offset."),
    "dict_type": _l("This must be a JSON object."),
    "model_type": _l("This must be a JSON object."),
    "one_of_two": _l("Give either a value or a text."),
    "float_type": _l("This must be a number."),
    "float_parsing": _l("This must be a number."),
    "finite_number": _l("This must be a number."),
    "list_type": _l("This must be a list."),
    "number": _l("This must be a number, such as 1234.5 or “1,234.5”."),
    "currency_code": _l("This must be a currency code of three capital letters, such as JPY."),
    "one_session": _l("Send exactly one session."),
    "time_order": _l("This lies before the beginning."),
    "url_invalid": _l("This must be an http(s) URL without a name or password in it."),
    "nothing_given": _l("Send at least one of video, video_url, screenshots, screenshot_urls, sales or analysis."),
    "event_unknown": _l("There is no such event."),
    "file_empty": _l("The file is empty."),
    "too_long": _l("Send at most %(max_length)s of these."),
    "is_instance_of": _l("Send exactly one file here."),
}
OTHER = _l("This value is not valid.")


def field_errors(error: ValidationError) -> list[dict[str, str]]:
    """List the wrong fields as path, stable code and sentence."""
    return [_field_error(found) for found in error.errors(include_url=False, include_input=False)]


def _field_error(found: Any) -> dict[str, str]:
    path = ".".join(str(part) for part in found["loc"]) or "body"
    sentence = str(SENTENCES.get(found["type"], OTHER))
    message = sentence % found.get("ctx", {}) if "%(" in sentence else sentence
    return {"field": path, "code": found["type"], "message": message}
