"""From nothing, or from another reader's list, to a configuration that is right."""

from __future__ import annotations

import html
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.cli.starting import entries
from monitor.config import load, starter
from monitor.parse.links import canonical_url
from monitor.parse.opml import read_opml
from tests.cli.conftest import Run

LIST = """<?xml version="1.0"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline text="Games">
  <outline type="rss" text="Pixel: Post #1" xmlUrl="https://pixel.example/rss"/>
  <outline type="rss" text="- {a: *b}" xmlUrl="http://pixel.example/rss"/>
  <outline type="rss" text="Again" xmlUrl="https://pixel.example/rss?utm_medium=feed"/>
  <outline type="rss" text="Mine alone" xmlUrl="https://me:hunter2@own.example/rss"/>
</outline>
<outline text="Lantern" xmlUrl="https://lantern.example/?feed=rss2&amp;cat=1:"/>
</body></opml>"""


def test_init_writes_a_configuration_that_is_right_and_never_over_one(run: Run, tmp_path: Path) -> None:
    assert run("init").code == 0
    assert load(tmp_path / "sources.yaml", {}).watch
    assert run("check").code == 0
    (tmp_path / "sources.yaml").write_text("mine")
    again = run("init")
    assert again.code == 2
    assert "this file is there already" in again.err
    assert (tmp_path / "sources.yaml").read_text() == "mine"
    assert run("init", "--force").code == 0
    assert run("init", "nowhere/sources.yaml").code == 2


def test_init_takes_the_feeds_of_another_reader(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")
    ran = run("init", "--opml", "list.opml")
    assert (ran.code, ran.out) == (
        0,
        "sources.yaml is written, with 3 feeds. Edit what it watches, then try `monitor check`.\n",
    )
    assert ran.err.splitlines() == [
        "monitor: list.opml:6: “Again” is left out: it is in line 4 already",
        "monitor: list.opml:7: “Mine alone” is left out: its address cannot be polled: only http and https are, with no user name or password in it",
    ]
    config = load(tmp_path / "sources.yaml", {})
    assert [(source.name, source.url) for source in config.sources] == [
        ("pixel.example/rss", "https://pixel.example/rss"),
        ("http://pixel.example/rss", "http://pixel.example/rss"),
        ("lantern.example?feed=rss2&cat=1:", "https://lantern.example/?feed=rss2&cat=1:"),
    ]  # fmt: skip
    assert (len(config.watch), config.channels[0].name) == (6, "console")
    text = (tmp_path / "sources.yaml").read_text(encoding="utf-8")
    assert "  # Pixel: Post #1\n  - feed: https://pixel.example/rss\n" in text
    assert "gamespot" not in text
    assert run("check").code == 0


def test_a_file_that_is_there_stays_as_it_is_and_gets_only_what_it_lacks(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")
    mine = "watch: [A]\nsources:\n  - feed: https://pixel.example/rss\n    name: Mine\n"
    (tmp_path / "sources.yaml").write_text(mine, encoding="utf-8")
    ran = run("init", "--opml", "list.opml")
    assert ran.code == 0
    assert (tmp_path / "sources.yaml").read_text(encoding="utf-8") == mine
    assert "list.opml:4: “Pixel: Post #1” is left out: it is polled already" in ran.err
    assert "sources.yaml exists already and is left as it is: put these lines under its `sources:`" in ran.err
    (tmp_path / "sources.yaml").write_text(mine + ran.out, encoding="utf-8")
    assert len(load(tmp_path / "sources.yaml", {}).sources) == 3
    again = run("init", "--opml", "list.opml")
    assert (again.code, again.out) == (0, "")
    assert "sources.yaml polls all of them already" in again.err


def test_a_file_with_mistakes_gets_the_whole_list(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("watsh: [A]\n", encoding="utf-8")
    ran = run("init", "--opml", "list.opml")
    assert (ran.code, ran.out.count("- feed:")) == (0, 3)
    assert "not known, since this file has mistakes: sources.yaml:1:1: " in ran.err
    assert run("init", "--opml", "list.opml", "--force").code == 0
    assert len(load(tmp_path / "sources.yaml", {}).sources) == 3


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<html>Sign in</html>", "monitor: list.opml: is an HTML page, not an OPML list\n"),
        (LIST[:-9], "monitor: list.opml: breaks off before its </opml>: it was cut short\n"),
        ("<opml><body><outline text='a'/></body></opml>", "monitor: list.opml:1: “a” is left out: it names no feed (no xmlUrl)\nmonitor: list.opml: there is no feed in this list\n"),
        (None, "monitor: list.opml: it cannot be read: No such file or directory\n"),
    ],
    ids=["HTML", "cut short", "no feed", "no file"],
)  # fmt: skip
def test_a_list_that_cannot_be_read_writes_nothing(
    run: Run, tmp_path: Path, body: str | None, told: str
) -> None:
    if body is not None:
        (tmp_path / "list.opml").write_text(body, encoding="utf-8")
    ran = run("init", "--opml", "list.opml")
    assert (ran.code, ran.out, ran.err) == (2, "", told)
    assert not (tmp_path / "sources.yaml").exists()


def test_an_endless_list_is_read_no_further_than_its_bound(run: Run) -> None:
    ran = run("init", "--opml", "/dev/zero")
    assert (ran.code, ran.err) == (2, "monitor: /dev/zero: is larger than 5 MiB\n")


def test_a_long_list_of_what_is_left_out_is_cut(run: Run, tmp_path: Path) -> None:
    outlines = '<outline text="\x1b[31m\u202ea"/>' * 20_000
    (tmp_path / "list.opml").write_text(
        f'<opml><body><outline xmlUrl="https://a.example/"/>{outlines}</body></opml>', encoding="utf-8"
    )
    ran = run("init", "--opml", "list.opml")
    assert ran.code == 0
    assert len(ran.err.splitlines()) == 51
    assert ran.err.endswith("monitor: list.opml: and 19950 more are left out\n")
    assert not {"\x1b", "\u202e"} & set(ran.err)


def test_thousands_of_feeds_that_would_be_called_the_same_are_told_apart(tmp_path: Path) -> None:
    path = "abcdefghijklmnopqrst" * 6
    urls = [
        "https://a.example/"
        + "".join(c.upper() if n >> at & 1 else c for at, c in enumerate(path))
        for n in range(3_000)
    ]  # fmt: skip
    assert written_and_right(tmp_path, [("", url) for url in urls]) == 3_000


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=30), st.text(max_size=30).map("https://a.example/".__add__)), max_size=5
    )
)
def test_whatever_titles_and_addresses_hold_the_file_is_right(feeds: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        written_and_right(Path(folder), feeds)


@pytest.mark.parametrize(
    "title",
    ["# a", "a: b", "- a", "&a *a", "!a", "%YAML 1.2", "---", "...", "a\u2028- feed: x", "a\x85- feed: x", "â\x80¨- feed: x",
     "a&#10;  - feed: https://evil.example/", "\u202eevil", "\ufffe\uffff", "\U0001fffe", "'\"`", "\t", "{{ a }}"],
)  # fmt: skip
def test_no_title_leaves_its_comment(tmp_path: Path, title: str) -> None:
    assert written_and_right(tmp_path, [(title, "https://a.example/")]) == 1


def written_and_right(folder: Path, feeds: list[tuple[str, str]]) -> int:
    """Make a configuration of a list of `feeds`: it loads, and polls each of them that can be and no other. Return how many."""
    outlines = "".join(
        f'<outline text="{html.escape(title)}" xmlUrl="{html.escape(url)}"/>' for title, url in feeds
    )
    listed = read_opml(f"<opml>{outlines}</opml>".encode("utf-8", "replace"), "list.opml")
    text, count, _ = entries(listed)
    path = folder / "sources.yaml"
    path.write_text(starter(text), encoding="utf-8")
    config = load(path, {})
    if count:
        assert [source.url for source in config.sources] == [feed.url for feed in listed.feeds]
        assert len({canonical_url(source.url) for source in config.sources}) == count
    return count
