"""What the house asks of tests, found in their syntax: no wait by time, no private names, no loop that may be empty."""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["hollow_tests", "private_names", "sleeps"]

_OF_THE_LIBRARY = {"os._exit", "etree._Element", "feedparser.datetimes._parse_date"}
_OF_NAMED_TUPLES = {"_replace", "_asdict", "_fields", "_make"}
_SEQUENCES = {"enumerate", "zip", "sorted", "reversed", "product", "pairwise", "list", "set", "tuple", "map", "chain"}  # fmt: skip
_OF_A_SEQUENCE = {"items", "values", "keys", "splitlines", "split"}


def sleeps(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield each call of a function named `sleep` but with the constant zero, which gives way and does not wait."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            zero = len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0
            if name == "sleep" and not zero:
                yield node


def private_names(tree: ast.AST) -> Iterator[str]:
    """Yield each use of a name that begins with one underscore and belongs to something else: read, imported or replaced.

    Names of `self` and `cls` are one's own, and those with two underscores are Python's.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            own = isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}
            if (
                _is_private(node.attr)
                and not own
                and node.attr not in _OF_NAMED_TUPLES
                and ast.unparse(node) not in _OF_THE_LIBRARY
            ):
                yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom):
            parts = [*(node.module or "").split("."), *(name.name for name in node.names)]
            yield from (f"{node.module}: {part}" for part in parts if _is_private(part))
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"setattr", "delattr", "getattr", "hasattr"}:
                said = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                if any(_is_private(part) for text in said for part in str(text).split(".")):
                    yield ast.unparse(node)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def hollow_tests(tree: ast.Module) -> Iterator[str]:
    """Yield the tests all of whose assertions stand in a loop, or in `all(…)`, over what may be empty.

    What is written out in the module, a `range` and the members of an enumeration are not empty. A test that asserts nothing itself
    (it calls what raises) is left to the eye.
    """
    known = _written_out(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            found = list(_assertions(node, known, hollow=False))
            if found and all(found):
                yield node.name


def _written_out(tree: ast.Module) -> set[str]:
    """Return the names that are given a sequence which is written out, with at least one element."""
    known: set[str] = set()
    for _ in range(2):  # one may be made of another
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = {target.id for target in targets if isinstance(target, ast.Name)}
                known |= names if _has_elements(node.value, known) else set()
    return known


def _has_elements(node: ast.expr, known: set[str]) -> bool:
    match node:
        case ast.Tuple() | ast.List() | ast.Set():
            return any(not isinstance(each, ast.Starred) or _has_elements(each.value, known) for each in node.elts)  # fmt: skip
        case ast.Dict():
            return bool(node.keys)
        case ast.Constant():
            return bool(node.value)
        case ast.Name():
            # A class that is gone through is an enumeration.
            return node.id in known or (node.id[0].isupper() and not node.id.isupper())
        case ast.Call(func=ast.Name(id="range")):
            return True
        case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in _OF_A_SEQUENCE:
            return _has_elements(owner, known)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _SEQUENCES:
            given = [each for each in node.args if not isinstance(each, ast.Lambda)]
            return all(_has_elements(each, known) for each in (given[1:] if name == "map" else given))
    return False


def _assertions(node: ast.AST, known: set[str], *, hollow: bool) -> Iterator[bool]:
    """Yield for each assertion below `node` whether it may go unasked."""
    for child in ast.iter_child_nodes(node):
        below = hollow
        match child:
            case ast.For() | ast.AsyncFor():
                below = hollow or not _has_elements(child.iter, known)
            case ast.Assert(test=ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp() | ast.ListComp() as each])):  # fmt: skip
                yield hollow or not _has_elements(each.generators[0].iter, known)
            case ast.Assert():
                yield hollow
            case ast.With() | ast.AsyncWith():
                managers = " ".join(ast.unparse(each.context_expr) for each in child.items)
                if "raises(" in managers or "warns(" in managers:
                    yield hollow
        yield from _assertions(child, known, hollow=below)


_CHANGING = {
    "add",
    "append",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popitem",
    "remove",
    "setdefault",
    "update",
}


def module_state(tree: ast.Module) -> Iterator[str]:
    """Yield each place where a function changes what its module holds for all callers: `global`, or a change of a container."""
    held = {
        target.id
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for node in {node: None for function in functions for node in ast.walk(function)}:
        if isinstance(node, ast.Global):
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _CHANGING and _is_one_of(node.func.value, held):
                yield ast.unparse(node)
        elif (
            isinstance(node, ast.Subscript)
            and not isinstance(node.ctx, ast.Load)
            and _is_one_of(node.value, held)
        ):
            yield ast.unparse(node)


def _is_one_of(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names
