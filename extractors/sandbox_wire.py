"""What goes through the pipes between the sandbox and its child: length-prefixed MessagePack, never pickle."""

import struct
from typing import Any, BinaryIO

import msgspec

from extractors.model import DocumentInfo, Page
from extractors.screenshot_model import ScreenshotRead

PARTS: tuple[type, ...] = (DocumentInfo, Page, ScreenshotRead)
"""The types a stream may yield; a frame's tag is the position in this row. A new kind of part is one name more."""

Part = DocumentInfo | Page | ScreenshotRead

END, ERROR, REQUEST = 200, 201, 202
MAX_FRAME = 256 << 20
HEADER = struct.Struct("!BI")

Params = dict[str, str | int | bool]


class Request(msgspec.Struct, frozen=True):
    """One file to read: the stream's name, the path, and its parameters."""

    name: str
    path: str
    params: Params
    cpu_seconds: int


class Failure(msgspec.Struct, frozen=True):
    """An ExtractionError on its way to the parent."""

    error: str
    detail: str


class Done(msgspec.Struct, frozen=True):
    """The end of a stream, with the child's size."""

    rss_bytes: int


_TYPES: dict[int, type] = {**dict(enumerate(PARTS)), END: Done, ERROR: Failure, REQUEST: Request}
_TAGS = {type_: tag for tag, type_ in _TYPES.items()}
_DECODERS: dict[int, msgspec.msgpack.Decoder[Any]] = {
    tag: msgspec.msgpack.Decoder(type_) for tag, type_ in _TYPES.items()
}
_ENCODER = msgspec.msgpack.Encoder()


def encode(message: object) -> bytes:
    """Return a message as one frame."""
    body = _ENCODER.encode(message)
    return HEADER.pack(_TAGS[type(message)], len(body)) + body


def decode(tag: int, body: bytes | bytearray | memoryview) -> Any:
    """Return a frame's message, checked against its type; raise ValueError when it isn't one."""
    if tag not in _DECODERS:
        raise ValueError(f"unknown frame {tag}")
    return _DECODERS[tag].decode(body)


def read_request(source: BinaryIO) -> Request | None:
    """Wait for the next request; None when the parent has gone."""
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    tag, length = HEADER.unpack(header)
    request = decode(tag, source.read(length))
    return request if isinstance(request, Request) else None
