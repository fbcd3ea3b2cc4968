"""Japanese and English: `?lang=`, then the cookie, then Accept-Language. Messages are English, translations are .po."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, Domain, get_locale

LANGUAGES = ("ja", "en")
COOKIE = "lang"
YEAR = 365 * 24 * 3600
FOLDER = Path(__file__).parent / "translations"


class PoDomain(Domain):  # type: ignore[misc]  # flask-babel has no types
    """Translations straight from the .po files, so that no compiled file has to be built, shipped or kept in step."""

    def get_translations(self) -> NullTranslations:
        """Give the translations of the current language."""
        return catalogue(str(get_locale()))


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> NullTranslations:
    """Read the translations of a language; English is the language of the messages themselves."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Translations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def chosen() -> str:
    """Choose the language of this request."""
    if not has_request_context():
        return "en"
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    return request.accept_languages.best_match(LANGUAGES) or "ja"


def register(app: Flask) -> None:
    """Set up translation, and remember a language that was chosen by link."""
    babel = Babel(app, locale_selector=chosen)
    babel.domain_instance = PoDomain()
    app.jinja_env.globals["language"] = chosen
    app.after_request(_mark)


def _mark(response: Response) -> Response:
    if response.mimetype in {"text/html", "application/problem+json"}:
        response.headers["Content-Language"] = chosen()
        response.vary.update(("Accept-Language", "Cookie"))
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, request.args["lang"], max_age=YEAR, samesite="Lax", secure=request.is_secure)
    return response
