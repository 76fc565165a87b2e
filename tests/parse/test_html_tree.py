from __future__ import annotations

import pytest
from lxml import etree

from monitor.parse.html_tree import MAX_DEPTH, MAX_ELEMENTS, fragment, read_html, spread_cells, text_of


def depth(root: etree._Element) -> int:
    deepest = level = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def kept(markup: str, base: str = "https://lantern.example/a/") -> str:
    root = read_html(markup)
    assert root is not None
    return fragment([root], limit=10_000, base=base)


@pytest.mark.parametrize("levels", [10, 255, 300, 200_000])
def test_a_tree_is_never_deeper_than_its_bound_and_loses_no_text(levels: int) -> None:
    root = read_html("<div>" * levels + "hello <p>world" + "</div>" * levels + "<p>after</p>")
    assert root is not None
    assert depth(root) <= max(MAX_DEPTH, 256)
    assert "".join(text_of(root).split()) == "helloworldafter"


def test_a_tree_never_has_more_elements_than_its_bound() -> None:
    root = read_html("<p><b>x</b>" * MAX_ELEMENTS)
    assert root is not None
    assert sum(1 for _ in root.iter()) <= MAX_ELEMENTS


@pytest.mark.parametrize("nothing", ["", "  ", "\0", "<!-- only a comment -->"])
def test_nothing_is_no_tree(nothing: str) -> None:
    assert read_html(nothing) is None


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h2 id=x>When?</h2><p style='a'>Soon.</p>", "<h2>When?</h2><p>Soon.</p>"),
        ("<p><span>One</span> <b>two</b> <i>three</i></p>", "<p>One <strong>two</strong> <em>three</em></p>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<table><tr><td>a<td>b</table>", "<table><tr><td>a</td><td>b</td></tr></table>"),
        ("<p>a<br>b</p>", "<p>a<br>b</p>"),
        ("<section><p>a</p></section>", "<div><p>a</p></div>"),
        ("<p>a</p><script>b()</script><style>c</style>d", "<p>a</p>d"),
        (
            "<p>a <a href='../b?c=1&d=2' onclick='x'>link</a></p>",
            '<p>a <a href="https://lantern.example/b?c=1&amp;d=2">link</a></p>',
        ),
        ("<p>a <a href='javascript:x()'>link</a></p>", "<p>a <a>link</a></p>"),
        ("<p lang=ko>등대</p>", '<p lang="ko">등대</p>'),
        ("<time datetime='2023-08-10'>today</time>", '<time datetime="2023-08-10">today</time>'),
        (
            "<blockquote class=fancy cite='https://x.example/'>q</blockquote>",
            '<blockquote cite="https://x.example/">q</blockquote>',
        ),
        ("<p>x &lt;b&gt; &amp; y</p>", "<p>x &lt;b&gt; &amp; y</p>"),
        ("<pre>a\n  b</pre><p>a\n  b</p>", "<pre>a\n  b</pre><p>a b</p>"),
        (
            "<figure><img src=x><figcaption>A lamp</figcaption></figure>",
            "<figure><figcaption>A lamp</figcaption></figure>",
        ),
        ("<p>a<iframe>b</iframe>c</p>", "<p>ac</p>"),
    ],
)
def test_a_fragment_keeps_structure_and_loses_the_rest(markup: str, expected: str) -> None:
    assert kept(markup).removeprefix("<div>").removesuffix("</div>") == expected.removeprefix(
        "<div>"
    ).removesuffix("</div>")


def test_a_fragment_is_bounded_and_still_closes_its_tags() -> None:
    root = read_html("<p>" + "word " * 1000 + "</p>")
    assert root is not None
    cut = fragment([root], limit=50)
    assert cut.startswith("<p>word")
    assert cut.endswith("</p>")
    assert len(cut) < 80


def test_a_fragment_of_nothing_but_tags_is_bounded_too() -> None:
    root = read_html("<ul><li>" * 5000)
    assert root is not None
    cut = fragment([root], limit=100)
    assert len(cut) < 300
    assert cut.count("<li>") == cut.count("</li>")


@pytest.mark.parametrize(
    ("rows", "spread"),
    [
        ("<tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr>", "a b|a c"),
        ("<tr><td>a</td><td rowspan=3>b</td></tr><tr><td>c</td></tr><tr><td>d</td></tr>", "a b|c b|d b"),
        ("<tr><td colspan=2>a</td><td rowspan=2>b</td></tr><tr><td>c</td><td>d</td></tr>", "a b|c d b"),
        ("<tr><td rowspan=2>a</td><td rowspan=2>b</td></tr><tr></tr>", "a b|a b"),
        ("<tr><td rowspan=x>a</td><td>b</td></tr><tr><td>c</td></tr>", "a b|c"),
        ("<tr><td rowspan=99999999>a</td></tr><tr><td>b</td></tr>", "a|b"),
    ],
)
def test_a_cell_that_spans_rows_stands_in_each(rows: str, spread: str) -> None:
    root = read_html(f"<table>{rows}</table>")
    assert root is not None
    spread_cells(root)
    assert "|".join(" ".join(text_of(cell) for cell in row) for row in root.iter("tr")) == spread


def test_cells_that_span_rows_are_copied_a_bounded_number_of_times() -> None:
    root = read_html(
        "<table>" + "<tr>" + "<td rowspan=200>a</td>" * 200 + "</tr>" + "<tr></tr>" * 199 + "</table>"
    )
    assert root is not None
    spread_cells(root)
    assert sum(1 for _ in root.iter("td")) <= 200 + 2000
