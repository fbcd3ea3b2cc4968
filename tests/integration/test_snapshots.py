"""A snapshot restored elsewhere is the same platform; one changed byte anywhere in it is found."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

import db
from db import dump, migrate, workspaces
from db.blobs import blobs
from ingesters.intake import Submitted, Upload, submit
from ingesters.run import run
from ops import archive, snapshots
from ops import blobs as care
from ops.archive import Damaged
from ops.snapshots import SnapshotError
from retrieval.search import Question, search
from scripts.stack.postgres import EmbeddedPostgres
from tasks.life import tools
from tests.conftest import ROOT, pointed_at

ROOM = "shop"
FILES = ("OSS_License.md", "README.ja.md", "ndlocr-lite_README.md", "handbook_sect.apt-get.html",
         "handbook_sect.ldap-directory.html", "handbook_sect.rights-management.html")  # fmt: skip
QUESTIONS = (
    "パッケージを更新する方法", "LDAPの認証", "著作権の表示", "ライセンスの条件", "OCRの精度", "インストール手順",
    "権限を管理する", "sudoの設定", "apt-getの使い方", "再配布の条件", "画像の文字を読む", "サーバーの設定ファイル",
    "依存関係", "パスワードの変更", "ユーザーの追加", "保証の否認", "縦書きの文字", "コマンドの例", "目録", "GPL",
)  # fmt: skip


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Iterator[Path]:
    """Run a platform of its own with some documents read; give its data folder."""
    folder = tmp_path_factory.mktemp("first")
    with running(folder):
        with db.engine() as connection:
            workspaces.ensure(connection, ROOM)
        kit = tools()
        for name in FILES:
            content = (samples / "docs_ja" / name).read_bytes()
            run(sent(Upload(name, blobs().put(content))).job.id, kit, "test", lambda: False)
        kit.sandbox.close()
        yield folder


@contextmanager
def running(folder: Path) -> Iterator[None]:
    with EmbeddedPostgres(folder) as postgres:
        own = {"SHIOMI_DATA_DIR": str(folder), "SHIOMI_DATABASE_URL": postgres.url}
        with pointed_at({**own, "SHIOMI_BROKER_URL": "redis://127.0.0.1:1/0"}):
            migrate.upgrade()
            yield


def sent(upload: Upload) -> Submitted:
    return submit(ROOM, upload, "document", {})


def answers() -> list[list[tuple[str, str, float]]]:
    """Ask all questions; each hit is its file, its words and its score."""
    return [
        [(hit.source.filename, hit.text, round(hit.score, 5)) for hit in search(ROOM, Question(asked, 5)).hits]
        for asked in QUESTIONS
    ]


def rows() -> dict[str, int]:
    with db.owner() as connection:
        return dump.counts(connection)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_restored_into_an_empty_folder_it_has_the_same_rows_and_gives_the_same_answers(
    first: Path, tmp_path: Path
) -> None:
    before, had = answers(), rows()
    made = snapshots.create(snapshots.want())
    assert (made.status, made.counts) == ("ready", had)
    second = tmp_path / "second"
    own = {"SHIOMI_DATA_DIR": str(second), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "scripts.backup", "restore", str(snapshots.file_of(made.id))]
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    assert (done.returncode, "Restored" in done.stdout) == (0, True), done.stderr
    with running(second):
        assert rows() == had
        assert len(before) == 20
        assert all(before)
        assert answers() == before
        assert list(care.verify(blobs(), care.named(), lambda _: None)) == []
        assert sent(Upload("again", blobs().put((second / "nothing").name.encode()))).created  # ids go on


def test_one_changed_byte_anywhere_is_found(first: Path, tmp_path: Path) -> None:
    path = snapshots.file_of(snapshots.create(snapshots.want()).id)
    size, chance = path.stat().st_size, random.Random(5)
    for place in [0, 600, size - 1, size - 70, size - 100, *(chance.randrange(size) for _ in range(60))]:
        with path.open("r+b") as file:
            file.seek(place)
            was = file.read(1)
            file.seek(place)
            file.write(bytes([was[0] ^ 1 << chance.randrange(8)]))
            file.flush()
            with pytest.raises(Damaged):
                archive.check(path)
            file.seek(place)
            file.write(was)
    archive.check(path)
    os.truncate(path, size - 1)
    with pytest.raises(Damaged):
        archive.check(path)


def test_a_lost_blob_is_told_and_keeps_nothing_else_from_being_saved(first: Path) -> None:
    path = first / "blobs" / min(care.named())
    kept = path.read_bytes()
    try:
        path.write_bytes(b"something else")
        made = snapshots.create(snapshots.want())
    finally:
        path.write_bytes(kept)
    assert (made.status, made.blobs) == ("ready", len(care.named()) - 1)
    assert "1 blobs are missing or damaged" in (made.error or "")


def test_a_snapshot_holds_the_settings_without_their_secrets(first: Path) -> None:
    with pointed_at({"SHIOMI_OPENAI_API_KEY": "sk-secret-1", "SHIOMI_CHAT_NAME": "x", "SHIOMI_WORKERS": "3"}):
        path = snapshots.file_of(snapshots.create(snapshots.want()).id)
    found = next(json.load(stream) for member, stream in archive.members(path) if member.name == archive.SETTINGS)
    assert found["workers"] == 3
    assert not [name for name in found if name.endswith(("_key", "_password", "_url")) and found[name]]
    assert b"sk-secret-1" not in path.read_bytes()


def test_a_database_that_is_not_empty_is_left_alone(first: Path) -> None:
    path = snapshots.file_of(snapshots.create(snapshots.want()).id)
    had = rows()
    with pytest.raises(SnapshotError, match="not empty"):
        snapshots.restore(path, blobs())
    assert rows() == had


@pytest.mark.slow
def test_put_back_over_what_is_there_everything_is_as_it_was(first: Path) -> None:
    had = rows()
    made = snapshots.create(snapshots.want())
    sent(Upload("later.txt", blobs().put(b"came after the snapshot")))
    assert rows() != had
    snapshots.want_restored(made)
    snapshots.work_off()
    found = snapshots.find(made.id)
    assert found is not None
    assert (found.status, found.error, found.restored_at is not None) == ("ready", None, True)
    assert rows() == had


def test_a_dump_that_breaks_off_changes_nothing(first: Path, tmp_path: Path) -> None:
    had = rows()
    broken = tmp_path / "database.dump"
    broken.write_bytes(b"PGDMP nonsense")
    with pytest.raises(dump.DumpFailed):
        dump.replace(broken, "app")
    assert rows() == had


def test_the_clock_asks_for_snapshots_and_keeps_the_newest(first: Path, tmp_path: Path) -> None:
    with pointed_at({"SHIOMI_SNAPSHOT_HOURS": "1", "SHIOMI_SNAPSHOT_KEEP": "2", "SHIOMI_SNAPSHOT_DIR": str(tmp_path)}):
        mine = snapshots.want()
        snapshots.work_off()
        snapshots.work_off()
        assert [(s.automatic, s.status) for s in snapshots.listing()] == [(True, "ready"), (False, "ready")]
        for _ in range(2):
            snapshots.create(snapshots.want(automatic=True))
        snapshots.work_off()
        left = snapshots.listing()
    assert [s.automatic for s in left].count(True) == 2
    assert mine.id in {s.id for s in left}


def test_a_snapshot_that_was_cut_short_is_made_again(first: Path, tmp_path: Path) -> None:
    with pointed_at({"SHIOMI_SNAPSHOT_DIR": str(tmp_path)}):
        cut = snapshots.want()
        (tmp_path / f"{cut.id}.json").write_text(json.dumps({**asdict(cut), "status": "running"}))
        (tmp_path / f"{cut.id}.tar.part").write_bytes(b"half")
        snapshots.work_off()
        assert [s.status for s in snapshots.listing()] == ["ready"]
        assert not list(tmp_path.glob("*.part"))
