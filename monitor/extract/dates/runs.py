"""Find the runs of tokens that may contain a date, with the possible meanings of each token.

A text without a word that can be part of a date costs one pass over its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.extract.dates.date_language import DateLanguage, DictionaryEntry
from monitor.extract.dates.date_tokens import SCAN, DateToken, date_tokens, dictionary_key
from monitor.extract.dates.grammar import Constituent
from monitor.extract.dates.numerals import LONGEST_NUMBER, LOOSE, compound, is_year, numeral_readings
from monitor.extract.dates.values import NumeralForm, Range, Stated

__all__ = ["Run", "runs"]

_REACH = 120
"""The characters before and after a word of a date that may belong to the same date."""
_LONGEST_PIECE = 4_000
_LONGEST_RUN = 24
"""The most tokens that are parsed together; a longer run of date words is a table and is parsed in pieces."""
_CURRENCY = frozenset("$€£¥₩₹₺#№")
_AFTER_NUMBER = frozenset("%‰$€£¥₩₹₺")
_JOINING = frozenset({"comma", "dash", "tilde", "slash", "dot", "open", "close", "apostrophe"})
_IN_DATES = _JOINING | {"ring", "colon"}
_DATE_KINDS = frozenset(
    {
        "date",
        "span",
        "loose",
        "unit",
        "small_month",
        "number",
        "midnight",
        "told_next",
        "told_last",
        "half_year",
    }
)
"""The kinds of constituents of which a run must contain one."""
_MARK_KINDS = {"-": "dash", "/": "slash", ".": "dot", "~": "tilde", ",": "comma"}
_SPACED = re.compile(r"[ \t]+[-/.~][ \t]*|[-/.~][ \t]+")
_EVERY = re.compile(r"[-/.~,]")
_DIGIT = re.compile("[0-9]")


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens that may be parts of one date, their constituents, and the word before them."""

    tokens: Sequence[DateToken]
    marks: Sequence[Constituent]
    before: str


def runs(known: DateLanguage, text: str, folded: str) -> Iterator[Run]:
    """Yield the runs of `text` that may contain a date; `folded` is the normalised text."""
    for start, end in _pieced(known, folded):
        stream = _taken_apart(known, folded, start, end)
        for first, last in _stretches(known, stream):
            marks = _marks(known, text, stream, first, last)
            if any(mark.kind in _DATE_KINDS or mark.kind in known.triggers for mark in marks):
                before = stream[first - 1].text if first and stream[first - 1].kind == "word" else ""
                yield Run(stream[first:last], marks, before)


# -- where to look -------------------------------------------------------------------------------------------


def _segments(known: DateLanguage, folded: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text around words and numbers that can make a date: the date words beside these, and `_BESIDE` further words."""
    if not known.bounded:
        yield 0, len(folded)
        return
    if (
        known.compounds is None
        and _DIGIT.search(folded) is None
        and known.trigger_words.isdisjoint(SCAN.findall(folded))
    ):
        return
    words = [*SCAN.finditer(folded)]
    first = last = -1  # the current run of words of dates
    low = high = start = end = -1
    for at in _anchors(known, words):
        if at > last:
            first = last = at
            while first and _is_of_dates(known, words[first - 1].group()):
                first -= 1
            while last + 1 < len(words) and _is_of_dates(known, words[last + 1].group()):
                last += 1
        # A long run of date words is not a date: only the neighbourhood of a word that can be one counts.
        if high < 0 or words[at].start() - _REACH > high:
            low = max(words[at].start() - _REACH, 0)
        high = words[at].end() + _REACH
        begun = words[first - _BESIDE].start() if first >= _BESIDE else 0
        if begun < low:
            begun = max(begun, _space(folded, low, -1))
        ended = words[last + _BESIDE].end() if last + _BESIDE < len(words) else len(folded)
        if ended > high:
            ended = min(ended, _space(folded, high, 1))
        if end >= 0 and begun > end:
            yield start, end
            start = begun
        elif end < 0:
            start = begun
        end = max(end, ended)
    if end >= 0:
        yield start, end


_BESIDE = 4
"""Words beside those of a date by which it is read."""


def _is_of_dates(known: DateLanguage, word: str) -> bool:
    """Return whether a word or number may be a part of a date."""
    if word[0] <= "9" or word in known.words:
        return True
    return (not word.isascii() and dictionary_key(word) in known.words) or _is_compound(known, word)


def _anchors(known: DateLanguage, words: Sequence[re.Match[str]]) -> Iterator[int]:
    """Yield the indexes of the words and numbers of a text that can make a date."""
    number = beside = -9  # the end of the last small number, and of the last word that makes a number a day
    heads = known.compounds.heads if known.compounds else None
    triggers, number_words = known.trigger_words, known.number_words
    for at, match in enumerate(words):
        word = match[0]
        if word[0] <= "9":
            if len(word) < 3:
                number = match.end()
                if number - len(word) - beside > 3:
                    continue
            elif not _may_be_date(word):
                continue
        elif word not in triggers and not (heads and word[:3] in heads and _is_compound(known, word)):
            if word not in number_words:
                continue
            beside = match.end()
            if match.start() - number > 3:
                continue
        yield at


def _pieced(known: DateLanguage, folded: str) -> Iterator[tuple[int, int]]:
    """Yield the segments, long ones in pieces, so that parsing can stop within one."""
    for start, end in _segments(known, folded):
        at = start
        while end - at > _LONGEST_PIECE:
            cut = (
                max(folded.rfind(mark, at + _LONGEST_PIECE // 2, at + _LONGEST_PIECE) for mark in "\n. 。")
                + 1
            )
            cut = cut or at + _LONGEST_PIECE
            yield at, cut
            at = cut
        yield at, end


def _may_be_date(number: str) -> bool:
    return len(number) in (4, 8) if number.isdigit() else len(number) <= LONGEST_NUMBER


def _space(folded: str, at: int, step: int) -> int:
    """Return the nearest word boundary from `at` in the direction of `step`, at most 40 characters away."""
    for _ in range(40):
        if not 0 < at < len(folded) or folded[at - 1].isspace() or folded[at].isspace():
            return at
        at += step
    return at


def _taken_apart(known: DateLanguage, folded: str, start: int, end: int) -> list[DateToken]:
    """Return the tokens; runs of digits that are not a date by themselves are split at spaces, then at every mark."""
    found: list[DateToken] = []
    for token in date_tokens(folded, known.matcher, start, end):
        if token.kind == "number" and not token.text.isdigit():
            for piece in _at_colons(known, folded, token):
                found += _pieces(known, piece, _SPACED) if piece.kind == "number" else [piece]
        else:
            found.append(token)
    return found


def _at_colons(known: DateLanguage, folded: str, token: DateToken) -> list[DateToken]:
    """Return a number split at its only colon if that is between a name and a date: 3:2/6, 4:7月21日; times and scores are not split."""
    name, colon, rest = token.text.partition(":")
    dated = rest.isdigit() and folded[token.end : token.end + 1] in known.number_words
    slashed = rest.count("/") == 1 and rest.replace("/", "").isdigit() and rest[2:3] != ""
    if not colon or not name.isdigit() or not (dated or slashed):
        return [token]
    at = token.start + len(name)
    return [
        DateToken(token.start, at, name, "number"),
        DateToken(at, at + 1, ":", "colon"),
        DateToken(at + 1, token.end, rest, "number"),
    ]


def _pieces(known: DateLanguage, token: DateToken, joints: re.Pattern[str]) -> list[DateToken]:
    if token.text.isdigit() or numeral_readings(token.text, known.order, dotted=known.dotted) is not None:
        return [token]
    found: list[DateToken] = []
    at = 0
    for joint in joints.finditer(token.text):
        piece = DateToken(
            token.start + at, token.start + joint.start(), token.text[at : joint.start()], "number"
        )
        mark = joint.group().strip()
        found += [
            *_pieces(known, piece, _EVERY),
            DateToken(token.start + joint.start(), token.start + joint.end(), mark, _MARK_KINDS[mark]),
        ]
        at = joint.end()
    rest = DateToken(token.start + at, token.end, token.text[at:], "number")
    return [*found, *(_pieces(known, rest, _EVERY) if found or joints is _SPACED else [rest])]


def _stretches(known: DateLanguage, stream: Sequence[DateToken]) -> Iterator[tuple[int, int]]:
    """Yield the positions of the longest runs of tokens that are all words of dates and contain one that can be a date."""
    first = last = -1
    promising = False
    for at, token in enumerate(stream):
        kind = token.kind
        member = (
            (kind in _IN_DATES and not (kind == "dot" and _ends_sentence(known, stream, at)))
            or kind == "number"
            or (kind == "word" and (token.text in known.words or _is_compound(known, token.text)))
        )
        if first >= 0 and (not member or at - first >= _LONGEST_RUN):
            cut = at if not member else _cut(known, stream, first, at)
            if promising:
                yield first, min(cut, last)
            first = cut if member and cut < at else -1
            promising = member and any(_promises(known, stream, place) for place in range(cut, at))
        if not member:
            continue
        if first < 0:
            if kind in _IN_DATES:
                continue
            first = at
        if kind not in _JOINING or kind in ("dot", "close"):
            last = at + 1
        promising = promising or _promises(known, stream, at)
    if first >= 0 and promising:
        yield first, last


def _ends_sentence(known: DateLanguage, stream: Sequence[DateToken], at: int) -> bool:
    """Return whether the dot at `at` ends a sentence: a space follows, and before it is not an abbreviation or an ordinal."""
    if at + 1 < len(stream) and stream[at + 1].start == stream[at].end:
        return False
    before = stream[at - 1] if at else None
    if before is None or before.end != stream[at].start or before.text in known.abbreviations:
        return False
    if len(before.text) < (5 if before.kind == "word" else 3):
        return False
    # "October. 2", and nothing more, is a day with a superfluous dot
    last = stream[at + 2] if at + 2 < len(stream) else None
    day = at + 1 < len(stream) and stream[at + 1].kind == "number" and len(stream[at + 1].text) < 3
    return not (
        day and before.text in known.entries and (last is None or last.kind not in ("word", "number"))
    )


def _cut(known: DateLanguage, stream: Sequence[DateToken], first: int, end: int) -> int:
    """Return where to cut a run that is too long: after the last comma of its second half, or at its end."""
    for place in range(end - 1, first + _LONGEST_RUN // 2, -1):
        if stream[place].kind in ("comma", "close", "dot"):
            return place + 1
    del known
    return end


def _promises(known: DateLanguage, stream: Sequence[DateToken], at: int) -> bool:
    token = stream[at]
    if token.kind == "word":
        if token.text in known.trigger_words or _is_compound(known, token.text):
            return True
        return token.text in known.number_words and any(
            stream[place].kind == "number"
            for place in (at - 1, at + 1, at - 2, at + 2)
            if 0 <= place < len(stream)
        )
    if token.kind != "number":
        return False
    return (
        _may_be_date(token.text)
        if len(token.text) > 2
        else at > 0 and stream[at - 1].text in known.number_words
    )


def _is_compound(known: DateLanguage, word: str) -> bool:
    return known.compounds is not None and len(word) > 5 and compound(word, known.compounds) is not None


# -- what the words may mean ---------------------------------------------------------------------------------


def _marks(
    known: DateLanguage, text: str, stream: Sequence[DateToken], first: int, last: int
) -> list[Constituent]:
    """Return the constituents of the tokens `first` to `last`, with positions relative to `first`."""
    found: list[Constituent] = []
    at = first
    while at < last:
        lexical = _lexical(known, text, stream, at)
        blocked = max((mark.end for mark in lexical if mark.kind == "nothing"), default=0)
        if blocked:
            at += blocked
            continue
        place = at - first
        found += [
            Constituent(
                place, place + mark.end, mark.kind, mark.value, mark.doubt, mark.rules, mark.traits, mark.form
            )
            for mark in lexical
            if at + mark.end <= last
        ]
        at += 1
    return found


def _lexical(known: DateLanguage, text: str, stream: Sequence[DateToken], at: int) -> list[Constituent]:
    """Return the constituents that may begin at token `at`, with positions relative to it."""
    token = stream[at]
    if token.kind == "word":
        return list(_words(known, text, stream, at))
    if token.kind == "number":
        phrases = _words(known, text, stream, at) if token.text in known.entries else ()
        return [*_numbers(known, text, stream, at), *phrases]
    if token.kind == "apostrophe" and _before_short_year(text, stream, at):
        return [Constituent(0, 1, "apostrophe", None), Constituent(0, 1, "century_cut", None)]
    return [Constituent(0, 1, token.kind, None)]


def _before_short_year(text: str, stream: Sequence[DateToken], at: int) -> bool:
    """Return whether an apostrophe replaces the century: '24, but not the end of a quotation."""
    token = stream[at]
    year = stream[at + 1] if at + 1 < len(stream) else None
    opens = token.start == 0 or text[token.start - 1] in " \t(/-–"
    return (
        opens
        and year is not None
        and year.start == token.end
        and year.kind == "number"
        and len(year.text) == 2
    )


def _words(known: DateLanguage, text: str, stream: Sequence[DateToken], at: int) -> Iterator[Constituent]:
    token = stream[at]
    entries = known.entries.get(token.text)
    if entries is None:
        if known.compounds and (number := compound(token.text, known.compounds)) is not None:
            yield Constituent(0, 1, "number", number, 0, ("compound number",))
        return
    for entry in _present(entries, stream, at):
        end = _follows(stream, at, entry)
        if not end or (known.particles and _stands_in_word(known, stream, at, at + end)):
            continue
        if (
            token.text in known.small
            and text[token.start].islower()
            and not entry.rest
            and entry.kind in ("month", "date")
        ):
            # "may", "march" in lower case are months only beside a day or a year
            if entry.kind == "date":
                yield Constituent(0, end, "small_month", entry.value, 1, (entry.name,), entry.traits)
            continue
        if (
            known.elides
            and at + end < len(stream)
            and stream[at + end].kind == "apostrophe"
            and stream[at + end].start == stream[at + end - 1].end
        ):
            end += 1
        yield Constituent(0, end, entry.kind, entry.value, entry.doubt, (entry.name,), entry.traits)
        after = stream[at + end] if at + end < len(stream) else None
        if (
            after is not None
            and after.kind == "dot"
            and after.start == stream[at + end - 1].end
            and entry.kind in ("month", "weekday", "date")
        ):
            followed = at + end + 1 < len(stream) and stream[at + end + 1].kind == "number"
            if not followed and token.text not in known.abbreviations:
                continue  # it ends the sentence
            yield Constituent(0, end + 1, entry.kind, entry.value, entry.doubt, (entry.name,), entry.traits)


def _present(
    entries: dict[str, tuple[DictionaryEntry, ...]], stream: Sequence[DateToken], at: int
) -> Iterator[DictionaryEntry]:
    """Yield the entries of a word by itself, and those of phrases whose second word follows it."""
    yield from entries.get("", ())
    if len(entries) > ("" in entries):
        place = _skipped(stream, at + 1)
        if place < len(stream):
            yield from entries.get(stream[place].text, ())


def _skipped(stream: Sequence[DateToken], place: int) -> int:
    while place < len(stream) and stream[place].kind in ("dash", "apostrophe"):
        place += 1
    return place


def _follows(stream: Sequence[DateToken], at: int, entry: DictionaryEntry) -> int:
    """Return the number of tokens from `at` that the phrase covers, 0 when it does not match; hyphens within it are ignored."""
    place = at + 1
    for word in entry.rest:
        place = _skipped(stream, place)
        if place >= len(stream) or stream[place].text != word:
            return 0
        place += 1
    return place - at


def _stands_in_word(known: DateLanguage, stream: Sequence[DateToken], at: int, after: int) -> bool:
    """Return whether a known word is only the beginning of another one: 봄바람 is not 봄."""
    if after >= len(stream):
        return False
    starts = (
        at == 0 or stream[at - 1].end != stream[at].start or stream[at - 1].kind not in ("word", "number")
    )
    following = stream[after]
    return (
        starts
        and following.kind == "word"
        and following.start == stream[after - 1].end
        and following.text not in known.entries
    )


def _numbers(known: DateLanguage, text: str, stream: Sequence[DateToken], at: int) -> list[Constituent]:
    token = stream[at]
    after = stream[at + 1] if at + 1 < len(stream) else None
    previous = stream[at - 1] if at else None
    if token.start and text[max(0, token.start - 2) : token.start].strip()[-1:] in _CURRENCY:
        return []
    if token.end < len(text) and text[token.end] in _AFTER_NUMBER:
        return []
    if _is_grouped(token, after) or _is_grouped(previous, token):
        return []
    if _glued(known, token, previous, after):
        decade = (
            token.text.isdigit()
            and len(token.text) in (2, 4)
            and after is not None
            and _is_decade(known, after)
        )
        return [Constituent(0, 1, "number", int(token.text))] if decade else []
    dotted = "".join(one.text for one in stream[at + 1 : at + 4]).replace(".", "")
    if after is not None and (after.text in known.clock or dotted in known.clock):
        return []  # "Thursday at 4 PM", "4 p.m."
    marks = []
    if token.text.isdigit() and len(token.text) <= 4:
        marks.append(Constituent(0, 1, "number", int(token.text)))
    if after is not None and after.text in known.after_counts:
        return marks
    if previous is not None and previous.text in known.before_counts:
        # "part 2027": the number of a thing, or a year behind its name
        return (
            [Constituent(0, 1, "loose", Stated(year=int(token.text)), 1, ("year",))]
            if token.text.isdigit() and is_year(token.text)
            else []
        )
    touched = (
        after is not None
        and after.start == token.end
        and after.kind == "word"
        and not _stands_alone(known, after.text)
    )
    if touched and not known.bounded and token.text.isdigit():
        return marks  # 2024人
    for reading in numeral_readings(token.text, known.order, dotted=known.dotted) or []:
        if not known.bounded and reading.form is NumeralForm.DAY:
            continue  # 10 is no day before 日 says so
        if reading.doubt == LOOSE:
            marks.append(
                Constituent(
                    0, 1, "loose", reading.value, 0, (reading.form.value,), reading.traits, reading.form
                )
            )
            continue
        kind = "span" if isinstance(reading.value, Range) else "date"
        marks.append(
            Constituent(
                0, 1, kind, reading.value, reading.doubt, (reading.form.value,), reading.traits, reading.form
            )
        )
    return marks


def _is_grouped(token: DateToken | None, after: DateToken | None) -> bool:
    """Return whether a blank separates the thousands of a number: 1 100, 25 000."""
    return (
        token is not None
        and after is not None
        and after.start == token.end + 1
        and token.text.isdigit()
        and after.text.isdigit()
        and len(token.text) <= _GROUP
        and len(after.text) == _GROUP
    )


_GROUP = 3


def _is_decade(known: DateLanguage, after: DateToken) -> bool:
    return any(entry.kind == "decade_suffix" for entry in known.entries.get(after.text, {}).get("", ()))


def _stands_alone(known: DateLanguage, word: str) -> bool:
    """Return whether a word by itself has a meaning in dates, not only as the beginning of a phrase."""
    return "" in known.entries.get(word, ())


def _glued(
    known: DateLanguage, token: DateToken, previous: DateToken | None, after: DateToken | None
) -> bool:
    """Return whether the number is adjacent to a letter that is not a word of a date: PS5, 60fps, v2023."""
    if (
        previous is not None
        and previous.end == token.start
        and previous.kind == "word"
        and not _stands_alone(known, previous.text)
    ):
        return previous.text[-1].isascii() or known.bounded
    if (
        after is not None
        and after.start == token.end
        and after.kind == "word"
        and (not _stands_alone(known, after.text) or after.text == "s")
    ):
        return after.text not in known.suffixes and (after.text[0].isascii() or known.bounded)
    return False
