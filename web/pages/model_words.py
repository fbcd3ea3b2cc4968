"""Codes of models, providers and breakers in words, and money as it is read."""

from flask_babel import LazyString, format_currency, format_decimal
from flask_babel import lazy_gettext as _l

PURPOSE: dict[str, LazyString] = {
    "chat": _l("Writing and answering"),
    "vision": _l("Looking at pictures"),
    "speech": _l("Writing down speech"),
    "embedding": _l("Search by meaning"),
}
HINT: dict[str, LazyString] = {
    "chat": _l("Writes reports and answers from the evidence."),
    "chat_none": _l("Reports and answers are put together from facts and cited passages, without a language model."),
    "vision": _l("Looks at scenes and screenshots that text recognition can't read."),
    "vision_none": _l("Only text recognition reads pictures."),
    "speech": _l("Writes down what is said in videos."),
    "speech_none": _l("No remote model writes down what is said."),
    "embedding": _l("Makes the vectors that search compares; changed with scripts.reembed."),
}
STATE: dict[str, LazyString] = {
    "ready": _l("In use"),
    "embedded": _l("Built in"),
    "none": _l("Not used"),
    "no_server": _l("No server is set"),
}
PROVIDER: dict[str, LazyString] = {
    "openai": _l("OpenAI"),
    "azure": _l("Azure OpenAI"),
    "compatible": _l("Compatible server"),
}
BREAKER: dict[str, LazyString] = {
    "closed": _l("Well"),
    "open": _l("Left alone after faults"),
    "half_open": _l("Being tried again"),
}
TABLES = {"purpose": PURPOSE, "hint": HINT, "state": STATE, "provider": PROVIDER, "breaker": BREAKER}


def model_word(table: str, code: str) -> str:
    """Say a code in words; an unknown one is shown as it is."""
    return str(TABLES[table].get(code, code))


def money(amount: float, currency: str) -> str:
    """Say an amount; small ones with the digits that tell them from nothing."""
    if 0 < amount < 1:
        return str(format_currency(amount, currency, format="¤#,##0.00####", currency_digits=False))
    return str(format_currency(amount, currency))


def count(number: int) -> str:
    """Say a count."""
    return str(format_decimal(number))
