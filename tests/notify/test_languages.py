"""Alerts in the reader's language: whole sentences, the dates of the locale, no word of English but names and quotes."""

from __future__ import annotations

import email
import email.policy
import io
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from rich.cells import cell_len

from monitor.i18n import CATALOGUES, LANGUAGES
from monitor.ledger import Ledger
from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    ChannelKind,
    Event,
    Notice,
    NoticeKind,
    Status,
    Verdict,
    VerdictKind,
    alert,
)
from monitor.notify import composed, notice, notice_words, sample_alert
from monitor.notify.console import Console
from monitor.notify.email import Email
from monitor.notify.layout import Layout, text_of
from monitor.notify.webhook import Webhook
from monitor.notify.wording import alert_text, digest_title, further_trailers, sentence, title
from tests.builders import NOW, observation
from tests.fakes_notify import change, channel, open_mailbox, open_receiver, sent

OTHERS = [tag for tag in LANGUAGES if tag != "en"]
SECRET = "whsec_bW9uaXRvcnMgdGVzdCBzZWNyZXQgb2YgMzIgYnl0ZXM="


def _said(
    kind: ChangeKind,
    before: str | None,
    after: str | None,
    status: Status = Status.SCHEDULED,
    certainty: Certainty = Certainty.OFFICIAL,
    *,
    who: str = "Remedy",
    **fields: Any,
) -> Change:
    """Return a change of "Alan Wake 2" on the word of `who`, or of a site where that is empty."""
    evidence = (observation("2023-10-27", certainty=certainty, sources=(who,) if who else ()),)
    return change(kind, before, after, status=status, certainty=certainty, evidence=evidence, **fields)


LATER = _said(ChangeKind.MOVED_LATER, "2023-10-17", "2023-10-27")
HEARD = _said(ChangeKind.RUMOURED, "2023-10-17", "2024-03", certainty=Certainty.RUMOURED, who="")
DISPUTED = _said(ChangeKind.DISPUTED, "2023-10-17", "2023-10-27")
OVERDUE = _said(ChangeKind.OVERDUE, "2023-10-17", "2023-10-17")
PUT_OFF = _said(ChangeKind.POSTPONED, "2023-10-17", None, Status.POSTPONED)
CALLED_OFF = _said(ChangeKind.CANCELLED, "2023-10-17", None, Status.CANCELLED)
OUT = _said(ChangeKind.RELEASED, "2023-10-17", None, Status.RELEASED)
CONFIRMED = _said(ChangeKind.CONFIRMED, "2023-10-17", "2023-10-17")
EARLIER = _said(ChangeKind.MOVED_EARLIER, "2024-09", "2024-08-08", certainty=Certainty.RUMOURED, who="")
NARROWED = _said(ChangeKind.NARROWED, "2023-23", "2023-10-11", certainty=Certainty.REPORTED, who="")
WIDENED = _said(ChangeKind.WIDENED, "2023-10-17", None)
DENIED = _said(ChangeKind.DENIED, "2023-10-17", "2023-10-17", Status.DENIED)
EXPECTED = _said(ChangeKind.APPEARED, None, "2024-05/2024-07", certainty=Certainty.EXPECTED)
TRAILER = _said(
    ChangeKind.RELEASED, None, "2023-10-17", Status.RELEASED, Certainty.REPORTED, who="", event=Event.TRAILER,
    trailer="launch trailer", scope=("PS5",),
)  # fmt: skip
SEASON = _said(
    ChangeKind.MOVED_LATER, "2023-10-17", "2023-10-27", instalment="season 2 part 1", scope=("PS5", "Japan", "US", "theatres"),
)  # fmt: skip
CORRECTED = change(verdict=Verdict(1, VerdictKind.DISMISSED, NOW, ""))
WITHDRAWN = replace(change(ChangeKind.RETRACTED), after=None)


# fmt: off
SENTENCES: list[tuple[str, Change, str]] = [
    ("pl", LATER, "„Alan Wake 2”: premiera przesunięta – 27 października 2023 zamiast 17 października 2023, informuje Remedy"),
    ("pl", HEARD, "„Alan Wake 2”: według plotek premiera w marcu 2024, a nie 17 października 2023 (źródło: news.example)"),
    ("pl", DISPUTED, "Źródła są sprzeczne – „Alan Wake 2”: premiera 27 października 2023 albo premiera 17 października 2023"),
    ("pl", OVERDUE, "„Alan Wake 2”: premiera miała się odbyć 17 października 2023, ale nic nie wiadomo, by do niej doszło"),
    ("pl", SEASON, "„Alan Wake 2”, sezon 2, część 1 (PS5; kina; Japonia i USA): premiera przesunięta – 27 października 2023 zamiast 17 października 2023, informuje Remedy"),
    ("pl", CORRECTED, "Poprawka Twojego monitora – „Alan Wake 2”: premiera 27 października 2023, a nie 17 października 2023"),
    ("de", LATER, "„Alan Wake 2“ erscheint später: am 27. Oktober 2023 statt am 17. Oktober 2023, so Remedy"),
    ("de", EARLIER, "„Alan Wake 2“ erscheint Gerüchten zufolge früher: am 8. August 2024 statt im September 2024, laut news.example"),
    ("de", HEARD, "„Alan Wake 2“ soll Gerüchten zufolge im März 2024 erscheinen und nicht am 17. Oktober 2023, laut news.example"),
    ("de", TRAILER, "Launch-Trailer zu „Alan Wake 2“ (PS5) ist am 17. Oktober 2023 erschienen, berichtet news.example"),
    ("de", PUT_OFF, "„Alan Wake 2“ ist verschoben, ein neuer Termin fehlt (bisher: 17. Oktober 2023), so Remedy"),
    ("es", LATER, "«Alan Wake 2» se retrasa: saldrá el 27 de octubre de 2023 y no el 17 de octubre de 2023, anuncia Remedy"),
    ("es", EXPECTED, "Se espera que «Alan Wake 2» salga entre mayo y julio de 2024, anuncia Remedy"),
    ("es", TRAILER, "El tráiler de lanzamiento de «Alan Wake 2» (PS5) salió el 17 de octubre de 2023, informa news.example"),
    ("es", WITHDRAWN, "Retirado: ya no se da por cierto que «Alan Wake 2» salga el 17 de octubre de 2023; la fuente ya no lo dice"),
    ("fr", LATER, "«\xa0Alan Wake 2\xa0»\xa0: sortie repoussée, désormais le 27 octobre 2023 et non plus le 17 octobre 2023, annonce Remedy"),
    ("fr", CALLED_OFF, "«\xa0Alan Wake 2\xa0»\xa0: sortie annulée\xa0; elle était prévue le 17 octobre 2023, annonce Remedy"),
    ("fr", OUT, "«\xa0Alan Wake 2\xa0»\xa0: désormais disponible, annonce Remedy"),
    ("pt", EXPECTED, "“Alan Wake 2” deve chegar entre maio e julho de 2024, anuncia Remedy"),
    ("pt", DENIED, "“Alan Wake 2” não chega em 17 de outubro de 2023, anuncia Remedy"),
    ("pt-PT", DENIED, "“Alan Wake 2” não chega a 17 de outubro de 2023, anuncia Remedy"),
    ("it", NARROWED, "«Alan Wake 2» esce l’11 ottobre 2023; prima si parlava di: autunno 2023, riferisce news.example"),
    ("it", TRAILER, "Il trailer di lancio di «Alan Wake 2» (PS5) ha debuttato il 17 ottobre 2023, riferisce news.example"),
    ("it", WIDENED, "«Alan Wake 2» non ha più una data; doveva uscire il 17 ottobre 2023, annuncia Remedy"),
    ("ja", LATER, "Remedyによると、『Alan Wake 2』のリリースが2023年10月17日から27日に延期"),
    ("ja", CONFIRMED, "Remedyによると、『Alan Wake 2』は2023年10月17日にリリースされることが確定"),
    ("ja", HEARD, "news.exampleからの情報では、『Alan Wake 2』は2024年3月にリリースされるとの噂（2023年10月17日ではなく）"),
    ("ja", WITHDRAWN, "取り消し：「『Alan Wake 2』は2023年10月17日にリリース予定」という情報は無効（情報元の記述がなくなったため）"),
    ("ko", LATER, "Remedy 측 발표: ‘Alan Wake 2’, 연기돼 2023년 10월 27일에 나온다(기존 일정: 2023년 10월 17일)"),
    ("ko", OVERDUE, "‘Alan Wake 2’, 2023년 10월 17일에 나올 예정이었으나 나왔다는 소식 없음"),
    ("ko", TRAILER, "news.example 보도: ‘Alan Wake 2’ 출시 예고편(PS5), 2023년 10월 17일에 나왔다"),
    ("zh", LATER, "Remedy表示：《Alan Wake 2》由2023年10月17日推迟至27日"),
    ("zh", PUT_OFF, "Remedy表示：《Alan Wake 2》已延期，新日期未定（原定2023年10月17日）"),
    ("zh-TW", PUT_OFF, "Remedy表示：《Alan Wake 2》已延期，新日期未定（原定2023年10月17日）"),
    ("zh-TW", EXPECTED, "Remedy表示：《Alan Wake 2》預計於2024年5月至7月推出"),
    ("tr", LATER, "“Alan Wake 2” ertelendi: 17 Ekim 2023 yerine 27 Ekim 2023 tarihinde çıkacak – açıklayan: Remedy"),
    ("tr", HEARD, "“Alan Wake 2”, söylentilere göre 2024 yılının Mart ayında çıkacak (daha önce bilinen: 17 Ekim 2023) – kaynak: news.example"),
    ("tr", TRAILER, "“Alan Wake 2” çıkış fragmanı (PS5) 17 Ekim 2023 tarihinde çıktı – haber: news.example"),
    ("id", LATER, "“Alan Wake 2” diundur dari 17 ke 27 Oktober 2023, kata Remedy"),
    ("id", TRAILER, "Trailer peluncuran “Alan Wake 2” (PS5) sudah dirilis pada 17 Oktober 2023, menurut laporan news.example"),
    ("id", DISPUTED, "Sumber saling bertentangan: “Alan Wake 2” dijadwalkan rilis pada 27 Oktober 2023, atau dijadwalkan rilis pada 17 Oktober 2023"),
]
# fmt: on


@pytest.mark.parametrize(("tag", "told", "said"), SENTENCES)
def test_a_change_is_told_as_the_language_would_put_it(tag: str, told: Change, said: str) -> None:
    assert sentence(alert(told), tag) == said


def test_the_table_has_every_kind_of_change_and_every_language() -> None:
    assert {told.kind for _, told, _ in SENTENCES} == set(ChangeKind)
    assert {tag for tag, _, _ in SENTENCES} >= set(OTHERS) - {"zh-Hant"}


@pytest.mark.parametrize(
    ("tag", "heading"),
    [
        ("pl", "„Alan Wake 2”: premiera przesunięta, nowy termin: 27 października 2023"),
        ("de", "„Alan Wake 2“: verschoben, neuer Termin 27. Oktober 2023"),
        ("ja", "『Alan Wake 2』：2023年10月27日に延期"),
        ("tr", "“Alan Wake 2”: ertelendi, yeni tarih: 27 Ekim 2023"),
    ],
)
def test_the_title_is_in_the_language_too(tag: str, heading: str) -> None:
    assert title(alert(LATER), tag) == heading


def test_a_whole_alert_is_in_one_language_and_names_that_of_the_quote() -> None:
    said = observation(
        "2023-10-27", certainty=Certainty.OFFICIAL, sources=("Remedy",), quote="열흘만 더요.", lang="ko", headline="A word", claim_id=31
    )  # fmt: skip
    told = alert_text(composed(change(evidence=(said,), id=12), "pl"), "pl")
    assert text_of(told).splitlines() == [
        "„Alan Wake 2”: premiera przesunięta – 27 października 2023 zamiast 17 października 2023, informuje Remedy.",
        "",
        "Było: 17 października 2023 (oficjalnie, od 10 sierpnia 2023)",
        "Jest: 27 października 2023 (oficjalnie)",
        "",
        "„열흘만 더요.” (język: koreański)",
        "Pierwsza wzmianka: Remedy, na news.example, 10 sierpnia 2023",
        "A word",
        "https://news.example/doc-1",
        "",
        "Zmiana 12, doniesienie 31: monitor why 31",
    ]
    assert "“열흘만 더요.” (Korean)" in text_of(alert_text(alert(change(evidence=(said,))), "en"))


@pytest.mark.parametrize("lang", ["en", "en-US", ""])
def test_a_quote_in_the_reader_s_language_is_not_named(lang: str) -> None:
    said = observation("2023-10-27", certainty=Certainty.OFFICIAL, quote="Ten more days.", lang=lang)
    assert "\n“Ten more days.”\n" in text_of(alert_text(alert(change(evidence=(said,))), "en"))


def test_labels_stand_under_each_other_where_letters_take_two_cells() -> None:
    said = _said(ChangeKind.RUMOURED, "2023-10-17", "2024-03", certainty=Certainty.RUMOURED)
    for tag in ("ja", "zh", "zh-Hant", "ko"):
        lines = text_of(alert_text(alert(said), tag)).splitlines()[2:4]
        assert len({cell_len(line[: line.index("20")]) for line in lines}) == 1, lines


def test_a_title_keeps_its_small_letter_where_a_sentence_begins_with_it() -> None:
    assert sentence(alert(change(title="iPhone 18")), "en").startswith("iPhone 18 has moved")
    assert sentence(alert(change(title="iPhone 18")), "tr").startswith("“iPhone 18” ")


PERIODS = ["2023-10-26", "2023-10-08", "2023-03", "2023", "2024-21", "2024-22", "2024-23", "2024-24", "2024-34", "2024-37", "2024-38", "2024-39",
           "2024-40", "2024-41", "2023-10-01/2023-10-10", "2023-10-11/2023-10-20", "2023-10-21/2023-10-31", "2023-10-01/2023-10-15",
           "2023-10-16/2023-10-31", "2023-10-01/2023-10-07", "2023-08-07/2023-08-13", "2023-10-05/2023-10-09", "2024-05/2024-07", "2023/2025",
           "[2024-39,2025-37]", "[2023-10-17,2023-10-27]", "../2024-12-31", "../2024-06-12", "../2024-33", "2025/..", "2024-06~", "202X", None]  # fmt: skip
OLDS = ["2023-10-26", "2024-05/2024-07", None]
# As names and quotes, letters that no catalogue has; numbers, dates and addresses are left out below.
WORK, MAKER, QUOTE = "Ωμέγα", "Ψιλόν", "Λόγος"
COMMANDS = ("monitor changes --event trailer", "monitor deliveries --state dead", "monitor deliveries retry")


def _everything(tag: str) -> set[str]:
    """Return the words of all that can be said in a language."""
    texts: list[str] = []
    evidence = (
        (observation("2023-10-27", quote=QUOTE, sources=(MAKER,), source="Σ", url=""),),
        (observation("2023-10-27", quote=QUOTE, sources=(), source="Σ", url=""),),
    )
    sides = itertools.cycle(itertools.product(evidence, Certainty))
    every = itertools.product(ChangeKind, Status, Event, PERIODS, OLDS)
    # Every fifth: five divides none of the counts, so that all values of each meet all of another.
    for kind, status, event, after, before in itertools.islice(every, 0, None, 5):
        said, certainty = next(sides)
        told = change(
            kind, before, after, status=status, certainty=certainty, event=event, evidence=said, title=WORK
        )
        texts += _texts(told, tag)
    belief = Belief(Status.SCHEDULED, None, Certainty.OFFICIAL)
    for status, after, before in itertools.product(Status, PERIODS, [*OLDS, "x"]):
        old = None if before == "x" else before
        judged = change(ChangeKind.CONFIRMED, old, after, status=status, title=WORK, evidence=(),
                        verdict=Verdict(1, VerdictKind.DISMISSED, NOW, QUOTE))  # fmt: skip
        texts += _texts(judged, tag)
        was = judged.after if before == "x" else judged.before or belief
        for gone in (judged, replace(judged, verdict=None)):
            texts += _texts(replace(gone, kind=ChangeKind.RETRACTED, before=was, after=None), tag)
            texts += _texts(
                replace(gone, kind=ChangeKind.RETRACTED, before=None, after=None, since=None), tag
            )
    scopes = ["PS5", "Japan", "theatres", "early access", "digital", "audiobook", "paperback", "hardcover", "physical edition", "unveiling",
              "streaming", "disc", "vinyl", "TV", "Europe", "US", "UK"]  # fmt: skip
    parts = ["season 2 part 1", "volume 3 chapter 4", "episode 5", "phase 6", "book 7", f"dlc: {QUOTE}", f"edition: {QUOTE}", f"edition: {QUOTE} Edition"]  # fmt: skip
    texts += [sentence(alert(change(title=WORK, scope=(one, "PC"), evidence=())), tag) for one in scopes]
    texts += [sentence(alert(change(title=WORK, instalment=one, evidence=())), tag) for one in parts]
    trailers = ["", "trailer 2", f"character trailer: {QUOTE}", f"teaser 3: {QUOTE}", *_trailers()]
    for trailer in trailers:
        told = change(title=WORK, event=Event.TRAILER, trailer=trailer, evidence=())
        texts.append(sentence(alert(told), tag))
    for against in (LATER, CONFIRMED):
        texts.append(sentence(alert(replace(against, against=NOW, evidence=())), tag))
    for ids in ({"id": 1}, {"id": 1, "claim": 2}, {"claim": 2}):
        body = alert(change(title=WORK, evidence=()))
        texts.append(alert_text({**body, "data": body["data"] | ids}, tag).reference)
    for count in (1, 2, 5, 7):
        texts += [digest_title([alert(change(title=f"{WORK}{n}")) for n in range(count)], tag), further_trailers(count, tag)]  # fmt: skip
    facts: dict[str, int | str] = {"failures": 5, "error": QUOTE, "days": 22, "usual_days": 4}
    texts += [text for kind in NoticeKind for text in notice_words(Notice(kind, "Σ", facts), tag)]
    texts.append(text_of(alert_text(sample_alert(NOW, tag), tag)))
    joined = "\n".join(texts)
    for command in (
        *COMMANDS,
        "monitor notify test",
        f"{QUOTE} Edition",
        "https://example.com/test",
        "example.com",
    ):
        joined = joined.replace(command, "")
    return set(re.findall(r"[^\W\d_]{4,}", joined.casefold()))


def _texts(told: Change, tag: str) -> list[str]:
    telling = alert_text(alert(told), tag)
    return [telling.title, text_of(telling)]


def _trailers() -> list[str]:
    with (CATALOGUES / "messages.pot").open("rb") as file:
        return [str(each.id) for each in read_po(file) if each.context == "trailer"]


def _english() -> set[str]:
    """Return the words of the messages in English."""
    with (CATALOGUES / "messages.pot").open("rb") as file:
        texts = [" ".join(each.id) if isinstance(each.id, tuple) else str(each.id) for each in read_po(file)]
    return set(re.findall(r"[^\W\d_]{4,}", re.sub(r"\{\w+\}", " ", " ".join(texts)).casefold()))


# Words that these languages share with English.
SHARED = {
    "pl": {"audiobook", "monitor", "streaming", "teaser", "test"},
    "de": {"access", "cinematic", "digital", "disc", "early", "edition", "gameplay", "launch", "monitor", "phase", "story", "streaming", "teaser",
           "test", "trailer", "vinyl", "winter"},
    "es": {"digital", "final", "monitor"},
    "fr": {"confirmation", "date", "europe", "phase", "second", "source", "sources", "streaming", "teaser", "test"},
    "pt": {"digital", "final", "monitor", "streaming", "teaser", "trailer", "trailers", "volume"},
    "it": {"monitor", "streaming", "teaser", "trailer", "volume"},
    "id": {"digital", "episode", "monitor", "streaming", "teaser", "trailer", "volume"},
}  # fmt: skip


@pytest.mark.parametrize("tag", OTHERS)
def test_no_english_word_is_left_in_what_another_language_says(tag: str) -> None:
    said = _everything(tag)
    assert len(said) > 50
    assert _english().intersection(said) == SHARED.get(tag, set())


def test_what_is_believed_alike_has_one_id_in_every_language(tmp_path: Path) -> None:
    hook = channel(ChannelKind.WEBHOOK, "https://hooks.example/", name="hook")
    told = Notice(NoticeKind.SOURCE_QUIET, "news.example", {"days": 9, "usual_days": 2})
    ids, words = set(), set()
    with Ledger.open(tmp_path / "monitor.db") as ledger:
        kept = ledger.add_changes([change(evidence=())])[0]
        for tag in LANGUAGES:
            ids.add(ledger.add_delivery(kept, hook, composed(kept, tag), send_at=NOW, now=NOW).id)
            ids.add(ledger.add_delivery(None, hook, notice(told, NOW, tag), send_at=NOW, now=NOW).id)
            words |= {composed(kept, tag)["data"]["sentence"], notice(told, NOW, tag)["data"]["text"]}
    assert len(ids) == 2
    assert len(words) == 2 * len(LANGUAGES)


def test_mails_about_one_work_are_one_thread_in_every_language() -> None:
    roots, ids = set(), set()
    for tag in LANGUAGES:
        own = channel(
            ChannelKind.EMAIL, "fans@example.com", secrets={"smtp": "smtp://127.0.0.1:25"}, locale=tag
        )
        mail = Email(own).mail(sent(composed(change(), tag)))
        roots.add(mail["References"])
        ids.add(mail["Message-ID"])
    assert (len(roots), len(ids)) == (1, 1)


@pytest.mark.parametrize(
    ("tag", "subject", "quoted", "digest"),
    [
        ("ja", "『Alan Wake 2』：2023年10月27日に延期", "「كلمة」", "変更2件：『Alan Wake 2』、『ハデス』"),
        ("tr", "“Alan Wake 2”: ertelendi, yeni tarih: 27 Ekim 2023", "“كلمة”", "2 değişiklik: “Alan Wake 2” ve “ハデス”"),
    ],
)  # fmt: skip
async def test_a_mail_arrives_in_the_language_of_its_channel(
    tag: str, subject: str, quoted: str, digest: str
) -> None:
    said = observation(
        "2023-10-27", certainty=Certainty.OFFICIAL, sources=("Remedy",), quote="كلمة", lang="ar"
    )
    told = change(evidence=(said,))
    other = change(title="ハデス")
    async with open_mailbox() as mailbox:
        own = channel(
            ChannelKind.EMAIL,
            "fans@example.com",
            secrets={"smtp": f"smtp://127.0.0.1:{mailbox.port}"},
            locale=tag,
        )
        await Email(own, timeout=5).send(sent(composed(told, tag)))
        await Email(own, timeout=5).send(sent(composed(told, tag), composed(other, tag)))
    raw = [mail.original_content or b"" for mail in mailbox.mails]
    header = raw[0].partition(b"\r\n\r\n")[0]
    assert header.isascii()
    assert b"=?utf-8?" in header
    assert max(map(len, raw[0].split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1
    mail = email.message_from_bytes(raw[0], policy=email.policy.default)
    assert mail["Subject"] == subject
    assert mail["Content-Language"] == tag
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content_charset() == "utf-8"
    assert plain.get_content().splitlines()[0] == composed(told, tag)["data"]["sentence"]
    html = page.get_content()
    assert f'<html lang="{tag}" dir="ltr">' in html
    assert f'lang="ar" dir="rtl">{quoted}</blockquote>' in html
    assert email.message_from_bytes(raw[1], policy=email.policy.default)["Subject"] == digest


@pytest.mark.parametrize("tag", ["ja", "tr"])
async def test_a_webhook_gets_its_sentence_in_the_language_and_its_fields_as_ever(tag: str) -> None:
    async with open_receiver() as receiver:
        for language in (tag, "en"):
            own = channel(
                ChannelKind.WEBHOOK,
                receiver.url,
                secrets={"secret": SECRET},
                allow_private=True,
                locale=language,
            )
            hook = Webhook(own)
            await hook.send(sent(composed(LATER, language)))
            await hook.aclose()
    own_body, english = (json.loads(post.body.decode("utf-8")) for post in receiver.posts)
    stop = "。" if tag == "ja" else "."
    said = next(said for each, told, said in SENTENCES if each == tag and told is LATER)
    assert own_body["data"].pop("sentence") == said + stop
    assert own_body["data"].pop("language") == tag
    assert english["data"].pop("language") == "en"
    del english["data"]["sentence"]
    assert own_body == english


async def test_a_console_of_eighty_columns_shows_wide_letters_whole() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    await Console(channel(ChannelKind.CONSOLE, locale="ja"), stream=shown).send(sent(SEASON))
    plain = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", shown.getvalue())
    assert all(cell_len(line) <= 80 for line in plain.splitlines() if " " in line)
    assert "変更後：" in plain


def test_a_test_alert_is_in_the_language_of_the_channel() -> None:
    assert OTHERS
    for tag in OTHERS:
        own = Layout(channel(ChannelKind.EMAIL, locale=tag))
        text = own.text([sample_alert(NOW, tag)])
        assert "This is a test" not in text
        assert sample_alert(NOW, tag)["test"] is True


def test_every_language_is_documented() -> None:
    docs = Path(__file__).parents[2] / "docs"
    for name in ("alerts.md", "configuration.md", "translate.md"):
        text = (docs / name).read_text("utf-8")
        assert [tag for tag in LANGUAGES if f"`{tag}`" not in text] == [], name
