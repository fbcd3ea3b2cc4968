"""Ask a provider which models it has."""

from typing import Annotated

import msgspec

from llm import wire
from llm.connection import Provider
from llm.errors import BadAnswerError
from llm.retries import Patience, patiently

MOST = 500
ONCE = Patience(attempts=1, timeout=4.0)
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class _Item(msgspec.Struct):
    id: _Name


class _Body(msgspec.Struct):
    data: list[_Item]


def models(provider: Provider, patience: Patience = ONCE) -> list[str]:
    """List the names of a provider's models in order; at Azure those of the resource, not its deployments."""
    return patiently(lambda: _read(_request(provider, patience.timeout)), patience)


def _request(provider: Provider, seconds: float) -> bytes:
    from llm.openai_client import own_errors, shared_client

    connection = provider.connection
    with own_errors(connection.key):
        listing = shared_client(connection).models.with_streaming_response
        with listing.list(timeout=seconds) as response:
            return wire.whole(response.iter_bytes(), wire.Deadline(seconds))


def _read(body: bytes) -> list[str]:
    try:
        found = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadAnswerError(str(error)) from None
    return sorted({item.id for item in found.data if item.id.isprintable()})[:MOST]
