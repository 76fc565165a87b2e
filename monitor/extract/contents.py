"""A game's DLC and named updates go by names of their own, which the text itself introduces."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.extract.sentence import Instalment, Sentence
from monitor.extract.tokens import Token
from monitor.model import WorkKind

__all__ = ["named_contents", "with_contents"]


def named_contents(found: Sequence[Sequence[Sentence]]) -> dict[tuple[str, ...], str]:
    """Return the names of DLC that the sentences introduce: the folded words of each, and the name as written."""
    names: dict[tuple[str, ...], str] = {}
    sentences = [sentence for block in found for sentence in block]
    if not any(
        token.kind == "work" and token.value.work.kind is WorkKind.GAME
        for one in sentences
        for token in one.stream
    ):
        return {}
    speaking = False
    for sentence in sentences:
        nouns = _nouns(sentence)
        for first, last in nouns:
            for run in (_run_before(sentence, first), _run_after(sentence, last)):
                if run:
                    names.setdefault(_words(sentence, *run), sentence.original(*run))
        if nouns or speaking:
            for at, token in enumerate(sentence.stream):
                if not token.kind and token.text in sentence.language.dlc_called:
                    run = _capitals(sentence, at + 1)
                    if run:
                        names.setdefault(_words(sentence, *run), sentence.original(*run))
        speaking = bool(nouns)
    # The fuller name stands for the shorter one that it contains.
    return {words: name for words, name in names.items() if words}


def with_contents(sentence: Sentence, names: dict[tuple[str, ...], str]) -> list[Token] | None:
    """Return the sentence's tokens with each name of a DLC, and the noun behind it, as one instalment; None when it has none."""
    stream = sentence.stream
    made: list[Token] = []
    at = 0
    changed = False
    longest = max(map(len, names), default=0)
    while at < len(stream):
        for size in range(min(longest, len(stream) - at), 0, -1):
            name = names.get(tuple(token.text for token in stream[at : at + size]))
            if name is None or any(token.kind == "work" for token in stream[at : at + size]):
                continue
            last = at + size
            if last < len(stream) and stream[last].text in sentence.language.dlc:
                last += 1
            start, end = stream[at].start, stream[last - 1].end
            made.append(Token("", start, end, "inst", Instalment(f"dlc: {name}", "dlc")))
            at = last
            changed = True
            break
        else:
            made.append(stream[at])
            at += 1
    if len(set(names.values())) == 1:
        made, referred = _referring(made, sentence, next(iter(names.values())))
        changed = changed or referred
    return made if changed else None


def _referring(stream: list[Token], sentence: Sentence, name: str) -> tuple[list[Token], bool]:
    """Take "the expansion", "this update" for the one that the document names."""
    made: list[Token] = []
    changed = False
    for at, token in enumerate(stream):
        if (
            not token.kind
            and token.text in sentence.language.dlc_bare
            and at
            and stream[at - 1].text in sentence.language.determiners | sentence.language.generic
        ):
            made.append(Token("", token.start, token.end, "inst", Instalment(f"dlc: {name}", "dlc")))
            changed = True
        else:
            made.append(token)
    return made, changed


def _nouns(sentence: Sentence) -> list[tuple[int, int]]:
    return [
        (at, at + 1)
        for at, token in enumerate(sentence.stream)
        if not token.kind and token.text in sentence.language.dlc
    ]


def _words(sentence: Sentence, first: int, last: int) -> tuple[str, ...]:
    return tuple(token.text for token in sentence.stream[first:last])


def _is_part(sentence: Sentence, at: int) -> bool:
    token = sentence.stream[at]
    return (
        not token.kind
        and sentence.block.text[token.start].isupper()
        and token.text not in sentence.language.stops
        and token.text not in sentence.language.dlc
        and token.text not in sentence.language.generic
    )


def _run_before(sentence: Sentence, noun: int) -> tuple[int, int] | None:
    stream = sentence.stream
    first = noun
    while first > 0 and (
        _is_part(sentence, first - 1)
        or (
            stream[first - 1].text in {"&", "-", "'", ":"} | _inner(sentence)
            and first - 1 > 0
            and first < noun
            and _is_part(sentence, first - 2)
        )
    ):
        first -= 1
    while first < noun and not _is_part(sentence, first):
        first += 1
    if first == noun or noun - first > 6 or not _is_part(sentence, noun - 1):
        return None
    if sentence.titled and not (
        first and (stream[first - 1].kind == "work" or stream[first - 1].text in ("'s", "s"))
    ):
        return None
    if first == 0 and not sentence.titled:
        return None
    return first, noun


def _run_after(sentence: Sentence, last: int) -> tuple[int, int] | None:
    stream = sentence.stream
    if (
        last < len(stream)
        and stream[last].text in (",", ":")
        and stream[last - 1].text in sentence.language.dlc_bare
    ):
        run = _capitals(sentence, last + 1)
        if run and (run[1] == len(stream) or stream[run[1]].text in (",", ".", ":", "!")):
            return run
    return None


def _capitals(sentence: Sentence, at: int) -> tuple[int, int] | None:
    stream = sentence.stream
    last = at
    while (
        last < len(stream)
        and last - at < 6
        and (
            _is_part(sentence, last)
            or (
                last > at
                and stream[last].text in {"&", "-"} | _inner(sentence)
                and last + 1 < len(stream)
                and _is_part(sentence, last + 1)
            )
        )
    ):
        last += 1
    return (at, last) if last > at else None


def _inner(sentence: Sentence) -> frozenset[str]:
    """Return the small words that stand within names: "Masks of the Sea"."""
    language = sentence.language
    return language.inner_words | language.articles | language.and_words
