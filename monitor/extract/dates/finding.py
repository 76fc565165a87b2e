"""Find the mentions of dates in a text: of the dates that the rules derive, the longest without overlaps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cached_property

from monitor.extract.dates.alternatives import DateReading, date_readings
from monitor.extract.dates.chart import read
from monitor.extract.dates.date_language import LANGUAGES, DateLanguage, language, months_elsewhere
from monitor.extract.dates.date_tokens import normalise_date_text
from monitor.extract.dates.grammar import Constituent
from monitor.extract.dates.numerals import countdowns, numeral_readings, spaced_days
from monitor.extract.dates.resolving import resolve
from monitor.extract.dates.runs import Run, runs
from monitor.extract.dates.values import (
    NO_TRAITS,
    About,
    Bound,
    Either,
    Lapse,
    NumeralForm,
    Offset,
    Range,
    Stated,
    Trait,
    Vague,
    Value,
    WeekOf,
    bare,
    merged,
    parts,
    said,
)
from monitor.model import When

__all__ = ["DateMention", "find_dates"]

_MOST_TOKENS = 4_000
_RECENT = range(1990, 2050)
"""Numbers that may be years by themselves."""
_STATED = tuple(item.name for item in fields(Stated))
_SLASHED = re.compile(r"(?<![0-9/])[0-9]{1,2}/[0-9]{1,2}(?![0-9/])")


@dataclass(frozen=True)
class DateMention:
    """An expression of a date: `text` is the slice `start:end`, `rules` are the names of the rules that read it, `value` is what it states."""

    start: int
    end: int
    text: str
    rules: tuple[str, ...]
    value: Value = field(repr=False)
    numbered: Value | None = field(default=None, repr=False)
    """The value together with the number right before the text, which may count something else: season 9 June."""
    is_doubtful: bool = False
    """Whether only its sentence makes it a date: "13 years after", "that year", a bare "May"."""
    traits: frozenset[Trait] = field(default=NO_TRAITS, repr=False, compare=False)
    antecedent: DateMention | None = field(default=None, repr=False, compare=False)
    """The date before it in the text that fills its missing fields: the month of a bare day, the day of "the same day"."""

    def resolve(self, published: datetime, *, past: bool = False) -> When | None:
        """Return the period meant by someone who wrote at `published` (the day in its own offset).

        Without a year it is the nearest period that is not over, or with `past` the nearest that has begun. "The same day" is that of
        its antecedent, if there is one. None for "soon", for a day that does not exist, and for years outside the calendar.
        """
        if self.antecedent is not None and self.is_anaphoric:
            return next((one.when for one in self.readings(published, past=past)), None)
        return resolve(self.value, published.date(), past=past)

    def readings(
        self, published: datetime, *, near: When | None = None, past: bool = False
    ) -> tuple[DateReading, ...]:
        """Return every period that the words could mean, written at `published`, without repetitions; the result of `resolve` is first.

        Each has its name: "future", "past", "start", "end", "from-to", "not-before", "bare", "alternative",
        "month-first", … (see `DateReading`). `near` is another date of the text: it fills a year that the words leave out,
        and relative words are counted from it ("the same day"), as further readings; so does the antecedent. Empty for "soon".
        """
        others = [] if self.antecedent is None else _nearest(self.antecedent, published, past=past)
        if near is not None:
            others.append(near)
        return date_readings(
            self.value,
            published.date(),
            is_numeric=Trait.NUMERIC in self.traits,
            text=self.text,
            numbered=self.numbered,
            near=tuple(dict.fromkeys(others)),
            past=past,
            is_anaphoric=self.antecedent is not None and self.is_anaphoric,
        )

    @property
    def is_anaphoric(self) -> bool:
        """Return whether it refers to a period named before: the same day, that year, the day after."""
        return Trait.ANAPHORIC in self.traits

    @property
    def is_vague(self) -> bool:
        """Return whether it does not name a date: soon, in the coming weeks."""
        return any(isinstance(part, Vague) for part in parts(self.value))

    @property
    def is_range(self) -> bool:
        """Return whether it names two ends or two alternatives."""
        return any(isinstance(part, Range | Either) for part in parts(self.value))

    @property
    def bound(self) -> str:
        """Return `before`, `until`, `after`, `from` or `since` if an end is open, else ""."""
        return self.value.side if isinstance(self.value, Bound) else ""

    @property
    def is_approximate(self) -> bool:
        """Return whether the text calls it approximate."""
        return any(isinstance(part, About) for part in parts(self.value))

    @property
    def knows_year(self) -> bool:
        """Return whether the text gives the year, also as "next year"."""
        return any(
            isinstance(part, Stated)
            and (part.year is not None or part.years is not None or said(part) == {"part"})
            for part in parts(self.value)
        )

    @cached_property
    def grain(self) -> str:
        """Return the finest unit named: `day`, `week`, `month`, `season`, `quarter`, `half`, `year`, or ""."""
        return _grain(self.value)

    @property
    def is_counted_in_days(self) -> bool:
        """Return whether it is a day counted from that of writing: today, tomorrow, in five days."""
        match self.value:
            case Stated(days=days):
                return days is not None
            case Offset(unit="day", base=None) | Lapse(unit="day"):
                return True
            case _:
                return False

    @property
    def is_countdown_in_weeks(self) -> bool:
        """Return whether it counts the weeks that are left: one week until, two weeks to go."""
        return isinstance(self.value, Lapse) and self.value.unit == "week" and Trait.COUNTDOWN in self.traits

    @property
    def is_midnight(self) -> bool:
        """Return whether it is the midnight that ends the day of writing."""
        return Trait.MIDNIGHT in self.traits

    def next_day(self) -> DateMention:
        """Return the mention as the day after that of writing, for "tonight at midnight"."""
        return replace(self, value=Stated(days=1))

    def in_days(self) -> DateMention:
        """Return a countdown in weeks as one in days."""
        weeks = self.value
        return (
            replace(self, value=Lapse(7 * weeks.count, "day", weeks.side))
            if isinstance(weeks, Lapse)
            else self
        )

    def approximate(self) -> DateMention:
        """Return the same mention, called approximate."""
        return replace(self, value=About(self.value))


def _nearest(mention: DateMention, published: datetime, *, past: bool) -> list[When]:
    """Return the meanings of a date as an antecedent: by its own antecedent, or in either direction from `published`."""
    if mention.antecedent is not None:
        filled = [one.when for one in mention.readings(published, past=past) if one.anchor == "near"]
        if filled:
            return filled
    if mention.is_range:
        return [one.when for one in mention.readings(published, past=past)][1:_MOST_ENDS]
    found = [resolve(mention.value, published.date(), past=way) for way in (past, not past)]
    return [when for when in found if when is not None]


_MOST_ENDS = 5


def _grain(value: Value) -> str:
    match value:
        case Offset(unit=unit) | Lapse(unit=unit):
            return "day" if unit.startswith(("weekday", "work")) else unit
        case WeekOf():
            return "week"
        case Stated():
            if value.nth is not None:
                return "day" if value.unit in ("weekday", "day") else value.unit or ""
            for grain, names in (
                ("day", ("day", "days", "weekday", "feast")),
                ("week", ("weeks", "weekend")),
                ("month", ("month", "months")),
            ):
                if any(getattr(value, name) is not None for name in names):
                    return grain
            if value.sub is not None:
                return "season" if value.sub < 33 else "quarter" if value.sub < 37 else "half"
            return "quarter" if value.quarters is not None else "half" if value.halves is not None else "year"
        case Range(_, last) | Either(_, last):
            return _grain(last)
        case Bound(_, base) | About(base):
            return _grain(base)
        case _:
            return ""


_SCRIPTS = {"ko": "[가-힣]", "ja": "[ぁ-ヿ]", "zh": "[一-鿿]", "hi": "[ऀ-ॿ]", "ar": "[؀-ۿ]"}


_OTHER_SCRIPT = re.compile("[ぁ-ヿ가-힣ऀ-ॿ؀-ۿ一-鿿]")


def _tag(text: str, lang: str) -> str:
    """Return the language tag to use: the declared one, or if that is missing or unknown the one of the script."""
    code = lang.replace("_", "-").split("-")[0].lower()
    if code in LANGUAGES:
        return lang
    head = text[:2000]
    # Compiled when first needed: few texts need it.
    return next((tag for tag, script in _SCRIPTS.items() if re.search(script, head)), "en")


def find_dates(text: str, lang: str, *, doubtful: bool = False) -> list[DateMention]:
    """Return the mentions of dates in `text`, in order and without overlap; `lang` is a BCP 47 tag or empty.

    With `doubtful` also expressions that only their sentence makes dates ("13 years after", "that year", a bare "May", 11/6):
    `DateMention.is_doubtful`. Never raises. Only the neighbourhood of words that can be a date is parsed with rules,
    at most 4,000 tokens, more than any prose has; so it is linear in the length of the text.
    """
    known = language(_tag(text, lang))
    folded = normalise_date_text(text, known.letters)
    found = _find(known, text, folded, doubtful=doubtful)
    for code in _elsewhere(known, text, folded):
        found = _joined(found, _of_another(code, text))
    found = _leaning(found)
    return _joined(found, list(_in_figures(known, text, folded))) if doubtful else found


def _leaning(found: list[DateMention]) -> list[DateMention]:
    """Return the mentions in order; those that refer to a date before them have it as their antecedent."""
    linked: list[DateMention] = []
    day: DateMention | None = None
    month: DateMention | None = None
    for mention in found:
        value = bare(mention.value)
        first = value.first if isinstance(value, Range | Either) else value
        antecedent = None
        if mention.is_anaphoric:
            antecedent = month if isinstance(first, Stated) and first.days is None else day
        elif isinstance(value, Lapse) or (isinstance(value, Offset) and value.base is None):
            antecedent = day
        elif isinstance(first, Stated) and said(first) <= _BARE_DAY and first.day is not None:
            antecedent = month
        one = mention if antecedent is None else replace(mention, antecedent=antecedent)
        linked.append(one)
        if mention.is_anaphoric or isinstance(value, Offset | Lapse) or mention.is_vague:
            continue
        if mention.grain == "day":
            day = one
        if (
            not mention.is_doubtful
            and isinstance(first, Stated)
            and (first.month or first.months is not None)
        ):
            month = one
    return linked


_BARE_DAY = frozenset({"day", "weekday"})
_NUMERIC = frozenset({Trait.NUMERIC})


_DIGIT = re.compile("[0-9]")


def _in_figures(known: DateLanguage, text: str, folded: str) -> Iterator[DateMention]:
    """Yield days in notations of posts and titles of videos, which mean something else elsewhere: "7 17 26", "D-3"."""
    if _DIGIT.search(folded) is None:
        return
    for start, end, value in spaced_days(folded):
        yield DateMention(
            start,
            end,
            text[start:end],
            (NumeralForm.DATE.value,),
            value,
            None,
            is_doubtful=True,
            traits=_NUMERIC,
        )
    for start, end, value in countdowns(folded, known.code):
        yield DateMention(start, end, text[start:end], ("countdown",), value, None, is_doubtful=True)


_MOST_OTHERS = 2
_SAMPLE = 4_000


def _elsewhere(known: DateLanguage, text: str, folded: str) -> list[str]:
    """Return the languages, at most two, whose months or script occur in a text declared to be in another."""
    months = months_elsewhere()
    words = folded.replace(",", " ").replace("'", " ").split()
    has_month = not months.keys().isdisjoint(words)
    has_script = (
        known.code not in _SCRIPTS
        and not text.isascii()
        and _OTHER_SCRIPT.search(text, 0, _SAMPLE) is not None
    )
    if not has_month and not has_script:
        return []
    counts: Counter[str] = Counter()
    if has_month:
        for word in words:
            codes = months.get(word)
            if codes and known.code not in codes and word not in known.words:
                counts.update(codes[:1])
    if has_script:
        head = text[:_SAMPLE]
        counts.update(tag for tag, script in _SCRIPTS.items() if re.search(script, head))
        if counts["ja"]:
            del counts["zh"]
    return [code for code, _ in counts.most_common(_MOST_OTHERS) if code in LANGUAGES]


def _of_another(code: str, text: str) -> list[DateMention]:
    """Return the mentions in another language that are not accidental: a month with its day or year, or in a script of its own."""
    known = language(code)
    return [
        mention
        for mention in _find(known, text, normalise_date_text(text, known.letters), doubtful=False)
        if (code in _SCRIPTS and _OTHER_SCRIPT.search(mention.text))
        or any(
            isinstance(part, Stated)
            and part.month is not None
            and (part.day is not None or part.year is not None)
            for part in parts(mention.value)
        )
    ]


def _joined(found: list[DateMention], others: list[DateMention]) -> list[DateMention]:
    """Return both in order; of two that overlap the one that contains the other: not the year of "5 listopada 2025"."""
    for other in others:
        over = [one for one in found if one.start < other.end and other.start < one.end]
        within = all(other.start <= one.start and one.end <= other.end for one in over)
        if within and sum(one.end - one.start for one in over) < other.end - other.start:
            found = [one for one in found if one not in over] + [other]
    return sorted(found, key=lambda one: one.start)


def _find(known: DateLanguage, text: str, folded: str, *, doubtful: bool) -> list[DateMention]:
    found: list[DateMention] = []
    budget = _MOST_TOKENS
    listed = folded.count("/") > 1 and _lists_days(known, folded)
    for run in runs(known, text, folded):
        budget -= len(run.tokens)
        if budget < 0:
            break
        for mark, sure in _chosen(known, text, run, listed=listed, doubtful=doubtful):
            start, end = run.tokens[mark.start].start, run.tokens[mark.end - 1].end
            numbered = _numbered(mark.value, text, start)
            found.append(
                DateMention(
                    start,
                    end,
                    text[start:end],
                    mark.rules,
                    mark.value,
                    numbered,
                    not sure,
                    traits=mark.traits,
                )
            )
    return found


_NUMBER_BEFORE = re.compile(r"(?<![\w.,/:-])([0-9]{1,2})\.?[ \u00a0]?\Z")


def _numbered(value: Value, text: str, start: int) -> Value | None:
    """Return a month with the number right before it as its day, None when there is none."""
    if isinstance(value, Bound):
        base = _numbered(value.base, text, start)
        return None if base is None else Bound(value.side, base)
    if not isinstance(value, Stated) or value.month is None or not start or value.day is not None:
        return None
    if (
        value.part is not None
        or value.nth is not None
        or not text[max(0, start - 3) : start].strip(" .\u00a0")
    ):
        return None
    number = _NUMBER_BEFORE.search(text, max(0, start - 5), start)
    return merged(value, Stated(day=int(number[1]))) if number and 1 <= int(number[1]) <= 31 else None


def _lists_days(known: DateLanguage, folded: str) -> bool:
    """Return whether a text writes days as 16/11, so that its 9/11 is a day as well and not a score."""
    return any(
        reading.form is NumeralForm.DAY_MONTH and reading.doubt == 0
        for number in _SLASHED.findall(folded)
        for reading in numeral_readings(number, known.order, dotted=known.dotted) or ()
    )


def _chosen(
    known: DateLanguage, text: str, run: Run, *, listed: bool, doubtful: bool
) -> list[tuple[Constituent, bool]]:
    """Return the chosen constituents of a run from left to right, the longest of those that overlap, and whether each is certain."""
    found: list[Constituent] = []
    unsure: set[int] = set()
    for mark in read(known, run.marks):
        if mark.kind != "loose" and (
            _stands(known, text, run, mark)
            or (listed and mark.doubt == 1 and mark.form is NumeralForm.DAY_MONTH)
        ):
            found.append(mark)
        elif doubtful and _may_stand(known, text, run, mark):
            unsure.add(id(mark))
            found.append(mark)
    found = [mark for mark in found if not _is_cut(mark, found)]
    found.sort(
        key=lambda mark: (
            _length(run, mark),
            id(mark) not in unsure,
            isinstance(mark.value, Vague),
            mark.kind == "date",
            isinstance(mark.value, Stated) and mark.value.nth is not None,
            -mark.doubt,
            len(mark.rules) == 1,
            -_size(mark.value),
            Trait.ANAPHORIC in mark.traits,
            -mark.start,
        ),
        reverse=True,
    )
    taken = [False] * len(run.tokens)
    chosen = []
    for mark in found:
        if not any(taken[mark.start : mark.end]):
            taken[mark.start : mark.end] = [True] * (mark.end - mark.start)
            chosen.append((mark, id(mark) not in unsure))
    return sorted(chosen, key=lambda one: one[0].start)


def _is_cut(mark: Constituent, found: list[Constituent]) -> bool:
    """Return whether a part of a month leaves out the day after it: the "start November" of "will start November 9"."""
    value = mark.value
    return (
        isinstance(value, Stated)
        and value.part is not None
        and value.month is not None
        and any(
            mark.start < other.start < mark.end < other.end
            and isinstance(other.value, Stated)
            and other.value.day is not None
            for other in found
        )
    )


def _may_stand(known: DateLanguage, text: str, run: Run, mark: Constituent) -> bool:
    """Return whether a constituent that is not a date by itself could be one: by a rule for such, a month or season without a lead word, 11/6, 1.2."""
    if mark.kind == "loose" and mark.doubt != 1:
        return mark.doubt == 0 or _stands(known, text, run, mark)
    value, start, end = mark.value, run.tokens[mark.start].start, run.tokens[mark.end - 1].end
    if mark.form is NumeralForm.DAY_MONTH:
        # "1.2. –", and within a sentence, where the order is of another language, "vom 5.9. auf"
        ended = text[end : end + 1] == "." and not text[end + 1 : end + 2].isdigit()
        within = text[end + 1 : end + 3].strip()[:1].islower()
        return ("/" in text[start:end] and mark.doubt < 3) or (ended and (mark.doubt < 3 or within))
    if mark.doubt == 3:
        # "llega el 24 a PC": what follows introduces something else and is not counted
        return normalise_date_text(text[end : end + 20], known.letters).split(" ")[1:2] in (
            [lead] for lead in known.leads
        )
    if mark.doubt != 1 or not isinstance(value, Stated):
        return False
    if value.month is not None and value.day is None:
        return text[start].isupper() or not text[start].isascii() or end - start > 3
    return value.sub is not None or value.feast is not None or (value.year or 0) in _RECENT


def _size(value: Value) -> int:
    """Return the size of a value: of two readings of the same words the simpler one is chosen."""
    return sum(
        sum(getattr(part, name) is not None for name in _STATED) if isinstance(part, Stated) else 1
        for part in parts(value)
    )


def _length(run: Run, mark: Constituent) -> int:
    return run.tokens[mark.end - 1].end - run.tokens[mark.start].start


def _stands(known: DateLanguage, text: str, run: Run, mark: Constituent) -> bool:
    if mark.doubt == 0:
        return True
    if mark.doubt == 2:
        return False
    if mark.doubt == 3:
        return _ends_phrase(known, text, run.tokens[mark.end - 1].end)
    if mark.doubt == 4 and not _ends_phrase(known, text, run.tokens[mark.end - 1].end):
        return False
    before = run.tokens[mark.start - 1].text if mark.start else run.before
    if before in known.leads:
        return True
    value = mark.value
    # a capital within a sentence, outside of headlines: "this is what May brings"
    start = run.tokens[mark.start].start
    return (
        isinstance(value, Stated)
        and value.month is not None
        and text[start].isupper()
        and _initial(text, start).islower()
    )


def _ends_phrase(known: DateLanguage, text: str, end: int) -> bool:
    """Return whether nothing countable follows: the end, a mark, or a lower-case word if nouns are capitalised."""
    rest = text[end : end + 40].lstrip(" .")
    return (
        not rest
        or (rest[0].isupper() and text[end : end + 2] == ". " and not known.noun_capitals)
        or not (rest[0].isalnum() or rest[0] in "-'%$€£")
        or (known.noun_capitals and rest[0].islower())
    )


def _initial(text: str, start: int) -> str:
    """Return the first letter of the word before `start`, "" when there is none."""
    head = text[max(0, start - 30) : start].split()
    return head[-1][0] if head and text[start - 1].isspace() else ""
