"""Sums of whole numbers, what they stand for, and the file that they are kept in."""

from __future__ import annotations

import math
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import LanguageError
from monitor.extract import scoring
from monitor.extract.scoring import UNIT, Head, Weights, bucket, chances, odds, shipped, sigmoid


def _head() -> Head:
    return Head.of(("none", "rs"), (5, -7), ["a", "b"], array("h", [1, 2, -30, 40]))


def test_a_score_is_the_bias_and_the_weights_of_what_is_present() -> None:
    assert _head().sums([]) == [5, -7]
    assert _head().sums(["a"]) == [6, -5]
    assert _head().sums(["a", "b"]) == [-24, 35]


def test_a_feature_counts_once_and_an_unknown_one_not_at_all() -> None:
    assert _head().sums(["a", "a", "never seen"]) == _head().sums(["a"])


def test_a_head_of_one_class_sums_alike() -> None:
    head = Head.of(("right",), (3,), ["a", "b"], array("h", [10, -4]))
    assert head.sums(["b", "a", "a", "c"]) == [9]


def test_a_weight_is_told_by_feature_and_class() -> None:
    assert _head().weights("b") == [-30, 40]
    assert _head().weights("never seen") == [0, 0]


@given(st.lists(st.tuples(*[st.integers(-32_000, 32_000)] * 3), max_size=300))
def test_a_sum_is_exact_whatever_the_weights_are(rows: list[tuple[int, int, int]]) -> None:
    names = [str(index) for index in range(len(rows))]
    head = Head.of(("a", "b", "c"), (1, 2, 3), names, array("h", [weight for row in rows for weight in row]))

    assert head.sums(names) == [
        sum(column, start) for start, column in enumerate(list(zip(*rows, strict=True)) or [()] * 3, 1)
    ]


def test_chances_are_a_softmax_over_units_of_log_odds() -> None:
    assert chances([0, 0]) == [0.5, 0.5]
    first, second = chances([UNIT, 0])
    assert first / second == pytest.approx(math.e)


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=12))
def test_chances_of_any_sums_are_chances(sums: list[int]) -> None:
    found = chances(sums)
    assert sum(found) == pytest.approx(1)
    assert all(0 <= chance <= 1 for chance in found)
    assert found[sums.index(max(sums))] == max(found)


@given(st.integers(-(10**7), 10**7))
def test_a_logistic_chance_grows_with_its_sum_and_never_overflows(total: int) -> None:
    assert 0 <= sigmoid(total) <= sigmoid(total + 1) <= 1


def test_a_logistic_chance_is_half_at_nothing() -> None:
    assert sigmoid(0) == 0.5
    assert sigmoid(UNIT) / (1 - sigmoid(UNIT)) == pytest.approx(math.e)


def test_odds_and_steps_are_bounded() -> None:
    assert odds(0.5) == 0
    assert odds(0) == -odds(1)
    assert (bucket(0), bucket(0.5), bucket(1)) == ("-6", "0", "6")


def _weights() -> Weights:
    other = Head.of(("right",), (0,), ["„ä“|x", "@W_will"], array("h", [-32000, 32000]))
    return Weights({"claim": other, "dated": _head()}, "abc")


def test_packed_weights_are_unpacked_to_the_same_sums() -> None:
    packed = _weights().packed()
    again = Weights.unpacked(packed)

    assert again.version == "abc"
    assert set(again.heads) == {"claim", "dated"}
    for name, head in _weights().heads.items():
        assert (again[name].classes, again[name].bias) == (head.classes, head.bias)
        for features in ([], ["a"], ["b"], ["„ä“|x"], ["@W_will", "a"]):
            assert again[name].sums(features) == head.sums(features)
    assert again.packed() == packed


@pytest.mark.parametrize(
    "damage",
    [
        lambda _packed: b"",
        lambda packed: packed[:-20],
        lambda packed: packed[: packed.index(b"\n")],
        lambda packed: packed.replace(b"\n", b"\nx", 1),
        lambda packed: b"{}\n" + packed.partition(b"\n")[2],
        lambda packed: packed.replace(b'"features": 2', b'"features": 7'),
        lambda packed: b"\xff" + packed,
    ],
)
def test_a_damaged_file_is_one_clear_error(
    damage: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(damage)
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "claims.weights").write_bytes(damage(_weights().packed()))
    monkeypatch.setattr(scoring, "__file__", str(tmp_path / "scoring.py"))

    with pytest.raises(LanguageError) as error:
        shipped.__wrapped__()
    assert "claims.weights" in str(error.value)


def test_a_missing_file_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "__file__", str(tmp_path / "scoring.py"))
    with pytest.raises(LanguageError):
        shipped.__wrapped__()


def test_the_shipped_weights_are_whole_numbers_with_every_head() -> None:
    weights = shipped()

    assert {"dated", "undated", "reading", "part", "claim"} <= set(weights.heads)
    assert weights.version
    for head in weights.heads.values():
        assert all(isinstance(one, int) for one in head.bias)
        assert all(isinstance(one, int) for one in head.sums(["D", "how=named"]))
