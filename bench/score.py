"""Score the extractor and the reconciler on the shared corpora, with the shared scorers.

    score.py SHARED [--errors N] [--only claims,dates,replay]

Says so and ends with 0 when SHARED is not there: a user's machine has none.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

CLAIMS = ("seed", "claims-dev", "claims-multi-dev")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("--errors", type=int, default=0, help="print this many errors of each corpus")
    parser.add_argument("--only", default="claims,dates,replay", help="which parts, separated by commas")
    arguments = parser.parse_args()
    corpora, scorers = arguments.shared / "corpora", arguments.shared / "eval"
    if not corpora.is_dir() or not scorers.is_dir():
        print(
            f"there is nothing to score with: {arguments.shared} is not here (scores need the shared corpora)"
        )
        return 0
    parts = {"claims": score_claims, "dates": score_dates, "replay": score_replay}
    with tempfile.TemporaryDirectory() as folder:
        for part in arguments.only.split(","):
            parts[part](corpora, scorers, Path(folder), str(arguments.errors))
    return 0


def score_claims(corpora: Path, scorers: Path, folder: Path, errors: str) -> None:
    for corpus in CLAIMS:
        docs, labels = corpora / f"{corpus}.docs.jsonl", corpora / f"{corpus}.labels.jsonl"
        predicted = folder / f"{corpus}.pred.jsonl"
        monitor("extract", str(docs), into=predicted)
        heading(corpus)
        score(
            scorers / "score_claims.py",
            "--docs",
            docs,
            "--gold",
            labels,
            "--pred",
            predicted,
            "--errors",
            errors,
        )
        if corpus == "claims-multi-dev":
            english = {row["id"] for row in rows(docs) if row.get("lang", "")[:2] == "en"}
            heading(f"{corpus}, long English articles")
            cut = [
                write(folder / f"en.{kind}.jsonl", (row for row in rows(path) if row["id"] in english))
                for kind, path in (("docs", docs), ("labels", labels))
            ]
            score(
                scorers / "score_claims.py",
                "--docs",
                cut[0],
                "--gold",
                cut[1],
                "--pred",
                predicted,
                "--errors",
                errors,
            )


def score_dates(corpora: Path, scorers: Path, folder: Path, errors: str) -> None:
    gold = corpora / "dates-dev.jsonl"
    documents = write(
        folder / "dates.docs.jsonl",
        (
            {"id": row["id"], "text": row["text"], "published": row["ref"], "lang": row["lang"], "watch": []}
            for row in rows(gold)
        ),
    )
    predicted = folder / "dates.pred.jsonl"
    monitor("extract", str(documents), into=predicted)
    heading("dates-dev")
    score(scorers / "score_dates.py", gold, predicted, "--errors", errors)


def score_replay(corpora: Path, scorers: Path, folder: Path, errors: str) -> None:
    gold = corpora / "timeline-dev.jsonl"
    works = folder / "works.yaml"
    works.write_text(run(sys.executable, str(scorers / "works_yaml.py"), str(gold)), encoding="utf-8")
    alerts = folder / "alerts.jsonl"
    archive = corpora / "replay-2023-h1.jsonl.gz"
    monitor("replay", str(archive), "--config", str(works), "--alerts", str(alerts))
    heading("timeline-dev, replayed, every trailer told")
    score(scorers / "score_replay.py", "--gold", gold, "--alerts", alerts, "--errors", errors)
    # The timeline lists further trailers; a channel is told of them only where it asks.
    usual = folder / "usual.yaml"
    usual.write_text(works.read_text(encoding="utf-8") + "\nchannels: [console]\n", encoding="utf-8")
    told = folder / "usual.jsonl"
    monitor("replay", str(archive), "--config", str(usual), "--alerts", str(told))
    for name, path in (("every trailer", alerts), ("a channel without rules", told)):
        events = [row["data"]["event"] for row in rows(path)]
        print(f"{name:24} {len(events)} alerts, {events.count('trailer')} of trailers")


def monitor(*arguments: str, into: Path | None = None) -> None:
    program = str(Path(sys.executable).with_name("monitor"))
    out = run(program, *arguments)
    if into is not None:
        into.write_text(out, encoding="utf-8")


def score(scorer: Path, *arguments: Any) -> None:
    print(run(sys.executable, str(scorer), *map(str, arguments)), flush=True)


def run(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def heading(text: str) -> None:
    print(f"== {text}", flush=True)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, filter(str.strip, lines))


def write(path: Path, objects: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in objects), encoding="utf-8")
    return path


if __name__ == "__main__":
    raise SystemExit(main())
