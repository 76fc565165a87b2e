"""Who may be credited with a claim, and what tells how sure it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.extract.attribution import (
    CERTAINTIES,
    Attribution,
    CreditCandidate,
    attribution_of,
    certainty_features,
    certainty_of,
    credit_candidates,
    named_in,
    vouched_features,
)
from monitor.extract.candidates import Candidate, Mention, candidates, survey
from monitor.extract.features import Seen
from monitor.extract.marks import mark as read
from monitor.extract.scoring import Weights
from monitor.extract.work_index import WorkIndex
from monitor.model import Document, Form, Work, WorkKind
from monitor.parse import structured
from tests.extract.reading import head

WORKS = (Work("Silo", WorkKind.SERIES), Work("Lords of the Fallen", WorkKind.GAME))


def seen_in(text: str, lang: str = "en", **known: object) -> tuple[Seen, list[Candidate]]:
    document = Document(id="1", published=datetime(2023, 8, 10, tzinfo=UTC), lang=lang, text=text, **known)  # type: ignore[arg-type]
    survey_of = survey(document, read(structured(document), WorkIndex(WORKS)))
    return Seen(survey_of), list(candidates(survey_of))


def names(text: str, lang: str = "en") -> list[str]:
    seen, _ = seen_in(text, lang)
    return [one.text for place in seen.text.places for one in named_in(place.sentence)]


def dated(found: list[Candidate]) -> Candidate:
    return next(one for one in found if one.date is not None)


@pytest.mark.parametrize(
    ("text", "lang", "name"),
    [
        ("Northfall Games said that Silo launches on May 4.", "en", "Northfall Games"),
        ("Silo arrives on May 4, said director Ada Kern.", "en", "Ada Kern"),
        ("The publisher said Silo is out on May 4.", "en", "publisher"),
        ("北川工作室宣布，Silo将于5月4日上线。", "zh", "北川工作室"),
        ("북천게임즈는 Silo를 5월 4일 출시한다고 밝혔다.", "ko", "북천게임즈"),
        ("北川製作所は Silo を5月4日に発売すると発表した。", "ja", "北川製作所"),
        ("किरण स्टूडियो ने बताया कि Silo 4 मई को आएगा।", "hi", "किरण स्टूडियो"),
    ],
)
def test_whoever_speaks_stands_among_the_names(text: str, lang: str, name: str) -> None:
    assert name in names(text, lang)


def test_a_possessive_is_no_part_of_a_name() -> None:
    assert "Northfall" in names("We saw Northfall's trailer for Silo.")


def test_a_name_is_weighed_once_in_its_fullest_form() -> None:
    seen, found = seen_in("Ada Kern spoke on Monday. Kern said that Silo launches on May 4.")
    made = [
        one.name for one in credit_candidates(seen, next(one for one in found if one.place.index == 1), "rs")
    ]
    assert [one for one in made if "Kern" in one] == ["Ada Kern"]


def test_the_name_itself_is_no_feature() -> None:
    first, one = seen_in("Northfall said that Silo launches on May 4.")
    second, two = seen_in("Eastgate said that Silo launches on May 4.")
    mine = next(voice for voice in credit_candidates(first, dated(one), "rs") if voice.name == "Northfall")
    theirs = next(voice for voice in credit_candidates(second, dated(two), "rs") if voice.name == "Eastgate")
    assert set(mine.features) == set(theirs.features)


def test_a_list_of_outlets_and_a_leak_tell_whose_voice_it_is() -> None:
    seen, found = seen_in("According to Variety, Silo launches on May 4.")
    outlet = next(voice for voice in credit_candidates(seen, dated(found), "rs") if voice.name == "Variety")
    assert outlet.is_press
    assert "here|press" in outlet.features


def test_a_name_before_the_verb_differs_from_one_that_owns() -> None:
    seen, found = seen_in("Northfall said that Eastgate's Silo launches on May 4.")
    made = {voice.name: voice.features for voice in credit_candidates(seen, dated(found), "rs")}
    assert "here|>say:0" in made["Northfall"]
    assert "here|owns" in made["Eastgate"]
    assert "here|>say:0" not in made["Eastgate"]


def test_who_posted_may_be_credited() -> None:
    body = '<p>News.</p><blockquote class="post" data-author="Northfall (@northfall)"><p>Silo is out on May 4!</p></blockquote>'
    document = Document(id="1", published=datetime(2023, 8, 10, tzinfo=UTC), lang="en", html=body)
    text = survey(document, read(structured(document), WorkIndex(WORKS)))
    seen = Seen(text)
    made = credit_candidates(seen, dated(list(candidates(text))), "rs")
    assert any("post author" in one.features for one in made)


def test_a_hedge_is_known_by_its_sort_and_its_side() -> None:
    seen, found = seen_in("Silo is reportedly due on May 4.")
    features = certainty_features(seen, dated(found), "rs")
    assert any(one.startswith("c<hedge/certainty=rumoured") for one in features)
    plain, other = seen_in("Silo is due on May 4.")
    assert not any("hedge" in one for one in certainty_features(plain, dated(other), "rs"))


def test_the_headlines_hedge_is_known_to_every_sentence() -> None:
    seen, found = seen_in("Silo is due on May 4.", title="Leak: a date for Silo")
    features = certainty_features(seen, next(one for one in found if one.place.index == 1), "rs")
    assert any(one.startswith("hc:hedge") and one.endswith("|rs") for one in features)


def test_the_makers_own_document_is_known() -> None:
    seen, found = seen_in("Silo is due on May 4.", official=True)
    assert "official|rs" in certainty_features(seen, dated(found), "rs")


def test_another_sentence_of_the_same_date_is_heard() -> None:
    seen, found = seen_in("Silo is due on May 4. Northfall said the show is out on May 4.")
    features = certainty_features(seen, dated(found), "rs")
    assert "kin|subject=name" in features


def _told(credit: float, *, press: bool = False) -> Attribution:
    chances = {"official": 0.3, "reported": 0.6, "expected": 0.05, "rumoured": 0.05}
    return Attribution(
        [], [], chances, [(credit, CreditCandidate("Northfall", order=(1, 2), is_press=press))]
    )


def test_a_claim_that_somebody_is_credited_with_is_told_from_one_that_nobody_is() -> None:
    likely, unlikely, outlet = (
        set(vouched_features(told, "rs")) for told in (_told(0.9), _told(0.02), _told(0.9, press=True))
    )
    assert "best=reported|m=2" in likely
    assert "best=reported|m=-4" in unlikely
    assert "best=reported|p=2" in outlet
    assert "best=reported|m=-5" in outlet


def test_certainty_is_decided_beside_the_credits() -> None:
    seen, found = seen_in("Northfall said that Silo launches on May 4.")
    mentions = [Mention(dated(found), 0.9, 0.1, None)]
    # The sentence sounds reported; that somebody is likely credited makes it official.
    certain = {
        "certainty": head(CERTAINTIES, {"none": [0, 0, 0, 0]}, (0, 256, -2000, -2000)),
        "vouched": head(CERTAINTIES, {"best=reported|m=5": [512, 0, 0, 0], "best=reported": [0, 256, 0, 0]}),
    }
    for bias, expected in ((9000, "official"), (-9000, "reported")):
        weights = Weights({**certain, "credit": head(("right",), {"none": [0]}, (bias,))})
        told = attribution_of(seen, mentions, "rs", weights)
        assert certainty_of(seen, told, "rs", weights) == expected


@pytest.mark.parametrize(
    ("form", "source", "sort"),
    [
        (Form.VIDEO, "Northfall", "src=video"),
        (Form.PREMIERE, "Northfall", "src=video"),
        (Form.ARTICLE, "https://www.youtube.com/feeds/videos.xml?channel_id=1", "src=video"),
        (Form.THREAD, "northfall", "src=account"),
        (Form.POST, "A talk on YouTube", "src=account"),
        (Form.ARTICLE, "Northfall", "src=other"),
    ],
)
def test_what_a_document_is_by_its_form_comes_before_the_name_of_its_source(
    form: Form, source: str, sort: str
) -> None:
    seen, found = seen_in("Silo launches on May 4.", form=form, source=source)
    assert sort in certainty_features(seen, dated(found), "rs")
    assert ("src:video" in seen.of_document) == (sort == "src=video")
