"""Where past analyses lie: a folder, a container of Azure Blob Storage, or another system's API.

Records come in one order with positions in it, so that a run goes on where another one was cut off.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import httpcore2
from pydantic_core import from_json

from db.azure_source import AzureFiles
from ingesters import download
from ingesters.addresses import AddressForbidden, Guard
from ingesters.backfill_shape import NotAnAnalysis, documents
from ingesters.deadline import Deadline

VIDEOS = frozenset({".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v"})
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".heic"})
JSON_ENDS = (".json", ".jsonl", ".ndjson")
PIECE = 1024 * 1024
LARGEST_JSON = 256 * 1024 * 1024
PAGE_SECONDS, PAGE_BYTES = 60.0, 64 * 1024 * 1024


@dataclass(frozen=True)
class Found:
    """A record: where it stands in the order, what it is called, its JSON value or why there is none, and its age."""

    position: str
    name: str
    document: Any
    fault: str | None = None
    changed_at: datetime | None = None


class Files(Protocol):
    """Files that have names."""

    def listing(self) -> "Iterator[tuple[str, datetime, int]]":
        """List all names with the time of their last change and their size, in order."""

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file; raise FileNotFoundError."""


class Source(Protocol):
    """A place that past analyses come from."""

    name: str

    def count(self) -> int | None:
        """Count the files that will be read; None where nobody knows before."""

    def records(self, after: str) -> Iterator[Found]:
        """Give all records behind a position, in order."""

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file that belongs to a record; raise FileNotFoundError."""

    def beside(self, name: str, /) -> tuple[str | None, tuple[str, ...]]:
        """Name the video and the pictures that lie beside a record under its name."""


class Folder:
    """A folder with everything below it."""

    def __init__(self, root: Path) -> None:
        """Point at a folder."""
        self.root = root.resolve()

    def listing(self) -> Iterator[tuple[str, datetime, int]]:
        """List all files by their path below the folder."""
        found = [Path(at) / name for at, _, names in os.walk(self.root) for name in names]
        for path in sorted(found, key=lambda one: one.relative_to(self.root).as_posix()):
            about = path.stat()
            yield path.relative_to(self.root).as_posix(), datetime.fromtimestamp(about.st_mtime, UTC), about.st_size

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file below the folder; a name that leads out of it is as good as missing."""
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root) or not path.is_file():
            raise FileNotFoundError(name)
        with path.open("rb") as source:
            while piece := source.read(PIECE):
                yield piece


class Container:
    """The files under a prefix of a container."""

    def __init__(self, files: AzureFiles) -> None:
        """Take the container."""
        self._files = files

    def listing(self) -> Iterator[tuple[str, datetime, int]]:
        """List all files by name."""
        return ((one.name, one.changed_at, one.bytes) for one in self._files.listing())

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file."""
        return self._files.pieces(name)


class FileSource:
    """Records out of JSON files, with videos and pictures lying beside them."""

    def __init__(self, name: str, files: Files) -> None:
        """Name the source; the name is what its cursor is kept under."""
        self.name, self._files = name, files

    @cached_property
    def _listed(self) -> dict[str, tuple[datetime, int]]:
        return {name: (changed, size) for name, changed, size in self._files.listing()}

    def count(self) -> int | None:
        """Count the JSON files."""
        return sum(name.lower().endswith(JSON_ENDS) for name in self._listed)

    def records(self, after: str) -> Iterator[Found]:
        """Give the records file by file."""
        last = _place(after)
        for name in sorted(name for name in self._listed if name.lower().endswith(JSON_ENDS)):
            if last is None or name >= last[0]:
                yield from (found for found in self._of_file(name) if last is None or _place(found.position) > last)  # type: ignore[operator]

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file that belongs to a record."""
        return self._files.pieces(name)

    def beside(self, name: str) -> tuple[str | None, tuple[str, ...]]:
        """Find files of the same name with another ending, pictures also with a number behind it."""
        stem = name.rpartition("#")[0].rpartition(".")[0]
        near = self._by_stem.get(stem, [])
        video = next((one for one in near if Path(one).suffix.lower() in VIDEOS), None)
        return video, tuple(one for one in near if Path(one).suffix.lower() in PICTURES)

    @cached_property
    def _by_stem(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in sorted(self._listed):
            stem, ending = os.path.splitext(name)
            if ending.lower() in VIDEOS | PICTURES:
                found.setdefault(stem, []).append(name)
                if (bare := re.sub(r"[-_]\d{1,3}$", "", stem)) != stem:
                    found.setdefault(bare, []).append(name)
        return found

    def _of_file(self, name: str) -> Iterator[Found]:
        changed, size = self._listed[name]
        try:
            if size > LARGEST_JSON:
                raise NotAnAnalysis(f"{size} bytes are too many for one JSON file")
            for index, document in enumerate(documents(b"".join(self._files.pieces(name)))):
                place = f"{name}#{index:08d}"
                fault = document if isinstance(document, str) else None
                yield Found(place, f"{name}#{index}", document, fault, changed)
        except (NotAnAnalysis, OSError) as error:
            yield Found(f"{name}#{0:08d}", f"{name}#0", None, str(error), changed)


class ApiSource:
    """Another system's list: `{"items": […], "next_cursor": …}` or a plain list, page by page."""

    def __init__(self, url: str, key: str | None, allowed: tuple[str, ...]) -> None:
        """Point at the list; `key` is sent as a bearer token."""
        self.name, self._url, self._key, self._allowed = f"api:{url}", download.checked(url), key, allowed

    def count(self) -> int | None:
        """Nobody knows before the last page."""
        return None

    def records(self, after: str) -> Iterator[Found]:
        """Give the records of every page from the one on that was read last: those already there are known by then."""
        cursor: str | None = after or None
        while True:
            page = self._page(cursor)
            items = page if isinstance(page, list) else page.get("items") if isinstance(page, dict) else None
            if not isinstance(items, list):
                raise NotAnAnalysis("the API answered neither a list nor an object with items")
            for index, item in enumerate(items):
                yield Found(cursor or "", f"{cursor or 'first page'}#{index}", item)
            following = page.get("next_cursor") if isinstance(page, dict) else None
            if not following or following == cursor:
                return
            cursor = str(following)

    def pieces(self, name: str) -> Iterator[bytes]:
        """An API has no files beside its records: it names URLs."""
        raise FileNotFoundError(name)

    def beside(self, _name: str) -> tuple[str | None, tuple[str, ...]]:
        """Nothing lies beside."""
        return None, ()

    def _page(self, cursor: str | None) -> Any:
        url = self._url
        if cursor:
            url += ("&" if urlsplit(url).query else "?") + urlencode({"cursor": cursor})
        headers: dict[bytes | str, bytes | str] = {"Host": urlsplit(url).netloc, "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        network = Deadline(Guard(self._allowed), PAGE_SECONDS)
        try:
            with httpcore2.ConnectionPool(network_backend=network) as pool:
                answer = pool.request("GET", url, headers=headers)
        except AddressForbidden:
            raise NotAnAnalysis(f"{url} leads to a private address; allow it in SHIOMI_FETCH_ALLOW") from None
        except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError) as error:
            raise NotAnAnalysis(f"{url} can't be reached: {error}") from None
        if answer.status != 200 or len(answer.content) > PAGE_BYTES:
            raise NotAnAnalysis(f"{url} answered {answer.status} with {len(answer.content)} bytes")
        try:
            return from_json(answer.content)
        except ValueError:
            raise NotAnAnalysis(f"{url} answered no JSON") from None


def canonical(document: Mapping[str, Any]) -> bytes:
    """Write a record in one way."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(errors="replace")


def _place(position: str) -> tuple[str, int] | None:
    name, _, index = position.rpartition("#")
    return (name, int(index)) if name and index.isdecimal() else None
