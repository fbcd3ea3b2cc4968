"""The sandbox: foreign files are read in a process that cannot do harm, and that may die without harm."""

import ctypes
import errno
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from extractors import sandbox_process
from extractors.errors import (
    DocumentUnsupportedError,
    ExtractorCrashedError,
    LimitMemoryError,
    LimitTimeError,
)
from extractors.model import DocumentInfo, Page
from extractors.sandbox import Limits, Sandbox
from extractors.sandbox_wire import Part
from tests.unit.extractors.made_pdf import assemble, stream, text, write

ROOT = Path(__file__).resolve().parents[3]
STRANGERS: set[psutil.Process] = set()


needs_landlock = pytest.mark.skipif(
    ctypes.CDLL(None).syscall(444, None, 0, 1) < 1, reason="this kernel cannot fence a process from files"
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Give a sandbox of its own."""
    with Sandbox() as made:
        yield made


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """Give a harmless text file."""
    path = tmp_path / "note.txt"
    path.write_text("売上は増えた。", encoding="utf-8")
    return path


@pytest.fixture
def bomb(tmp_path: Path) -> Path:
    """Give a PDF of two kilobytes whose page unpacks, twice compressed, to a gigabyte."""
    packer = zlib.compressobj(9)
    once = b"".join([packer.compress(b" " * (1 << 24)) for _ in range(64)]) + packer.flush()
    filters = b"/Filter[/FlateDecode/FlateDecode]"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    path = tmp_path / "bomb.pdf"
    path.write_bytes(assemble([*objects, stream(zlib.compress(once, 9), filters)]))
    return path


def read(sandbox: Sandbox, path: Path, limits: Limits | None = None) -> list[Part]:
    with sandbox.stream("documents", path, {"filename": path.name, "images": False}, limits) as parts:
        return list(parts)


@pytest.fixture(autouse=True)
def _strangers() -> None:
    """Leave out of account the children that sandboxes of earlier tests in this process keep warm."""
    STRANGERS.clear()
    STRANGERS.update(children())


def children() -> list[psutil.Process]:
    found = [child for child in psutil.Process().children() if "sandbox_child" in " ".join(child.cmdline())]
    return [child for child in found if child not in STRANGERS]


def test_parts_come_out_typed_and_in_order(sandbox: Sandbox, note: Path) -> None:
    info, page = read(sandbox, note)
    assert isinstance(info, DocumentInfo)
    assert isinstance(page, Page)
    assert (info.media_type, page.text) == ("text/plain", "売上は増えた。")


def test_pages_come_one_by_one_while_the_file_is_still_read(sandbox: Sandbox, tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [text(40, 700, f"page {number}") for number in range(300)])
    with sandbox.stream("documents", path, {"filename": "a.pdf", "images": True}) as parts:
        next(parts)
        first = next(parts)
    assert isinstance(first, Page)
    assert first.text == "page 0"
    assert children() == []


def test_a_child_is_used_again_and_replaced_after_an_error(sandbox: Sandbox, note: Path, tmp_path: Path) -> None:
    read(sandbox, note)
    (first,) = children()
    read(sandbox, note)
    assert children() == [first]
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(DocumentUnsupportedError):
        read(sandbox, tmp_path / "a.png")
    assert children() == []
    read(sandbox, note)
    assert len(children()) == 1


def test_a_scan_loads_the_models_once_and_a_text_never(models: Path, note: Path, small: Path) -> None:
    limits = Limits(models=str(models))
    with Sandbox(limits) as sandbox:
        read(sandbox, note)
        (child,) = children()
        light = child.memory_info().rss
        _, page = read(sandbox, small / "ocr_test.pdf")
        heavy = child.memory_info().rss
        _, again = read(sandbox, small / "ocr_test.pdf")
        assert children() == [child]
    assert isinstance(page, Page)
    assert isinstance(again, Page)
    assert ("Docling" in page.text, again.text) == (True, page.text)
    assert light < 150 << 20 < heavy


def test_a_file_after_a_scan_has_no_more_memory_than_one_before(models: Path, bomb: Path, small: Path) -> None:
    limits = Limits(models=str(models), memory_bytes=600 << 20)
    with Sandbox(limits) as sandbox:
        read(sandbox, small / "ocr_test.pdf")
        (child,) = children()
        held = child.memory_info().vms
        soft, _ = child.rlimit(psutil.RLIMIT_AS)
        with pytest.raises(LimitMemoryError):
            read(sandbox, bomb)
    assert soft - held < 700 << 20


def test_a_child_is_replaced_after_its_share_of_files(note: Path) -> None:
    with Sandbox(max_files=2) as sandbox:
        read(sandbox, note)
        (first,) = children()
        read(sandbox, note)
        read(sandbox, note)
        assert children() != [first]


def test_memory_has_an_end(sandbox: Sandbox, bomb: Path) -> None:
    with pytest.raises(LimitMemoryError):
        read(sandbox, bomb, Limits(memory_bytes=600 << 20))


def test_memory_has_an_end_for_the_child_of_a_big_parent(bomb: Path) -> None:
    code = (
        "from pathlib import Path\nfrom extractors.sandbox import Limits, Sandbox\n"
        "from extractors.errors import LimitMemoryError\nbig = b'x' * (700 << 20)\n"
        f"limits, params = Limits(memory_bytes=600 << 20), {{'images': False}}\n"
        f"with Sandbox(limits) as sandbox, sandbox.stream('documents', Path({str(bomb)!r}), params) as parts:\n"
        "    try:\n        list(parts)\n    except LimitMemoryError:\n        print('memory')"
    )
    assert run(code).stdout == "memory\n"


def test_processor_time_has_an_end(sandbox: Sandbox, bomb: Path) -> None:
    with pytest.raises(LimitTimeError):
        read(sandbox, bomb, Limits(memory_bytes=8 << 30, cpu_seconds=1))


def test_the_clock_runs_while_the_child_works_and_not_while_we_do(sandbox: Sandbox, tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [text(40, 700, "x")] * 3)
    limits = Limits(wall_seconds=3)
    with sandbox.stream("documents", path, {"filename": "a.pdf", "images": False}, limits) as parts:
        next(parts)
        time.sleep(3.2)
        assert len(list(parts)) == 3
    with pytest.raises(LimitTimeError):
        read(sandbox, path, Limits(wall_seconds=0.001))


def test_a_child_that_is_killed_is_an_error_of_the_file_and_not_of_ours(sandbox: Sandbox, tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [text(40, 700, "x")] * 500)
    with sandbox.stream("documents", path, {"filename": "a.pdf", "images": True}) as parts:
        next(parts)
        os.kill(children()[0].pid, signal.SIGSEGV)
        with pytest.raises(ExtractorCrashedError):
            list(parts)


def test_nothing_of_ours_is_in_the_childs_environment(
    sandbox: Sandbox, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIOMI_OPENAI_API_KEY", "secret")
    read(sandbox, note)
    assert not any(name.startswith("SHIOMI") for name in children()[0].environ())


def test_two_threads_read_at_once_in_two_children(sandbox: Sandbox, note: Path) -> None:
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(len(read(sandbox, note)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [2, 2]


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX"])
def test_a_confined_process_can_open_no_socket(family: str) -> None:
    code = (
        "import os, socket\nfrom extractors.sandbox_limits import Limits, confine\n"
        f"confine(Limits(), os.getppid())\nsocket.socket(socket.{family})"
    )
    assert "PermissionError" in run(code).stderr


@pytest.mark.parametrize(
    "deed",
    [
        "os.kill(os.getppid(), 0)",
        "os.kill(0, 0)",
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "os.pidfd_open(os.getppid())",
        "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)",
        "assert libc.ptrace(0, 0, 0, 0) == 0 or ctypes.get_errno() != 13, PermissionError",
        "assert libc.process_vm_readv(os.getppid(), 0, 0, 0, 0, 0) == 0 or ctypes.get_errno() != 13, PermissionError",
    ],
)
def test_a_confined_process_can_touch_no_other_and_start_none(deed: str) -> None:
    code = (
        "import ctypes, os, resource\nfrom extractors.sandbox_limits import Limits, confine\n"
        f"libc = ctypes.CDLL(None, use_errno=True)\nconfine(Limits(), os.getppid())\n{deed}"
    )
    assert "PermissionError" in run(code).stderr


def test_a_confined_process_can_make_threads_and_end_itself() -> None:
    code = (
        "import os, resource, threading\nfrom extractors.sandbox_limits import Limits, allow_cpu, confine\n"
        "confine(Limits(), os.getppid())\nallow_cpu(5)\nthread = threading.Thread(target=print, args=('made',))\n"
        "thread.start()\nthread.join()\nos.abort()"
    )
    done = run(code)
    assert (done.stdout, done.returncode) == ("made\n", -signal.SIGABRT)


@needs_landlock
@pytest.mark.parametrize(
    "deed",
    [
        "open('/proc/%d/environ' % os.getppid(), 'rb')",
        "open(models.parent / 'secret')",
        "open(models / 'new', 'w')",
        "open('pyproject.toml')",
        "open('/etc/passwd')",
        "os.listdir('.')",
        "open('extractors/new', 'w')",
        "open(folder / 'in' / 'file', 'a')",
        "os.link(folder / 'in' / 'file', folder / 'tmp' / 'file')",
    ],
)
def test_a_fenced_process_reaches_no_file_but_its_own(tmp_path: Path, deed: str) -> None:
    for name in ("in", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "models").mkdir(parents=True)
    for place in ("in/file", "data/secret", "data/models/weights"):
        (tmp_path / place).write_text("x")
    code = (
        "import os\nfrom pathlib import Path\nfrom extractors.sandbox_limits import Limits, confine\n"
        f"folder = Path({str(tmp_path)!r})\nmodels = folder / 'data' / 'models'\n"
        "confine(Limits(models=str(models)), os.getppid(), folder)\n"
        "print((folder / 'in' / 'file').read_text(), (models / 'weights').read_text(), flush=True)\n"
        f"print((folder / 'tmp' / 'new').write_text('y'), flush=True)\n{deed}"
    )
    done = run(code)
    assert done.stdout == "x x\n1\n"
    assert any(error in done.stderr for error in ("PermissionError", "Invalid cross-device link"))


def test_a_child_that_closes_its_pipe_and_lives_on_is_waited_for_only_a_while(
    monkeypatch: pytest.MonkeyPatch, note: Path
) -> None:
    monkeypatch.setattr(sandbox_process, "_GRACE", 0.1)
    child = sandbox_process.Child(Limits())
    assert child._process.stdout
    with open(os.devnull, "rb") as ended:
        os.dup2(ended.fileno(), child._process.stdout.fileno())
    with pytest.raises(ExtractorCrashedError):
        list(child.parts("documents", note, {}))
    child.end()


def test_the_file_is_handed_over_by_copy_where_no_link_can_be_made(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, note: Path
) -> None:
    def refuse(*_paths: Path) -> None:
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert len(read(sandbox, note)) == 2
    assert note.exists()


def test_a_confined_process_can_write_no_big_file(tmp_path: Path) -> None:
    code = (
        "import os\nfrom extractors.sandbox_limits import Limits, confine\n"
        f"confine(Limits(file_bytes=1000), os.getppid())\nopen({str(tmp_path / 'x')!r}, 'wb').write(b'x' * 5000)"
    )
    run(code)
    assert (tmp_path / "x").stat().st_size <= 1000


def test_children_die_with_a_parent_that_is_killed(note: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom extractors.sandbox import Sandbox\n"
        f"sandbox = Sandbox()\nwith sandbox.stream('documents', Path({str(note)!r}), {{}}) as parts: list(parts)\n"
        "print(sandbox._idle[0].pid, flush=True)\nos.kill(os.getpid(), 9)"
    )
    child = int(run(code).stdout)
    deadline = time.monotonic() + 5
    while psutil.pid_exists(child) and psutil.Process(child).status() != "zombie" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie"


def test_folders_that_a_killed_parent_left_are_removed(sandbox: Sandbox, note: Path) -> None:
    left = Path(tempfile.mkdtemp(prefix="shiomi-sandbox-99999999-"))
    read(sandbox, note)
    assert not left.exists()


def test_a_forked_process_starts_children_of_its_own(sandbox: Sandbox, note: Path) -> None:
    read(sandbox, note)
    (ours,) = children()
    pid = os.fork()
    if pid == 0:
        fine = len(read(sandbox, note)) == 2 and all(child.pid != ours.pid for child in children())
        sandbox.close()
        os._exit(0 if fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert ours.is_running()
    read(sandbox, note)
    assert children() == [ours]


def test_temporary_files_go_with_the_child(note: Path) -> None:
    with Sandbox() as sandbox:
        read(sandbox, note)
        folder = Path(children()[0].environ()["TMPDIR"])
        assert folder.is_dir()
    assert not folder.exists()
