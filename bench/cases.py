"""Inputs that were once read wrongly, through the command line: cases.py [DIR] [NAME…].

DIR (../shared/cases) holds for each case `NAME.md`, whose line `expected:` says in words what must come out, and the input
`NAME.xml`, `.html` or `.txt`. Each input is polled as a `file:` source by `monitor poll`, and what `monitor claims` then prints is held
against what the words say: "Glass Harbour scheduled 2027-05-12, scope PS5 and PC", "published 2023-10-10", "two entries", a quote, a title. What the script
cannot understand it says, and leaves to the reader. The exit status is 1 when a case fails.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

MONITOR = [str(Path(sys.executable).with_name("monitor"))]
KINDS = {"Glass Harbour": "game", "Iron Orchard": "series"}
_STATUS = r"(?P<status>scheduled|released|unannounced|postponed|cancelled|denied)"
_WHEN = r"(?P<when>\d{4}(?:-\d{2}){0,2}|null)"
_CLAIM = re.compile(
    rf"(?P<title>Glass Harbour|Iron Orchard)(?: (?P<instalment>season \d+))? {_STATUS} {_WHEN}(?:, scope (?P<scope>[\w ]+?)(?=[.;(]|$))?"
)
_TUPLE = re.compile(rf"\((?P<event>release|trailer), {_STATUS}, {_WHEN}, (?P<certainty>\w+)\)")
_DAY_ALONE = re.compile(r"^(?:one claim, )?(\d{4}-\d{2}-\d{2})\b")
_ONLY = re.compile(r"^one claim\b")
_PUBLISHED = re.compile(r"published (\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?)")
_ENTRIES = re.compile(r"\b(one|two|three) entr(?:y|ies)\b")
_QUOTE = re.compile(r"quote \"([^\"]+)\"")
_WORDS = re.compile(r"^\"([^\"]+)\"")
_MOVED = re.compile(r"(moved_earlier|moved_later) (\d{4}-\d{2}-\d{2})")
_EDIT = re.compile(r"the same file with \"([^\"]+)\"\s+corrected to \"([^\"]+)\"")
_COUNTS = {"one": 1, "two": 2, "three": 3}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/cases"))
    parser.add_argument("names", nargs="*", help="these cases alone")
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        print(f"there is nothing to try: {arguments.folder} is not here")
        return 0
    failed = 0
    for path in sorted(arguments.folder.glob("*.md")):
        inputs = [
            each
            for each in sorted(path.parent.glob(f"{path.stem}.*"))
            if each.suffix in (".xml", ".html", ".txt")
        ]
        text = path.read_text(encoding="utf-8")
        if not inputs or "expected:" not in text or (arguments.names and path.stem not in arguments.names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            faults, checked = tried(text, inputs[0], Path(folder))
        state = "FAIL" if faults else "pass" if checked else "open"
        failed += bool(faults)
        print(f"{state}  {path.stem}" + ("" if checked else "  (what is expected is not understood)"))
        for fault in faults:
            print(f"        {fault}")
    return 1 if failed else 0


def tried(text: str, given: Path, folder: Path) -> tuple[list[str], int]:
    """Return what of the expectation in `text` the input does not meet, and how many parts of it were looked at."""
    expected = " ".join(text.partition("expected:")[2].partition("\ngot:")[0].split())
    where = folder / given.name
    where.write_bytes(given.read_bytes())
    lang = re.search(r"`lang: (\w\w)`", text)
    watched = [f"  - title: {title}\n    kind: {kind}\n" for title, kind in KINDS.items()]
    (folder / "sources.yaml").write_text(
        f"watch:\n{''.join(watched)}sources:\n  - file: {where}\n    name: case\n"
        + (f"    lang: {lang[1]}\n" if lang else "")
        + "channels: [console]\n",
        encoding="utf-8",
    )
    polled = run(folder, "poll")
    if polled.returncode not in (0, 1) or "Traceback" in polled.stderr:
        return [f"poll ended with {polled.returncode}: {polled.stderr.strip()[-300:]}"], 1
    if edit := _EDIT.search(" ".join(text.split())):
        run(folder, "poll")
        where.write_text(where.read_text(encoding="utf-8").replace(edit[1], edit[2]), encoding="utf-8")
        run(folder, "poll")
    checks = list(_checks(expected, folder, given))
    return [fault for fault in checks if fault], len(checks)


def _checks(expected: str, folder: Path, given: Path) -> Iterator[str]:
    """Yield for each part of the expectation what is wrong, "" when nothing is."""
    claims = rows(folder, "claims")
    shown = ", ".join(
        f"{c['title']} {c['instalment'] or ''} {c['event']} {c['status']} {c['when']} {c['certainty']} {c['scope']} “{c['quote']}”"
        for c in claims
    )
    for match in (*_CLAIM.finditer(expected), *_TUPLE.finditer(expected)):
        wanted = {
            name: None if value == "null" else value for name, value in match.groupdict().items() if value
        }
        scope = set(re.split(r" and |, ", str(wanted.pop("scope", "")))) - {""}
        met = any(
            all(claim[name] == value for name, value in wanted.items()) and scope <= set(claim["scope"])
            for claim in claims
        )
        yield "" if met else f"wanted {match[0]}; there is {shown or 'no claim'}"
    if day := _DAY_ALONE.search(expected):
        met = [claim for claim in claims if claim["when"] == day[1]]
        yield "" if met else f"wanted {day[1]}; there is {shown or 'no claim'}"
    if _ONLY.search(expected):
        yield "" if len(claims) == 1 else f"wanted one claim; there is {shown or 'none'}"
    if published := _PUBLISHED.search(expected):
        said = [
            rows(folder, "claims", "show", str(claim["id"]))[0]["first_said"]["published"] for claim in claims
        ]
        yield (
            ""
            if any(each.startswith(published[1]) for each in said)
            else f"wanted published {published[1]}; there is {said}"
        )
    if quote := _QUOTE.search(expected):
        yield (
            ""
            if any(claim["quote"] == quote[1] for claim in claims)
            else f"wanted “{quote[1]}”; there is {shown}"
        )
    if moved := _MOVED.search(expected):
        changes = [(change["change"], (change["to"] or {}).get("when")) for change in rows(folder, "changes")]
        yield (
            "" if (moved[1], moved[2]) in changes else f"wanted {moved[1]} to {moved[2]}; there is {changes}"
        )
    entries, words = _ENTRIES.search(expected), _WORDS.search(expected)
    if entries or words:
        found = documents(folder, given)
        if entries:
            yield "" if len(found) == _COUNTS[entries[1]] else f"wanted {entries[0]}; there are {len(found)}"
        if words:
            yield (
                ""
                if any(words[1] in document["title"] for document in found)
                else f"wanted “{words[1]}”; there is {found[:2]}"
            )
    if expected.startswith("title from"):
        yield "" if claims else "wanted a title that claims; there is no claim"


def documents(folder: Path, given: Path) -> list[dict[str, Any]]:
    """Return the documents of the input; documents without a claim are not kept, so no command lists them."""
    from datetime import UTC, datetime  # noqa: PLC0415 - for these cases alone

    from monitor.errors import ParseError  # noqa: PLC0415
    from monitor.model import Fetched, Source, SourceKind, Validators  # noqa: PLC0415
    from monitor.parse.parsers import parse  # noqa: PLC0415

    url = (folder / given.name).as_uri()
    source = Source(name="case", kind=SourceKind.FILE, url=url, target=url)
    fetched = Fetched(url=url, body=given.read_bytes(), validators=Validators())
    try:
        return [{"title": each.title} for each in parse(fetched, source, now=datetime.now(UTC)).documents]
    except ParseError:
        return []


def rows(folder: Path, *command: str) -> list[dict[str, Any]]:
    done = run(folder, *command, "--format", "json")
    found: list[dict[str, Any]] = json.loads(done.stdout or "[]")
    return found


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    places = ["--config", str(folder / "sources.yaml"), "--db", str(folder / "monitor.db")]
    return subprocess.run(
        [*MONITOR, *command, *places], capture_output=True, text=True, check=False, timeout=120
    )


if __name__ == "__main__":
    raise SystemExit(main())
