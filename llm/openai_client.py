"""The connection to OpenAI, Azure OpenAI or a compatible server, with its faults told in our own errors."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import openai

from llm.errors import BadAnswerError, ModelBusyError, ModelError, ModelRefusedError, ModelUnreachableError

OPENAI_URL = "https://api.openai.com/v1"
LONGEST_WISH = 3600.0
"""However long the server asks us to stay away, we look again after this many seconds."""

_PASSING_STATUSES = {408, 409, 425}


@dataclass(frozen=True)
class Connection:
    """Where the server is and what opens it."""

    key: str | None = None
    base_url: str | None = None
    azure_endpoint: str | None = None
    azure_version: str = "2024-02-01"


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
    url = connection.base_url or OPENAI_URL
    return openai.OpenAI(api_key=key, base_url=url, max_retries=0)


@contextmanager
def own_errors() -> Iterator[None]:
    """Turn the package's errors into ours."""
    try:
        yield
    except openai.APIStatusError as error:
        raise _for_status(error) from error
    except openai.APIConnectionError as error:
        raise ModelUnreachableError(str(error)) from error
    except openai.OpenAIError as error:
        raise BadAnswerError(str(error)) from error


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


def _for_status(error: openai.APIStatusError) -> ModelError:
    status, wait = error.status_code, retry_after(error.response.headers, datetime.now(UTC))
    if status == 429 and error.code != "insufficient_quota":
        return ModelBusyError(error.message[:300], retry_after=wait)
    if status >= 500 or status in _PASSING_STATUSES:
        return ModelUnreachableError(error.message[:300], retry_after=wait)
    return ModelRefusedError(error.message[:300])
