"""What import-linter can't see: where SQL may stand, that every folder has a layer, that no forbidden name appears."""

import ast
import configparser
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PLAIN = {"alembic", "docker", "docs", "requirements", "tests", "bench"}
SQL = re.compile(
    r"^\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX))\b", re.I | re.S
)
DOTTED = ("utils", "helpers", "common", "manager", "base2")


def tracked() -> list[Path]:
    """List the files of the project."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def packages() -> set[str]:
    """Name the layers of .importlinter."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    layers = parser["importlinter:contract:layers"]["layers"]
    return {name.strip() for line in layers.splitlines() for name in line.split("|") if name.strip()}


def code() -> list[Path]:
    """List the Python files of the layers."""
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in packages()]


def test_every_folder_has_a_layer() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    assert {name for name in folders if not name.startswith(".")} <= packages() | PLAIN


def test_no_import_is_excused() -> None:
    assert "ignore_imports" not in (ROOT / ".importlinter").read_text()


def test_sql_stands_only_in_db() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in code()
        if path.relative_to(ROOT).parts[0] != "db"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    ]
    assert found == []


def test_only_settings_reads_the_environment() -> None:
    allowed = {"settings", "scripts"}
    found = [
        str(path.relative_to(ROOT))
        for path in code()
        if path.relative_to(ROOT).parts[0] not in allowed and re.search(r"os\.(environ|getenv)", path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize("path", code(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_says_one_thing(path: Path) -> None:
    assert path.stem not in DOTTED
    assert path.read_text().count("\n") <= 400
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "a file says why it exists"
    longest = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 40
    ]
    assert longest == []


def test_alembic_stays_a_plain_folder() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()
