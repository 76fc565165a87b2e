"""A game's DLC, named updates and a work's editions go by names of their own, which the text itself introduces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.extract.sentence import Instalment, Sentence
from monitor.extract.tokens import Token
from monitor.model import WorkKind

__all__ = ["named_contents", "with_contents"]


def named_contents(found: Sequence[Sequence[Sentence]]) -> dict[tuple[str, ...], str]:
    """Return what the sentences introduce, the folded words of each name and the instalment ("dlc: NAME", "edition: NAME")."""
    names: dict[tuple[str, ...], str] = {}
    sentences = [sentence for block in found for sentence in block]
    for sentence in sentences:
        for first, last in _editions(sentence):
            names.setdefault(_words(sentence, first, last), f"edition: {sentence.original(first, last)}")
    if not any(
        token.kind == "work" and token.value.work.kind is WorkKind.GAME
        for one in sentences
        for token in one.stream
    ):
        return names
    speaking = False
    for sentence in sentences:
        nouns = _nouns(sentence)
        for first, last in nouns:
            for run in (
                _run_before(sentence, first),
                _run_after(sentence, last),
                _run_apposed(sentence, first, last),
            ):
                if run:
                    names.setdefault(_words(sentence, *run), f"dlc: {sentence.original(*run)}")
        if nouns or speaking:
            for at, token in enumerate(sentence.stream):
                if not token.kind and token.text in sentence.language.dlc_called:
                    run = _capitals(sentence, at + 1)
                    if run:
                        names.setdefault(_words(sentence, *run), f"dlc: {sentence.original(*run)}")
        speaking = bool(nouns)
    # The fuller name stands for the shorter one that it contains.
    return {words: name for words, name in names.items() if words}


def with_contents(sentence: Sentence, names: dict[tuple[str, ...], str]) -> list[Token] | None:
    """Return the sentence's tokens with each name, and the noun behind it, as one instalment; None when it has none."""
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
            made.append(Token("", start, end, "inst", Instalment(name, "dlc")))
            at = last
            changed = True
            break
        else:
            made.append(stream[at])
            at += 1
    contents = {name for name in names.values() if name.startswith("dlc")}
    if len(contents) == 1:
        made, referred = _referring(made, sentence, next(iter(contents)))
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
            made.append(Token("", token.start, token.end, "inst", Instalment(name, "dlc")))
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
    if not sentence.titled and stream[last - 1].text in sentence.language.dlc_bare:
        run = _capitals(sentence, last)
        said = run and any(cue.kind == "say" and cue.first == run[1] for cue in sentence.cues)
        return None if said else run
    return None


def _run_apposed(sentence: Sentence, first: int, last: int) -> tuple[int, int] | None:
    """Return the name that the noun is said of: "NAME, the first expansion for X, …"."""
    stream, language = sentence.stream, sentence.language
    comma = first - 1
    while comma > 0 and first - comma < 6 and stream[comma].text != ",":
        comma -= 1
    end = last
    small = language.of_words | language.articles | {"'s", "'", "s"}
    while end < len(stream) and end - last < 6 and (stream[end].kind or stream[end].text in small):
        end += 1
    closed = end < len(stream) and stream[end].text in (",", ".")
    if comma < 1 or stream[comma].text != "," or not closed or sentence.titled:
        return None
    start = comma
    while start and comma - start < 6 and _is_part(sentence, start - 1):
        start -= 1
    before = stream[start - 1].text if start else ""
    if start == comma or before in language.prepositions | language.of_words | language.joiners:
        return None
    return start, comma


def _editions(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Yield the names of editions that stand right behind a work ("X: Definitive Edition") or before its "of"."""
    stream, language = sentence.stream, sentence.language
    for at, token in enumerate(stream):
        if token.kind or token.text not in language.editions or not _is_capital(sentence, at):
            continue
        first = at
        while first and at - first < 4 and _is_capital(sentence, first - 1):
            first -= 1
        before = first - 1 if first and stream[first - 1].text in (":", "-", "–", "'") else first
        after = [one.kind or one.text for one in stream[at + 1 : at + 4]]
        behind = before > 0 and stream[before - 1].kind == "work"
        of = after[:1] and after[0] in language.of_words and "work" in after[1:]
        anew = not language.edition_words.isdisjoint(one.text for one in stream[first : at + 1])
        if anew and (behind or of):
            yield first, at + 1


def _is_capital(sentence: Sentence, at: int) -> bool:
    token = sentence.stream[at]
    return (
        not token.kind
        and sentence.block.text[token.start].isupper()
        and token.text not in sentence.language.articles
    )


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
