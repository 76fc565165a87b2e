"""Which address leads to which page, and which form to which command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from monitor.web import pages, posting
from monitor.web.desk import Desk
from monitor.web.exchange import Ask, Reply

__all__ = ["ANSWERS", "PAGES"]

Handler = Callable[[Ask, Desk], Reply]
_CLAIM: Final = "/claims/{number:[0-9]{1,40}}"

PAGES: Final[Mapping[str, Handler]] = {
    "/": pages.home,
    "/works/{slug}": pages.work,
    "/works/{slug}/claims": pages.claims,
    _CLAIM: pages.claim,
    f"{_CLAIM}/document": pages.document,
    f"{_CLAIM}/correct": posting.correction,
    "/review": pages.review,
    "/changes": pages.changes,
    "/changes/{number:[0-9]{1,40}}": pages.change,
    "/sources": pages.sources,
    "/deliveries": pages.deliveries,
    "/search": pages.search,
    "/keys": pages.keys,
    "/live": pages.live,
}

ANSWERS: Final[Mapping[str, Handler]] = {
    f"{_CLAIM}/judge": posting.judge,
    f"{_CLAIM}/correct": posting.correct,
    "/deliveries/retry": posting.retry,
    "/keys": posting.keys,
}
"""Forms: these may write."""
