from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.answer import LONGEST_WAIT, fresh_for, message, quota_rest, refusal, retry_after, validator
from monitor.model import Trouble
from tests.builders import NOW

DATE = "Thu, 10 Aug 2023 12:00:00 GMT"
SECONDS, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("said", "date", "wait"),
    [
        ("120", "", 120 * SECONDS),
        ("0", "", 0 * SECONDS),
        (" 120 ", "", 120 * SECONDS),
        ("99999999999999999999", "", LONGEST_WAIT),
        ("-120", "", None),
        ("1.5", "", None),
        ("²", "", None),
        ("soon", "", None),
        ("", "", None),
        ("Thu, 10 Aug 2023 13:00:00 GMT", "", HOUR),
        ("Thu, 10 Aug 2023 13:00:00 GMT", "Thu, 10 Aug 2023 12:30:00 GMT", HOUR / 2),
        ("Thu, 10 Aug 2023 13:00:00 GMT", "Thu, 10 Aug 2023 17:30:00 GMT", None),
        ("Thu, 10 Aug 2023 13:00:00 GMT", "yesterday", HOUR),
        ("Thursday, 10-Aug-23 13:00:00 GMT", "", HOUR),
        ("Thu Aug 10 13:00:00 2023", "", HOUR),
        ("Thu, 10 Aug 2023 11:00:00 GMT", "", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "", LONGEST_WAIT),
        ("Thu, 10 Aug 99999 11:00:00 GMT", "", None),
        ("Thu, 99 Aug 2023 11:00:00 GMT", "", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_garbage_is_as_good_as_none(
    said: str, date: str, wait: timedelta | None
) -> None:
    assert retry_after({"retry-after": said, "date": date}, NOW) == wait


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 600 * SECONDS),
        ({"cache-control": 'public, MAX-AGE="600"'}, 600 * SECONDS),
        ({"cache-control": "max-age=600", "age": "200"}, 400 * SECONDS),
        ({"cache-control": "max-age=600", "age": "700"}, None),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "max-age=600, no-cache"}, None),
        ({"cache-control": "no-store", "expires": "Thu, 10 Aug 2023 13:00:00 GMT"}, None),
        ({"cache-control": "max-age=60", "expires": "Thu, 10 Aug 2023 13:00:00 GMT"}, 60 * SECONDS),
        ({"expires": "Thu, 10 Aug 2023 13:00:00 GMT", "date": DATE}, HOUR),
        ({"expires": "Thu, 10 Aug 2023 13:00:00 GMT"}, HOUR),
        ({"expires": "0"}, None),
        ({"expires": "-1", "cache-control": ",,,=,"}, None),
    ],
)
def test_freshness_is_max_age_less_age_or_expires_less_date(
    headers: dict[str, str], fresh: timedelta | None
) -> None:
    assert fresh_for(headers, NOW) == fresh


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('"a"', '"a"'),
        ('W/"a b"', 'W/"a b"'),
        ("é", ""),
        ("a\x1b[2J", ""),
        ("a\r\nX: y", ""),
        ("x" * 1025, ""),
    ],
)
def test_a_validator_is_kept_when_it_can_be_sent_back(sent: str, kept: str) -> None:
    assert validator({"etag": sent}, "etag") == kept


@pytest.mark.parametrize(
    ("status", "headers", "for_good", "trouble"),
    [
        (403, {}, True, Trouble.HTTP),
        (403, {"cf-mitigated": "challenge"}, True, Trouble.BLOCKED),
        (202, {"x-amzn-waf-action": "challenge"}, True, Trouble.BLOCKED),
        (410, {}, True, Trouble.GONE),
        (410, {}, False, Trouble.HTTP),
    ],
)
def test_walls_and_ends_are_told_from_plain_refusals(
    status: int, headers: dict[str, str], for_good: bool, trouble: Trouble
) -> None:
    assert refusal(status, headers, NOW, for_good=for_good).trouble is trouble


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "date", "cache-control", "expires", "age"]), st.text(max_size=80)
    ),
    st.integers(100, 999),
)
def test_no_header_can_make_it_fail(headers: dict[str, str], status: int) -> None:
    wait = refusal(status, headers, NOW, for_good=True).retry_after
    assert wait is None or timedelta() <= wait <= LONGEST_WAIT
    fresh = fresh_for(headers, NOW)
    assert fresh is None or fresh > timedelta()


@pytest.mark.parametrize(
    ("headers", "rest"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2023-08-10T12:05:00.000Z"}, 300),
        ({"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "42"}, 42),
        ({"ratelimit-remaining": "0", "ratelimit-reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 30}, 86400),
        ({"x-ratelimit-remaining": "299", "x-ratelimit-reset": "42"}, None),
        ({"x-ratelimit-remaining": "10", "x-ratelimit-reset": "42"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2023-08-10T11:00:00Z"}, None),
        ({"x-ratelimit-remaining": "0"}, None),
        ({}, None),
    ],
)
def test_a_quota_that_is_used_up_says_until_when(headers: dict[str, str], rest: int | None) -> None:
    found = quota_rest(headers, NOW)
    assert (found and round(found.total_seconds())) == rest


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": "InvalidRequest", "message": "Profile not found"}', "Profile not found"),
        (b'{"error": "Record not found"}', "Record not found"),
        (b'{"error": {"code": 1}, "message": "a\\nb\\u001b[2J"}', "a b\ufffd[2J"),
        (b'{"message": ""}', ""),
        (b"[1]", ""),
        (b"<html>", ""),
        (b"[" * 100_000, ""),
    ],
)
def test_what_an_api_says_of_a_refusal_is_one_line(body: bytes, said: str) -> None:
    assert message(body) == said
