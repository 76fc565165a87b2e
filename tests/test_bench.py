"""The scripts of bench that compare: what they count, and what they say of a difference."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"
ENTRY = """<!--
Description: an entry
Expect: not bozo and {expected}
-->
<rss version="2.0"><channel><item><title>Dated</title><link>https://news.example/1</link>
<pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate><description>&lt;p&gt;Out in &lt;b&gt;May&lt;/b&gt;.&lt;/p&gt;</description></item></channel></rss>"""


def ran(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCH / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def packed(path: Path, files: dict[str, str]) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))


@pytest.mark.parametrize(
    ("expected", "status", "said"),
    [
        ("entries[0]['title'] == 'Dated'", 0, "all         1    0   100.0%"),
        ("entries[0]['summary'] == '<p>Out in <b>May</b>.</p>'", 0, "all         1    0   100.0%"),
        (
            "entries[0]['published_parsed'] == (2004, 1, 1, 19, 48, 21, 3, 1, 0)",
            0,
            "all         1    0   100.0%",
        ),
        ("entries[0]['link'] == 'https://news.example/2'", 1, "all         0    1   0.0%"),
        ("entries[1]['title'] == 'Dated'", 1, "no such entry"),
    ],
)
def test_what_a_fixture_asserts_is_compared_and_a_difference_fails(
    tmp_path: Path, expected: str, status: int, said: str
) -> None:
    packed(tmp_path / "feedparser-1.tar.gz", {"tests/wellformed/entry.xml": ENTRY.format(expected=expected)})
    done = ran("fixtures.py", str(tmp_path), "--list")
    assert (done.returncode, done.stderr) == (status, "")
    assert said in done.stdout


def test_a_fixture_of_the_sanitiser_is_listed_and_not_counted(tmp_path: Path) -> None:
    text = ENTRY.format(expected="entries[0]['summary'] == 'none of it'")
    packed(tmp_path / "feedparser-1.tar.gz", {"tests/wellformed/sanitize/entry.xml": text})
    assert "the sanitiser's own choice, not counted: 1" in ran("fixtures.py", str(tmp_path)).stdout


def test_both_paths_are_compared_for_every_fixture(tmp_path: Path) -> None:
    packed(tmp_path / "gofeed-1.tar.gz", {"testdata/entry.xml": ENTRY, "testdata/entry.json": "{}"})
    done = ran("fixtures.py", str(tmp_path), "--paths")
    assert done.returncode == 0
    assert "read by both paths 1, other documents 0, of which not recorded 0" in done.stdout


@pytest.mark.parametrize(
    ("expected", "status", "said"), [("2027-05-12", 0, "pass  one"), ("2027-05-13", 1, "FAIL  one")]
)
def test_a_case_is_polled_and_held_against_its_words(
    tmp_path: Path, expected: str, status: int, said: str
) -> None:
    (tmp_path / "one.md").write_text(
        f"expected: Glass Harbour scheduled {expected}\ngot: nothing\n", encoding="utf-8"
    )
    (tmp_path / "one.txt").write_text("Glass Harbour launches on May 12, 2027.", encoding="utf-8")
    done = ran("cases.py", str(tmp_path))
    assert (done.returncode, done.stderr) == (status, "")
    assert said in done.stdout
