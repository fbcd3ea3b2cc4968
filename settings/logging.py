"""Logs as structured events: one fixed text and fields, readable in a terminal or as JSON lines.

structlog goes through the standard library's logging; otherwise Celery would show each line as a warning.
"""

import logging
import sys

import structlog
from structlog.typing import Processor

from settings import get_settings


def configure_logging(*, level: str | None = None, json: bool | None = None) -> None:
    """Set up logging for this process; called once by each program's start."""
    settings = get_settings()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(shared, as_json=settings.log_json if json is None else json))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level or settings.log_level)
    # Celery's line for each message received and done says less than our own events for the job it woke.
    for noisy in (
        "alembic",
        "httpx",
        "httpcore",
        "pdfminer",
        "PIL",
        "azure",
        "celery.worker.strategy",
        "celery.app.trace",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _formatter(shared: list[Processor], *, as_json: bool) -> logging.Formatter:
    last: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), pad_event_to=28, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )
