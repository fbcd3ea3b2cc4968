"""The operator's work on blobs: verify, move, collect, on real stores and a real database."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

import db
from db import blob_references
from db.blobs import Stored, blobs
from db.blobs_azure import AzureBlobs
from db.blobs_local import LocalBlobs
from db.errors import BlobDamaged
from ingesters.intake import Submitted
from ops import blobs as care
from scripts import blobs as command
from tests.azurite.server import Azurite
from tests.conftest import pointed_at

DAY = timedelta(days=1)


@pytest.fixture
def store(stack: dict[str, str], tmp_path: Path) -> Iterator[LocalBlobs]:
    """Point the platform at an empty folder of blobs."""
    with pointed_at({"SHIOMI_BLOB_URL": f"file://{tmp_path}/blobs"}):
        found = blobs()
        assert isinstance(found, LocalBlobs)
        yield found


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0x10
    path.write_bytes(data)


def age(store: LocalBlobs, key: str) -> None:
    os.utime(store.root / key, (1, 1))


def ignore(_stored: Stored) -> None:
    """Show nothing."""


def test_one_flipped_byte_is_found_among_all(store: LocalBlobs, capsys: pytest.CaptureFixture[str]) -> None:
    keys = [store.put(os.urandom(5000)).key for _ in range(20)]
    assert list(care.verify(store, set(keys), ignore)) == []
    flip(store.root / keys[7])
    store.remove(keys[3])
    found = {(f.key, f.what) for f in care.verify(store, set(keys), ignore)}
    assert found == {(keys[7], "damaged"), (keys[3], "missing")}
    assert command.verify() == 1
    assert f"damaged: {keys[7]}" in capsys.readouterr().out


def test_moving_carries_every_blob_and_goes_on_where_it_was_cut(store: LocalBlobs, tmp_path: Path) -> None:
    keys = {store.put(os.urandom(300)).key for _ in range(12)}
    with Azurite(tmp_path / "azurite") as server:
        target = AzureBlobs(server.url, "moved", tmp_path / "tmp")
        cut = care.move(store, target)
        assert [next(cut).copied for _ in range(5)] == [True] * 5
        cut.close()
        assert sum(moved.copied for moved in care.move(store, target)) == 7
        assert sum(moved.copied for moved in care.move(store, target)) == 0
        back = LocalBlobs(tmp_path / "back")
        assert all(moved.copied for moved in care.move(target, back))
    assert {stored.key for stored in back.stored()} == keys


def test_a_damaged_blob_is_not_carried_on(store: LocalBlobs, tmp_path: Path) -> None:
    key = store.put(b"sound at first").key
    flip(store.root / key)
    target = LocalBlobs(tmp_path / "target")
    with pytest.raises(BlobDamaged):
        list(care.move(store, target))
    assert list(target.stored()) == []
    assert not list((target.root / "tmp").iterdir())


def test_the_command_moves_and_says_what_to_set(
    store: LocalBlobs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store.put(b"one")
    assert command.move(None, f"file://{tmp_path}/elsewhere") == 0
    assert "1 blobs copied, 0 were there already. Set SHIOMI_BLOB_URL" in capsys.readouterr().out
    assert command.move(None, "ftp://somewhere") == 2


def test_only_old_blobs_that_nothing_names_are_collected(store: LocalBlobs, submit: Callable[..., Submitted]) -> None:
    asset = submit(f"named {uuid4()}".encode()).job.asset
    assert asset is not None
    orphan, young = store.put(b"an orphan").key, store.put(b"too young").key
    age(store, asset.blob_key)
    age(store, orphan)
    assert care.collect(store, DAY, dry=True) == care.Collected(1, 9, 0)
    assert store.exists(orphan)
    assert care.collect(store, DAY) == care.Collected(1, 9, 0)
    assert [store.exists(key) for key in (asset.blob_key, orphan, young)] == [True, False, True]


def test_a_blob_that_an_accepted_upload_is_about_to_name_stays(
    store: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    orphan = store.put(b"sent again in this moment").key
    age(store, orphan)
    named = blob_references.named

    def sent_again(connection: db.Connection) -> set[str]:
        found = named(connection)
        store.put(b"sent again in this moment")
        return found

    monkeypatch.setattr(blob_references, "named", sent_again)
    assert care.collect(store, DAY) == care.Collected(0, 0, 0)
    assert store.exists(orphan)


def test_leftovers_of_dead_writers_are_collected(store: LocalBlobs) -> None:
    writer = store.writer()
    writer.write(b"then the process died")
    part = next((store.root / "tmp").iterdir())
    os.utime(part, (1, 1))
    assert care.collect(store, DAY) == care.Collected(0, 0, 1)
    assert not part.exists()
    writer.abort()


def test_nothing_is_collected_while_a_snapshot_is_made(store: LocalBlobs) -> None:
    age(store, store.put(b"an orphan").key)
    with db.owner() as connection:
        assert blob_references.keep_all(connection)
        assert care.collect(store, DAY) is None
        assert command.collect(None, dry=False) == 1


def test_every_column_that_names_a_blob_is_known(workspace: str) -> None:
    with db.owner() as connection:
        columns = {(r[0], r[1]) for r in connection.execute(blob_references._COLUMNS).fetchall()}
    assert {("assets", "blob_key"), ("pages", "image_key"), ("screenshots", "preview_key")} <= columns
