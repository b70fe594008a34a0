"""Structured logs: events with keys, one line each. No fax content, no personal data and no secret is ever a key's
value."""

import logging
import sys
from typing import TextIO

import structlog

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def set_up_logs(*, level: str, as_json: bool, into: TextIO | None = None) -> None:
    """Logs go to standard error, so that answers on standard output stay clean, or into an open file."""
    colours = (into or sys.stderr).isatty()
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=colours)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda *_: structlog.PrintLogger(into or sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()], force=True)
    # DBOS would bring a handler of its own, which writes whatever its messages quote
    durable_engine = logging.getLogger("dbos")
    durable_engine.handlers, durable_engine.propagate = [_Libraries()], False


class _Libraries(logging.Handler):
    """What libraries log, as one event of ours: who, where, what kind of error, and the constant part of the message.
    What a message is filled with may be fax content."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        structlog.get_logger("faxrouter").log(
            record.levelno,
            "library",
            of=record.name,
            at=f"{record.filename}:{record.lineno}",
            said=record.msg if record.args and isinstance(record.msg, str) else None,
            error=error,
        )
