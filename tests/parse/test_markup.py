"""The blocks of HTML: what its tags make of a text, before headlines, signatures and bounds of a document come to it."""

from __future__ import annotations

import pytest

from monitor.parse.markup import has_tags, html_blocks
from tests.builders import at

# fmt: off
STRUCTURE = [
    # HTML, the blocks as (kind, text)
    ("", []),
    ("<!-- only a comment -->", []),
    ("plain", [("paragraph", "plain")]),
    ("<h1>One</h1><h6>Six</h6>", [("heading", "One"), ("heading", "Six")]),
    ("<details><summary>More</summary>text</details>", [("heading", "More"), ("paragraph", "text")]),
    ("<fieldset><legend>Dates</legend><p>3 May.</p></fieldset>", [("heading", "Dates"), ("paragraph", "3 May.")]),
    ("<table><caption>Dates</caption><tr><td>Lamp</td></tr></table>", [("caption", "Dates"), ("row", "Lamp")]),
    ("<hr>One.<hr/>Two.", [("paragraph", "One."), ("paragraph", "Two.")]),
    ("<pre>One\n  two</pre>", [("paragraph", "One two")]),
    ("<unknown-element>One</unknown-element> word", [("paragraph", "One word")]),

    # what is open decides the kind of what is within
    ("<ul><li>One<div>two</div></li></ul>", [("item", "One"), ("item", "two")]),
    ("<ol><li>One<ul><li>two</ul>three</ol>four", [("item", "One"), ("item", "two"), ("item", "three"), ("paragraph", "four")]),
    ("<blockquote>One<div>two</div><h3>Head</h3></blockquote>three", [("quote", "One"), ("quote", "two"), ("heading", "Head"), ("paragraph", "three")]),
    ("<div><blockquote>One</div>two", [("quote", "One"), ("paragraph", "two")]),  # a closed box closes what it contains
    ("<div>One</section></table>two</div>", [("paragraph", "One"), ("paragraph", "two")]),  # nothing of the kind is open

    # rows, and tables that only lay out
    ("<table><tr><td>Lamp</td><td></td><td>3 May</td></tr></table>", [("row", "Lamp 3 May")]),
    ("<table><thead><tr><th>Title</th></tr></thead><tbody><tr><td>Lamp</td></tr></tbody></table>", [("row", "Title"), ("row", "Lamp")]),
    ("<table><tr><td><h2>Lamp</h2><p>On 3 May.</p></td></tr></table>", [("heading", "Lamp"), ("paragraph", "On 3 May.")]),
    ("<table><tr><th><h2>Lamp</h2></th><td>3 May</td></tr></table>", [("row", "Lamp 3 May")]),  # a heading of a row
    ("<td>Lamp</td><td>3 May</td>", [("paragraph", "Lamp 3 May")]),

    # bold and linked as a whole
    ("<p><b>Release date</b></p>", [("heading", "Release date")]),
    ("<p><strong>Release</strong> <b>date</b></p>", [("heading", "Release date")]),
    ("<p><b>Release date</b> unknown</p>", [("paragraph", "Release date unknown")]),
    ("<p><b>No date yet!</b></p>", [("paragraph", "No date yet!")]),
    (f"<p><b>{'word ' * 30}</b></p>", [("paragraph", ("word " * 30).strip())]),  # too long for a heading
    ("<li><b>Release date</b></li>", [("item", "Release date")]),
    ("<p><a>Read on</a></p>", [("link", "Read on")]),
    ("<p><a>Read</a> <a>on</a></p>", [("link", "Read on")]),
    (f"<p><a>{'word ' * 50}</a></p>", [("paragraph", ("word " * 50).strip())]),  # too long for a link
    ("<p></a>Read on</b></em></p>", [("paragraph", "Read on")]),  # nothing was opened
    ("<p><b>Lamp</p><p>is lit</b></p>", [("paragraph", "Lamp"), ("paragraph", "is lit")]),  # a mark ends with its block

    # left out
    ("<p>One.</p><nav/><p>Two.</p>", [("paragraph", "One."), ("paragraph", "Two.")]),
    ("One <button>Buy</button> two", [("paragraph", "One two")]),
    ("One <span class='ad'>Buy</span> two", [("paragraph", "One two")]),
    ("<nav>Home<nav/>Away</nav>One.", [("paragraph", "One.")]),
    ("<script>a<script>b</script>One.", [("paragraph", "One.")]),
    ("<table class='related'><tr><td>Lamp</td></tr></table>", [("row", "Lamp")]),  # no box that furniture is made of
    ("<p class='news-letter'>Lamp</p><p class=lead>Tide</p>", [("paragraph", "Lamp"), ("paragraph", "Tide")]),
    (f"<p title='{'x' * 2500}' class='related'>Lamp</p>", [("paragraph", "Lamp")]),  # attributes beyond the limit are not read
    (f"<p title='{'x' * 2500}' style='display:none'>Lamp</p>", [("paragraph", "Lamp")]),
    ("<!-- <p>One.</p> --><p>Two.</p>", [("paragraph", "Two.")]),
    ("<!-- One.<p>Two.</p>", [("paragraph", "<!-- One."), ("paragraph", "Two.")]),  # never closed, it is text
]
# fmt: on


def _blocks(source: str, *, post: bool = False) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in html_blocks(source, post=post)]


@pytest.mark.parametrize(("source", "expected"), STRUCTURE)
def test_tags_part_a_text_into_blocks(source: str, expected: list[tuple[str, str]]) -> None:
    assert _blocks(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('Lit.<img alt="A lamp">', [("paragraph", "Lit."), ("alt", "A lamp")]),
        ("Lit.<img src=x alt='A lamp &amp; a tide'>again", [("paragraph", "Lit."), ("alt", "A lamp & a tide"), ("paragraph", "again")]),
        ('Lit.<img alt="">again', [("paragraph", "Lit."), ("paragraph", "again")]),
        ("Lit <img src=x data-alt='A lamp'>again", [("paragraph", "Lit again")]),
        ("Lit <img>again</img>", [("paragraph", "Lit again")]),
        (f"Lit <img title='{'x' * 2500}' alt='A lamp'>again", [("paragraph", "Lit again")]),
        ("<p>Lit.</p><p><a>news.example/lamp</a></p>", [("paragraph", "Lit."), ("card", "news.example/lamp")]),
        ("<ul><li><a>Lamp</a></li></ul>", [("link", "Lamp")]),
    ],
)  # fmt: skip
def test_a_post_has_pictures_and_cards(source: str, expected: list[tuple[str, str]]) -> None:
    assert _blocks(source, post=True) == expected


@pytest.mark.parametrize("source", ['Lit.<img alt="A lamp">', "<p>Lit.</p><p><a>news.example</a></p>"])
def test_an_article_has_neither(source: str) -> None:
    kinds = [kind for kind, _ in _blocks(source)]
    assert kinds
    assert not {"alt", "card"}.intersection(kinds)


def test_a_heading_has_its_level() -> None:
    source = "<h1>One</h1><h3>Three</h3><p><b>Bold</b></p><dl><dt>Term</dt></dl>"
    assert [(block.text, block.level) for block in html_blocks(source)] == [
        ("One", 1), ("Three", 3), ("Bold", 4), ("Term", 0),
    ]  # fmt: skip


def test_a_block_knows_the_tag_that_begins_it() -> None:
    assert [block.tag for block in html_blocks("<p>One.</p>two<li>three")] == ["p", "", "li"]


QUOTE = '<blockquote class="post" data-author="Keeper (@keeper)" data-at="2023-08-09T18:30:00Z" lang="ko">'


def test_a_paragraph_of_a_post_may_have_a_language_of_its_own() -> None:
    source = f'{QUOTE}<p>등대.</p><p lang="en">The lamp.</p></blockquote><p lang="de">Die Lampe.</p>'
    assert [(block.kind, block.lang) for block in html_blocks(source)] == [
        ("post", "ko"), ("post", "en"), ("paragraph", ""),
    ]  # fmt: skip


def test_everything_within_a_post_is_the_posts() -> None:
    inside, after = (
        one.finished() for one in html_blocks(f"{QUOTE}<div><p>Lit.</p></div></blockquote>After.")
    )
    assert (inside.author, inside.handle, inside.posted) == ("Keeper", "@keeper", at("2023-08-09T18:30"))
    assert (after.author, after.posted) == ("", None)


@pytest.mark.parametrize(
    ("source", "row"),
    [
        ("<dl><dt>Lamp</dt><dd>3 May</dd><dt>Tide</dt><dd>4 May</dd></dl>", ["row", "row"]),
        (f"<dl><dt>{'Lamp ' * 20}</dt><dd>3 May</dd></dl>", ["heading", "paragraph"]),
        (f"<dl><dt>Lamp</dt><dd>{'3 May ' * 20}</dd></dl>", ["heading", "paragraph"]),
        ("<dl><dt>Lamp</dt><dd>Date: 3 May</dd></dl>", ["heading", "paragraph"]),
        ("<dl><dt>Lamp</dt><dd>soon</dd></dl>", ["heading", "paragraph"]),
    ],
)
def test_a_short_definition_with_a_number_is_a_row(source: str, row: list[str]) -> None:
    assert [kind for kind, _ in _blocks(source)] == row


@pytest.mark.parametrize(
    ("line", "field", "is_named"),
    [
        ("Lamp", "Release date: 3 May", True),
        ("Lamp", "発売日：5月3日", True),
        ("Lamp.", "Release date: 3 May", False),
        ("Genre: light", "Release date: 3 May", False),
        ("Lamp", "It is out on 3 May", False),
        ("Lamp " * 20, "Release date: 3 May", False),
        ("Lamp", f"Release date: {'3 May ' * 40}", False),
    ],
)
def test_a_line_above_a_field_names_a_card(line: str, field: str, is_named: bool) -> None:
    (kind, _), (other, _) = _blocks(f"<p>{line}</p><p>{field}</p>")
    assert (kind, other) == ("heading" if is_named else "paragraph", "paragraph")


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("<p>Lit</p>", True), ("<br>", True), ("</b>", True), ("<!-- x -->", True), ("<!doctype html>", True), ("<x-y/>", True),
        ("", False), ("5 < 6 > 4", False), ("<3", False), ("a <b", False), ("&lt;p&gt;", False),
    ],
)  # fmt: skip
def test_a_tag_makes_it_markup(source: str, is_one: bool) -> None:
    assert has_tags(source) is is_one
