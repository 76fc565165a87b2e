"""The answers of a person: each form is a command of the read model, and its result a page to look at next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor.errors import ConflictError
from monitor.model import Certainty, Claim, Event, Status, VerdictKind
from monitor.review.views import Answer, Correction
from monitor.web.desk import Desk
from monitor.web.exchange import Ask, HtmlPage, Redirect, RefusedError, Reply
from monitor.web.pages import common
from monitor.web.typed_period import period

__all__ = ["correct", "correction", "judge", "keys", "retry"]

_LONGEST_NOTE: Final = 500
_LONGEST: Final = 200
_MOST_SCOPES: Final = 12
_VERDICTS: Final[Mapping[str, VerdictKind]] = {
    Answer.CONFIRM: VerdictKind.CONFIRMED,
    Answer.DISMISS: VerdictKind.DISMISSED,
}


def judge(ask: Ask, desk: Desk) -> Reply:
    """Confirm, dismiss or undo a claim, or put it off, and go back to the page that asked."""
    number = desk.number(ask.values["number"])
    answer, back, note = (
        ask.form.get("answer", ""),
        _back(ask),
        ask.form.get("note", "").strip()[:_LONGEST_NOTE],
    )
    if answer == "later":
        later = (*(each for each in ask.later if each != number), number)
        return Redirect(_with(back, at=None, judged=None), later=later)
    seen = _version(ask, desk)
    try:
        if answer in _VERDICTS:
            desk.review.judge(number, _VERDICTS[answer], actor=ask.actor, seen=seen, note=note)
        elif answer == Answer.UNDO:
            desk.review.undo(number, actor=ask.actor, seen=seen, note=note)
        else:
            raise RefusedError(
                400, "That is no answer", "A claim can be confirmed, dismissed, corrected or put off."
            )
    except ConflictError:
        again = {"answer": answer, "note": note}
        return _conflict(desk, number, f"/claims/{number}/judge", _answer(desk, answer), again, back)
    desk.waiting.forget()
    return Redirect(_with(back, at=None, judged=str(number)))


def correction(ask: Ask, desk: Desk) -> Reply:
    """Show the form that corrects a claim."""
    view = desk.review.claim(desk.number(ask.values["number"]))
    return _form(ask, desk, _fields(view.card.claim), version=view.card.version)


def correct(ask: Ask, desk: Desk) -> Reply:
    """Keep a person's own reading of the words of a claim, or show what it would change."""
    number, back = desk.number(ask.values["number"]), _back(ask)
    fields = {name: ask.form.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    fields["note"] = ask.form.get("note", "").strip()[:_LONGEST_NOTE]
    seen = _version(ask, desk)
    try:
        reading = _reading(fields, desk)
    except _WrongError as wrong:
        return _form(ask, desk, fields, version=seen, wrong=wrong, status=422)
    is_preview = ask.form.get("do") == "preview"
    try:
        effect = desk.review.correct(
            number, reading, actor=ask.actor, seen=seen, note=fields["note"], preview=is_preview
        )
    except ConflictError:
        return _conflict(
            desk, number, f"/claims/{number}/correct", _answer(desk, Answer.CORRECT), fields, back
        )
    if is_preview:
        return _form(ask, desk, fields, version=seen, effect=effect)
    desk.waiting.forget()
    return Redirect(_with(back, at=None, judged=str(number)))


def retry(ask: Ask, desk: Desk) -> Reply:
    """Make a delivery due again."""
    sent = desk.review.retry([ask.form.get("id", "")[:_LONGEST]], actor=ask.actor)
    return Redirect(_with(_back(ask, "/deliveries"), retried=str(len(sent))))


def keys(ask: Ask, _: Desk) -> Reply:
    """Turn the keys of this browser on or off."""
    return Redirect("/keys", keys_off=ask.form.get("keys") == "off")


class _WrongError(ValueError):
    """A field that cannot be understood."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


_FIELDS: Final = ("title", "instalment", "event", "status", "when", "scope", "certainty")


def _fields(claim: Claim) -> dict[str, str]:
    return {
        "title": claim.title,
        "instalment": claim.instalment or "",
        "event": claim.event.value,
        "status": claim.status.value,
        "when": "" if claim.when is None else str(claim.when),
        "scope": ", ".join(claim.scope),
        "certainty": claim.certainty.value,
        "note": "",
    }


def _reading(fields: Mapping[str, str], desk: Desk) -> Correction:
    """Return the reading that a form gives. Raises _WrongError for a field that cannot be understood."""
    from monitor.config.words import instalment  # noqa: PLC0415 - pydantic is imported only where a form is sent

    say = desk.speech.say
    if fields["title"] not in {work.title for work in desk.review.works()}:
        raise _WrongError("title", str(say("Choose one of the works.")))
    part = fields["instalment"] or None
    if part is not None:
        try:
            named = instalment(part)
        except ValueError as error:
            raise _WrongError("instalment", str(error)) from None
        part = None if named == "whole" else named
    when = None
    if fields["when"]:
        when = period(fields["when"])
        if when is None:
            raise _WrongError(
                "when",
                str(
                    say(
                        "“{text}” is no date that is understood. Write 2023-10-27, 2023-10, Q4 2023, summer 2023 or 2023.",
                        text=fields["when"],
                    )
                ),
            )
    try:
        event, status, certainty = (
            Event(fields["event"]),
            Status(fields["status"]),
            Certainty(fields["certainty"]),
        )
    except ValueError:
        raise RefusedError(400, "This form is not one of ours") from None
    scope = tuple(dict.fromkeys(filter(None, (each.strip() for each in fields["scope"].split(",")))))
    return Correction(
        title=fields["title"],
        event=event,
        status=status,
        instalment=part,
        when=when,
        scope=scope[:_MOST_SCOPES],
        certainty=certainty,
    )


def _form(
    ask: Ask, desk: Desk, fields: Mapping[str, str], *, version: int, status: int = 200, **context: Any
) -> Reply:
    view = desk.review.claim(desk.number(ask.values["number"]))
    titles = [work.title for work in desk.review.works()]
    values = {
        "area": "review",
        "view": view,
        "fields": fields,
        "version": version,
        "works": titles,
        "statuses": list(Status),
        "certainties": list(Certainty),
        "back": _back(ask),
        "effect": None,
        "wrong": None,
        **context,
        **common(desk),
    }
    return HtmlPage("correct", values, status)


def _conflict(
    desk: Desk, number: int, action: str, answer: str, again: Mapping[str, str], back: str
) -> Reply:
    """Return the page that says that another judged meanwhile, and offers the same answer once more."""
    desk.waiting.forget()
    values = {
        "area": "review",
        "view": desk.review.claim(number),
        "action": action,
        "answer": answer,
        "again": again,
        "back": back,
        **common(desk),
    }
    return HtmlPage("conflict", values, 409)


def _answer(desk: Desk, answer: str) -> str:
    say = desk.speech.say_in
    words = {
        Answer.CONFIRM: say("your answer", "confirm"),
        Answer.DISMISS: say("your answer", "dismiss"),
        Answer.UNDO: say("your answer", "undo"),
        Answer.CORRECT: say("your answer", "correct"),
    }
    return str(words[Answer(answer)])


def _version(ask: Ask, desk: Desk) -> int:
    return desk.number(ask.form.get("version", ""))


def _back(ask: Ask, default: str = "/review") -> str:
    """Return the page that a form came from: an address of this page, nothing else."""
    text = ask.form.get("back", "") or ask.one("back")
    is_own = (
        text.startswith("/")
        and not text.startswith(("//", "/\\"))
        and text.isprintable()
        and len(text) < 2000
    )
    return text if is_own and "\\" not in text else default


def _with(address: str, **changed: str | None) -> str:
    """Return `address` with some query parameters set, or left out where None."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in changed]
    kept += [(name, value) for name, value in changed.items() if value is not None]
    return parts._replace(query=urlencode(kept), fragment="").geturl()
