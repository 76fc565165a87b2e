"""Labelled texts to weights: rows of features with what the labels say of them, and the fitting of each head.

Labels are aligned to candidates: a date whose reading equals a claim's period speaks for that claim; of an undated claim the
quoted sentence does, and the document's other sentences are left out for that class, since a claim made three times is quoted once.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import warnings
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy import sparse
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from texts import CASE_WORKS, watched

from monitor.cli.archive import parse_line
from monitor.extract.attribution import (
    CERTAINTIES,
    attribution_of,
    certainty_features,
    credit_candidates,
    vouched_features,
)
from monitor.extract.candidates import Survey, survey
from monitor.extract.decode import (
    CODES,
    DATED,
    UNDATED,
    Featured,
    Hypothesis,
    claim_features,
    featured,
    hypotheses,
    likeliest_part,
)
from monitor.extract.features import Seen, reading_features
from monitor.extract.marks import mark
from monitor.extract.parts import part_options
from monitor.extract.scopes import scope_options
from monitor.extract.scoring import UNIT, Head, Weights, chances, sigmoid
from monitor.extract.screening import features_of_candidate, features_of_part
from monitor.extract.templates import Features
from monitor.extract.work_index import WorkIndex
from monitor.model import When
from monitor.parse import structured

Row = tuple[list[str], Any, float]
Screened = tuple[Features, float]
"""The features of a screen, and the probability that what it would give up is needed."""

SENTENCES_OF = date(2023, 8, 10)
"""The day of the cases that name none."""
NOON = time(12, tzinfo=UTC)
CODE = {pair: code for code, pair in CODES.items()}
NEAR = 7
"""Days from publication within which a trailer's day may be given or left null."""
warnings.filterwarnings("ignore", module="sklearn")


@dataclass(eq=False)
class Label:
    """One labelled claim."""

    title: str
    code: str
    interval: tuple[date | None, date | None] | None
    when: str | None
    instalment: str | None
    certainty: str
    sources: list[str]
    scope: list[str]
    quote: str
    optional: bool


@dataclass(eq=False)
class Example:
    """A labelled document, its marks and candidates."""

    corpus: str
    raw: dict[str, Any]
    labels: list[Label]
    text: Survey
    seen: Seen
    rows: list[Featured]
    fold: int = 0
    hypotheses: list[Hypothesis] = field(default_factory=list)
    vouched: list[Row] = field(default_factory=list)
    screened: dict[str, list[Screened]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return date.fromisoformat(self.raw["published"][:10])

    def quotes(self, label: Label, text: str) -> bool:
        """Return whether the label's passage is `text`; the labels of one's own short texts have none."""
        return same_passage(label.quote, text) if label.quote or self.corpus != "own" else True


def normal(text: str | None) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text or "")).strip().casefold()


def same_passage(quote: str, text: str) -> bool:
    quote, text = normal(quote), normal(text)
    return bool(quote) and bool(text) and (quote in text or text in quote or quote[:50] in text)


def is_near(interval: tuple[date | None, date | None] | None, day: date) -> bool:
    return interval is not None and interval[0] is not None and abs((interval[0] - day).days) <= NEAR


def load(
    corpora: Path,
    names: Iterable[str],
    folds: int = 5,
    by: str = "work",
    kept: Callable[[dict[str, Any]], bool] | None = None,
) -> list[Example]:
    """Return the examples of the named corpora, each in a fold by its main work (or by document)."""
    found = []
    for name in names:
        documents = {}
        with (corpora / f"{name}.docs.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                raw = json.loads(line)
                documents[raw["id"]] = raw
        with (corpora / f"{name}.labels.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                labelled = json.loads(line)
                raw = documents[labelled["id"]]
                raw["watch"] = labelled.get("watch") or raw.get("watch") or []
                if kept is None or kept(raw):
                    found.append(example(name, raw, labelled["claims"], folds, by))
    return found


def archive_examples(
    corpora: Path, labels: Path, folds: int, by: str, kept: Callable[[dict[str, Any]], bool] | None = None
) -> list[Example]:
    """Return the entries of the replay's archive that `labels` describes; they are learned from in their fold, never scored.

    The file holds no text of the archive: each claim names where its passage starts in `plain_text` of the entry, and how long it is.
    """
    with labels.open(encoding="utf-8") as lines:
        labelled = {row["id"]: row for row in map(json.loads, lines)}
    found = []
    with gzip.open(corpora / "replay-2023-h1.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            row = labelled.pop(raw["id"], None)
            if row is None:
                continue
            raw["watch"] = [
                {"title": title, "kind": kind, "aliases": aliases} for title, kind, aliases in row["watch"]
            ]
            if kept is None or kept(raw):
                found.append(example("archive", raw, placed_claims(raw, row["claims"]), folds, by))
    if labelled:
        raise ValueError(f"{labels}: the archive has no entry {next(iter(labelled))}")
    return found


def placed_claims(raw: dict[str, Any], rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return claims with their quotes; a row is a claim as in `row_claim`, its passage's start and length, and whether it is optional."""
    text = plain_text(raw)
    return [
        {**row_claim(row), "quote": text[start : start + length], "optional": bool(optional)}
        for row, start, length, optional in rows
    ]


def plain_text(raw: dict[str, Any]) -> str:
    """Return headline and body without markup, with single spaces."""
    body = raw.get("html") or raw.get("text") or ""
    body = re.sub(r"<(?:p|li|br|h\d|tr|div|blockquote|figure)\b[^>]*>", " ", body)
    return re.sub(r"\s+", " ", f"{raw.get('title') or ''} {unescape(re.sub(r'<[^>]*>', '', body))}").strip()


def own_examples(cases: Path) -> list[Example]:
    """Return the project's own sentences and texts (tests/cases) as examples that are in no fold: they are learned from, never scored."""
    found = []
    for path in sorted((cases / "sentences").glob("*.yaml")):
        for says in yaml.safe_load(path.read_text(encoding="utf-8")).values():
            for text, said in says.items():
                title, _, body = text.rpartition(" // ")
                claims = [sentence_claim(one) for one in ([said] if isinstance(said, str) else said or [])]
                found.append(own(path.stem, title, body, "", None, claims, SENTENCE_WORKS))
    for path in sorted((cases / "claims").glob("*/*.yaml")):
        corpus = (
            "own posts"
            if path.stem.startswith("news-posts")
            else "news"
            if path.stem.startswith("news")
            else "own"
        )
        cases_of = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.extend(own_text(path.parent.name, case, corpus) for case in cases_of)
    return found


def own_text(lang: str, case: dict[str, Any], corpus: str) -> Example:
    """Return one text of tests/cases/claims; those of news*.yaml quote their claims, as the corpora do."""
    return own(
        case.get("lang", lang),
        case.get("title", ""),
        case.get("text", ""),
        case.get("html", ""),
        case.get("published"),
        [row_claim(one) if isinstance(one, str) else quoted_claim(one) for one in case.get("claims") or []],
        [watched(one) for one in case.get("works", CASE_WORKS)],
        corpus=corpus,
        fields={name: case[name] for name in ("source", "author", "official") if name in case},
    )


SENTENCE_WORKS = [
    {"title": "Alan Wake 2", "kind": "game"},
    {"title": "Dune: Part Two", "kind": "film"},
    {"title": "Pixel 8", "kind": "device"},
    {"title": "Redfall", "kind": "game"},
    {"title": "Silo", "kind": "series"},
    {"title": "The Winds of Winter", "kind": "book"},
]


def own(
    lang: str,
    title: str,
    text: str,
    html: str,
    published: Any,
    claims: list[dict[str, Any]],
    watch: list[dict[str, Any]],
    corpus: str = "own",
    fields: dict[str, Any] | None = None,
) -> Example:
    if isinstance(published, datetime):
        at = published if published.tzinfo else published.replace(tzinfo=UTC)
    else:
        at = datetime.combine(published or SENTENCES_OF, NOON)
    raw = {
        "id": f"own {lang} {title} {text}{html}"[:200],
        "published": at.isoformat(),
        "lang": lang,
        "title": title,
        "watch": watch,
    }
    raw["html" if html else "text"] = html or text
    raw.update(fields or {})
    made = example(corpus, raw, claims, 5, "work")
    made.fold = -1
    return made


def quoted_claim(said: dict[str, Any]) -> dict[str, Any]:
    """Return a claim of a mapping with `claim` (a row), `quote` and perhaps `optional`."""
    return {**row_claim(said["claim"]), "quote": said["quote"], "optional": said.get("optional", False)}


def sentence_claim(said: str) -> dict[str, Any]:
    """Return a claim written "TITLE INSTALMENT: event status when, certainty, by SOURCES, on SCOPE"."""
    title = next(one["title"] for one in SENTENCE_WORKS if said.startswith(one["title"]))
    part, _, rest = (
        said[len(title) :].partition(": release ")
        if ": release " in said
        else said[len(title) :].partition(": trailer ")
    )
    event = "release" if ": release " in said else "trailer"
    told, *more = rest.split(", ")
    status, _, when = told.partition(" ")
    claim: dict[str, Any] = {
        "title": title, "instalment": part.strip() or None, "event": event, "status": status, "when": when or None,
        "certainty": "reported", "sources": [], "scope": [],
    }  # fmt: skip
    for one in more:
        if one.startswith("by "):
            claim["sources"] = one[3:].split(" & ")
        elif one.startswith("on "):
            claim["scope"] = one[3:].split(" & ")
        else:
            claim["certainty"] = one
    return claim


def row_claim(said: str) -> dict[str, Any]:
    """Return a claim written "title | instalment | event | status | when | certainty | sources | scope", "-" for none."""
    title, part, event, status, when, certainty, sources, scope = (one.strip() for one in said.split(" | "))
    return {
        "title": title, "instalment": None if part == "-" else part, "event": event, "status": status,
        "when": None if when == "-" else when, "certainty": certainty,
        "sources": [] if sources == "-" else sources.split(", "), "scope": [] if scope == "-" else scope.split(", "),
    }  # fmt: skip


def load_posts(cases: Path, folds: int) -> list[Example]:
    """Return the labelled social posts of the shared cases."""
    documents = {}
    for path in sorted(cases.glob("posts-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            raw = json.loads(line)
            documents[raw["id"]] = raw
    found = []
    for line in (cases / "posts.labels.jsonl").read_text(encoding="utf-8").splitlines():
        labelled = json.loads(line)
        raw = documents[labelled["id"]]
        raw["watch"] = labelled.get("watch") or raw.get("watch") or []
        found.append(example("posts", raw, labelled["claims"], folds, "document"))
    return found


def example(corpus: str, raw: dict[str, Any], claims: list[dict[str, Any]], folds: int, by: str) -> Example:
    read_line = parse_line(json.dumps(raw).encode() + b"\n")
    text = survey(read_line.document, mark(structured(read_line.document), WorkIndex(read_line.watch or ())))
    seen = Seen(text)
    labels = [label(claim) for claim in claims]
    made = Example(corpus, raw, labels, text, seen, featured(text, seen))
    titles = Counter(one.title for one in labels)
    main = titles.most_common(1)[0][0] if titles else (raw["watch"] or [{"title": raw["id"]}])[0]["title"]
    key = main if by == "work" else raw["id"]
    made.fold = int(hashlib.sha256(key.encode()).hexdigest(), 16) % folds
    return made


def label(claim: dict[str, Any]) -> Label:
    when = claim.get("when")
    try:
        interval = When.parse(when).interval if when else None
    except ValueError:
        interval = None
    return Label(
        claim["title"],
        CODE[claim["event"], claim["status"]],
        interval,
        when,
        claim.get("instalment"),
        claim.get("certainty") or "reported",
        claim.get("sources") or [],
        claim.get("scope") or [],
        claim.get("quote") or claim.get("anchor") or "",
        bool(claim.get("optional")),
    )


# Rows: features, target, weight


def dated_rows(examples: Iterable[Example]) -> Iterator[Row]:
    for one in examples:
        for row in one.rows:
            candidate = row.candidate
            if candidate.date is None:
                continue
            intervals = [reading.when.interval for reading in row.readings]
            mine = [label for label in one.labels if label.title == candidate.reach.work.title]
            matching = [label for label in mine if label.interval is not None and label.interval in intervals]
            if not matching:
                trailer = any(label.code == "tr" and label.interval is None for label in mine)
                if trailer and any(is_near(interval, one.today) for interval in intervals):
                    continue  # the trailer's day, which its label leaves out
                yield row.features, "none", weight_of(one)
                continue
            required = [label for label in matching if not label.optional]
            matching.sort(key=lambda label: intervals.index(label.interval))
            required.sort(key=lambda label: intervals.index(label.interval))
            chosen = (required or matching)[0]
            quoted = any(one.quotes(label, candidate.place.sentence.text) for label in matching)
            weight = ((1.0 if quoted else 0.6) if required else 0.2) * weight_of(one)
            yield row.features, chosen.code if chosen.code in DATED else "none", weight


def undated_rows(examples: Iterable[Example]) -> Iterator[tuple[list[str], dict[str, int], float]]:
    """Yield features with 1 (says it), 0 (does not) for each class; a class that is left out is not learned from."""
    for one in examples:
        for row in one.rows:
            candidate = row.candidate
            if candidate.date is not None:
                continue
            targets = dict.fromkeys(UNDATED, 0)
            for label in one.labels:
                if label.title != candidate.reach.work.title or label.code not in targets:
                    continue
                if label.interval is not None and not (
                    label.code == "tr" and is_near(label.interval, one.today)
                ):
                    # "Coming soon" beside its date is no claim of its own, and no sentence that says nothing of the sort.
                    targets[label.code] = targets[label.code] or -1
                    continue
                if one.quotes(label, candidate.place.sentence.text) and not label.optional:
                    targets[label.code] = 1
                elif targets.get(label.code) != 1:
                    targets[label.code] = -1
            yield (
                row.features,
                {code: target for code, target in targets.items() if target >= 0},
                weight_of(one),
            )


def weight_of(one: Example) -> float:
    """Return how much an example weighs: the project's own sentences are few, and are what any user expects to be read right."""
    return 3.0 if one.corpus.startswith("own") else 1.0


def reading_groups(examples: Iterable[Example]) -> Iterator[tuple[list[list[str]], int, float]]:
    for one in examples:
        for row in one.rows:
            if row.candidate.date is None or len(row.readings) < 2:
                continue
            intervals = [reading.when.interval for reading in row.readings]
            for label in one.labels:
                if speaks_for(one, row, label):
                    made = [
                        reading_features(
                            one.seen, row.candidate, label.code, reading, index, len(row.readings)
                        )
                        for index, reading in enumerate(row.readings)
                    ]
                    yield made, intervals.index(label.interval), 0.3 if label.optional else 1.0


def claim_rows(examples: Iterable[Example]) -> Iterator[Row]:
    for one in examples:
        for hypothesis in one.hypotheses:
            target = outcome(one, hypothesis)
            if target is not None:
                yield claim_features(one.text, one.seen, hypothesis, one.hypotheses), target, 1.0


def outcome(one: Example, hypothesis: Hypothesis) -> int | None:
    """Return whether a label says what the hypothesis does; None where it is optional."""
    matching = matching_labels(one, hypothesis)
    if not matching:
        return 0
    return None if matching[0].optional else 1


def matching_labels(one: Example, hypothesis: Hypothesis) -> list[Label]:
    """Return the labels that say what the hypothesis does, the required ones first."""
    matching = [
        label
        for label in one.labels
        if label.title == hypothesis.title
        and label.code == hypothesis.code
        and folded(label.instalment) == folded(hypothesis.part)
        and same_period(one, hypothesis, label)
    ]
    return sorted(matching, key=lambda label: label.optional)


def same_period(one: Example, hypothesis: Hypothesis, label: Label) -> bool:
    mine = hypothesis.when.interval if hypothesis.when is not None else None
    if mine == label.interval:
        return True
    if label.code != "tr":
        return False
    return all(interval is None or is_near(interval, one.today) for interval in (mine, label.interval))


# Fitting


def fit(rows: Sequence[Row], classes: Sequence[str], cost: float, least: int = 2) -> Head:
    """Return a multinomial head (one class for a binary target), its weights rounded to whole numbers."""
    counts: Counter[str] = Counter()
    for features, _, _ in rows:
        counts.update(set(features))
    vocabulary = {
        name: at for at, name in enumerate(sorted(name for name, count in counts.items() if count >= least))
    }
    matrix = as_matrix([features for features, _, _ in rows], vocabulary)
    targets = [target for _, target, _ in rows]
    costs = np.array([weight for _, _, weight in rows])
    present = sorted(set(targets))
    if len(classes) == 1:
        model = LogisticRegression(C=cost, solver="liblinear", max_iter=100, tol=1e-3, random_state=0).fit(
            matrix, targets, sample_weight=costs
        )
        return quantised(vocabulary, classes, model.coef_, model.intercept_)
    model = LogisticRegression(C=cost, max_iter=80, tol=1e-3).fit(matrix, targets, sample_weight=costs)
    coefficients = np.zeros((len(classes), len(vocabulary)))
    intercepts = np.full(len(classes), -8.0)
    for index, name in enumerate(model.classes_):
        coefficients[classes.index(name)] = model.coef_[index]
        intercepts[classes.index(name)] = model.intercept_[index]
    assert set(present) <= set(classes)
    return quantised(vocabulary, classes, coefficients, intercepts)


def fit_each(
    rows: Sequence[tuple[list[str], dict[str, int], float]],
    classes: Sequence[str],
    cost: float,
    least: int = 2,
) -> Head:
    """Return a head of independent classes."""
    counts: Counter[str] = Counter()
    for features, _, _ in rows:
        counts.update(set(features))
    vocabulary = {
        name: at for at, name in enumerate(sorted(name for name, count in counts.items() if count >= least))
    }
    matrix = as_matrix([features for features, _, _ in rows], vocabulary)
    coefficients = np.zeros((len(classes), len(vocabulary)))
    intercepts = np.full(len(classes), -8.0)
    for index, name in enumerate(classes):
        kept = [at for at, (_, targets, _) in enumerate(rows) if name in targets]
        targets = [rows[at][1][name] for at in kept]
        if sum(targets) < 5:
            continue
        model = LogisticRegression(C=cost, solver="liblinear", max_iter=100, tol=1e-3, random_state=0).fit(
            matrix[kept], targets, sample_weight=[rows[at][2] for at in kept]
        )
        coefficients[index], intercepts[index] = model.coef_[0], model.intercept_[0]
    return quantised(vocabulary, classes, coefficients, intercepts)


def fit_choice(groups: Sequence[tuple[list[list[str]], int, float]], cost: float, least: int = 2) -> Head:
    """Return a head whose softmax over the options of a group is likeliest to choose the right one (conditional logit).

    A group is the features of its options, the index of the right one, and a weight.
    """
    counts: Counter[str] = Counter()
    for options_of, _, _ in groups:
        for features in options_of:
            counts.update(set(features))
    vocabulary = {
        name: at for at, name in enumerate(sorted(name for name, count in counts.items() if count >= least))
    }
    matrix = as_matrix([features for options_of, _, _ in groups for features in options_of], vocabulary)
    sizes = np.array([len(options_of) for options_of, _, _ in groups])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right = starts + np.array([index for _, index, _ in groups])
    costs = np.array([weight for _, _, weight in groups])
    group_of = np.repeat(np.arange(len(groups)), sizes)

    def loss(weights: Any) -> tuple[float, Any]:
        scores = matrix @ weights
        top = np.maximum.reduceat(scores, starts)
        powers = np.exp(scores - top[group_of])
        totals = np.add.reduceat(powers, starts)
        value = float((costs * (np.log(totals) + top - scores[right])).sum()) + 0.5 / cost * float(
            weights @ weights
        )
        pull = powers / totals[group_of] * costs[group_of]
        pull[right] -= costs
        return value, matrix.T @ pull + weights / cost

    found = minimize(loss, np.zeros(len(vocabulary)), jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return quantised(vocabulary, ("right",), found.x[None, :], [0.0])


def as_matrix(rows: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> Any:
    columns: list[int] = []
    ends = [0]
    for features in rows:
        columns.extend(sorted({vocabulary[one] for one in features if one in vocabulary}))
        ends.append(len(columns))
    return sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), len(vocabulary)))


def quantised(vocabulary: dict[str, int], classes: Sequence[str], coefficients: Any, intercepts: Any) -> Head:
    whole = np.clip(np.rint(np.asarray(coefficients) * UNIT), -32000, 32000).astype(np.int16).T
    kept = []
    table: array[int] = array("h")
    for name, at in vocabulary.items():
        weights = whole[at]
        if np.abs(weights).max() >= LEAST_WEIGHT:
            kept.append(name)
            table.extend(weights.tolist())
    return Head.of(classes, [round(float(one) * UNIT) for one in np.ravel(intercepts)], kept, table)


LEAST_WEIGHT = 5


def first_stage(examples: Sequence[Example], cost: float = 0.1) -> dict[str, Head]:
    return {
        "dated": fit(list(dated_rows(examples)), DATED, cost),
        "undated": fit_each(list(undated_rows(examples)), UNDATED, cost),
        "reading": fit_choice(list(reading_groups(examples)), 1.0),
        "part": fit_choice(list(part_groups(examples)), 0.2),
        "certainty": fit(list(certainty_rows(examples)), CERTAINTIES, 0.1),
        "credit": fit(list(credit_rows(examples)), ("right",), 0.3),
        "scope": fit(list(scope_rows(examples)), ("right",), 0.3),
    }


def suppose(examples: Iterable[Example], heads: dict[str, Head]) -> None:
    weights = Weights(heads)
    for one in examples:
        one.hypotheses = hypotheses(one.seen, one.rows, weights)
        one.vouched = list(vouched_rows(one, weights))


def screen(examples: Iterable[Example], heads: dict[str, Head]) -> None:
    """Keep in each example what the screens are fitted on: what the heads, which must not have seen it, would make of each candidate."""
    weights = Weights(heads)
    for one in examples:
        one.screened = {name: [] for name in SCREENS}
        for row in one.rows:
            chance = likeliest(row, weights)
            one.screened["undated" if row.candidate.date is None else "dated"].append((
                features_of_candidate(one.seen, row.candidate, row.readings), chance,
            ))  # fmt: skip
        for hypothesis in hypotheses(one.seen, one.rows, weights):
            for mention in hypothesis.mentions:
                part, _ = likeliest_part(one.seen, mention.candidate, hypothesis.code, weights)
                one.screened["part"].append((
                    features_of_part(one.seen, mention.candidate), float(part is not None)
                ))  # fmt: skip
            if hypothesis.chance >= LIKELY:
                told = attribution_of(one.seen, hypothesis.mentions, hypothesis.code, weights)
                one.screened["credit"] += [(voice.screened, chance) for chance, voice in told.voices]


SCREENS = {"dated": (0.3, 0.005), "undated": (0.3, 0.005), "part": (0.5, 0.01), "credit": (0.35, 0.01)}
"""What each screen must let pass: all with at least this probability, except for this share."""
LIKELY = 0.3
"""The least probability of a hypothesis whose names are screened."""


def likeliest(row: Featured, weights: Weights) -> float:
    """Return the probability of the likeliest class of a candidate."""
    if row.candidate.date is None:
        return sigmoid(max(weights["undated"].sums(row.features)))
    return max(chances(weights["dated"].sums(row.features))[1:])


def screens(examples: Sequence[Example], cost: float = 0.3) -> dict[str, Head]:
    """Return the screens, each with its threshold in its bias.

    Thresholds are chosen on halves that the weights have not seen, so that a screen loses no more of the other languages than of English.
    """
    found = {}
    for name, (least, lost) in SCREENS.items():
        halves: list[list[tuple[list[str], int, bool]]] = [[], []]
        for index, one in enumerate(examples):
            halves[index % 2] += [
                (list(made), int(chance >= least), is_english(one)) for made, chance in one.screened[name]
            ]
        sums: dict[bool, list[int]] = {True: [], False: []}
        for half, other in (halves, halves[::-1]):
            head = fit_screen(other, cost)
            for made, passes, english in half:
                if passes:
                    sums[english].append(head.sums(made)[0])
        head = fit_screen([*halves[0], *halves[1]], cost)
        threshold = min(sorted(some)[int(lost * len(some))] for some in sums.values() if some)
        found[f"{name} screen"] = Head(head.classes, (head.bias[0] - threshold,), head.rows)
    return found


def is_english(one: Example) -> bool:
    return str(one.raw.get("lang") or "en").startswith("en")


def fit_screen(rows: Sequence[tuple[list[str], int, bool]], cost: float) -> Head:
    """Return a head for what must pass, of features that are not rare."""
    return fit([(made, passes, 1.0) for made, passes, _ in rows], ("right",), cost, 5)


def second_stage(examples: Sequence[Example], cost: float = 0.1) -> dict[str, Head]:
    """Return the heads that weigh what others say, which must not have seen the examples when they said it (`suppose`).

    The entries of the archive are left out: they were chosen for being doubtful, and would make everything else look doubtful too.
    """
    examples = [one for one in examples if one.corpus != "archive"]
    return {
        "claim": fit(list(claim_rows(examples)), ("right",), cost),
        "vouched": fit([row for one in examples for row in one.vouched], CERTAINTIES, cost),
    }


def vouched_rows(one: Example, weights: Weights) -> Iterator[Row]:
    """Yield what tells how sure each hypothesis is that a label says, with the labelled certainty."""
    for hypothesis in one.hypotheses:
        for label in matching_labels(one, hypothesis)[:1]:
            told = attribution_of(one.seen, hypothesis.mentions, hypothesis.code, weights)
            yield vouched_features(told, hypothesis.code), label.certainty, 0.3 if label.optional else 1.0


def part_groups(examples: Iterable[Example]) -> Iterator[tuple[list[list[str]], int, float]]:
    """Yield the instalments that a labelled mention may be about, with which of them is the labelled one."""
    for one in examples:
        for row in one.rows:
            for label in one.labels:
                if not speaks_for(one, row, label):
                    continue
                made = part_options(one.seen, row.candidate, label.code)
                names = [folded(option.name) for option in made]
                if folded(label.instalment) in names and len(made) > 1:
                    right = names.index(folded(label.instalment))
                    yield [option.features for option in made], right, 0.3 if label.optional else 1.0


def certainty_rows(examples: Iterable[Example]) -> Iterator[Row]:
    """Yield what tells how sure each labelled passage is, with the labelled certainty."""
    for one, row, label in spoken(examples):
        features = certainty_features(one.seen, row.candidate, label.code)
        yield features, label.certainty, 0.3 if label.optional else 1.0


def credit_rows(examples: Iterable[Example]) -> Iterator[Row]:
    """Yield the names that a labelled passage may credit, with whether the label does."""
    for one, row, label in spoken(examples):
        for voice in credit_candidates(one.seen, row.candidate, label.code):
            yield (
                voice.features,
                int(any(same_name(voice.name, source) for source in label.sources)),
                0.3 if label.optional else 1.0,
            )


def scope_rows(examples: Iterable[Example]) -> Iterator[Row]:
    """Yield the scopes that a labelled passage may have, with whether the label has each."""
    for one, row, label in spoken(examples):
        wanted = {folded(name) for name in label.scope}
        for option in scope_options(one.seen, row.candidate, label.code):
            yield option.features, int(folded(option.name) in wanted), 0.3 if label.optional else 1.0


def spoken(examples: Iterable[Example]) -> Iterator[tuple[Example, Featured, Label]]:
    """Yield each label with the candidates that speak for it."""
    for one in examples:
        for label in one.labels:
            for row in one.rows:
                if speaks_for(one, row, label):
                    yield one, row, label


def same_name(one: str, other: str) -> bool:
    """Return whether one of two names is a part of the other."""
    one, other = folded(one), folded(other)
    return bool(one and other) and (one in other or other in one)


def speaks_for(one: Example, row: Featured, label: Label) -> bool:
    """Return whether a candidate is the labelled passage's: its work, its date, its words."""
    candidate = row.candidate
    if label.title != candidate.reach.work.title or not one.quotes(label, candidate.place.sentence.text):
        return False
    if candidate.date is None:
        return label.interval is None or (label.code == "tr" and is_near(label.interval, one.today))
    return any(reading.when.interval == label.interval for reading in row.readings)


def folded(text: str | None) -> str:
    return re.sub(r"\W+", " ", (text or "").casefold()).strip()
