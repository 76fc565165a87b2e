"""Stories for the tables of this folder: what was said, one line a document, and what became of it.

A line is "DAY OUTLET WORDS", words being "[CERTAINTY] [passing] [inherited] [CONFIDENCE%] [STATUS] [WHEN] [(SCOPE, …)] [<INSTALMENT>] [via CREDIT, …]";
" + " joins the claims of one document. "3 b official 2023-10-27 (PS5)" is outlet b's document of the third day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from hypothesis import strategies as st

from monitor.model import Certainty, Change, Claim, Event, Key, Observation, Standing, Status, Verdict, When
from monitor.reconcile import reconcile
from tests.builders import at

START = at("2023-06-01T12:00")
_PARTS = re.compile(r"\((?P<scope>[^)]*)\)|<(?P<instalment>[^>]*)>|via (?P<sources>.*)|(?P<word>\S+)")


def observations(*lines: str, event: Event = Event.RELEASE) -> list[Observation]:
    """Return what the documents of `lines` said; ids count from 1."""
    heard: list[Observation] = []
    for number, line in enumerate(lines):
        day, outlet, said = line.split(" ", 2)
        for words in said.split(" + "):
            heard.append(
                Observation(
                    claim=_claim(words, event, f"{outlet} {number}"),
                    document=f"{number:03}",
                    source=outlet,
                    url=f"https://{outlet}.example/{number}",
                    published=START + timedelta(days=float(day)),
                    seen_at=START + timedelta(days=float(day)),
                    id=len(heard) + 1,
                )
            )
    return heard


def _claim(words: str, event: Event, quote: str) -> Claim:
    certainty, status, when = Certainty.REPORTED, Status.SCHEDULED, None
    scope: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    instalment = None
    passing = inherited = False
    confidence: float | None = None
    for part in _PARTS.finditer(words):
        if part["scope"] is not None:
            scope = tuple(sorted(part["scope"].split(", ")))
        elif part["instalment"]:
            instalment = part["instalment"]
        elif part["sources"]:
            sources = tuple(part["sources"].split(", "))
        elif part["word"] == "passing":
            passing = True
        elif part["word"] == "inherited":
            inherited = True
        elif part["word"].endswith("%"):
            confidence = int(part["word"][:-1]) / 100
        elif part["word"] in list(Certainty):
            certainty = Certainty(part["word"])
        elif part["word"] in list(Status):
            status = Status(part["word"])
        else:
            when = When.parse(part["word"])
    return Claim(
        "Alan Wake 2", event, status, instalment, when, certainty, sources, scope, quote, passing=passing,
        inherited=inherited, confidence=confidence,
    )  # fmt: skip


def told(
    lines: Iterable[str],
    *,
    event: Event = Event.RELEASE,
    verdicts: Mapping[int, Verdict] | None = None,
    until: float | None = None,
) -> tuple[list[str], dict[Key, Standing]]:
    """Return what was alerted, a line each, document by document, and what is believed in the end."""
    everything = observations(*lines, event=event)
    standings: dict[Key, Standing] = {}
    alerts: list[str] = []
    for document in dict.fromkeys(o.document for o in everything):
        so_far = [o for o in everything if o.document <= document]
        alerts += _step(so_far, standings, verdicts or {}, so_far[-1].published)
    if until is not None:
        alerts += _step(everything, standings, verdicts or {}, START + timedelta(days=until))
    return alerts, standings


def _step(
    heard: list[Observation], standings: dict[Key, Standing], verdicts: Mapping[int, Verdict], now: datetime
) -> list[str]:
    revised = reconcile(heard, standings, verdicts, now)
    standings.clear()
    standings.update(revised.standings)
    return [line(change) for change in revised.changes]


def line(change: Change) -> str:
    """Return a change as a line: kind, date, scope, instalment."""
    parts = [change.kind.value, _when(change)]
    parts += [f"({', '.join(change.key.scope)})"] if change.key.scope else []
    parts += [f"<{change.key.instalment}>"] if change.key.instalment else []
    return " ".join(parts)


def _when(change: Change) -> str:
    return "-" if change.after is None or change.after.when is None else str(change.after.when)


def believed(standing: Standing) -> str:
    """Return a standing as a line: certainty, status, when."""
    belief = standing.belief
    return f"{belief.certainty.value} {belief.status.value} {belief.when or '-'}"


PERIODS = [
    "2023",
    "2023-06",
    "2023-06-05",
    "2023-06-06",
    "2023-10-17",
    "2023-10-27",
    "2024-24",
    "2024/..",
    "../2023-12-31",
    "2023-06-10~",
    None,
]


@st.composite
def anything(draw: st.DrawFn) -> Observation:
    """Draw an observation of one subject; few values, so that they meet."""
    when = draw(st.sampled_from(PERIODS))
    number = draw(st.integers(0, 40))
    published = START + timedelta(hours=draw(st.integers(0, 24 * 20)))
    return Observation(
        claim=Claim(
            "Alan Wake 2",
            draw(st.sampled_from(Event)),
            draw(st.sampled_from(Status)),
            draw(st.sampled_from([None, "season 2", "dlc: Night"])),
            When.parse(when) if when else None,
            draw(st.sampled_from(Certainty)),
            draw(st.sampled_from([(), ("Osen",), ("Osen", "Netflix")])),
            draw(st.sampled_from([(), ("PS5",), ("PC", "PS5"), ("unveiling",)])),
            draw(
                st.sampled_from(
                    ["", "It comes.", "The long awaited sequel comes out later than we had all hoped for"]
                )
            ),
        ),
        document=str(number),
        source=draw(st.sampled_from("abcd")),
        url=f"https://{draw(st.sampled_from('abcd'))}.example/{number}",
        published=published,
        seen_at=published,
        id=number,
    )
