"""Recognise the language of a text and of each of its passages, by declaration, script and words.

The words and letters of a language are in the first part of its file (docs/add-a-language.md). Each word adds an integer to the languages
that have it; the more languages have it, the less it adds. Titles may be in any language, so a capitalised word adds less. The number of
characters examined is bounded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from monitor.extract.claim_language import LANGUAGES, UNDETERMINED, first_part
from monitor.extract.dates.date_language import months_elsewhere
from monitor.extract.normalise import normalise
from monitor.model import Block

__all__ = ["Recognised", "deciding_words", "passages", "recognise"]

_Weighed = dict[str, tuple[tuple[str, int], ...]]
"""What each word, ending or letter adds to its languages."""
How = Literal["configured", "declared", "script", "words", "unsure"]


class Recognised(NamedTuple):
    """The language of a text, one of LANGUAGES or UNDETERMINED, and how it was recognised.

    `how` is configured (for the source), declared (by the text), script, words, or unsure.
    """

    code: str
    how: How

    def tag(self, *declared: str) -> str:
        """Return the first declared tag of this language, which may have a region, else its code."""
        return next((tag for tag in declared if _base(tag) == self.code), self.code)


_SAMPLE = 6_000
"""The characters of a text that are examined."""
_HEAD = 240
"""The characters of a block that are examined."""
_SAMPLED = 12
"""The blocks of a document that are examined, evenly spread."""
_FEWEST_KNOWN, _KNOWN_OF = 3, 6
"""The least number and the least share of distinctive words by which a block is certainly in a language."""
_LONGEST_WORD = 24

_UNIT = 12
"""The amount added by a word of one language only; a word of several adds a part of it to each."""
_CLEAR = 10
"""The least amount by which a text without a declaration is in a language."""
_SURE = 30
"""The least amount by which a text is in another language than declared, or a passage than its document."""
_AHEAD = 2.2
"""The least ratio to the amount of the expected language, in addition."""
_AHEAD_UNDECLARED = 1.25
_DENSE = 2.4
"""The least amount for each lower-case word: a language without a file shares some words with one that has a file."""
_PROSE = 14
"""The least lower-case words of a text; with fewer it is a list of names, in any language."""
_FEWEST_SMALL = 5
"""The least lower-case words of a passage, also half of its words; with fewer it may be a title, in any language."""
_LONGEST_ENDING = 5
_FEWEST_AGAINST = 3
"""The least lower-case words that contradict a declaration: names and slogans are in any language."""
_MOST_LINKS = 2
"""The most lower-case words between two capitalised ones of a title."""
_TITLE = 9
"""The most that all capitalised words add to a language: "Dune: Part Three" is not English only."""
_FEWEST_CAPITALS = 6
"""The least words of a headline with mostly capitalised words; a title has fewer."""
_CHARACTER = 4
"""The amount added by a character of a script of one language only."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_BEYOND_LATIN = re.compile("[^\x00-\u036f\u1e00-\u303f]")
_LATIN = re.compile("[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
# A title in quotation marks or brackets may be in any language.
_QUOTED = re.compile('[『「《〈“„«(（][^『「《〈“„«(（』」》〉”»)）\n]{1,60}[』」》〉”“»)）]|"[^"\n]{1,60}"')
_FEWEST = 2
"""The least letters of a script; fewer are symbols."""


class _Counts(dict[str, int]):
    """Integers by name, 0 for a missing name."""

    __slots__ = ()

    def __missing__(self, name: str) -> int:
        return 0

    def add(self, others: Mapping[str, int]) -> None:
        for name, number in others.items():
            self[name] = self.get(name, 0) + number


@dataclass(slots=True)
class _Seen:
    """The counts of a text: the amounts of its words by language, its words and letters, and the letters of each script."""

    scores: _Counts = field(default_factory=_Counts)
    words: int = 0
    small: int = 0
    letters: int = 0
    scripts: _Counts = field(default_factory=_Counts)
    signs: _Counts = field(default_factory=_Counts)

    def add(self, other: _Seen) -> None:
        self.scores.add(other.scores)
        self.words += other.words
        self.small += other.small
        self.letters += other.letters
        self.scripts.add(other.scripts)
        self.signs.add(other.signs)


def recognise(declared: str, text: str) -> Recognised:
    """Return the language of a text that declares a BCP 47 tag or "".

    The declaration decides unless the script or the words clearly contradict it; without one the script and the words
    decide, and if they are not clear enough the text is UNDETERMINED.
    """
    return _told(declared, _seen(text[:_SAMPLE]))


def passages(
    found: Sequence[Block], declared: str, configured: str = ""
) -> tuple[Recognised, list[Recognised]]:
    """Return the language of a document with these blocks, that of most of them, and the language of each block.

    A block is in the language of the document unless its script, its own declaration, or its words and those of adjacent blocks
    clearly say otherwise. In a `configured` document, whose source has a configured language, words are ignored.
    """
    views: dict[int, _Seen] = {}
    base = _base(configured)
    if base in LANGUAGES:
        document = Recognised(base, "configured")
    else:
        whole = _Seen()
        for at in sorted(
            {0, 1, *range(0, len(found), -(-len(found) // _SAMPLED) or 1)} & set(range(len(found)))
        ):
            views[at] = _seen(found[at].text[:_HEAD])
            whole.add(views[at])
        document = _told(declared, whole)
    languages = [document] * len(found)
    for at, block in enumerate(found):
        if at not in views and not _is_plainly(block, document.code):
            views[at] = _seen(block.text[:_HEAD])
        if at in views:
            languages[at] = _of_block(block, views[at], document)
    if document.how != "configured":
        _in_runs(views, languages, document)
    return document, languages


def _is_plainly(block: Block, code: str) -> bool:
    """Return whether a block is certainly in a language by its distinctive words, as most blocks of an article are."""
    head = block.text[:_HEAD]
    if block.lang or (not head.isascii() and _BEYOND_LATIN.search(head)):
        return False
    words = set(_WORD.findall(head))
    known = len(words & _own_words(code))
    return known >= _FEWEST_KNOWN and known * _KNOWN_OF >= len(words)


def deciding_words(text: str, code: str, most: int = 4) -> tuple[str, ...]:
    """Return the words of `text` that contribute most to a language, as written."""
    words = Counter(
        {
            word: weight
            for word in dict.fromkeys(_WORD.findall(text[:_SAMPLE]))
            for known, weight in _evidence(word)
            if known == code
        }
    )
    return tuple(word for word, _ in words.most_common(most))


def _base(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()


def _told(declared: str, seen: _Seen) -> Recognised:
    base = _base(declared)
    script = _script(seen, base)
    if script:
        return Recognised(script, "declared" if script == base else "script")
    best, most, second = _ranked(seen.scores)
    own = seen.scores[base] if base in LANGUAGES else 0
    dense = most >= _DENSE * seen.small
    if base in LANGUAGES:
        if base in _scripts():
            # A list of names does not contradict a declaration, prose in another script does.
            if most >= _SURE and dense:
                return Recognised(_readable(best), "words" if best in LANGUAGES else "script")
            return (
                Recognised(UNDETERMINED, "script") if seen.small >= _PROSE else Recognised(base, "declared")
            )
        if best != base and seen.small >= _FEWEST_AGAINST and most >= max(_SURE, _AHEAD * own) and dense:
            return Recognised(_readable(best), "words")
        if seen.small >= _PROSE and own < seen.small:
            return Recognised(UNDETERMINED, "unsure")
        return Recognised(base, "declared")
    if base and (best not in LANGUAGES or not dense or most < max(_SURE, _AHEAD * second)):
        return Recognised(UNDETERMINED, "declared")
    if most >= _CLEAR and most >= _AHEAD_UNDECLARED * second and dense:
        return Recognised(_readable(best), "words")
    return Recognised(UNDETERMINED, "unsure")


def _of_block(block: Block, seen: _Seen, document: Recognised) -> Recognised:
    """Return the language of a block by its script or its own declaration, else the document's."""
    script = _script(seen, document.code)
    if script and script != document.code:
        return Recognised(script, "script")
    own = _base(block.lang)
    if not script and own in LANGUAGES and own != document.code and own not in _scripts():
        most = seen.scores[document.code]
        if most < _SURE or most < _AHEAD * seen.scores[own]:
            return Recognised(own, "declared")
    return document


def _in_runs(views: Mapping[int, _Seen], languages: list[Recognised], document: Recognised) -> None:
    """Set the language of each run of blocks whose words together are clearly in another language than the document."""
    run: list[int] = []
    spoken = ""
    for at in range(len(languages) + 1):
        leans = at in views and languages[at] is document
        other = _leaning(views[at], document.code) if leans else ""
        if run and other != spoken:
            _read_run([views[one] for one in run], run, spoken, languages, document)
            run = []
        if other:
            run.append(at)
        spoken = other


def _read_run(
    views: Sequence[_Seen], run: Sequence[int], code: str, languages: list[Recognised], document: Recognised
) -> None:
    whole = _Seen()
    for view in views:
        whole.add(view)
    is_prose = whole.small >= _FEWEST_SMALL and 2 * whole.small >= whole.words
    if is_prose and whole.scores[code] >= max(
        _SURE, _AHEAD * whole.scores[document.code], _DENSE * whole.small
    ):
        for at in run:
            languages[at] = Recognised(_readable(code), "words")


def _leaning(seen: _Seen, code: str) -> str:
    """Return the language to which the words of a block belong more clearly than to `code`, else ""."""
    best, most, second = _ranked(seen.scores)
    if best == code or seen.scripts[code] >= _FEWEST:
        return ""
    clear = most >= max(_CLEAR, _AHEAD * seen.scores[code], _AHEAD_UNDECLARED * second)
    return best if clear else ""


def _readable(code: str) -> str:
    return code if code in LANGUAGES else UNDETERMINED


def _ranked(scores: Mapping[str, int]) -> tuple[str, int, int]:
    """Return the language with the largest amount, that amount, and the next largest."""
    if not scores:
        return "", 0, 0
    best = max(scores, key=lambda code: (scores[code], code))
    return best, scores[best], max((most for code, most in scores.items() if code != best), default=0)


# Words


def _seen(text: str) -> _Seen:
    seen = _Seen()
    scores: dict[str, int] = seen.scores
    if "://" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    if not text.isascii() or '"' in text or "(" in text:
        unquoted = _QUOTED.sub(" ", text)
        if len(unquoted) < len(text) and _has_words(unquoted):
            text = unquoted
    words = _WORD.findall(text)
    heads = "".join([word[0] for word in words])
    seen.words, seen.letters = len(words), len("".join(words))
    if not heads.islower():
        large = sum(map(str.isupper, heads))
        if len(words) >= _FEWEST_CAPITALS and large * 3 > len(words) * 2:
            # A headline in capitals: they do not mark titles.
            seen.small -= large
            words = [word.lower() for word in words]
        elif large:
            words = _in_titles(words)
    named: dict[str, int] = {}
    for word in dict.fromkeys(words):
        found = _evidence(word)
        if word[0].islower():
            seen.small += 1
            for code, weight in found:
                scores[code] = scores.get(code, 0) + weight
        else:
            for code, weight in found:
                named[code] = named.get(code, 0) + weight
    for code, weight in named.items():
        scores[code] = scores.get(code, 0) + min(weight, _TITLE)
    if not text.isascii() and _BEYOND_LATIN.search(text):
        _note_scripts(text, seen)
    return seen


def _in_titles(words: list[str]) -> list[str]:
    """Return the words, with a capital for lower-case ones that link two capitalised ones: "The Last of Us", "Casa de Papel"."""
    links = _links()
    since = 0
    for at, word in enumerate(words):
        if word[0].isupper():
            if since and at > since:
                words[at - since : at] = [link.capitalize() for link in words[at - since : at]]
            since = 0
        elif word in links and (since or (at and words[at - 1][0].isupper())):
            since = since + 1 if since < _MOST_LINKS else 0
        else:
            since = 0
    return words


def _has_words(text: str) -> bool:
    first = _WORD.search(text)
    return first is not None and (len(first[0]) > _FEWEST or _WORD.search(text, first.end()) is not None)


@lru_cache(maxsize=30_000)
def _evidence(word: str) -> tuple[tuple[str, int], ...]:
    """Return what a word as written adds to each of its languages."""
    if len(word) > _LONGEST_WORD:
        return ()
    written, words, endings = _words()
    small = word.lower()
    plain = small if word.isascii() else normalise(word)
    # A written accent is distinctive, and it is often left out.
    found = written.get(small) or words.get(plain)
    if found is None and "'" in plain:
        # "l'automne" by its article, "HBO'da" by its ending.
        head, _, tail = plain.partition("'")
        found = words.get(f"{head}'") or endings.get(f"'{tail}")
    if found is None:
        found = _of_ending(plain, endings)
    if plain is not small:
        found = _with_letters(small, found)
    if word[0] != small[0]:
        return tuple([(code, weight // 2) for code, weight in found])
    return found


def _of_ending(word: str, endings: _Weighed) -> tuple[tuple[str, int], ...]:
    """Return what the longest known ending of a word adds."""
    for size in range(min(_LONGEST_ENDING, len(word) - 2), 1, -1):
        found = endings.get(word[-size:])
        if found:
            return found
    return ()


def _with_letters(word: str, found: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """Return what a word adds, together with its distinctive letters."""
    letters = _letters()
    shares = [one for char in dict.fromkeys(word) for one in letters.get(char, ())]
    if not shares:
        return found
    sums = Counter(dict(found))
    for code, weight in shares:
        sums[code] += weight
    return tuple(sums.items())


@cache
def _telling() -> dict[str, dict[str, list[str]]]:
    """Return the recognition data of each language, including those without a file."""
    others = first_part(UNDETERMINED).get("others", {})
    return {code: first_part(code) for code in LANGUAGES if code != UNDETERMINED} | {
        code: part for code, part in others.items() if code not in LANGUAGES
    }


@cache
def _own_words(code: str) -> frozenset[str]:
    """Return the words that a language shares with at most one other."""
    return frozenset(
        word
        for weighed in _words()[:2]
        for word, shares in weighed.items()
        for known, weight in shares
        if known == code and 2 * weight >= _UNIT
    )


@cache
def _links() -> frozenset[str]:
    """Return the lower-case words that occur within titles."""
    return frozenset(first_part(UNDETERMINED).get("title_words", ()))


@cache
def _words() -> tuple[_Weighed, _Weighed, _Weighed]:
    """Return the recognition words as written, the same normalised, and normalised endings, with what each adds."""
    words: dict[str, list[str]] = {}
    written: dict[str, list[str]] = {}
    bare: dict[str, list[str]] = {}
    endings: dict[str, list[str]] = {}
    for code, part in _telling().items():
        for name in ("function_words", "news_words"):
            for word in part.get(name, ()):
                written.setdefault(word, []).append(code)
                if word.isascii():
                    words.setdefault(word, []).append(code)
                else:
                    bare.setdefault(normalise(word), []).append(code)
        for ending in part.get("endings", ()):
            endings.setdefault(normalise(ending), []).append(code)
    for month, codes in months_elsewhere().items():
        words.setdefault(month, []).extend(codes)
    # Without its accent a word may be one of another language.
    weighed = {word: _shared(codes, _UNIT // 2) for word, codes in bare.items()}
    weighed |= {word: _of_word(word, codes) for word, codes in words.items()}
    return (
        {word: _of_word(word, codes) for word, codes in written.items() if not word.isascii()},
        weighed,
        {ending: _shared(codes, _UNIT // 2) for ending, codes in endings.items()},
    )


def _of_word(word: str, codes: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return _shared(codes, _UNIT // 2 if len(word) == 1 else _UNIT)


@cache
def _letters() -> _Weighed:
    letters: dict[str, list[str]] = {}
    for code, part in _telling().items():
        for letter in part.get("letters", ()):
            letters.setdefault(letter, []).append(code)
    return {letter: _shared(codes, _UNIT * 3 // 4) for letter, codes in letters.items()}


def _shared(codes: Iterable[str], whole: int) -> tuple[tuple[str, int], ...]:
    """Return the share of each language of a word; a language without a file gets half a share."""
    known = tuple(dict.fromkeys(codes))
    shares = sum(2 if code in LANGUAGES else 1 for code in known)
    weight = max(1, 2 * whole // max(shares, 2))
    return tuple((code, weight) for code in known)


# Scripts

# A headline of Chinese characters has few kana, and a Chinese text may name a title in kana.
_LEAST, _LEAST_DECLARED, _LEAST_AGAINST = 0.08, 0.01, 0.35
_MOSTLY = 0.5


@cache
def _scripts() -> dict[str, tuple[re.Pattern[str], str]]:
    """Return the languages recognised by script: the letters of each alone, and the language whose letters it also has."""
    found = {}
    for code, part in _telling().items():
        if "script" in part:
            shared = part.get("script_shared", "")
            owner = next(
                (one for one, other in _telling().items() if shared and other.get("script") == shared), ""
            )
            found[code] = re.compile(f"[{part['script']}]"), owner
    return found


@cache
def _signs() -> re.Pattern[str]:
    """Return the pattern of the distinctive signs of languages that share a script, the longest first."""
    signs = {sign for part in _telling().values() for sign in part.get("signs", ())}
    return re.compile("|".join(map(re.escape, sorted(signs, key=lambda sign: (-len(sign), sign)))))


@cache
def _signed() -> dict[str, tuple[str, ...]]:
    signed: dict[str, tuple[str, ...]] = {}
    for code, part in _telling().items():
        for sign in part.get("signs", ()):
            signed[sign] = (*signed.get(sign, ()), code)
    return signed


def _note_scripts(text: str, seen: _Seen) -> None:
    rest = seen.letters - len(_LATIN.findall(text))
    for code, (own, _) in _scripts().items():
        if count := len(own.findall(text)):
            seen.scripts[code] = count
            rest -= count
    if rest > 0:
        seen.scripts[UNDETERMINED] = rest
    seen.signs.add(Counter(code for sign in _signs().findall(text) for code in _signed()[sign]))


def _script(seen: _Seen, declared: str) -> str:
    """Return the language of the script, UNDETERMINED for a script without a file, "" when the text is mainly Latin."""
    if not seen.scripts:
        return ""
    counts = dict(seen.scripts)
    for code, (_, owner) in _scripts().items():
        if owner and (code in counts or owner in counts):
            winner = code if _has_shared(seen, code, owner, declared) else owner
            both = counts.pop(code, 0) + counts.pop(owner, 0)
            counts[winner] = both
    best = max(counts, key=lambda code: (counts[code], code))
    if counts[best] > _MOSTLY * seen.letters:
        return best
    if best == UNDETERMINED or counts[best] < _FEWEST:
        return ""
    return best if counts[best] * _CHARACTER >= max(seen.scores.values(), default=0) else ""


def _has_shared(seen: _Seen, code: str, owner: str, declared: str) -> bool:
    """Return whether a text in letters shared by two languages is in the one that has further letters."""
    own, shared = seen.scripts[code], seen.scripts[owner]
    mine, theirs = seen.signs[code], seen.signs[owner]
    if not own:
        if declared == code:
            return theirs <= 2 * mine + 1
        return mine > 2 * theirs + 1 if declared == owner else mine > theirs
    if mine > theirs and declared != owner:
        return True
    against = _LEAST_AGAINST if declared in _scripts() else _LEAST
    if own < (own + shared) * (_LEAST_DECLARED if declared == code else against):
        return False
    return declared == code or own >= (own + shared) * _LEAST_AGAINST or theirs <= mine + 1
