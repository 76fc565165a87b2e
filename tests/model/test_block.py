"""A block knows where its characters stand in the source, and shows them as they are there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.model import Block, Embed, SourceOffsets, Span

# "<b>Lamp</b> &amp; tide": a run, a run, an entity, a run.
PLACES = SourceOffsets([0, 4, 5, 6], [3, 11, 12, 17], {5: 17})
TEXT = "Lamp & tide"


def test_a_place_is_found_in_both_directions() -> None:
    offsets = [PLACES.offset(at) for at in range(len(TEXT))]
    assert offsets == [3, 4, 5, 6, 11, 12, 17, 18, 19, 20, 21]
    assert [PLACES.end(at) for at in (3, 5, 6)] == [7, 17, 18]
    assert [PLACES.position(offset, len(TEXT)) for offset in offsets] == list(range(len(TEXT)))


@pytest.mark.parametrize(
    ("offset", "position"),
    [
        (0, 0),
        (7, 4),  # within the tag behind a run
        (10, 4),
        (14, 6),  # within the entity
        (22, 11),
        (90, 11),
    ],
)
def test_an_offset_between_characters_leads_to_the_next_one(offset: int, position: int) -> None:
    assert PLACES.position(offset, len(TEXT)) == position


@pytest.mark.parametrize(
    ("start", "end"), [(0, 11), (0, 1), (2, 5), (4, 6), (5, 6), (5, 11), (6, 11), (10, 11)]
)
def test_a_part_has_the_places_of_its_characters(start: int, end: int) -> None:
    part = PLACES.cut(start, end)
    assert [part.offset(at) for at in range(end - start)] == [PLACES.offset(at) for at in range(start, end)]
    assert [part.end(at) for at in range(end - start)] == [PLACES.end(at) for at in range(start, end)]


def test_the_words_of_a_block_have_a_span() -> None:
    block = Block("html", "paragraph", TEXT, PLACES)
    assert block.span(0, 6) == (3, 17)
    assert block.place(5, 11) == Span("html", 12, 22)


@pytest.mark.parametrize(
    ("part", "shown"), [("html", "So\u00adft wo\u200bod"), ("text", "So\u00adft  wo\u200bod")]
)
def test_unseen_characters_are_shown_where_they_stand(part: str, shown: str) -> None:
    block = Block(
        part, "paragraph", "Soft  wood", SourceOffsets([0], [0]), unseen=[(2, "\u00ad", 0), (8, "\u200b", 0)]
    )
    assert block.shown(0, 10) == shown
    assert block.shown(2, 8) == ("ft wo" if part == "html" else "ft  wo")


def test_masked_addresses_are_shown() -> None:
    block = Block("text", "paragraph", "See www.lamp.example now", SourceOffsets([0], [0]))
    masked = block.masked("See \ufffc now".replace("\ufffc", "\ufffc" * 16))
    assert len(masked.text) == len(block.text)
    assert masked.shown(0, 24) == block.text
    assert block.masked(block.text) is block


def test_a_block_of_an_embedded_post_has_its_author() -> None:
    at = datetime(2023, 8, 9, tzinfo=UTC)
    post = Block(
        "html",
        "post",
        "Lit.",
        SourceOffsets([0], [0]),
        embed=Embed("Lamp", "@lamp", at, "https://x.example/1"),
    )
    assert (post.author, post.handle, post.posted, post.url) == ("Lamp", "@lamp", at, "https://x.example/1")
    alone = post._replace(embed=None)
    assert (alone.author, alone.handle, alone.posted, alone.url) == ("", "", None, "")
