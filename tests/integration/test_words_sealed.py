"""The word search that runs as the owner seals itself: no other workspace, no unset one, no engine."""

from collections.abc import Callable

import psycopg
import pytest

import db
from db import chunks, workspaces
from db.jobs import Job
from ingesters.intake import Submitted
from retrieval.terms import query_terms

OPEN = ", ".join(["NULL"] * 7)
CALL = f"SELECT chunk_id FROM chunks_by_words(%s::int[], %s, 50, {OPEN})"


def ask(connection: db.Connection) -> int:
    """Count the chunks that share a word with the question."""
    asked = query_terms("潮流の観測")
    return len(connection.execute(CALL, (list(asked), chunks.sparse(asked))).fetchall())


@pytest.fixture
def noted(submit: Callable[..., Submitted], work: Callable[[Submitted], Job]) -> Job:
    """Give a finished job of a small text."""
    return work(submit("潮流の観測を毎朝おこなう。".encode()))


def test_the_own_workspace_is_searched(workspace: str, noted: Job) -> None:
    with db.transaction(workspace) as connection:
        assert ask(connection) == 1


def test_another_workspace_finds_nothing(workspace: str, noted: Job) -> None:
    with db.engine() as connection:
        workspaces.ensure(connection, "neighbour")
    with db.transaction("neighbour") as connection:
        assert ask(connection) == 0


def test_an_unset_workspace_is_an_error(workspace: str, noted: Job) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction("") as connection:
        ask(connection)


def test_the_engine_may_not_search(workspace: str, noted: Job) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.engine() as connection:
        ask(connection)
