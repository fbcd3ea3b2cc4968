"""The parts of the platform on this machine, as the supervisor wants them: servers, setup, web, workers, schedule."""

import http.client
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from scripts.stack import web_command
from scripts.stack.part import Part

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # to ask ourselves, not to listen
NO_ROOT_WARNING = "ignore:You're running the worker with superuser privileges"  # root is one of our two ways
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def child_env(data_dir: Path, database_url: str, broker_url: str) -> dict[str, str]:
    """Give what each part finds in its environment beside what this process has."""
    return {
        "SHIOMI_DATA_DIR": str(data_dir),
        "SHIOMI_DATABASE_URL": database_url,
        "SHIOMI_BROKER_URL": broker_url,
        "PROMETHEUS_MULTIPROC_DIR": str(data_dir / "run" / "metrics"),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",  # glibc keeps an arena for each thread otherwise: hundreds of MB in the web server
        **dict.fromkeys(ONE_THREAD, "1"),  # two model threads on busy cores: query p95 1,724 ms against 45 ms
    }


def setup(env: Mapping[str, str]) -> Part:
    """Describe the step before web and workers: migrate, make sure that somebody can sign in."""
    return Part(name="setup", argv=(sys.executable, "-m", "scripts.prepare"), env=env)


def web(argv: Sequence[str], env: Mapping[str, str], *, host: str, port: int) -> Part:
    """Describe the web server; SIGQUIT and the group's end are for event streams, which hold a graceful stop."""
    return Part(
        name="web",
        argv=tuple(argv),
        env={**env, **web_command.ENV},
        is_ready=partial(answers, ANY_ADDRESS.get(host, host), port),
        stop=((signal.SIGTERM, 1.0), (signal.SIGQUIT, 0.3)),
        death_signal=signal.SIGQUIT,
    )


def worker(argv: Sequence[str], env: Mapping[str, str]) -> Part:
    """Describe the workers: a short warm stop, then a cold one; a job cut off is taken up again by its lease."""
    return Part(
        name="worker",
        argv=tuple(argv),
        env={**env, "PYTHONWARNINGS": NO_ROOT_WARNING},
        stop=((signal.SIGTERM, 1.0), (signal.SIGQUIT, 0.5)),
        death_signal=signal.SIGQUIT,
    )


def scheduler(argv: Sequence[str], env: Mapping[str, str]) -> Part:
    """Describe the process that sends what is due."""
    return Part(name="scheduler", argv=tuple(argv), env=env, stop=((signal.SIGTERM, 1.0),))


def answers(host: str, port: int) -> bool:
    """Tell whether /healthz answers 200."""
    connection = http.client.HTTPConnection(host, port, timeout=1.0)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def first_admin(said: Sequence[str]) -> tuple[str, str] | None:
    """Read the first admin's name and one-time password from what the setup said; None when there was one before."""
    for line in reversed(said):
        if line.startswith("{"):
            admin = json.loads(line)["admin"]
            return (admin["name"], admin["password"]) if admin else None
    return None
