"""A worker says every few seconds that it is there, so that a waiting job can say whether anybody listens."""

import threading
from typing import Any

import structlog
from celery.signals import setup_logging, worker_process_init, worker_ready, worker_shutdown, worker_shutting_down

import db
from db import workers
from db.errors import Unavailable
from settings.logging import configure_logging
from tasks.life import begin_stopping

log = structlog.get_logger(__name__)
EVERY_SECONDS = 2.0


class Presence:
    """Writes one row of db.workers again and again from a thread of its own."""

    def __init__(self, name: str, queues: list[str], slots: int) -> None:
        self._name, self._queues, self._slots = name, queues, slots
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        """Start saying so."""
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye."""
        self._done.set()
        self._thread.join(timeout=EVERY_SECONDS)
        try:
            with db.engine() as connection:
                workers.gone(connection, self._name)
        except Unavailable:
            log.warning("goodbye not written, database away")

    def _run(self) -> None:
        while True:
            try:
                with db.engine() as connection:
                    workers.seen(connection, self._name, self._queues, self._slots)
            except Unavailable:
                log.warning("presence not written, database away")
            if self._done.wait(EVERY_SECONDS):
                return


_present: list[Presence] = []


@setup_logging.connect
def _set_up_logging(**_: Any) -> None:
    configure_logging()


@worker_process_init.connect
def _set_up_child(**_: Any) -> None:
    configure_logging()


@worker_ready.connect
def _say_hello(sender: Any, **_: Any) -> None:
    queues = sorted(sender.app.amqp.queues.consume_from)
    presence = Presence(sender.hostname, queues, sender.controller.concurrency)
    presence.start()
    _present.append(presence)


@worker_shutting_down.connect
def _give_jobs_back(**_: Any) -> None:
    begin_stopping()


@worker_shutdown.connect
def _say_goodbye(**_: Any) -> None:
    for presence in _present:
        presence.stop()
