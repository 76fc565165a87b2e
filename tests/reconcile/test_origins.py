from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Observation, Post
from monitor.reconcile import first_said, origins
from monitor.reconcile.origins import count_origins, name, outlet, said_at, same_text
from tests.builders import NOW, claim, observation

LONG = "The sequel that players have waited thirteen years for comes out on the seventeenth of October, the studio says."
EDITED = "The sequel that players have waited thirteen years for comes out on the seventeenth of October, says the studio."
OTHER = "Thirteen years after the first part the studio has at last named a day in autumn for what happens next in town."


def said(
    outlet: str, quote: str = "It comes.", *names: str, post: Post | None = None, hours: int = 0
) -> Observation:
    return observation(
        claim=claim(quote=quote, sources=names, post=post),
        url=f"https://www.{outlet}/{hours}",
        source=f"https://feeds.{outlet}/rss",
        document=f"{outlet}{hours}",
        published=NOW + timedelta(hours=hours),
    )


POST = Post(author="Osen", at=NOW - timedelta(days=2), url="https://x.com/osen/status/1")

VOICES = [
    ("two outlets, each by itself", [said("a.example"), said("b.example")], 2),
    ("one outlet twice", [said("a.example"), said("a.example", hours=1)], 1),
    ("two subdomains of one outlet", [said("tv.a.co.uk"), said("games.a.co.uk")], 1),
    ("both credit the maker", [said("a.example", "It.", "Netflix"), said("b.example", "Yes.", "Netflix")], 1),
    ("both credit the same outlet", [said("a.example", "It.", "Osen"), said("b.example", "Yes.", "Osen")], 1),
    ("the credited outlet itself", [said("digitalspy.com"), said("b.example", "It.", "Digital Spy")], 1),
    ("a chain", [said("a.example", "It.", "Digital Spy", "Osen"), said("b.example", "Yes.", "Osen")], 1),
    (
        "a chain whose links are all there",
        [
            said("osen.example"),
            said("digitalspy.com", "It.", "Osen"),
            said("b.example", "Yes.", "Digital Spy"),
        ],
        1,
    ),
    ("different credits", [said("a.example", "It.", "Netflix"), said("b.example", "Yes.", "Variety")], 2),
    (
        "the same post embedded",
        [said("a.example", "It.", post=POST), said("b.example", "Yes.", post=POST)],
        1,
    ),
    ("syndicated text", [said("a.example", LONG), said("b.example", LONG)], 1),
    ("syndicated text, edited", [said("a.example", LONG), said("b.example", EDITED)], 1),
    ("the same matter in other words", [said("a.example", LONG), said("b.example", OTHER)], 2),
    ("the same few words", [said("a.example", "It comes."), said("b.example", "It comes.")], 2),
]


@pytest.mark.parametrize(("_", "heard", "count"), VOICES, ids=[row[0] for row in VOICES])
def test_origins_are_counted_and_not_outlets(_: str, heard: list[Observation], count: int) -> None:
    assert len(origins(heard)) == count


def test_an_origin_names_the_end_of_its_chain_and_who_spoke_first() -> None:
    late = said("a.example", "It.", "Digital Spy", "Osen", hours=2)
    early = said("b.example", "Yes.", "Osen", hours=1)
    (origin,) = origins([late, early])
    assert (origin.name, origin.first, origin.chain) == ("Osen", early, ("Digital Spy", "Osen"))
    assert origin.observations == (early, late)


def test_the_embedded_posts_own_time_counts_for_who_was_first() -> None:
    article, post = said("a.example", hours=1), said("b.example", "It.", post=POST, hours=5)
    assert first_said([article, post]) == post
    assert said_at(post) == POST.at


def test_a_post_from_the_future_or_without_a_zone_is_not_believed() -> None:
    future = said("a.example", post=replace(POST, at=NOW + timedelta(days=1)))
    naive = said("a.example", post=replace(POST, at=NOW.replace(tzinfo=None)))
    assert said_at(future) == said_at(naive) == NOW


def test_nobody_said_nothing_first() -> None:
    assert first_said([]) is None
    assert origins([]) == ()


@pytest.mark.parametrize(
    ("url", "source", "author", "name"),
    [
        ("https://www.thegamer.example.com/x", "feed", "", "example"),
        ("https://news.bbc.co.uk/x", "feed", "", "bbc"),
        (
            "https://www.youtube.com/watch?v=1",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC1",
            "IGN",
            "ign",
        ),
        ("https://bsky.app/profile/a/post/1", "a.bsky", "", "abskyfeed"),
        ("", "My Feed", "", "myfeed"),
        ("https://[broken", "", "", "?"),
        ("", "", "Jane", "jane"),
    ],
)
def test_an_outlet_is_its_site_or_the_account_on_a_shared_one(
    url: str, source: str, author: str, name: str
) -> None:
    heard = observation(url=url, source=source if source != "a.bsky" else "a bsky feed", author=author)
    assert outlet(heard) == name


def test_names_are_folded_so_that_a_credit_meets_its_site() -> None:
    assert name("The Hollywood Reporter") == name("hollywoodreporter")
    assert name("The Verge") == name("theverge")


def test_scripts_without_spaces_are_compared_too() -> None:
    korean = "넷플릭스드라마지금우리학교는시즌2가내년상반기에공개된다고제작사가오늘공식적으로밝혔다많은팬들이기다려온소식이다"
    assert same_text(korean, korean[:-2])
    assert not same_text(korean, korean[::-1])


@given(
    st.lists(
        st.builds(
            said,
            st.sampled_from(["a.example", "b.example", "osen.example", "c.example"]),
            st.sampled_from([LONG, EDITED, OTHER, "It comes."]),
            st.sampled_from(["Osen", "Netflix", "b", "c"]),
            post=st.sampled_from([None, POST]),
            hours=st.integers(0, 9),
        ),
        max_size=8,
    )
)
def test_as_many_origins_are_counted_as_are_found(heard: list[Observation]) -> None:
    found = origins(heard)
    assert count_origins(heard) == len(found)
    assert sorted(id(one) for origin in found for one in origin.observations) == sorted(map(id, heard))


@given(st.text(), st.text())
def test_any_texts_can_be_compared(one: str, other: str) -> None:
    assert same_text(one, other) == same_text(other, one)
    assert isinstance(name(one), str)


SKY = "https://bsky.app/profile/lantern.example/post/3k4abcdefgh2i"


@pytest.mark.parametrize(
    ("post", "embedded"),
    [
        (SKY, SKY),
        (SKY, "https://bsky.app/profile/did:plc:abc/post/3k4abcdefgh2i?ref=x"),
        (
            "https://x.com/lantern/status/1700000000000000000",
            "https://twitter.com/renamed/status/1700000000000000000",
        ),
        (
            "https://toot.example/@lantern/110858000000000000",
            "https://toot.example/users/lantern/statuses/110858000000000000",
        ),
    ],
)
def test_a_post_and_the_article_that_embeds_it_are_one_origin(post: str, embedded: str) -> None:
    itself = replace(said("x.example"), url=post, author="Lantern Works (@lantern.example)")
    article = said(
        "news.example", "It is so.", post=Post(author="Lantern Works (@lantern.example)", url=embedded)
    )
    assert len(origins([itself, article])) == 1
    assert len(origins([itself, article, said("other.example", "We asked.")])) == 2


def test_another_post_of_the_same_network_is_another_origin() -> None:
    itself = replace(said("x.example"), url=SKY, author="Fox (@fox.example)")
    other = SKY.replace("3k4abcdefgh2i", "3k4abcdefgh22")
    article = said(
        "news.example", "It is so.", post=Post(author="Lantern Works (@lantern.example)", url=other)
    )
    assert len(origins([itself, article])) == 2


def test_two_accounts_of_one_instance_are_two_outlets() -> None:
    posts = [
        replace(
            said("x.example"),
            url=f"https://toot.example/@{name}/11085800000000000{n}",
            author=f"{name} (@{name}@toot.example)",
        )
        for n, name in enumerate(("ada", "bea"))
    ]
    assert [outlet(each) for each in posts] == ["ada", "bea"]
