"""The scheduler process: relay, sweep and Celery's schedule. One at a time leads, the others stand by."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from celery.beat import Scheduler

import db
from db import locks, outbox
from db.errors import Unavailable
from db.pool import listen
from settings import get_settings
from settings.logging import configure_logging
from tasks import relay
from tasks.app import connect
from tasks.presence import Presence
from tasks.sweep import sweep

log = structlog.get_logger(__name__)
TICK_SECONDS = 0.5
STANDBY_SECONDS = 1.0
GATHER_SECONDS = 0.01
"""Every claim and every end notifies the relay; those that come together are answered by one look."""


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    configure_logging()
    connect()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        try:
            with db.owner() as connection:
                if locks.try_lead(connection):
                    with _on_duty():
                        lead(stop, lambda: locks.still_leads(connection))
        except Unavailable:
            log.warning("database away")
        stop.wait(STANDBY_SECONDS)


def lead(stop: threading.Event, still_leads: Callable[[], bool]) -> None:
    """Relay on every notification, sweep and send what is scheduled on every tick, until told to stop.

    Raise Unavailable with the database; return when another scheduler has taken over.
    """
    began = swept = time.monotonic()
    beat = Scheduler(connect())
    for _heard in listen(outbox.CHANNEL, timeout=TICK_SECONDS / 2):
        if stop.is_set():
            return
        relay.publish_due()
        stop.wait(GATHER_SECONDS)
        now = time.monotonic()
        if now - swept >= TICK_SECONDS:
            if not still_leads():
                return
            beat.tick()
            sweep(expire=now - began > get_settings().lease_seconds)
            swept = time.monotonic()


@contextmanager
def _on_duty() -> Iterator[None]:
    """Say that a scheduler leads."""
    presence = Presence(f"scheduler@{socket.gethostname()}", [], 0)
    presence.start()
    log.info("scheduler leads")
    try:
        yield
    finally:
        presence.stop()


if __name__ == "__main__":
    main()
