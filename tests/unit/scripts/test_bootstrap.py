"""The first minute on a fresh machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bootstrap

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 10, 99)])
def test_a_python_that_is_too_old_is_named(version: tuple[int, int, int]) -> None:
    with pytest.raises(bootstrap.SetupError, match=f"3.11 or newer is needed, this is {'.'.join(map(str, version))}"):
        bootstrap.check_machine(version, "linux")


def test_a_system_without_the_embedded_servers_is_named() -> None:
    with pytest.raises(bootstrap.SetupError, match="this is darwin"):
        bootstrap.check_machine((3, 11, 2), "darwin")


def test_this_machine_is_fit() -> None:
    bootstrap.check_machine(sys.version_info[:3], sys.platform)


def test_the_bootstrap_can_be_read_by_an_old_python() -> None:
    compile((ROOT / "scripts/bootstrap.py").read_text(), "bootstrap.py", "exec", dont_inherit=True, _feature_version=7)


def test_an_environment_is_installed_only_when_its_stamp_fits(tmp_path: Path) -> None:
    make_empty(tmp_path / ".venv")
    assert bootstrap.is_usable(tmp_path / ".venv")
    assert not bootstrap.is_installed(tmp_path / ".venv", "base")


def test_a_broken_environment_is_not_usable(tmp_path: Path) -> None:
    venv = tmp_path / ".venv"
    assert not bootstrap.is_usable(venv)
    make_empty(venv)
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python3")
    assert not bootstrap.is_usable(venv)


def test_an_environment_that_was_moved_is_not_usable(tmp_path: Path) -> None:
    make_empty(tmp_path / "old")
    (tmp_path / "old" / ".installed-base").write_text(f"hash 3.11 {tmp_path / 'old'}\n")
    assert bootstrap.is_usable(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    assert not bootstrap.is_usable(tmp_path / "new")


def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(bootstrap.SetupError, match=r"/proc/self/\.venv can't be written"):
        bootstrap.install(Path("/proc/self/.venv"), "base")


def test_dev_holds_all_that_base_holds() -> None:
    assert pins("base") <= pins("dev")


def test_make_alone_lists_every_command_with_its_line() -> None:
    said = subprocess.run(["make", "-C", str(ROOT), "-s"], capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in said.splitlines()} >= {"run", "test", "check", "bench", "help"}


def make_empty(venv: Path) -> None:
    """Make an environment as quickly as can be: what counts here is its Python."""
    (venv / "bin").mkdir(parents=True)
    base = Path(sys.base_prefix, "bin", f"python3.{sys.version_info[1]}")
    (venv / "bin" / "python").symlink_to(base)
    (venv / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
    (venv / "lib" / f"python3.{sys.version_info[1]}" / "site-packages" / "pip").mkdir(parents=True)
    (venv / "lib" / f"python3.{sys.version_info[1]}" / "site-packages" / "pip" / "__main__.py").touch()


def pins(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return {line.split(" ")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}
