"""One contract, two stores: files, and Azure Blob Storage as Azurite plays it."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from db.azure_blocks import BLOCK
from db.blobs import BlobStore, key_of
from db.blobs_azure import AzureBlobs
from db.blobs_local import LocalBlobs
from db.errors import BlobDamaged, UploadMoved
from tests.azurite.server import Azurite

LARGE = os.urandom(BLOCK + 12_345)
SMALL = "潮見".encode()


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture(params=["local", "azure"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "local":
        return LocalBlobs(tmp_path / "blobs")
    server: Azurite = request.getfixturevalue("azurite")
    return AzureBlobs(server.url, f"c{uuid4().hex[:20]}", tmp_path / "tmp")


def spoil(store: BlobStore, key: str) -> None:
    """Flip a bit of a stored blob behind the store's back."""
    with store.open(key) as stream:
        data = bytearray(stream.read())
    data[len(data) // 2] ^= 1
    if isinstance(store, LocalBlobs):
        (store.root / key).write_bytes(data)
    else:
        assert isinstance(store, AzureBlobs)
        store._container.blob(key).upload_blob(bytes(data), overwrite=True)


@pytest.mark.parametrize("data", [b"", SMALL, LARGE], ids=["empty", "small", "large"])
def test_what_was_stored_is_read_again(store: BlobStore, data: bytes) -> None:
    blob = store.put(data)
    assert blob.sha256 == hashlib.sha256(data).hexdigest()
    assert (blob.key, blob.bytes, store.size(blob.key)) == (key_of(blob.sha256), len(data), len(data))
    with store.open(blob.key) as stream:
        assert stream.read() == data


def test_bytes_written_bit_by_bit_are_one_blob(store: BlobStore) -> None:
    writer = store.writer()
    for start in range(0, len(LARGE), 1_000_003):
        writer.write(LARGE[start : start + 1_000_003])
    blob = writer.finish()
    assert blob.sha256 == hashlib.sha256(LARGE).hexdigest()
    with store.local_copy(blob.key) as path:
        assert path.read_bytes() == LARGE


def test_the_same_bytes_twice_are_one_blob(store: BlobStore) -> None:
    assert store.put(LARGE) == store.put(LARGE)
    assert [found.key for found in store.stored()] == [key_of(hashlib.sha256(LARGE).hexdigest())]


def test_what_was_given_up_is_not_there(store: BlobStore) -> None:
    writer = store.writer()
    writer.write(LARGE)
    writer.abort()
    assert list(store.stored()) == []
    assert not store.exists(key_of(hashlib.sha256(LARGE).hexdigest()))


def test_ranges_are_read_exactly(store: BlobStore) -> None:
    key = store.put(LARGE).key
    assert store.read(key, 0, 10) == LARGE[:10]
    assert store.read(key, BLOCK - 5, 10) == LARGE[BLOCK - 5 : BLOCK + 5]
    assert store.read(key, len(LARGE) - 3, 100) == LARGE[-3:]
    assert store.read(key, 0, len(LARGE) + 1) == LARGE


def test_an_open_blob_can_be_jumped_about_in(store: BlobStore) -> None:
    with store.open(store.put(LARGE).key) as stream:
        stream.seek(-7, os.SEEK_END)
        assert stream.read() == LARGE[-7:]
        stream.seek(BLOCK)
        assert stream.read(4) == LARGE[BLOCK : BLOCK + 4]


def copied(store: BlobStore, key: str) -> None:
    with store.local_copy(key):
        pass


def sampled(store: BlobStore, key: str) -> None:
    with store.sample(key):
        pass


def read_bit_by_bit(store: BlobStore, key: str) -> None:
    with store.open(key) as stream:
        while stream.read(100_000):
            pass


def read_whole(store: BlobStore, key: str) -> None:
    with store.open(key) as stream:
        stream.read()


WAYS = [
    copied,
    sampled,
    read_bit_by_bit,
    read_whole,
    lambda store, key: store.read(key, 0, 1),
    lambda s, key: s.size(key),
]


@pytest.mark.parametrize("ask", WAYS)
def test_a_missing_blob_is_a_file_not_found(store: BlobStore, ask: Callable[[BlobStore, str], object]) -> None:
    key = key_of(uuid4().hex * 2)
    assert not store.exists(key)
    assert not store.touch(key)
    store.remove(key)
    with pytest.raises(FileNotFoundError):
        ask(store, key)


@pytest.mark.parametrize("ask", [copied, read_bit_by_bit, read_whole])
def test_a_flipped_bit_is_never_handed_out(store: BlobStore, ask: Callable[[BlobStore, str], object]) -> None:
    key = store.put(LARGE).key
    spoil(store, key)
    with pytest.raises(BlobDamaged):
        ask(store, key)


def test_a_sample_has_the_size_the_beginning_and_the_end(store: BlobStore) -> None:
    with store.sample(store.put(LARGE).key) as path:
        assert path.stat().st_size == len(LARGE)
        data = path.read_bytes()
    assert (data[:65_536], data[-65_536:]) == (LARGE[:65_536], LARGE[-65_536:])


def test_a_removed_blob_is_gone(store: BlobStore) -> None:
    blob = store.put(SMALL)
    store.remove(blob.key)
    assert not store.exists(blob.key)
    assert list(store.stored()) == []


def test_the_listing_is_ordered_and_knows_sizes_and_ages(store: BlobStore) -> None:
    began = datetime.now(UTC) - timedelta(seconds=2)
    stored = {store.put(f"number {n}".encode()).key for n in range(30)}
    listed = list(store.stored())
    assert [found.key for found in listed] == sorted(stored)
    assert all(found.bytes in {8, 9} and found.changed_at >= began for found in listed)


def test_touching_makes_a_blob_young(store: BlobStore) -> None:
    key = store.put(SMALL).key
    if isinstance(store, LocalBlobs):
        os.utime(store.root / key, (1, 1))
    assert store.touch(key)
    assert next(iter(store.stored())).changed_at > datetime.now(UTC) - timedelta(minutes=1)
    assert store.changed_at(key) == next(iter(store.stored())).changed_at


def test_a_partial_upload_grows_and_becomes_a_blob(store: BlobStore) -> None:
    partial = store.partial(uuid4().hex)
    assert partial.size() == 0
    middle = BLOCK + 77
    with partial.appending(0) as writer:
        writer.write(LARGE[:middle])
    assert partial.size() == middle
    with partial.appending(middle) as writer:
        writer.write(LARGE[middle:])
    digest = partial.digest()
    blob = partial.adopt(digest)
    assert (digest, blob.bytes) == (hashlib.sha256(LARGE).hexdigest(), len(LARGE))
    assert partial.size() == 0
    with store.open(blob.key) as stream:
        assert stream.read() == LARGE


def test_bytes_that_came_before_a_cut_are_kept(store: BlobStore) -> None:
    name = uuid4().hex
    with suppress(ConnectionResetError), store.partial(name).appending(0) as writer:
        writer.write(SMALL)
        raise ConnectionResetError
    assert store.partial(name).size() == len(SMALL)


def test_bytes_for_another_offset_are_refused(store: BlobStore) -> None:
    partial = store.partial(uuid4().hex)
    with partial.appending(0) as writer:
        writer.write(SMALL)
    with pytest.raises(UploadMoved) as moved, partial.appending(1):
        pass
    assert moved.value.size == len(SMALL)


def test_a_discarded_upload_leaves_nothing(store: BlobStore) -> None:
    partial = store.partial(uuid4().hex)
    with partial.appending(0) as writer:
        writer.write(LARGE)
    partial.discard()
    assert partial.size() == 0
    assert list(store.stored()) == []


def test_an_upload_whose_blob_is_there_already_is_taken_in_all_the_same(store: BlobStore) -> None:
    key = store.put(LARGE).key
    partial = store.partial(uuid4().hex)
    with partial.appending(0) as writer:
        writer.write(LARGE)
    assert partial.adopt(partial.digest()).key == key
    assert partial.size() == 0


def test_leftovers_are_cleared_and_blobs_are_not(store: BlobStore) -> None:
    key = store.put(LARGE).key
    writer = store.writer()
    writer.write(LARGE)
    partial = store.partial(uuid4().hex)
    with partial.appending(0) as more:
        more.write(SMALL)
    assert store.clear(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert partial.size() == len(SMALL)
    assert store.clear(datetime.now(UTC) + timedelta(hours=1)) == 2
    assert (partial.size(), store.exists(key)) == (0, True)
    writer.abort()


def test_the_store_says_how_it_is(store: BlobStore) -> None:
    assert store.check()
    room = store.room()
    assert room is None or room > 0
