"""A block is put together of pieces: blanks collapse, entities are resolved, and every character keeps its offset."""

from __future__ import annotations

import pytest

from monitor.parse.block_builder import LONGEST_TEXT, BlockBuilder, BlockDraft


def built(*pieces: tuple[str, int]) -> BlockDraft:
    builder = BlockBuilder("html", "paragraph")
    for chunk, offset in pieces:
        builder.add(chunk, offset)
    block = builder.block()
    assert block is not None
    return block


def places(block: BlockDraft) -> list[int]:
    return [block.offsets.offset(at) for at in range(len(block.text))]


@pytest.mark.parametrize(
    ("pieces", "text", "at"),
    [
        ([("lamp", 3)], "lamp", [3, 4, 5, 6]),
        ([(" a  b ", 0)], "a b", [1, 2, 4]),
        ([("a\n\t b", 0)], "a b", [0, 1, 4]),
        ([("a ", 0), (" b", 9)], "a b", [0, 1, 10]),  # blanks at a seam are one
        ([("a", 0), ("b", 9)], "ab", [0, 9]),
        ([("a&amp;b", 0)], "a&b", [0, 1, 6]),
        ([("&#97;&#x62;", 0)], "ab", [0, 5]),
        ([("&ldquo;a&rdquo;", 0)], "“a”", [0, 7, 8]),
        ([("&nosuch; &", 0)], "&nosuch; &", list(range(10))),
        ([("&amp ", 0), ("b", 5)], "& b", [0, 4, 5]),  # the semicolon may be missing
        ([("&NotEqualTilde;", 0)], "≂̸", [0, 0]),  # an entity of two characters
        ([("so\u00adft", 0)], "soft", [0, 1, 3, 4]),
        ([("a\u200bB", 0)], "a B", [0, 1, 2]),  # a space without width parts words
        ([("a\u200bb", 0)], "ab", [0, 2]),
        ([("a\u200b", 0), ("B", 9)], "a B", [0, 1, 9]),
        ([("\u200bB", 0)], "B", [1]),
    ],
)
def test_pieces_make_one_text_with_offsets(pieces: list[tuple[str, int]], text: str, at: list[int]) -> None:
    block = built(*pieces)
    assert (block.text, places(block)) == (text, at)


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        ([("so\u00adft  wood", 0)], "so\u00adft wood"),
        ([("\u200bso\u00ad\u200bft\u200b", 0)], "so\u00ad\u200bft"),
        ([("a\u200b\u200bB", 0)], "a\u200b\u200bB"),
        ([(" a\u200b", 0), ("B\u200bC", 9)], "a\u200bB\u200bC"),
    ],
)
def test_invisible_characters_are_shown_though_they_are_not_read(
    pieces: list[tuple[str, int]], shown: str
) -> None:
    block = built(*pieces).finished()
    assert block.shown(0, len(block.text)) == shown


def test_a_part_of_a_block_keeps_its_places() -> None:
    block = built((" so\u00adft &amp; ", 0), ("wood, &lt;lit&gt;", 30))
    assert block.text == "soft & wood, <lit>"
    for start in range(len(block.text)):
        for end in range(start + 1, len(block.text) + 1):
            part = block.cut(start, end)
            assert part.text == block.text[start:end]
            assert places(part) == places(block)[start:end]
            assert part.finished().span(0, end - start) == block.finished().span(start, end)
            assert part.finished().shown(0, end - start) == block.finished().shown(start, end)


def test_what_is_given_as_it_is_stays_so() -> None:
    builder = BlockBuilder("text", "paragraph")
    builder.add("a  &amp;\n", 0, collapse=False, entities=False)
    builder.add("b", 9)
    block = builder.block()
    assert block is not None
    assert block.text == "a  &amp;\nb"


@pytest.mark.parametrize("pieces", [[], [""], [" ", "\n\t"], ["\u200b"]])
def test_no_text_is_no_block(pieces: list[str]) -> None:
    builder = BlockBuilder("html", "paragraph")
    for chunk in pieces:
        builder.add(chunk, 0)
    assert builder.block() is None


def test_nothing_is_read_beyond_the_limit() -> None:
    builder = BlockBuilder("html", "paragraph")
    builder.add("a" * (LONGEST_TEXT - 1), 0)
    builder.add("bcd", LONGEST_TEXT)
    builder.add("e", LONGEST_TEXT + 9)
    block = builder.block()
    assert block is not None
    assert (len(builder), len(block.text), places(block)[-1]) == (LONGEST_TEXT, LONGEST_TEXT, LONGEST_TEXT)
    assert block.text.endswith("ab")


def test_cells_move_with_the_blanks_at_the_ends() -> None:
    builder = BlockBuilder("html", "row")
    builder.add("\n", 0, collapse=False)
    builder.add("Lamp", 1)
    builder.mark("cells", 1)
    builder.mark("cells", len(builder))  # nothing was added since
    builder.separate(5)
    builder.separate(5)
    start = len(builder)
    builder.add("3 May ", 6)
    builder.mark("cells", start)
    block = builder.block()
    assert block is not None
    assert block.text == "Lamp 3 May"
    assert [block.text[first:last] for first, last in block.cells] == ["Lamp", "3 May"]


def test_bold_and_linked_characters_are_counted() -> None:
    builder = BlockBuilder("html", "paragraph")
    builder.add("Lamp ", 0)
    builder.mark("strong", 0)
    start = len(builder)
    builder.add("lit", 5)
    builder.mark("links", start)
    block = builder.block()
    assert block is not None
    assert (block.strong, block.links) == (5, 3)


def test_nothing_is_parted_before_the_text_begins() -> None:
    builder = BlockBuilder("html", "row")
    builder.separate(0)
    assert len(builder) == 0


def test_a_span_is_from_its_first_to_its_last_character() -> None:
    block = built(("a ", 0), (" lamp", 10), ("&amp;", 20)).finished()
    assert block.text == "a lamp&"
    assert block.span(2, 6) == (11, 15)
    assert block.span(0, 7) == (0, 25)
    assert block.shown(5, 7) == "p&"
