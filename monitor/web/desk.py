"""What a handler works with: the read model, the configuration, and the wording of the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from monitor.model import VerdictKind
from monitor.review import Review
from monitor.review.views import ChangeView, Count
from monitor.web.exchange import Ask, RefusedError
from monitor.web.settings import PageSettings
from monitor.web.speech import Speech

__all__ = ["Desk", "Done", "Waiting"]

_LARGEST_ID: Final = 2**63 - 1
_WAITING_FOR: Final = timedelta(seconds=15)


@dataclass
class Waiting:
    """How many claims wait for a verdict, as every page shows it: counted anew at most every 15 seconds."""

    _count: Count | None = field(default=None, repr=False)
    _at: datetime | None = field(default=None, repr=False)

    def known(self, count: Count, at: datetime) -> Count:
        """Return `count`, which was just counted, and keep it."""
        self._count, self._at = count, at
        return count

    def forget(self) -> None:
        """Count anew the next time: an answer was given."""
        self._at = None

    def count(self, review: Review, now: datetime) -> Count:
        """Return the number as it was some seconds ago at most."""
        if self._count is None or self._at is None or not timedelta() <= now - self._at < _WAITING_FOR:
            return self.known(review.waiting(), now)
        return self._count


@dataclass(frozen=True)
class Done:
    """The answer that a person just gave to a claim, for the line that shows it and offers to undo it."""

    claim: int
    version: int
    kind: VerdictKind
    sentence: str
    changes: tuple[ChangeView, ...]
    can_undo: bool


@dataclass(frozen=True)
class Desk:
    """What a handler works with."""

    review: Review
    settings: PageSettings
    ask: Ask
    waiting: Waiting

    @cached_property
    def speech(self) -> Speech:
        """The wording in the reader's language."""
        return Speech(self.ask.words, self.ask.zone, self.ask.now)

    @property
    def config_file(self) -> str:
        """The name of the configuration's file, for a person who has to edit it."""
        return self.settings.config.path.name if self.settings.config else "sources.yaml"

    def waiting_text(self, counted: Count | None = None) -> str:
        """Return how many claims wait for a verdict, "" for none; `counted` where it was just counted."""
        if counted is None:
            count = self.waiting.count(self.review, self.ask.now)
        else:
            count = self.waiting.known(counted, self.ask.now)
        return "" if not count.number else f"{self.speech.number(count.number)}{'+' if count.more else ''}"

    def seen(self) -> str:
        """Return the ids of the newest change and verdict, which a page asks with what is new."""
        change, verdict = self.review.position()
        return f"{change}.{verdict}"

    def number(self, text: str) -> int:
        """Return the id that a path or form gives in ASCII digits. Raises RefusedError (404) for anything else."""
        if not (text.isascii() and text.isdecimal()) or len(text) > 19 or int(text) > _LARGEST_ID:
            raise RefusedError(404, "There is nothing of that number")
        return int(text)

    def done(self) -> Done | None:
        """Return the answer that the last form gave, which the address of the page names; None without one."""
        text = self.ask.one("judged")
        if not (text.isascii() and text.isdecimal()) or len(text) > 18:
            return None
        view = self.review.claim(int(text))
        if not view.verdicts:
            return None
        last = view.verdicts[-1]
        return Done(
            claim=view.card.id,
            version=view.card.version,
            kind=last.kind,
            sentence=self.speech.claim_sentence(view.card.claim),
            changes=tuple(
                change
                for change in view.changes
                if change.verdict is not None and change.verdict.id == last.id
            ),
            can_undo=view.card.verdict is not None,
        )
