"""Documents in, claims out."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.archives import WATCH, WORK, write
from tests.cli.conftest import Run

DOCUMENT = {
    "id": "1",
    "published": "2023-08-10",
    "title": "Tomorrow",
    "text": f"{WORK} will be released on October 27, Northlight confirmed.",
    "watch": [{"title": WORK}],
}


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_document_a_line_becomes_an_object_a_line(run: Run, tmp_path: Path) -> None:
    ran = run("extract", write(tmp_path / "in.jsonl", [DOCUMENT, {**DOCUMENT, "id": "2", "watch": []}]))
    first, second = objects(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert first == {
        "id": "1",
        "claims": [
            {
                "title": WORK,
                "instalment": None,
                "event": "release",
                "status": "scheduled",
                "when": "2023-10-27",
                "certainty": "official",
                "sources": ["Northlight"],
                "scope": [],
                "quote": DOCUMENT["text"],
            }
        ],
        "dates": [
            {"in": "title", "start": 0, "end": 8, "text": "Tomorrow", "edtf": "2023-08-11"},
            {"in": "text", "start": 37, "end": 47, "text": "October 27", "edtf": "2023-10-27"},
        ],
    }
    assert (second["id"], second["claims"], second["dates"]) == ("2", [], first["dates"])


SHOWN, TEXT = (
    f"{WORK} | Official Trailer",
    "Wishlist now.",
)
QUOTE = f'<p>Well, well.</p><blockquote class="post" data-author="Fox (@fox)" cite="https://fox.example/1"><p>{WORK} will be released on October 27, 2023.</p></blockquote>'


@pytest.mark.parametrize(
    ("fields", "claim"),
    [
        ({"form": "video", "title": SHOWN, "text": TEXT, "official": True}, ("trailer", "released", None, "official")),
        ({"form": "premiere", "title": SHOWN, "text": TEXT, "official": True}, ("trailer", "scheduled", None, "official")),
        ({"form": "post", "title": "", "text": None, "html": QUOTE, "official": True}, ("release", "scheduled", "2023-10-27", "reported")),
        ({"timezone": "America/New_York", "published": "2023-08-10T02:00:00Z", "title": "", "text": f"{WORK} comes out tomorrow."}, ("release", "scheduled", "2023-08-10", "reported")),
    ],
    ids=["video", "premiere", "post", "timezone"],
)  # fmt: skip
def test_the_form_and_the_time_zone_of_a_line_are_read(
    run: Run, tmp_path: Path, fields: dict[str, Any], claim: tuple[str | None, ...]
) -> None:
    (told,) = objects(run("extract", write(tmp_path / "in.jsonl", [{**DOCUMENT, **fields}])).out)
    assert [tuple(one[name] for name in ("event", "status", "when", "certainty")) for one in told["claims"]] == [claim]  # fmt: skip


def test_explained_lines_name_rules_marks_and_dates_without_a_claim(run: Run, tmp_path: Path) -> None:
    (told,) = objects(run("extract", "--explain", write(tmp_path / "in.jsonl", [DOCUMENT])).out)
    assert told["claims"][0]["rules"]
    assert told["claims"][0]["span"] == {"in": "text", "start": 0, "end": len(DOCUMENT["text"])}
    assert [(date["text"], bool(date["reason"])) for date in told["unclaimed"]] == [("Tomorrow", True)]
    assert {mark["kind"] for mark in told["marks"]} >= {"work", "date"}


BAD: list[tuple[bytes, str]] = [
    (b"not json", "this is not JSON: Expecting value in column 1"),
    (b"[1]", "a document is a JSON object"),
    (b'{"id": "x"}', "`published` is missing"),
    (b'{"id": "x", "published": 5}', "`published` is missing"),
    (b'{"id": "x", "published": "soon"}', "`published` is not an ISO 8601 time: 'soon'"),
    (b'{"published": "2023-08-10"}', "`id` is missing"),
    (b'{"id": 7, "published": "2023-08-10"}', "`id` is text"),
    (b'{"id": "x", "published": "2023-08-10", "text": "a", "html": "b"}', "`html` or `text`, not both"),
    (b'{"id": "x", "published": "2023-08-10", "watch": {}}', "`watch` is a list of works"),
    (b'{"id": "x", "published": "2023-08-10", "watch": [{}]}', "a work of `watch` has a `title`"),
    (
        b'{"id": "x", "published": "2023-08-10", "watch": [{"title": "a", "kind": "x"}]}',
        "`kind` of a work is one of series",
    ),
    (
        b'{"id": "x", "published": "2023-08-10", "watch": [{"title": "a", "aliases": "x"}]}',
        "`aliases` of a work is a list",
    ),
    (b'{"id": "\xff"}', "this is not UTF-8"),
    (
        json.dumps({**DOCUMENT, "form": "tweet"}).encode(),
        "`form` is one of post, thread, reply, video, premiere",
    ),
    (json.dumps({**DOCUMENT, "timezone": "Mars/Olympus"}).encode(), "is not a time zone"),
    (json.dumps({**DOCUMENT, "timezone": 9}).encode(), "`timezone` is text"),
    (b"[" * 200_000, "this is nested too deeply"),
]


@pytest.mark.parametrize(("line", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_a_bad_line_is_one_error_with_its_place_and_the_others_are_read(
    run: Run, tmp_path: Path, line: bytes, reason: str
) -> None:
    good = json.dumps(DOCUMENT).encode()
    (tmp_path / "in.jsonl").write_bytes(b"\n".join([good, b"", line, good]))
    ran = run("extract", "in.jsonl")
    assert ran.code == 1
    assert len(objects(ran.out)) == 2
    assert ran.err.startswith("monitor: in.jsonl:3: ")
    assert reason in ran.err
    assert len(ran.err.splitlines()) == 1


def test_standard_input_and_gzip_are_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps(DOCUMENT).encode()
    (tmp_path / "in.gz").write_bytes(gzip.compress(body))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))
    assert run("extract").out == run("extract", "in.gz").out != ""


def test_an_archive_that_breaks_off_says_so(run: Run, tmp_path: Path) -> None:
    packed = gzip.compress("".join(f"{json.dumps({**DOCUMENT, 'id': str(n)})}\n" for n in range(99)).encode())
    (tmp_path / "in.jsonl.gz").write_bytes(packed[: len(packed) - 20])
    ran = run("extract", "in.jsonl.gz")
    assert ran.code == 1
    assert "breaks off or is damaged here" in ran.err


def test_lines_without_a_watch_list_are_read_for_the_configured_works(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", [{key: value for key, value in DOCUMENT.items() if key != "watch"}])
    assert objects(run("extract", "in.jsonl").out)[0]["claims"] == []
    (tmp_path / "sources.yaml").write_text(WATCH)
    assert objects(run("extract", "in.jsonl").out)[0]["claims"][0]["title"] == WORK


@pytest.mark.parametrize("place", ["nowhere.jsonl", "nowhere.html", "nowhere"])
def test_a_file_that_is_not_there_is_told(run: Run, place: str) -> None:
    ran = run("extract", place)
    assert ran.code in (1, 2)
    assert "No such file" in ran.err


PAGE = f"""<html lang="en"><head><title>ignored</title><script>var x = "<p>{WORK} is out";</script></head><body><article>
<h1>{WORK} has a date</h1><p>Northlight confirmed that <b>{WORK}</b> will be released on October 27 &amp; not earlier.
Its makers had been silent for some time, which made people wonder about it.</p></article></body></html>"""


def test_a_page_is_shown_with_its_marks_and_rules(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    ran = run(
        "extract", "page.html", "--watch", f"{WORK}|HoG", "--published", "2023-08-10", "--title", "A date"
    )
    assert (ran.code, ran.err) == (0, "")
    assert f"[Northlight confirmed that {WORK} will be released on October 27 & not earlier.]¹" in ran.out
    assert "var x" not in ran.out
    assert "<b>" not in ran.out
    assert f"1  {WORK} · release" in ran.out
    assert "scheduled 27 October 2023 (official), credited to Northlight" in ran.out
    assert "evidence: + " in ran.out
    assert "October 27 → 2023-10-27" in ran.out


def test_a_page_explained_shows_all_that_was_recognised(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("Nothing of note happens on May 3.")
    ran = run("extract", "page.txt", "--watch", WORK, "--published", "2023-01-10", "--explain")
    assert "No claims about what is watched." in ran.out
    assert "May 3 → 2023-05-03" in ran.out
    assert "date " in ran.out


def test_an_explanation_names_the_language_and_the_passages_in_another(run: Run, tmp_path: Path) -> None:
    body = "<p>The second season is out now, and there is more to come, the studio says.</p>"
    (tmp_path / "page.html").write_text(f"{body}<blockquote>시즌2는 11월에 공개된다.</blockquote>")
    shown = run("extract", "page.html", "--watch", WORK, "--published", "2023-01-10", "--explain")
    assert "read in English (en), by its words: " in shown.out
    assert "“시즌2는 11월에 공개된다.” read in Korean (ko), by its script" in shown.out

    (tmp_path / "docs.jsonl").write_text(
        json.dumps({"id": "one", "published": "2023-01-10", "text": "Harbour of Glass 2 – 5/4/2024"})
    )
    lines = run("extract", "docs.jsonl", "--watch", WORK, "--explain")
    assert json.loads(lines.out)["languages"] == [{"lang": "und", "how": "unsure", "words": []}]


def test_a_text_on_standard_input_is_shown_when_it_is_dated(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Harbour of Glass is out on May 3.\x1b[2J"))
    )
    ran = run("extract", "-", "--watch", WORK, "--published", "2023-01-10")
    assert "[Harbour of Glass is out on May 3.␛[2J]¹" in ran.out


def test_what_no_parser_reads_is_the_documents_fault(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_text(" ")
    ran = run("extract", "empty.html", "--watch", WORK)
    assert ran.code == 1
    assert "empty" in ran.err
    assert "Traceback" not in ran.err
