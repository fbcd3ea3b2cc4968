"""Sources of signed messages: set up with a secret that is shown once, given a new one, ended."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import structlog

import db
from db import sources, webhook_secrets
from db.sources import Source
from ingesters import signatures
from ingesters.errors import IntakeError

log = structlog.get_logger(__name__)
OVERLAP_HOURS = 24.0
"""How long the old secret still counts after a rotation."""
SHORTEST_SECRET = 16


@dataclass(frozen=True)
class Wish:
    """A source to be: its name, how it signs, the app key of TikTok Shop, and a secret that the other side has made."""

    name: str
    scheme: str
    app_id: str | None = None
    secret: str | None = None


def create(workspace: str, wish: Wish) -> tuple[Source, str]:
    """Set up a source; give it with its secret. Raise IntakeError for a name that is taken and a weak secret."""
    secret = _secret(wish)
    made = Source(uuid4(), workspace, wish.name, wish.scheme, wish.app_id, datetime.now(UTC))
    with db.transaction(workspace) as connection:
        if not sources.add(connection, made):
            raise IntakeError(
                "source_exists",
                "この名前の送信元は登録済みです。別の名前を使ってください。",
                "A source of this name exists; use another name.",
                status=409,
            )
        webhook_secrets.add(connection, workspace, made.id, secret)
    log.info("source created", source_id=str(made.id), scheme=made.scheme)
    return made, secret


def rotate(workspace: str, source_id: UUID, secret: str | None = None) -> tuple[Source, str]:
    """Give a source a new secret; the old one counts for a day. Raise NotFound."""
    with db.transaction(workspace) as connection:
        found = sources.get(connection, source_id)
        new = _secret(Wish(found.name, found.scheme, found.app_id, secret))
        webhook_secrets.expire_others(connection, source_id, OVERLAP_HOURS)
        webhook_secrets.add(connection, workspace, source_id, new)
    log.info("source rotated", source_id=str(source_id))
    return found, new


def remove(workspace: str, source_id: UUID) -> None:
    """Accept nothing more from a source. Raise NotFound."""
    with db.transaction(workspace) as connection:
        sources.remove(connection, source_id)
        webhook_secrets.expire_others(connection, source_id, 0.0)
    log.info("source removed", source_id=str(source_id))


def _secret(wish: Wish) -> str:
    """Take the secret the other side has made, or make one."""
    if wish.scheme == "tiktok_shop" and not wish.app_id:
        raise _refused("app_idを指定してください。", "Give the app key as app_id.")
    if not wish.secret:
        return signatures.new_secret()
    try:
        strong = len(signatures.key_of(wish.secret)) >= SHORTEST_SECRET
    except ValueError:
        strong = False
    if not strong:
        raise _refused(
            f"シークレットは{SHORTEST_SECRET}文字以上、whsec_の場合は正しいbase64にしてください。",
            f"A secret needs {SHORTEST_SECRET} characters, and after whsec_ valid base64.",
        )
    return wish.secret


def _refused(ja: str, en: str) -> IntakeError:
    return IntakeError("source_invalid", ja, en)
