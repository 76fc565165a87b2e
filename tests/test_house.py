"""The habits of the house, held by tests: every dependency argued, every folder tested, no way out but the layers."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import house

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "monitor").rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = [
    re.split(r"[<>=!~ \[]", requirement)[0]
    for requirement in (
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["apprise"],
    )
]


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_every_dependency_has_a_reason_on_record(dependency: str) -> None:
    records = [path.read_text(encoding="utf-8").lower() for path in (ROOT / "docs/decisions").glob("*.md")]
    names = {
        dependency.lower(),
        dependency.lower().replace("-", "_"),
        dependency.lower().replace("-rs", "_rs"),
    }
    assert any(name in record for name in names for record in records)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_every_folder_of_the_product_has_its_tests() -> None:
    folders = {path.parent.relative_to(ROOT / "monitor") for path in (ROOT / "monitor").rglob("*.py")}
    assert {folder for folder in folders if not list((ROOT / "tests" / folder).glob("test_*.py"))} == set()


CORE = ("model", "extract", "reconcile", "schedule.py")
WEIGHT = 40
"""The statements in functions above which a module has a test module of its own name; in the pure core, its lines above a hundred do too."""
TESTED_ELSEWHERE = {
    "cli/showing.py": "cli/test_main.py",
    "cli/engine.py": "cli/test_running.py",
    "cli/learning.py": "cli/test_aliases.py",
    "config/entries.py": "config/test_loading.py",
    "config/report.py": "config/test_loading.py",
    "ledger/sqlite/ownership.py": "ledger/sqlite/test_connection.py",
    "ledger/sqlite/paging.py": "review/test_read_model.py",
    "ledger/sqlite/retention.py": "ledger/test_port.py",
    "ledger/sqlite/sites.py": "ledger/test_port.py",
    "ledger/sqlite/turns.py": "review/test_why.py",
    "notify/sentences.py": "notify/test_wording.py",
    "notify/subject.py": "notify/test_wording.py",
    "recording.py": "test_edits.py",
    "sending.py": "test_outbox.py",
    "review/answers.py": "web/test_posting.py",
    "review/claim_rows.py": "review/test_read_model.py",
    "web/listening.py": "cli/test_serving.py",
    "workers/worker.py": "workers/test_pool.py",
}
"""Modules of weight that are tested through the module that uses them, and where."""


def _test_of(module: Path) -> str:
    name = module.parent.name if module.stem == "__init__" else module.stem
    return (module.parent / f"test_{name}.py").as_posix()


def _weight(module: Path) -> int:
    """Return how many statements the functions of a module have, without imports and texts."""
    functions = [
        node
        for node in ast.walk(_tree(ROOT / "monitor" / module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    statements = {node for function in functions for node in ast.walk(function) if isinstance(node, ast.stmt)}
    idle = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef)
    return sum(
        not isinstance(node, idle)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in statements
    )


def test_a_module_of_weight_has_a_test_module_of_its_name() -> None:
    modules = [path.relative_to(ROOT / "monitor") for path in MODULES]
    heavy = {
        module.as_posix(): _test_of(module)
        for module in modules
        if _weight(module) >= WEIGHT
        or (module.parts[0] in CORE and (ROOT / "monitor" / module).read_text("utf-8").count("\n") > 100)
    }
    assert len(heavy) > 100
    without = {module for module, test in heavy.items() if not (ROOT / "tests" / test).exists()}
    assert without == TESTED_ELSEWHERE.keys()
    assert [test for test in TESTED_ELSEWHERE.values() if not (ROOT / "tests" / test).exists()] == []


def test_the_locks_name_versions_and_hashes_and_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        packages = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert packages
        assert all(re.match(r"[a-z0-9._-]+==[^ ]+ ", line) for line in packages), name
        assert sum("--hash=sha256:" in line for line in lines) >= len(packages)
        assert not any("://" in line or "--index" in line or "--extra-index" in line for line in lines)


def test_numbers_of_decisions_are_given_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))


def test_links_between_the_pages_lead_somewhere() -> None:
    links = [
        (page, target)
        for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    ]
    assert len(links) > 50
    assert [(page.name, target) for page, target in links if not (page.parent / target).exists()] == []


def test_no_two_modules_share_a_name() -> None:
    folders: defaultdict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        module = path.relative_to(ROOT / "monitor").with_suffix("")
        module = module.parent if module.name == "__init__" else module
        folders[module.name].add(module.parent.as_posix())
    assert len(folders) > 100
    assert {name: found for name, found in folders.items() if len(found) > 1} == {}


def _public_classes(module: Path) -> set[str]:
    body = ast.parse(module.read_text(encoding="utf-8")).body
    return {node.name for node in body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")}


def test_no_two_modules_define_a_class_of_the_same_name() -> None:
    modules: defaultdict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        for name in _public_classes(path):
            modules[name].add(path.relative_to(ROOT / "monitor").as_posix())
    assert len(modules) > 200
    assert {name: found for name, found in modules.items() if len(found) > 1} == {}


def _definitions(tree: ast.Module) -> Iterator[str]:
    """Yield the public functions and classes of a module, but for those that a decorator with arguments registers."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            registered = any(isinstance(one, ast.Call) for one in node.decorator_list)
            if not node.name.startswith("_") and (isinstance(node, ast.ClassDef) or not registered):
                yield node.name


def _uses(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (name.name for name in node.names if name.asname not in (None, name.name))


def test_every_public_function_and_class_has_a_use() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
    benches = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "bench").glob("*.py")]
    used = {name for tree in (*trees.values(), *benches) for name in _uses(tree)}
    defined = {name for tree in trees.values() for name in _definitions(tree)}
    assert len(defined) > 500
    assert defined - used == set()


_PATH = re.compile(r"(?<![\w/.$<{~-])((?:[\w-]+/)+[\w.-]+\.(?:py|md|sh|service|json|toml))(?![\w.])")


def test_files_that_texts_and_comments_name_exist() -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for folder in ("monitor", "tests", "bench", "docs", "deploy")
        for path in (ROOT / folder).rglob("*.*")
    }
    pages = [
        ROOT / "README.md",
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "docs/decisions").glob("*.md"),
        *MODULES,
    ]
    named: list[tuple[str, str]] = []
    for page in pages:
        if page.name == "0006-one-name-for-one-thing.md":  # lists the old names
            continue
        lines = page.read_text(encoding="utf-8").splitlines()
        comments = lines if page.suffix == ".md" else [line for line in lines if "#" in line or "`" in line]
        named += [(page.name, match[1]) for line in comments for match in _PATH.finditer(line)]
    assert len(named) > 50
    missing = [
        (page, name)
        for page, name in named
        if not any(file == name or file.endswith(f"/{name}") for file in files)
    ]
    assert missing == []


_TIME = {
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
    "time": {"time", "time_ns"},
}


def _asks_for_the_time(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            if any(name.name in _TIME["time"] for name in node.names):
                return True
        elif isinstance(node, ast.Attribute):
            owner = (
                node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            )
            if node.attr in _TIME.get(owner, ()):
                return True
    return False


def test_one_module_asks_for_the_time() -> None:
    asking = {path.relative_to(ROOT).as_posix() for path in MODULES if _asks_for_the_time(path)}
    assert asking == {"monitor/clock.py"}


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import UTC, datetime\nmade = [datetime.now(UTC)]",
        "import datetime\ndef at(clock=datetime.datetime.utcnow): ...",
        "from datetime import date\nclass Today:\n    day = date.today()",
        "import time\nstarted = time.time()",
        "from time import time_ns as stamp",
    ],
)
def test_every_way_to_ask_for_the_time_is_recognised(tmp_path: Path, code: str) -> None:
    (tmp_path / "module.py").write_text(code, encoding="utf-8")
    assert _asks_for_the_time(tmp_path / "module.py")


def test_only_the_ledger_begins_transactions_and_locks_files() -> None:
    others = [path for path in MODULES if "ledger" not in path.relative_to(ROOT / "monitor").parts]
    assert len(others) > 100
    for path in others:
        text = path.read_text(encoding="utf-8")
        assert ".transaction(" not in text, path
        # The file channel locks the file that its alerts are appended to.
        assert "flock" not in text or path.name == "file.py", path


# What is held against the tests and the benches is their syntax; what a person runs against real servers and browsers waits as they need.
TESTS = sorted(
    path
    for path in (ROOT / "tests").rglob("*.py")
    if path.relative_to(ROOT / "tests").parts[0] not in {"real", "browser"}
)
SLEEPS = {
    "fakes_daemon.py": (2, "how slowly the receiver answers; the moment of a kill is drawn at random"),
    "fakes_hostile.py": (1, "the server drips"),
    "fetch/test_hostile.py": (3, "the server drips, or answers slowly"),
    "ledger/test_crash.py": (1, "the moment of a kill is drawn at random"),
    "test_daemon.py": (1, "the moment of a kill is drawn at random"),
    "test_replay.py": (1, "the moment of a kill is drawn at random"),
    "test_social.py": (1, "how long `make real` lets the daemon run"),
}
"""How many sleeps each file of the tests has, and what they are: none waits for something to have happened."""


def test_no_test_waits_by_time() -> None:
    found = {
        path.relative_to(ROOT / "tests").as_posix(): len(list(house.sleeps(_tree(path)))) for path in TESTS
    }
    assert {name: count for name, count in found.items() if count} == {
        name: count for name, (count, _) in SLEEPS.items()
    }


def test_no_test_and_no_bench_uses_private_names() -> None:
    paths = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").glob("*.py")]
    assert len(paths) > 200
    assert [(path.name, name) for path in paths for name in house.private_names(_tree(path))] == []


def test_no_test_passes_with_an_empty_loop() -> None:
    paths = list((ROOT / "tests").rglob("test_*.py"))
    assert len(paths) > 200
    assert [(path.name, name) for path in paths for name in house.hollow_tests(_tree(path))] == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("await asyncio.sleep(0.1)", 1),
        ("time.sleep(pause)", 1),
        ("sleep(60)", 1),
        ("await asyncio.sleep(0)", 0),
        ("sleeping.wait(1)", 0),
    ],
)
def test_every_sleep_is_found_but_one_that_only_gives_way(code: str, found: int) -> None:
    assert len(list(house.sleeps(ast.parse(code)))) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("ledger._sqlite.execute('x')", 1),
        ("from monitor.cli.archive import _line", 1),
        ("from monitor._inner import name", 1),
        ("monkeypatch.setattr(module, '_MOST', 2)", 1),
        ("monkeypatch.setattr('monitor.pool._MOST', 2)", 1),
        ("getattr(ledger, '_sqlite')", 1),
        ("self._sqlite = cls._sqlite", 0),
        ("os._exit(0)", 0),
        ("from monitor import __version__", 0),
        ("monkeypatch.setattr(scoring, '__file__', 'x')", 0),
        ("monkeypatch.setattr(module, 'MOST', 2)", 0),
    ],
)
def test_every_use_of_a_private_name_is_found(code: str, found: int) -> None:
    assert len(list(house.private_names(ast.parse(code)))) == found


@pytest.mark.parametrize(
    ("body", "hollow"),
    [
        ("for each in made(): assert each", True),
        ("for each in glob('*'):\n  with pytest.raises(ValueError): read(each)", True),
        ("assert all(each for each in made())", True),
        ("for each in made():\n  for n in (1, 2): assert each", True),
        ("found = made()\n assert found\n for each in found: assert each", False),
        ("for each in (1, 2): assert each", False),
        ("for n, each in enumerate(CASES): assert each", False),
        ("for each in Status: assert each", False),
        ("for n in range(3): assert n < 3", False),
        ("assert [each for each in made() if not each] == []", False),
        ("for each in []: assert each", True),
    ],
)
def test_every_test_that_an_empty_loop_passes_is_found(body: str, hollow: bool) -> None:
    code = f"CASES = ['a']\ndef test_it():\n {body}\n"
    assert list(house.hollow_tests(ast.parse(code))) == (["test_it"] if hollow else [])


_STEPS = {
    "take_sites": {"cycle.py"},
    "settle": {"cycle.py"},
    "take_channel": {"cycle.py"},
    "mark_attempting": {"sending.py"},
    "mark_delivered": {"sending.py"},
    "reschedule": {"sending.py"},
    "mark_dead": {"sending.py"},
    "record_document": {"recording.py"},
}
"""What changes the store on the way from a feed to an alert, and the only modules that call it."""


def test_the_pure_packages_hold_no_state() -> None:
    paths = [path for path in MODULES if path.relative_to(ROOT / "monitor").parts[0] in {*CORE, "parse"}]
    assert len(paths) > 80
    assert [(path.name, found) for path in paths for found in house.module_state(_tree(path))] == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("global SEEN", 1),
        ("SEEN.append(1)", 1),
        ("SEEN[0] = 1", 1),
        ("del SEEN[0]", 1),
        ("x = SEEN[0]", 0),
        ("other.append(1)", 0),
    ],
)
def test_every_change_of_a_modules_state_is_found(body: str, found: int) -> None:
    assert len(list(house.module_state(ast.parse(f"SEEN = []\ndef act():\n {body}\n")))) == found


@pytest.mark.parametrize("step", _STEPS)
def test_each_step_of_a_poll_and_of_a_round_is_taken_in_one_place(step: str) -> None:
    calling = {
        path.name
        for path in MODULES
        # A time limit of asyncio is rescheduled too, in fetch, which knows no store.
        if not {"ledger", "fetch"} & set(path.relative_to(ROOT / "monitor").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == step
    }
    assert calling == _STEPS[step]
