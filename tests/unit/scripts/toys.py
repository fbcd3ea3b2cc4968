"""Run by the supervisor's tests as a program of its own: a supervisor over toy parts that note what happens to them.

Usage: toys.py FOLDER. Each toy appends `name:event:pid` to FOLDER/events; toys named in FOLDER/dies end at once.
"""

import signal
import sys
from pathlib import Path

from scripts.stack.part import Part
from scripts.stack.screen import Screen
from scripts.stack.supervisor import Supervisor

TOY = """
import os, pathlib, signal, subprocess, sys, time
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
def note(event, pid=os.getpid()):
    with open(folder / "events", "a") as out: out.write(f"{name}:{event}:{pid}\\n")
def stop(*_): note("stopped"); sys.exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if name == "stubborn" else stop)
grandchild = subprocess.Popen(["sleep", "60"], preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN))
note("grandchild", grandchild.pid)
note("started")
print(f"hello from {name}", flush=True)
if name == "mortal": sys.exit(3)
while True: time.sleep(1)
"""


def toy(name: str, folder: Path) -> Part:
    """Describe a toy part."""
    argv = (sys.executable, "-I", "-S", "-c", TOY, name, str(folder))
    return Part(name=name, argv=argv, stop=((signal.SIGTERM, 0.5),))


def main(folder: Path, tiers: list[str]) -> None:
    """Start the tiers (names joined by commas), say so, and run until told to stop."""
    with Supervisor(Screen()) as supervisor:
        for tier in tiers:
            supervisor.start([toy(name, folder) for name in tier.split(",")])
        (folder / "ready").touch()
        supervisor.watch()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
