"""What a person writes, and the one form that the house uses."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import words


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1s", timedelta(seconds=1)),
        ("15m", timedelta(minutes=15)),
        ("6h", timedelta(hours=6)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(weeks=1)),
        ("1h30m", timedelta(minutes=90)),
        ("30d", timedelta(days=30)),
    ],
)
def test_an_interval_is_a_number_and_a_unit(text: str, span: timedelta) -> None:
    assert words.duration(text) == span


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("15 minutes", "write 15m"),
        ("every 2 hours", "write 2h"),
        ("1.5h", "write 90m"),
        ("0.5 hours", "write 30m"),
        ("0.15s", "write 1s"),
        ("0.0 hours", "write 1s"),
        ("daily", "write 1d"),
        ("hourly", "write 1h"),
        ("PT15M", "write 15m"),
        ("20", "add a unit, as in 20s, 20m, 20h or 20d"),
        ("often", "write a number and s, m, h or d"),
        ("0s", "from 1s to 30d"),
        ("0.0001s", "write a number and s, m, h or d"),
        ("31d", "from 1s to 30d"),
        ("-5m", "write a number and s, m, h or d"),
    ],
)
def test_another_spelling_of_an_interval_is_told_how_to_write_it(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        words.duration(text)


@pytest.mark.parametrize("text", ["0", "0s", " 0m ", "0h"])
def test_a_pause_may_be_none(text: str) -> None:
    assert words.pause(text) == timedelta(0)
    assert words.pause("2s") == timedelta(seconds=2)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("0.15s", "write 1s, or 0s for none"), ("40d", "from 1s to 30d, or 0s for none"), ("-1s", "or 0s for none")],
)  # fmt: skip
def test_another_spelling_of_a_pause_is_told_that_it_may_be_none(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        words.pause(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("season 2", "season 2"),
        ("Season Two", "season 2"),
        ("2nd season", "season 2"),
        ("second season", "season 2"),
        ("S2", "season 2"),
        ("s02e05", "season 2 episode 5"),
        ("Part 3", "part 3"),
        ("Vol. 9", "volume 9"),
        ("chapter ten", "chapter 10"),
        ("Season 6, Part 1", "season 6 part 1"),
        ("season 6 episode 10", "season 6 episode 10"),
        ("DLC: Phantom Liberty", "dlc: Phantom Liberty"),
        ("edition:  Remastered ", "edition: Remastered"),
        ("special: Christmas", "special: Christmas"),
        ("Whole", "whole"),
        ("\uff33eason \uff12", "season 2"),
    ],
)
def test_an_instalment_has_one_form(text: str, form: str) -> None:
    assert words.instalment(text) == form


@pytest.mark.parametrize("text", ["2", "next season", "season", "the finale", "dlc:", "season 2 maybe"])
def test_what_is_no_instalment_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="season 2"):
        words.instalment(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("hourly", "hourly"),
        ("daily 08:00", "daily 08:00 Asia/Seoul"),
        ("daily 8:00 Europe/Warsaw", "daily 08:00 Europe/Warsaw"),
        ("Weekly Mon 18:30", "weekly monday 18:30 Asia/Seoul"),
        ("weekly sunday 7.05 UTC", "weekly sunday 07:05 UTC"),
    ],
)
def test_a_digest_has_one_form_with_its_zone(text: str, form: str) -> None:
    assert words.digest(text, "Asia/Seoul") == form


@pytest.mark.parametrize(
    "text",
    [
        "daily",
        "daily 25:00",
        "weekly 08:00",
        "weekly someday 08:00",
        "monthly",
        "hourly 08:00",
        "daily 08:00 a b",
        "",
    ],
)
def test_what_is_no_digest_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="write hourly, daily 08:00"):
        words.digest(text, "UTC")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("22:00-07:00", "22:00-07:00 UTC"),
        ("22:00 – 7:00 Europe/Warsaw", "22:00-07:00 Europe/Warsaw"),
        ("22:00 to 07:00", "22:00-07:00 UTC"),
    ],
)
def test_quiet_hours_have_one_form_with_their_zone(text: str, form: str) -> None:
    assert words.quiet(text, "UTC") == form


@pytest.mark.parametrize("text", ["22:00", "22-7", "07:00-07:00", "at night", "22:00-24:00"])
def test_what_are_no_quiet_hours_is_told_how_to_write_them(text: str) -> None:
    with pytest.raises(ValueError, match="write 22:00-07:00"):
        words.quiet(text, "UTC")


@pytest.mark.parametrize(
    ("text", "form"), [("20/1h", "20/1h"), ("5 per minute", "5/1m"), ("100/day", "100/1d"), ("none", "")]
)
def test_a_rate_has_one_form(text: str, form: str) -> None:
    assert words.rate(text) == form


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Europe/Warszaw", "Europe/Warsaw"),
        ("Seoul", "Asia/Seoul"),
        ("new york", "America/New_York"),
        ("../etc", "write it as in"),
        ("", "write it as in"),
    ],
)
def test_an_unknown_zone_is_told_which_was_meant(text: str, meant: str) -> None:
    with pytest.raises(ValueError, match=meant):
        words.zone(text)


@given(st.text(max_size=60))
def test_any_text_is_a_form_or_a_value_error(text: str) -> None:
    for function in (
        words.duration,
        words.instalment,
        words.rate,
        lambda t: words.digest(t, "UTC"),
        lambda t: words.quiet(t, "UTC"),
    ):
        with contextlib.suppress(ValueError):
            assert function(text) is not None


@given(st.sampled_from(["season 2", "part 3", "season 6 part 1", "episode 5", "volume 9"]))
def test_the_form_of_an_instalment_is_its_own_form(form: str) -> None:
    assert words.instalment(form) == form
