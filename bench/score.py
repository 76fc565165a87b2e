"""Score the extractor and the reconciler on the shared corpora, with the shared scorers.

    score.py SHARED [--errors N] [--only folds,claims,dates,replay] [--update [--allow-regression]]

"folds" are the figures that count: five times the weights are fitted on four fifths of the works and read the last. They are held
against the floors of bench/floors.json, which `--update` raises: 1 is returned when one is not reached. "claims" is what the shipped
weights, which have seen these texts, read of them. Says so and ends with 0 when SHARED is not there: a user's machine has none.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import floors

FLOORS = Path(__file__).with_name("floors.json")
CLAIMS = ("seed", "claims-dev", "claims-multi-dev")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("--errors", type=int, default=0, help="print this many errors of each corpus")
    parser.add_argument(
        "--only", default="folds,claims,dates,replay", help="which parts, separated by commas"
    )
    parser.add_argument("--update", action="store_true", help="write the folds' figures as floors")
    parser.add_argument("--allow-regression", action="store_true", help="let --update lower a floor")
    arguments = parser.parse_args()
    corpora, scorers = arguments.shared / "corpora", arguments.shared / "eval"
    if not corpora.is_dir() or not scorers.is_dir():
        print(
            f"there is nothing to score with: {arguments.shared} is not here (scores need the shared corpora)"
        )
        return 0
    kept = True
    parts = {"claims": score_claims, "dates": score_dates, "replay": score_replay}
    with tempfile.TemporaryDirectory() as folder:
        for part in arguments.only.split(","):
            if part == "folds":
                kept = score_folds(
                    arguments.shared, update=arguments.update, regression=arguments.allow_regression
                )
            else:
                parts[part](corpora, scorers, Path(folder), str(arguments.errors))
    return 0 if kept else 1


def score_folds(shared: Path, *, update: bool, regression: bool) -> bool:
    """Print the figures of the folds by work, and return whether they reach the floors."""
    heading("what is read of texts that the weights have not seen: five folds, by work")
    try:
        import train  # noqa: PLC0415 - it needs the dependency group "train"
    except ImportError as error:
        print(f"the folds are left out: {error.name} is not installed (make score installs it)")
        return False
    figures = train.folds_of(shared)
    found = {name: one["strict"] for name, one in figures.items() if isinstance(one, dict)}
    return floors.hold(FLOORS, found, update=update, regression=regression)


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
    unseen = package_with_other_weights(corpora.parent, folder)
    monitor("replay", str(archive), "--config", str(works), "--alerts", str(alerts), package=unseen)
    heading(
        "timeline-dev, replayed, every trailer told, by weights that have seen no entry of it and none of its works"
    )
    score(scorers / "score_replay.py", "--gold", gold, "--alerts", alerts, "--errors", errors)
    # The timeline lists further trailers; a channel is told of them only where it asks.
    usual = folder / "usual.yaml"
    usual.write_text(works.read_text(encoding="utf-8") + "\nchannels: [console]\n", encoding="utf-8")
    told = folder / "usual.jsonl"
    monitor("replay", str(archive), "--config", str(usual), "--alerts", str(told), package=unseen)
    for name, path in (("every trailer", alerts), ("a channel without rules", told)):
        events = [row["data"]["event"] for row in rows(path)]
        print(f"{name:24} {len(events)} alerts, {events.count('trailer')} of trailers")


def package_with_other_weights(shared: Path, folder: Path) -> Path:
    """Return a folder with a copy of the package whose weights were fitted without what the replay holds."""
    source = Path(__file__).parent.parent / "monitor"
    copied = folder / "package"
    shutil.copytree(source, copied / "monitor", ignore=shutil.ignore_patterns("__pycache__"))
    out = copied / "monitor" / "extract" / "weights"
    trainer = Path(__file__).with_name("train.py")
    run(sys.executable, str(trainer), str(shared), "--without-replay", "--out", str(out))
    return copied


def monitor(*arguments: str, into: Path | None = None, package: Path | None = None) -> None:
    environ = {**os.environ, "PYTHONPATH": str(package)} if package else None
    # Without -P the package of the folder that one stands in would come before the copy.
    out = run(sys.executable, "-P", "-m", "monitor", *arguments, environ=environ)
    if into is not None:
        into.write_text(out, encoding="utf-8")


def score(scorer: Path, *arguments: Any) -> None:
    print(run(sys.executable, str(scorer), *map(str, arguments)), flush=True)


def run(*command: str, environ: dict[str, str] | None = None) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8", env=environ).stdout


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
