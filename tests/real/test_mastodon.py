"""A Mastodon that we did not write (mastodon-mock), posted to by Mastodon.py."""

from __future__ import annotations

import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import Certainty, ChangeKind, Event, Form, SourceKind, Work
from tests.builders import source
from tests.real.servers import mastodon, polling, record

WORK = "Harbour Lights"


@pytest.mark.timeout(300)
async def test_an_account_with_a_thread_an_edit_and_a_deletion(tmp_path: Path) -> None:
    async with mastodon(tmp_path) as (url, do):
        here = source("toots", kind=SourceKind.MASTODON, target="@testuser@localhost", url=f"{url}/@testuser.rss", official=("testuser",), allow_private=True, obey_robots=False)  # fmt: skip
        await do(text="Good morning from the harbour.")
        async with polling(tmp_path / "monitor.db", here, [Work(WORK)], lambda: datetime.now(UTC)) as monitor:
            first = await monitor.poll()
            assert (first.state.failures, first.claims) == (0, 0), first.state.error
            begun = await do(text=f"News of {WORK} (1/2)")
            await do(text=f"{WORK} will be released on October 17, 2031. (2/2)", to=begun)
            polled = await monitor.poll()
            assert [change.kind for change in polled.changes] == [ChangeKind.APPEARED]
            (found,) = monitor.ledger.observations(WORK, Event.RELEASE)
            assert (found.claim.certainty, monitor.ledger.document(found.document).form) == (
                Certainty.OFFICIAL,
                Form.THREAD,
            )
            single = await do(text=f"{WORK} will be released on October 27, 2031.", warning="A date")
            assert [change.kind for change in (await monitor.poll()).changes] == [ChangeKind.MOVED_LATER]
            await do(edit=single, text=f"{WORK} will be released on November 3, 2031.")
            record(
                "mastodon-statuses.json",
                _got(
                    f"{url}/api/v1/accounts/{_id(monitor.ledger.account(here))}/statuses?exclude_reblogs=true&limit=40"
                ),
            )
            record("mastodon-lookup.json", _got(f"{url}/api/v1/accounts/lookup?acct=testuser"))
            assert [change.kind for change in (await monitor.poll()).changes] == [ChangeKind.MOVED_LATER]
            await do(text="Good night.")
            await monitor.poll()
            await do(delete=single)
            polled = await monitor.poll()
            assert [each.kind for each in monitor.ledger.deletions(WORK)] == ["deleted"]
            (standing,) = monitor.ledger.all_standings()
            assert str(standing.belief.when) == "2031-10-17"
            assert polled.state.last_success_at is not None
            assert datetime.now(UTC) - polled.state.last_success_at < timedelta(minutes=5)


def _id(account: object) -> str:
    return str(getattr(account, "id", ""))


def _got(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server on loopback
        return bytes(answer.read())
