from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.posts import Embed, Signature, read_embed, read_signature
from tests.builders import at


@pytest.mark.parametrize(
    ("attributes", "embed"),
    [
        (
            (' class="post" data-author="Harbour Lights (@harbourlights)" data-at="2023-08-09T18:30:15Z"'
             ' cite="https://x.example/harbourlights/status/1" lang="ko"'),
            Embed("Harbour Lights", "@harbourlights", at("2023-08-09T18:30:15"), "https://x.example/harbourlights/status/1", "ko"),
        ),
        (' data-author="@harbourlights"', Embed(handle="@harbourlights")),
        (' data-author="@keeper@lamps.example"', Embed(handle="@keeper@lamps.example")),
        (' data-author="Harbour Lights"', Embed("Harbour Lights")),
        (' data-author="Lamp &amp; Sons &lt;3 (@lamp)"', Embed("Lamp & Sons <3", "@lamp")),
        (" data-author='Lamp &quot;Lit&quot; (@lamp)'", Embed('Lamp "Lit"', "@lamp")),
        (' data-author="Keeper (of lamps) (@keeper)"', Embed("Keeper (of lamps)", "@keeper")),
        (' DATA-AUTHOR="Lamp"  CITE = "https://lamp.example/1"', Embed("Lamp", url="https://lamp.example/1")),
        (' data-at="2023-08-09"', Embed()),
        (' data-at="the ninth of August"', Embed()),
        (' data-at="2023-08-09T18:30:15+09:00"', Embed(at=at("2023-08-09T09:30:15"))),
        (' data-citeless="no" xdata-author="nobody"', Embed()),
        (' data-author="first" data-author="second"', Embed("first")),
        (f' data-author="{"x" * 301}" lang="en"', Embed(lang="en")),
        (f' title="{"x" * 5000}" data-author="Too Late"', Embed()),
        (' data-author="not closed', Embed()),
        ("", Embed()),
    ],
)  # fmt: skip
def test_the_attributes_of_a_post_are_read_and_bounded(attributes: str, embed: Embed) -> None:
    found = read_embed(attributes)
    assert (found.author, found.handle, found.at, found.url, found.lang) == (
        embed.author, embed.handle, embed.at, embed.url, embed.lang,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "start", "author", "handle", "on"),
    [
        ("The lamp is lit. — Harbour Lights (@harbourlights) June 6, 2022", 16, "Harbour Lights", "@harbourlights", "2022-06-06"),
        ("The lamp is lit. – Harbour Lights (@harbourlights) 6 June 2022", 16, "Harbour Lights", "@harbourlights", "2022-06-06"),
        ("The lamp is lit. -- Keeper (@keeper@lamps.example) 2022-06-06", 16, "Keeper", "@keeper@lamps.example", "2022-06-06"),
        ("The lamp — lit at last. — Keeper (@keeper) Sept 30, 2022", 23, "Keeper", "@keeper", "2022-09-30"),
        ("— Keeper (@keeper) Jun 6, 2022", 0, "Keeper", "@keeper", "2022-06-06"),
        ("The lamp is lit. — Keeper (@keeper)", 16, "Keeper", "@keeper", None),
        ("The lamp is lit. — Keeper (@keeper) June 31, 2022", 16, "Keeper", "@keeper", None),
        ("The lamp is lit. — Keeper (@keeper) Smarch 3, 2022", 16, "Keeper", "@keeper", None),
        ("The lamp is lit. — Keeper (@keeper) yesterday evening", 16, "Keeper", "@keeper", None),
    ],
)  # fmt: skip
def test_a_signature_says_who_posted_it_and_when(
    text: str, start: int, author: str, handle: str, on: str | None
) -> None:
    assert read_signature(text) == Signature(start, author, handle, at(f"{on}T12:00:00") if on else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The lamp is lit.",
        "The lamp is lit — says Keeper (@keeper), who should know, and so do we after all these years of waiting for it to be lit again",
        "The lamp is lit - Keeper (@keeper) June 6, 2022",
        "The lamp is lit — Keeper (the old one) June 6, 2022",
        f"The lamp is lit — {'x' * 101} (@keeper) June 6, 2022",
    ],
)
def test_what_is_not_signed_has_no_signature(text: str) -> None:
    assert read_signature(text) is None


def test_a_signature_adds_only_what_the_attributes_do_not_say() -> None:
    embed = read_embed(' data-author="Lamp (@lamp)"')
    embed.sign(Signature(0, "Somebody Else", "@else", at("2022-06-06T12:00:00")))
    assert (embed.author, embed.handle, embed.at) == ("Lamp", "@lamp", at("2022-06-06T12:00:00"))


@given(st.text(max_size=400))
def test_reading_a_post_is_total(text: str) -> None:
    embed = read_embed(text)
    assert max(map(len, (embed.author, embed.url, embed.lang))) <= 300
    signature = read_signature(text)
    assert signature is None or 0 <= signature.start < len(text)
