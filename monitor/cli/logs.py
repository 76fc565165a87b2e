"""Write the log to stderr: one line for each record, in UTC, for a person, for systemd's journal, or as JSON."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from monitor.cli.terminal import escaped, visible

__all__ = ["LogForm", "LogFormat", "log_to_stderr"]


class LogFormat(StrEnum):
    """The formats of the log."""

    TEXT = "text"
    JSON = "json"


LogForm = Annotated[
    LogFormat, typer.Option("--log", help="How the log is written: lines for a person, or JSON Lines.")
]

_NOISY = ("apscheduler", "httpx", "httpcore", "asyncio", "trafilatura", "urllib3")


def log_to_stderr(
    *,
    verbose: bool = False,
    level: int = logging.INFO,
    form: LogFormat = LogFormat.TEXT,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Write the log to stderr from `level` on; with `verbose` also the monitor's own records at DEBUG.

    Under systemd, detected by JOURNAL_STREAM (systemd.exec(5)), lines have their priority (sd-daemon(3)) and no time, which the journal
    adds itself.
    """
    formatter: logging.Formatter
    if form is LogFormat.JSON:
        formatter = _Json()
    elif "JOURNAL_STREAM" in environ and not sys.stderr.isatty():
        formatter = _Journal("%(message)s")
    else:
        formatter = _OneLine("%(asctime)s UTC %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S")
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler])
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("monitor").setLevel(logging.DEBUG if verbose else level)


class _OneLine(logging.Formatter):
    """Formats a record's message on one line, whatever text from outside it contains; tracebacks keep their lines."""

    converter = time.gmtime  # type: ignore[assignment] # typeshed narrows it to a function of ours

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        record.message = visible(record.message)
        return super().formatMessage(record)


class _Journal(_OneLine):
    """Adds the priority to every line, in the numbers of syslog(3)."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(
            f"<{_priority(record.levelno)}>{line}" for line in super().format(record).splitlines()
        )


def _priority(level: int) -> int:
    if level >= logging.CRITICAL:
        return 2
    if level >= logging.ERROR:
        return 3
    if level >= logging.WARNING:
        return 4
    return 6 if level >= logging.INFO else 7


class _Json(logging.Formatter):
    """Formats a record as one JSON object: time, level, logger, message, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        fields: dict[str, Any] = {
            "time": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return escaped(json.dumps(fields, ensure_ascii=False))
