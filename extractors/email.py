"""E-mail (.eml): the header lines that people read, the body as text, and the attachments through the same table."""

import tempfile
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage, Message, MIMEPart
from email.parser import BytesParser
from pathlib import Path

from extractors import media_type
from extractors.encodings import decode
from extractors.html import read_html
from extractors.inner import InnerFiles
from extractors.language import language_of
from extractors.model import Block, DocumentInfo, Page, Part
from extractors.options import MAX_DEPTH, Options
from extractors.parts import parts

MAX_ATTACHMENTS = 50
MAX_BYTES = 256 << 20
_SHOWN = ("From", "To", "Cc", "Date")


def extract(path: Path, options: Options) -> Iterator[Part]:
    """Read the message, then each attachment; `pages` counts the message's own parts."""
    with path.open("rb") as file:
        message = BytesParser(policy=policy.default).parsebytes(file.read(MAX_BYTES))
    subject = _header(message, "Subject") or None
    blocks = [*_head(message, subject), *_body(message)]
    pages = list(parts(blocks))
    yield DocumentInfo(media_type.EMAIL, subject, language_of(" ".join(b.text for b in blocks[:100])), len(pages))
    yield from pages
    if options.depth < MAX_DEPTH:
        yield from _attachments(message, InnerFiles(len(pages) + 1), options)


def _head(message: EmailMessage, subject: str | None) -> Iterator[Block]:
    if subject:
        yield Block("heading", subject, level=1)
    lines = [f"{name}: {value}" for name in _SHOWN if (value := _header(message, name))]
    if lines:
        yield Block("note", "\n".join(lines))


def _header(message: EmailMessage, name: str) -> str:
    """Return a header's text; a malformed one is left out rather than the whole message lost."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""


def _body(message: EmailMessage) -> list[Block]:
    body = message.get_body(("plain", "html"))
    if body is None:
        return []
    text = _text(body)
    if body.get_content_type() == "text/html":
        return read_html(text)[1]
    return [Block("paragraph", text.strip())] if text.strip() else []


def _text(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    raw = data if isinstance(data, bytes) else b""
    charset = part.get_content_charset() or ""
    try:
        return raw.decode("cp932" if charset in ("shift_jis", "x-sjis") else charset)
    except (LookupError, UnicodeDecodeError):
        return decode(raw).text


def _attachments(message: EmailMessage, inner: InnerFiles, options: Options) -> Iterator[Page]:
    for number, part in enumerate(message.iter_attachments(), 1):
        name = part.get_filename() or f"attachment-{number}"
        if number > MAX_ATTACHMENTS:
            yield inner.skipped(name, "too many attachments")
            return
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "attachment"
            target.write_bytes(_bytes(part))
            yield from inner.pages(target, name, options)


def _bytes(part: MIMEPart) -> bytes:
    if part.get_content_type() == "message/rfc822":
        wrapped = part.get_payload()
        return wrapped[0].as_bytes() if isinstance(wrapped, list) and isinstance(wrapped[0], Message) else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
