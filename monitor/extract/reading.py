"""A document becomes sentences of tokens in which titles, instalments, dates and scopes are recognised, and cues found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.extract.blocks import Block, blocks
from monitor.extract.contents import named_contents, with_contents
from monitor.extract.cues import Cue
from monitor.extract.dates import Mention, find_dates
from monitor.extract.fold import fold, is_cjk
from monitor.extract.language import Language, load, recognise
from monitor.extract.sentence import Instalment, Scope, Sentence
from monitor.extract.tokens import Token, sentences, tokens
from monitor.extract.works import Catalogue, Named
from monitor.model import Document

__all__ = ["read"]

_ROMAN = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+|pic\.twitter\.com/\w+")
_MASK = "\ufffc"


def read(document: Document, catalogue: Catalogue) -> list[list[Sentence]]:
    """Return the sentences of the document, block by block, its furniture left out."""
    found = blocks(document)
    sample = " ".join(block.text for block in found)
    code = recognise(document.lang, sample)
    declared = document.lang if document.lang.partition("-")[0].lower() == code else code
    kept = []
    for block in _without_furniture(found, load(code or "en")):
        lang = _block_language(block, code)
        if not lang:
            continue
        kept.append(list(_sentences(block, load(lang), declared if lang == code else lang, catalogue)))
    names = named_contents(kept)
    if names:
        for sentence in (one for block in kept for one in block):
            stream = with_contents(sentence, names)
            if stream is not None:
                sentence.stream = stream
                _find_cues(sentence)
    return kept


def _find_cues(sentence: Sentence) -> None:
    found = _unambiguous(sentence.language.phrasebook.find(sentence.stream))
    sentence.cues = [cue for cue in found if not _is_name(sentence, cue)]


def _block_language(block: Block, code: str) -> str:
    letters = [char for char in block.text[:400] if char.isalpha()]
    foreign = sum(is_cjk(char) for char in letters)
    if letters and (foreign > len(letters) * 0.3) != (code in ("ko", "ja", "zh")):
        return recognise(block.lang, block.text)
    return code


def _without_furniture(found: Sequence[Block], language: Language) -> Iterator[Block]:
    """Leave out links that stand alone, and lists under headings such as "Related"."""
    skipping: Block | None = None
    for block in found:
        words = " ".join(token.text for token in tokens(block.text[:60]))
        if block.kind == "link":
            continue
        if block.kind != "headline" and any(
            words == phrase or words.startswith((phrase + " ", phrase + ":"))
            for phrase in language.boilerplate
        ):
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


def _sentences(block: Block, language: Language, tag: str, catalogue: Catalogue) -> Iterator[Sentence]:
    # An address is no text: it names works and years that nobody states.
    text = block.text = _ADDRESS.sub(lambda match: _MASK * len(match[0]), block.text)
    named = catalogue.find(text, language.suffixes)
    masked = _masked(text, named)
    # "PSVR 2 on February 22": the number of a platform is no day.
    masked = _masked(
        masked,
        [
            scope
            for scope in _scopes(text, masked, language)
            if any(map(str.isdigit, text[scope[0] : scope[1]]))
        ],
    )
    mentions = find_dates(masked, tag) if _may_hold_date(masked) else []
    masked = _masked(text, named)
    entities = _entities(text, masked, named, mentions, language)
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
        stream = tokens(text, own, start, end)
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


def _is_titled(sentence: Sentence) -> bool:
    """Whether every word of weight has a capital, so that a capital tells no names."""
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
    """Whether a cue is part of a name: a capital in the middle of a sentence ("The Lands Between")."""
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
    """Of two nouns that overlap ("teaser" in "teaser image", "video" in "announcement video") keep the longer."""
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


def _may_hold_date(text: str) -> bool:
    return bool(text)


def _masked(text: str, spans: Sequence[Named] | Sequence[tuple[int, int, Scope]]) -> str:
    """Cover what is recognised: "Cyberpunk 2077" names no year."""
    pieces = []
    at = 0
    for span in spans:
        start, end = (span.start, span.end) if isinstance(span, Named) else (span[0], span[1])
        pieces.append(text[at:start])
        pieces.append(_MASK * (end - start))
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def _entities(
    text: str, masked: str, named: Sequence[Named], mentions: Sequence[Mention], language: Language
) -> list[Token]:
    found = [Token(fold(text[name.start : name.end]), name.start, name.end, "work", name) for name in named]
    taken = bytearray(len(text))
    for name in named:
        taken[name.start : name.end] = b"1" * (name.end - name.start)

    def add(start: int, end: int, kind: str, value: object) -> None:
        if not any(taken[start:end]):
            taken[start:end] = b"1" * (end - start)
            found.append(Token(fold(text[start:end]), start, end, kind, value))

    for start, end, instalment in _instalments(masked, language):
        add(start, end, "inst", instalment)
    for mention in mentions:
        end = mention.end
        start = _count_before_range(masked[mention.start : end], language)
        if start:
            # "Pushed back 12 weeks from February to April": by how much is no date.
            for piece in find_dates(masked[mention.start + start : end], language.code):
                add(piece.start + mention.start + start, piece.end + mention.start + start, "date", piece)
            continue
        stop = masked[mention.start : end].find(". ")
        if (
            stop > 0
            and not text[mention.start + stop - 1].isdigit()
            and text[mention.start + stop + 2 : mention.start + stop + 3].isupper()
            and masked[mention.start : mention.start + stop].rpartition(" ")[2].lower()
            not in language.abbreviations
        ):
            # Two sentences share no date.
            offset = max(0, mention.start - 12)
            for piece in find_dates(masked[offset : mention.start + stop], language.code):
                add(piece.start + offset, piece.end + offset, "date", piece)
            continue
        # The full stop behind a date ends the sentence unless it abbreviates the date's last word.
        if (
            masked[end - 1] == "."
            and masked[mention.start : end - 1].rpartition(" ")[2].lower() not in language.abbreviations
        ):
            end -= 1
        start = mention.start
        lead = masked[start:end].partition(" ")[0]
        if fold(lead) in language.at_words:
            # "On 29 June": the preposition belongs to the verb, or to the list of platforms.
            start += len(lead) + 1
        add(start, end, "date", mention)
    for start, end, scope in _scopes(text, masked, language):
        add(start, end, "scope", scope)
    found.sort(key=lambda token: token.start)
    return found


def _count_before_range(text: str, language: Language) -> int:
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


def _instalments(masked: str, language: Language) -> list[tuple[int, int, Instalment]]:
    folded = fold(masked)
    found: list[tuple[int, int, Instalment]] = []
    for unit, pattern in language.instalments:
        for match in pattern.finditer(folded):
            number = _number(match, language)
            if folded[match.end() : match.end() + 20].strip().startswith(language.not_instalments):
                continue
            if number and number < 400:
                found.append((match.start(), match.end(), Instalment(f"{unit} {number}", unit, number)))
    found.sort(key=lambda one: (one[0], -one[1]))
    merged: list[tuple[int, int, Instalment]] = []
    for start, end, instalment in found:
        if merged and start < merged[-1][1]:
            continue
        if (
            merged
            and start - merged[-1][1] <= 2
            and merged[-1][2].unit == "season"
            and instalment.unit in ("part", "volume", "episode")
        ):
            outer = merged[-1]
            merged[-1] = (
                outer[0],
                end,
                Instalment(f"{outer[2].name} {instalment.name}", "season", outer[2].number),
            )
            continue
        merged.append((start, end, instalment))
    if merged and language.elliptic is not None:
        unit = merged[0][2].unit
        for match in language.elliptic.finditer(folded):
            following = folded[match.end() : match.end() + 24].lstrip()
            number = _number(match, language)
            if number and not any(match.start() < end and start < match.end() for start, end, _ in merged):
                earlier = [one for one in merged if one[1] <= match.start()]
                if (
                    not earlier
                    or set(folded[earlier[-1][1] : match.start()].replace(",", " ").split())
                    & language.several
                ):
                    continue
                if following[:1] in (",", ".", ";", "") or following.split(" ")[0] in language.ordinal_verbs:
                    merged.append((match.start(), match.end(), Instalment(f"{unit} {number}", unit, number)))
        merged.sort(key=lambda one: one[0])
    return merged


def _number(match: re.Match[str], language: Language) -> int:
    said = next((group for group in match.groups() if group), "")
    if said.isdigit():
        return int(said)
    if said in _ROMAN:
        return _ROMAN[said]
    if said in language.numbers:
        return language.numbers[said]
    return next(
        (
            value
            for word, value in language.numbers.items()
            if word.endswith("*") and said.startswith(word[:-1])
        ),
        0,
    )


def _scopes(text: str, masked: str, language: Language) -> Iterator[tuple[int, int, Scope]]:
    words = tokens(masked)
    longest = 7
    starts = _scope_starts(language)
    at = 0
    while at < len(words):
        if words[at].text not in starts:
            at += 1
            continue
        for size in range(min(longest, len(words) - at), 0, -1):
            named = language.scopes.get(tuple(word.text for word in words[at : at + size]))
            if named is None:
                continue
            start, end = words[at].start, words[at + size - 1].end
            # "us" is no country, "max" no service: what has a capital in its name is written with one.
            if named[2] and text[start].islower():
                continue
            if text[start:end] == "Us":
                continue
            after = words[at + size] if at + size < len(words) else None
            if (
                named[1] in ("platforms", "services")
                and after is not None
                and after.start == end + 1
                and text[after.start].isupper()
                and after.text not in language.stops
                and not text[:at].istitle()
                and after.text
                in (
                    "next",
                    "direct",
                    "showcase",
                    "games",
                    "store",
                    "fest",
                    "plus",
                    "live",
                    "series",
                    "originals",
                    "tudum",
                    "korea",
                    "japan",
                    "studios",
                    "partner",
                    "state",
                )
            ):
                continue
            yield start, end, Scope(named[0], named[1])
            at += size - 1
            break
        at += 1


_starts_cache: dict[str, frozenset[str]] = {}


def _scope_starts(language: Language) -> frozenset[str]:
    if language.code not in _starts_cache:
        _starts_cache[language.code] = frozenset(words[0] for words in language.scopes if words)
    return _starts_cache[language.code]


def _quotes(text: str) -> list[tuple[int, int]]:
    """Return what stands in double quotation marks."""
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
