"""Structured logs: events with keys, one line each. No fax content, no personal data and no secret is ever a key's
value."""

import logging
import sys
from pathlib import Path
from traceback import extract_tb

import structlog

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def set_up_logs(*, level: str, as_json: bool) -> None:
    """Logs go to standard error, so that answers on standard output stay clean."""
    renderer = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()], force=True)
    # DBOS would bring a handler of its own, which writes whatever its messages quote
    durable_engine = logging.getLogger("dbos")
    durable_engine.handlers, durable_engine.propagate = [_Libraries()], False


def place_of(err: BaseException) -> str:
    """`journal.py:120`, where it was raised. Its message is left out: it may quote fax content."""
    trace = extract_tb(err.__traceback__)
    return f"{Path(trace[-1].filename).name}:{trace[-1].lineno}" if trace else "an unknown place"


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
