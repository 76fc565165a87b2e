"""Where a work comes out is what the sentence names behind "on", "in" or "for", each date with its own."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.extract.reading import Scope, Sentence

__all__ = ["date_of_scope", "says_where"]


def says_where(sentence: Sentence, at: int) -> bool:
    """Whether the scope named at `at` is where the work comes out, not who brings it or what else is there."""
    stream, language = sentence.stream, sentence.language
    value: Scope = stream[at].value
    if value.group == "media":
        return True
    step = at - 1
    while step >= 0 and (stream[step].kind == "scope" or stream[step].text in language.joiners):
        if stream[step].text in language.prepositions:
            break
        step -= 1
    before = stream[step].text if step >= 0 else ""
    after = stream[at + 1].text if at + 1 < len(stream) else ""
    if value.group == "territories":
        return (
            before in language.prepositions
            or after in ("release", "premiere", "launch", "theaters", "cinemas", "debut", ":", "date")
            or at == 0
        )
    return before in language.prepositions


def date_of_scope(sentence: Sentence, at: int, dates: Sequence[int]) -> int | None:
    """Return the date that a scope is named with: "PC on June 1", "on May 4 for PS5"; None when there is but one."""
    if len(dates) < 2:
        return None
    stream, language = sentence.stream, sentence.language
    step = at + 1
    while step < len(stream) and (
        stream[step].kind == "scope"
        or stream[step].text in language.prepositions
        or (
            stream[step].text in language.joiners
            and step + 1 < len(stream)
            and stream[step + 1].kind == "scope"
        )
    ):
        step += 1
    if step in dates:
        return step
    step = at - 1
    while step >= 0 and (
        stream[step].kind == "scope" or stream[step].text in language.prepositions | language.joiners
    ):
        step -= 1
    if step in dates:
        return step
    left = [date for date in dates if date < at]
    return left[-1] if left else dates[0]
