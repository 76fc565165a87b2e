from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract import Extractor
from monitor.model import Claim, Document, Form, Status, When, Work, WorkKind
from monitor.parse import structured
from monitor.parse.post_signature import EmbedDraft, Signature, read_embed, read_repost, read_signature
from tests.builders import at, document
from tests.case_files import read_yaml
from tests.extract.reading import surveyed, ways, work_of


@pytest.mark.parametrize(
    ("attributes", "embed"),
    [
        (
            (' class="post" data-author="Harbour Lights (@harbourlights)" data-at="2023-08-09T18:30:15Z"'
             ' cite="https://x.example/harbourlights/status/1" lang="ko"'),
            EmbedDraft("Harbour Lights", "@harbourlights", at("2023-08-09T18:30:15"), "https://x.example/harbourlights/status/1", "ko"),
        ),
        (' data-author="@harbourlights"', EmbedDraft(handle="@harbourlights")),
        (' data-author="@keeper@lamps.example"', EmbedDraft(handle="@keeper@lamps.example")),
        (' data-author="Harbour Lights"', EmbedDraft("Harbour Lights")),
        (' data-author="Lamp &amp; Sons &lt;3 (@lamp)"', EmbedDraft("Lamp & Sons <3", "@lamp")),
        (" data-author='Lamp &quot;Lit&quot; (@lamp)'", EmbedDraft('Lamp "Lit"', "@lamp")),
        (' data-author="Keeper (of lamps) (@keeper)"', EmbedDraft("Keeper (of lamps)", "@keeper")),
        (' DATA-AUTHOR="Lamp"  CITE = "https://lamp.example/1"', EmbedDraft("Lamp", url="https://lamp.example/1")),
        (' data-at="2023-08-09"', EmbedDraft()),
        (' data-at="the ninth of August"', EmbedDraft()),
        (' data-at="2023-08-09T18:30:15+09:00"', EmbedDraft(at=at("2023-08-09T09:30:15"))),
        (' data-citeless="no" xdata-author="nobody"', EmbedDraft()),
        (' data-author="first" data-author="second"', EmbedDraft("first")),
        (f' data-author="{"x" * 301}" lang="en"', EmbedDraft(lang="en")),
        (f' title="{"x" * 5000}" data-author="Too Late"', EmbedDraft()),
        (' data-author="not closed', EmbedDraft()),
        ("", EmbedDraft()),
    ],
)  # fmt: skip
def test_the_attributes_of_a_post_are_read_and_bounded(attributes: str, embed: EmbedDraft) -> None:
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


@pytest.mark.parametrize(
    ("text", "embed", "rest"),
    [
        ("RT @HarbourLights: Silo is back", EmbedDraft(handle="@HarbourLights"), "Silo is back"),
        ("RT @keeper@lamps.example : Silo", EmbedDraft(handle="@keeper@lamps.example"), "Silo"),
        ("🔁 @keeper: Silo", EmbedDraft(handle="@keeper"), "Silo"),
        ("Forwarded from Harbour Lights\nSilo", EmbedDraft("Harbour Lights"), "Silo"),
        ("Weitergeleitet von Harbour Lights: Silo", EmbedDraft("Harbour Lights"), " Silo"),
    ],
)
def test_a_post_that_passes_another_on_names_its_author(text: str, embed: EmbedDraft, rest: str) -> None:
    repost = read_repost(text)

    assert repost is not None
    assert (repost.embed.author, repost.embed.handle, text[repost.start :]) == (
        embed.author,
        embed.handle,
        rest,
    )


@pytest.mark.parametrize(
    "text", ["RT and follow to win", "START @keeper: Silo", "@keeper: Silo", "RT @: Silo", ""]
)
def test_other_posts_pass_nothing_on(text: str) -> None:
    assert read_repost(text) is None


def test_what_is_passed_on_is_a_post_of_its_author_to_the_end() -> None:
    found = structured(document("Forwarded from Harbour Lights\n\nSilo 2\n27 November")).blocks

    assert [(block.kind, block.author, block.text) for block in found] == [
        ("post", "Harbour Lights", "Silo 2"),
        ("post", "Harbour Lights", "27 November"),
    ]


_POST = (
    "<div><p>Save the date.</p><p><img src='a.jpg' alt='A door. Silo season 2, 4 May'></p>"
    "<p><a href='https://video.example/1'>Silo | Official Trailer</a></p></div>"
)


def test_the_words_for_a_picture_and_the_card_of_a_post_are_passages_of_it() -> None:
    found = structured(document(html=_POST)).blocks

    assert [(block.kind, block.text) for block in found] == [
        ("paragraph", "Save the date."),
        ("alt", "A door. Silo season 2, 4 May"),
        ("card", "Silo | Official Trailer"),
    ]
    assert [_POST[slice(*block.span(0, len(block.text)))] for block in found[1:]] == [
        "A door. Silo season 2, 4 May",
        "Silo | Official Trailer",
    ]


def test_an_article_has_neither_the_words_for_its_pictures_nor_its_links_alone() -> None:
    found = structured(document(html=_POST, title="A door")).blocks

    assert [(block.kind, block.text) for block in found] == [
        ("headline", "A door"),
        ("paragraph", "Save the date."),
        ("link", "Silo | Official Trailer"),
    ]


def test_an_answer_above_a_quoted_post_reaches_what_the_post_names() -> None:
    text = surveyed(
        html='<p>False. It is May 4.</p><blockquote class="post" data-author="A (@a)"><p>Silo slips to June 5</p></blockquote>'
    )
    assert "quoted" in ways(text, of="Silo", at="May 4")


# What posts claim, by the shipped weights

_CASES = Path(__file__).parent.parent / "cases"
_FLOORS = read_yaml(_CASES / "floors.yaml")["posts"]


def _posts() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((_CASES / "posts").glob("*.yaml")):
        for case in read_yaml(path):
            yield path.stem, case


# What the parser of each kind says that its documents are.
_FORMS = {
    "youtube": Form.VIDEO,
    "reddit": Form.POST,
    "bluesky": Form.POST,
    "mastodon": Form.POST,
    "x": Form.POST,
}


def _read(lang: str, case: dict[str, Any]) -> tuple[Claim, ...]:
    return Extractor([work_of(named) for named in case["works"]]).claims(
        structured(
            Document(
                id=case["name"],
                source=case["source"],
                author=case.get("author", ""),
                official=case.get("official", False),
                published=case["published"],
                lang=lang,
                form=_FORMS.get(case["kind"], Form.ARTICLE),
                title=case.get("title", ""),
                html=case.get("html", ""),
                text=case.get("text", ""),
            )
        )
    )


_Key = tuple[str, str, str, str, str]


def _key(title: str, part: str, event: str, status: str, when: str, published: datetime) -> _Key:
    # Of a trailer that came out with its post the day may be given or not.
    own_day = (event, status, when) == ("trailer", "released", str(published.date()))
    return title, part, event, status, "-" if own_day or when == "-" else str(When.parse(when).interval)


def _labelled(case: dict[str, Any]) -> dict[_Key, tuple[str, bool]]:
    found = {}
    for one in case["claims"]:
        title, part, event, status, when, certainty, _, _ = one["claim"].split(" | ")
        key = _key(title, part, event, status, when, case["published"])
        found[key] = certainty, one.get("optional", False)
    return found


def _key_of(claim: Claim, published: datetime) -> _Key:
    when = str(claim.when) if claim.when else "-"
    return _key(claim.title, claim.instalment or "-", claim.event, claim.status, when, published)


def test_what_posts_claim_is_read_and_nothing_false_is_said_of_them() -> None:
    """`official`, `released` and `postponed` are counted where no label has them; the shares are of the required labels."""
    wrong: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    read: Counter[str] = Counter()
    faults = []
    for lang, case in _posts():
        labelled = _labelled(case)
        found = {_key_of(claim, case["published"]): claim for claim in _read(lang, case)}
        group = "en" if lang == "en" else "others"
        required = {key for key, (_, optional) in labelled.items() if not optional}
        wanted[group] += len(required)
        read[group] += len(required & found.keys())
        for key, claim in found.items():
            certainty = labelled[key][0] if key in labelled else ""
            kinds = [claim.status.value] if key not in labelled else []
            if claim.certainty == "official" and certainty != "official":
                kinds.append("official")
            wrong.update(kinds)
            faults += [f"{case['name']}: {kind} {' | '.join(key)}" for kind in kinds]

    shares = {group: read[group] / wanted[group] for group in wanted}
    assert all(shares[group] >= _FLOORS["recall"][group] for group in shares), shares
    for kind in ("official", Status.RELEASED.value, Status.POSTPONED.value):
        assert wrong[kind] <= _FLOORS["wrong"][kind], "\n".join(faults)


def test_posts_are_of_every_kind_and_one_in_three_claims_nothing() -> None:
    cases = [case for _, case in _posts()]
    kinds = Counter(case["kind"] for case in cases)

    assert len(cases) >= 150
    assert set(kinds) == {"bluesky", "mastodon", "youtube", "reddit", "steam", "newsletter", "x"}
    assert sum(not case["claims"] for case in cases) >= 0.3 * len(cases)


_MIRROR = Work("Mirror Lake: Part Three", WorkKind.FILM)
_HARBOUR = Work("Glass Harbour", WorkKind.SERIES)
_TIDE = Work("Iron Tide", WorkKind.GAME, ("Iron Tide 2",))


def _said(work: Work, *, official: bool = False, source: str = "bluesky", **parts: Any) -> set[str]:
    """Return what a post of 10 March 2026 claims: part, event, status, when."""
    post = Document(
        id="post", source=source, published=at("2026-03-10T15:00:00Z"), lang="en", official=official, **parts
    )
    return {
        f"{claim.instalment or '-'} {claim.event} {claim.status} {claim.when or '-'}"
        for claim in Extractor([work]).claims(structured(post))
    }


@pytest.mark.parametrize(
    "title",
    [
        "Mirror Lake: Part Three Official Trailer REACTION!!",
        "Mirror Lake: Part Three - Official Trailer (Concept)",
        "Mirror Lake: Part Three | Official Trailer (FAN MADE)",
        "MIRROR LAKE: PART THREE official trailer (parody)",
        "RÉACTION : bande-annonce officielle de Mirror Lake: Part Three",
    ],
)
def test_a_video_that_fans_made_or_that_reacts_to_a_trailer_claims_nothing(title: str) -> None:
    assert _said(_MIRROR, source="youtube channel", title=title, text="The new official trailer!") == set()


def test_a_trailer_of_the_channel_itself_is_one() -> None:
    said = _said(_MIRROR, source="youtube channel", title="Mirror Lake: Part Three | Official Trailer")
    assert said == {"- trailer released -"}


def test_what_is_said_of_a_sibling_is_said_of_no_watched_work() -> None:
    said = _said(
        _MIRROR,
        source="youtube channel",
        title="Mirror Lake: Part Three | Official Trailer",
        text="Only in theaters December 18.\n\nMirror Lake: Part Two now streaming on Max.",
    )
    assert said == {"- trailer released -", "- release scheduled 2026-12-18"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Planned Release Date: Q4 2026", "- release scheduled 2026-36"),
        ("Iron Tide's planned release date is Q4 2026.", "- release scheduled 2026-36"),
        ("Planned Release Date: To be announced", "- release unannounced -"),
    ],
)
def test_a_planned_release_date_is_no_delay(text: str, said: str) -> None:
    assert _said(_TIDE, title="Iron Tide on Steam", text=text) == {said}


@pytest.mark.parametrize("words", ["False.", "Fake.", "Not true."])
def test_a_quoted_post_is_denied_by_the_words_above_it(words: str) -> None:
    quote = '<blockquote class="post" data-author="A (@a)"><p>Glass Harbour season 2 premieres on June 5</p></blockquote>'
    said = _said(_HARBOUR, html=f"<div><p>{words}</p>{quote}</div>")
    assert said == {"season 2 release denied 2026-06-05"}
    assert _said(_HARBOUR, html=f"<div><p>Yes!</p>{quote}</div>") == {"season 2 release scheduled 2026-06-05"}


def test_a_correction_denies_the_day_that_it_corrects() -> None:
    text = "Glass Harbour season 2 premieres on November 27.\n\nEDIT: Glass Harbour season 2 actually premieres on December 4."
    assert _said(_HARBOUR, text=text) == {
        "season 2 release denied 2026-11-27",
        "season 2 release scheduled 2026-12-04",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Glass Harbour 5 November premiere confirmed", "season 5 release scheduled 2026-11"),
        ("Glass Harbour 5 premieres Nov 26", "season 5 release scheduled 2026-11-26"),
    ],
)
def test_a_number_of_the_title_is_no_day(text: str, said: str) -> None:
    assert _said(_HARBOUR, text=text) == {said}


def test_a_number_of_a_title_by_its_alias_is_no_day() -> None:
    sequel = Work("Iron Tide II", WorkKind.GAME, ("Iron Tide 2",))
    assert _said(sequel, text="Iron Tide 2 launches Dec 1.") == {"- release scheduled 2026-12-01"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#GlassHarbour returns on May 4!", "- release scheduled 2026-05-04"),
        ("#GlassHarbourS2 premieres May 4 on Netflix", "season 2 release scheduled 2026-05-04"),
    ],
)
def test_a_hashtag_in_capitals_is_the_title(text: str, said: str) -> None:
    assert _said(_HARBOUR, text=text) == {said}


def test_a_denial_of_a_quoted_post_is_the_word_of_who_quotes() -> None:
    post = Document(
        id="post", source="bluesky", published=at("2026-03-10T15:00:00Z"), lang="en", official=True,
        html='<div><p>Fake.</p><blockquote class="post" data-author="A (@a)"><p>Glass Harbour season 2 premieres on June 5</p></blockquote></div>',
    )  # fmt: skip
    (claim,) = Extractor([_HARBOUR]).claims(structured(post))
    assert (claim.status, claim.certainty, claim.sources) == ("denied", "official", ())


def test_a_table_with_a_heading_in_a_cell_places_text_and_has_no_rows() -> None:
    laid_out = "<table><tr><td><h2>In April</h2><p><b>Silo: Season 2</b> — April 17</p><p>Redfall — July 17</p></td></tr></table>"
    assert [
        (block.kind, block.text) for block in structured(document(html=laid_out, title="News")).blocks
    ] == [
        ("headline", "News"),
        ("heading", "In April"),
        ("paragraph", "Silo: Season 2 — April 17"),
        ("paragraph", "Redfall — July 17"),
    ]


def test_only_a_post_that_names_a_trailer_claims_one() -> None:
    said = _said(
        _MIRROR, source="youtube channel", title="Mirror Lake: Part Three | Now Playing Only in Theaters"
    )
    assert said == {"- release released -"}


def test_in_theaters_with_a_day_to_come_is_not_out() -> None:
    assert _said(_MIRROR, official=True, text="#MirrorLakePartThree is only in theaters July 17.") == {
        "- release scheduled 2026-07-17"
    }


@pytest.mark.parametrize(
    ("lang", "field"),
    [
        ("en", "Planned Release Date: To be announced"),
        ("de", "Geplantes Veröffentlichungsdatum: Wird noch bekannt gegeben"),
        ("es", "Fecha de lanzamiento prevista: Por anunciar"),
        ("fr", "Date de sortie prévue : À annoncer"),
        ("pt", "Data de lançamento planejada: A ser anunciada"),
        ("pl", "Planowana data wydania: Do ogłoszenia"),
        ("it", "Data di rilascio prevista: Da annunciare"),
        ("ja", "発売予定日: 未定"),
        ("ko", "출시 예정일: 미정"),
    ],
)
def test_to_be_announced_is_the_value_of_a_field(lang: str, field: str) -> None:
    cues = [cue.kind for place in surveyed(field, lang=lang).places for cue in place.sentence.cues]
    assert "unannounced" in cues
    assert "due" not in cues
