"""What changed, and whom it was told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.ledger import Ledger
from monitor.model import Channel, ChannelKind, alert
from tests.builders import NOW
from tests.cli.archives import WORK
from tests.cli.conftest import Ran, Run
from tests.senders import sender


def test_changes_are_the_alerts_data_with_id_and_time(run: Run, database: Path) -> None:
    rows = run("changes", "--db", database, "--format", "json").rows
    assert all(
        set(row)
        == {
            "id",
            "at",
            "sentence",
            "show",
            "language",
            "title",
            "instalment",
            "event",
            "scope",
            "trailer",
            "change",
            "from",
            "to",
            "claim",
            "evidence",
        }
        for row in rows
    )
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    assert rows[0]["change"] == "released"


def test_changes_can_be_chosen_and_are_told_as_a_person_would(run: Run, database: Path) -> None:
    ran = run(
        "changes",
        "--db",
        database,
        "--change",
        "moved_later",
        "--since",
        "2023-08-01",
        "--title",
        WORK.lower(),
    )
    assert f"{WORK} has moved from 17 to 27 October 2023" in ran.out
    assert len(ran.out.splitlines()) == 2
    assert run("changes", "--db", database, "--event", "trailer").out == "No changes.\n"


def test_a_timeline_runs_forward_and_names_who_said_it_first(run: Run, database: Path) -> None:
    rows = run("timeline", WORK.upper(), "--db", database, "--format", "json").rows
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert [
        row["id"] for row in run("timeline", WORK, "--db", database, "--format", "json", "--limit", "2").rows
    ] == [row["id"] for row in rows[-2:]]
    assert "daily.example ← Northlight" in run("timeline", WORK, "--db", database).out


def test_a_timeline_says_why_each_was_believed(run: Run, database: Path) -> None:
    rows = run("timeline", WORK, "--db", database, "--format", "json").rows
    assert all(row["why"] for row in rows)
    assert rows[0]["why"] == "nothing stood against it"
    assert rows[0]["why"] in run("timeline", WORK, "--db", database).out


def test_a_timeline_of_nothing_known_says_what_was_meant(run: Run, database: Path) -> None:
    ran = run("timeline", "Harbor of Glass", "--db", database)
    assert (ran.code, ran.out) == (2, "")
    assert f"did you mean '{WORK}'?" in ran.err


@pytest.fixture
def sent(database: Path) -> Path:
    """The ledger of a replay, with one delivery that is dead, one pending, and a channel that is gone."""
    with Ledger.open(database) as ledger, ledger.transaction():
        for number, change in enumerate(ledger.changes(limit=2)):
            channel = Channel(name=f"channel {number}", kind=ChannelKind.CONSOLE, target="")
            delivery = ledger.add_delivery(
                change, channel, alert(change), send_at=NOW + timedelta(days=number), now=NOW
            )
            if not number:
                sender(ledger, delivery.channel).mark_dead([delivery.id], "refused: \x1b[31mno")
                ledger.disable_channel(channel.name, "410 Gone", NOW)
    return database


def test_deliveries_are_listed_with_their_state_and_error(run: Run, sent: Path) -> None:
    rows = run("deliveries", "--db", sent, "--format", "json").rows
    assert {row["channel"]: row["state"] for row in rows} == {
        "channel 0": "dead",
        "channel 1": "pending",
        "replay": "delivered",
    }
    assert all(
        set(row)
        == {
            "id",
            "at",
            "title",
            "sentence",
            "change",
            "channel",
            "state",
            "attempts",
            "next_attempt_at",
            "error",
        }
        for row in rows
    )
    (dead,) = run("deliveries", "--db", sent, "--state", "dead", "--format", "json").rows
    assert (dead["channel"], dead["next_attempt_at"], dead["error"]) == (
        "channel 0",
        None,
        "refused: \x1b[31mno",
    )
    table = run("deliveries", "--db", sent).out
    assert "refused: ␛[31mno" in table
    assert "Nothing is sent to channel 0: 410 Gone." in table


@pytest.mark.parametrize("named", [True, False], ids=["named", "all the dead ones"])
def test_a_dead_delivery_is_retried_and_its_channel_opened(run: Run, sent: Path, named: bool) -> None:
    (dead,) = run("deliveries", "--db", sent, "--state", "dead", "--format", "json").rows
    ran = run("deliveries", "retry", *([dead["id"]] if named else []), "--db", sent)
    assert ran.out == "1 delivery is due again.\n"
    (row,) = run("deliveries", "--db", sent, "--channel", "channel 0", "--format", "json").rows
    assert (row["state"], row["attempts"]) == ("pending", 0)
    assert "Nothing is sent" not in run("deliveries", "--db", sent).out


def test_a_delivery_is_retried_by_the_beginning_of_its_id_as_a_narrow_table_shows_it(
    run: Run, screen: Callable[..., Ran], sent: Path
) -> None:
    (dead,) = run("deliveries", "--db", sent, "--state", "dead", "--format", "json").rows
    shown = screen(80, "deliveries", "--db", sent, "--state", "dead").out.splitlines()[2].split()[0]
    assert shown.endswith("…")
    assert dead["id"].startswith(shown[:-1])
    assert run("deliveries", "retry", shown, "--db", sent).out == "1 delivery is due again.\n"


def test_retrying_nothing_or_something_unknown_is_told(run: Run, database: Path) -> None:
    assert run("deliveries", "retry", "--db", database).out == "Nothing is dead.\n"
    ran = run("deliveries", "retry", "msg_nope", "--db", database)
    assert ran.code == 2
    assert "there is no delivery msg_nope" in ran.err
