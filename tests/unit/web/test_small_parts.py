from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from scripts.stack.web_command import web_argv
from settings import Settings
from web.pages.words import marked, percent, size
from web.passwords import NOBODY, matches
from web.problems import Problem
from web.security import kept_secret
from web.shapes.lists import make_cursor, read_cursor


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_cursor_is_read_as_it_was_made(at: datetime, item: UUID) -> None:
    assert read_cursor(make_cursor(at, item)) == (at, item)


@given(st.text(), st.lists(st.integers(0, 40), max_size=6))
def test_marking_never_lets_markup_through(text: str, at: list[int]) -> None:
    edges = sorted(min(place, len(text)) for place in at)
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    shown = str(marked(text, spans)).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in shown
    assert ">" not in shown


@pytest.mark.parametrize(("share", "shown"), [(0, 0), (0.004, 0), (0.999, 99), (1, 100), (1.2, 100)])
def test_a_bar_is_full_only_at_the_end(share: float, shown: int) -> None:
    assert percent(share) == shown


def test_an_unknown_name_costs_the_same_hash() -> None:
    assert extract_parameters(NOBODY) == extract_parameters(PasswordHasher().hash("x"))
    assert not matches("anything", None)


def test_a_password_matches_its_own_hash_only() -> None:
    hashed = PasswordHasher().hash("潮見")
    assert matches("潮見", hashed)
    assert not matches("潮見 ", hashed)
    assert not matches("潮見", "not a hash")


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "new")
    assert kept_secret(tmp_path / "new") == first
    assert len(first) == 64
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]
    assert (tmp_path / "new/secret_key").stat().st_mode & 0o777 == 0o600


def test_the_web_server_binds_where_the_settings_say() -> None:
    argv = web_argv(Settings(host="::1", port=8123))
    assert argv[argv.index("--bind") + 1] == "[::1]:8123"
    assert "--preload" not in argv


def test_a_problem_takes_its_words_from_its_status() -> None:
    assert (Problem(404).code, Problem(409, "job_ended").code) == ("not_found", "job_ended")


@pytest.mark.parametrize(("count", "unit"), [(0, "B"), (1023, "B"), (2048, "KB"), (5 * 2**20, "MB"), (2**31, "GB")])
def test_a_size_has_its_unit(count: int, unit: str) -> None:
    assert size(count).endswith(unit)
