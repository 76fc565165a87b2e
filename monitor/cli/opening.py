"""Find and open the configuration and the database for a command."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import LedgerError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.ledger import Ledger
    from monitor.review import Review

__all__ = [
    "config_path",
    "configuration",
    "configuration_or_none",
    "database_path",
    "ledger",
    "reviewing",
    "who",
]

_NAME = "sources.yaml"


def config_path(given: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path of the configuration: `given`, else MONITOR_CONFIG, else sources.yaml here or in the user's own folder."""
    if given is not None:
        return given
    if named := environ.get("MONITOR_CONFIG"):
        return Path(named)
    import platformdirs  # noqa: PLC0415 - not every command asks

    own = platformdirs.user_config_path("monitor") / _NAME
    return own if own.exists() and not Path(_NAME).exists() else Path(_NAME)


def database_path(given: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path of the database: `given`, else MONITOR_DB, else monitor.db in the user's data folder."""
    if given is not None:
        return given
    if named := environ.get("MONITOR_DB"):
        return Path(named)
    import platformdirs  # noqa: PLC0415 - as above

    return platformdirs.user_data_path("monitor") / "monitor.db"


def configuration(given: Path | None) -> Config:
    """Return the configuration. Raises ConfigError."""
    from monitor.config import load  # noqa: PLC0415 - as above

    return load(config_path(given), os.environ)


def configuration_or_none(given: Path | None) -> Config | None:
    """Return the configuration, None where none is `given` and its file is not there. Raises ConfigError."""
    return configuration(given) if given or config_path(None).exists() else None


@contextmanager
def ledger(given: Path | None, *, write: bool = False) -> Iterator[Ledger]:
    """Open the existing ledger, for reading unless `write`. Raises LedgerError."""
    from monitor.ledger import Ledger  # noqa: PLC0415 - as above

    path = database_path(given)
    if not path.exists():
        raise LedgerError(
            "there is no database yet; `monitor poll` or `monitor run` makes it", where=str(path)
        )
    with Ledger.open(path, read_only=not write) as opened:
        yield opened


@contextmanager
def reviewing(known: Config | None, given: Path | None, *, write: bool = False) -> Iterator[Review]:
    """Open the read model of the existing ledger, with the names and channels of `known`. Raises LedgerError.

    `write` upgrades the ledger of an older version first, as a command that writes to it does.
    """
    from monitor import clock  # noqa: PLC0415 - as above
    from monitor.review import Review  # noqa: PLC0415

    path = database_path(given)
    if not path.exists():
        raise LedgerError(
            "there is no database yet; `monitor poll` or `monitor run` makes it", where=str(path)
        )
    if write:
        from monitor.ledger import Ledger  # noqa: PLC0415

        Ledger.open(path).close()
    review = Review(path, known, clock=clock.now)
    try:
        yield review
    finally:
        review.close()


def who(environ: Mapping[str, str] = os.environ) -> str:
    """Return the name under which verdicts and retries are recorded: that of the user, "" where the system has none."""
    return environ.get("USER") or environ.get("LOGNAME") or ""
