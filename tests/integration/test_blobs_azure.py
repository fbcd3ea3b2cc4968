"""What only Azure Blob Storage does: signed addresses, being away, blocks that come past us."""

import base64
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from db.blobs import BlobStore
from db.blobs_azure import AzureBlobs
from db.errors import BlobDamaged, BlobsUnavailable
from tests.azurite.server import KEY, Azurite


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture
def store(azurite: Azurite, tmp_path: Path) -> BlobStore:
    return AzureBlobs(azurite.url, f"c{uuid4().hex[:20]}", tmp_path / "tmp")


def send(url: str, data: bytes, offset: int) -> int:
    """Send a block as a client with a signed address does."""
    block = base64.b64encode(f"{offset:020d}".encode()).decode()
    request = Request(f"{url}&comp=block&blockid={block}", data=data, method="PUT")
    with urlopen(request) as answer:
        return int(answer.status)


def test_blocks_sent_to_a_signed_address_become_a_blob(store: BlobStore) -> None:
    store.put(b"the container is there")
    partial, data = store.partial(uuid4().hex), os.urandom(300_000)
    url = partial.direct_url(60)
    assert url is not None
    assert send(url, data[200_000:], 200_000) == 201
    assert partial.size() == 0
    assert send(url, data[:200_000], 0) == 201
    assert partial.size() == len(data)
    assert partial.adopt(partial.digest()).sha256 == hashlib.sha256(data).hexdigest()


def test_a_signed_address_opens_nothing_else_and_reads_nothing(store: BlobStore) -> None:
    key = store.put(b"somebody else's").key
    url = store.partial(uuid4().hex).direct_url(60)
    assert url is not None
    path, _, token = url.partition("?")
    for attempt in (url, f"{path.rsplit('/uploads/', 1)[0]}/{key}?{token}"):
        with pytest.raises(HTTPError) as refused:
            urlopen(attempt)
        assert refused.value.code in {403, 404}
        refused.value.close()


def test_an_expired_address_is_refused(store: BlobStore) -> None:
    store.put(b"x")
    url = store.partial(uuid4().hex).direct_url(-1)
    assert url is not None
    with pytest.raises(HTTPError) as refused:
        send(url, b"late", 0)
    assert refused.value.code == 403
    refused.value.close()


def test_bytes_changed_through_the_address_after_they_were_hashed_are_refused(store: BlobStore) -> None:
    store.put(b"x")
    partial = store.partial(uuid4().hex)
    with partial.appending(0) as writer:
        writer.write(b"what was checked")
    digest, url = partial.digest(), partial.direct_url(60)
    headers = {"x-ms-blob-type": "BlockBlob"}
    with urlopen(Request(str(url), data=b"something else", headers=headers, method="PUT")) as answer:
        assert answer.status == 201
    with pytest.raises(BlobDamaged):
        partial.adopt(digest)


def test_a_blob_is_fetched_from_a_signed_address_under_its_own_name(store: BlobStore) -> None:
    url = store.direct_url(store.put(b"bytes").key, "配信 1.mp4", 60)
    assert url is not None
    with urlopen(url) as answer:
        assert answer.read() == b"bytes"
        assert answer.headers["Content-Disposition"].endswith("%E9%85%8D%E4%BF%A1%201.mp4")


def test_a_store_that_is_away_says_so_without_its_secret(tmp_path: Path) -> None:
    with Azurite(tmp_path / "kept") as server:
        store = AzureBlobs(server.url, "originals", tmp_path / "tmp")
        key = store.put(b"kept").key
    with pytest.raises(BlobsUnavailable, match="can't be reached") as away:
        store.read(key, 0, 1)
    assert KEY not in repr(away.value)
    with server, store.open(key) as stream:
        assert stream.read() == b"kept"


def test_a_wrong_key_is_a_store_that_is_away(azurite: Azurite, tmp_path: Path) -> None:
    wrong = base64.b64encode(b"another key").decode()
    store = AzureBlobs(azurite.url.replace(KEY, wrong), "originals", tmp_path / "tmp")
    with pytest.raises(BlobsUnavailable, match="refuses our credentials"):
        store.check()
