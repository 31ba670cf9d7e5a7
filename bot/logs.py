"""How the log is written: ids, never residents' words; always to standard error, so that output stays output."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

PLACES = 6
"""How many places of a fault's way up are named."""
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def name_fault(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A fault as its type and its places in the code: what it says of itself may repeat what somebody said."""
    fault = line.pop("exc_info", None)
    fault = sys.exc_info()[1] if fault is True else fault
    fault = fault[1] if isinstance(fault, tuple) else fault
    if isinstance(fault, BaseException):
        places = reversed(traceback.extract_tb(fault.__traceback__)[-PLACES:])
        line["fault"] = type(fault).__name__
        line["where"] = " < ".join(f"{Path(p.filename).name}:{p.lineno}" for p in places)
    return line


class OfLibraries(logging.Handler):
    """What libraries log becomes a line of ours: which of them, where, which fault. Their sentences may repeat words."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line."""
        where = f"{record.module}:{record.lineno}"
        structlog.get_logger().log(
            record.levelno, "library", library=record.name, at=where, exc_info=record.exc_info
        )


def write_logs(form: str = "text", level: str = "warning") -> None:
    """Set up the log of this process: ``form`` is text or json, ``level`` the least that is written."""
    shown: Any = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            name_fault,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    libraries = logging.getLogger()
    if not any(isinstance(each, OfLibraries) for each in libraries.handlers):
        libraries.addHandler(OfLibraries(logging.WARNING))
