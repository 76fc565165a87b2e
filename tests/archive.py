"""A little archive as a year of feeds would give it: invented works and outlets, made anew from a seed.

Six works, each with a story from rumour to release; around it what makes archives hard: copies under other addresses,
edits, entries whose id flips, dated asides, memories of other dates, and far more that claims nothing.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from monitor.model import Document, Work, WorkKind

__all__ = ["WORKS", "archive", "as_lines", "shuffled_hours", "watch_list"]

WORKS = (
    Work("Harbour of Glass", WorkKind.GAME, ("Glass Harbour",)),
    Work("The Lantern Coast", WorkKind.SERIES),
    Work("Night Ferry to Oslo", WorkKind.FILM),
    Work("Tidal Slate 2", WorkKind.DEVICE),
    Work("Paper Moons Over Leeds", WorkKind.ALBUM),
    Work("Saltmarsh Requiem", WorkKind.BOOK),
)
_MAKERS = ("Northlight", "Brightwater", "Ferrous Pictures", "Tidal", "Low Wall Records", "Quillon Press")
_OUTLETS = (
    "harbourpost.example",
    "signalstatic.example",
    "screenledger.example",
    "dailyquarto.example",
    "ninthgate.example",
    "copydesk.example",
    "pixelgazette.example",
)
_START = datetime(2023, 1, 2, 6, 0, tzinfo=UTC)
_DAYS = 170
_NOISE = (
    ("The week's ratings", "The quiz show keeps its lead for a tenth week."),
    ("Five dishes for a cold evening", "The third needs nothing but an onion and patience."),
    ("Council votes on the bridge", "The bridge opens on 3 June 2023, the council said, if the paint dries."),
    ("What we played this week", "Three games, two of them good, one of them free until Friday."),
    ("{work}: the cast, remembered", "We look back at how {work} was made, and who left on the way."),
    ("Why {work} matters", "Nobody who waits for {work} needs to be told. We tell you all the same."),
    ("{maker} opens an office", "{maker}, known for {work}, moved to a larger office in January 2022."),
)


@dataclass(frozen=True)
class _Turn:
    """What the outlets report: `day` after the start, by how many of them."""

    day: int
    title: str
    text: str
    outlets: int = 3


def archive(seed: int = 1, documents: int = 300) -> list[Document]:
    """Return that many documents or a few more, in order of publication."""
    chance = random.Random(seed)
    told = [
        document
        for number, work in enumerate(WORKS)
        for document in _story(work, _MAKERS[number], number, chance)
    ]
    told += [_noise(number, chance) for number in range(max(0, documents - len(told)))]
    return sorted(told, key=lambda document: (document.published, document.id))


def _story(work: Work, maker: str, number: int, chance: random.Random) -> Iterator[Document]:
    name, first = work.title, date(2023, 4, 11) + timedelta(days=9 * number)
    release = first + timedelta(days=21)
    turns = (
        _Turn(
            3 + number,
            f"Leak: {name} in {first:%B}?",
            f"According to a leak, {name} could come out in {first:%B %Y}.",
            2,
        ),
        _Turn(20 + number, f"{name} gets a window", f"{maker} confirmed that {name} will be released in {first:%B %Y}."),
        _Turn(
            41 + number,
            f"{name} has a date",
            f"{maker} announced that {name} will be released on {_day(first)}. Those who ordered it early get a poster.",
            5,
        ),
        _Turn(60 + number, f"{name} – Official Trailer", f"{maker} released the official trailer for {name} today."),
        _Turn(
            75 + number,
            f"{name} is delayed",
            f"{maker} has delayed {name} from {_day(first)} to {_day(release)}. The studio confirmed it will be released on {_day(release)}.",
            4,
        ),
        _Turn((release - _START.date()).days, f"{name} is out", f"{maker} confirmed that {name} is out now.", 4),
    )  # fmt: skip
    for turn in turns:
        yield from _coverage(work, maker, turn, chance)
    yield from _asides(work, chance)


def _coverage(work: Work, maker: str, turn: _Turn, chance: random.Random) -> Iterator[Document]:
    at = _START + timedelta(days=turn.day, hours=chance.randrange(3, 9), minutes=chance.randrange(60))
    outlets = chance.sample(_OUTLETS, turn.outlets)
    for number, outlet in enumerate(outlets):
        text = turn.text if number == 0 else f"{_OPENINGS[number % 3].format(maker=maker)} {turn.text}"
        own = Document(
            id=f"{outlet}-{work.title}-{turn.day}",
            url=f"https://{outlet}/{turn.day}/{number}-{chance.randrange(10**6)}",
            source=outlet,
            published=at + timedelta(minutes=11 * number),
            lang="en",
            title=turn.title if number == 0 else f"{turn.title} ({number})",
            text=text,
        )
        yield own
        later = timedelta(minutes=chance.randrange(20, 300))
        match chance.randrange(4):
            case 0:  # the same story syndicated: another outlet, address and id, often another title
                yield replace(
                    own,
                    id=f"copy-{own.id}",
                    url=f"https://copydesk.example/{own.id.replace(' ', '-')}",
                    source="copydesk.example",
                    title=own.title if chance.random() < 0.5 else f"From elsewhere: {own.title}",
                    published=own.published + later,
                )
            case 1:  # its id flips, and the feed gives it again
                yield replace(own, id=f"flip-{own.id}", published=own.published + later)
            case 2:  # edited: a correction that changes no claim
                yield replace(
                    own,
                    text=f"{own.text} An earlier version of this article misspelt a name.",
                    published=own.published + later,
                )
            case _:
                pass


_OPENINGS = ("It is official.", "{maker} has news.", "As we hear this morning:")


def _asides(work: Work, chance: random.Random) -> Iterator[Document]:
    asides = (
        f"A quiet year: {work.title} was to be shown at a fair in March 2022, and was not.",
        f"Another thing to look forward to, besides {work.title}, is the fair itself.",
        f"The first demo of {work.title} was played by nine people on May 3, 2021.",
    )
    for number, text in enumerate(asides):
        outlet = chance.choice(_OUTLETS)
        yield Document(
            id=f"aside-{work.title}-{number}",
            url=f"https://{outlet}/aside/{chance.randrange(10**6)}",
            source=outlet,
            published=_START + timedelta(hours=chance.randrange(24 * _DAYS)),
            lang="en",
            title=f"Notes of the week, {number}",
            text=text,
        )


def _noise(number: int, chance: random.Random) -> Document:
    title, text = chance.choice(_NOISE)
    which = chance.randrange(len(WORKS))
    names = {"work": WORKS[which].title, "maker": _MAKERS[which]}
    outlet = chance.choice(_OUTLETS)
    return Document(
        id=f"noise-{number}",
        url=f"https://{outlet}/noise/{number}",
        source=outlet,
        published=_START + timedelta(minutes=chance.randrange(24 * 60 * _DAYS)),
        lang="en",
        title=title.format(**names),
        text=f"{text.format(**names)} This is our note number {number}.",
    )


def shuffled_hours(documents: Sequence[Document], seed: int) -> list[Document]:
    """Return the documents with those of each hour in another order."""
    chance = random.Random(seed)
    return sorted(documents, key=lambda d: (f"{d.published:%Y-%m-%dT%H}", chance.random()))


def as_lines(documents: Sequence[Document], file: Path) -> Path:
    """Write documents as JSON Lines in the form of the contract."""
    names = ("id", "url", "source", "lang", "title", "text")
    rows = [
        {"published": d.published.isoformat(), **{name: getattr(d, name) for name in names}}
        for d in documents
    ]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def watch_list(file: Path) -> Path:
    """Write a configuration that has nothing but a watch list."""
    works = [{"title": w.title, "kind": w.kind.value, "aliases": list(w.aliases)} for w in WORKS]
    file.write_text(f"watch: {json.dumps(works)}\n", encoding="utf-8")
    return file


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
