"""Show a claim with its quote, its sources and repetitions, its changes and the current belief; or a document with its marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from monitor.cli import engine
from monitor.cli.listing import Format, Row, at, write
from monitor.cli.terminal import console, counted, visible, wrapped
from monitor.errors import NotFoundError
from monitor.model import instant as rfc3339

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from monitor.extract import DateFound, Explanation, LanguageFound
    from monitor.ledger import ClaimHistory, Ledger
    from monitor.model import Claim, Document, StructuredDocument

__all__ = ["display_claim", "display_document"]

_LABEL = 18
"""Terminal cells before the value of a label."""
_OTHERS = 12
_HEAD = 40
"""Characters that are shown of a passage in another language."""
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def display_claim(ledger: Ledger, history: ClaimHistory, form: Format) -> None:
    """Write all that is known of a claim to stdout."""
    from monitor.review.claim_rows import claim_row  # noqa: PLC0415 - only who asks pays for it

    row = claim_row(ledger, history)
    if form is Format.TABLE:
        _show(ledger, history, row)
    else:
        write([row], form)


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
    for verdict in history.verdicts:
        by = f", {verdict.actor}" if verdict.actor else ""
        line(
            verdict.kind.value, f"{at(rfc3339(verdict.at))}{by}{': ' + verdict.note if verdict.note else ''}"
        )
    out.print()
    _quote_in_context(ledger, history, out)
    if first := row["first_said"]:
        line("first", f"{_credited(first)}, {at(first['published'])}")
    for origin in row["origins"]:
        chain = " ← ".join(origin["chain"]) or origin["name"]
        line("origin", f"{chain} ({counted(origin['documents'], 'document')})")
    out.print()
    for observation in row["observations"][:20]:
        line(
            at(observation["published"]),
            f"{_credited(observation)}, {observation['certainty']}: {observation['headline']}"
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
            f"{_said(other)}, {counted(other['origins'], 'independent origin')}, first {_credited(other['first_said'])}"
            f" on {at(other['first_said']['published'])[:10]}; {other['why_not']}",
        )
    if standing["disputed"]:
        line("", "disputed: one of these is as well founded")
    if standing["overdue"]:
        line("", "overdue: the time has passed without a report of a release")


def _reason(standing: Row, row: Row) -> str:
    details = f"{standing['certainty']}, {counted(standing['origins'], 'independent origin')}"
    if row["verdict"]:
        details += f"; this claim was {row['verdict']} by a person"
    return f"{details}; since {at(standing['since'])}"


def _credited(observation: Row) -> str:
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

    from monitor.review.passages import passage  # noqa: PLC0415

    claim = history.row.claim
    said = next((o for o in history.observations if o.claim.quote == claim.quote), history.observations[0])
    try:
        document: Document | None = ledger.document(said.document)
    except NotFoundError:
        document = None
    shown = passage(document, said.claim)
    if not (shown.before or shown.after):
        out.print(Text(visible(f"“{claim.quote}”"), "italic"))
    else:
        out.print(
            Text.assemble(
                ("…" if shown.is_cut_before else "", "dim"),
                (visible(shown.before), "dim"),
                ("[", "bold"),
                (visible(shown.quote), "bold"),
                ("]", "bold"),
                (visible(shown.after), "dim"),
                ("…" if shown.is_cut_after else "", "dim"),
            )
        )
    out.print()


def display_document(
    read: StructuredDocument, explanation: Explanation, dates: Sequence[DateFound], *, everything: bool
) -> None:
    """Show a document with its marks: each claim's words in brackets with its number, each date underlined.

    With `everything` also what else was recognised, and why a date made no claim.
    """
    from rich.text import Text  # noqa: PLC0415 - as above

    from monitor.review.passages import part_texts  # noqa: PLC0415

    out = console()
    numbered = list(enumerate(explanation.claims, 1))
    document = read.document
    for text in part_texts(document, read.blocks):
        quotes = [
            (number, *text.covered(claim.span))
            for number, claim in numbered
            if claim.span and claim.span.part == text.part
        ]
        marked = [text.covered(date.span) for date in dates if date.span.part == text.part]
        shown = _marked(text.text, quotes, marked, "bold" if text.part == "title" else "")
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
    how = f"{_RECOGNISED_BY[one.how]}: {', '.join(one.words)}" if one.words else _RECOGNISED_BY[one.how]
    if one.span is None:
        return f"read in {name}, {how}"
    head = one.text if len(one.text) <= _HEAD else f"{one.text[: _HEAD - 1]}…"
    return f"“{head}” read in {name}, {how}"


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
