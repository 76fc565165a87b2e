"""Texts for the benches: archived entries where the shared corpora are, else made here from a seed."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.model import Document, Work

__all__ = ["CASE_WORKS", "WORKS", "entries", "unrelated_works", "watched"]

WORKS = tuple(
    map(
        Work,
        (
            "Alan Wake 2", "Starfield", "Diablo IV", "Final Fantasy XVI", "Tears of the Kingdom", "Street Fighter 6",
            "Resident Evil 4", "Star Wars Jedi: Survivor", "Redfall", "Spider-Man 2", "Baldur's Gate 3", "Hollow Knight: Silksong",
            "Barbie", "Oppenheimer", "Dial of Destiny", "The Witcher", "Black Mirror", "Secret Invasion", "Ahsoka", "Pixel Fold",
        ),
    )
)  # fmt: skip
"""Twenty works of one half-year."""

CASE_WORKS = ("Alan Wake 2 (game)", "Barbie (film)", "Dune: Part Two (film)", "Silo (series)")
"""The works that a text of tests/cases/claims watches where it names none."""


def watched(work: str | dict[str, Any]) -> dict[str, Any]:
    """Return a watched work that a case writes as "TITLE (kind)" or as a mapping with its aliases."""
    if isinstance(work, dict):
        return work
    title, _, kind = work.rpartition(" (")
    return {"title": title, "kind": kind.rstrip(")")}


_OTHERS = (
    "The studio",
    "A retailer",
    "The mayor",
    "Our reviewer",
    "The league",
    "A new phone",
    "The orchestra",
)
_VERBS = ("opens", "will launch", "was delayed", "comes to cinemas", "is expected", "returned")
_EVERYDAY = (
    "has been reviewed",
    "sold out",
    "was painted",
    "won a prize",
    "hired a cook",
    "asked for patience",
)
_TIMES = (
    "on May 4",
    "in late 2024",
    "this fall",
    "last week",
    "at 8 pm",
    "for $59.99",
    "after 12 years",
    "next spring",
    "",
    "",
)
_HEADS = ((("{work}",), _VERBS), (("A player of {work}",), _EVERYDAY), (_OTHERS, _EVERYDAY))
_SHARES = (5, 20, 975)
"""Of a thousand headlines those that tell of a watched work, that only name one, and the others."""
_TAILS = (
    "according to a report",
    "as fans had hoped",
    "the company said",
    "and nobody knows why",
    "in front of 300 people",
)


def entries(shared: Path, count: int) -> Iterator[Document]:
    """Yield `count` documents: the archive's first ones, or made ones as long, of which as few name a watched work."""
    archive = shared / "corpora" / "replay-2023-h1.jsonl.gz"
    if archive.exists():
        with gzip.open(archive, "rt", encoding="utf-8") as lines:
            for _, line in zip(range(count), lines, strict=False):
                row = json.loads(line)
                yield Document(
                    id=row["id"],
                    url=row["url"],
                    source=row["source"],
                    published=datetime.fromisoformat(row["published"]),
                    lang=row.get("lang") or "",
                    title=row.get("title") or "",
                    html=row.get("html") or "",
                    text=row.get("text") or "",
                )
        return
    dice = random.Random(11)
    for number in range(count):
        (head,) = dice.choices(_HEADS, _SHARES)
        paragraphs = (" ".join(_sentence(dice, *_HEADS[-1]) for _ in range(2)) for _ in range(2))
        yield Document(
            id=str(number),
            published=datetime(2023, 5, 4, tzinfo=UTC),
            lang="en",
            title=_sentence(dice, *head),
            html="".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
        )


def _sentence(dice: random.Random, subjects: Sequence[str], verbs: Sequence[str]) -> str:
    subject = dice.choice(subjects).format(work=dice.choice(WORKS).title)
    return f"{subject} {dice.choice(verbs)} {dice.choice(_TIMES)} {dice.choice(_TAILS)}."


def unrelated_works(count: int) -> list[Work]:
    """Return works that no text names."""
    dice = random.Random(5)
    syllables = ("zor", "quil", "vex", "thra", "mok", "yll", "phan", "grue", "sket", "drow", "ulm", "bax")
    return [
        Work(" ".join("".join(dice.choices(syllables, k=3)).title() for _ in range(2)) + f" {number}")
        for number in range(count)
    ]
