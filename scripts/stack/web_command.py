"""The command line that starts the web server."""

import sys

from settings import Settings

GRACEFUL_SECONDS = 2  # open event streams hold a graceful stop
TIMEOUT_SECONDS = 60
ENV = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
"""glibc gives the buffers of large uploads back at once: 118 instead of 125 MB after 1 GiB."""


def web_argv(settings: Settings) -> list[str]:
    """Start gunicorn with threads; never preloaded, because models and pools must not cross a fork."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return [
        sys.executable, "-m", "gunicorn", "--config", "python:web.server", "--no-control-socket",
        "--bind", f"{host}:{settings.port}", "--worker-class", "gthread",
        "--workers", str(settings.web_processes), "--threads", str(settings.web_threads),
        "--timeout", str(TIMEOUT_SECONDS), "--graceful-timeout", str(GRACEFUL_SECONDS), "--keep-alive", "15",
        "web.wsgi:app",
    ]  # fmt: skip
