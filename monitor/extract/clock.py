"""What a date means depends on what was told before it: "the same day", "a week later", the year of the last date."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.extract.dates import Mention, find_dates
from monitor.extract.sentence import Sentence
from monitor.extract.timing import NEVER, is_yearless, label_of
from monitor.model import Document, When

__all__ = ["Clock"]


class Clock:
    """The time of a document being read: its own, that of the entry of a timeline, that of the last date told."""

    def __init__(self, document: Document) -> None:
        self._published = document.published
        self._label: datetime | None = None
        self.label_when: When | None = None
        self._last_day: datetime | None = None
        self._last_sentence: Sentence | None = None
        self._told: tuple[Mention, datetime] | None = None
        self._telling: tuple[Mention, datetime] | None = None

    def open_block(self, opening: Sentence) -> None:
        """Take the day that an entry of a timeline opens with as the block's own time."""
        self._label = label_of(opening, self._published)
        self.label_when = None
        if self._label is not None:
            self.label_when = opening.stream[0].value.resolve(self._published, past=True)

    def now(self, sentence: Sentence) -> datetime:
        """Return the time that the dates of `sentence` are counted from."""
        return sentence.block.posted or self._label or self._published

    def tell(self, sentence: Sentence, index: int) -> None:
        """Keep the date at token `index` for what may be counted from it."""
        token = sentence.stream[index]
        words = set(token.text.split())
        self._told = self._telling
        if not words & (sentence.language.same_words | sentence.language.later_words):
            self._telling = (token.value, self.now(sentence))

    def period(self, sentence: Sentence, index: int, *, past: bool, moved: bool = False) -> When | None:
        """Return the period of the date at token `index`, None for "soon", NEVER when it is counted from what is not told."""
        stream, language = sentence.stream, sentence.language
        token = stream[index]
        mention: Mention = token.value
        published = self.now(sentence)
        words = token.text.rstrip(".,").split()
        following = [one.text for one in stream[index + 1 : index + 5]]
        when = mention.resolve(published, past=past)
        if words[-1] in language.later_words and len(words) > 1 and when is not None and not when.is_open:
            when = self._later(mention)
        elif (set(words) & language.same_words and not any(map(str.isdigit, token.text))) or (
            following[:1] == ["of"] and set(following[1:3]) & language.same_words
        ):
            when = NEVER if following[:1] == ["as"] else self._same(mention, words)
        elif past and self._last_day is not None and self._last_sentence is sentence and is_yearless(mention):
            when = mention.resolve(self._last_day.replace(month=1, day=1))
        if when is not None and words[0] in language.since_words and when.edtf.endswith("/.."):
            when = When.parse(when.edtf.removesuffix("/.."))
        if when is not None and moved and when.earliest is None and words[0] in language.before_words:
            bare = find_dates(sentence.block.text[token.start : token.end].partition(" ")[2], language.code)
            when = bare[0].resolve(published) if bare else when
        if when is not None and when is not NEVER and when.is_day and when.earliest is not None:
            self._last_day = datetime(
                when.earliest.year, when.earliest.month, when.earliest.day, 12, tzinfo=UTC
            )
            self._last_sentence = sentence
        return when

    def _later(self, mention: Mention) -> When | None:
        """Count "one week later" from the day told last."""
        last = self._last_told()
        if last is None:
            return NEVER
        counted = mention.resolve(last)
        return None if counted is None else When.parse(counted.edtf.rstrip("~"))

    def _same(self, mention: Mention, words: list[str]) -> When | None:
        """Read "the same day", "September 8 of that year"."""
        last = self._last_told()
        if last is None:
            return NEVER
        if words[-1] == "day":
            return When.parse(last.date().isoformat())
        return mention.resolve(last.replace(month=1, day=1))

    def _last_told(self) -> datetime | None:
        if self._told is None:
            return self._last_day
        when = self._told[0].resolve(self._told[1])
        if when is None or when.earliest is None:
            return self._last_day
        return datetime(when.earliest.year, when.earliest.month, when.earliest.day, 12, tzinfo=UTC)
