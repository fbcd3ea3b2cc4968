"""The connection to OpenAI, Azure OpenAI or a compatible server, with its faults told in our own errors."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

import httpx2
import openai

from llm.connection import Connection
from llm.errors import (
    BadAnswerError,
    ModelBusyError,
    ModelError,
    ModelRefusedError,
    ModelUnreachableError,
    PromptTooLongError,
)

__all__ = ["LONGEST_WISH", "Connection", "connect", "own_errors", "retry_after", "shared_client"]
LONGEST_WISH = 3600.0
"""However long the server asks us to stay away, we look again after this many seconds."""
LONGEST_DETAIL = 300

_PASSING_STATUSES = {408, 409, 425}
_TOO_LONG = {"context_length_exceeded", "string_above_max_length", "exceed_context_size_error"}


@lru_cache(maxsize=16)
def shared_client(connection: Connection) -> openai.OpenAI:
    """Give the client of a server, one for each process: its connections are used again."""
    return connect(connection)


def connect(connection: Connection) -> openai.OpenAI:
    """Build the client; its own retries are off, ours have an end and tell the job engine when to come back."""
    key = connection.key or "none"  # servers like Ollama need no key, the package insists on one
    if not (key.isascii() and key.isprintable()):
        raise ModelRefusedError("the key holds characters that no header can carry")
    if connection.azure_endpoint:
        return openai.AzureOpenAI(
            api_key=key,
            azure_endpoint=connection.azure_endpoint,
            api_version=connection.azure_version,
            max_retries=0,
        )
    return openai.OpenAI(api_key=key, base_url=connection.url, max_retries=0)


@contextmanager
def own_errors(secret: str | None = None) -> Iterator[None]:
    """Turn the package's errors into ours; what they say is cut short and never holds the key.

    The cause is not chained: its text would bring the key back into the log.
    """
    try:
        yield
    except openai.APIStatusError as error:
        raise _for_status(error, secret) from None
    except (openai.APIConnectionError, httpx2.TransportError) as error:
        raise ModelUnreachableError(_told(f"{error} {error.__cause__ or ''}", secret)) from None
    except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError) as error:
        raise BadAnswerError(_told(str(error), secret)) from None


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read how many seconds the server asks us to wait."""
    seconds = _seconds(headers.get("retry-after", "").strip(), now)
    return None if math.isnan(seconds) else min(max(0.0, seconds), LONGEST_WISH)


def _seconds(value: str, now: datetime) -> float:
    try:
        return float(value)
    except ValueError:
        pass
    try:
        return (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError):  # no date, or one without a zone
        return math.nan


def _for_status(error: openai.APIStatusError, secret: str | None) -> ModelError:
    status, wait = error.status_code, retry_after(error.response.headers, datetime.now(UTC))
    detail = _told(error.message, secret)
    if status == 429 and error.code != "insufficient_quota":
        return ModelBusyError(detail, retry_after=wait)
    if status >= 500 or status in _PASSING_STATUSES:
        return ModelUnreachableError(detail, retry_after=wait)
    if {error.code, error.type} & _TOO_LONG:
        return PromptTooLongError(detail)
    return ModelRefusedError(detail)


def _told(text: str, secret: str | None) -> str:
    return (text.replace(secret, "[key]") if secret else text).strip()[:LONGEST_DETAIL]
