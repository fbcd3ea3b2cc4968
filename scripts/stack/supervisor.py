"""Keeps the parts running: starts them tier by tier, starts again what dies, stops all in the reverse order.

Plain Python and one thread: honcho, supervisor and circus leave orphans when they are killed themselves.
"""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import FrameType, TracebackType
from typing import Self

from scripts.stack.ears import Ears
from scripts.stack.embedded import is_up
from scripts.stack.errors import SetupFailed
from scripts.stack.guard import Guard
from scripts.stack.part import Child, Part, spawn
from scripts.stack.screen import Screen

FIRST_DELAY, LONGEST_DELAY = 0.25, 10.0
HEALTHY_SECONDS = 30.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Watched:
    """One part and what became of it."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.child: Child | None = None
        self.started = 0.0
        self.delay = FIRST_DELAY
        self.start_again_at = 0.0


class Supervisor:
    """Use it as a context manager in the main thread; leaving it stops everything."""

    def __init__(self, screen: Screen, *, healthy_seconds: float = HEALTHY_SECONDS) -> None:
        self.asked_to_stop = False
        self._healthy_seconds = healthy_seconds
        self._screen = screen
        self._tiers: list[list[Watched]] = []
        self._guard = Guard()
        self._ears = Ears()
        self._old_handlers: dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None] = {}

    def start(self, parts: Sequence[Part]) -> None:
        """Start a tier and wait until all of it is ready or a stop is asked for; raise a StackError if it fails."""
        self._tiers.append([])
        self.add(parts)

    def add(self, parts: Sequence[Part]) -> None:
        """Start more parts in the last tier, which stops as one, and wait for them likewise."""
        more = [Watched(part) for part in parts]
        self._tiers[-1].extend(more)
        for watched in more:
            self._start(watched)
        waiting = [(w.child, w.started + w.part.ready_seconds) for w in more if w.child]
        while waiting and not self.asked_to_stop:
            self._ears.turn(0.02)
            waiting = [(child, deadline) for child, deadline in waiting if not is_up(child, deadline)]

    def run(self, part: Part) -> list[str]:
        """Run a part to its end and give the lines of its standard output; its errors go to the screen."""
        said: list[str] = []
        child = spawn(part, errors=subprocess.PIPE)
        self._guard.add(child.pid)
        self._ears.hear(child.process.stdout, said.append)
        self._ears.hear(child.process.stderr, partial(self._screen.line, part.name))
        while not child.has_ended() and not self.asked_to_stop:
            self._ears.turn(0.02)
        self._end(child)
        if child.process.returncode != 0 and not self.asked_to_stop:
            raise SetupFailed(part=part.name, code=child.process.returncode)
        return said

    def watch(self) -> None:
        """Keep all parts running until a stop is asked for."""
        while not self.asked_to_stop:
            for watched in self._all():
                self._revive(watched)
            self._ears.turn(0.25)

    def stop(self) -> None:
        """Stop tier by tier, the last one first; nothing is left afterwards."""
        while self._tiers:
            self._stop_tier([watched.child for watched in self._tiers.pop() if watched.child])

    def __enter__(self) -> Self:
        for number in STOP_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores SIGHUP on purpose
                self._old_handlers[number] = signal.signal(number, self._ask_to_stop)
        self._old_handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)  # only to be woken
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._guard.close()
        self._ears.close()
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)

    def _ask_to_stop(self, *_: object) -> None:
        self.asked_to_stop = True

    def _all(self) -> Iterator[Watched]:
        return (watched for tier in self._tiers for watched in tier)

    def _start(self, watched: Watched) -> None:
        watched.child = spawn(watched.part)
        watched.started = time.monotonic()
        self._guard.add(watched.child.pid)
        self._ears.hear(watched.child.process.stdout, partial(self._screen.line, watched.part.name))

    def _revive(self, watched: Watched) -> None:
        now = time.monotonic()
        if watched.child is None:
            if now >= watched.start_again_at:
                self._start(watched)
        elif watched.child.has_ended():
            delay = FIRST_DELAY if now - watched.started >= self._healthy_seconds else watched.delay
            code = watched.child.process.returncode
            self._end(watched.child)
            self._screen.line(watched.part.name, f"ended with code {code}; starts again in {delay:g} s")
            watched.child, watched.start_again_at = None, now + delay
            watched.delay = min(delay * 2, LONGEST_DELAY)

    def _stop_tier(self, children: list[Child]) -> None:
        steps = {child: iter(child.part.stop) for child in children}
        deadlines = dict.fromkeys(children, 0.0)
        while alive := [child for child in children if not child.has_ended()]:
            for child in alive:
                if time.monotonic() >= deadlines[child]:
                    number, seconds = next(steps[child], (signal.SIGKILL, 1.0))
                    child.send(number)
                    deadlines[child] = time.monotonic() + seconds
            self._ears.turn(0.02)
        for child in children:
            self._end(child)

    def _end(self, child: Child) -> None:
        """Kill what is left of a part's group and handle its last lines."""
        child.kill()
        self._guard.remove(child.pid)
        self._ears.forget([child.process.stdout, child.process.stderr])
