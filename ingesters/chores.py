"""Periodic housekeeping of the engine's own tables."""

import structlog

import db
from db import deliveries, events, idempotency, model_calls, sends, workers
from settings import get_settings

log = structlog.get_logger(__name__)


def prune() -> None:
    """Forget the events of jobs long ended, old keys and messages, and workers long silent; log how many."""
    with db.engine() as connection:
        old_events = events.prune(connection, get_settings().events_days)
        old_keys = idempotency.prune(connection)
        old_messages = deliveries.prune(connection) + sends.prune(connection)
        old_calls = model_calls.prune(connection, get_settings().model_calls_days)
        workers.forget_silent(connection)
    log.info("pruned", events=old_events, idempotency_keys=old_keys, messages=old_messages, model_calls=old_calls)
