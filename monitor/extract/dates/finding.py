"""From a text to its mentions of dates: tokens, words, rules, and of what overlaps the longest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from monitor.extract.dates.chart import LONGEST_RUN, read
from monitor.extract.dates.grammar import Mark
from monitor.extract.dates.language import LANGUAGES, Entry, Language, language
from monitor.extract.dates.numerals import LONGEST_NUMBER, compound, readings
from monitor.extract.dates.tokens import SCAN, Token, fold, tokens
from monitor.extract.dates.values import (
    About,
    Bound,
    Either,
    Offset,
    Range,
    Stated,
    Vague,
    Value,
    WeekOf,
    bare,
    parts,
    resolve,
)
from monitor.model import When

__all__ = ["Mention", "find_dates"]

_MOST_TOKENS = 4_000
_REACH = 120
"""How many characters before and behind a word that makes a date may belong to the same one."""
_CURRENCY = "$€£¥₩₹₺"
_CURRENCY_MARKS = frozenset("$€£¥₩₹₺#№")
_MOVABLE = {"lunar_new_year", "lunar_new_year_eve", "mid_autumn", "dragon_boat", "diwali", "holi", "eid_al_fitr", "eid_al_adha",
            "easter", "easter_monday", "easter_weekend", "good_friday", "holy_week", "pentecost", "whit_monday", "ascension"}  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """An expression of a date: `text` is the slice `start:end`, `rules` name what read it, `value` is what it says."""

    start: int
    end: int
    text: str
    rules: tuple[str, ...]
    value: Value = field(repr=False)

    def resolve(self, published: datetime, *, past: bool = False) -> When | None:
        """Return the period meant by someone who wrote at `published` (the day in its own offset).

        What names no year is the nearest that is not over, or with `past` the nearest that has begun. None for "soon",
        for a day that does not exist, and for years outside the calendar.
        """
        return resolve(self.value, published.date(), past=past)

    @property
    def is_vague(self) -> bool:
        """Whether it names no date at all: soon, in the coming weeks."""
        return any(isinstance(part, Vague) for part in parts(self.value))

    @property
    def is_range(self) -> bool:
        """Whether it names two ends or two alternatives."""
        return any(isinstance(part, Range | Either) for part in parts(self.value))

    @property
    def bound(self) -> str:
        """`before`, `until`, `after`, `from` or `since` where an end is open, else empty."""
        return self.value.side if isinstance(self.value, Bound) else ""

    @property
    def is_approximate(self) -> bool:
        """Whether the text says around."""
        return any(isinstance(part, About) for part in parts(self.value))

    @property
    def is_movable_feast(self) -> bool:
        """Whether only a feast that moves from year to year tells the day."""
        return any(isinstance(part, Stated) and part.feast in _MOVABLE for part in parts(self.value))

    @property
    def is_relative(self) -> bool:
        """Whether it is counted from the day of writing: tomorrow, next year, in two weeks."""
        return any(
            isinstance(part, Offset) or (isinstance(part, Stated) and any(
                value is not None for value in (part.years, part.months, part.weeks, part.days, part.quarters, part.halves, part.which)
            ))
            for part in parts(self.value)
        )  # fmt: skip

    @property
    def knows_year(self) -> bool:
        """Whether the text says which year, be it as "next year"."""
        return any(isinstance(part, Stated) and (part.year is not None or part.years is not None) for part in parts(self.value))

    @cached_property
    def grain(self) -> str:
        """The finest unit named: `day`, `week`, `month`, `season`, `quarter`, `half`, `year`, or empty."""
        return _grain(self.value)

    def unbounded(self) -> Mention:
        """Return the same mention without its bound: the "May" of "before May"."""
        return Mention(self.start, self.end, self.text, self.rules, bare(self.value))


def _grain(value: Value) -> str:
    match value:
        case Offset(unit=unit):
            return "day" if unit.startswith(("weekday", "work")) else unit
        case WeekOf():
            return "week"
        case Stated():
            if value.nth is not None:
                return "day" if value.unit in ("weekday", "day") else value.unit or ""
            for grain, names in (("day", ("day", "days", "weekday", "feast")), ("week", ("weeks", "weekend")), ("month", ("month", "months"))):
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


_SCRIPTS = (
    ("ko", re.compile("[가-힣]")),
    ("ja", re.compile("[ぁ-ヿ]")),
    ("zh", re.compile("[一-鿿]")),
    ("hi", re.compile("[ऀ-ॿ]")),
    ("ar", re.compile("[؀-ۿ]")),
)


def _tag(text: str, lang: str) -> str:
    """Return the tag to read with: the declared one, or for one that is missing or unknown the script's."""
    code = lang.replace("_", "-").split("-")[0].lower()
    if code in LANGUAGES:
        return lang
    head = text[:2000]
    return next((tag for tag, script in _SCRIPTS if script.search(head)), "en")


def find_dates(text: str, lang: str) -> list[Mention]:
    """Return the mentions of dates in `text`, in order and without overlap; `lang` is a BCP 47 tag or empty.

    Never raises on a text. Only the neighbourhood of words that can make a date is read with rules, and of that at most
    4,000 tokens, more than any prose has; so the time is bounded by the text's length.
    """
    known = language(_tag(text, lang))
    folded = fold(text, known.letters)
    found: list[Mention] = []
    budget = _MOST_TOKENS
    for start, end in _segments(known, folded):
        for run in _runs(known, text, _taken_apart(known, folded, start, end)):
            budget -= len(run.tokens)
            if budget < 0:
                return found
            for mark in _chosen(known, text, run):
                first, last = run.tokens[mark.start].start, run.tokens[mark.end - 1].end
                found.append(Mention(first, last, text[first:last], mark.rules, mark.value))
    return found


def _segments(known: Language, folded: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text around the words and numbers that can make a date, cut at spaces."""
    if not known.bounded:
        yield 0, len(folded)
        return
    start = end = -1
    number = beside = -1  # where the last small number ended, and the last word that makes a day of one
    for match in SCAN.finditer(folded):
        word = match.group()
        if word[0] <= "9":
            if len(word) < 3:
                number = match.end()
                if number - len(word) - beside > 3:
                    continue
            elif not _may_be_date(word):
                continue
        elif word not in known.trigger_words:
            if word not in known.number_words:
                continue
            beside = match.end()
            if match.start() - number > 3:
                continue
        if match.start() > end:
            if end >= 0:
                yield start, _space(folded, end, 1)
            start = _space(folded, max(match.start() - _REACH, end, 0), -1)
        end = min(match.end() + _REACH, len(folded))
    if end >= 0:
        yield start, _space(folded, end, 1)


def _may_be_date(number: str) -> bool:
    return len(number) in (4, 8) if number.isdigit() else len(number) <= LONGEST_NUMBER


def _space(folded: str, at: int, step: int) -> int:
    """Return the nearest place from `at` in the direction of `step` where no word is cut, at most 40 characters off."""
    for _ in range(40):
        if not 0 < at < len(folded) or folded[at - 1].isspace() or folded[at].isspace():
            return at
        at += step
    return at


@dataclass(slots=True)
class _Run:
    """Tokens of which each may be part of a date, and what each may be; `before` is the word ahead of them."""

    tokens: list[Token]
    marks: list[Mark]
    before: str


def _runs(known: Language, text: str, stream: list[Token]) -> Iterator[_Run]:
    """Yield the runs of tokens that can belong to one date and in which something names a time."""
    at = reach = 0
    run: list[Token] = []
    marks: list[Mark] = []
    before = ""
    previous: Token | None = None
    while at < len(stream):
        token = stream[at]
        lexical = _lexical(known, text, stream, at, previous)
        blocked = max((mark.end for mark in lexical if mark.kind == "nothing"), default=0)
        if blocked:
            at += blocked - 1
            lexical, token = [], stream[at]
        joins = not blocked and (bool(lexical) or token.kind in _JOINING or len(run) < reach)
        if not joins or len(run) >= LONGEST_RUN:
            yield from _whole(known, run, marks, before)
            run, marks, reach = [], [], 0
        if joins and (lexical or run):
            if not run:
                before = previous.text if previous is not None and previous.kind == "word" else ""
            offset = len(run)
            for mark in lexical:
                marks.append(Mark(offset, offset + mark.end, mark.kind, mark.value, mark.doubt, mark.rules))
                reach = max(reach, offset + mark.end)
            run.append(token)
        previous = token
        at += 1
    yield from _whole(known, run, marks, before)


_TRIGGERS = frozenset({"date", "span", "unit", "small_month", "ordinal_suffix", "quarter_letter", "half_letter", "fiscal", "era"})
_JOINING = frozenset({"comma", "dash", "tilde", "slash", "dot", "open", "close", "apostrophe"})


def _whole(known: Language, run: list[Token], marks: list[Mark], before: str) -> Iterator[_Run]:
    if not run:
        return
    numbers = any(mark.kind == "number" for mark in marks)
    if any(
        (mark.kind in _TRIGGERS and mark.doubt < 2) or (mark.kind == "number" and mark.rules and mark.value >= 19) or (mark.kind in known.triggers and (numbers or mark.value is not None))
        for mark in marks
    ):
        yield _Run(run, [mark for mark in marks if mark.end <= len(run)], before)


def _taken_apart(known: Language, folded: str, start: int, end: int) -> list[Token]:
    """Return the tokens, runs of digits that are no date by themselves taken apart at spaces, then at every mark."""
    found: list[Token] = []
    for token in tokens(folded, known.matcher, start, end):
        if token.kind == "number":
            found += _pieces(known, token, _SPACED)
        else:
            found.append(token)
    return found


_SPACED = re.compile(r"[ \t]+[-/.~][ \t]*|[-/.~][ \t]+")
_EVERY = re.compile(r"[-/.~,]")


def _pieces(known: Language, token: Token, joints: re.Pattern[str]) -> list[Token]:
    if token.text.isdigit() or readings(token.text, known.order, dotted=known.dotted) is not None:
        return [token]
    found: list[Token] = []
    at = 0
    for joint in joints.finditer(token.text):
        piece = Token(token.start + at, token.start + joint.start(), token.text[at : joint.start()], "number")
        mark = joint.group().strip()
        found += [*_pieces(known, piece, _EVERY), Token(token.start + joint.start(), token.start + joint.end(), mark, _MARK_KINDS[mark])]
        at = joint.end()
    rest = Token(token.start + at, token.end, token.text[at:], "number")
    return [*found, *(_pieces(known, rest, _EVERY) if found or joints is _SPACED else [rest])]


_MARK_KINDS = {"-": "dash", "/": "slash", ".": "dot", "~": "tilde", ",": "comma"}


def _lexical(known: Language, text: str, stream: Sequence[Token], at: int, previous: Token | None) -> list[Mark]:
    """Return what the token at `at` may begin, as marks that start at 0."""
    token = stream[at]
    if token.kind == "word":
        return list(_words(known, text, stream, at, previous))
    if token.kind == "number":
        phrases = _words(known, text, stream, at, previous) if token.text in known.entries else ()
        return [*_numbers(known, text, stream, at, previous), *phrases]
    if token.kind in _JOINING or token.kind in ("ring", "colon"):
        return [Mark(0, 1, token.kind, None)]
    return []


def _words(known: Language, text: str, stream: Sequence[Token], at: int, previous: Token | None) -> Iterator[Mark]:
    token = stream[at]
    found = known.entries.get(token.text, ())
    if not found and known.compounds and len(token.text) > 5 and (number := compound(token.text, known.compounds)) is not None:
        yield Mark(0, 1, number[0], number[1], 0, ("compound number",))
    for entry in found:
        end = _follows(stream, at, entry)
        if not end:
            continue
        if known.particles and at + end < len(stream) and _stands_in_word(known, stream, at + end, previous, token):
            continue
        doubt = entry.doubt
        if token.text in known.small and text[token.start].islower() and not entry.rest and entry.kind in ("month", "date"):
            # "may", "march" without a capital are months only beside what makes them one
            if entry.kind == "date":
                yield Mark(0, end, "small_month", entry.value, 1, (entry.name,))
            continue
        yield Mark(0, end, entry.kind, entry.value, doubt, (entry.name,))
        after = stream[at + end] if at + end < len(stream) else None
        if after is not None and after.kind == "dot" and after.start == stream[at + end - 1].end and entry.kind in ("month", "weekday", "date", "quarter_letter"):
            yield Mark(0, end + 1, entry.kind, entry.value, doubt, (entry.name,))


def _stands_in_word(known: Language, stream: Sequence[Token], after: int, previous: Token | None, token: Token) -> bool:
    """Whether a word begins like one of ours and goes on as another: 봄바람 is not 봄."""
    starts = previous is None or previous.end != token.start or previous.kind not in ("word", "number")
    following = stream[after]
    return starts and following.kind == "word" and following.start == stream[after - 1].end and following.text not in known.entries


def _follows(stream: Sequence[Token], at: int, entry: Entry) -> int:
    """Return how many tokens from `at` the phrase covers, 0 where it is not there; hyphens within it do not count."""
    position = at + 1
    for word in entry.rest:
        while position < len(stream) and stream[position].kind in ("dash", "apostrophe"):
            position += 1
        if position >= len(stream) or stream[position].text != word:
            return 0
        position += 1
    return position - at


def _numbers(known: Language, text: str, stream: Sequence[Token], at: int, previous: Token | None) -> list[Mark]:
    token = stream[at]
    after = stream[at + 1] if at + 1 < len(stream) else None
    if token.start and text[max(0, token.start - 2) : token.start].strip()[-1:] in _CURRENCY_MARKS:
        return []
    if token.end < len(text) and text[token.end] in "%‰" + _CURRENCY:
        return []
    if _glued(known, text, token, previous, after):
        return []
    counted = previous is not None and previous.text in known.before_counts
    of_things = after is not None and after.text in known.after_counts
    marks = []
    if token.text.isdigit() and len(token.text) <= 4:
        marks.append(Mark(0, 1, "number", int(token.text), 0, ()))
    if counted or of_things:
        return marks if of_things else []
    if not known.bounded and token.text.isdigit() and _touches_unknown(known, token, after):
        return marks
    for reading in readings(token.text, known.order, dotted=known.dotted) or []:
        if not known.bounded and reading.rule == "day":
            continue  # 10 is no day before 日 says so
        kind = "span" if isinstance(reading.value, Range) else "date"
        marks.append(Mark(0, 1, kind, reading.value, reading.doubt, (reading.rule,)))
    return marks


def _glued(known: Language, text: str, token: Token, previous: Token | None, after: Token | None) -> bool:
    """Whether a letter that is no word of a date touches the number: PS5, 60fps, v2023."""
    if previous is not None and previous.end == token.start and previous.kind == "word" and previous.text not in known.entries:
        return previous.text[-1].isascii() or known.bounded
    if after is not None and after.start == token.end and after.kind == "word" and after.text not in known.entries:
        return after.text not in known.suffixes and (after.text[0].isascii() or known.bounded)
    return False


def _touches_unknown(known: Language, token: Token, after: Token | None) -> bool:
    """Whether a letter of a script without spaces touches the number that is no word of a date: 2024人."""
    return after is not None and after.start == token.end and after.kind == "word" and after.text not in known.entries


def _chosen(known: Language, text: str, run: _Run) -> list[Mark]:
    """Return the marks of a run that stand: sure ones, the longest of those that overlap, from left to right."""
    found = [mark for mark in read(known, run.marks) if _stands(known, text, run, mark)]
    found.sort(key=lambda mark: (_length(run, mark), mark.kind == "date", isinstance(mark.value, Stated) and mark.value.nth is not None, -mark.doubt, -mark.start), reverse=True)
    taken = [False] * len(run.tokens)
    chosen = []
    for mark in found:
        if not any(taken[mark.start : mark.end]):
            taken[mark.start : mark.end] = [True] * (mark.end - mark.start)
            chosen.append(mark)
    return sorted(chosen, key=lambda mark: mark.start)


def _length(run: _Run, mark: Mark) -> int:
    return run.tokens[mark.end - 1].end - run.tokens[mark.start].start


def _stands(known: Language, text: str, run: _Run, mark: Mark) -> bool:
    if mark.doubt == 0:
        return True
    if mark.doubt == 2:
        return False
    before = run.tokens[mark.start - 1].text if mark.start else run.before
    if before in known.leads:
        return True
    value = mark.value
    start = run.tokens[mark.start].start
    # a capital in the middle of a sentence: "this is what May brings"
    return isinstance(value, Stated) and value.month is not None and text[start].isupper() and bool(before) and text[start - 2 : start - 1].islower()
