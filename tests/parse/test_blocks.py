from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.model import Block, Document
from monitor.model.invisible import without_format
from monitor.parse import structured
from tests.builders import at, document


def blocks(read: Document) -> tuple[Block, ...]:
    return structured(read).blocks


def shown(**fields: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks(document(**fields))]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One line.</p><p>Another line.</p>", [("paragraph", "One line."), ("paragraph", "Another line.")]),
        ("One line.<p>Another line.", [("paragraph", "One line."), ("paragraph", "Another line.")]),
        ("<h2>Release date</h2><p>It is known.</p>", [("heading", "Release date"), ("paragraph", "It is known.")]),
        ("<p><strong>Release date</strong></p><p>It is known.</p>", [("heading", "Release date"), ("paragraph", "It is known.")]),
        ("<p><strong>It is known.</strong></p>", [("paragraph", "It is known.")]),
        ("<p>I</p>", [("paragraph", "I")]),
        ("<dl><dt>Series</dt><dd>The lamp is lit</dd></dl>", [("heading", "Series"), ("paragraph", "The lamp is lit")]),
        ("<ul><li>May 3: the lamp<li>May 4: the tide</ul>", [("item", "May 3: the lamp"), ("item", "May 4: the tide")]),
        ("<ul><li><p>May 3</p><p>the lamp</p></li></ul>", [("item", "May 3"), ("item", "the lamp")]),
        ("<table><tr><th>Title<th>Day<tr><td>Lamp<td>May 3</table>", [("row", "Title Day"), ("row", "Lamp May 3")]),
        ("<table><tr><td><p>Lamp</p><p>two</p></td><td>May 3</td></tr></table>", [("row", "Lamp two May 3")]),
        ("<blockquote><p>We said May.</p></blockquote><p>They did.</p>", [("quote", "We said May."), ("paragraph", "They did.")]),
        ("<figure><img><figcaption>A lamp</figcaption></figure>", [("caption", "A lamp")]),
        ("<p>One<br>line and <em>another</em> one</p>", [("paragraph", "One\nline and another one")]),
        ("<p>a   lot\n\tof&nbsp;room</p>", [("paragraph", "a lot of\xa0room")]),
        ("<p>fish &amp; chips &lt;3 &#233;t&eacute; &unknown; &amp;amp;</p>", [("paragraph", "fish & chips <3 été &unknown; &amp;")]),
        ("fish &amp; chips.", [("paragraph", "fish & chips.")]),
        ("5 < 6 and 7 > 6 <b>so</b>", [("paragraph", "5 < 6 and 7 > 6 so")]),
        ("<ul><li><a href='/a'>Where to watch it</a></li></ul>", [("link", "Where to watch it")]),
        ("<p>Read <a href='/a'>where to watch it</a> here.</p>", [("paragraph", "Read where to watch it here.")]),
        ("</div></p></table>Left over.", [("paragraph", "Left over.")]),
        ("", []),
        ("<p> </p><div><br></div>", []),
    ],
)  # fmt: skip
def test_what_a_reader_takes_as_one_is_one_block(html: str, expected: list[tuple[str, str]]) -> None:
    assert shown(html=html) == expected


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav>Home</nav>",
        "<script>if (1 < 2) { out('<p>May 3</p>') }</script>",
        "<SCRIPT>'<script>'</SCRIPT>",
        "<style>p { color: red }</style>",
        "<aside><div><p>May 3</p></div></aside>",
        "<footer><p>© 2023</p></footer>",
        "<form><select><option>May<option>June</select></form>",
        '<div class="related posts"><div>Another story</div>and more</div>',
        "<div class='newsletter'>Sign up by May 3</div>",
        '<section id="comments"><p>first!</p></section>',
        '<ul role="navigation"><li>Home</li></ul>',
        "<noscript><p>Turn it on</p></noscript>",
        "<!-- <p>Out on May 3</p> -->",
        "<!---->",
        "<!doctype html>",
        "<?xml version='1.0'?>",
        "<svg><title>May 3</title></svg>",
        "<NAV><nav>Home</nav>again</NAV>",
    ],
)
def test_what_frames_an_article_is_left_out(furniture: str) -> None:
    assert shown(html=f"<p>Before it.</p>{furniture}<p>After it.</p>") == [
        ("paragraph", "Before it."), ("paragraph", "After it."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "opening", ["<nav>", '<div class="related">', "<!--", "<aside><aside></aside>", "<noscript>"]
)
def test_what_is_never_closed_hides_nothing(opening: str) -> None:
    assert ("paragraph", "After it.") in shown(html=f"<p>Before it.</p>{opening}<p>After it.</p>")


def test_code_that_is_never_closed_is_no_text() -> None:
    assert shown(html="<p>Before it.</p><script>var day = 'May 3'; <p>") == [("paragraph", "Before it.")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One line.\nAnother line.", [("paragraph", "One line."), ("paragraph", "Another line.")]),
        ("One line.\n\nRelease date\n\nIt is known.", [("paragraph", "One line."), ("heading", "Release date"), ("paragraph", "It is known.")]),
        ("One line.\n\nWill it come?\n\nIt will.", [("paragraph", "One line."), ("heading", "Will it come?"), ("paragraph", "It will.")]),
        ("One line.\n\n“Release date”\n\nIt is.", [("paragraph", "One line."), ("paragraph", "“Release date”"), ("paragraph", "It is.")]),
        ("Dates:\n- May 3\n• May 4", [("paragraph", "Dates:"), ("item", "- May 3"), ("item", "• May 4")]),
        ("One line.\r\n\r\nAnother line.", [("paragraph", "One line."), ("paragraph", "Another line.")]),
        ("5 &amp; 6 <b>are text</b>.", [("paragraph", "5 &amp; 6 <b>are text</b>.")]),
        ("One line. \t \n \t \nAnother line.  ", [("paragraph", "One line."), ("paragraph", "Another line.")]),
        ("  \n \n", []),
    ],
)  # fmt: skip
def test_plain_text_is_a_block_a_line(text: str, expected: list[tuple[str, str]]) -> None:
    assert shown(text=text) == expected


def test_the_headline_comes_first() -> None:
    assert shown(title="The lamp is lit", text="Indeed.") == [
        ("headline", "The lamp is lit"),
        ("paragraph", "Indeed."),
    ]


POST = (
    '<blockquote class="post" data-author="Harbour Lights (@harbourlights)" data-at="2023-08-09T18:30:15Z" '
    'cite="https://x.example/status/1" lang="ko"><p>등대의 불이 켜집니다.</p><p>10월 26일,<br>바다에서.</p></blockquote>'
)


def test_an_embedded_post_keeps_its_author_time_address_and_language() -> None:
    before, first, second, after = blocks(document(html=f"<p>They said:</p>{POST}<p>We believe it.</p>"))
    assert [block.kind for block in (before, first, second, after)] == [
        "paragraph",
        "post",
        "post",
        "paragraph",
    ]
    for block in (first, second):
        assert (block.author, block.handle, block.posted, block.url, block.lang) == (
            "Harbour Lights", "@harbourlights", at("2023-08-09T18:30:15"), "https://x.example/status/1", "ko",
        )  # fmt: skip
    for block in (before, after):
        assert (block.author, block.handle, block.posted, block.url) == ("", "", None, "")


@pytest.mark.parametrize(
    "html",
    [
        ('<blockquote class="twitter-tweet"><p lang="en" dir="ltr">The lamp is lit.</p>&mdash; Keeper (@keeper) '
         '<a href="https://twitter.com/keeper/status/1">June 6, 2022</a></blockquote>'),
        "<blockquote class='mastodon-embed'>The lamp is lit. — Keeper (@keeper) June 6, 2022</blockquote>",
        "<blockquote><p>The lamp is lit.</p><p>— Keeper (@keeper) June 6, 2022</p></blockquote>",
        "<p>The lamp is lit.</p><p>— Keeper (@keeper) June 6, 2022</p>",
        '<blockquote class="twitter-tweet"><div><p>The lamp is lit.</p></div><p>— Keeper (@keeper) June 6, 2022</p></blockquote>',
    ],
)  # fmt: skip
def test_a_raw_embed_is_known_by_its_signature_which_is_no_text_of_it(html: str) -> None:
    _, post, after = blocks(document(html=f"<h2>Lit again</h2>{html}<p>So they say.</p>"))
    assert (post.kind, post.text) == ("post", "The lamp is lit.")
    assert (post.author, post.handle, post.posted) == ("Keeper", "@keeper", at("2022-06-06T12:00:00"))
    assert (after.kind, after.author) == ("paragraph", "")


def test_a_signature_signs_every_paragraph_of_its_quote_and_no_other() -> None:
    html = (
        "<p>We asked.</p><blockquote><p>The lamp is lit.</p><p>The tide is high.</p>"
        "<p>— Keeper (@keeper) June 6, 2022</p></blockquote><blockquote><p>Nobody's word.</p></blockquote>"
    )
    assert [block.author for block in blocks(document(html=html))] == ["", "Keeper", "Keeper", ""]


def test_a_post_signed_in_plain_text_is_one() -> None:
    _, post = blocks(document(text="They said:\nThe lamp is lit.\n— Keeper (@keeper) June 6, 2022"))
    assert (post.kind, post.text, post.author) == ("post", "The lamp is lit.", "Keeper")


def test_two_posts_are_told_apart_however_they_nest() -> None:
    inner = '<blockquote class="post" data-author="Inner"><p>Within.</p></blockquote>'
    html = f'<blockquote class="post" data-author="Outer"><div><p>Around.</p>{inner}</div><p>Behind.</p></blockquote><p>After.</p>'
    assert [(block.text, block.author) for block in blocks(document(html=html))] == [
        ("Around.", "Outer"), ("Within.", "Inner"), ("Behind.", "Outer"), ("After.", ""),
    ]  # fmt: skip


def test_the_cells_of_a_row_are_noted() -> None:
    (block,) = blocks(document(html="<table><tr><td> Lamp </td><td>May 3</td></tr></table>"))
    assert [block.text[first:last].strip() for first, last in block.cells] == ["Lamp", "May 3"]


def test_a_long_thing_said_twice_is_read_once() -> None:
    line = "The lamp is lit on the third of May, says the keeper."
    assert shown(text=f"{line}\n{line}\nNo.\nNo.") == [
        ("paragraph", line), ("paragraph", "No."), ("paragraph", "No."),
    ]  # fmt: skip


def test_a_document_is_read_to_its_bound_in_blocks_of_a_bounded_length() -> None:
    text = "".join(f"The lamp number {number} is lit. " for number in range(20_000))
    found = blocks(document(text=text))
    assert sum(len(block.text) for block in found) <= 105_000
    assert all(len(block.text) <= 5_000 for block in found)
    assert all(block.text.rstrip().endswith(("lit.", "lit")) for block in found[:-1])


def test_a_document_is_read_to_its_bound_in_a_bounded_number_of_blocks() -> None:
    found = blocks(document(html="".join(f"<li>Lamp {number}</li>" for number in range(20_000))))
    assert 1_000 < len(found) < 2_000
    assert found[999].text == "Lamp 999"


def test_two_hundred_thousand_nested_tags_are_read_without_a_tree() -> None:
    deep = 200_000
    html = "<div>" * deep + "<p>The lamp is lit.</p><p>After it.</p>"
    assert shown(html=html) == [("paragraph", "The lamp is lit."), ("paragraph", "After it.")]


@pytest.mark.parametrize(
    "wall",
    [
        "<!--",
        "<!-- x -->",
        "<nav>",
        "</div>",
        "<",
        "&amp;amp;",
        "<b><i>",
        "<td>",
        "<p class='",
        " ",
        "\n",
        "<li>",
        "<script>",
    ],
)
def test_a_wall_of_one_thing_is_walked_through_once(wall: str) -> None:
    found = blocks(document(html=f"<p>The lamp is lit.</p>{wall * 20_000}"))
    assert found[0].text == "The lamp is lit."
    assert sum(len(block.text) for block in found) <= 105_000


def assert_in_place(block: Block, source: str, *, entities: bool) -> None:
    offsets = [block.offsets.offset(at) for at in range(len(block.text))]
    assert offsets == sorted(offsets)
    for char, offset in zip(block.text, offsets, strict=True):
        assert char == source[offset] or char in " \n" or (entities and source[offset] == "&")


@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<table>", "<tr>", "<td>", "</table>", "<li>", "<nav>", "</nav>", "<script>", "</script>",
     "<blockquote class='post' data-author='A (@a)'>", "<blockquote>", "</blockquote>", "<br>", "<em>", "</em>", "<a href=x>", "</a>",
     "<!--", "-->", "&amp;", "&#x1f600;", "&lt;p&gt;", "<", ">", "'", '"', "text", " ", "\n", "é", "등대", "— A (@a) June 6, 2022",
     "<h1>", "</h1>", "<b>", "</b>", "<div class='related'>"]), max_size=60))  # fmt: skip
@example(["lamp", "<br>", "<em>", "tide", "— A (@a) June 6, 2022", "</em>"])
def test_every_character_of_a_block_knows_where_it_stood(pieces: list[str]) -> None:
    html = "".join(pieces)
    found = list(blocks(document(html=html)))
    assert found or "lamp" not in pieces
    for block in found:
        assert block.text.strip()
        assert_in_place(block, html, entities=True)
        first, last = block.span(0, len(block.text))
        assert 0 <= first < last <= len(html)
        assert all(0 <= a < b <= len(block.text) for a, b in block.cells)


@given(st.text(max_size=300))
@example("The lamp.\n\nThe tide.")
def test_the_blocks_of_a_text_are_slices_of_it(text: str) -> None:
    found = list(blocks(document(text=text)))
    assert found or not any(map(str.isalnum, text))
    for block in found:
        assert_in_place(block, text, entities=False)
        first, last = block.span(0, len(block.text))
        assert without_format(text[first:last]) == block.text
        assert text[first:last] == block.shown(0, len(block.text))


def test_a_space_that_does_not_break_counts_as_one_between_pieces() -> None:
    html = "<p>Out <b>\u00a0</b> now, \u00a0 not</p><p>\n later <i>on</i> Earth</p>"
    found = [block.text for block in blocks(document(html=html, title=""))]
    assert found == ["Out \u00a0now, \u00a0not", "later on Earth"]


def test_the_words_of_markup_are_shown_on_one_line_and_those_of_a_headline_as_they_are() -> None:
    headline, block = blocks(
        document(title="The lamp  &amp; the tide", html="<p>The <b>lamp</b> &amp; the\n tide<br>rise.</p>")
    )
    assert block.shown(0, len(block.text)) == "The lamp & the tide rise."
    assert block.shown(4, 10) == "lamp &"
    assert headline.shown(4, 15) == "lamp  &amp;"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("The <b>lamp</b>’s <i>tide</i>, <a href='x'>risen</a>.", "The lamp’s tide, risen."),
        ("un<wbr>believable H<sub>2</sub>O", "unbelievable H2O"),
        ("<td>Lamp</td><td>May 3</td>", "Lamp May 3"),
        ("one<br>two", "one two"),
        ("Lit<span hidden> never</span> on May 3", "Lit on May 3"),
        ("Lit<!-- never --> on&nbsp;May 3", "Lit on May 3"),
    ],
)
def test_a_passage_is_what_a_reader_sees_without_spaces_that_are_not_there(html: str, words: str) -> None:
    (block,) = blocks(document(html=html, title=""))
    assert block.shown(0, len(block.text)) == words


@pytest.mark.parametrize(
    "attributes",
    ["hidden", 'hidden=""', 'class="x" hidden', "aria-hidden=true", 'aria-hidden="true"', 'style="display:none"', "style='color: red; display : none;'",
     'style="visibility: hidden"', 'hidden="until-found"', "HIDDEN"],
)  # fmt: skip
def test_what_no_browser_shows_is_not_read(attributes: str) -> None:
    for name in ("p", "div", "span", "section", "li", "custom-box"):
        hidden = f"<p>Before it.</p><{name} {attributes}>Never lit. <b>Never.</b></{name}><p>After it.</p>"
        assert shown(html=hidden) == [("paragraph", "Before it."), ("paragraph", "After it.")]


@pytest.mark.parametrize(
    "attributes",
    ['aria-hidden="false"', 'class="hidden"', 'data-hidden="true"', 'style="overflow:hidden"', 'style="display:none-such"', 'title="hidden"',
     'data-style="display:none"', 'style="display: block"'],
)  # fmt: skip
def test_what_only_sounds_hidden_is_read(attributes: str) -> None:
    assert shown(html=f"<p {attributes}>Lit.</p>") == [("paragraph", "Lit.")]


def test_a_page_that_a_script_shows_is_read() -> None:
    assert shown(html='<body style="display:none"><main hidden><p>Lit.</p></main></body>') == [
        ("paragraph", "Lit.")
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<dl><dt>Lamp</dt><dd>May 3</dd></dl>", [("row", "Lamp May 3")]),
        ("<dl><dt>Lamp</dt><dd>Release date: May 3</dd></dl>", [("heading", "Lamp"), ("paragraph", "Release date: May 3")]),
        ("<dl><dt>Lamp</dt><dd>A light.</dd></dl>", [("heading", "Lamp"), ("paragraph", "A light.")]),
        ("<div><div>Lamp</div><div>Release date: May 3</div></div>", [("heading", "Lamp"), ("paragraph", "Release date: May 3")]),
        ("<li><p>Lamp</p><p>Release date: May 3</p></li>", [("heading", "Lamp"), ("item", "Release date: May 3")]),
        ("<p>The lamp is lit.</p><p>Note: May 3</p>", [("paragraph", "The lamp is lit."), ("paragraph", "Note: May 3")]),
        ("<p>Genre: light</p><p>Release date: May 3</p>", [("paragraph", "Genre: light"), ("paragraph", "Release date: May 3")]),
        ("<p>Lamp</p><p>May 3</p>", [("paragraph", "Lamp"), ("paragraph", "May 3")]),
    ],
)  # fmt: skip
def test_a_term_or_a_card_is_named_above_its_fields(html: str, expected: list[tuple[str, str]]) -> None:
    assert shown(html=html) == expected


def test_a_row_of_a_definition_stands_where_its_words_do() -> None:
    html = "<dl><dt>The <i>Lamp</i></dt><dd>on <i>May 3</i></dd></dl>"
    (row,) = blocks(document(html=html))
    assert [row.text[first:last] for first, last in row.cells] == ["The Lamp", "on May 3"]
    assert [html[slice(*row.span(first, last))] for first, last in row.cells] == [
        "The <i>Lamp",
        "on <i>May 3",
    ]
    assert row.span(0, len(row.text)) == (html.index("The"), html.index("</i></dd>"))


UNSEEN = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2064\u2066\u2069\ufe0f\ufeff\U000e0041"


@pytest.mark.parametrize("char", UNSEEN, ids=ascii)
def test_what_is_not_seen_is_not_read_and_stays_in_the_passage(char: str) -> None:
    text = f"Glass{char} Har{char}bour in M{char}ay"
    for kwargs in (
        {"text": text},
        {"html": f"<p>{text}</p>"},
        {"html": f"<p>{text.replace(char, f'&#{ord(char)};')}</p>"},
        {"title": text},
    ):
        (block,) = blocks(document(**kwargs))
        assert block.text == "Glass Harbour in May"
        assert block.shown(0, len(block.text)) == text


def test_a_space_without_width_parts_words_between_a_small_letter_and_a_capital() -> None:
    for html in (
        "<p>Glass\u200bHarbour</p>",
        "<p>Glass&#8203;Harbour</p>",
        "<p>Glass\u200b<b>Harbour</b></p>",
    ):
        (block,) = blocks(document(html=html))
        assert block.text == "Glass Harbour"
        assert block.shown(0, len(block.text)) == "Glass\u200bHarbour"
        assert block.shown(0, 5) == "Glass"
    assert shown(html="<p>Glass\u200bharbour</p>") == [("paragraph", "Glassharbour")]
