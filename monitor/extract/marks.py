"""Recognise titles, instalments, dates, scopes and cues in the sentences of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.extract.claim_language import ClaimLanguage, load
from monitor.extract.cues import Cue
from monitor.extract.dates import DateMention, find_dates, puts_month_first
from monitor.extract.instalments import Instalment, bare_numbers
from monitor.extract.normalise import normalise
from monitor.extract.recognition import passages
from monitor.extract.sentence import Sentence
from monitor.extract.tokens import Token, plain_tokens, sentences, tokens, with_entities
from monitor.extract.work_index import WorkIndex, WorkMention
from monitor.model import Block, StructuredDocument, WorkKind

__all__ = ["mark"]

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+|pic\.twitter\.com/\w+")
_MASK = "\ufffc"


def mark(read: StructuredDocument, catalogue: WorkIndex, lang: str = "") -> list[list[Sentence]]:
    """Return the sentences of a document by block, without boilerplate.

    `lang` is the configured language; without it the language is recognised by declaration, script and words.
    Each passage is read in its own language.
    """
    found, declared = read.blocks, read.document.lang
    whole, languages = passages(found, declared, lang)
    language_of = {id(block): one for block, one in zip(found, languages, strict=True)}
    kept = [(block, language_of[id(block)]) for block in _without_furniture(found, load(whole.code))]
    return [
        list(_sentences(block, load(one.code), one.tag(block.lang, lang, declared), catalogue))
        for block, one in kept
    ]


def _find_cues(sentence: Sentence) -> None:
    found = _unambiguous(sentence.language.phrasebook.find(sentence.stream))
    sentence.cues = [cue for cue in found if not _is_name(sentence, cue)]


def _without_furniture(found: Sequence[Block], language: ClaimLanguage) -> Iterator[Block]:
    """Yield the blocks without links by themselves and without lists under headings such as "Related"."""
    skipping: Block | None = None
    for block in found:
        if block.kind == "link":
            continue
        if block.kind != "headline" and _opens_with(block.text[:60], language):
            if block.kind == "heading" or len(block.text) < 60:
                skipping = block if block.kind == "heading" or block.text.endswith(":") else None
                continue
            continue
        if skipping is not None:
            if block.kind in ("item", "row", "caption") or (
                block.kind == "heading" and block.level > skipping.level > 0
            ):
                continue
            skipping = None
        yield block


def _opens_with(head: str, language: ClaimLanguage) -> bool:
    """Return whether a block opens with a phrase that marks it as no part of an article."""
    first = next(iter(head.split()), "")
    if first.isascii() and first.isalpha() and normalise(first) not in language.boilerplate_openings:
        return False
    return "".join([f"{token.text} " for token in tokens(head)]).startswith(language.boilerplate)


_COUNTER = re.compile(
    r"\A\(?([0-9]{1,2})/([0-9]{1,2})\)?(?=\s)|[(\[]([0-9]{1,2})/([0-9]{1,2})[)\]](?=\s{0,4}\Z)"
)


def _counters(block: Block) -> Iterator[tuple[int, int]]:
    """Yield the spans of the number in a thread at the ends of a paragraph, which is not a date: "(1/2)"."""
    if block.kind not in ("paragraph", "heading", "post"):
        return
    for match in _COUNTER.finditer(block.text):
        part, of = (int(one) for one in match.groups() if one is not None)
        if 0 < part <= of:
            yield match.span()


def _sentences(block: Block, language: ClaimLanguage, tag: str, catalogue: WorkIndex) -> Iterator[Sentence]:
    # A URL is not text: titles and years in it are not statements.
    text = _ADDRESS.sub(lambda match: _MASK * len(match[0]), block.text)
    block = block.masked(text)
    folded = normalise(text)
    named, parts = _parted(folded, catalogue.find(text, language.suffixes), language)
    names = [(name.start, name.end) for name in named]
    masked = _masked(text, names)
    masked_words = _masked(folded, names)
    plain = plain_tokens(masked_words)
    scopes = list(language.places.find(text, plain))
    # "PSVR 2 on February 22": the number of a platform is not a day.
    numbered = [(start, end) for start, end, _ in scopes if any(map(str.isdigit, text[start:end]))]
    numbered += _counters(block)
    bare = list(bare_numbers(folded, [(name.start, name.end, name.work.kind) for name in named]))
    counted = [(start, end) for start, end, _ in bare if _counts_parts(masked, end, tag)]
    dates = list(
        _dates(text, masked, find_dates(_masked(masked, numbered + counted), tag, doubtful=True), language)
    )
    found = [
        *parts,
        *((start, end, "inst", part) for start, end, part in bare if (start, end) in counted),
        *(
            (start, end, "inst", instalment)
            for start, end, instalment in language.instalments.find(masked_words)
            if not _is_dated(start, end, dates)
        ),
        *((start, end, "date", mention) for start, end, mention in dates),
        *((start, end, "scope", scope) for start, end, scope in scopes),
        *((start, end, "inst", part) for start, end, part in bare),
    ]
    entities = _entities(folded, named, found)
    quotes = _quotes(text)
    spans = sentences(
        text,
        language.abbreviations,
        sorted((entity.start, entity.end) for entity in entities),
        ordinal_dots=language.ordinal_dots,
    )
    at = 0
    for index, (start, end) in enumerate(spans):
        while at < len(entities) and entities[at].end <= start:
            at += 1
        own = []
        for entity in entities[at:]:
            if entity.start >= end:
                break
            own.append(entity)
        stream = with_entities(folded, plain, own, start, end)
        sentence = Sentence(
            block,
            start,
            end,
            language,
            stream,
            [],
            index == 0,
            text[start:end].rstrip("\"'”’»)").endswith(("?", "？")),
            [quote for quote in quotes if quote[0] < end and quote[1] > start],
        )
        sentence.titled = _is_titled(sentence)
        _find_cues(sentence)
        yield sentence


def _is_dated(start: int, end: int, dates: Sequence[tuple[int, int, DateMention]]) -> bool:
    """Return whether an apparent instalment is the end of a longer date: 第一季 after a year is a quarter (2023 年第一季)."""
    return any(
        first < start and end <= last and mention.grain == "quarter" and not mention.is_doubtful
        for first, last, mention in dates
    )


def _counts_parts(masked: str, end: int, tag: str) -> bool:
    """Return whether a number after a title belongs to the title, and is not the day of the month after it.

    It does when the month has another day ("Stranger Things 5 Nov 26"), and when the month is written before its day and no year follows:
    "Stranger Things 5 November premiere".
    """
    rest = masked[end : end + _MONTH_AND_DAY]
    alone = next((one for one in find_dates(rest, tag) if not rest[: one.start].strip()), None)
    if alone is None or alone.grain not in ("day", "month"):
        return False
    return alone.grain == "day" or (puts_month_first(tag) and not alone.knows_year)


_MONTH_AND_DAY = 24


def _parted(
    folded: str, named: Sequence[WorkMention], language: ClaimLanguage
) -> tuple[list[WorkMention], list[tuple[int, int, str, Instalment]]]:
    """Return the names without the instalment at the end of an alias, and those instalments: "Silo season 2", "Silo 2"."""
    kept: list[WorkMention] = []
    parts = []
    for name in named:
        alias = folded[name.start : name.end]
        found = language.instalments.find(alias)[-1:] if name.extra else []
        if name.extra.isdecimal() and name.work.kind is WorkKind.SERIES:
            digits = len(alias.rstrip("0123456789"))
            found = [(digits, len(alias), Instalment(f"season {int(name.extra)}", "season", int(name.extra)))]
        whole = alias[: found[0][0]].rstrip(" :·-–—") if found else ""
        if whole and found[0][1] == len(alias):
            parts.append((name.start + found[0][0], name.end, "inst", found[0][2]))
            kept.append(replace(name, end=name.start + len(whole), extra=""))
        else:
            kept.append(name)
    return kept, parts


def _is_titled(sentence: Sentence) -> bool:
    """Return whether all content words are capitalised, so that capitals do not identify names."""
    if not sentence.language.titlecase or sentence.block.kind not in ("headline", "heading", "row", "item"):
        return False
    words = [
        sentence.block.text[token.start]
        for token in sentence.stream
        if not token.kind and token.text[0].isalpha() and len(token.text) > 3
    ]
    return bool(words) and sum(char.isupper() for char in words) >= 0.6 * len(words)


_VERBAL = frozenset(("release", "out", "delay", "cancel", "shown", "due"))


def _is_name(sentence: Sentence, cue: Cue) -> bool:
    """Return whether a cue is part of a name: capitalised within a sentence ("The Lands Between")."""
    token = sentence.stream[cue.first]
    if (
        cue.kind not in _VERBAL
        or cue.first == 0
        or token.kind
        or sentence.titled
        or not sentence.language.titlecase
    ):
        return False
    if sentence.stream[cue.first - 1].text in (":", "-", "–", "—", "!", ".", "(", "|"):
        return False
    return sentence.block.text[token.start].isupper() and cue.last - cue.first == 1


def _unambiguous(cues: list[Cue]) -> list[Cue]:
    """Return the cues with the longer one of two overlapping nouns ("teaser" in "teaser image", "video" in "announcement video")."""
    nouns = [cue for cue in cues if cue.kind in ("trailer", "other", "clip")]
    return [
        cue
        for cue in cues
        if cue.kind not in ("trailer", "other", "clip")
        or not any(
            other.first <= cue.first
            and cue.last <= other.last
            and other.last - other.first > cue.last - cue.first
            for other in nouns
        )
    ]


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the text with recognised entities masked: "Cyberpunk 2077" contains no year."""
    if not spans:
        return text
    pieces = []
    at = 0
    for start, end in spans:
        pieces.append(text[at:start])
        pieces.append(_MASK * (end - start))
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def _entities(
    folded: str, named: Sequence[WorkMention], found: Sequence[tuple[int, int, str, object]]
) -> list[Token]:
    """Return the recognised entities as tokens, in order; of two that overlap the title, or else the first in `found`."""
    entities: list[Token] = []
    taken = bytearray(len(folded))
    for start, end, kind, value in (*((one.start, one.end, "work", one) for one in named), *found):
        if 1 not in taken[start:end]:
            taken[start:end] = b"\1" * (end - start)
            entities.append(Token(folded[start:end], start, end, kind, value))
    entities.sort(key=lambda token: token.start)
    return entities


def _dates(
    text: str, masked: str, mentions: Sequence[DateMention], language: ClaimLanguage
) -> Iterator[tuple[int, int, DateMention]]:
    """Yield the dates in `mentions`, each without words that belong to its sentence."""
    for mention in mentions:
        start, end = mention.start, mention.end
        count = _count_before_range(masked[start:end], language)
        if count:
            # "Pushed back 12 weeks from February to April": the amount is not a date.
            yield from _dates_within(masked, start + count, end, language)
            continue
        stop = masked[start:end].find(". ")
        if (
            stop > 0
            and not text[start + stop - 1].isdigit()
            and text[start + stop + 2 : start + stop + 3].isupper()
            and not _is_abbreviated(masked[start : start + stop], language)
        ):
            # A date does not span two sentences.
            yield from _dates_within(masked, max(0, start - 12), start + stop, language)
            continue
        # The full stop after a date ends the sentence unless it abbreviates the date's last word.
        if masked[end - 1] == "." and not _is_abbreviated(masked[start : end - 1], language):
            end -= 1
        lead = masked[start:end].partition(" ")[0]
        if normalise(lead) in language.at_words:
            # "On 29 June": the preposition belongs to the verb, or to the list of platforms.
            start += len(lead) + 1
        yield start, end, mention


def _dates_within(
    masked: str, start: int, end: int, language: ClaimLanguage
) -> Iterator[tuple[int, int, DateMention]]:
    for mention in find_dates(masked[start:end], language.code, doubtful=True):
        yield mention.start + start, mention.end + start, mention


def _is_abbreviated(text: str, language: ClaimLanguage) -> bool:
    return text.rpartition(" ")[2].lower() in language.abbreviations


def _count_before_range(text: str, language: ClaimLanguage) -> int:
    """Return where the range begins in "12 weeks from February to April", 0 when there is none."""
    if not text[:1].isdigit():
        return 0
    for word in sorted(language.from_words):
        at = text.lower().find(f" {word} ")
        if (
            at > 0
            and " " in text[:at]
            and any(f" {other} " in text[at + 1 :].lower() for other in language.to_words)
        ):
            return at + 1
    return 0


def _quotes(text: str) -> list[tuple[int, int]]:
    """Return the passages in double quotation marks."""
    found = []
    opened = -1
    for match in re.finditer(r"[\"“”„«»「」『』]", text):
        mark = match[0]
        if mark in "“„«「『" or (mark == '"' and opened < 0):
            if opened < 0:
                opened = match.start()
        elif opened >= 0:
            found.append((opened, match.end()))
            opened = -1
    return found
