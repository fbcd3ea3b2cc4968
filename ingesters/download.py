"""Fetching a file from a URL that a partner has named: bounded, checked on each hop, resumed where it broke off."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote, urljoin, urlsplit

import httpcore2
import structlog

from ingesters.addresses import AddressForbidden, Guard, Resolver
from ingesters.errors import IngestError, PassingFault

log = structlog.get_logger(__name__)
MAX_REDIRECTS = 5
LONGEST_URL = 4096
TRIES = 5
_PAUSE_SECONDS = 0.5
_MOVED = {301, 302, 303, 307, 308}
_PASSING = {408, 425, 429, 500, 502, 503, 504}


class Sink(Protocol):
    """Takes the bytes in order."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""


@dataclass(frozen=True)
class Bounds:
    """How much and how long: `bytes` of one file, `seconds` for all of it, `silence` seconds without a byte."""

    bytes: int
    seconds: float = 3600.0
    silence: float = 30.0


@dataclass(frozen=True)
class Fetched:
    """What came: where it was in the end, its name and its size."""

    url: str
    filename: str
    bytes: int


@dataclass
class _Progress:
    """How far a download has come, over all its tries."""

    deadline: float
    bytes: int = 0
    mark: str | None = None
    tries: int = 0
    headers: dict[str, str] = field(default_factory=dict)


class Downloader:
    """Fetches files with GET, following at most five redirects; it keeps no connection between files."""

    def __init__(self, allowed: Iterable[str] = (), resolver: Resolver | None = None) -> None:
        """Allow private hosts or networks by name; `resolver` replaces the system's."""
        self._guard = Guard(allowed, resolver)

    def fetch(self, url: str, sink: Sink, bounds: Bounds) -> Fetched:
        """Write the file into the sink. Raise IngestError, or PassingFault when trying again later is right."""
        progress = _Progress(time.monotonic() + bounds.seconds)
        while True:
            try:
                return self._try(url, sink, bounds, progress)
            except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError) as error:
                progress.tries += 1
                log.info("download interrupted", bytes=progress.bytes, tries=progress.tries, error=type(error).__name__)
                if progress.tries >= TRIES or time.monotonic() > progress.deadline:
                    raise _away() from error
                time.sleep(_PAUSE_SECONDS * progress.tries)

    def _try(self, url: str, sink: Sink, bounds: Bounds, progress: _Progress) -> Fetched:
        """Ask for what is still missing; a server that can't give a part is only asked for the whole once."""
        for _ in range(MAX_REDIRECTS + 1):
            with self._answer(url, bounds, progress) as answer:
                headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
                if answer.status in _MOVED and "location" in headers:
                    url = urljoin(url, headers["location"])
                    continue
                _check_status(answer.status, headers, progress)
                _take(answer.iter_stream(), headers, sink, bounds, progress)
                return Fetched(url, _filename(url, headers), progress.bytes)
        raise IngestError(
            "url_redirects",
            "転送の回数が多すぎます。直接のURLを指定してください。",
            "The URL is redirected too often; give the direct one.",
        )

    @contextmanager
    def _answer(self, url: str, bounds: Bounds, progress: _Progress) -> Iterator[httpcore2.Response]:
        checked(url)
        headers: dict[bytes | str, bytes | str] = {"Host": urlsplit(url).netloc, "Accept-Encoding": "identity"}
        if progress.bytes and progress.mark:
            headers |= {"Range": f"bytes={progress.bytes}-", "If-Range": progress.mark}
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), bounds.silence)
        with httpcore2.ConnectionPool(network_backend=self._guard) as pool:
            try:
                with pool.stream("GET", url, headers=headers, extensions={"timeout": timeout}) as answer:
                    yield answer
            except AddressForbidden:
                raise IngestError(
                    "url_forbidden",
                    "このURLのアドレスには接続できません。公開されているURLを指定するか、管理者に許可を依頼してください。",
                    "That URL leads to an address we do not connect to; give a public one or ask an admin to allow it.",
                ) from None


def checked(url: str) -> str:
    """Give the URL back if it is one that can be fetched: http(s), a host, no name or password inside."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not (sound and plain) or parts.username:
        raise IngestError(
            "url_invalid",
            "http(s)のURLを指定してください（ユーザー名・パスワードは含めない）。",
            "Give an http(s) URL without a name or password in it.",
        )
    return url


def _check_status(status: int, headers: dict[str, str], progress: _Progress) -> None:
    if status == 206 and progress.bytes:
        start = headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
        if start != str(progress.bytes):
            raise _changed()
        return
    if status == 200:
        if progress.bytes:
            raise _changed()
        progress.mark = headers.get("etag") if not headers.get("etag", "W/").startswith("W/") else None
        return
    if status in _PASSING:
        raise _away(headers.get("retry-after"))
    raise IngestError(
        "url_refused",
        f"URLのサーバーが状態 {status} を返しました。URLと期限を確認してください。",
        f"The URL's server answered {status}; check the URL and whether it has expired.",
    )


def _take(chunks: Iterable[bytes], headers: dict[str, str], sink: Sink, bounds: Bounds, progress: _Progress) -> None:
    said = headers.get("content-length", "")
    total = progress.bytes + int(said) if said.isdecimal() else None
    if (total or 0) > bounds.bytes:
        raise _too_big(bounds)
    for chunk in chunks:
        progress.bytes += len(chunk)
        if progress.bytes > bounds.bytes:
            raise _too_big(bounds)
        if time.monotonic() > progress.deadline:
            raise _away()
        sink.write(chunk)
    if total is not None and progress.bytes < total:
        raise httpcore2.RemoteProtocolError("cut short")


def _filename(url: str, headers: dict[str, str]) -> str:
    """Take the name the server gives the file, otherwise the last part of the path."""
    for part in headers.get("content-disposition", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name.lower() == "filename*":
            return unquote(value.strip('"').rpartition("'")[2])
        if name.lower() == "filename":
            return value.strip('"')
    return unquote(urlsplit(url).path.rpartition("/")[2])


def _too_big(bounds: Bounds) -> IngestError:
    size = f"{bounds.bytes / 2**20:,.0f} MiB"
    return IngestError(
        "file_too_large", f"ファイルが上限（{size}）を超えています。", f"The file is larger than the limit of {size}."
    )


def _changed() -> IngestError:
    return PassingFault(
        "url_changed",
        "取得中にURLの内容が変わったため、最初からやり直します。",
        "The file behind the URL changed while it was fetched, so it is fetched again from the start.",
    )


def _away(retry_after: str | None = None) -> PassingFault:
    seconds = float(retry_after) if retry_after and retry_after.isdecimal() else None
    return PassingFault(
        "url_unreachable",
        "URLのサーバーから取得できませんでした。自動的に再試行します。",
        "The file could not be fetched from the URL's server; it is tried again by itself.",
        retry_after=seconds,
    )
