"""Nothing that matters vanishes, whatever the width of the terminal."""

from __future__ import annotations

import io
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from monitor.cli.table import Column, Row, write_table
from monitor.ledger import Ledger
from monitor.model import Channel, ChannelKind, alert
from tests.builders import NOW, source
from tests.cli.conftest import Ran
from tests.senders import sender

COLUMNS = (
    Column("name", lambda row: row["name"], wide=True, least=20),
    Column("kind", lambda row: row["kind"], spare=2),
    Column("count", lambda row: str(row["count"]), right=True, spare=1),
    Column("id", lambda row: row["id"], least=8),
    Column("error", lambda row: row["error"], wide=True, least=30, below=True),
)
ROWS: list[Row] = [
    {
        "name": "news.example/feeds/of/a/rather/long/path.xml",
        "kind": "feed",
        "count": 12,
        "id": "msg_0123456789abcdef",
        "error": "no connection to news.example: refused",
    },
    {"name": "우리 동네 게임 소식과 출시일 모음", "kind": "page", "count": 3, "id": "msg_2", "error": ""},
]


def told(width: int, rows: list[Row] = ROWS, columns: tuple[Column, ...] = COLUMNS) -> str:
    out = io.StringIO()
    write_table(rows, columns, Console(file=out, width=width, markup=False, emoji=False, highlight=False))
    return out.getvalue()


def test_a_wide_terminal_gets_one_line_a_row() -> None:
    assert told(200).splitlines() == [
        "name                                          kind  count  id                    error",
        "news.example/feeds/of/a/rather/long/path.xml  feed     12  msg_0123456789abcdef  no connection to news.example: refused",
        "우리 동네 게임 소식과 출시일 모음             page      3  msg_2",
    ]


def test_on_a_narrower_one_prose_goes_beneath_its_row_and_long_names_wrap_in_their_column() -> None:
    assert told(60).splitlines() == [
        "name                             kind  count  id",
        "news.example/feeds/of/a/rather/  feed     12  msg_012345678…",
        "long/path.xml",
        "    error  no connection to news.example: refused",
        "우리 동네 게임 소식과 출시일     page      3  msg_2",
        "모음",
    ]


def test_what_is_left_out_of_a_narrow_table_is_said() -> None:
    columns = (replace(COLUMNS[0], least=64), *COLUMNS[1:])
    lines = told(78, [{**ROWS[0], "name": "long " * 20}], columns).splitlines()
    assert lines[0].split() == ["name", "id"]
    assert lines[-1] == "Left out for want of room: kind, count; --format json has all."


def test_a_very_narrow_terminal_gets_labelled_fields_with_further_lines_under_the_first() -> None:
    assert told(40).splitlines()[:4] == [
        "name   news.example/feeds/of/a/rather/",
        "       long/path.xml",
        "kind   feed",
        "count  12",
    ]
    assert told(26).splitlines() == [
        "name   news.example/feeds/",
        "       of/a/rather/long/",
        "       path.xml",
        "kind   feed",
        "count  12",
        "id     msg_0123456789abcde",
        "       f",
        "error  no connection to",
        "       news.example:",
        "       refused",
        "",
        "name   우리 동네 게임",
        "       소식과 출시일 모음",
        "kind   page",
        "count  3",
        "id     msg_2",
    ]


@given(
    st.integers(min_value=8, max_value=130),
    st.lists(st.text(alphabet=st.sampled_from("ab /-한국日本é"), max_size=60), min_size=1, max_size=4),
)
def test_no_line_is_longer_than_the_terminal_and_no_name_is_lost(width: int, names: list[str]) -> None:
    rows = [{**ROWS[0], "name": name} for name in names]
    text = told(width, rows)
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert {letter for name in names for letter in name} <= {*text, " "}


@pytest.fixture
def troubled(database: Path) -> Path:
    """A ledger with a source that fails, one of a Korean name, and a delivery that is dead."""
    with Ledger.open(database) as ledger, ledger.transaction():
        names = ("news.example/a/long/path/to/the/feed/of/all/news.xml", "우리 동네 게임 소식과 출시일 모음")
        ledger.sync_sources([source(name, url=f"https://{n}.example/") for n, name in enumerate(names)], NOW)
        failing = replace(
            ledger.state(names[0]),
            last_poll_at=NOW,
            failures=3,
            error="the site refuses to answer: 403 Forbidden",
        )
        ledger.save_states([failing])
        (change,) = ledger.changes(limit=1)
        channel = Channel(name="hooks.example", kind=ChannelKind.CONSOLE, target="")
        delivery = ledger.add_delivery(change, channel, alert(change), send_at=NOW, now=NOW)
        sender(ledger, delivery.channel).mark_dead([delivery.id], "the receiver is gone: 410 Gone")
    return database


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize(
    ("listing", "held"),
    [
        ("sources", ("news.example", "news.xml", "우리", "failing", "403 Forbidden")),
        ("deliveries --state dead", ("hooks.example", "dead", "the receiver is gone")),
        ("claims", ("Harbour of", "Glass", "due 27", "official")),
        ("changes", ("Harbour of", "moved", "official")),
        ("timeline 'Harbour of Glass'", ("Harbour of", "Northlight")),
    ],
)
def test_every_listing_shows_what_matters_at_every_width(
    screen: Callable[..., Ran], troubled: Path, width: int, listing: str, held: tuple[str, ...]
) -> None:
    ran = screen(width, *shlex.split(listing), "--db", troubled)
    assert ran.code == 0
    assert all(cell_len(line) <= width for line in ran.out.splitlines())
    text = " ".join(ran.out.split())
    assert [words for words in held if words not in text] == []
