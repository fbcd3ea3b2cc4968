"""Tell what a file is by its content; its name only decides between kinds of text."""

import csv
import re
import struct
import zipfile
import zlib
from pathlib import Path, PurePath

from extractors.encodings import decode, looks_binary
from extractors.zip_safety import has_small_directory

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
EMAIL = "message/rfc822"
HTML = "text/html"
MARKDOWN = "text/markdown"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"

_SAMPLE = 65_536
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (0, b"\xffO\xffQ", "image/jp2"),
    (0, b"\x01\xda", "image/sgi"),
    (0, b"\x1aE\xdf\xa3", "video/x-matroska"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
)
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
}
_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip")
_OOXML = ((b"wordprocessingml", WORD), (b"spreadsheetml", EXCEL), (b"presentationml", SLIDES))
_NAMES = {
    ".csv": CSV,
    ".tsv": TSV,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": TEXT,
    ".text": TEXT,
    ".log": TEXT,
    ".html": HTML,
    ".htm": HTML,
    ".eml": EMAIL,
}
_HTML_START = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_TAG = re.compile(r"<(?:p|div|table|h[1-6]|ul|ol|a|span|br|meta)\b[^<>]*+>", re.I)
_HEADER = re.compile(
    r"^(received|from|to|date|subject|message-id|mime-version|return-path|content-type|delivered-to|x-[\w-]+):", re.I
)
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|[ \t]*[-*] \[|!?\[[^\]\n]+\]\([^)\n]+\)|\|[ \t]*:?-{3,})", re.M)
_DECLARED = re.compile(rb"application/(?:epub\+zip|vnd\.[\w.+-]+)")
"""What a ZIP may call itself (EPUB, OpenDocument and their like); the word goes into a database and into headers."""
_UNREADABLE = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    zlib.error,
    struct.error,
)


def detect(path: Path, filename: str) -> str:
    """Return the media type of the file; `filename` is the name its owner gave it."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if not head:
        return EMPTY
    return _binary(head, path) or _text(head, filename)


def is_media(media_type: str) -> bool:
    """Tell whether this is a picture, a video or a sound."""
    return media_type.startswith(("image/", "video/", "audio/"))


def _binary(head: bytes, path: Path) -> str | None:
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(path)
    for offset, magic, media_type in _MAGIC:
        if head.startswith(magic, offset):
            return "video/webm" if media_type == "video/x-matroska" and b"webm" in head[:64] else media_type
    return _container(head)


def _container(head: bytes) -> str | None:
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[4:8] in _ATOMS:
        return "video/quicktime"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if len(head) > 4 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 not in (0, 0xF0):
        return "audio/mpeg"
    return None


def _zip(path: Path) -> str:
    if not has_small_directory(path):
        return ZIP
    try:
        with zipfile.ZipFile(path) as archive:
            return _office(_member(archive, "[Content_Types].xml", 1 << 20)) or _declared(archive)
    except _UNREADABLE:
        return ZIP


def _member(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    """Return the beginning of a member; nothing when there is none or it is packed in a way that needs much memory."""
    entry = archive.NameToInfo.get(name)
    if entry is None or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return b""
    with archive.open(entry) as part:
        return part.read(size)


def _declared(archive: zipfile.ZipFile) -> str:
    said = _member(archive, "mimetype", 100).strip()
    return said.decode() if _DECLARED.fullmatch(said) else ZIP


def _office(content_types: bytes) -> str | None:
    for start in re.finditer(rb'ContentType="([^"]+\.main\+xml)"', content_types):
        for word, media_type in _OOXML:
            if word in start.group(1):
                return media_type
    lowered = content_types.lower()
    for part, media_type in ((b"/word/", WORD), (b"/xl/", EXCEL), (b"/ppt/", SLIDES)):
        if part in lowered and b"main+xml" in lowered:
            return media_type
    return None


def _text(head: bytes, filename: str) -> str:
    if looks_binary(head):
        return UNKNOWN
    text = decode(head).text
    if _HTML_START.match(text):
        return HTML
    return _by_name(text, PurePath(filename).suffix.lower()) or _by_look(text)


def _by_name(text: str, suffix: str) -> str | None:
    """Believe the name where the content does not contradict it."""
    named = _NAMES.get(suffix)
    if named == HTML and not _TAG.search(text):
        return None
    if named == EMAIL and not _is_email(text):
        return None
    return named


def _by_look(text: str) -> str:
    if _is_email(text):
        return EMAIL
    if len(_TAG.findall(text)) >= 5:
        return HTML
    if len(_MARKDOWN.findall(text)) >= 2:
        return MARKDOWN
    return _separated(text) or TEXT


def _is_email(text: str) -> bool:
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    lines = [line for line in head.splitlines() if line and not line[0].isspace()]
    return len(lines) >= 2 and sum(bool(_HEADER.match(line)) for line in lines) >= max(2, len(lines) * 0.6)


def _separated(text: str) -> str | None:
    """Recognise a table by its separators: at least three lines of the same number of cells."""
    lines = text.splitlines()[:50]
    for separator, media_type in (("\t", TSV), (",", CSV)):
        widths = {len(row) for row in csv.reader(lines, delimiter=separator) if row}
        if len(lines) >= 3 and len(widths) == 1 and widths.pop() >= 2:
            return media_type
    return None
