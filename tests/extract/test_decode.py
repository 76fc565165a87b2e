"""Which hypotheses of a document are claims: each settled case by its name, with weights that the test makes."""

from __future__ import annotations

import pytest

from monitor.extract.candidates import Survey, candidates
from monitor.extract.decode import (
    DATED,
    FIRST,
    LEAST,
    LEAST_OF_LONG,
    LONG,
    UNDATED,
    Hypothesis,
    Mention,
    claim_features,
    date_over_none,
    featured,
    hypotheses,
    least,
    narrower_over_coarser,
    one_trailer_once,
    select,
)
from monitor.extract.features import Seen
from monitor.extract.scoring import Weights, sigmoid
from monitor.model import When
from tests.extract.reading import head, surveyed

_TEXT = surveyed("Redfall launches on May 4, 2024.")


def _hypothesis(
    code: str, when: str | None = None, *, part: str | None = None, title: str = "Redfall"
) -> Hypothesis:
    candidate = next(candidates(_TEXT))
    mention = Mention(candidate, 0.9, 0.1, None)
    return Hypothesis(title, code, part, When.parse(when) if when else None, [mention], 0.9)


def _weights(**claim: int) -> Weights:
    """Return weights for which every date is a scheduled release, nothing else is anything, and a claim scores as `claim` says."""
    return Weights(
        {
            "dated": head(DATED, {"D": [900 if code == "rs" else 0 for code in DATED]}),
            "undated": head(UNDATED, {"U": [-9000] * len(UNDATED)}),
            "reading": head(("right",), {"none": [0]}),
            "part": head(("right",), {"none": [0]}),
            "claim": head(("right",), {name: [weight] for name, weight in {"none": 0, **claim}.items()}),
        }
    )


def _decoded(text: Survey, weights: Weights) -> list[Hypothesis]:
    seen = Seen(text)
    return select(text, seen, hypotheses(seen, featured(text, seen), weights), weights)


@pytest.mark.parametrize(
    ("one", "other", "gives_way"),
    [
        ("2024", "2024-05-04", True),
        ("2024-05", "2024-05-04", True),
        ("2024-05-04", "2024", False),
        ("2024-05-04", "2024-05-04", False),
        ("2024-05-04", "2024-06-01", False),
        ("2024-05/..", "2024-05-04", False),
        (None, "2024-05-04", False),
    ],
)
def test_narrower_over_coarser(one: str | None, other: str, gives_way: bool) -> None:
    assert narrower_over_coarser(_hypothesis("rs", one), _hypothesis("rs", other), _TEXT) is gives_way


def test_narrower_over_coarser_is_of_one_status() -> None:
    assert not narrower_over_coarser(_hypothesis("rp", "2024"), _hypothesis("rs", "2024-05-04"), _TEXT)


@pytest.mark.parametrize(
    ("one", "other", "gives_way"),
    [
        (("rs", None), ("rs", "2024-05-04"), True),
        (("rr", None), ("rr", "2023-05-04"), True),
        (("ru", None), ("rs", "2024-05-04"), True),
        (("tu", None), ("ts", "2024-05-04"), True),
        (("rp", None), ("rs", "2024-05-04"), False),
        (("rr", None), ("rs", "2024-05-04"), False),
        (("rs", "2024-05-04"), ("rs", None), False),
        (("rs", None), ("rs", None), False),
    ],
)
def test_date_over_none(one: tuple[str, str | None], other: tuple[str, str | None], gives_way: bool) -> None:
    assert date_over_none(_hypothesis(*one), _hypothesis(*other), _TEXT) is gives_way


@pytest.mark.parametrize(
    ("one", "other", "gives_way"),
    [
        (("tr", None), ("tr", "2023-08-10"), True),
        (("tr", "2023-08-09"), ("tr", None), True),
        (("tr", "2023-08-09"), ("tr", "2023-08-08"), True),
        (("tr", None), ("tr", "2023-05-01"), False),
        (("tr", None), ("ts", "2023-08-10"), False),
        (("rr", None), ("rr", "2023-08-10"), False),
    ],
)
def test_one_trailer_once(
    one: tuple[str, str | None], other: tuple[str, str | None], gives_way: bool
) -> None:
    assert one_trailer_once(_hypothesis(*one), _hypothesis(*other), _TEXT) is gives_way


def test_a_hypothesis_is_a_claim_from_the_least_chance_on() -> None:
    above, below = (
        _decoded(_TEXT, _weights(**{"rs|True": 100})),
        _decoded(_TEXT, _weights(**{"rs|True": -300})),
    )

    assert [(one.title, one.code, str(one.when)) for one in above] == [("Redfall", "rs", "2024-05-04")]
    assert above[0].score == sigmoid(100) >= FIRST
    assert sigmoid(-300) < LEAST
    assert below == []


def test_a_less_likely_hypothesis_is_a_claim_only_beside_a_likely_one() -> None:
    faint = _weights(**{"rs|True": -100})
    assert LEAST <= sigmoid(-100) < FIRST
    assert _decoded(_TEXT, faint) == []

    both = surveyed(
        "Redfall launches on May 4, 2024. Alan Wake 2 launches on May 2, 2025.", title="Alan Wake 2 dated"
    )
    beside = {one.title for one in _decoded(both, _weights(**{"rs|True": -100, "head=True|rs": 200}))}
    assert beside == {"Redfall", "Alan Wake 2"}


def test_two_works_of_which_each_may_be_claimed_make_a_document_likely_to_claim_any() -> None:
    even = _weights(**{"rs|True": 0})
    one = surveyed("Redfall launches on May 4, 2024. Redfall launches on May 9, 2024.")
    assert sigmoid(0) < FIRST < 1 - sigmoid(0) ** 2
    assert _decoded(one, even) == []
    assert _decoded(surveyed("Redfall launches on May 4, 2024. Silo launches on May 2, 2025."), even)


def test_the_longer_a_document_is_the_less_likely_a_further_claim_may_be() -> None:
    def length(sentences: int) -> Survey:
        return surveyed("Redfall launches on May 4, 2024. " + "Nobody slept. " * (sentences - 1))

    assert least(length(LONG - 1)) == LEAST
    assert least(length(LONG)) == LEAST_OF_LONG < sigmoid(-250) < LEAST
    text = "Redfall launches on May 4, 2024. Alan Wake 2 launches on May 2, 2025. "
    weights = _weights(**{"rs|True": -250, "head=True|rs": 450})
    for more, titles in ((0, {"Alan Wake 2"}), (LONG, {"Redfall", "Alan Wake 2"})):
        found = _decoded(surveyed(text + "Nobody slept. " * more, title="Alan Wake 2 dated"), weights)
        assert {one.title for one in found} == titles


def test_of_a_day_and_its_year_the_day_is_claimed() -> None:
    decided = _decoded(
        surveyed("Redfall launches on May 4, 2024. Redfall comes in 2024."), _weights(**{"rs|True": 900})
    )
    assert [str(one.when) for one in decided] == ["2024-05-04"]


def test_two_days_of_one_work_and_a_day_of_each_of_two_works_are_all_claimed() -> None:
    one = _decoded(
        surveyed("Redfall comes on May 4, 2024. Redfall comes on June 1, 2024."), _weights(**{"rs|True": 900})
    )
    assert [str(each.when) for each in one] == ["2024-05-04", "2024-06-01"]
    two = _decoded(
        surveyed("Redfall comes on May 4, 2024.\n\nSilo comes on May 5, 2024."),
        _weights(**{"reach=named|True": 900, "rs|True": -450}),
    )
    assert [(each.title, str(each.when)) for each in two] == [
        ("Redfall", "2024-05-04"),
        ("Silo", "2024-05-05"),
    ]


@pytest.mark.parametrize(("weight", "sure"), [(0, "0"), (4000, "6")])
def test_a_claim_is_weighed_by_how_sure_its_instalment_is(weight: int, sure: str) -> None:
    text = surveyed("Silo season 2 launches on May 4, 2024.")
    seen = Seen(text)
    weights = Weights({**_weights().heads, "part": head(("right",), {"here": [weight], "none": [0]})})
    found = [one for one in hypotheses(seen, featured(text, seen), weights) if one.code == "rs"]
    features = claim_features(text, seen, found[0], found)
    assert {one for one in features if one.startswith("sure=")} >= {f"sure={sure}|rs"}


def test_what_is_said_twice_is_claimed_once_with_both_mentions() -> None:
    (one,) = _decoded(
        surveyed("Redfall comes on May 4, 2024. Redfall comes on 4 May 2024."), _weights(**{"rs|True": 900})
    )
    assert len(one.mentions) == 2


def test_claims_are_in_reading_order() -> None:
    decided = _decoded(
        surveyed("Redfall comes on June 1, 2024. Redfall comes on May 4, 2024."), _weights(**{"rs|True": 900})
    )
    assert [str(one.when) for one in decided] == ["2024-06-01", "2024-05-04"]


def test_hypotheses_are_bounded_and_the_likeliest_are_kept() -> None:
    weights = _weights(**{"rs|True": 900})
    days = " ".join(f"Redfall comes on {1 + day % 28} May {2024 + day // 28}." for day in range(400))
    text = surveyed(days)
    seen = Seen(text)
    found = hypotheses(seen, featured(text, seen), weights)

    assert 100 <= len(found) < 400


def test_a_release_that_moves_from_a_day_to_another_is_postponed_and_scheduled() -> None:
    postponed = {"D": [900 if code == "rp" else 0 for code in DATED]}
    weights = Weights(
        {
            **_weights(**{"rp|True": 900, "rs|True": -9000}).heads,
            "dated": head(DATED, postponed),
            "reading": head(("right",), {"rp|start/future": [900], "rp|start": [900]}),
        }
    )
    decided = _decoded(surveyed("Redfall moves from October 3, 2023 to November 14, 2023."), weights)

    assert [(one.code, str(one.when)) for one in decided] == [("rp", "2023-10-03"), ("rs", "2023-11-14")]
    assert decided[0].score == decided[1].score
