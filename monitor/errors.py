"""Every error that a user or another module can meet, each saying whose fault it is.

::

    MonitorError(message, *, where)        str() = where: message: cause
    ├─ ConfigError      the user's file, with line and column  → exit 2, nothing polled
    ├─ LanguageError    our own language data is wrong         → exit 70 at load
    ├─ ParseError       the site's fault                       → counted on that source, others go on
    ├─ DeliveryError    the channel's fault, maybe retryable   → retried or dead
    ├─ LedgerError      the database                           → stop, nothing half-written
    │  ├─ SchemaVersionError   written by a newer monitor
    │  ├─ LockedError          another process holds it
    │  ├─ ReadOnlyError        it cannot be written here
    │  ├─ DiskFullError        there is no room left
    │  ├─ DamagedError         it does not hold what was written
    │  ├─ NotFoundError        no row of that id
    │  ├─ CursorError          no listing returned this cursor
    │  ├─ ConflictError        another person judged meanwhile
    │  └─ SlowError            a query took longer than it may
    └─ LeaseLostError   its lease has ended                    → nothing was written; what is due is done again

Unreachable, not modified and "no claim" are values, not errors. Anything else that is raised is a bug.
"""

from __future__ import annotations

from datetime import timedelta


class MonitorError(Exception):
    """The root of the tree: `message` says what happened and what to do, `where` names file, source or channel."""

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where

    def __str__(self) -> str:
        cause = f": {self.__cause__}" if self.__cause__ is not None and str(self.__cause__) else ""
        return f"{self.where}: {self.message}{cause}" if self.where else f"{self.message}{cause}"


class ConfigError(MonitorError):
    """The user's file is wrong; `where` is ``file:line:column``."""


class LanguageError(MonitorError):
    """A language file of ours is wrong; `where` names the language and the rule."""


class ParseError(MonitorError):
    """A body is not in the format of its source; `where` is its URL."""


class DeliveryError(MonitorError):
    """A channel did not accept an alert.

    `retryable` says whether a later attempt may succeed, `retry_after` how long the channel asked to wait, `disable` that the channel
    declared itself gone for good (HTTP 410).
    """

    def __init__(
        self,
        message: str,
        *,
        where: str = "",
        retryable: bool = True,
        retry_after: timedelta | None = None,
        disable: bool = False,
    ) -> None:
        super().__init__(message, where=where)
        self.retryable = retryable
        self.retry_after = retry_after
        self.disable = disable


class LedgerError(MonitorError):
    """The database cannot be read or written."""


class SchemaVersionError(LedgerError):
    """The database was written by a newer version of the monitor."""


class LockedError(LedgerError):
    """Another process holds the database."""


class ReadOnlyError(LedgerError):
    """The database or its folder cannot be written."""


class DiskFullError(LedgerError):
    """There is no room left for the database."""


class DamagedError(LedgerError):
    """The database is corrupt; a backup has to replace it."""


class NotFoundError(LedgerError):
    """There is no row of that id."""


class CursorError(LedgerError):
    """The cursor of a page was not returned by this listing, or for other filters."""


class ConflictError(LedgerError):
    """The claim was judged by another since the person saw it; nothing was changed."""


class SlowError(LedgerError):
    """A query took longer than it may, and was given up."""


class LeaseLostError(MonitorError):
    """The lease of a site or a channel has ended, or is not for what is written, so that nothing is written under it; `where` is its name."""
