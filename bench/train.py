"""Fit the reader's weights to the labelled corpora, and write them with their card.

    train.py SHARED [--out FOLDER] [--folds-only] [--by work|document] [--without-replay] [--with-archive]

Five folds come first: each document's hypotheses are made by weights that have not seen it, which is what the "claim" head is
fitted on and what the card's figures are of. Says so and ends with 0 when SHARED is not there: a user's machine has none.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

# One thread a process: the sums of several threads come in an order of their own.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import scipy
import sklearn
import training
from training import Example

from monitor.extract import claims_of
from monitor.extract.decode import select
from monitor.extract.scoring import Head, Weights

CORPORA = ("claims-train", "claims-dev", "claims-real", "claims-written", "claims-multi-dev", "seed")
ARCHIVE_LABELS = Path(__file__).parent / "labels" / "archive.jsonl"
FOLDS = 5
_examples: list[Example] = []


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent.parent / "monitor" / "extract" / "weights"
    )
    parser.add_argument(
        "--folds-only", action="store_true", help="print the folds' figures and write nothing"
    )
    parser.add_argument(
        "--by", choices=("work", "document"), default="work", help="what a fold keeps together"
    )
    parser.add_argument(
        "--share", type=float, default=1.0, help="train on this share of the documents (learning curve)"
    )
    parser.add_argument(
        "--without-replay", action="store_true", help="leave out what the replay is scored on"
    )
    parser.add_argument(
        "--with-archive", action="store_true", help="learn from the labels of the archive too (decision 78)"
    )
    arguments = parser.parse_args()
    corpora = arguments.shared / "corpora"
    if not corpora.is_dir():
        print(f"there is nothing to train on: {corpora} is not here (training needs the shared corpora)")
        return 0
    began = time.time()
    figures = folds_of(
        arguments.shared,
        arguments.by,
        arguments.share,
        without_replay=arguments.without_replay,
        with_archive=arguments.with_archive,
    )
    print(f"folds took {time.time() - began:.0f} s", flush=True)
    if arguments.folds_only:
        return 0
    heads = training.first_stage(_examples)
    scored = [one for one in _examples if one.fold >= 0]
    heads |= training.screens(scored)
    heads |= training.second_stage(scored)
    digest = corpus_hash(corpora)
    weights = Weights(heads, version(heads, digest))
    arguments.out.mkdir(parents=True, exist_ok=True)
    packed = weights.packed()
    (arguments.out / "claims.weights").write_bytes(packed)
    (arguments.out / "card.json").write_text(
        json.dumps(card(weights, packed, digest, figures), indent=1) + "\n", encoding="utf-8"
    )
    print(f"{arguments.out / 'claims.weights'}: {len(packed)} bytes, {sum(len(head.rows) for head in heads.values())} features, "
          f"version {weights.version}, {time.time() - began:.0f} s")  # fmt: skip
    return 0


def folds_of(
    shared: Path,
    by: str = "work",
    share: float = 1.0,
    *,
    without_replay: bool = False,
    with_archive: bool = False,
) -> dict[str, Any]:
    """Load the labelled texts, print what the folds read of them, and return the figures of each corpus."""
    corpora = shared / "corpora"
    kept = replay_filter(corpora) if without_replay else None
    _examples[:] = training.load(corpora, CORPORA, FOLDS, by, kept)
    if with_archive:
        _examples.extend(training.archive_examples(corpora, ARCHIVE_LABELS, FOLDS, by, kept))
    _examples.extend(training.load_posts(shared / "cases", FOLDS))
    _examples.extend(training.own_examples(Path(__file__).parent.parent / "tests" / "cases"))
    print(f"{len(_examples)} documents, {sum(len(one.rows) for one in _examples)} candidates", flush=True)
    return score_folds(shared, cross_validate(share))


def replay_filter(corpora: Path) -> Any:
    """Return what tells whether a document may be trained on, that is none of the replay's entries and names none of its works."""
    with gzip.open(corpora / "replay-2023-h1.jsonl.gz", "rt", encoding="utf-8") as lines:
        entries = {json.loads(line)["id"] for line in lines}
    with (corpora / "timeline-dev.jsonl").open(encoding="utf-8") as lines:
        titles = {json.loads(line).get("title") for line in lines}

    def kept(raw: dict[str, Any]) -> bool:
        return raw["id"] not in entries and not titles & {work["title"] for work in raw["watch"]}

    return kept


def fold_heads(fold: int, share: float) -> dict[str, Head]:
    chosen = [
        one
        for index, one in enumerate(_examples)
        if one.fold != fold and (index * 7919 % 1000) < share * 1000
    ]
    return training.first_stage(chosen)


def _fold_job(job: tuple[int, float]) -> tuple[int, dict[str, Head]]:
    return job[0], fold_heads(*job)


def cross_validate(share: float = 1.0) -> list[Weights]:
    """Return each fold's weights, and leave in each example the hypotheses of weights that have not seen it."""
    with get_context("fork").Pool(min(2, os.cpu_count() or 1)) as pool:
        heads = dict(pool.imap_unordered(_fold_job, [(fold, share) for fold in range(FOLDS)]))
    for fold in range(FOLDS):
        training.screen([one for one in _examples if one.fold == fold], heads[fold])
    for fold in range(FOLDS):
        heads[fold] |= training.screens([one for one in _examples if one.fold not in (fold, -1)])
    for fold in range(FOLDS):
        training.suppose([one for one in _examples if one.fold == fold], heads[fold])
    for fold in range(FOLDS):
        heads[fold] |= training.second_stage([one for one in _examples if one.fold not in (fold, -1)])
    return [Weights(heads[fold], f"fold {fold}") for fold in range(FOLDS)]


def score_folds(shared: Path, folds: Sequence[Weights]) -> dict[str, Any]:
    """Print the scorer's table of each corpus, as read by weights that have not seen the document; return the figures."""
    figures: dict[str, Any] = {}
    predicted: dict[str, list[dict[str, Any]]] = {}
    pairs: list[tuple[float, bool]] = []
    for one in _examples:
        if one.fold < 0 or one.corpus == "archive":
            continue
        weights = folds[one.fold]
        decided = select(one.text, one.seen, one.hypotheses, weights)
        claims = [claim.to_dict() for claim in claims_of(one.text, one.seen, decided, weights)]
        predicted.setdefault(one.corpus, []).append({"id": one.raw["id"], "claims": claims})
        for hypothesis in decided:
            target = training.outcome(one, hypothesis)
            if target is not None:
                pairs.append((hypothesis.score, bool(target)))
    with tempfile.TemporaryDirectory() as folder:
        for corpus, rows in predicted.items():
            for name, documents in groups(corpus):
                path = Path(folder) / f"{name}.jsonl"
                path.write_text(
                    "".join(
                        json.dumps(row, ensure_ascii=False) + "\n" for row in rows if row["id"] in documents
                    ),
                    encoding="utf-8",
                )
                gold = Path(folder) / f"{name}.gold.jsonl"
                documents_file, labels_file = files_of(shared, corpus, Path(folder))
                with labels_file.open(encoding="utf-8") as lines:
                    gold.write_text(
                        "".join(line for line in lines if json.loads(line)["id"] in documents),
                        encoding="utf-8",
                    )
                out = subprocess.run(
                    [sys.executable, str(shared / "eval" / "score_claims.py"), "--json", "--docs", str(documents_file), "--gold", str(gold), "--pred", str(path)],
                    check=True, capture_output=True, encoding="utf-8",
                ).stdout  # fmt: skip
                table = json.loads(out)
                figures[name] = summary(table)
                print(f"folds, {name:28} {line_of(figures[name])}", flush=True)
    figures["screens"] = [*screened(folds)]
    for name, language, lost, given_up in figures["screens"]:
        print(
            f"folds, screen {name:8} {language:8} loses {lost:.4f} of what it needs, gives up {given_up:.3f}"
        )
    figures["reliability"] = reliability(pairs)
    print(
        "confidence: share right  "
        + "  ".join(f"{step}: {right:.2f} of {count}" for step, right, count in figures["reliability"]),
        flush=True,
    )
    return figures


def screened(folds: Sequence[Weights]) -> Iterator[tuple[str, str, float, float]]:
    """Yield for each screen, in English and in other languages, the share it loses of what is needed, and the share it gives up of all."""
    for name, (least, _) in training.SCREENS.items():
        for language, is_english in (("en", True), ("others", False)):
            passing = [
                (chance >= least, folds[one.fold][f"{name} screen"].passes(made))
                for one in _examples
                if one.fold >= 0 and training.is_english(one) is is_english
                for made, chance in one.screened[name]
            ]
            needed = [passes for is_needed, passes in passing if is_needed]
            yield (
                name,
                language,
                round(1 - sum(needed) / max(len(needed), 1), 4),
                round(1 - sum(passes for _, passes in passing) / max(len(passing), 1), 3),
            )


def files_of(shared: Path, corpus: str, folder: Path) -> tuple[Path, Path]:
    """Return where a corpus' documents and labels stand; the documents of the posts are gathered into one file."""
    if corpus != "posts":
        return shared / "corpora" / f"{corpus}.docs.jsonl", shared / "corpora" / f"{corpus}.labels.jsonl"
    gathered = folder / "posts.docs.jsonl"
    gathered.write_text(
        "".join(
            path.read_text(encoding="utf-8") for path in sorted((shared / "cases").glob("posts-*.jsonl"))
        ),
        encoding="utf-8",
    )
    return gathered, shared / "cases" / "posts.labels.jsonl"


def groups(corpus: str) -> list[tuple[str, set[str]]]:
    """Return the parts in which a corpus is scored: the whole, and each group or language of a mixed one."""
    rows = [one.raw for one in _examples if one.corpus == corpus]
    found = {corpus: {row["id"] for row in rows}}
    if corpus in ("claims-real", "claims-written", "claims-multi-dev"):
        for row in rows:
            group = row.get("group") or (row.get("lang") or "?")[:2]
            found.setdefault(f"{corpus} {group}", set()).add(row["id"])
    return list(found.items())


def summary(table: dict[str, Any]) -> dict[str, Any]:
    silent = table["silent_documents"]
    return {
        "strict": table["all"]["f1"],
        "precision": table["all"]["p"],
        "recall": table["all"]["r"],
        "date": table["date"]["f1"],
        "certainty": table["certainty_accuracy"],
        "sources": table["sources"]["f1"],
        "scope": table["scope_accuracy"],
        "false_alarms": f"{silent['with_false_claims']} of {silent['documents']}",
        "required": table["all"]["tp"] + table["all"]["fn"],
    }


def line_of(figures: dict[str, Any]) -> str:
    def number(value: float | None) -> str:
        return "  –  " if value is None else f"{value:.3f}"

    return (
        f"strict {number(figures['strict'])} (P {number(figures['precision'])} R {number(figures['recall'])}, {figures['required']})  date {number(figures['date'])}  "
        f"certainty {number(figures['certainty'])}  sources {number(figures['sources'])}  scope {number(figures['scope'])}  false alarms {figures['false_alarms']}"
    )


def reliability(pairs: Sequence[tuple[float, bool]]) -> list[tuple[str, float, int]]:
    """Return for each tenth of confidence the share of claims that are right, and how many there are."""
    found = []
    for step in range(4, 10):
        own = [right for score, right in pairs if step / 10 <= score < (step + 1) / 10]
        if own:
            found.append((f".{step}", sum(own) / len(own), len(own)))
    return found


def corpus_hash(corpora: Path) -> str:
    digest = hashlib.sha256()
    for name in CORPORA:
        for kind in ("docs", "labels"):
            digest.update((corpora / f"{name}.{kind}.jsonl").read_bytes())
    if any(one.corpus == "archive" for one in _examples):
        digest.update(ARCHIVE_LABELS.read_bytes())
    return digest.hexdigest()


def version(heads: dict[str, Head], digest: str) -> str:
    """Return a name of the weights that changes when they do."""
    return hashlib.sha256(Weights(heads, digest).packed()).hexdigest()[:12]


REAL = frozenset(("claims-train", "claims-dev", "claims-real", "seed"))
WRITTEN = frozenset(("claims-written", "claims-multi-dev", "posts"))


def shares() -> dict[str, Any]:
    """Return how many of the texts are real, written for the corpora or the project, and in which languages the real ones are."""
    languages = Counter(
        (one.raw.get("lang") or "?").partition("-")[0] for one in _examples if one.corpus in REAL
    )
    return {
        "real": sum(one.corpus in REAL for one in _examples),
        "written for the corpora": sum(one.corpus in WRITTEN for one in _examples),
        "entries of the replay's archive, never scored": sum(one.corpus == "archive" for one in _examples),
        "news of our own, never scored": sum(one.corpus == "news" for one in _examples),
        "sentences of our own, never scored": sum(one.corpus == "own" for one in _examples),
        "posts of our own, never scored": sum(one.corpus == "own posts" for one in _examples),
        "real by language": dict(sorted(languages.items())),
    }


def card(weights: Weights, packed: bytes, digest: str, figures: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": weights.version,
        "made": datetime.now(UTC).date().isoformat(),
        "licence": "MIT",
        "what": "additive whole-number weights of monitor's reader; of the corpora they hold words and runs of up to six words that occur more than once, and no passages",
        "corpora": {name: sum(one.corpus == name for one in _examples) for name in CORPORA},
        "share": shares(),
        "data": "claims-train, claims-dev: real feed entries in English and Polish; claims-real: real texts in 13 languages; claims-written, "
        "claims-multi-dev: written for training and development; seed: one article",
        "corpora_sha256": digest,
        "weights_sha256": hashlib.sha256(packed).hexdigest(),
        "features": {name: len(head.rows) for name, head in weights.heads.items()},
        "versions": {
            "python": platform.python_version(),
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        "folds": figures,
    }


if __name__ == "__main__":
    raise SystemExit(main())
