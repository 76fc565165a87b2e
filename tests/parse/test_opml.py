"""A list of feeds is read as other readers write it, and refused in one line where it is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.parse.opml import MAX_BYTES, MAX_FEEDS, LeftOut, Subscription, Subscriptions, read_opml

FEED = "https://news.example/feed"


def opml(*outlines: str, prologue: str = '<?xml version="1.0" encoding="utf-8"?>\n') -> str:
    return f'{prologue}<opml version="2.0">\n<body>\n' + "\n".join(outlines) + "\n</body></opml>\n"


def read(text: str | bytes) -> Subscriptions:
    return read_opml(text.encode() if isinstance(text, str) else text, "list.opml")


def test_feeds_come_out_of_their_folders_in_order_with_title_and_line() -> None:
    found = read(
        opml(
            '<outline text="Games">',
            '<outline type="rss" text="Pixel &amp; Post" title="Other" xmlUrl="https://pixel.example/rss" htmlUrl="https://pixel.example"/>',
            '<outline text="Deeper"><outline title="Only a title" xmlurl=" https://deep.example/rss "/></outline>',
            "</outline>",
            '<outline xmlUrl="http://plain.example/"/>',
        )
    )
    assert found.feeds == (
        Subscription(5, "Pixel & Post", "https://pixel.example/rss"),
        Subscription(6, "Only a title", "https://deep.example/rss"),
        Subscription(8, "", "http://plain.example/"),
    )
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("feed://a.example/rss", "http://a.example/rss"),
        ("feed:https://a.example/rss", "https://a.example/rss"),
        ("FEED:HTTP://A.example/rss", "HTTP://A.example/rss"),
        ("https://a.example/a b?c={d}", "https://a.example/a%20b?c=%7Bd%7D"),
        ("https://a.example/?x=1&y=2", "https://a.example/?x=1&y=2"),
        ("https://a.example/?x=1&amp;y=2", "https://a.example/?x=1&y=2"),
        ("https://a.example/żółw", "https://a.example/żółw"),
    ],
)
def test_an_address_is_the_one_that_was_meant(written: str, url: str) -> None:
    (feed,) = read(opml(f'<outline text="a" xmlUrl="{written}"/>')).feeds
    assert feed.url == url


@pytest.mark.parametrize(
    ("outline", "reason"),
    [
        ('<outline text="a" xmlUrl="ftp://a.example/x"/>', "only http and https"),
        ('<outline text="a" xmlUrl="file:///etc/passwd"/>', "only http and https"),
        ('<outline text="a" xmlUrl="javascript:alert(1)"/>', "only http and https"),
        ('<outline text="a" xmlUrl="https://me:hunter2@a.example/"/>', "no user name or password"),
        ('<outline text="a" xmlUrl="https://a.example\\@b.example/"/>', "only http and https"),
        ('<outline text="a" xmlUrl="https://a.example/\u202eb"/>', "only http and https"),
        ('<outline text="a" xmlUrl="https://a.example/' + "b" * 3000 + '"/>', "only http and https"),
        ('<outline text="a" xmlUrl=""/>', "no xmlUrl"),
        ('<outline text="a" type="link" url="https://a.example/"/>', "no xmlUrl"),
        ('<outline text="a" type="include" url="https://a.example/list.opml"/>', "not fetched"),
        ('<outline text="a" isComment="true"><outline text="b" xmlUrl="https://b.example/"/></outline>', "commented out"),
        (f'<outline text="a" xmlUrl="{FEED}?utm_source=list#top"/>', "it is in line 4 already"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_told_with_its_line_and_why(outline: str, reason: str) -> None:
    found = read(opml(f'<outline text="first" xmlUrl="{FEED}"/>', outline))
    assert [feed.url for feed in found.feeds] == [FEED]
    (left_out,) = found.left_out
    assert (left_out.line, left_out.title) == (5, "a")
    assert reason in left_out.reason
    assert "hunter2" not in left_out.reason


def test_of_more_feeds_than_anybody_follows_the_first_are_taken() -> None:
    outlines = [f'<outline text="{n}" xmlUrl="https://a.example/{n}"/>' for n in range(20_000)]
    found = read(opml(*outlines))
    assert len(found.feeds) == MAX_FEEDS
    assert found.left_out[0] == LeftOut(
        MAX_FEEDS + 4, str(MAX_FEEDS), "it comes after the first 10,000 feeds"
    )


@pytest.mark.parametrize(
    ("text", "encoding", "title"),
    [
        (opml(f'<outline text="Wiedźmin" xmlUrl="{FEED}"/>'), "iso-8859-2", "Wied"),
        (opml(f'<outline text="Wiedźmin" xmlUrl="{FEED}"/>').replace("utf-8", "iso-8859-2"), "iso-8859-2", "Wiedźmin"),
        (opml(f'<outline text="Wiedźmin" xmlUrl="{FEED}"/>').replace("utf-8", "utf-16"), "utf-16", "Wiedźmin"),
        (opml(f'<outline text="a\x00b\x1b[2J\x9b1mc&#10;d" xmlUrl="{FEED}"/>'), "utf-8", "ab[2J›1mc d"),
        (opml(f'<outline text="&amp;lt;b&amp;gt;a&amp;nbsp;b &nbsp;" xmlUrl="{FEED}"/>'), "utf-8", "<b>a b"),
        (opml(f'<outline text="{"x" * 5000}" xmlUrl="{FEED}"/>'), "utf-8", "x" * 200),
    ],
    ids=["wrong charset", "declared charset", "UTF-16", "controls", "entities of HTML", "long"],
)  # fmt: skip
def test_a_title_is_one_line_of_text(text: str, encoding: str, title: str) -> None:
    (feed,) = read(text.encode(encoding)).feeds
    assert feed.title.startswith(title)
    assert feed.title.strip() == feed.title
    assert len(feed.title) <= 200


LAUGHS = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize("place", ["text", "xmlUrl"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("doctype", "name"),
    [
        ('<!DOCTYPE opml [<!ENTITY x SYSTEM "file://{secret}">]>', "x"),
        ('<!DOCTYPE opml SYSTEM "file://{secret}">', "x"),
        ('<!DOCTYPE opml [<!ENTITY % p SYSTEM "file://{secret}"> %p;]>', "x"),
        (f"<!DOCTYPE opml [{LAUGHS}]>", "l9"),
        ('<!DOCTYPE opml [<!ENTITY a "' + "a" * 100_000 + '">]>', "a"),
        ('<!DOCTYPE opml [<!ATTLIST outline text CDATA "' + "a" * 100_000 + '">]>', "x"),
    ],
    ids=["external", "DTD", "parameter", "billion laughs", "quadratic", "default attribute"],
)
def test_an_entity_is_its_letters_and_nothing_else(
    doctype: str, name: str, encoding: str, place: str, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("https://secret.example/", encoding="utf-8")
    other = f'<outline {place}="&{name};"/>' * 1000
    found = read(
        opml(
            f'<outline text="a" xmlUrl="{FEED}"/>', other, prologue=doctype.replace("{secret}", str(secret))
        ).encode(encoding)
    )
    assert [feed.url for feed in found.feeds] == [FEED]
    assert len(found.left_out) == 1000
    assert {one.title for one in found.left_out} == ({f"&{name};"} if place == "text" else {""})


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "is empty"),
        (" \n\ufeff\0", "is empty"),
        ("<!doctype html><html><body>Sign in</body></html>", "is an HTML page, not an OPML list"),
        ("<rss version='2.0'><channel/></rss>", "(its first element is <rss>), not an OPML list"),
        ("https://a.example/feed", "is plain text or binary data, not an OPML list"),
        (bytes(range(256)) * 99, "is plain text or binary data, not an OPML list"),
        (opml(f'<outline xmlUrl="{FEED}"/>')[:-20], "it was cut short"),
        (opml("<outline>"), "is not well-formed XML: line 5: Opening and ending tag mismatch"),
        (opml('<outline text="a" text="b"/>'), "line 4: Attribute text redefined"),
        (opml("<outline>" * 200_000, "</outline>" * 200_000), "is nested too deeply to be meant"),
        ("<opml " * 100_000, "it was cut short"),
        ("<opml><!--" * 50_000 + "</opml>", "is not well-formed XML"),
        ("<opml>" + "&" * 1_000_000 + "<</opml>", "is not well-formed XML"),
        ("<opml>" * 50_000 + "</opml>", "is nested too deeply to be meant"),
        ("<!DOCTYPE " * 100_000, "not an OPML list"),
        (b"x" * (MAX_BYTES + 1), "is larger than 5 MiB"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, str | bytes) else None,
)
def test_what_is_no_list_is_one_line(body: str | bytes, told: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(body)
    assert told in str(caught.value)
    assert str(caught.value).startswith("list.opml: ")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_the_largest_list_of_the_smallest_elements_is_read() -> None:
    assert read(opml("<o/>" * (MAX_BYTES // 4 - 50))).feeds == ()


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_mutilated_lists_are_feeds_or_a_parse_error(noise: bytes, start: int) -> None:
    whole = opml(*(f'<outline text="{n}" xmlUrl="{FEED}/{n}"/>' for n in range(5))).encode()
    try:
        found = read(whole[:start] + noise + whole[start + len(noise) // 2 :])
    except ParseError as error:
        told = [str(error)]
    else:
        told = [one.title + one.reason for one in found.left_out]
        assert all(feed.url.startswith(("http://", "https://")) and feed.line > 0 for feed in found.feeds)
    assert not any("\n" in line for line in told)
