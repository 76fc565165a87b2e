"""Where a work comes out is what the sentence names behind "on", "in" or "for", each date with its own."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.extract.draft import Draft
from monitor.extract.sentence import Scope, Sentence
from monitor.model import Event

__all__ = ["give_scopes"]


def give_scopes(sentence: Sentence, drafted: Sequence[tuple[Draft, int]], heading: Sequence[str]) -> None:
    """Give the drafts of a sentence (each with the token it was told at) the scopes that the sentence, or else its heading, names."""
    stream = sentence.stream
    releases = [(draft, index) for draft, index in drafted if draft.event is Event.RELEASE]
    scopes = [at for at, token in enumerate(stream) if token.kind == "scope" and _says_where(sentence, at)]
    dates = sorted({index for _, index in releases if stream[index].kind == "date"})
    for draft, index in releases:
        dated = stream[index].kind == "date"
        own = [
            stream[at].value.name
            for at in scopes
            if not dated or _date_of_scope(sentence, at, dates) in (None, index)
        ]
        for name in own if scopes else heading:
            if name not in draft.scope and name not in draft.sources:
                draft.scope.append(name)


def _says_where(sentence: Sentence, at: int) -> bool:
    """Whether the scope named at `at` is where the work comes out, not who brings it or what else is there."""
    stream, language = sentence.stream, sentence.language
    value: Scope = stream[at].value
    if at and stream[at - 1].text in language.from_words - language.prepositions:
        # "Leaves early access on May 4".
        return False
    if value.group == "media":
        return True
    step = at - 1
    while step >= 0:
        token = stream[step]
        if token.kind == "date":
            # "On PS5 on May 4 and PC on June 1": a date in the list, with its preposition, is stepped over.
            step -= 2 if step and stream[step - 1].text in language.prepositions else 1
        elif token.text in language.prepositions or not (
            token.kind == "scope" or token.text in language.joiners
        ):
            break
        else:
            step -= 1
    before = stream[step].text if step >= 0 else ""
    after = stream[at + 1].text if at + 1 < len(stream) else ""
    if value.group == "territories":
        return (
            before in language.prepositions
            or after in language.release_nouns | {":"}
            or (at + 1 < len(stream) and stream[at + 1].kind == "scope")
            or at == 0
        )
    return before in language.prepositions or _is_of_version(sentence, at)


def _is_of_version(sentence: Sentence, at: int) -> bool:
    """Whether the scope at `at` says which version is meant: "the Switch and PS5 versions"."""
    stream, language = sentence.stream, sentence.language
    step = at + 1
    while step < len(stream) and (stream[step].kind == "scope" or stream[step].text in language.joiners):
        step += 1
    return step < len(stream) and not stream[step].kind and stream[step].text in language.versions


def _date_of_scope(sentence: Sentence, at: int, dates: Sequence[int]) -> int | None:
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
