"""The values that pass between the server and the handlers of its pages: what was asked, and what to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from monitor.i18n import Catalogue

__all__ = ["Ask", "Data", "HtmlPage", "Redirect", "RefusedError", "Reply"]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request that passed the checks: its path and what it names, its query, its form, and the reader's language.

    `values` is what the route takes from the path; `token` belongs into every form of the answer. `now` is the time of the request and
    `zone` that of the configuration. `later` are the claims that this browser put off.
    """

    path: str
    values: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    form: Mapping[str, str]
    words: Catalogue
    now: datetime
    zone: ZoneInfo
    token: str
    actor: str
    later: tuple[int, ...] = ()
    keys_off: bool = False

    @property
    def today(self) -> date:
        """The day of the request in the zone of the configuration."""
        return self.now.astimezone(self.zone).date()

    def one(self, name: str) -> str:
        """Return the first value of a query parameter, "" without one."""
        return next((value for key, value in self.query if key == name), "")

    def all(self, name: str) -> list[str]:
        """Return every value of a query parameter, without repetitions and empty ones."""
        return list(dict.fromkeys(value for key, value in self.query if key == name and value))

    def here(self, **changed: str | None) -> str:
        """Return the address of this page with some query parameters set, or left out where None."""
        kept = [(key, value) for key, value in self.query if key not in changed]
        kept += [(key, value) for key, value in changed.items() if value is not None]
        return f"{self.path}?{urlencode(kept)}" if kept else self.path


@dataclass(frozen=True)
class HtmlPage:
    """A page: the template, its values, and the status."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Redirect:
    """An answer to a form: go and get that page (303). `later`, when given, are the claims that this browser puts off from now on."""

    to: str
    later: tuple[int, ...] | None = None
    keys_off: bool | None = None


@dataclass(frozen=True)
class Data:
    """A small answer for the script, as JSON."""

    value: Mapping[str, Any]


class RefusedError(Exception):
    """A request that is answered with an error page: `status`, and for a person a headline and what to do."""

    def __init__(self, status: int, headline: str, advice: str = "") -> None:
        super().__init__(headline)
        self.status = status
        self.headline = headline
        self.advice = advice


Reply = HtmlPage | Redirect | Data
