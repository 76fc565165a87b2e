"""Measure how many labelled dates the date engine reads: alone from their words, and in the document that holds them.

    dates_recall.py SHARED [--errors N] [--corpora claims-train,claims-real] [--lang en]

A reading is right when it denotes the label's interval. `alone` reads the labelled words by themselves; `in text` takes the
mentions that overlap those words in the document. `first` is the preferred reading (of a released claim the past one is
preferred), `any` one of all, `near` one of all where the two nearest dates on either side of the mention fill what it leaves out. A corpus whose labels do not say the words counts a date that any mention of the document reads.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.extract.dates import DateMention, find_dates
from monitor.extract.recognition import recognise
from monitor.model import Document, When
from monitor.parse import structured

CORPORA = ("claims-train", "claims-real", "claims-written", "claims-dev", "claims-multi-dev")
COLUMNS = (
    "dates",
    "alone first",
    "alone any",
    "found",
    "in text first",
    "in text any",
    "in text near",
    "readings",
)
_BESIDE = 2
"""How many dates on either side of a mention are tried to fill what it leaves out."""

Interval = Callable[[str], Any]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("--errors", type=int, default=0, help="print this many misses of each corpus")
    parser.add_argument("--corpora", default=",".join(CORPORA))
    parser.add_argument("--lang", default="", help="only documents of this language")
    arguments = parser.parse_args()
    folder = arguments.shared / "corpora"
    if not folder.is_dir():
        print(f"there is nothing to measure with: {folder} is not here")
        return 0
    interval = _interval(arguments.shared / "eval" / "edtf_interval.py")
    for corpus in arguments.corpora.split(","):
        measure(folder, corpus, interval, arguments.errors, arguments.lang)
    return 0


def measure(folder: Path, corpus: str, interval: Interval, errors: int, lang: str) -> None:
    documents = {row["id"]: row for row in rows(folder / f"{corpus}.docs.jsonl")}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    misses: list[str] = []
    for labels in rows(folder / f"{corpus}.labels.jsonl"):
        row = documents[labels["id"]]
        dated = [claim for claim in labels["claims"] if claim.get("when")]
        if not dated or (lang and not row.get("lang", "").startswith(lang)):
            continue
        text = _Text(row)
        for claim in dated:
            told = _measured(text, claim, interval)
            for name in (text.name, "all"):
                counts[name].update(told)
            if not told["in text any"] or ("alone any" in told and not told["alone any"]):
                misses.append(_miss(text, claim, told))
        for name in (text.name, "all"):
            counts[name]["mentions"] += len(text.mentions)
            counts[name]["readings"] += sum(
                len(mention.readings(text.published)) for mention in text.mentions
            )
    print(f"== {corpus}\n{'':12}" + "".join(f"{column:>14}" for column in COLUMNS))
    for name in sorted(counts, key=lambda name: (name == "all", name)):
        print(f"{name:12}" + "".join(_cell(counts[name], column) for column in COLUMNS))
    print("\n".join(misses[:errors]), flush=True)


def _cell(count: Counter[str], column: str) -> str:
    if column == "dates":
        return f"{count['dates']:>14}"
    if column == "readings":
        return f"{count['readings'] / max(count['mentions'], 1):>14.2f}"
    if column not in count:
        return f"{'–':>14}"
    return f"{count[column] / count['dates']:>14.3f}"


class _Text:
    """A document as its blocks, with the mentions of dates of each."""

    def __init__(self, row: dict[str, Any]) -> None:
        published = datetime.fromisoformat(row["published"])
        self.published = published if published.tzinfo else published.replace(tzinfo=UTC)
        document = Document(
            id=row["id"], published=self.published, lang=row.get("lang") or "", title=row.get("title") or "",
            html=row.get("html") or "", text=row.get("text") or "",
        )  # fmt: skip
        self.texts = [block.text for block in structured(document).blocks]
        self.code = recognise(document.lang, " ".join(self.texts)).code
        self.lang = document.lang
        self.name = self.lang.partition("-")[0].lower() or self.code
        self.dates = [find_dates(text, self.lang or self.code, doubtful=True) for text in self.texts]

    @property
    def mentions(self) -> list[DateMention]:
        return [mention for found in self.dates for mention in found]

    def overlapping(self, words: str, quote: str) -> list[DateMention]:
        """Return the mentions that overlap `words`, where these stand within `quote` if they do anywhere."""
        every: list[tuple[bool, DateMention]] = []
        for text, found in zip(self.texts, self.dates, strict=True):
            quoted = next(_places(text, quote), None)
            for start, end in _places(text, words):
                within = quoted is not None and quoted[0] <= start < quoted[1]
                every += [(within, one) for one in found if one.start < end and start < one.end]
        return [one for within, one in every if within] or [one for _, one in every]

    def beside(self, mention: DateMention) -> Iterator[When]:
        """Yield what the nearest other dates say."""
        every = self.mentions
        at = next(place for place, one in enumerate(every) if one is mention)
        for one in every[max(0, at - _BESIDE) : at] + every[at + 1 : at + 1 + _BESIDE]:
            for past in (False, True):
                when = one.resolve(self.published, past=past)
                if when is not None:
                    yield when


def _measured(text: _Text, claim: dict[str, Any], interval: Interval) -> dict[str, int]:
    gold = interval(claim["when"])
    past = claim["status"] == "released"

    def right(whens: Iterable[When | None]) -> int:
        return int(any(when is not None and interval(when.edtf) == gold for when in whens))

    def first(mentions: Sequence[DateMention]) -> int:
        return right(mention.resolve(text.published, past=past) for mention in mentions)

    def of_all(mentions: Sequence[DateMention], *, near: bool = False) -> int:
        whens = [reading.when for mention in mentions for reading in mention.readings(text.published)]
        if near:
            whens += [
                reading.when
                for mention in mentions
                for when in text.beside(mention)
                for reading in mention.readings(text.published, near=when)
            ]
        return right(whens)

    words = claim.get("when_text")
    if not words:
        return {
            "dates": 1,
            "in text first": first(text.mentions),
            "in text any": of_all(text.mentions),
            "in text near": of_all(text.mentions, near=True),
        }
    alone = find_dates(words, text.lang or text.code, doubtful=True)
    found = text.overlapping(words, claim.get("quote") or "")
    return {
        "dates": 1,
        "alone first": first(alone),
        "alone any": of_all(alone),
        "found": int(bool(found)),
        "in text first": first(found),
        "in text any": of_all(found),
        "in text near": of_all(found, near=True),
    }


def _miss(text: _Text, claim: dict[str, Any], told: dict[str, int]) -> str:
    words = claim.get("when_text") or ""
    found = text.overlapping(words, claim.get("quote") or "") if words else text.mentions
    read = [
        (mention.text, [str(reading.when) for reading in mention.readings(text.published)])
        for mention in found[:3]
    ]
    marks = "".join(str(told.get(column, "-")) for column in COLUMNS[1:-1])
    return f"{marks} {text.lang or '?'}/{text.code} {text.published:%Y-%m-%d} {words!r} {claim['when']} read {read} | {(claim.get('quote') or '')[:160]!r}"


def _places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Yield where `words` stand in `text`, whatever blanks are between them."""
    if words.strip():
        for match in re.finditer(r"\s+".join(map(re.escape, words.split())), text):
            yield match.span()


def _interval(path: Path) -> Interval:
    spec = importlib.util.spec_from_file_location("edtf_interval", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no module; give the folder that holds eval/edtf_interval.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Interval = module.edtf_interval
    return found


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, filter(str.strip, lines))


if __name__ == "__main__":
    sys.exit(main())
