"""A name is resolved once and kept; edits, deletions, renames and premieres yield what they must."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.cycle import Polled, missing
from monitor.model import (
    Certainty,
    ChangeKind,
    Event,
    Fetched,
    Source,
    SourceKind,
    Status,
    Trouble,
    Unreachable,
)
from tests.builders import NOW, source
from tests.fakes import poll_once
from tests.parse.test_credit import youtube
from tests.test_cycle import Cycle, kinds

API = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
DID = "did:plc:remedyremedyremedyremedy"
QUESTION = "https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle?handle=remedy.example"
FEED = f"{API}?actor=did%3Aplc%3Aremedyremedyremedyremedy&limit=50&filter=posts_and_author_threads"
DATED = "Alan Wake 2 will be released on October 17, 2023."
MOVED = "Alan Wake 2 has been delayed from October 17, 2023 to October 27, 2023."
CHATTER = "Good morning from Espoo."


def post(
    key: str, text: str, hours: float = 1, *, handle: str = "remedy.example", did: str = DID
) -> dict[str, Any]:
    at = (NOW - timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
    author = {"did": did, "handle": handle, "displayName": "Remedy"}
    record = {"text": text, "createdAt": at, "langs": ["en"]}
    return {
        "post": {
            "uri": f"at://{did}/app.bsky.feed.post/{key}",
            "author": author,
            "record": record,
            "indexedAt": at,
        }
    }


def feed(*views: Any, cursor: str = "") -> bytes:
    return json.dumps({"feed": views, "cursor": cursor}).encode()


BLUESKY = source(
    "remedy",
    kind=SourceKind.BLUESKY,
    target="remedy.example",
    url=f"{API}?actor=remedy.example&limit=50&filter=posts_and_author_threads",
    official=("remedy.example",),
)
CHANNEL = "UCremedyremedyremedyreme"
HANDLE_PAGE = "https://www.youtube.com/@remedy"
VIDEOS = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"
YOUTUBE = source("films", kind=SourceKind.YOUTUBE, target="@remedy", url=HANDLE_PAGE, official=("@Remedy",))
LOOKUP = "https://toot.example/api/v1/accounts/lookup?acct=remedy"
STATUSES = "https://toot.example/api/v1/accounts/77/statuses?exclude_reblogs=true&limit=40"
RSS = "https://toot.example/@remedy.rss?limit=40"
MASTODON = source(
    "toots",
    kind=SourceKind.MASTODON,
    target="@remedy@toot.example",
    url="https://toot.example/@remedy.rss",
    official=("remedy",),
)
REDDIT = source(
    "sub",
    kind=SourceKind.REDDIT,
    target="r/x",
    url="https://www.reddit.com/r/x/new/.rss",
    secret="feed=0123abcd&user=me",
)


@pytest.fixture
def cycle(tmp_path: Path) -> Iterator[Cycle]:
    cycle = Cycle(tmp_path / "monitor.db")
    yield cycle
    cycle.ledger.close()


async def poll(cycle: Cycle, source: Source, hours: float = 1) -> Polled:
    if source.name not in cycle.sources:
        cycle.take([source])
    cycle.clock.go(hours=hours)
    return await poll_once(cycle.cycle, source)


def refused(status: int) -> Unreachable:
    return Unreachable(trouble=Trouble.HTTP, detail=f"no ({status})", status=status)


async def test_a_handle_is_resolved_once_and_again_after_a_week(cycle: Cycle) -> None:
    cycle.web.pages |= {QUESTION: json.dumps({"did": DID}).encode(), FEED: feed(post("a", DATED))}
    assert (await poll(cycle, BLUESKY)).claims == 1
    await poll(cycle, BLUESKY)
    assert cycle.web.asked == [QUESTION, FEED, FEED]
    (found,) = cycle.ledger.observations("Alan Wake 2", Event.RELEASE)
    assert found.claim.certainty is Certainty.OFFICIAL
    kept = cycle.ledger.account(BLUESKY)
    assert kept is not None
    assert (kept.id, kept.known_as, kept.since) == (DID, "remedy.example", NOW + timedelta(hours=1))
    cycle.web.asked.clear()
    await poll(cycle, BLUESKY, hours=24 * 7)
    assert cycle.web.asked == [QUESTION, FEED]


async def test_a_renamed_account_keeps_its_credit_and_its_posts(cycle: Cycle) -> None:
    cycle.web.pages |= {QUESTION: json.dumps({"did": DID}).encode(), FEED: feed(post("a", CHATTER))}
    await poll(cycle, BLUESKY)
    cycle.web.pages[QUESTION] = refused(400)
    cycle.web.pages[FEED] = feed(
        post("b", DATED, 0.5, handle="new.example"), post("a", CHATTER, handle="new.example")
    )
    polled = await poll(cycle, BLUESKY, hours=24 * 8)
    assert kinds(polled.changes) == [ChangeKind.APPEARED]
    (found,) = cycle.ledger.observations("Alan Wake 2", Event.RELEASE)
    assert found.claim.certainty is Certainty.OFFICIAL
    assert "remedy.example names no account any more" in polled.state.error
    assert polled.state.failures == 0


async def test_a_handle_that_has_changed_hands_is_not_followed(cycle: Cycle) -> None:
    cycle.web.pages |= {QUESTION: json.dumps({"did": DID}).encode(), FEED: feed(post("a", CHATTER))}
    await poll(cycle, BLUESKY)
    other = "did:plc:evilevilevilevilevilevil"
    cycle.web.pages[QUESTION] = json.dumps({"did": other}).encode()
    cycle.web.pages[FEED] = feed(post("b", DATED, did=other, handle="remedy.example"), post("a", CHATTER))
    polled = await poll(cycle, BLUESKY, hours=24 * 8)
    assert polled.claims == 0
    assert f"remedy.example names another account now, {other}" in polled.state.error


async def test_the_first_refusal_asks_for_the_account_again(cycle: Cycle) -> None:
    cycle.web.pages |= {QUESTION: json.dumps({"did": DID}).encode(), FEED: feed(post("a", DATED))}
    await poll(cycle, BLUESKY)
    cycle.web.pages[FEED] = refused(400)
    cycle.web.asked.clear()
    await poll(cycle, BLUESKY)
    await poll(cycle, BLUESKY)
    await poll(cycle, BLUESKY)
    assert cycle.web.asked == [FEED, QUESTION, FEED, FEED]


async def test_an_account_that_is_not_there_is_a_failure_that_says_so(cycle: Cycle) -> None:
    cycle.web.pages[QUESTION] = refused(400)
    polled = await poll(cycle, BLUESKY)
    assert polled.state.error == "its account cannot be found: no (400)"
    assert cycle.web.asked == [QUESTION]


async def test_a_deleted_post_that_alone_carried_a_belief_takes_it_back(cycle: Cycle) -> None:
    cycle.web.pages |= {QUESTION: json.dumps({"did": DID}).encode(), FEED: feed(post("a", CHATTER, 9))}
    await poll(cycle, BLUESKY)
    cycle.web.pages[FEED] = feed(post("b", DATED), post("a", CHATTER, 9))
    assert kinds((await poll(cycle, BLUESKY)).changes) == [ChangeKind.APPEARED]
    cycle.web.pages[FEED] = feed(post("a", CHATTER, 9))
    polled = await poll(cycle, BLUESKY)
    assert kinds(polled.changes) == [ChangeKind.RETRACTED]
    assert list(cycle.ledger.all_standings()) == []
    (deletion,) = cycle.ledger.deletions("Alan Wake 2")
    assert (deletion.kind, deletion.quote) == ("deleted", DATED)
    cycle.web.pages[FEED] = feed(post("b", DATED), post("a", CHATTER, 9))
    assert kinds((await poll(cycle, BLUESKY)).changes) == [ChangeKind.APPEARED]
    assert [each.kind for each in cycle.ledger.deletions("Alan Wake 2")] == ["deleted", "returned"]


async def test_a_deleted_post_that_others_bear_out_alerts_nobody(cycle: Cycle) -> None:
    second = source("second", url="https://second.example/feed", target="https://second.example/feed")
    cycle.take([BLUESKY, second])
    from tests.fakes import rss

    said = (
        "x",
        "Alan Wake 2 has a date",
        "The studio told Second News that Alan Wake 2 comes out on October 17, 2023.",
    )
    cycle.web.pages |= {
        QUESTION: json.dumps({"did": DID}).encode(),
        FEED: feed(post("b", DATED), post("a", CHATTER, 9)),
        second.url: rss(said),
    }
    await poll(cycle, BLUESKY)
    await poll(cycle, second)
    cycle.web.pages[FEED] = feed(post("a", CHATTER, 9))
    assert (await poll(cycle, BLUESKY)).changes == ()
    (standing,) = cycle.ledger.all_standings()
    assert str(standing.belief.when) == "2023-10-17"
    assert len(cycle.ledger.deletions("Alan Wake 2")) == 1


@pytest.mark.parametrize(
    ("before", "now", "gone"),
    [
        (("b", "a"), ("a",), ["b"]),
        (("b", "a"), ("b",), []),  # older than the page is long
        (("c", "b", "a"), ("d", "c", "a"), ["b"]),
        (("b", "a"), ("d", "c"), []),
        ((), ("a",), []),
        (("b", "a"), (), []),
    ],
)
def test_what_is_missing_among_what_still_stands_was_taken_out(
    before: tuple[str, ...], now: tuple[str, ...], gone: list[str]
) -> None:
    assert missing(before, now) == gone


async def test_a_thread_that_grows_is_an_edit_and_one_that_scrolls_off_is_none(cycle: Cycle) -> None:
    first, second = post("a", "Thread on Alan Wake 2 (1/2)"), post("b", DATED, 0.9)
    second["post"]["record"]["reply"] = {name: {"uri": first["post"]["uri"]} for name in ("parent", "root")}
    cycle.web.pages |= {QUESTION: json.dumps({"did": DID}).encode(), FEED: feed(first, post("0", CHATTER, 9))}
    await poll(cycle, BLUESKY)
    cycle.web.pages[FEED] = feed(second, first, post("0", CHATTER, 9))
    assert kinds((await poll(cycle, BLUESKY)).changes) == [ChangeKind.APPEARED]
    cycle.web.pages[FEED] = feed(post("c", CHATTER, 0.1), second)  # its beginning is not on the page any more
    polled = await poll(cycle, BLUESKY)
    assert (polled.claims, polled.changes) == (0, ())
    (found,) = cycle.ledger.observations("Alan Wake 2", Event.RELEASE)
    assert not found.deleted


async def test_what_was_posted_during_an_absence_is_read_from_the_pages_before(cycle: Cycle) -> None:
    cycle.web.pages |= {QUESTION: json.dumps({"did": DID}).encode(), FEED: feed(post("a", CHATTER, 9))}
    await poll(cycle, BLUESKY)
    cycle.web.pages |= {
        FEED: feed(post("d", CHATTER + " Again.", 1), cursor="2"),
        f"{FEED}&cursor=2": feed(post("c", DATED, 2), cursor="3"),
        f"{FEED}&cursor=3": feed(post("b", "Nothing new.", 3), post("a", CHATTER, 9), cursor="4"),
    }
    polled = await poll(cycle, BLUESKY)
    assert kinds(polled.changes) == [ChangeKind.APPEARED]
    assert f"{FEED}&cursor=4" not in cycle.web.asked
    assert len(polled.state.listed) == 4


async def test_pages_without_end_are_read_no_further_than_a_few(cycle: Cycle) -> None:
    cycle.web.pages |= {QUESTION: json.dumps({"did": DID}).encode(), FEED: feed(post("a", CHATTER, 9))}
    await poll(cycle, BLUESKY)
    pages = {
        f"{FEED}&cursor={n}": feed(post(f"new{n}", f"Day {n}.", n), cursor=str(n + 1)) for n in range(50)
    }
    cycle.web.pages |= {FEED: feed(post("z", "Day.", 1), cursor="0"), **pages}
    cycle.web.asked.clear()
    polled = await poll(cycle, BLUESKY)
    assert (polled.state.failures, len(cycle.web.asked)) == (0, 5)


def status(key: str, text: str, hours: float = 1, **fields: Any) -> dict[str, Any]:
    at = (NOW - timedelta(hours=hours)).isoformat()
    account = {"id": "77", "acct": "remedy", "username": "remedy", "display_name": "Remedy"}
    return {"id": key, "url": f"https://toot.example/@remedy/{key}", "account": account, "content": f"<p>{text}</p>", "created_at": at, **fields}  # fmt: skip


async def test_an_edit_is_a_new_reading_of_the_same_post(cycle: Cycle) -> None:
    cycle.web.pages |= {
        LOOKUP: b'{"id": "77", "acct": "remedy"}',
        STATUSES: json.dumps([status("1", CHATTER, 9)]).encode(),
    }
    await poll(cycle, MASTODON)
    cycle.web.pages[STATUSES] = json.dumps([status("2", DATED), status("1", CHATTER, 9)]).encode()
    assert kinds((await poll(cycle, MASTODON)).changes) == [ChangeKind.APPEARED]
    edited = status("2", DATED.replace("17", "27"), edited_at=(NOW + timedelta(hours=2)).isoformat())
    cycle.web.pages[STATUSES] = json.dumps([edited, status("1", CHATTER, 9)]).encode()
    polled = await poll(cycle, MASTODON)
    assert kinds(polled.changes) == [ChangeKind.MOVED_LATER]
    assert cycle.ledger.deletions("Alan Wake 2") == []


@pytest.mark.parametrize("closed", [401, 403, 422])
async def test_an_instance_that_is_closed_to_visitors_is_read_by_rss(cycle: Cycle, closed: int) -> None:
    entry = f"<item><guid>https://toot.example/@remedy/1</guid><link>https://toot.example/@remedy/1</link><description>{DATED}</description></item>"
    cycle.web.pages |= {
        LOOKUP: b'{"id": "77"}',
        STATUSES: refused(closed),
        RSS: f"<rss version='2.0'><channel><title>Remedy</title>{entry}</channel></rss>".encode(),
    }
    assert (await poll(cycle, MASTODON)).claims == 1
    await poll(cycle, MASTODON)
    assert cycle.web.asked == [LOOKUP, STATUSES, RSS, RSS]
    (found,) = cycle.ledger.observations("Alan Wake 2", Event.RELEASE)
    assert found.claim.certainty is Certainty.OFFICIAL
    cycle.web.asked.clear()
    await poll(cycle, MASTODON, hours=24 * 8)
    assert cycle.web.asked[0] == LOOKUP


async def test_a_tag_needs_no_account_and_falls_back_too(cycle: Cycle) -> None:
    tag = source(
        "tag",
        kind=SourceKind.MASTODON,
        target="#alanwake@toot.example",
        url="https://toot.example/tags/alanwake.rss",
    )
    timeline = "https://toot.example/api/v1/timelines/tag/alanwake?limit=40"
    cycle.web.pages[timeline] = b"[]"
    polled = await poll(cycle, tag)
    assert "shows none to visitors (timelines_access)" in polled.state.error
    assert polled.state.failures == 0
    cycle.web.pages[timeline] = refused(401)
    await poll(cycle, tag)
    assert cycle.web.asked == [timeline, timeline, "https://toot.example/tags/alanwake.rss?limit=40"]


async def test_an_account_that_has_moved_is_noted_and_not_followed(cycle: Cycle) -> None:
    moved = {"id": "77", "acct": "remedy", "moved": {"acct": "remedy@new.example"}}
    cycle.web.pages |= {
        LOOKUP: json.dumps(moved).encode(),
        STATUSES: json.dumps([status("1", CHATTER)]).encode(),
    }
    polled = await poll(cycle, MASTODON)
    assert "has moved to @remedy@new.example; it is not followed there by itself" in polled.state.error
    assert cycle.web.asked == [LOOKUP, STATUSES]


def channel_page(channel: str) -> bytes:
    return f'<html><head><link rel="canonical" href="https://www.youtube.com/channel/{channel}"></head></html>'.encode()


def videos(views: int) -> bytes:
    entry = youtube("Remedy", CHANNEL).replace(
        "Iron Bell", "Alan Wake 2 - Official Launch Trailer is out now"
    )
    statistics = f"<media:group xmlns:media='http://search.yahoo.com/mrss/'><media:description>Watch the official launch trailer for Alan Wake 2.</media:description><media:community><media:statistics views=\"{views}\"/></media:community></media:group>"
    return entry.replace("</entry>", f"{statistics}</entry>").encode()


async def test_the_trailer_of_a_premiere_is_scheduled_until_it_has_been_seen(cycle: Cycle) -> None:
    cycle.web.pages |= {HANDLE_PAGE: channel_page(CHANNEL), VIDEOS: videos(0)}
    await poll(cycle, YOUTUBE)
    (waiting,) = cycle.ledger.observations("Alan Wake 2", Event.TRAILER)
    assert (waiting.claim.status, waiting.claim.when) == (Status.SCHEDULED, None)
    cycle.web.pages[VIDEOS] = videos(12)
    polled = await poll(cycle, YOUTUBE)
    assert kinds(polled.changes) == [ChangeKind.RELEASED]
    out = cycle.ledger.observations("Alan Wake 2", Event.TRAILER)[-1]
    assert (out.claim.status, out.claim.certainty) == (Status.RELEASED, Certainty.OFFICIAL)
    assert cycle.web.asked == [HANDLE_PAGE, VIDEOS, VIDEOS]
    assert (await poll(cycle, YOUTUBE)).changes == ()


async def test_a_page_without_a_channel_says_so(cycle: Cycle) -> None:
    cycle.web.pages[HANDLE_PAGE] = b'<html><a href="https://consent.youtube.com/m?x">I agree</a></html>'
    polled = await poll(cycle, YOUTUBE)
    assert "is YouTube's consent page; write the channel's id, UC" in polled.state.error


async def test_long_videos_alone_are_another_list_of_the_same_channel(cycle: Cycle) -> None:
    longer = f"https://www.youtube.com/feeds/videos.xml?playlist_id=UULF{CHANNEL[2:]}"
    cycle.web.pages |= {HANDLE_PAGE: channel_page(CHANNEL), longer: videos(5)}
    await poll(cycle, replace(YOUTUBE, shorts=False))
    assert cycle.web.asked == [HANDLE_PAGE, longer]


async def test_no_secret_goes_to_the_reader(cycle: Cycle) -> None:
    cycle.take([REDDIT])
    told: list[Source] = []
    read = cycle.cycle.reader.read

    class Listening:
        has_room = True

        async def read(self, fetched: Fetched, source: Source, now: Any) -> Any:
            told.append(source)
            return await read(fetched, source, now)

        read_article = cycle.cycle.reader.read_article

    cycle.cycle.reader = Listening()
    cycle.web.pages[REDDIT.url] = (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>t3_1</id><title>x</title></entry></feed>"
    )
    await poll(cycle, REDDIT)
    assert [each.secret for each in told] == [""]


async def test_no_secret_stands_in_the_report_of_a_bug(cycle: Cycle) -> None:
    cycle.take([REDDIT])

    class Broken:
        has_room = True

        async def read(self, *told: Any) -> Any:
            raise RuntimeError(
                repr(told) + "".join(str(each.secret) for each in told if isinstance(each, Source))
            )

        read_article = read

    cycle.cycle.reader = Broken()
    cycle.web.pages[REDDIT.url] = b"<feed/>"
    polled = await poll(cycle, REDDIT)
    (bug,) = cycle.ledger.bugs()
    assert "RuntimeError" in bug.traceback
    assert "0123abcd" not in bug.traceback + polled.state.error + repr(polled)


QUOTED = {
    "uri": "at://did:plc:fan/app.bsky.feed.post/3k3zzzzzzzz2z",
    "author": {"did": "did:plc:fan", "handle": "fan.example", "displayName": "Remedy"},
    "value": {"text": "Alan Wake 2 will be released on March 3, 2024.", "createdAt": "2023-08-08T10:00:00Z"},
    "indexedAt": "2023-08-08T10:00:01Z",
}


async def test_what_the_maker_only_quotes_is_the_word_of_whom_it_quotes(cycle: Cycle) -> None:
    quoting = post("b", "Well, well.")
    quoting["post"]["embed"] = {"$type": "app.bsky.embed.record#view", "record": QUOTED}
    cycle.web.pages |= {QUESTION: json.dumps({"did": DID}).encode(), FEED: feed(quoting)}
    await poll(cycle, BLUESKY)
    (found,) = cycle.ledger.observations("Alan Wake 2", Event.RELEASE)
    assert found.claim.certainty is Certainty.REPORTED
    assert found.claim.post is not None
    assert found.claim.post.url == "https://bsky.app/profile/fan.example/post/3k3zzzzzzzz2z"
