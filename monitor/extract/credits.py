"""Who is credited in a sentence: the name before a verb of saying, or after "according to"; and whose word that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.extract.cues import Cue
from monitor.extract.fold import fold
from monitor.extract.sentence import Sentence

__all__ = ["Credit", "find_credits", "names", "outlets_of"]


@dataclass(frozen=True)
class Credit:
    """A credited name: `voice` is maker, press, heard, unnamed, leak or role; the credit stands from token `first` to `last`."""

    name: str
    voice: str
    first: int
    last: int
    rule: str


def _is_said(sentence: Sentence, cue: Cue) -> bool:
    """Whether a verb of saying has its subject before it: no passive, and no present tense beside the statement."""
    if cue.first and sentence.stream[cue.first - 1].text in sentence.language.passives:
        return False
    if cue.get("tells") or cue.get("always") or sentence.block.kind == "headline":
        return True
    return not sentence.stream[cue.first].text.endswith("s") or _acts(sentence, cue)


def _acts(sentence: Sentence, cue: Cue) -> bool:
    """Whether a verb of release or delay has the work as its object: the one before it acts."""
    if cue.kind == "release" and str(cue.get("tense")) == "noun":
        return False
    for token in sentence.stream[cue.last : cue.last + 6]:
        if token.kind in ("work", "inst"):
            return True
        if token.kind or token.text in sentence.language.prepositions | {",", "."}:
            return False
    return False


def names(sentence: Sentence) -> list[tuple[int, int]]:
    """Return the runs of tokens that are written as proper names, titles and dates left out."""
    stream, text = sentence.stream, sentence.block.text
    found: list[tuple[int, int]] = []
    if sentence.titled:
        # Where every word has a capital only the one who opens the headline is told apart.
        verbs = [cue.first for cue in sentence.cues if cue.kind == "say"]
        if (
            verbs
            and 0 < verbs[0] <= 3
            and all(
                not token.kind and token.text not in sentence.language.stops for token in stream[: verbs[0]]
            )
        ):
            found.append((0, verbs[0]))
        return found
    at = 0
    while at < len(stream):
        if not _capital(sentence, at):
            at += 1
            continue
        first = at
        at += 1
        while at < len(stream):
            if _capital(sentence, at) and text[stream[at - 1].end : stream[at].start] in (
                " ",
                "-",
                "",
                "'",
                "’",
                " '",
                ". ",
            ):
                at += 1
            elif (
                stream[at].text in {"-", "/", ".", "&"} | sentence.language.inner_words
                and at + 1 < len(stream)
                and _capital(sentence, at + 1)
                and (
                    stream[at].text in {"&"} | sentence.language.inner_words
                    or stream[at].end == stream[at + 1].start
                    or stream[at].text == "."
                )
                and (stream[at].text != "." or stream[at].start - stream[at - 1].start <= 3)
            ):
                at += 2
            else:
                break
        start = first
        # A capital at the start of a sentence may be no name.
        while (
            start < at
            and (
                stream[start].text in sentence.language.stops
                or stream[start].text in sentence.language.roles
                or stream[start].text in sentence.language.unnamed
            )
            and not stream[start].kind
        ):
            start += 1
        if start < at:
            found.append((start, at))
    return found


def _capital(sentence: Sentence, at: int) -> bool:
    token = sentence.stream[at]
    if token.kind:
        return (
            token.kind == "scope"
            and token.value.group == "services"
            and sentence.block.text[token.start].isupper()
        )
    first = sentence.block.text[token.start]
    return (
        first.isupper()
        or (first.isdigit() and sentence.block.text[token.end - 1].isupper() and len(token.text) > 1)
        or (token.text[:1] == "r" and sentence.block.text[token.end : token.end + 1] == "/")
    )


_CREDITING = frozenset(("say", "according", "by", "release", "delay", "cancel", "advance"))


def find_credits(sentence: Sentence) -> list[Credit]:
    """Return the credits that the sentence gives, nearest to its verbs first."""
    if not any(cue.kind in _CREDITING for cue in sentence.cues):
        return []
    runs = names(sentence)
    by_end = {last: (first, last) for first, last in runs}
    by_first = {first: (first, last) for first, last in runs}
    found: list[Credit] = []
    outlets: list[Credit] = []
    for cue in sentence.cues:
        if cue.kind == "say" or (
            cue.kind in ("release", "delay", "cancel", "advance") and _acts(sentence, cue)
        ):
            if cue.kind == "say" and not _is_said(sentence, cue):
                continue
            if cue.kind != "say" and any(
                credit.first > cue.last or credit.rule != cue.rule.name for credit in found
            ):
                continue
            voiced = _before(sentence, cue.first, by_end, cue.rule.name)
            found.extend(map(_as_press, voiced) if cue.get("press") else voiced)
            if cue.kind == "say":
                found.extend(_after_verb(sentence, cue.last, by_first, cue.rule.name))
        elif cue.get("heard"):
            # The outlet of an interview stands nearer than who spoke to it.
            outlets.extend(map(_as_press, _after(sentence, cue.last, by_first, cue.rule.name)))
        elif cue.kind in ("according", "by"):
            voiced = _after(sentence, cue.last, by_first, cue.rule.name)
            found.extend(map(_as_press, voiced) if cue.get("press") else voiced)
    seen: set[str] = set()
    unique = []
    lead = next((at for at, credit in enumerate(found) if credit.voice != "press"), len(found))
    for credit in (*found[:lead], *outlets, *found[lead:]):
        if fold(credit.name) not in seen:
            seen.add(fold(credit.name))
            unique.append(credit)
    return unique


def _as_press(credit: Credit) -> Credit:
    """Return a credit whose name stands where an outlet does: "told NAME", "NAME reports"."""
    return replace(credit, voice="press") if credit.voice == "maker" else credit


def outlets_of(sentence: Sentence) -> set[str]:
    """Return the folded names that the sentence shows to be outlets of the press, whatever it says of them elsewhere."""
    if not any(cue.kind == "according" or cue.get("press") for cue in sentence.cues):
        return set()
    return {fold(credit.name) for credit in find_credits(sentence) if credit.voice == "press"}


def _before(sentence: Sentence, at: int, by_end: dict[int, tuple[int, int]], rule: str) -> Iterator[Credit]:
    """Yield the subject of a verb: the name that ends where it begins, adverbs and a comma's aside between them."""
    stream, language = sentence.stream, sentence.language
    end = at
    steps = 0
    while end > 0 and steps < 4:
        if end in by_end:
            break
        word = stream[end - 1].text
        if stream[end - 1].kind == "date" or word in language.auxiliaries | language.adverbs:
            end -= 1
            steps += 1
            continue
        break
    if (
        end
        and stream[end - 1].text == ","
        and end - 1 in by_end
        and stream[by_end[end - 1][0] - 1].text in language.articles | {","}
    ):
        end -= 1
    elif end and stream[end - 1].text == "," and end not in by_end:
        end = next((back for back in range(end - 2, max(end - 18, 0), -1) if stream[back].text == ","), end)
    if end in by_end:
        first, last = by_end[end]
        before = stream[first - 1].text if first else ""
        if before in language.prepositions or before in language.beside_words:
            return
        yield Credit(_name(sentence, first, last), _voice(sentence, first, last), first, at, rule)
        for lead in _coordinated(sentence, first, by_end):
            yield Credit(_name(sentence, *lead), _voice(sentence, *lead), lead[0], at, rule)
        return
    word = stream[end - 1].text if end else ""
    size = 2 if end > 1 and f"{stream[end - 2].text} {word}" in language.organs else 1
    if (size == 2 or word in language.organs) and end - size in by_end:
        first, last = by_end[end - size]
        if stream[last - 1].text.endswith(("'s", "s'")) or stream[last - 1].text in ("'", "s"):
            yield Credit(_name(sentence, first, last), _voice(sentence, first, last), first, at, rule)
            return
    if word in language.unnamed:
        yield Credit(word, _unnamed_voice(sentence, end - 1), end - 1, at, rule)
    elif word in language.persons:
        yield Credit(word, "person", end - 1, at, rule)
    elif word in language.companies and not stream[max(end - 2, 0)].text.endswith("'s"):
        yield Credit(word, "company", end - 1, at, rule)
    elif word in language.role_credits:
        size = 2 if end > 1 and f"{stream[end - 2].text} {word}" in language.role_credits else 1
        before = stream[end - size - 1].text if end > size else ""
        if before in language.articles | language.determiners | set(language.numbers) or end == size:
            yield Credit(sentence.original(end - size, end), "role", end - size, at, rule)


def _coordinated(
    sentence: Sentence, first: int, by_end: dict[int, tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    stream = sentence.stream
    at = first
    for _ in range(4):
        while at and stream[at - 1].text in sentence.language.roles:
            at -= 1
        if (
            at < 2
            or stream[at - 1].text not in sentence.language.and_words | {"&", ","}
            or at - 1 not in by_end
        ):
            return
        pair = by_end[at - 1]
        if stream[at - 1].text == "," and stream[pair[1] - 1].text in sentence.language.roles:
            # "Northfall's director, NAME, said": one and the same.
            return
        yield pair
        at = pair[0]


def _after(sentence: Sentence, at: int, by_first: dict[int, tuple[int, int]], rule: str) -> Iterator[Credit]:
    """Who stands after "according to": a name, maybe behind an article and a role."""
    stream, language = sentence.stream, sentence.language
    for step in range(at, min(at + 6, len(stream))):
        if step in by_first:
            first, last = by_first[step]
            if all(token.kind == "scope" for token in stream[first:last]):
                return
            if stream[first - 1].text in language.determiners - language.articles:
                # "Told their Discord": whom somebody tells it is no outlet.
                return
            yield Credit(_name(sentence, first, last), _voice(sentence, first, last), at, last, rule)
            return
        token = stream[step]
        if token.text in language.unnamed:
            by = stream[step + 1].text if step + 1 < len(stream) else ""
            if token.text in language.press_roles and by in language.beside_words | language.prepositions:
                # "According to a report by NAME".
                continue
            yield Credit(token.text, _unnamed_voice(sentence, step), at, step + 1, rule)
            return
        if token.kind in ("date", "work") or token.text in (".", ";", ","):
            break
    for step in range(at, min(at + 4, len(stream))):
        if stream[step].text in language.role_credits:
            yield Credit(sentence.original(step, step + 1), "role", at, step + 1, rule)
            return


def _after_verb(
    sentence: Sentence, at: int, by_first: dict[int, tuple[int, int]], rule: str
) -> Iterator[Credit]:
    """Yield the subject behind the verb, in quoted speech: "…," said the director NAME."""
    stream, language = sentence.stream, sentence.language
    verb = at - 1
    if at >= len(stream) or not (sentence.quotes or (verb and stream[verb - 1].text == ",")):
        return
    step = at
    while (
        step < len(stream)
        and step < at + 5
        and (stream[step].text in language.roles or stream[step].text in language.articles | {"'", "s", "-"})
    ):
        step += 1
    if step in by_first and not stream[step].kind:
        first, last = by_first[step]
        role = last
        while role < len(stream) and role < last + 4 and stream[role].text in language.roles:
            role += 1
        if role > last and role in by_first:
            # "said Northfall boss NAME".
            first, last = by_first[role]
        yield Credit(_name(sentence, first, last), _voice(sentence, first, last), at - 1, last, rule)
        return
    if verb and stream[verb - 1].text == ",":
        for role in range(at, min(at + 3, len(stream))):
            if stream[role].text in language.role_credits:
                yield Credit(sentence.original(role, role + 1), "role", verb, role + 1, rule)
                return


def _name(sentence: Sentence, first: int, last: int) -> str:
    name = sentence.original(first, last)
    for ending in ("'s", "’s"):
        name = name.removesuffix(ending)
    return name.strip(" .,'’")


def _unnamed_voice(sentence: Sentence, at: int) -> str:
    """Return "heard" for sources and reports that nobody hedges, "unnamed" for insiders, leaks, the industry."""
    return "heard" if sentence.stream[at].text in sentence.language.press_roles else "unnamed"


def _voice(sentence: Sentence, first: int, last: int) -> str:
    language, stream = sentence.language, sentence.stream
    name = fold(_name(sentence, first, last))
    verbs = {at for cue in sentence.cues if cue.kind == "say" for at in range(cue.first, cue.last)}
    around = {token.text for token in stream[max(0, first - 3) : first]} | {
        stream[at].text for at in range(last, min(last + 3, len(stream))) if at not in verbs
    }
    before, _, ending = name.replace(".", " ").rpartition(" ")
    if name in language.press or (before and ending in language.press_endings):
        return "press"
    if (
        around & (language.unnamed - language.press_roles)
        or name.startswith("r/")
        or name.endswith(("leaks", "leak", "leaker"))
    ):
        return "leak"
    if {token.text for token in stream[max(0, first - 2) : first]} & language.press_roles:
        return "press"
    return "maker"


def voices(found: Sequence[Credit]) -> set[str]:
    """Return the kinds of voice among the credits."""
    return {credit.voice for credit in found}
