"""Server-sent events of jobs: one listening database connection for each process, fanned out to all streams."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from flask import Flask, Response, current_app

import db
from db import events, jobs
from db.errors import DbError, Unavailable
from db.events import CHANNEL, Event
from db.pool import listen
from web.access import Caller
from web.problems import Problem
from web.shapes.jobs import ENDED

log = structlog.get_logger(__name__)
HEARTBEAT_SECONDS = 15.0
LONGEST_SECONDS = 900.0  # then the browser comes again with Last-Event-ID
TICK_SECONDS = 5.0
MOST_FOR_ONE = 8  # streams of one caller in one process
RECONNECT_SECONDS = 1.0
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Switchboard:
    """Wakes the streams of a job when something happened to it; listens only while somebody watches."""

    def __init__(self, most: int) -> None:
        self._most, self._each = most, max(1, min(MOST_FOR_ONE, most // 2))
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._bells: dict[str, set[threading.Event]] = {}
        self._listening = False

    def enter(self, who: str) -> None:
        """Take a place for a stream; raise a problem when all are taken (503) or all of one caller (429)."""
        with self._lock:
            own = self._taken[who] >= self._each
            if own or self._taken.total() >= self._most:
                raise Problem(429 if own else 503, "too_many_streams", headers={"Retry-After": "5"})
            self._taken[who] += 1

    def leave(self, who: str) -> None:
        """Give the place back."""
        with self._lock:
            self._taken[who] -= 1
            self._taken += Counter()  # drops those with none

    @contextmanager
    def bell(self, job_id: UUID) -> Iterator[threading.Event]:
        """Give a bell that rings when something may have happened to the job."""
        bell, key = threading.Event(), str(job_id)
        with self._lock:
            self._bells.setdefault(key, set()).add(bell)
            if not self._listening:
                self._listening = True
                threading.Thread(target=self._listen, name="job-events", daemon=True).start()
        try:
            yield bell
        finally:
            with self._lock:
                self._bells[key].discard(bell)
                if not self._bells[key]:
                    del self._bells[key]

    def _listen(self) -> None:
        while not self._nobody_left():
            try:
                for job_id in listen(CHANNEL, timeout=TICK_SECONDS):
                    self._ring(job_id)
                    if job_id is None and self._nobody_left():
                        return
            except Unavailable:
                log.warning("event listener lost the database")
                self._ring(None)
                time.sleep(RECONNECT_SECONDS)

    def _nobody_left(self) -> bool:
        with self._lock:
            self._listening = bool(self._bells)
            return not self._listening

    def _ring(self, job_id: str | None) -> None:
        """Ring for one job; for all when it is not known what was missed."""
        with self._lock:
            wanted = self._bells.values() if job_id is None else [self._bells.get(job_id, set())]
            for bell in (bell for bells in wanted for bell in bells):
                bell.set()


def register(app: Flask, threads: int) -> None:
    """Allow half of the threads to be event streams."""
    app.extensions["shiomi_switchboard"] = Switchboard(max(1, threads // 2))


def response(caller: Caller, job_id: UUID, last: int) -> Response:
    """Stream a job's events after event `last`."""
    board: Switchboard = current_app.extensions["shiomi_switchboard"]
    who = f"{caller.kind}:{caller.id}"
    board.enter(who)
    stream = Response(_frames(board, caller.workspace, job_id, last), mimetype="text/event-stream", headers=HEADERS)
    stream.call_on_close(lambda: board.leave(who))
    return stream


def _frames(board: Switchboard, workspace: str, job_id: UUID, last: int) -> Iterator[str]:
    """Yield what happened so far, then what happens, with a comment now and then to keep the line open."""
    until, spoke = time.monotonic() + LONGEST_SECONDS, time.monotonic()
    yield "retry: 2000\n\n"
    with board.bell(job_id) as bell:
        while time.monotonic() < until:
            bell.clear()
            try:
                found, ended = _news(workspace, job_id, last)
            except DbError:
                return
            for event in found:
                last, spoke = event.id, time.monotonic()
                yield _frame(event)
            if ended and not found:
                yield "event: end\ndata: {}\n\n"
                return
            if time.monotonic() - spoke >= HEARTBEAT_SECONDS:
                spoke = time.monotonic()
                yield ": still here\n\n"
            bell.wait(0 if found else TICK_SECONDS)


def _news(workspace: str, job_id: UUID, last: int) -> tuple[list[Event], bool]:
    with db.transaction(workspace) as connection:
        ended = jobs.get(connection, job_id).status in ENDED
        return events.after(connection, job_id, last), ended


def _frame(event: Event) -> str:
    data = json.dumps({"at": event.at.isoformat(), **event.data}, ensure_ascii=False)
    return f"id: {event.id}\nevent: {event.kind}\ndata: {data}\n\n"
