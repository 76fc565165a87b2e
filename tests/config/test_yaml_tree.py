"""YAML as plain text with places: what is refused is said with its line, and nothing is guessed of types."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.config.yaml_tree import mark_at, plain, read_tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1\nb: no\nc: 2023-05-04\n", {"a": "1", "b": "no", "c": "2023-05-04"}),
        ("- ~\n- null\n- ''\n- 'null'\n", [None, None, "", "null"]),
        ("a:\n  - {b: [1, 2]}\n", {"a": [{"b": ["1", "2"]}]}),
        ("\ufeffa: ż\n", {"a": "ż"}),
    ],
)
def test_every_scalar_stays_the_text_that_was_written(text: str, value: Any) -> None:
    tree = read_tree(text.encode())
    assert tree.faults == ()
    assert tree.root is not None
    assert plain(tree.root) == value


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_a_file_without_content_has_no_faults(text: str) -> None:
    tree = read_tree(text.encode())
    assert tree.faults == ()
    assert tree.root is None or plain(tree.root) is None


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        (b"a: &x 1\nb: *x\n", (1, 4), "anchors"),
        (b"a: 1\nb: *x\n", (2, 4), "anchors"),
        (b"a: !!python/object:os.system x\n", (1, 4), "tags"),
        (b"a: 1\n---\nb: 2\n", (3, 1), "a second YAML document"),
        (b"a: 1\nb: \xff\n", (2, 4), "not UTF-8"),
        (b"a: 1\nb: x\x07\n", (2, 5), "control character U+0007"),
        (b"a: " + b"[" * 50 + b"]" * 50, None, "nested too deeply"),
        (b"a: [1, 2\nb: 3\n", None, ""),
        (b"a: 1\na: 2\n", (2, 1), "a"),
        (b"\ta: 1\n", None, ""),
    ],
)
def test_what_is_refused_is_one_fault_at_its_place(
    body: bytes, place: tuple[int, int] | None, message: str
) -> None:
    (fault,) = read_tree(body).faults
    assert message in fault.message
    assert place is None or fault.mark == place


def test_of_a_repeated_key_the_first_counts() -> None:
    tree = read_tree(b"a: 1\na: 2\n")
    assert tree.root is not None
    assert plain(tree.root) == {"a": "1"}


@pytest.mark.parametrize(
    ("path", "key", "place"),
    [
        ((), False, (1, 1)),
        (("a",), True, (1, 1)),
        (("a",), False, (2, 3)),
        (("a", 1), False, (3, 5)),
        (("a", 1, "b"), True, (3, 5)),
        (("a", 1, "b"), False, (3, 8)),
        (("a", 7), False, (2, 3)),
        (("nothing", "of", 1), False, (1, 1)),
    ],
)
def test_a_place_is_that_of_the_value_or_of_what_encloses_it(
    path: tuple[str | int, ...], key: bool, place: tuple[int, int]
) -> None:
    root = read_tree(b"a:\n  - 1\n  - b: 2\n").root
    assert root is not None
    assert mark_at(root, path, key=key) == place
