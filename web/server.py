"""gunicorn's settings that are code: `gunicorn -c python:web.server`."""

from typing import Any

from gunicorn.glogging import Logger

from settings.logging import configure_logging
from web.patience import PatientWorker


class logger_class(Logger):  # type: ignore[misc]  # noqa: N801 - gunicorn has no types; the name of its setting
    """Lets gunicorn's own lines look like ours."""

    def setup(self, _cfg: Any) -> None:
        """Hand everything on to our logging."""
        configure_logging()
        self.error_log.propagate = True
        self.error_log.setLevel("WARNING")


def on_starting(server: Any) -> None:
    """Serve with patient workers: the `--worker-class gthread` of a command line outranks a setting here."""
    server.worker_class = PatientWorker


on_reload = on_starting
