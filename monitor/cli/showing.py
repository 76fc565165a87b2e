"""Show a claim with its quote, its sources and repetitions, its changes and the current belief; or a document with its marks."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from monitor.cli import engine
from monitor.cli.listing import Format, Row, at, write
from monitor.cli.terminal import console, counted, visible, wrapped
from monitor.errors import NotFoundError
from monitor.model import Belief, Event, Observation, Span, Standing, VerdictKind
from monitor.model import instant as rfc3339

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from monitor.extract import DateFound, Explanation, LanguageFound
    from monitor.ledger import ClaimHistory, Ledger
    from monitor.model import Claim, Document
    from monitor.reconcile import Revision

__all__ = ["display_claim", "display_document", "reasons"]

_CONTEXT = 240
_LABEL = 18
"""Terminal cells before the value of a label."""
_OTHERS = 12
_HEAD = 40
"""Characters that are shown of a passage in another language."""
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2",
     "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot",
     "th", "thead", "tr", "ul"}
)  # fmt: skip
_PIECES = re.compile(
    r"<(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9]{0,30})(?:[^<>]{0,20000})>|<!--|&#?\w{1,30};|[^<&]+|[<&]"
)
_SKIPPED = frozenset({"script", "style", "template", "noscript"})
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def display_claim(ledger: Ledger, history: ClaimHistory, form: Format) -> None:
    """Write all that is known of a claim to stdout."""
    row = claim_row(ledger, history)
    if form is Format.TABLE:
        _show(ledger, history, row)
    else:
        write([row], form)


def claim_row(ledger: Ledger, history: ClaimHistory) -> Row:
    """Return a claim with its observations, origins, verdicts, changes and standing as JSON."""
    from monitor.reconcile import first_said, origins  # noqa: PLC0415 - only who asks pays for it

    claim = history.row.claim
    said = [one for one in history.observations if not one.replaced] or history.observations
    first = first_said(said)
    standing = _standing(ledger, claim)
    turns = _revisions(ledger, claim.title, claim.event)
    return {
        **history.row.to_dict(),
        "first_said": None if first is None else _observation(first),
        "origins": [
            {"name": origin.name, "chain": list(origin.chain), "documents": len(origin.observations)}
            for origin in origins(said)
        ],
        "observations": [_observation(observation) for observation in history.observations],
        "verdicts": [
            {"kind": verdict.kind.value, "at": rfc3339(verdict.at), "note": verdict.note}
            for verdict in history.verdicts
        ],
        "changes": [
            {"at": rfc3339(change.at), **engine.composed(change)["data"]} for change in history.changes
        ],
        "standing": None if standing is None else _believed(standing),
        "turns": [
            _revision(revision) for revision in turns if standing is not None and revision.key == standing.key
        ],
        "heard": [] if standing is None else _competing_claims(ledger, history, standing),
        "why": _why(ledger, history),
    }


def _why(ledger: Ledger, history: ClaimHistory) -> Row:
    told = engine.explained(engine.facts(ledger, history.row.id, None))
    return {"believed": told.is_believed, "reason": told.reason, "unalerted": told.unalerted or None}


def reasons(ledger: Ledger, title: str) -> dict[int, str]:
    """Return the reason of each change of a work, by its id."""
    told: dict[int, str] = {}
    turns = {event: _revisions(ledger, title, event) for event in Event}
    for change in ledger.timeline(title):
        fitting = [
            revision
            for revision in turns[change.key.event]
            if revision.key == change.key and revision.after == change.after and revision.at <= change.at
        ]
        if fitting:
            told[change.id] = fitting[-1].reason
    return told


def _revisions(ledger: Ledger, title: str, event: Event) -> tuple[Revision, ...]:
    from monitor.reconcile import history  # noqa: PLC0415 - as above

    verdicts = {verdict.observation: verdict for verdict in ledger.verdicts(title, event)}
    return history(ledger.observations(title, event), verdicts)


def _revision(revision: Revision) -> Row:
    return {
        "at": rfc3339(revision.at),
        "from": None if revision.before is None else _belief(revision.before),
        "to": _belief(revision.after),
        "reason": revision.reason,
        "said_by": list(dict.fromkeys(_credit(voice) for voice in revision.evidence)),
    }


def _credit(observation: Observation) -> str:
    return " ← ".join([observation.source, *observation.claim.sources])


def _competing_claims(ledger: Ledger, history: ClaimHistory, standing: Standing) -> list[Row]:
    """Return the competing claims that are not believed: how well each is supported, and why it is not believed."""
    from monitor.reconcile import origins  # noqa: PLC0415 - as above

    own, key = history.row.claim, standing.key
    groups: dict[tuple[str, str | None], list[Observation]] = {}
    for observation in ledger.observations(own.title, own.event):
        claim = observation.claim
        when = None if claim.when is None else str(claim.when)
        believed = standing.belief.when and str(standing.belief.when)
        same_part = claim.instalment == key.instalment and (
            not claim.scope or tuple(sorted(claim.scope)) == key.scope
        )
        if observation.replaced or observation.deleted:
            continue
        if same_part and (claim.status, when) != (standing.belief.status, believed):
            groups.setdefault((claim.status.value, when), []).append(observation)
    verdicts = {verdict.observation: verdict.kind for verdict in ledger.verdicts(own.title, own.event)}
    rows = []
    for (status, when), said in groups.items():
        surest = max(said, key=lambda o: o.claim.certainty.rank)
        count = len(origins(said))
        dismissed = any(verdicts.get(o.id) is VerdictKind.DISMISSED for o in said)
        rows.append({
            "status": status, "when": when, "certainty": surest.claim.certainty.value, "documents": len(said),
            "origins": count, "first_said": _observation(said[0]), "last_said": rfc3339(said[-1].published),
            "why_not": "a person dismissed it" if dismissed else _why_not(surest.claim, said[-1], count, standing),
        })  # fmt: skip
    return sorted(rows, key=lambda row: row["last_said"])


def _why_not(claim: Claim, last: Observation, count: int, standing: Standing) -> str:
    from monitor.reconcile import DOUBTFUL  # noqa: PLC0415 - as above

    belief = standing.belief
    if claim.when is not None and belief.when is not None and claim.when.contains(belief.when):
        return "it says the same less precisely"
    if last.published < standing.since:
        return "it was said before what is believed now"
    if count < 2 and claim.confidence is not None and claim.confidence < DOUBTFUL:
        return f"it was read with a confidence of {claim.confidence:.0%} only, and one origin says so"
    if claim.certainty.rank < belief.certainty.rank:
        return f"it is {claim.certainty.value}, what is believed {belief.certainty.value}"
    if count < standing.origins:
        return f"{counted(count, 'independent origin')} against {standing.origins}"
    return "it is disputed" if standing.disputed else "it changes nothing of what is believed"


def _observation(observation: Observation) -> Row:
    post = observation.claim.post
    return {
        "published": rfc3339(observation.published),
        "source": observation.source,
        "url": observation.url,
        "headline": observation.headline,
        "author": observation.author,
        "certainty": observation.claim.certainty.value,
        "sources": list(observation.claim.sources),
        "quote": observation.claim.quote,
        "confidence": observation.claim.confidence,
        "rules": list(observation.claim.rules),
        "reader": observation.reader,
        "replaced": observation.replaced,
        "deleted": observation.deleted,
        "post": None
        if post is None
        else {"author": post.author, "at": post.at and rfc3339(post.at), "url": post.url},
    }


def _standing(ledger: Ledger, claim: Claim) -> Standing | None:
    standings = ledger.standings(claim.title, claim.event)
    own = {key.scope: standing for key, standing in standings.items() if key.instalment == claim.instalment}
    return own.get(tuple(sorted(claim.scope))) or own.get(())


def _believed(standing: Standing) -> Row:
    return {
        **_belief(standing.belief),
        "since": rfc3339(standing.since),
        "origins": standing.origins,
        "disputed": standing.disputed,
        "overdue": standing.overdue,
        "rivals": [_belief(rival) for rival in standing.rivals],
    }


def _belief(belief: Belief) -> Row:
    return {
        "status": belief.status.value,
        "when": None if belief.when is None else str(belief.when),
        "certainty": belief.certainty.value,
    }


def _show(ledger: Ledger, history: ClaimHistory, row: Row) -> None:
    from rich.text import Text  # noqa: PLC0415 - only tables pay for it

    out = console()

    def line(label: str, words: str, style: str = "") -> None:
        for number, piece in enumerate(wrapped(visible(words), out.width - _LABEL)):
            head = "" if number else label
            out.print(Text.assemble((f"{head:<{_LABEL}}", "dim"), (piece, style)), overflow="fold")

    claim = history.row.claim
    out.print(Text(visible(_title(claim)), "bold"))
    line(f"claim {row['id']}", _said(row), "bold")
    line("credited to", ", ".join(claim.sources) or "nobody")
    if reader := history.observations[-1].reader:
        line("read by", f"monitor {reader}")
    if claim.confidence is not None:
        line("confidence", f"{claim.confidence:.0%} that the text was read rightly")
    line(
        "seen",
        f"{counted(row['documents'], 'document')}, first {at(row['first_seen'])}, last {at(row['last_seen'])}",
    )
    for verdict in row["verdicts"]:
        line(verdict["kind"], f"{at(verdict['at'])}{': ' + verdict['note'] if verdict['note'] else ''}")
    out.print()
    _quote_in_context(ledger, history, out)
    if first := row["first_said"]:
        line("first", f"{_voice(first)}, {at(first['published'])}")
    for origin in row["origins"]:
        chain = " ← ".join(origin["chain"]) or origin["name"]
        line("origin", f"{chain} ({counted(origin['documents'], 'document')})")
    out.print()
    for observation in row["observations"][:20]:
        line(
            at(observation["published"]),
            f"{_voice(observation)}, {observation['certainty']}: {observation['headline']}"
            + (" (read again since, and otherwise)" if observation["replaced"] else "")
            + (" (deleted since)" if observation["deleted"] else ""),
        )
        line("", observation["url"], "dim")
    if len(row["observations"]) > 20:
        line("", f"and {len(row['observations']) - 20} more: --format json")
    if history.changes:
        out.print()
    for change in history.changes:
        line(at(rfc3339(change.at)), engine.sentence(change))
    out.print()
    _show_standing(row, line)


def _show_standing(row: Row, line: Any) -> None:
    standing = row["standing"]
    if standing is None:
        line("believed", f"nothing: {row['why']['reason']}")
        line("alerted", row["why"]["unalerted"] or "yes: `monitor why` shows where")
        return
    # "Launches today" is believed as released.
    happened = {standing["status"], row["status"]} == {"scheduled", "released"} and row["when"] is not None
    same = standing["when"] == row["when"] and (happened or standing["status"] == row["status"])
    line("believed", f"{_said(standing)}{' – this claim' if same else ', not this claim'}", "bold")
    line("because", _reason(standing, row))
    if not same:
        line("why not this", row["why"]["reason"])
    if row["why"]["unalerted"]:
        line("not alerted", row["why"]["unalerted"])
    for revision in row["turns"]:
        line(
            at(revision["at"]),
            f"{_said(revision['to'])}: {revision['reason']}; {', '.join(revision['said_by'][:3])}",
        )
    for other in row["heard"][-_OTHERS:]:
        line(
            "also heard",
            f"{_said(other)}, {counted(other['origins'], 'independent origin')}, first {_voice(other['first_said'])}"
            f" on {at(other['first_said']['published'])[:10]}; {other['why_not']}",
        )
    if standing["disputed"]:
        line("", "disputed: one of these is as well founded")
    if standing["overdue"]:
        line("", "overdue: the time has passed without a report of a release")


def _reason(standing: Row, row: Row) -> str:
    told = f"{standing['certainty']}, {counted(standing['origins'], 'independent origin')}"
    if row["verdict"]:
        told += f"; this claim was {row['verdict']} by a person"
    return f"{told}; since {at(standing['since'])}"


def _voice(observation: Row) -> str:
    post = observation["post"]
    return (
        f"{post['author']}, in {observation['source']}"
        if post and post["author"]
        else str(observation["source"])
    )


def _title(claim: Claim) -> str:
    parts = [claim.title, claim.instalment or "", claim.event.value, ", ".join(claim.scope)]
    return " · ".join(filter(None, parts))


def _said(row: Row) -> str:
    return " ".join(filter(None, [row["status"], engine.spelt(row["when"]), f"({row['certainty']})"]))


def _quote_in_context(ledger: Ledger, history: ClaimHistory, out: Console) -> None:
    from rich.text import Text  # noqa: PLC0415 - as above

    claim = history.row.claim
    said = next((o for o in history.observations if o.claim.quote == claim.quote), history.observations[0])
    try:
        document: Document | None = ledger.document(said.document)
    except NotFoundError:
        document = None
    span = said.claim.span
    if document is None or span is None:
        out.print(Text(visible(f"“{claim.quote}”"), "italic"))
    else:
        text, offsets = _readable(getattr(document, span.part), is_html=span.part == "html")
        first, last = _covered(offsets, span)
        start, end = max(0, first - _CONTEXT), min(len(text), last + _CONTEXT)
        out.print(
            Text.assemble(
                ("…" if start else "", "dim"),
                (visible(text[start:first]), "dim"),
                ("[", "bold"),
                (visible(text[first:last]), "bold"),
                ("]", "bold"),
                (visible(text[last:end]), "dim"),
                ("…" if end < len(text) else "", "dim"),
            )
        )
    out.print()


def display_document(
    document: Document, explanation: Explanation, dates: Sequence[DateFound], *, everything: bool
) -> None:
    """Show a document with its marks: each claim's words in brackets with its number, each date underlined.

    With `everything` also what else was recognised, and why a date made no claim.
    """
    from rich.text import Text  # noqa: PLC0415 - as above

    out = console()
    numbered = list(enumerate(explanation.claims, 1))
    for part in ("title", "html", "text"):
        source = getattr(document, part)
        if not source:
            continue
        text, offsets = _readable(source, is_html=part == "html")
        quotes = [
            (number, *_covered(offsets, c.span)) for number, c in numbered if c.span and c.span.part == part
        ]
        marked = [_covered(offsets, date.span) for date in dates if date.span.part == part]
        shown = _marked(text, quotes, marked, "bold" if part == "title" else "")
        shown.rstrip()
        out.print(shown)
        out.print()
    for number, claim in numbered:
        row = claim.to_dict()
        out.print(Text(visible(f"{number}  {_title(claim)}"), "bold"))
        out.print(Text(visible(f"   {_said(row)}, credited to {', '.join(claim.sources) or 'nobody'}")))
        out.print(Text(visible(f"   evidence: {', '.join([*claim.rules, *_weights(claim)])}"), "dim"))
    if not numbered:
        out.print("No claims about what is watched.")
    out.print()
    for date in dates:
        out.print(Text(visible(f"   {date.text} → {date.edtf or 'no date'}")))
    if everything:
        for one in explanation.languages:
            out.print(Text(visible(f"   {_read_in(one)}"), "dim"))
        for date, reason in explanation.unclaimed:
            out.print(Text(visible(f"   {date.text} → no claim: {reason}"), "dim"))
        for mark in explanation.marks:
            words = getattr(document, mark.span.part)[mark.span.start : mark.span.end]
            out.print(Text(visible(f"   {mark.kind:<12} {mark.label:<30} {words}"), "dim"))


_RECOGNISED_BY = {
    "configured": "as configured for its source",
    "declared": "as it declares",
    "script": "by its script",
    "words": "by its words",
    "unsure": "too little text to recognise its language",
}


def _read_in(one: LanguageFound) -> str:
    """Return in which language a document, or a passage of it, was read and why."""
    from monitor.cli.advice import language_name  # noqa: PLC0415 - as above

    name = "no one language" if one.lang == "und" else f"{language_name(one.lang)} ({one.lang})"
    told = f"{_RECOGNISED_BY[one.how]}: {', '.join(one.words)}" if one.words else _RECOGNISED_BY[one.how]
    if one.span is None:
        return f"read in {name}, {told}"
    head = one.text if len(one.text) <= _HEAD else f"{one.text[: _HEAD - 1]}…"
    return f"“{head}” read in {name}, {told}"


def _weights(claim: Claim) -> list[str]:
    """Return the reasons that make a claim weigh less, in words."""
    return ["a passing mention"] * claim.passing + ["an inherited subject"] * claim.inherited


def _marked(
    text: str, quotes: Sequence[tuple[int, int, int]], dates: Sequence[tuple[int, int]], style: str
) -> Text:
    from rich.text import Text  # noqa: PLC0415 - as above

    before: dict[int, str] = {}
    after: dict[int, str] = {}
    for number, first, last in quotes:
        before[first] = "[" + before.get(first, "")
        after[last] = after.get(last, "") + "]" + str(number).translate(_SUPERSCRIPT)
    edges = sorted({0, len(text), *before, *after, *(edge for date in dates for edge in date)})
    shown = Text(style=style)
    for first, last in zip(edges, [*edges[1:], len(text)], strict=True):
        shown.append(after.get(first, ""), "bold green")
        shown.append(before.get(first, ""), "bold green")
        in_date = any(start <= first < end for start, end in dates)
        in_quote = any(start <= first < end for _, start, end in quotes)
        shown.append(
            visible(text[first:last], lines=True),
            " ".join(filter(None, ["bold" if in_quote else "", "underline cyan" if in_date else ""])),
        )
    return shown


def _readable(source: str, *, is_html: bool) -> tuple[str, list[int]]:
    """Return the text of a part of a document, and for each of its characters the offset in the part."""
    if not is_html:
        return source, list(range(len(source)))
    letters: list[str] = []
    offsets: list[int] = []
    for piece, offset in _words(source):
        for number, letter in enumerate(piece):
            if letter.isspace() and letters and letters[-1].isspace() and not (letter == "\n" != letters[-1]):
                continue
            letters.append(letter)
            offsets.append(offset if piece != source[offset : offset + len(piece)] else offset + number)
    return "".join(letters), offsets


def _words(source: str) -> Iterator[tuple[str, int]]:
    """Yield the text of markup with its offsets: tags of blocks as line breaks, other tags and scripts not at all."""
    skipped = ""
    position = 0
    while found := _PIECES.match(source, position):
        piece, position = found[0], found.end()
        tag = (found["tag"] or "").lower()
        if piece == "<!--":
            end = source.find("-->", position)
            position = len(source) if end < 0 else end + 3
        elif skipped:
            skipped = "" if tag == skipped and found["close"] else skipped
        elif tag in _SKIPPED and not found["close"]:
            skipped = tag
        elif tag:
            if tag in _BLOCKS:
                yield "\n", found.start()
        elif piece.startswith("&") and len(piece) > 1:
            yield html.unescape(piece), found.start()
        else:
            yield " ".join(re.split(r"\s", piece)), found.start()


def _covered(offsets: Sequence[int], span: Span) -> tuple[int, int]:
    """Return the characters of the readable text that `span` covers."""
    return bisect_left(offsets, span.start), bisect_left(offsets, span.end)
