"""The pages that only show: each is a function of what was asked and of the read model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from markupsafe import Markup

from monitor.errors import NotFoundError
from monitor.model import (
    Belief,
    Certainty,
    ChangeKind,
    DeliveryState,
    Event,
    Key,
    VerdictKind,
    When,
    WorkKind,
)
from monitor.review.views import (
    Answer,
    Cause,
    ClaimFilter,
    ClaimView,
    Count,
    DocumentView,
    Facet,
    Page,
    QueueItem,
    RecordView,
    ReviewQueue,
    SearchView,
    Stance,
    StandingView,
    Step,
    Upcoming,
    WorkView,
)
from monitor.web.desk import Desk
from monitor.web.exchange import Ask, Data, HtmlPage, Reply
from monitor.web.shown import link
from monitor.web.speech import Speech
from monitor.web.timelines import Scale, axis, picture, pips, scale_of

__all__ = [
    "change", "changes", "claim", "claims", "common", "deliveries", "document", "home", "keys", "live", "review", "search", "sources", "work",
]  # fmt: skip

E = TypeVar("E", bound=StrEnum)

_HOME_MONTHS: Final = 24
_WORK_MONTHS: Final = 60
_PAGE: Final = 50
_CLAIMS: Final = 6
_QUEUE: Final = 20
_LONGEST_WORDS: Final = 200
_DAYS: Final = {"1d": 1, "7d": 7, "30d": 30, "365d": 365}
_NEWS: Final = timedelta(days=35)
_LIVE_LIMIT: Final = 100


@dataclass(frozen=True)
class _Row:
    """A work by date as the first page shows it."""

    one: Upcoming
    query: str
    sub: str
    when: str
    until: str
    picture: Markup
    news: str


@dataclass(frozen=True)
class _Rung:
    """One row of how a date moved: `tone` is its class, `verdict` whether it is believed, `others` who said it after the first."""

    step: Step
    state: str
    picture: Markup
    tone: str
    verdict: str
    others: list[str]
    further: int


@dataclass(frozen=True)
class _Choice:
    """A value that the review can be restricted to."""

    value: str
    label: str
    count: Count
    is_chosen: bool


def home(ask: Ask, desk: Desk) -> Reply:
    """Show works by date, the week's changes, and how the monitor hears."""
    speech = desk.speech
    view = desk.review.home(kind=_one_of(WorkKind, ask.one("kind")), cursor=ask.one("cursor"), limit=_PAGE)
    up = view.upcoming
    whens = [row.belief.when for row in up.dated.rows if row.belief.when is not None]
    scale = scale_of(whens, up.today, most=_HOME_MONTHS)
    dated, undated = view.dated_count.number, len(up.undated) + len(up.without_belief)
    summary = ", ".join(
        (
            speech.say_many("{count} dated", "{count} dated", count=dated),
            speech.say_many("{count} without a date", "{count} without a date", count=undated),
        )
    )
    return HtmlPage(
        "home",
        {
            "area": "home",
            "view": view,
            "rows": [_row(one, scale, speech) for one in up.dated.rows],
            "axis": axis(scale, speech.locale, up.today, str(speech.say_in("day", "today"))),
            "summary": summary,
            "config_file": desk.config_file,
            **common(desk, waiting=view.waiting),
        },
    )


def _row(one: Upcoming, scale: Scale, speech: Speech) -> _Row:
    when, certainty = one.belief.when, one.belief.certainty
    before = one.before.when if one.before is not None and one.before.when != when else None
    label = f"{speech.when(when)}, {speech.certainty(certainty)}"
    if before is not None:
        label = f"{label}, {speech.say('before: {when}', when=speech.when(before))}"
    is_news = one.change is not None and one.changed_at is not None and speech.now - one.changed_at <= _NEWS
    return _Row(
        one=one,
        query=_key_query(one.key),
        sub=" · ".join(filter(None, (speech.part(one.key), speech.kind(one.work.kind)))),
        when=speech.when_short(when),
        until=_until(when, one.days, speech),
        picture=picture(scale, label, when=when, certainty=certainty, before=before, today=speech.today),
        news=speech.change(one.change) if is_news and one.change is not None else "",
    )


def _until(when: When | None, days: int | None, speech: Speech) -> str:
    """Return how long it is until a day: what is no day is not counted in days."""
    if when is None or days is None or not when.is_day:
        return str(speech.say("no day yet"))
    return speech.until(days)


def work(ask: Ask, desk: Desk) -> Reply:
    """Show what is believed of a work, how that moved, and who said what."""
    speech, review = desk.speech, desk.review
    name = review.work_named(ask.values["slug"])
    view = review.work(name.slug, key=_key(ask, name.title), limit=_CLAIMS)
    main = view.main
    scale = _work_scale(view, speech)
    state = "" if main is None else speech.state(main.belief)
    answer = (
        str(speech.say("Nothing was heard yet"))
        if main is None
        else f"{state} ({speech.certainty(main.belief.certainty)})"
    )
    return HtmlPage(
        "work",
        {
            "area": "home",
            "view": view,
            "main": main,
            "answer": answer,
            "lead": _lead(main, speech),
            "others": [
                {
                    "name": _name_of(one.key, speech),
                    "href": f"/works/{name.slug}{_key_query(one.key)}",
                    "view": one,
                }
                for one in view.standings
                if main is None or one.key != main.key
            ][:12],
            "axis": axis(scale, speech.locale, None),
            "rows": [_rung(step, scale, view, speech) for step in view.steps],
            "record": [_record(one, speech) for one in view.record],
            "passages": view.passages,
            **common(desk),
        },
    )


def _work_scale(view: WorkView, speech: Speech) -> Scale:
    whens = [step.when for step in view.steps if step.when is not None]
    if view.main is not None and view.main.belief.when is not None:
        whens.append(view.main.belief.when)
    return scale_of(whens, speech.today, most=_WORK_MONTHS, before=_WORK_MONTHS)


def _lead(main: StandingView | None, speech: Speech) -> str:
    """Return how long it is until the day, and which day of the week it is; "" where no day is known."""
    when = None if main is None else main.belief.when
    if when is None or not when.is_day or when.earliest is None:
        return ""
    days = (when.earliest - speech.today).days
    until, weekday = speech.capital(speech.until(days)), speech.weekday_name(when.earliest)
    return str(speech.say("{until}, on a {weekday}.", until=until, weekday=weekday))


def _name_of(key: Key, speech: Speech) -> str:
    parts = [speech.part(key)]
    if key.event is Event.TRAILER:
        parts.append(str(speech.say("Trailer")))
    return speech.capital(", ".join(filter(None, parts))) or str(speech.say("The whole of it"))


def _rung(step: Step, scale: Scale, view: WorkView, speech: Speech) -> _Rung:
    state = speech.state(Belief(step.status, step.when, step.certainty))
    believed = _believed_at(step.first.at, view)
    label = f"{state}, {speech.certainty(step.certainty)}"
    tone, verdict = _verdict(step, speech)
    others = [name for name in step.outlets if name != step.first.name]
    return _Rung(
        step=step,
        state=state,
        picture=picture(
            scale,
            f"{label}: {verdict}",
            when=step.when,
            certainty=step.certainty,
            band=None if believed is None else believed.when,
            today=speech.today,
        ),
        tone=tone,
        verdict=verdict,
        others=others,
        further=max(0, step.documents - 1 - len(others)),
    )


def _believed_at(at: datetime, view: WorkView) -> Belief | None:
    """Return what was believed of the main key at a time."""
    if view.main is None:
        return None
    held = [turn for turn in view.turns if turn.key == view.main.key and turn.at <= at]
    return max(held, key=lambda turn: turn.at).after if held else None


def _verdict(step: Step, speech: Speech) -> tuple[str, str]:
    """Return the class and the words for whether a statement is believed."""
    match step.stance:
        case Stance.BELIEVED if step.believed_from is not None:
            return "yes", str(
                speech.say("believed since {day}", day=speech.day(step.believed_from, year=False))
            )
        case Stance.BELIEVED:
            return "yes", str(speech.say("believed"))
        case Stance.SUPPORTS:
            return "sup", str(speech.say("supports it"))
        case Stance.BEFORE if step.believed_from is not None and step.believed_until is not None:
            lasted = speech.lasted(step.believed_until - step.believed_from)
            return "was", str(speech.say("believed for {time}", time=lasted))
        case Stance.BEFORE:
            return "was", str(speech.say("said before"))
        case Stance.DISMISSED:
            return "no", speech.verdict(VerdictKind.DISMISSED)
        case Stance.CONTRADICTS:
            return "no", str(speech.say("not believed"))


def _record(one: RecordView, speech: Speech) -> dict[str, Any]:
    right = str(speech.say("{right} of {told}", right=one.hits, told=one.claims))
    lead = ""
    if one.lead is not None:
        lead = str(speech.say_many("{count} day ahead", "{count} days ahead", count=round(one.lead)))
    return {"source": one.source, "right": right, "lead": lead, "pips": pips(one.hits, one.claims, right)}


def claims(ask: Ask, desk: Desk) -> Reply:
    """Show every claim about a work, newest first."""
    name = desk.review.work_named(ask.values["slug"])
    page = desk.review.claims(ClaimFilter(titles=(name.title,)), cursor=ask.one("cursor"), limit=_QUEUE)
    return HtmlPage("claims", {"area": "home", "work": name, "page": page, "passages": {}, **common(desk)})


def claim(ask: Ask, desk: Desk) -> Reply:
    """Show everything about a claim."""
    view = desk.review.claim(desk.number(ask.values["number"]))
    sentence = desk.speech.claim_sentence(view.card.claim)
    return HtmlPage(
        "claim",
        {
            "area": "review",
            "view": view,
            "sentence": sentence,
            "judged": _claim_review(view, desk),
            **common(desk),
        },
    )


_RATINGS: Final = {VerdictKind.CONFIRMED: (5, "Confirmed"), VerdictKind.DISMISSED: (1, "Dismissed")}


def _claim_review(view: ClaimView, desk: Desk) -> dict[str, Any] | None:
    """Return what schema.org's ClaimReview has to say of the last verdict that counts, None where nobody judged."""
    card = view.card
    counting = [one for one in view.verdicts if not one.is_taken_back and one.kind in _RATINGS]
    if card.verdict is None or not counting:
        return None
    last, first = counting[-1], view.first
    rating, name = _RATINGS[last.kind]
    return {
        "url": f"{desk.settings.base}/claims/{card.id}" if desk.settings.base else "",
        "published": last.at.date().isoformat(),
        "actor": last.actor or "unnamed",
        "note": last.note,
        "said_on": card.published.date().isoformat(),
        "said_by": "" if first is None else (first.credits or (first.name,))[-1],
        "appearance": "" if first is None else link(first.url),
        "rating": rating,
        "name": name,
    }


def document(ask: Ask, desk: Desk) -> Reply:
    """Show the document of a claim as it was read, as text."""
    number = desk.number(ask.values["number"])
    view = desk.review.document(number)
    return HtmlPage(
        "document",
        {"area": "review", "view": view, "number": number, "pieces": list(_pieces(view)), **common(desk)},
    )


def _pieces(view: DocumentView) -> Iterator[tuple[str, int]]:
    """Yield the text of a document in pieces, with the claim that each rests on, 0 for none."""
    at = 0
    for mark in view.marks:
        if mark.start > at:
            yield view.text[at : mark.start], 0
        yield view.text[mark.start : mark.end], mark.claim
        at = mark.end
    if view.text[at:]:
        yield view.text[at:], 0


def review(ask: Ask, desk: Desk) -> Reply:
    """Show the claims that nobody judged, those that would change belief first."""
    speech = desk.speech
    wanted, is_filtered = _queue_filter(ask)
    view = desk.review.queue(wanted, cursor=ask.one("cursor"), limit=_QUEUE, previews=0)
    items = _in_turn(view.page.rows, ask, is_all=ask.one("cause") == "all")
    at = ask.one("at")
    current = next((item for item in items if str(item.card.id) == at), items[0] if items else None)
    if current is not None:
        opened = _previewed(current, desk)
        items = [opened if item is current else item for item in items]
        current = opened
    return HtmlPage(
        "review",
        {
            "area": "review",
            "view": view,
            "items": items,
            "current": current,
            "causes": {cause: _cause(cause, speech) for cause in Cause},
            "answers": {
                Answer.CONFIRM: str(speech.say_in("if you", "confirm")),
                Answer.DISMISS: str(speech.say_in("if you", "dismiss")),
            },
            "groups": _groups(view, ask, speech),
            "is_filtered": is_filtered,
            "cursor": _next_of_queue(view, ask),
            **common(desk, waiting=view.waiting),
        },
    )


def _queue_filter(ask: Ask) -> tuple[ClaimFilter, bool]:
    """Return the filter of the review; of each group the first value, since a queue has one of each."""
    cause = _one_of(Cause, ask.one("cause"))
    certainty = _one_of(Certainty, ask.one("certainty"))
    titles, langs = ask.all("work"), ask.all("lang")
    wanted = ClaimFilter(
        titles=tuple(titles) or None,
        certainty=certainty,
        lang=langs[0] if langs else None,
        cause=cause,
        is_unjudged=True,
    )
    return wanted, any((titles, langs, certainty, cause))


def _in_turn(items: Sequence[QueueItem], ask: Ask, *, is_all: bool) -> list[QueueItem]:
    """Return the queue with what this browser put off at its end, without what changes nothing unless all is asked for."""
    waiting = [item for item in items if is_all or ask.one("cause") or item.cause is not Cause.REST]
    later = [item for number in ask.later for item in waiting if item.card.id == number]
    return [item for item in waiting if item.card.id not in ask.later] + later


def _next_of_queue(view: ReviewQueue, ask: Ask) -> str:
    """Return where the queue continues, "" where only claims follow that would change nothing and are not asked for."""
    rows = view.page.rows
    is_over = bool(rows) and rows[-1].cause is Cause.REST and not ask.one("cause")
    return "" if is_over else view.page.cursor


def _previewed(item: QueueItem, desk: Desk) -> QueueItem:
    return replace(item, effects=desk.review.previews(item.card.id))


def _cause(cause: Cause, speech: Speech) -> str:
    words = {
        Cause.CONTRADICTS: speech.say("contradicts what is believed"),
        Cause.WOULD_CHANGE: speech.say("would change what is believed"),
        Cause.FIRST: speech.say("first of its kind"),
        Cause.REST: speech.say("would change nothing"),
    }
    return str(words[cause])


def _cause_short(cause: Cause, speech: Speech) -> str:
    words = {
        Cause.CONTRADICTS: speech.say_in("why it waits", "contradicts"),
        Cause.WOULD_CHANGE: speech.say_in("why it waits", "would change"),
        Cause.FIRST: speech.say_in("why it waits", "first of its kind"),
        Cause.REST: speech.say_in("why it waits", "the rest"),
    }
    return str(words[cause])


def _groups(view: ReviewQueue, ask: Ask, speech: Speech) -> list[tuple[str, str, list[_Choice]]]:
    def choices(name: str, facets: Sequence[Facet], label: Any) -> list[_Choice]:
        chosen = ask.all(name)
        return [
            _Choice(each.value, str(label(each.value)), each.count, each.value in chosen) for each in facets
        ]

    order = list(Cause)
    causes = sorted(view.causes, key=lambda facet: order.index(Cause(facet.value)))
    return [
        (
            "cause",
            str(speech.say("Why it waits")),
            choices("cause", causes, lambda value: _cause_short(Cause(value), speech)),
        ),
        ("certainty", str(speech.say("How sure")), choices("certainty", view.certainties, speech.certainty)),
        ("work", str(speech.say("Work")), choices("work", view.works, str)),
        ("lang", str(speech.say("Language")), choices("lang", view.languages, speech.language)),
    ]


def changes(ask: Ask, desk: Desk) -> Reply:
    """Show what changed, newest first."""
    speech = desk.speech
    kind, event = _one_of(ChangeKind, ask.one("kind")), _one_of(Event, ask.one("event"))
    words, days = ask.one("words")[:_LONGEST_WORDS].strip(), _DAYS.get(ask.one("since"))
    page = desk.review.changes(
        event=event,
        kind=kind,
        words=words or None,
        since=None if days is None else _midnight(desk, days),
        cursor=ask.one("cursor"),
        limit=_QUEUE,
    )
    spans = [
        (key, str(speech.say_many("the last day", "the last {count} days", count=number)))
        for key, number in _DAYS.items()
    ]
    filters = [
        f"“{words}”" if words else "",
        speech.change(kind) if kind else "",
        str(speech.say("trailers") if event is Event.TRAILER else speech.say("releases")) if event else "",
        dict(spans).get(ask.one("since"), ""),
    ]
    return HtmlPage(
        "changes",
        {
            "area": "changes",
            "page": page,
            "kinds": list(ChangeKind),
            "spans": spans,
            "filters": [each for each in filters if each],
            "is_filtered": any(filters),
            **common(desk),
        },
    )


def _midnight(desk: Desk, days: int) -> datetime:
    """Return the beginning of the day `days` before now; a cursor is for one filter, which must not move with the clock."""
    local = desk.ask.now.astimezone(desk.ask.zone) - timedelta(days=days)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def change(ask: Ask, desk: Desk) -> Reply:
    """Show one change: why, in which words, and which channels were alerted."""
    view = desk.review.change(desk.number(ask.values["number"]))
    return HtmlPage(
        "change", {"area": "changes", "view": view, "states": _route_states(desk.speech), **common(desk)}
    )


def _route_states(speech: Speech) -> dict[str, str]:
    return {
        "delivered": str(speech.say("told")),
        "pending": str(speech.say("on its way")),
        "dead": str(speech.say("given up")),
        "held back": str(speech.say("not told")),
        "not sent": str(speech.say("not told")),
    }


def sources(ask: Ask, desk: Desk) -> Reply:
    """Show the health and the record of each source."""
    found = [one for one in desk.review.sources() if one.state != "removed" or ask.one("all")]
    ordered = sorted(found, key=lambda one: (one.is_well, one.name.casefold()))
    return HtmlPage(
        "sources",
        {
            "area": "sources",
            "view": {"health": desk.review.health()},
            "sources": ordered,
            "config_file": desk.config_file,
            **common(desk),
        },
    )


def deliveries(ask: Ask, desk: Desk) -> Reply:
    """Show what was sent, is on its way or was given up."""
    speech = desk.speech
    state = _one_of(DeliveryState, ask.one("state"))
    page = desk.review.deliveries(state=state, cursor=ask.one("cursor"), limit=_QUEUE)
    retried = ask.one("retried")
    return HtmlPage(
        "deliveries",
        {
            "area": "",
            "page": page,
            "states": {
                DeliveryState.PENDING: str(speech.say("on its way")),
                DeliveryState.DELIVERED: str(speech.say("delivered")),
                DeliveryState.DEAD: str(speech.say("given up")),
            },
            "disabled": desk.review.health().disabled,
            "retried": int(retried) if retried.isascii() and retried.isdecimal() and len(retried) < 6 else 0,
            "config_file": desk.config_file,
            **common(desk),
        },
    )


def search(ask: Ask, desk: Desk) -> Reply:
    """Show the works, claims and sources that have some words."""
    words = " ".join(ask.one("q")[:_LONGEST_WORDS].split())
    view = desk.review.search(words, cursor=ask.one("cursor"), limit=_QUEUE) if words else SearchView(
        words="", works=(), sources=(), claims=Page()
    )  # fmt: skip
    several = words.split()
    return HtmlPage(
        "search",
        {
            "area": "",
            "searched": words,
            "words": words,
            "view": view,
            "fewer": several[:6] if len(several) > 1 else [],
            "passages": {},
            **common(desk),
        },
    )


def keys(_: Ask, desk: Desk) -> Reply:
    """Show the keys, and the form that turns them off."""
    return HtmlPage("keys", {"area": "", **common(desk)})


def live(ask: Ask, desk: Desk) -> Reply:
    """Return how much happened since the page was shown, and the ids to ask with the next time."""
    change_id, _, verdict_id = ask.one("seen").partition(".")
    found = desk.review.since(desk.number(change_id), desk.number(verdict_id), limit=_LIVE_LIMIT)
    speech = desk.speech
    news = []
    if found.changes:
        news.append(
            speech.say_many(
                "{count} change since you opened this page",
                "{count} changes since you opened this page",
                count=len(found.changes),
            )
        )
    elif found.verdicts:
        news.append(
            speech.say_many(
                "{count} answer since you opened this page",
                "{count} answers since you opened this page",
                count=len(found.verdicts),
            )
        )
    return Data(
        {
            "seen": f"{found.change_id}.{found.verdict_id}",
            "news": ", ".join(map(str, news)),
            "show": str(speech.say("Show")),
        }
    )


def common(desk: Desk, *, waiting: Count | None = None) -> dict[str, Any]:
    """Return what every page shows: the wording, the answer just given, and how many claims wait."""
    ask = desk.ask
    done = None
    with suppress(NotFoundError):
        done = desk.done()
    return {
        "speech": desk.speech,
        "done": done,
        "here": ask.here(judged=None, retried=None),
        "waiting": desk.waiting_text(waiting),
        "seen": desk.seen(),
    }


def _one_of(kind: type[E], text: str) -> E | None:
    try:
        return kind(text)
    except ValueError:
        return None


def _key(ask: Ask, title: str) -> Key | None:
    """Return the belief of a work that its address chooses, None for the one that answers "when?"."""
    event = _one_of(Event, ask.one("event"))
    if event is None:
        return None
    return Key(title, ask.one("part") or None, event, tuple(ask.all("scope")))


def _key_query(key: Key) -> str:
    """Return the query that chooses a belief of a work."""
    pairs = [("event", key.event.value)]
    if key.instalment:
        pairs.append(("part", key.instalment))
    pairs += [("scope", scope) for scope in key.scope]
    return f"?{urlencode(pairs)}"
