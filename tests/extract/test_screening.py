"""Screens: what they give up costs little, is hardly ever a claim, and is all that changes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from monitor.extract import Extractor, decode
from monitor.extract.attribution import credit_candidates
from monitor.extract.candidates import candidates, survey
from monitor.extract.decode import Featured, featured, hypotheses, likeliest_part
from monitor.extract.features import Seen
from monitor.extract.marks import mark
from monitor.extract.scoring import Head, Weights, shipped
from monitor.extract.screening import features_of_candidate, features_of_part
from monitor.extract.work_index import WorkIndex
from monitor.parse import structured
from tests.builders import document
from tests.extract.reading import WORKS, head, surveyed, work_of

_SCREENS = ("dated", "undated", "part", "credit")
_CASES = Path(__file__).parents[1] / "cases"
_TEXT = "Redfall launches on May 4, 2024, said Northfall. Silo season 2 is out now."


def _screen(bias: int, **rows: int) -> Head:
    return head(("right",), {name: [weight] for name, weight in {"none": 0, **rows}.items()}, (bias,))


def _with_screens(**screens: Head) -> Weights:
    """Return the shipped weights with some screens in place of theirs."""
    return Weights({**shipped().heads, **{f"{name} screen": one for name, one in screens.items()}})


def _without_screens() -> Weights:
    heads = shipped().heads
    return Weights({name: one for name, one in heads.items() if not name.endswith(" screen")})


def test_the_shipped_weights_have_every_screen() -> None:
    assert all(shipped().screen(name) is not None for name in _SCREENS)


def test_weights_without_screens_give_up_nothing() -> None:
    text = surveyed(_TEXT)
    seen = Seen(text)
    rows = featured(text, seen)
    weighed = {
        mention.candidate.key
        for one in hypotheses(seen, rows, _without_screens())
        for mention in one.mentions
    }
    passing = _with_screens(**{name: _screen(0) for name in _SCREENS})
    assert {
        mention.candidate.key for one in hypotheses(seen, rows, passing) for mention in one.mentions
    } == weighed


@pytest.mark.parametrize(("kind", "event"), [("dated", "rs"), ("undated", "rr")])
def test_no_features_are_computed_of_a_candidate_that_is_given_up(
    kind: str, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[Featured] = []
    compute = getattr(decode, f"{kind}_features")

    def counted(*arguments: object) -> object:
        computed.append(arguments[1])  # type: ignore[arg-type]
        return compute(*arguments)

    monkeypatch.setattr(decode, f"{kind}_features", counted)
    text = surveyed(_TEXT)
    for bias, expected in ((0, True), (-1, False)):
        computed.clear()
        seen = Seen(text)
        weights = (
            _with_screens(dated=_screen(0), undated=_screen(0))
            if expected
            else _with_screens(**{kind: _screen(bias)})
        )
        found = hypotheses(seen, featured(text, seen), weights)
        assert any(one.code == event for one in found) is expected
        assert bool(computed) is expected


def test_a_candidate_is_screened_by_its_cues_its_date_and_how_it_is_reached() -> None:
    text = surveyed("Redfall launches on May 4, 2024.\n\nIt was in the making since 2019.")
    seen = Seen(text)
    made = {
        one.candidate.date is not None: set(features_of_candidate(seen, one.candidate, one.readings))
        for one in reversed(featured(text, seen))
        if one.candidate.place.index == 0
    }
    assert {"how=named|paragraph", "time=ahead400|day", "D<on"} <= made[True]
    assert {"how=named|paragraph", "W>launches"} <= made[False]
    assert not {"Dc<-", "Wc>-"} & (made[True] | made[False])


def test_a_work_whose_instalments_are_screened_out_is_meant_as_a_whole() -> None:
    text = surveyed("Silo season 2 launches on May 4, 2024.")
    candidate = next(one for one in candidates(text) if one.date is not None)
    assert "here|series|num" in set(features_of_part(Seen(text), candidate))
    for bias, expected in ((0, "season 2"), (-1, None)):
        name, chance = likeliest_part(Seen(text), candidate, "rs", _with_screens(part=_screen(bias)))
        assert name == expected
        assert chance == 1.0 or expected


def test_only_names_that_pass_are_weighed_for_credit() -> None:
    text = surveyed(_TEXT)
    candidate = next(one for one in candidates(text) if one.date is not None)
    every = {one.name for one in credit_candidates(Seen(text), candidate, "rs")}
    assert "Northfall" in every
    assert {one.name for one in credit_candidates(Seen(text), candidate, "rs", _screen(0))} == every
    assert not credit_candidates(Seen(text), candidate, "rs", _screen(-1))


def test_what_the_screens_give_up_is_hardly_ever_a_claim() -> None:
    every, screened = Extractor(WORKS, _without_screens()), Extractor(WORKS)
    texts = [*map(document, _sentences())]
    differing = [
        text.text
        for text in texts
        if {_content(one) for one in every.claims(structured(text))}
        != {_content(one) for one in screened.claims(structured(text))}
    ]
    assert len(texts) > 300
    assert len(differing) <= len(texts) * 0.02


def test_much_of_what_claims_nothing_is_given_up() -> None:
    passing = []
    for path in sorted((_CASES / "claims").glob("*/news-silent.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            read = document(case.get("text", ""), title=case.get("title", ""), lang=path.parent.name)
            works = [work_of(one if isinstance(one, str) else one["title"]) for one in case["works"]]
            text = survey(read, mark(structured(read), WorkIndex(works)))
            seen = Seen(text)
            for row in featured(text, seen):
                screen = shipped().screen("undated" if row.candidate.date is None else "dated")
                assert screen is not None
                passing.append(screen.passes(features_of_candidate(seen, row.candidate, row.readings)))
    assert len(passing) > 150
    assert sum(passing) < len(passing) * 0.8


def _content(claim: object) -> tuple[object, ...]:
    return tuple(getattr(claim, name) for name in ("title", "event", "status", "instalment", "when"))


def _sentences() -> list[str]:
    found: list[str] = []
    for path in sorted((_CASES / "sentences").glob("*.yaml")):
        for says in yaml.safe_load(path.read_text(encoding="utf-8")).values():
            found += [text for text in says if " // " not in text]
    return found


def test_a_date_that_is_given_up_is_explained_like_any_other() -> None:
    read = document("Redfall launches on May 4, 2024. The studio of Redfall was founded on May 4, 1999.")
    explained = Extractor(WORKS, _with_screens(dated=_screen(-1), undated=_screen(-1))).explain(
        structured(read)
    )
    assert explained.claims == ()
    assert [date.edtf for date, _ in explained.unclaimed] == ["2024-05-04", "1999-05-04"]
    assert all("% against a claim" in reason for _, reason in explained.unclaimed)
