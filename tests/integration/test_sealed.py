"""Workspaces are sealed by the database itself, whatever the code above asks for."""

from uuid import uuid4

import psycopg
import pytest

import db
from db import jobs
from db.errors import NotFound
from db.jobs import NewJob

SEALED = ["users", "api_keys", "idempotency_keys", "assets", "jobs", "outbox", "job_events", "documents", "pages",
          "document_tables", "chunks", "term_counts", "vectors", "screenshots", "screenshot_lines", "grids", "metrics",
          "corrections", "uploads", "webhook_secrets", "webhook_sources", "analyses", "deliveries", "analysis_files",
          "analysis_phases", "sales", "webhook_endpoints", "webhook_messages", "webhook_sends", "webhook_tries",
          "backfills",
          "model_choices", "model_configs", "model_calls", "model_days"]  # fmt: skip


def put_job(workspace: str) -> NewJob:
    """Store a job in a workspace."""
    new = NewJob(uuid4(), "document", "ingest", uuid4().hex)
    with db.transaction(workspace) as connection:
        jobs.add(connection, workspace, new, None)
    return new


@pytest.mark.parametrize("table", SEALED)
def test_every_table_with_a_workspace_is_sealed_even_for_its_owner(workspace: str, table: str) -> None:
    with db.owner() as connection:
        row = connection.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", (table,)
        ).fetchone()
    assert row == (True, True)


def test_no_table_with_a_workspace_was_forgotten(workspace: str) -> None:
    with db.owner() as connection:
        rows = connection.execute(
            "SELECT table_name FROM information_schema.columns "
            "JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE column_name = 'workspace_id' AND table_schema = 'public' AND table_type = 'BASE TABLE'"
        ).fetchall()
    assert {row[0] for row in rows} == set(SEALED)


def test_a_job_of_another_workspace_is_not_there(workspace: str) -> None:
    mine = put_job("default" if workspace == "default" else workspace)
    with db.engine() as connection:
        connection.execute("INSERT INTO workspaces (id) VALUES ('neighbour') ON CONFLICT DO NOTHING")
    with db.transaction("neighbour") as connection, pytest.raises(NotFound):
        jobs.get(connection, mine.id)


def test_writing_into_another_workspace_is_refused(workspace: str) -> None:
    mine = put_job(workspace)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction(workspace) as connection:
        connection.execute("UPDATE jobs SET workspace_id = 'neighbour' WHERE id = %s", (mine.id,))


def test_an_unset_workspace_is_an_error_not_an_empty_answer(workspace: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="no workspace is set"),
        db.transaction("") as connection,
    ):
        connection.execute("SELECT count(*) FROM chunks")


def test_a_pooled_connection_carries_no_workspace_over(workspace: str) -> None:
    with db.transaction(workspace) as connection:
        connection.execute("SELECT 1")
    with db.engine() as connection:
        row = connection.execute("SELECT current_setting('shiomi.workspace', true), current_user").fetchone()
    assert row == ("", "shiomi_engine")


def test_the_engine_can_not_read_knowledge(workspace: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.engine() as connection:
        connection.execute("SELECT text FROM pages")


def test_a_view_sees_no_more_than_who_asks(workspace: str) -> None:
    with db.owner() as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace "
            "AND NOT coalesce(reloptions, '{}') @> ARRAY['security_invoker=true']"
        ).fetchall()
    assert [row[0] for row in rows if not row[0].startswith("pg_stat")] == []
