"""Deliveries: the messages that were accepted, each once, written together with what they became."""

from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from db.pool import Connection

KEEP_DAYS = 14


@dataclass(frozen=True)
class Delivery:
    """What a message held, as a hash, and the analysis it became."""

    content_hash: str
    analysis_id: UUID


@dataclass(frozen=True)
class Message:
    """A message as it came: `expires` is True when its signature carries a time, so that an old one is refused anyway."""

    source: str
    id: str
    content_hash: str
    expires: bool


def add(connection: Connection, workspace: str, message: Message, analysis_id: UUID) -> Delivery | None:
    """Note a message; give what it was before if this id came already. Waits for a twin that is being stored."""
    added = connection.execute(
        "INSERT INTO deliveries (workspace_id, source, message, content_hash, analysis_id, expires) "
        "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (workspace, message.source, message.id, message.content_hash, analysis_id, message.expires),
    )
    if added.rowcount:
        return None
    cursor = connection.cursor(row_factory=class_row(Delivery))
    return cursor.execute(
        "SELECT content_hash, analysis_id FROM deliveries WHERE source = %s AND message = %s",
        (message.source, message.id),
    ).fetchone()


def point_to(connection: Connection, message: Message, analysis_id: UUID) -> None:
    """Let a message that says nothing new stand for the analysis that was there before."""
    connection.execute(
        "UPDATE deliveries SET analysis_id = %s WHERE source = %s AND message = %s",
        (analysis_id, message.source, message.id),
    )


def prune(connection: Connection) -> int:
    """Forget old messages whose repetition their signature's time forbids (engine connection); give their number."""
    return connection.execute(
        "DELETE FROM deliveries WHERE expires AND received_at < now() - make_interval(days => %s)", (KEEP_DAYS,)
    ).rowcount
