"""A network of Bluesky that we did not write: the PLC, PDS and AppView of @atproto/dev-env."""

from __future__ import annotations

import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import Certainty, ChangeKind, Event, Form, SourceKind, Work
from tests.builders import source
from tests.real.servers import bluesky, commands, polling, record

WORK, OTHER, QUOTED = "Harbour Lights", "Iron Bell", "Glass Viaduct"


@pytest.mark.timeout(600)
async def test_an_account_with_a_thread_quotes_a_deletion_a_rename_and_an_end(tmp_path: Path) -> None:
    async with bluesky(tmp_path) as (url, ask):
        do = commands(ask)
        did = (await do("account", name="lantern", shown="Lantern Works"))["did"]
        await do("account", name="fan")
        here = source("sky", kind=SourceKind.BLUESKY, target="lantern.test", url=f"{url}/xrpc/app.bsky.feed.getAuthorFeed?actor=lantern.test", official=("lantern.test",), allow_private=True, obey_robots=False)  # fmt: skip
        await do("post", by="lantern", text="Good morning from the harbour.")
        works = [Work(WORK), Work(OTHER), Work(QUOTED)]
        async with polling(tmp_path / "monitor.db", here, works, lambda: datetime.now(UTC)) as monitor:
            first = await monitor.poll()
            assert (first.state.failures, first.claims) == (0, 0), first.state.error
            account = monitor.ledger.account(here)
            assert account is not None
            assert account.id == did
            begun = await do("post", by="lantern", text=f"News of {WORK} (1/2)")
            await do(
                "post", by="lantern", text=f"{WORK} will be released on October 17, 2031. (2/2)", to=begun
            )
            rumour = await do("post", by="fan", text=f"{QUOTED} will be released on March 3, 2032, I heard.")
            await do("post", by="lantern", text="Well, well.", quote=rumour)
            await do("repost", by="lantern", **rumour)
            await do("post", by="lantern", text="@fan.test no comment", to=rumour)
            await do("post", by="lantern", text="Save the date.", alt="A poster with a lighthouse.")
            await do("post", by="lantern", text="Read this:", card={"uri": "https://lantern.example/a", "title": "How we draw water", "description": "An article."})  # fmt: skip
            await do("post", by="lantern", text="From the archive.", at="2019-01-01T00:00:00.000Z")
            await do("post", by="lantern", text="From the future.", at="2030-01-01T00:00:00.000Z")
            wrong = await do("post", by="lantern", text=f"{OTHER} will be released on December 1, 2031.")
            await do("post", by="lantern", text="Good night.")
            polled = await monitor.poll()
            assert polled.state.failures == 0
            assert ChangeKind.APPEARED in [change.kind for change in polled.changes]
            (found,) = monitor.ledger.observations(WORK, Event.RELEASE)
            assert (found.claim.certainty, monitor.ledger.document(found.document).form) == (
                Certainty.OFFICIAL,
                Form.THREAD,
            )
            # What a fan says is the fan's word, though the maker quotes it.
            for heard in monitor.ledger.observations(QUOTED, Event.RELEASE):
                assert heard.claim.certainty is not Certainty.OFFICIAL
                assert heard.claim.post is not None
            record(
                "bluesky-author-feed.json",
                _got(
                    f"{url}/xrpc/app.bsky.feed.getAuthorFeed?actor={did}&limit=50&filter=posts_and_author_threads"
                ),
            )
            await do("delete", by="lantern", uri=wrong["uri"])
            polled = await monitor.poll()
            assert [change.kind for change in polled.changes] == [ChangeKind.RETRACTED]
            await do("rename", by="lantern", name="renamed")
            await do("post", by="lantern", text=f"{OTHER} will be released on December 2, 2031.")
            polled = await monitor.poll()
            assert [change.kind for change in polled.changes] == [ChangeKind.APPEARED]
            assert monitor.ledger.observations(OTHER, Event.RELEASE)[-1].claim.certainty is Certainty.OFFICIAL
            for number in range(60):
                text = f"{OTHER} will be released on December 3, 2031." if number == 2 else f"Day {number}."
                await do("post", by="lantern", text=text)
            polled = await monitor.poll()
            assert polled.claims >= 1  # on the page before
            await do("deactivate", by="lantern")
            polled = await monitor.poll()
            assert "Profile not found" in polled.state.error
            assert len(monitor.ledger.deletions(WORK)) == 0


def _got(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server on loopback
        return bytes(answer.read())
