"""What people read of an alert: one sentence that a person would say."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from monitor.model import Certainty, ChangeKind, Event, Notice, NoticeKind, Status, alert
from monitor.notify.layout import text_of
from monitor.notify.notices import notice
from monitor.notify.sample import sample_alert
from monitor.notify.wording import alert_text, composed, digest_title, sentence, title
from tests.builders import NOW, at, observation
from tests.fakes_notify import HOSTILE, change


@pytest.mark.parametrize(
    ("kind", "before", "status", "after", "certainty", "heading", "said"),
    [
        (ChangeKind.MOVED_LATER, "2023-10-17", Status.SCHEDULED, "2023-10-27", Certainty.OFFICIAL,
         "moved to 27 October 2023", "Alan Wake 2 has moved from 17 to 27 October 2023, says Remedy"),
        (ChangeKind.MOVED_EARLIER, "2023-10-27", Status.SCHEDULED, "2023-10-17", Certainty.OFFICIAL,
         "brought forward to 17 October 2023", "Alan Wake 2 has been brought forward from 27 to 17 October 2023, says Remedy"),
        (ChangeKind.MOVED_LATER, "2023-10-17", Status.SCHEDULED, "2024", Certainty.EXPECTED,
         "moved to 2024", "Alan Wake 2 is expected to have moved from 17 October 2023 to 2024, says Remedy"),
        (ChangeKind.MOVED_LATER, "2023-10-17", Status.SCHEDULED, "2025/..", Certainty.REPORTED,
         "moved to 2025 or later", "Alan Wake 2 is now due in 2025 or later instead of on 17 October 2023, says Remedy"),
        (ChangeKind.NARROWED, "2023-23", Status.SCHEDULED, "2023-10-17", Certainty.OFFICIAL,
         "narrowed down to 17 October 2023", "Alan Wake 2 is due on 17 October 2023, narrowed down from autumn 2023, says Remedy"),
        (ChangeKind.WIDENED, "2023-10-17", Status.SCHEDULED, "2023", Certainty.REPORTED,
         "now only 2023", "Alan Wake 2 has gone from 17 October 2023 to just 2023, says Remedy"),
        (ChangeKind.WIDENED, "2023-10-17", Status.SCHEDULED, None, Certainty.REPORTED,
         "no date any more", "Alan Wake 2 no longer has a date; it was due on 17 October 2023, says Remedy"),
        (ChangeKind.APPEARED, None, Status.SCHEDULED, "2023-23", Certainty.RUMOURED,
         "autumn 2023", "Alan Wake 2 is rumoured to come out in autumn 2023, according to Remedy"),
        (ChangeKind.APPEARED, None, Status.SCHEDULED, "2024-05/2024-07", Certainty.REPORTED,
         "May–July 2024", "Alan Wake 2 is due between May and July 2024, says Remedy"),
        (ChangeKind.APPEARED, None, Status.SCHEDULED, "../2024-12-31", Certainty.EXPECTED,
         "no later than the end of 2024", "Alan Wake 2 is expected to come out by the end of 2024, says Remedy"),
        (ChangeKind.APPEARED, None, Status.SCHEDULED, None, Certainty.OFFICIAL,
         "coming, no date so far", "Alan Wake 2 is coming, with no date so far, says Remedy"),
        (ChangeKind.APPEARED, None, Status.UNANNOUNCED, None, Certainty.REPORTED,
         "no date so far", "Alan Wake 2 has no release date so far, says Remedy"),
        (ChangeKind.CONFIRMED, "2023-10-17", Status.SCHEDULED, "2023-10-17", Certainty.OFFICIAL,
         "confirmed, 17 October 2023", "Alan Wake 2 is confirmed for 17 October 2023, says Remedy"),
        (ChangeKind.RELEASED, "2023-10-17", Status.RELEASED, None, Certainty.OFFICIAL, "out", "Alan Wake 2 is out, says Remedy"),
        (ChangeKind.RELEASED, "2023-10-17", Status.RELEASED, "2023-10-17", Certainty.REPORTED,
         "out since 17 October 2023", "Alan Wake 2 came out on 17 October 2023, says Remedy"),
        (ChangeKind.POSTPONED, "2023-10-17", Status.POSTPONED, None, Certainty.OFFICIAL,
         "postponed", "Alan Wake 2 has been postponed from 17 October 2023, with no new date, says Remedy"),
        (ChangeKind.CANCELLED, "2023-10-17", Status.CANCELLED, None, Certainty.OFFICIAL,
         "cancelled", "Alan Wake 2 has been cancelled; it was due on 17 October 2023, says Remedy"),
        (ChangeKind.DENIED, "2023-10-17", Status.DENIED, "2023-10-17", Certainty.OFFICIAL,
         "not 17 October 2023", "Alan Wake 2 is not coming on 17 October 2023, says Remedy"),
        (ChangeKind.RUMOURED, "2023-10-17", Status.SCHEDULED, "2024-03", Certainty.RUMOURED, "rumour, March 2024",
         "Alan Wake 2 is rumoured to come out in March 2024, not on 17 October 2023, according to Remedy"),
        (ChangeKind.DISPUTED, "2023-10-17", Status.SCHEDULED, "2023-10-27", Certainty.REPORTED, "disputed, 27 October 2023 or 17 October 2023",
         "Sources disagree: Alan Wake 2 is due on 27 October 2023, or is due on 17 October 2023"),
        (ChangeKind.OVERDUE, "2023-10-17", Status.SCHEDULED, "2023-10-17", Certainty.REPORTED, "overdue since 17 October 2023",
         "Alan Wake 2 was due on 17 October 2023 and is not known to be out"),
    ],
)  # fmt: skip
def test_each_kind_of_change_has_its_sentence(
    *,
    kind: ChangeKind,
    before: str | None,
    status: Status,
    after: str | None,
    certainty: Certainty,
    heading: str,
    said: str,
) -> None:
    told = alert(change(kind, before, after, status=status, certainty=certainty))
    assert title(told, "en") == f"Alan Wake 2: {heading}"
    assert sentence(told, "en") == said


@pytest.mark.parametrize(
    ("fields", "subject"),
    [
        ({"instalment": "season 2"}, "Alan Wake 2 season 2"),
        ({"instalment": "dlc: Night Springs"}, "Alan Wake 2: Night Springs"),
        ({"instalment": "edition: Deluxe"}, "Alan Wake 2 (Deluxe edition)"),
        ({"instalment": "edition: Anniversary Edition"}, "Alan Wake 2 (Anniversary Edition)"),
        ({"scope": ("PS5", "Xbox Series")}, "Alan Wake 2 on PS5 and Xbox Series"),
        ({"scope": ("PC", "PS5", "Switch", "Xbox Series")}, "Alan Wake 2 on PC, PS5, Switch and Xbox Series"),
        ({"scope": ("Japan", "PS5", "theatres", "US")}, "Alan Wake 2 on PS5 in theatres in Japan and the US"),
        ({"scope": ("Japan",)}, "Alan Wake 2 in Japan"),
        ({"scope": ("theatres",)}, "Alan Wake 2 in theatres"),
        ({"event": Event.TRAILER}, "The trailer for Alan Wake 2"),
    ],
)
def test_the_sentence_names_what_it_is_about(fields: dict[str, Any], subject: str) -> None:
    assert (
        sentence(alert(change(**fields)), "en")
        == f"{subject} has moved from 17 to 27 October 2023, says Remedy"
    )


@pytest.mark.parametrize(
    ("sources", "certainty", "end"),
    [
        (("Remedy",), Certainty.OFFICIAL, ", says Remedy"),
        (("Osen", "Lee the director"), Certainty.OFFICIAL, ", says Lee the director"),
        ((), Certainty.REPORTED, ", reports news.example"),
        ((), Certainty.RUMOURED, ", according to news.example"),
    ],
)
def test_the_sentence_says_on_whose_word_it_rests(
    sources: tuple[str, ...], certainty: Certainty, end: str
) -> None:
    evidence = (observation("2023-10-27", certainty=certainty, sources=sources),)
    assert sentence(alert(change(certainty=certainty, evidence=evidence)), "en").endswith(end)


def test_who_said_it_first_is_the_earliest_published() -> None:
    told = change(
        evidence=(
            observation(
                "2023-10-27",
                certainty=Certainty.OFFICIAL,
                sources=("Remedy",),
                url="https://remedy.example/news",
            ),
            observation(
                "2023-10-27",
                published=at("2023-08-02"),
                url="https://www.leaks.example/x",
                certainty=Certainty.RUMOURED,
            ),
        )
    )
    telling = alert_text(alert(told), "en")
    assert telling.credit == "Remedy, in remedy.example, 10 August 2023"
    assert telling.first == "First said by leaks.example, 2 August 2023"
    assert telling.link == "https://remedy.example/news"


def test_a_language_without_a_catalogue_is_told_in_english_with_its_own_dates_in_the_labels() -> None:
    telling = alert_text(alert(change()), "sv")
    assert telling.sentence == "Alan Wake 2 has moved from 17 to 27 October 2023, says Remedy"
    assert telling.before == "17 oktober 2023 (official, since 10 augusti 2023)"
    assert telling.after == "27 oktober 2023 (official)"
    assert telling.language == "en"


def test_americans_read_american_dates() -> None:
    assert (
        sentence(alert(change()), "en-US") == "Alan Wake 2 has moved from October 17 to 27, 2023, says Remedy"
    )


def test_an_alert_without_evidence_is_told_all_the_same() -> None:
    telling = alert_text(alert(change(evidence=())), "en")
    assert telling.sentence == "Alan Wake 2 has moved from 17 to 27 October 2023"
    assert (telling.quote, telling.credit, telling.first, telling.link) == ("", "", "", "")


def test_several_alerts_have_one_title() -> None:
    works = ["Alan Wake 2", "Alan Wake 2", "Hades II", "A", "B", "C"]
    assert (
        digest_title([alert(change(title=name)) for name in works[:3]], "en")
        == "3 changes: Alan Wake 2 and Hades II"
    )
    assert digest_title([alert(change(title=name)) for name in works], "en") == (
        "6 changes: Alan Wake 2, Hades II, A and 2 more"
    )


@pytest.mark.parametrize(
    ("told", "title", "text"),
    [
        (Notice(NoticeKind.SOURCE_GONE, "blog"), "Source blog is dead", "it is gone for good and is not polled any more"),
        (Notice(NoticeKind.SOURCE_BLOCKED, "blog", {"failures": 5, "error": "HTTP 403"}),
         "Source blog is blocked", "5 polls in a row failed, last: HTTP 403"),
        (Notice(NoticeKind.SOURCE_QUIET, "blog", {"days": 9, "usual_days": 2}), "Source blog is quiet",
         "it can be read, but has published nothing for 9 days; before, never longer than 2"),
        (Notice(NoticeKind.SOURCE_RECOVERED, "blog"), "Source blog has recovered", "it has recovered"),
        (Notice(NoticeKind.CHANNEL_FAILING, "mail", {"error": "no answer"}), "Channel mail does not accept its alerts",
         "no answer. `monitor deliveries --state dead` lists what was given up, `monitor deliveries retry` sends it again."),
        (Notice(NoticeKind.CHANNEL_RECOVERED, "mail"), "Channel mail accepts its alerts again",
         "`monitor deliveries --state dead` lists what was given up, `monitor deliveries retry` sends it again."),
    ],
)  # fmt: skip
def test_a_notice_of_the_monitor_is_worded(told: Notice, title: str, text: str) -> None:
    telling = alert_text(notice(told, NOW), "en")
    assert (telling.title, telling.sentence) == (title, text)


def test_a_notice_of_an_earlier_version_is_told_as_it_was_worded() -> None:
    body = {
        "type": "monitor.notice",
        "timestamp": "2026-01-01T00:00:00Z",
        "data": {"title": "Channel mail is dead", "text": "Nothing since Monday."},
    }
    assert text_of(alert_text(body, "pl")) == "Nothing since Monday."


def test_the_sample_says_that_it_is_a_test() -> None:
    told = sample_alert(NOW)
    assert told["test"] is True
    assert (
        sentence(told, "en")
        == "Test of your monitor has moved from 17 to 27 September 2023, says your monitor"
    )


def test_every_combination_of_change_and_belief_is_told_in_every_wording() -> None:
    periods = ["2023-10-26", "2024-21", "2023-10-01/2023-10-10", "[2024-39,2025-37]", "2024-05/2024-07", "../2024-12-31",
               "2025/..", "2024-06~", "202X", None]  # fmt: skip
    olds = ["2023-10-26", "2024-05/2024-07", "2025/..", None]
    sure = (Certainty.OFFICIAL, Certainty.RUMOURED)
    for kind, status, after, before, certainty in itertools.product(ChangeKind, Status, periods, olds, sure):
        told = alert(change(kind, before, after, status=status, certainty=certainty))
        telling = alert_text(told, "en")
        assert telling.title.startswith("Alan Wake 2: ")
        assert "  " not in telling.sentence
        assert not telling.sentence.endswith((" ", ",", "."))
        assert "None" not in telling.sentence + telling.title


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_plain_in_every_field(hostile: str) -> None:
    evidence = (observation("2023-10-27", quote=hostile, sources=(hostile,), url=hostile, source=hostile),)
    told = change(title=hostile, instalment=hostile, scope=(hostile,), evidence=evidence)
    telling = alert_text(alert(told), "en")
    for text in (telling.title, telling.sentence, telling.quote, telling.credit, telling.first, telling.link):
        assert text.isprintable()
        assert len(text) < 2000


@pytest.mark.parametrize("kind", [ChangeKind.RUMOURED, ChangeKind.DISPUTED])
def test_what_is_only_heard_does_not_read_as_if_it_replaced_what_is_believed(kind: ChangeKind) -> None:
    told = alert_text(alert(change(kind, "2023-10-17", "2023-12", certainty=Certainty.RUMOURED)), "en")
    assert told.stands
    assert text_of(told).splitlines()[2:4] == [
        "Still: 17 October 2023 (official, since 10 August 2023)",
        "Heard: December 2023 (rumoured)",
    ]


def test_an_alert_links_to_its_change_on_the_page_where_that_has_an_address() -> None:
    told = replace(change(), id=12)
    body = composed(told, "en", "https://releases.example.org")
    assert body["data"]["page"] == "https://releases.example.org/changes/12"
    assert text_of(alert_text(body, "en")).endswith("\nhttps://releases.example.org/changes/12")
    assert "page" not in composed(told)["data"]
    assert alert_text(composed(told), "en").page == ""
