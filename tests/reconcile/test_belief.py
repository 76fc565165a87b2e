"""What stood, what is heard, what alerts and what is believed then: the tables are the specification."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import (
    ChangeKind,
    Event,
    Key,
    Observation,
)
from monitor.reconcile import FoldCache, forget_periods, forget_texts, history, reconcile, weigh
from tests.reconcile.story import START, anything, believed, observations, told

WORK = Key("Alan Wake 2", None, Event.RELEASE)
MANY = [
    "0 a official 2023-10-17",
    "0 b reported 2023-10-17",
    "1 c reported 2023-10-17",
    "2 d official 2023-10-17",
]
DUE = ["0 a official 2023-06-05", "1 b 2023-06-05", "2 c 2023-06-05"]
MOVED = [*MANY, "3 e official 2023-10-27 + postponed 2023-10-17"]

# fmt: off
ONE_DATE = [
    # what stood, what is heard, what alerts, what is believed then
    ([], "0 a reported 2023-10-17", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),
    ([], "0 a rumoured 2024", ["appeared 2024"], "rumoured scheduled 2024"),
    ([], "0 a reported scheduled", [], "reported scheduled -"),
    ([], "0 a reported unannounced", [], "reported unannounced -"),
    ([], "0 a reported 2023-03-02", [], None),  # a day gone by is no schedule
    ([], "0 a reported postponed 2023-03", [], None),  # an old delay is history
    ([], "0 a passing 2023-10-17", [], None),  # by the way, in a document about something else
    (["0 a passing 2023-10-17"], "1 b passing 2023-10-17", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),

    # under another headline, or of a subject that only the context tells: what is full, credited and dated stands by itself
    ([], "0 a official passing 2023-10-17 via Remedy", ["appeared 2023-10-17"], "official scheduled 2023-10-17"),
    ([], "0 a official passing 2023-10-17", ["appeared 2023-10-17"], "official scheduled 2023-10-17"),
    ([], "0 a passing 2023-10-17 via Osen", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),
    ([], "0 a official passing 2023-10 via Remedy", ["appeared 2023-10"], "official scheduled 2023-10"),
    ([], "0 a passing 2023-10 via Osen", [], None),
    ([], "0 a official passing 2023 via Remedy", [], None),
    ([], "0 a official passing 2023-10-17~", [], None),
    ([], "0 a rumoured passing 2023-10-17 via Osen", [], None),
    ([], "0 a inherited 2023-10-17", [], None),
    ([], "0 a inherited 2023-10-17 via Osen", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),
    ([], "0 a official inherited 2023", ["appeared 2023"], "official scheduled 2023"),  # the maker's page needs no name
    ([], "0 a passing inherited 2023-10-17 via Osen", [], None),
    (["0 a passing 2023"], "1 a passing 2023", [], None),  # the same outlet again is no second origin
    (["0 a inherited 2023-10-17"], "1 b passing 2023-10-17", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),
    (["0 a 2023-10-17"], "1 b official passing 2023-10-27 via Remedy", ["moved_later 2023-10-27"], "official scheduled 2023-10-27"),
    (["0 a 2023-10-17"], "1 b official passing 2024 via Remedy", [], "reported scheduled 2023-10-17"),
    ([], "0 a 59% 2023-10-17", [], None),  # read unsurely
    ([], "0 a 60% 2023-10-17", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),
    ([], "0 a official 45% 2023-10-17 via Remedy", [], None),  # nor is it sure that the maker says so
    (["0 a 45% 2023-10-17"], "1 b 45% 2023-10-17", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),
    (["0 a 45% 2023-10-17"], "1 a 45% 2023-10-17", [], None),
    (["0 a 45% 2023-10-17"], "1 b passing 2023-10-17", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),
    (["0 a 45% 2023-10-17"], "1 a 90% 2023-10-17", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),
    (["0 a 90% 2023-10-17"], "1 b official 45% 2023-10-27 via Remedy", [], "reported scheduled 2023-10-17"),
    (["0 a 90% 2023-10-17"], "1 b official 45% 2023-10-27 + postponed 80% 2023-10-17", ["moved_later 2023-10-27"], "official scheduled 2023-10-27"),
    (["0 a 90% 2023-10-17"], "1 b 45% 2023-10-17", [], "reported scheduled 2023-10-17"),
    (["0 a 90% 2023-10-17"], "1 b official 45% 2023-10-17", [], "official scheduled 2023-10-17"),

    # the same again, in other words
    (["0 a 2023-10-17"], "1 b 2023-10-17", [], "reported scheduled 2023-10-17"),
    (["0 a 2023-10-17"], "1 b 2023-10-18", [], "reported scheduled 2023-10-17"),  # another time zone
    (["0 a 2023-10-17"], "1 b 2023-10", [], "reported scheduled 2023-10-17"),  # vaguer
    (["0 a 2023-10-17"], "1 b official 2023", [], "reported scheduled 2023-10-17"),  # vouches for the year only
    (["0 a 2023-10-17"], "1 b 2023-23", [], "reported scheduled 2023-10-17"),
    (["0 a 2023-10-17"], "1 b ../2023-10-16", [], "reported scheduled 2023-10-17"),  # "before"
    (["0 a 2023-10-17"], "1 b scheduled", [], "reported scheduled 2023-10-17"),
    (["0 a 2023-10-17"], "1 b unannounced", [], "reported scheduled 2023-10-17"),  # never undoes a date
    (["0 a 2023-10-17"], "1 b official 2023-10-17", [], "official scheduled 2023-10-17"),
    (["0 a 2023-06-20"], "1 b 2023-06-24~", [], "reported scheduled 2023-06-20"),  # "in three weeks"
    (["0 a 2023-22"], "1 b official 2023-35", ["moved_later 2023-35"], "official scheduled 2023-35"),
    (["0 a 2023-35"], "1 b official 2023-22", ["moved_earlier 2023-22"], "official scheduled 2023-22"),
    (["0 a 2023-22"], "1 b 2023-35", [], "reported scheduled 2023-22"),  # summer, third quarter: rounded otherwise

    # surer
    (["0 a rumoured 2023-10-17"], "1 b official 2023-10-17", ["confirmed 2023-10-17"], "official scheduled 2023-10-17"),
    (["0 a expected 2023-10"], "1 b official 2023-10", ["confirmed 2023-10"], "official scheduled 2023-10"),
    (["0 a rumoured 2023-10-17"], "1 b reported 2023-10-17", [], "reported scheduled 2023-10-17"),
    (["0 a rumoured 2023-10"], "1 b rumoured 2023-10-17", [], "rumoured scheduled 2023-10"),
    (["0 a rumoured 2023-10", "1 b rumoured 2023-10-17"], "2 c expected 2023-10-17", ["narrowed 2023-10-17"], "expected scheduled 2023-10-17"),
    (["0 a rumoured 2023-10-17"], "1 b rumoured 2024", [], "rumoured scheduled 2023-10-17"),  # two guesses

    # narrower
    (["0 a scheduled"], "1 b 2023-10", ["appeared 2023-10"], "reported scheduled 2023-10"),
    (["0 a unannounced"], "1 b 2023-10", ["appeared 2023-10"], "reported scheduled 2023-10"),
    (["0 a 2023"], "1 b 2023-10-17", ["narrowed 2023-10-17"], "reported scheduled 2023-10-17"),
    (["0 a official 2023"], "1 b 2023-10-17", ["narrowed 2023-10-17"], "reported scheduled 2023-10-17"),
    (["0 a official 2023"], "1 b rumoured 2023-10-17", ["rumoured 2023-10-17"], "official scheduled 2023"),

    # elsewhere, one voice against one
    (["0 a 2023-10-17"], "1 b official 2023-10-27", ["moved_later 2023-10-27"], "official scheduled 2023-10-27"),
    (["0 a 2023-10-17"], "1 b official 2023-10-07", ["moved_earlier 2023-10-07"], "official scheduled 2023-10-07"),
    (["0 a 2023-10-17"], "1 b 2023-10-27", ["disputed 2023-10-27"], "reported scheduled 2023-10-17"),
    (["0 a 2023-10-17"], "1 b rumoured 2024", ["rumoured 2024"], "reported scheduled 2023-10-17"),
    (["0 a 2023-10-17"], "1 b passing 2024", [], "reported scheduled 2023-10-17"),
    (["0 a rumoured 2023-10-17"], "1 b 2023-10-27", ["moved_later 2023-10-27"], "reported scheduled 2023-10-27"),
    (["0 a 2023-10-17"], "1 a 2023-09 + postponed 2023-10-17", ["moved_earlier 2023-09"], "reported scheduled 2023-09"),

    # later than a day that has come, and nobody says that it is out: who named that day before knew no better
    ([*DUE, "4 e 2023-07-05"], "4 f 2023-07-05", ["moved_later 2023-07-05"], "reported scheduled 2023-07-05"),
    (DUE, "4 e 2023-07-05", [], "official scheduled 2023-06-05"),
    ([*DUE, "3 e 2023-07-05"], "3 f 2023-07-05", [], "official scheduled 2023-06-05"),  # the day before
    ([*DUE, "4 e 2023-06-02"], "4 f 2023-06-02", [], "official scheduled 2023-06-05"),  # not earlier

    # elsewhere, against many
    (MANY, "3 e 2023-10-27", [], "official scheduled 2023-10-17"),  # an outlier
    (MANY, "3 e rumoured 2024", [], "official scheduled 2023-10-17"),
    (MANY, "3 e official 2023-10-27", [], "official scheduled 2023-10-17"),  # it may be wrong, or misread
    (MANY, "3 e official 2023-10-27 + 2023-10-17", [], "official scheduled 2023-10-17"),  # still names the date
    ([*MANY, "3 e official 2023-10-27"], "3 f official 2023-10-27", ["moved_later 2023-10-27"], "official scheduled 2023-10-27"),
    (MANY, "3 e official 2023-10-27 + postponed 2023-10-17", ["moved_later 2023-10-27"], "official scheduled 2023-10-27"),
    (MANY, "3 e 2023-10-27 + postponed 2023-10-17", ["moved_later 2023-10-27"], "reported scheduled 2023-10-27"),
    ([*MANY, "3 e rumoured 2024"], "4 f rumoured 2024", ["rumoured 2024"], "official scheduled 2023-10-17"),
    ([*MANY, "3 e rumoured 2024", "4 f rumoured 2024"], "5 g rumoured 2024", [], "official scheduled 2023-10-17"),
    ([*MANY, "3 e 2023-10-27"], "4 f 2023-10-27", [], "official scheduled 2023-10-17"),
    ([*MANY, "3 e 2023-10-27", "4 f 2023-10-27"], "4 g 2023-10-27", ["moved_later 2023-10-27"], "reported scheduled 2023-10-27"),
    ([*MANY, "3 e 2023-10-27 via Osen", "4 f 2023-10-27 via Osen"], "4 g 2023-10-27 via Osen", [], "official scheduled 2023-10-17"),
    ([*MANY, "3 e 2023-10-27", "4 e 2023-10-27"], "5 e 2023-10-27", [], "official scheduled 2023-10-17"),

    # the same source's later word on it
    (["0 a 2023-10-17"], "1 a 2023-10-27", ["moved_later 2023-10-27"], "reported scheduled 2023-10-27"),
    (["0 a rumoured 2023-10-17"], "1 a rumoured 2023-10-27", ["moved_later 2023-10-27"], "rumoured scheduled 2023-10-27"),
    (["0 a official 2023-10-17 via Remedy"], "1 a 2023-10-27", ["moved_later 2023-10-27"], "reported scheduled 2023-10-27"),
    (["0 a official 2023-10-17"], "1 a rumoured 2023-10-27", ["rumoured 2023-10-27"], "official scheduled 2023-10-17"),
    (["0 a 2023-10-17", "1 b 2023-10-17 via a"], "2 a 2023-10-27", ["moved_later 2023-10-27"], "reported scheduled 2023-10-27"),
    (["0 a 2023-10-17", "1 b 2023-10-17"], "2 a 2023-10-27", [], "reported scheduled 2023-10-17"),  # b still says so

    # a day is a day
    (["0 a official 2023-10-17"], "1 a official 2023-10-18", ["moved_later 2023-10-18"], "official scheduled 2023-10-18"),
    (["0 a official 2023-10-17"], "1 a official 2023-10-16", ["moved_earlier 2023-10-16"], "official scheduled 2023-10-16"),
    (["0 a official 2023-10-17", "0 b 2023-10-18"], "1 a official 2023-10-18", ["moved_later 2023-10-18"], "official scheduled 2023-10-18"),
    (["0 a 2023-10-17"], "1 a 2023-10-18", ["moved_later 2023-10-18"], "reported scheduled 2023-10-18"),
    (["0 a official 2023-10-17"], "1 b official 2023-10-18", [], "official scheduled 2023-10-17"),  # another time zone
    (["0 a official 2023-10-17"], "1 b 2023-10-18 + postponed 2023-10-17", ["moved_later 2023-10-18"], "reported scheduled 2023-10-18"),
    (["0 a official 2023-10-17"], "1 b official 2023-10-18 + postponed", ["moved_later 2023-10-18"], "official scheduled 2023-10-18"),
    (MANY, "3 e official 2023-10-18 + postponed 2023-10-17", ["moved_later 2023-10-18"], "official scheduled 2023-10-18"),
    (MANY, "3 e official 2023-10-16 + postponed 2023-10-17", ["moved_earlier 2023-10-16"], "official scheduled 2023-10-16"),
    (MANY, "3 a official 2023-10-18 + 2023-10-17", [], "official scheduled 2023-10-17"),  # still names the day
    (["0 a official 2023-10-17", "1 b official postponed"], "2 b official 2023-10-18", [], "official postponed 2023-10-17"),
    (["0 a 2023-10-17 (US) + 2023-10-18 (Japan)"], "1 a 2023-10-18 (Japan)", [], None),  # each in its own time zone
    (["0 a official 2023-10-17", "1 a official 2023-10-18"], "2 b 2023-10-17", [], "official scheduled 2023-10-18"),
    (["0 a official 2023-10-17", "1 a official 2023-10-18"], "2 b official 2023-10-17 + postponed 2023-10-18", ["moved_earlier 2023-10-17"], "official scheduled 2023-10-17"),

    # the date that was
    (MOVED, "4 f 2023-10-17", [], "official scheduled 2023-10-27"),
    (MOVED, "4 f official 2023-10-17", [], "official scheduled 2023-10-27"),
    (MOVED, "4 f postponed 2023-10-17", [], "official scheduled 2023-10-27"),
    ([*MOVED, "5 f 2023-10-17", "5 g 2023-10-17"], "5 h 2023-10-17", ["moved_earlier 2023-10-17"], "reported scheduled 2023-10-17"),

    # off
    (MANY, "3 e postponed 2023-10-17", [], "official scheduled 2023-10-17"),
    ([*MANY, "3 e postponed 2023-10-17"], "3 f postponed 2023-10-17", ["postponed 2023-10-17"], "reported postponed 2023-10-17"),
    (MANY, "3 e official postponed", ["postponed 2023-10-17"], "official postponed 2023-10-17"),
    (MANY, "3 e official postponed 2023-10-17", ["postponed 2023-10-17"], "official postponed 2023-10-17"),
    (MANY, "3 e official passing postponed 2023-10-17", ["postponed 2023-10-17"], "official postponed 2023-10-17"),
    (MANY, "3 e official passing postponed", [], "official scheduled 2023-10-17"),
    (MANY, "3 e official postponed + 2023-10-17", [], "official scheduled 2023-10-17"),  # a delay of long ago
    (MANY, "3 e official cancelled", ["cancelled 2023-10-17"], "official cancelled 2023-10-17"),
    (MANY, "3 e official denied 2023-10", ["denied 2023-10"], "official denied 2023-10"),
    (MANY, "3 e official denied 2024", [], "official scheduled 2023-10-17"),
    (MANY, "3 e postponed 2022", [], "official scheduled 2023-10-17"),  # an older delay
    (MANY, "3 e official postponed 2023-10-17 + official 2024-01-26", ["moved_later 2024-01-26"], "official scheduled 2024-01-26"),
    ([*MANY, "3 e official postponed"], "4 f 2024-01", ["moved_later 2024-01"], "reported scheduled 2024-01"),
    ([*MANY, "3 e official postponed"], "4 f 2023-10-17", [], "official postponed 2023-10-17"),
    ([*MANY, "3 e official cancelled"], "4 f 2023-10-17", [], "official cancelled 2023-10-17"),
    (["0 a 2023-10-17", "1 b official denied 2023-10-17"], "2 c 2024", ["appeared 2024"], "reported scheduled 2024"),

    # out
    (["0 a 2023-06-05"], "4 b released", ["released -"], "reported released -"),
    (["0 a 2023-06-05"], "3 b released", ["released -"], "reported released -"),  # the night before
    (["0 a 2023-06-05"], "4 b released 2023-06-05", ["released 2023-06-05"], "reported released 2023-06-05"),
    (["0 a 2023-06-05"], "4 b 2023-06-05", ["released 2023-06-05"], "reported released 2023-06-05"),  # "launches today"
    (["0 a 2023-06-05"], "24 b released", [], "reported released -"),  # those who waited have long known
    (["0 a 2023-06-25"], "4 b released + 2023-06-25", [], "reported scheduled 2023-06-25"),  # something else is out
    (["0 a 2023-06-05"], "4 b passing released", [], "reported scheduled 2023-06-05"),
    (MANY, "3 e released", [], "official scheduled 2023-10-17"),  # months early, one voice
    ([*MANY, "3 e released"], "3 f released", [], "official scheduled 2023-10-17"),
    ([*MANY, "3 e released", "3 f released"], "4 g released", ["released -"], "reported released -"),  # a surprise
    (["0 a 2023"], "3 b released", [], "reported scheduled 2023"),
    (["0 a 2023", "3 b released"], "3 c released", ["released -"], "reported released -"),
    (["0 a 2023"], "3 b released 2023-06-04", ["released 2023-06-04"], "reported released 2023-06-04"),
    (["0 a 2023"], "3 b released 2020-10-06", [], "reported scheduled 2023"),  # an early access of old
    ([], "0 a released 2023-05-31", ["released 2023-05-31"], "reported released 2023-05-31"),
    ([], "0 a released 2023-10-17", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),  # whatever the tense
    ([], "0 a released 2019-10-06", [], "reported released 2019-10-06"),  # history is logged and does not alert
    ([], "0 a released", [], "reported released -"),
    (["0 a released 2019-10-06"], "1 b 2023-10-17", ["appeared 2023-10-17"], "reported scheduled 2023-10-17"),
    (["0 a 2023-06-05", "4 b released"], "5 c 2023-06-05", [], "reported released -"),
    (["0 a 2023-06-05", "4 b released"], "5 c released", [], "reported released -"),
    (["0 a 2023-06-05", "3 c 2023-07-05"], "4 b released", [], "reported scheduled 2023-06-05"),  # or is it something else
    (["0 a 2023-06-05", "3 c 2023-07-05", "4 b released"], "4 d released", ["released -"], "reported released -"),
    (["0 a 2023-06-05", "4 b released"], "5 c 2023-07-05", [], "reported released -"),
    (["0 a 2023-06-05", "4 b released"], "5 c official 2023-07-05", ["appeared 2023-07-05"], "official scheduled 2023-07-05"),
    (["0 a 2023-06-05", "4 b released", "5 c 2023-07"], "5 d 2023-07-05", ["appeared 2023-07"], "reported scheduled 2023-07"),
    (["0 a 2023-06-05", *(f"4 {outlet} released" for outlet in "bcd")], "5 e official 2023-07-05", [], "reported released -"),
    (["0 a 2023-06-05", "4 b released"], "9 c expected 2023-06-20", [], "reported released -"),
    (["0 a 2023-06-05", "4 b released"], "9 c official postponed", [], "reported released -"),
    (["0 a 2023-06-05", "4 b released"], "9 c unannounced", [], "reported released -"),

    # out, said by the way: on the very day that was awaited, or twice
    (["0 a 2023-06-05"], "4 b passing released 2023-06-05", ["released 2023-06-05"], "reported released 2023-06-05"),
    (["0 a 2023-06-05"], "4 b passing 59% released 2023-06-05", [], "reported scheduled 2023-06-05"),
    (["0 a 2023-06-05"], "4 b rumoured passing released 2023-06-05", [], "reported scheduled 2023-06-05"),
    (["0 a 2023-06-05"], "4 b passing released", [], "reported scheduled 2023-06-05"),  # whatever is out
    (["0 a 2023-06"], "4 b passing released 2023-06-05", [], "reported scheduled 2023-06"),
    ([], "4 b passing released 2023-06-05", [], None),
    (["0 a 2023-06-05", "4 b passing released"], "5 c passing released 2023-06-05/2023-06-11", ["released 2023-06-05/2023-06-11"],
     "reported released 2023-06-05/2023-06-11"),
    (["0 a 2023-06-05", "4 b passing released 2023-06-05/2023-06-11"], "5 c passing released", ["released -"], "reported released -"),
    (["0 a 2023-06-05", "4 b passing released"], "5 c passing released 2020", [], "reported scheduled 2023-06-05"),
]
# fmt: on


@pytest.mark.parametrize(("stood", "heard", "alerts", "then"), ONE_DATE)
def test_what_is_heard_of_one_date(stood: list[str], heard: str, alerts: list[str], then: str | None) -> None:
    before, _ = told(stood)
    after, standings = told([*stood, heard])
    assert after[len(before) :] == alerts
    assert (believed(standings[WORK]) if WORK in standings else None) == then


SCOPES = [
    # a scope that says what holds for all is corroboration
    (["0 a 2023-10-17"], "1 b 2023-10-17 (PS5)", []),
    (["0 a 2023-10-17 (PS5)"], "1 b 2023-10-17", []),
    (["0 a 2023-10-17 (PS5)"], "1 b 2023-10-17 (PC)", []),
    (["0 a 2023-10-17 (PC, PS5)"], "1 b 2023-10-17 (PS5)", []),
    (["0 a 2023"], "1 b 2023-10-17 (PS5)", ["narrowed 2023-10-17"]),
    # a date of its own leaves the work's alone
    (["0 a official 2023-10-17"], "1 b 2024-02 (Switch)", ["moved_later 2024-02 (Switch)"]),
    (["0 a 2023-10-17", "1 b 2024-02 (Switch)"], "2 c 2023-10-17", []),
    (["0 a 2023-10-17", "1 b 2024-02 (Switch)"], "2 c 2024-02", []),  # names no scope, may be of any
    (["0 a 2023-10-17", "1 b 2024-02 (Switch)"], "2 c official 2023-11-01", ["moved_later 2023-11-01"]),
    (
        ["0 a 2023-10-17", "1 b 2024-02 (Switch)"],
        "2 c official 2024-03 (Switch)",
        ["moved_later 2024-03 (Switch)"],
    ),
    (["0 a official 2023-10-17"], "1 b rumoured 2024-02 (Switch)", []),  # a hedge takes no scope out
    # one document, two opposite moves
    (
        ["0 a 2023-08-31"],
        "1 b official 2023-08-03 (PC) + official 2023-09-06 (PS5)",
        ["moved_earlier 2023-08-03 (PC)", "moved_later 2023-09-06 (PS5)"],
    ),
    (
        ["0 a 2023-08-31", "1 b official 2023-08-03 (PC) + official 2023-09-06 (PS5)"],
        "2 c official 2023-08-03",
        [],
    ),
    (
        ["0 a 2023-08-31 (PC, PS5)"],
        "1 b official postponed (PC, PS5) + official 2023-08-03 (PC) + official 2023-09-06 (PS5)",
        ["moved_earlier 2023-08-03 (PC)", "moved_later 2023-09-06 (PS5)"],
    ),
    (
        ["0 a 2023-08-31"],
        "1 b official postponed 2023-08-31 + official 2023-08-03 (PC) + official 2023-09-06 (PS5)",
        ["moved_earlier 2023-08-03 (PC)", "moved_later 2023-09-06 (PS5)"],
    ),
    (
        ["0 a 2023-08-31", "1 b official postponed"],
        "9 c official 2023-12-03 (PC)",
        ["moved_later 2023-12-03 (PC)"],
    ),
    # out on one of them
    (["0 a 2023-06-05"], "4 b released (PC)", ["released - (PC)"]),
    (
        ["0 a 2023-06-05", "4 b released (PC)"],
        "5 c released (PS5)",
        [],
    ),  # within days it is one piece of news
    (["0 a 2023-06-05"], "4 b released (Netflix)", ["released - (Netflix)"]),
    (["0 a 2023-06-05"], "4 b released (early access)", []),
    (
        ["0 a 2023-10-17", "1 b official 2023-10-17 (PC, PS5)"],
        "3 c released (PC)",
        [],
    ),  # months early, one voice
    (
        ["0 a 2023-06-05", "1 b 2023-06-05 (PC, PS5)"],
        "4 c released (PC, PS5)",
        ["released -"],
    ),  # on all that were named
    (["0 a 2023-06-05", "1 b 2023-06-05 (PC, PS5)"], "4 c released (PS5)", ["released - (PS5)"]),
    (["0 a 2023-06-05 (PC)", "0 a 2023-09-06 (PS5)"], "4 b released (PC)", ["released - (PC)"]),
    (
        ["0 a 2023-06-05 (PC)", "0 a 2023-09-06 (PS5)", "4 b released (PC)"],
        "97 c released (PS5)",
        ["released - (PS5)"],
    ),  # months later it is news
    (
        ["0 a 2023-06-05 (PC, Steam)", "4 b released 2023-06-05 (PC)"],
        "4 c released (PC, Steam)",
        [],
    ),  # on the day awaited for both
    (
        ["0 a 2023-06-12 (PC, PS5)", "1 b official 2023-06-05 (PC)", "4 c released 2023-06-05 (PC)"],
        "11 d released 2023-06-12 (PC, PS5)",
        ["released 2023-06-12 (PC, PS5)"],
    ),
    (
        [
            "0 a 2023-06-05 (PC, Steam)",
            "4 b released 2023-06-05 (PC)",
            "4 c released (PC, Steam)",
            "5 d released 2023-06-05 (PC)",
            "5 e released 2023-06-05 (PC)",
        ],
        "9 f official 2023-06-12 (PC)",
        [],
    ),  # many said that it is out there: what comes is something else
    # off on one of them
    (MANY, "3 e official postponed 2023-10-17 (Switch)", ["postponed 2023-10-17 (Switch)"]),
    (MANY, "3 e official cancelled (Switch)", ["cancelled 2023-10-17 (Switch)"]),
    (["0 a 2023-10-17"], "3 e postponed (Switch)", []),  # one voice, as little as for the whole
    (
        MANY,
        "3 e official postponed 2023-10-17 (Switch) + official 2024-02 (Switch)",
        ["moved_later 2024-02 (Switch)"],
    ),
    (
        ["0 a 2023-10-17 (PC, PS5)"],
        "3 e official postponed 2023-10-17 (PC, PS5)",
        ["postponed 2023-10-17 (PC, PS5)"],
    ),
    (["0 a 2023-06-05 (PC)"], "4 b released", ["released - (PC)"]),
    (["0 a 2023-06-05", "4 b released (PC)"], "5 c released", []),
    (["0 a 2023-06-05", "1 b 2023-12 (Switch)"], "4 b released", ["released -"]),
    (["0 a 2023-06-05", "1 b 2023-12 (Switch)", "4 b released"], "5 c 2023-12 (Switch)", []),
    # the whole after its parts
    (["0 a 2023-10-17 (PS5)"], "1 b 2023-11-07", ["appeared 2023-11-07"]),
    (["0 a official 2023-10-17 (PS5)"], "1 b 2023-11-07", []),  # the maker said otherwise
    (["0 a official 2023-10-17 (PS5)", "1 b 2023-11-07"], "2 c 2023-11-07", ["appeared 2023-11-07"]),
    (["0 a official 2023-10-17 (PS5)"], "1 b official 2023-11-07", ["appeared 2023-11-07"]),
    (["0 a 2023-10-17 (PS5)"], "1 b rumoured 2023-11-07", []),
    (["0 a 2023-10-17 (PS5)"], "1 b rumoured 2024-05-01 + 2023-10-17 (PS5)", []),
    # occasions of their own
    (["0 a 2023-06-13"], "1 b 2023-06-03 (unveiling)", ["appeared 2023-06-03 (unveiling)"]),
    (["0 a 2023-06-03 (unveiling)"], "2 b released 2023-06-03 (unveiling)", []),
    (["0 a 2023-06-13", "0 a 2023-06-03 (unveiling)"], "3 b 2023-06-13", []),
    (["0 a 2023-09-06"], "1 b 2023-09-01 (early access)", ["appeared 2023-09-01 (early access)"]),
    (
        ["0 a 2023-06-09", "0 a 2023-06-04 (early access)"],
        "3 b released (early access)",
        ["released - (early access)"],
    ),
]


@pytest.mark.parametrize(("stood", "heard", "alerts"), SCOPES)
def test_what_is_heard_of_a_scope(stood: list[str], heard: str, alerts: list[str]) -> None:
    before, _ = told(stood)
    after, _ = told([*stood, heard])
    assert after[len(before) :] == alerts


MOVED_FROM = [
    # what was said, what is said of a scope or of all, from where it moved
    (["0 a official 2023-10-17"], "1 b 2024-02 (Switch)", "moved_later 2023-10-17 -> 2024-02"),
    (["0 a 2023-08", "1 b 2023-08-03 (PC)"], "2 c 2023-09-06 (PS5)", "moved_later 2023-08 -> 2023-09-06"),
    (["0 a 2023-08", "1 b 2023-08-03 (PC) + 2023-09-06 (PS5)"], "2 c official 2023-09-20 (PS5)", "moved_later 2023-09-06 -> 2023-09-20"),
    (["0 a 2023", "1 b 2023-10-17 (PS5)"], "2 c 2023-11-02 (Switch)", "narrowed 2023 -> 2023-11-02"),
    (["0 a 2023-08-03 (PC)"], "1 b 2023-09-06 (PS5)", "appeared None -> 2023-09-06"),
    (["0 a 2023-08-03 (PC)", "1 b 2023-08-03"], "2 c 2023-09-06 (PS5)", "appeared None -> 2023-09-06"),
    (["0 a 2023-08-31", "1 b official 2023-08-03 (PC) + official 2023-09-06 (PS5)"], "2 c official 2023-10-06 (PS5)", "moved_later 2023-09-06 -> 2023-10-06"),
    (["0 a 2023-08-03 (PC)", "0 a 2023-09-06 (PS5)"], "2 c official 2023-12-01", "appeared None -> 2023-12-01"),
    (["0 a 2023-08-03 (PC, PS5)"], "2 c 2023-09-06 (PS5)", "moved_later 2023-08-03 -> 2023-09-06"),
]  # fmt: skip


@pytest.mark.parametrize(("stood", "heard", "move"), MOVED_FROM)
def test_a_scope_moves_from_where_it_stood_itself(stood: list[str], heard: str, move: str) -> None:
    everything = observations(*stood, heard)
    standings = reconcile(everything[:-1], {}, {}, everything[-2].published).standings
    (change,) = reconcile(everything, standings, {}, everything[-1].published).changes
    assert change.after is not None
    assert f"{change.kind.value} {change.before and change.before.when} -> {change.after.when}" == move


def test_a_step_is_told_once_and_a_late_document_of_another_time_zone_is_no_step() -> None:
    lines = [
        "0 a official 2023-10-17",
        "1 a official 2023-10-18",
        "2 b official 2023-10-17",
        "3 a official 2023-10-18",
    ]
    assert told(lines)[0] == ["appeared 2023-10-17", "moved_later 2023-10-18"]
    heard = observations("0 b official 2023-10-18", "1 a official 2023-10-17")
    standings = reconcile(heard[1:], {}, {}, heard[1].published).standings
    assert reconcile(heard, standings, {}, heard[1].published).changes == ()


def test_a_document_that_says_another_day_now_moves_it_however_small() -> None:
    first, edited = observations("0 a official 2023-10-17", "0 a official 2023-10-18")
    standings = reconcile([first], {}, {}, START).standings
    (change,) = reconcile([edited], standings, {}, START).changes
    assert change.kind is ChangeKind.MOVED_LATER


def test_of_two_platforms_that_part_nothing_is_left_in_common() -> None:
    lines = ["0 a 2023-08-31 (PC, PS5)", "1 b official 2023-08-03 (PC)", "2 b official 2023-09-06 (PS5)"]
    assert {key.scope for key in told(lines[:2])[1]} == {("PC", "PS5"), ("PC",)}
    assert {key.scope for key in told(lines)[1]} == {("PC",), ("PS5",)}


def test_one_platform_that_is_out_leaves_the_work_where_it_is() -> None:
    _, standings = told(["0 a 2023-06-05", "4 b released (PC)", "4 c released (PS5)"])
    assert {key.scope: believed(standing) for key, standing in standings.items()} == {
        (): "reported scheduled 2023-06-05",
        ("PC",): "reported released -",
        ("PS5",): "reported released -",
    }


INSTALMENTS = [
    (["0 a 2023-10-17 <season 2>"], "1 b 2023-10-17", []),  # names no season: the one whose date it repeats
    (["0 a 2023-10-17 <season 2>"], "1 b 2024-10 <season 3>", ["appeared 2024-10 <season 3>"]),
    (["0 a 2023-10-17 <season 2>"], "1 b released 2022-01 <season 1>", []),
    (["0 a 2023-06-05 <season 2>"], "4 b released", ["released - <season 2>"]),
    (
        ["0 a 2023-10-17"],
        "1 b 2023-10-17 <season 2>",
        ["appeared 2023-10-17 <season 2>"],
    ),  # now it is known which
    (["0 a 2023-06-05"], "1 b 2023-07 <dlc: Night>", ["appeared 2023-07 <dlc: Night>"]),
    (["0 a 2023-06-05 <dlc: Night>"], "4 b released", []),
    ([], "0 a 2023-10 + 2023-10 <season 2>", ["appeared 2023-10 <season 2>"]),
    # one day under several names
    (["0 a 2023-10-17 (PS5)"], "1 b 2023-10-17 (PS5) <dlc: Focus>", []),
    (["0 a 2023-10-17 <season 2>"], "1 b 2023-10-17 <volume 1>", []),
    (["0 a 2023-10-17 <season 2>"], "1 b 2023-10-17 <season 2 part 1>", []),
    (["0 a 2023-10-17"], "1 b 2023-10-17 <edition: remake>", []),
    (["0 a 2023-10 <season 2>"], "1 b 2023-10 <season 3>", ["appeared 2023-10 <season 3>"]),
    (
        ["0 a 2023-06-05", "0 a 2023-06-06 <edition: remake>", "4 b released"],
        "5 c released <edition: remake>",
        [],
    ),
    # what is known of the seasons stands against a date that names none
    (["0 a 2023-10 <season 2>"], "1 b 2023-10-17", ["narrowed 2023-10-17 <season 2>"]),
    (["0 a 2023-10-17 <season 2>"], "1 b rumoured 2023-07-01", []),
    # episodes follow their season
    (["0 a 2023-06-05 <season 2>"], "1 b 2023-06-12 <season 2 episode 2>", []),
]


@pytest.mark.parametrize(("stood", "heard", "alerts"), INSTALMENTS)
def test_what_is_heard_of_an_instalment(stood: list[str], heard: str, alerts: list[str]) -> None:
    before, _ = told(stood)
    after, _ = told([*stood, heard])
    assert after[len(before) :] == alerts


OVERDUE = [
    (["0 a 2023-06-05", "0 b 2023-06-05"], 34, []),
    (["0 a 2023-06-05", "0 b 2023-06-05"], 35, ["overdue 2023-06-05"]),
    (
        [f"0 {outlet} 2023-06-05" for outlet in "abc"],
        35,
        [],
    ),  # many named it and nobody called it off: it was kept
    (["0 a 2023-06", "0 b 2023-06", "0 c 2023-06"], 70, ["overdue 2023-06"]),
    (["0 a 2023-06-05"], 35, []),  # what one origin said once passes unnoticed
    (["0 a 2023-06-05", "0 b 2023-06-05", "5 b released"], 40, []),
    (["0 a 2023-06-05 <season 2>", "0 b 2023-06-05 <season 2>", "5 b released 2023-06-05"], 40, []),
    (["0 a 2023-06-05", "0 b 2023-06-05 (PC)", "5 b released (PC)"], 40, []),
    (["0 a 2023", "0 b 2023"], 40, []),
    (["0 a scheduled", "0 b scheduled"], 400, []),
]


@pytest.mark.parametrize(("lines", "until", "alerts"), OVERDUE)
def test_a_date_that_passes_without_a_release_is_overdue(
    lines: list[str], until: float, alerts: list[str]
) -> None:
    before, _ = told(lines)
    after, _ = told(lines, until=until)
    assert after[len(before) :] == alerts


def test_overdue_is_said_once() -> None:
    heard = observations("0 a 2023-06-05", "0 b 2023-06-05")
    stood = reconcile(heard, {}, {}, START).standings
    late = reconcile(heard, stood, {}, START + timedelta(days=40))
    assert [change.kind for change in late.changes] == [ChangeKind.OVERDUE]
    assert late.standings[WORK].overdue
    assert reconcile(heard, late.standings, {}, START + timedelta(days=60)).changes == ()


def test_a_change_carries_what_stood_since_when_and_who_said_the_new() -> None:
    heard = observations("0 a 2023-10-17", "1 b official 2023-10-27")
    stood = reconcile(heard[:1], {}, {}, START).standings
    change = reconcile(heard, stood, {}, heard[1].published).changes[0]
    assert change.before is not None
    assert (str(change.before.when), change.since, change.at) == ("2023-10-17", START, heard[1].published)
    assert [observation.id for observation in change.evidence] == [2]


def test_a_rumour_carries_who_said_it_first() -> None:
    heard = observations("0 a 2023-10-17", "1 b rumoured 2024")
    stood = reconcile(heard[:1], {}, {}, START).standings
    change = reconcile(heard, stood, {}, heard[1].published).changes[0]
    assert [observation.id for observation in change.evidence] == [2, 1]


def test_a_standing_counts_origins_and_names_its_evidence() -> None:
    _, standings = told(["0 a 2023-10-17 via Osen", "1 b 2023-10-17 via Osen", "2 c 2023-10"])
    assert standings[WORK].evidence == (1, 2, 3)
    assert standings[WORK].origins == 2


@settings(max_examples=150, deadline=None)
@given(st.lists(anything(), max_size=14), st.randoms(use_true_random=False))
def test_the_order_in_which_observations_arrive_is_no_matter(
    heard: list[Observation], shuffler: random.Random
) -> None:
    now = START + timedelta(days=30)
    shuffled = shuffler.sample(heard, len(heard))
    assert reconcile(heard, {}, {}, now).standings == reconcile(shuffled, {}, {}, now).standings


@settings(max_examples=100, deadline=None)
@given(st.lists(anything(), max_size=14))
def test_what_is_folded_again_alerts_nothing(heard: list[Observation]) -> None:
    now = START + timedelta(days=30)
    once = reconcile(heard, {}, {}, now)
    again = reconcile(heard, once.standings, {}, now)
    assert again.standings == once.standings
    assert again.changes == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(anything(), max_size=12))
def test_documents_delivered_twice_alert_nothing_further(heard: list[Observation]) -> None:
    now = START + timedelta(days=30)
    once = reconcile(heard, {}, {}, now)
    twice = reconcile([*heard, *heard], once.standings, {}, now)
    assert twice.changes == ()
    assert [(s.key, s.belief, s.since, s.origins) for s in twice.standings.values()] == [
        (s.key, s.belief, s.since, s.origins) for s in once.standings.values()
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(anything(), max_size=12))
def test_a_fold_that_goes_on_ends_where_a_fresh_one_ends(heard: list[Observation]) -> None:
    now = START + timedelta(days=30)
    cache = FoldCache()
    for count in range(len(heard) + 1):
        continued = reconcile(heard[:count], {}, {}, now, cache=cache)
    assert continued == reconcile(heard, {}, {}, now)


@given(st.lists(anything(), max_size=8))
@settings(max_examples=60)
def test_weighing_tells_how_beliefs_came_about_and_forgetting_changes_nothing(
    said: list[Observation],
) -> None:
    weighing = weigh(said, {})
    forget_texts(0)
    forget_periods(0)
    assert weighing.revisions == history(said, {})
    assert set(weighing.outcomes) == {each.id for each in said}
