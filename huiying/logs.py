"""Logs: a constant event and fields; ids, never bodies or tokens."""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import structlog

LogFormat = Literal["console", "json"]

_TALKATIVE = {"kafka": logging.CRITICAL, "elastic_transport": logging.CRITICAL, "httpx": logging.WARNING}
"""Clients that log each attempt and each request: what matters of it is said in our own words, once.
httpx would write down whole addresses, and the keys of robots with them."""


def configure(*, level: str = "INFO", format: LogFormat = "console") -> None:
    """Send everything to standard error, one line an event."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            pad_event_to=28,
            # The default shows the local variables of every frame: posts, notices, passwords.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    told: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    traced = structlog.processors.format_exc_info if format == "json" else _keep
    structlog.configure(
        processors=[*told, traced, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # What libraries say, in the same form.
    theirs = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*told, _of_library],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, traced, renderer],
        use_get_message=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(theirs)
    handler.setLevel(level)
    logging.basicConfig(level=level, handlers=[handler])
    for name, heard in _TALKATIVE.items():
        logging.getLogger(name).setLevel(logging.NOTSET if level == "DEBUG" else heard)


def _of_library(_logger: Any, _method: str, event: Any) -> Any:
    return {**event, "part": event["_record"].name}


def _keep(_logger: Any, _method: str, event: Any) -> Any:
    return event


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of one part; ``part`` says which."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(part=name)
    return logger
