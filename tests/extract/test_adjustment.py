"""The adjustment by verdicts: bounded, reproducible, and kept only where it helps on verdicts that are held back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract import Extractor
from monitor.extract.adjustment import (
    BOUND,
    LEAST_VERDICTS,
    Adjustment,
    JudgedExample,
    coarse_features,
    fit,
    trial,
)
from monitor.extract.scoring import UNIT, odds
from monitor.model import Document
from monitor.parse import structured
from tests.builders import document, work

_BAD = ("source gossip.example", "release scheduled")
_GOOD = ("source news.example", "release scheduled")


def _verdicts(count: int, *, wrong: int) -> list[JudgedExample]:
    """Return verdicts on claims of two sources at 70 %: of the one all are right, of the other `wrong` of ten are not."""
    return [
        JudgedExample(
            0.7, _BAD if number % 2 else _GOOD, not number % 2 or number // 2 % 10 >= wrong, f"doc {number}"
        )
        for number in range(count)
    ]


def test_a_source_whose_claims_are_dismissed_loses_and_another_gains() -> None:
    fitted = fit(_verdicts(80, wrong=9))
    assert fitted.of(["source gossip.example"]) < -UNIT / 2
    assert fitted.of(["source news.example"]) > UNIT / 4
    assert fitted.of(["source never.example"]) == 0


def test_it_is_kept_only_when_it_helps_on_what_is_held_back() -> None:
    helps = trial(_verdicts(80, wrong=9))
    assert helps.is_better
    assert helps.dismissed_above[1] < helps.dismissed_above[0]
    assert helps.confirmed_above[1] >= helps.confirmed_above[0] - 4
    # Right seven times of ten, as the weights say, and whatever the source.
    calibrated = [JudgedExample(0.7, (_BAD, _GOOD)[n % 2], n // 2 % 10 < 7, f"doc {n}") for n in range(100)]
    assert not trial(calibrated).is_better


def test_claims_of_one_document_are_held_back_together() -> None:
    # One document made all of a source's mistakes: nothing is learnt of the source from others.
    judged = [JudgedExample(0.7, _GOOD, confirmed=True, group=f"doc {n}") for n in range(40)]
    one = [JudgedExample(0.7, ("source once.example",), confirmed=False, group="the one") for _ in range(40)]
    tried = trial([*judged, *one])
    assert tried.dismissed_above == (40, 40)


def test_a_feature_of_few_verdicts_gets_nothing() -> None:
    judged = [
        *_verdicts(LEAST_VERDICTS, wrong=5),
        JudgedExample(0.9, ("source new.example",), confirmed=False),
    ]
    assert "source new.example" not in fit(judged).weights


@given(
    st.lists(
        st.builds(
            JudgedExample,
            st.floats(0, 1),
            st.lists(st.sampled_from("abcdef"), max_size=4).map(tuple),
            st.booleans(),
            st.sampled_from(["1", "2", "3", "4", "5", "6", "7"]),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_any_verdicts_keep_the_bound_and_the_same_give_the_same(judged: list[JudgedExample]) -> None:
    fitted = fit(judged)
    assert fitted == fit(judged)
    assert abs(fitted.of("abcdef")) <= BOUND * UNIT
    assert all(abs(weight) <= BOUND * UNIT for weight in fitted.weights.values())
    assert trial(judged).verdicts == len(judged)


def test_it_comes_back_as_it_was_written() -> None:
    fitted = fit(_verdicts(80, wrong=9))
    assert Adjustment.from_json(fitted.to_json()) == fitted
    assert Adjustment.from_json(fitted.to_json()).version == fitted.version


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1.5}', '{"a": "1"}'])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own or ours
        Adjustment.from_json(text)


def _document() -> Document:
    return document("Alan Wake 2 launches on October 17, 2023.", title="Alan Wake 2 launches in October")


def test_the_extractor_adds_it_to_the_score_of_a_claim() -> None:
    (plain,) = Extractor([work()]).claims(structured(_document()))
    features = coarse_features(
        "release", "scheduled", dated=True, source="news.example", passing=False, inherited=False
    )
    less = Adjustment({"source news.example": -UNIT})
    assert less.of(features) == -UNIT
    adjusted = Extractor([work()], adjustment=less)
    (lower,) = adjusted.claims(structured(_document()))
    assert plain.confidence is not None
    assert lower.confidence is not None
    assert odds(plain.confidence) - odds(lower.confidence) == pytest.approx(1, abs=0.05)
    assert lower.rules[-1] == "− your verdicts: 1.0"
    assert adjusted.version == f"{Extractor([]).version} adjusted {less.version}"
    assert Extractor([work()], adjustment=Adjustment({"source other.example": -UNIT})).claims(
        structured(_document())
    ) == (plain,)
