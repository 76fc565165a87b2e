"""A claim is put together from a work, an event, a status and a date that stand together; what stands apart stays apart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from monitor.extract.blocks import Block
from monitor.extract.certainty import covers, reaches
from monitor.extract.credits import Credit, credits, names
from monitor.extract.cues import Cue
from monitor.extract.dates import Mention, find_dates
from monitor.extract.fold import fold
from monitor.extract.happenings import Happening, clauses_of, happenings_of, is_official, subject_end
from monitor.extract.reading import Instalment, Scope, Sentence
from monitor.extract.scope import date_of_scope, says_where
from monitor.extract.subjects import (
    Subject,
    for_event,
    foreign_subject,
    instalment_near,
    is_credited,
    is_label,
    listed_with,
    nearest_left,
    object_after,
    opens_with_pronoun,
    owners,
    speaks_of_new,
    subjects_named,
)
from monitor.extract.timing import (
    NEVER,
    attribute_reason,
    coordinates,
    from_to,
    governor_of,
    is_denied_near,
    is_negated,
    is_yearless,
    label_of,
    not_before,
    settled,
    sharing,
    stands_at,
    words_before,
)
from monitor.extract.tokens import Token
from monitor.extract.works import Named
from monitor.model import Certainty, Document, Event, Post, Status, When, Work, WorkKind

__all__ = ["Article", "Draft", "Subject"]

_TIMESTAMP = re.compile(r"\(?\d{1,2}:\d{2}\b")


@dataclass
class Draft:
    """A claim before it is merged with the others of its document."""

    work: Work
    instalment: str | None
    event: Event
    status: Status
    when: When | None
    certainty: Certainty
    sources: list[str]
    scope: list[str]
    block: Block
    start: int
    end: int
    rules: list[str]
    order: int = 0
    voiced: bool = False
    post: Post | None = None
    inherited: bool = False


@dataclass
class Article:
    """A document being read: what it is about, and what was found so far."""

    document: Document
    sentences: list[list[Sentence]]
    drafts: list[Draft] = field(default_factory=list)
    unclaimed: list[tuple[Sentence, Token, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._main: list[Subject] = []
        self._section: list[Subject] = []
        self._focus: list[Subject] = []
        self._section_event: str = ""
        self._makers: list[str] = []
        self._makers_voice = False
        self._lead: Sentence | None = None
        self._hearsay = False
        self._dlc: dict[str, str] = {}
        self._answering = ""
        self._last_day: datetime | None = None
        self._last_sentence: Sentence | None = None
        self._told: tuple[Mention, datetime] | None = None
        self._telling: tuple[Mention, datetime] | None = None
        self._label: datetime | None = None
        self._label_when: When | None = None
        self._section_scopes: list[str] = []
        seasons = {
            token.value.name
            for block in self.sentences
            for sentence in block
            for token in sentence.stream
            if token.kind == "inst" and token.value.unit == "season" and " part " not in token.value.name
        }
        self._only_season = next(iter(seasons)) if len(seasons) == 1 else ""
        self._lead_credit: list[str] = []
        self._lead_works: set[str] = set()
        self._brand = ""

    # Reading, block by block

    def read(self) -> list[Draft]:
        """Return the claims of the document, unmerged, in reading order."""
        self._survey()
        self._roundup = self._is_roundup()
        for block in self.sentences:
            if not block:
                continue
            kind = block[0].block.kind
            if kind == "headline":
                self._read_headline(block)
            elif kind == "heading":
                self._read_heading(block)
            else:
                self._read_block(block)
        self._refer_back()
        return self.drafts

    def _refer_back(self) -> None:
        """What was brought forward is not put off; and the old date in the sentence after a credited delay is of the same word."""
        forward = {
            draft.work.title
            for draft in self.drafts
            if any(rule.endswith("brought-forward") for rule in draft.rules)
        }
        self.drafts = [
            draft
            for draft in self.drafts
            if not (
                draft.work.title in forward
                and draft.status is Status.POSTPONED
                and any(rule.endswith("was-due") for rule in draft.rules)
            )
        ]
        for before, after in itertools.pairwise(self.drafts):
            if (
                after.status is Status.POSTPONED
                and not after.sources
                and before.sources
                and before.work == after.work
                and before.event is after.event
                and before.status in (Status.POSTPONED, Status.SCHEDULED)
                and any("delay" in rule or "moved" in rule for rule in before.rules)
            ):
                after.certainty, after.sources = before.certainty, list(before.sources)

    def _survey(self) -> None:
        """What the whole document is: what its headline is about, a trailer of its maker's, a story of hearsay."""
        headline = (
            self.sentences[0]
            if self.sentences and self.sentences[0] and self.sentences[0][0].block.kind == "headline"
            else []
        )
        for sentence in headline:
            self._main.extend(subjects_named(sentence))
        body = [one for block in self.sentences for one in block if one.block.kind != "headline"]
        if not self._main and not self.document.title.strip():
            for sentence in body:
                self._main = subjects_named(sentence)[:1]
                if self._main:
                    break
        if len({subject.work.title for subject in self._main}) > 1:
            listed = any(
                len(listed_with(sentence, at)) > 2
                for sentence in headline
                for at, one in enumerate(sentence.stream)
                if one.kind == "work"
            )
            self._main = [] if listed else self._main[:1]
        elif self._main:
            self._main = [next((subject for subject in self._main if subject.instalment), self._main[0])]
        named = {
            token.value.name for sentence in headline for token in sentence.stream if token.kind == "inst"
        }
        if len(self._main) == 1 and self._main[0].instalment is None and len(named) == 1:
            self._main = [replace(self._main[0], instalment=next(iter(named)))]
        self._focus = list(self._main)
        self._section = list(self._main)
        lead = [*headline, *body[:2]]
        self._brand = next((name for sentence in headline for name in owners(sentence)), "")
        self._lead = next(iter(body), None)
        self._hearsay = any(
            cue.kind == "hedge" and cue.get("strong") for sentence in lead for cue in sentence.cues
        )
        for sentence in lead:
            words = {token.text for token in sentence.stream}
            if words & sentence.language.listings:
                self._lead_credit.extend(
                    credit.name
                    for credit in credits(sentence)
                    if credit.voice == "maker" and credit.name not in self._lead_credit
                )
        self._lead_works = {
            token.value.work.title for one in lead for token in one.stream if token.kind == "work"
        }
        works = {
            token.value.work.title
            for block in self.sentences
            for one in block
            for token in one.stream
            if token.kind == "work"
        }
        if len(works) < 2:
            self._lead_credit = []
        self._makers_voice = self.document.official or self._is_trailer_entry(headline, body)

    def _is_trailer_entry(self, headline: Sequence[Sentence], body: Sequence[Sentence]) -> bool:
        """A video entry named "… – Official Trailer", or one whose text calls its trailer, clip or spot official."""
        for sentence in [*headline, *body[:1]]:
            for cue in sentence.cues:
                if (
                    cue.kind in ("trailer", "clip")
                    and is_official(sentence, cue)
                    and (sentence in headline or cue.first <= 6)
                ):
                    return True
        return False

    def _read_headline(self, block: Sequence[Sentence]) -> None:
        for sentence in block:
            if not sentence.question:
                self._read_sentence(sentence)
        self._focus = list(self._main)

    def _read_heading(self, block: Sequence[Sentence]) -> None:
        subjects: list[Subject] = []
        self._section_event = ""
        for sentence in block:
            subjects.extend(subjects_named(sentence, self._main))
            events = {cue.kind for cue in sentence.cues}
            if "trailer" in events:
                self._section_event = "trailer"
            elif any(cue.kind in ("release", "known", "out", "due") for cue in sentence.cues):
                self._section_event = "release"
            if not sentence.question and not is_label(sentence):
                self._read_sentence(sentence)
        self._section = subjects[:1] or list(self._main)
        self._section_scopes = (
            [
                token.value.name
                for sentence in block
                for token in sentence.stream
                if token.kind == "scope" and token.value.group != "services"
            ]
            if not any(token.kind == "work" for sentence in block for token in sentence.stream)
            else []
        )
        self._focus = list(self._section)
        self._answering = self._section_event if any(sentence.question for sentence in block) else ""
        if not self._answering and self._section_event and all(is_label(sentence) for sentence in block):
            self._answering = "label:" + self._section_event

    def _read_block(self, block: Sequence[Sentence]) -> None:
        opening = block[0]
        self._label = label_of(opening, self.document.published)
        self._label_when = (
            None
            if self._label is None
            else opening.stream[0].value.resolve(self.document.published, past=True)
        )
        if not opens_with_pronoun(opening):
            self._focus = list(self._section)
        for sentence in block:
            if self._roundup and self._read_roundup_line(sentence):
                continue
            if _TIMESTAMP.match(sentence.text) and not any(token.kind == "work" for token in sentence.stream):
                continue
            told = len(self.drafts)
            if not sentence.question:
                self._read_sentence(sentence)
            named = subjects_named(sentence, self._focus or self._main, leading=True)
            made = self.drafts[told:]
            if made and not any(token.kind == "work" for token in sentence.stream):
                self._focus = [Subject(made[-1].work, made[-1].instalment)]
            elif named:
                main = [one for one in named if self._main and one.work == self._main[0].work]
                self._focus = (
                    (main or named)[:1] if len({one.work.title for one in named}) == 1 or main else named
                )
            self._answering = "" if not sentence.question else self._answering

    def _is_roundup(self) -> bool:
        """Whether the document lists trailers, a line for each: its headline or lead speaks of trailers, none in particular."""
        headline = [one for block in self.sentences[:2] for one in block]
        return any(
            cue.kind == "trailer"
            and sentence.stream[cue.last - 1].text.endswith("s")
            and not subjects_named(sentence)
            for sentence in headline
            for cue in sentence.cues
        )

    def _read_roundup_line(self, sentence: Sentence) -> bool:
        """Read a line such as "12:30 TITLE" of a round-up of trailers."""
        works = [at for at, token in enumerate(sentence.stream) if token.kind == "work"]
        if len(works) != 1 or len(sentence.stream) > 6 or sentence.cues:
            return False
        happening = Happening(works[0], works[0] + 1, "trailer", Event.TRAILER, "", "round-up of trailers")
        for subject in self._at(sentence, works[0], happening):
            self.drafts.append(
                self._draft(
                    sentence, subject, happening, Status.RELEASED, None, works[0], clauses_of(sentence), ()
                )
            )
        return True

    # One sentence

    def _read_sentence(self, sentence: Sentence) -> None:
        happenings = happenings_of(sentence)
        if sentence.stream and sentence.stream[0].text in sentence.language.conditionals:
            comma = next(
                (at for at, token in enumerate(sentence.stream) if token.text == ","), len(sentence.stream)
            )
            happenings = [one for one in happenings if one.first > comma]
        if self._answering and sentence.first:
            self._answer(sentence, happenings)
        clauses = clauses_of(sentence)
        if self._section_event == "trailer" and opens_with_pronoun(sentence):
            for happening in happenings:
                if happening.kind == "release" and happening.first <= 4:
                    happening.event = Event.TRAILER
        elif self._section_event == "trailer":
            for happening in happenings:
                if happening.kind == "release" and any(
                    token.text == "one" for token in sentence.stream[happening.first : happening.last + 1]
                ):
                    happening.event = Event.TRAILER
        found = [credit for credit in map(self._person, credits(sentence)) if credit.voice != "person"]
        for credit in found:
            if credit.voice == "maker":
                self._makers.append(credit.name)
        others = [
            cue for cue in sentence.cues if cue.kind == "other" or (cue.kind == "say" and cue.get("tells"))
        ]
        drafted: list[tuple[Draft, int, Happening]] = []
        last: tuple[int, Happening, list[Subject]] | None = None
        for index, token in enumerate(sentence.stream):
            if token.kind != "date":
                continue
            self._remember(sentence, index)
            reason = attribute_reason(sentence, index)
            if reason:
                self.unclaimed.append((sentence, token, reason))
                continue
            governor = governor_of(sentence, index, happenings, others, clauses)
            if (
                governor is None
                and last is not None
                and coordinates(sentence, last[0], index)
                and not any(last[0] < cue.first < index for cue in others)
            ):
                governor = last[1]
            if (
                governor is None
                and self._answering
                and sentence.first
                and not happenings
                and not others
                and len(sentence.stream) <= 10
            ):
                event = Event.TRAILER if self._answering.endswith("trailer") else Event.RELEASE
                governor = Happening(index, index, "release", event, "future", "answer")
            if governor is not None and governor.kind == "trailer" and token.text.isdigit():
                governor = None
            if (
                governor is not None
                and governor.kind == "trailer"
                and not -1 <= index - governor.last <= 2
                and not 0 <= governor.first - index <= 3
            ):
                governor = None
            if (
                governor is not None
                and governor.tense == "noun"
                and not governor.dated
                and not stands_at(sentence, governor, index)
            ):
                governor = None
            if governor is None:
                self.unclaimed.append((sentence, token, "no word of a release near it"))
                continue
            subjects = self._subjects(sentence, governor, index)
            if last is not None and governor is last[1] and governor.first < last[0] < index:
                named = [
                    at for at in range(last[0] + 1, index) if sentence.stream[at].kind in ("work", "inst")
                ]
                subjects = self._at(sentence, named[-1], governor) if named else last[2]
            if not subjects:
                self.unclaimed.append((sentence, token, "it is said of something else"))
                continue
            last = (index, governor, subjects)
            for draft in self._dated(sentence, index, governor, subjects, clauses, found):
                governor.used = True
                drafted.append((draft, index, governor))
            for other in sharing(sentence, index, governor, happenings):
                for draft in self._dated(
                    sentence, index, other, self._subjects(sentence, other, index), clauses, found
                ):
                    other.used = True
                    drafted.append((draft, index, other))
        for happening in happenings:
            if not happening.used:
                drafted.extend(
                    (draft, happening.first, happening)
                    for draft in self._undated(sentence, happening, happenings, clauses, found)
                )
        self._give_scopes(sentence, drafted)
        self.drafts.extend(draft for draft, _, _ in drafted)

    def _person(self, credit: Credit) -> Credit:
        """ "She hopes" is said of who was credited last; "the company" of the maker named last."""
        if credit.voice == "person" and self._makers:
            return replace(credit, name=self._makers[-1], voice="maker")
        if credit.voice == "role" and fold(credit.name) in (
            "company",
            "studio",
            "publisher",
            "developer",
            "network",
            "streamer",
            "producent",
            "firma",
            "wydawca",
        ):
            brand = (
                self._main[0].work.title.split()[0]
                if self._main and self._main[0].work.kind is WorkKind.DEVICE
                else self._brand
            )
            if self._makers or brand:
                return replace(credit, name=self._makers[-1] if self._makers else brand, voice="maker")
        return credit

    def _remember(self, sentence: Sentence, index: int) -> None:
        """Keep the last day and year named, for "the same day" and "of that year"."""
        token = sentence.stream[index]
        self._told = self._telling
        if "same" not in token.text and not token.text.endswith(" later"):
            self._telling = (token.value, self._reference(sentence))

    def _last_told(self) -> datetime | None:
        if self._told is None:
            return self._last_day
        when = self._told[0].resolve(self._told[1])
        if when is None or when.earliest is None:
            return self._last_day
        return datetime(when.earliest.year, when.earliest.month, when.earliest.day, 12, tzinfo=UTC)

    def _answer(self, sentence: Sentence, happenings: list[Happening]) -> None:
        """ "Is there a trailer?" – "Not yet.": the answer takes its event from the question."""
        if not self._answering.endswith("trailer") or self._answering.startswith("label:"):
            return
        for cue in sentence.cues:
            if cue.kind == "answer-no" and cue.first == 0:
                happenings.append(
                    Happening(cue.first, cue.last, "unannounced", Event.TRAILER, "", cue.rule.name)
                )
                return

    def _dated(
        self,
        sentence: Sentence,
        index: int,
        happening: Happening,
        subjects: Sequence[Subject],
        clauses: Sequence[int],
        found: Sequence[Credit],
    ) -> Iterator[Draft]:
        mention: Mention = sentence.stream[index].value
        published = self._reference(sentence)
        past = happening.tense == "past" or happening.kind in ("out", "shown")
        token = sentence.stream[index]
        when = self._when(sentence, index, published, past=past, moved=happening.kind in ("delay", "advance"))
        if when is NEVER:
            self.unclaimed.append((sentence, token, "it is counted from a date that is not told"))
            return
        status = Status.RELEASED if past else Status.SCHEDULED
        before = words_before(sentence, index, 3)
        language = sentence.language
        ends: list[tuple[Status, When | None]] = []
        if happening.kind == "delay":
            old_new = from_to(when, sentence, index)
            if happening.old:
                ends = [(Status.POSTPONED, when)]
            elif old_new:
                ends = [(Status.POSTPONED, old_new[0]), (Status.SCHEDULED, old_new[1])]
            elif (before and before[-1] in language.from_words) or (
                index == happening.last and sentence.stream[index - 1].text in language.from_words
            ):
                ends = [(Status.POSTPONED, when)]
            elif before and (before[-1] in language.to_words or index > happening.last):
                ends = [(Status.SCHEDULED, when)]
                if happening.tense != "told" and not happening.weak:
                    happening.tense = "told"
                    ends.append((Status.POSTPONED, None))
            else:
                ends = []
        elif happening.kind == "advance":
            old_new = from_to(when, sentence, index)
            if old_new:
                ends = [(Status.SCHEDULED, old_new[1])]
            elif not (before and before[-1] in language.from_words):
                ends = [(Status.SCHEDULED, when)]
        elif happening.kind == "due":
            ahead = (
                when is not None and when.latest is not None and when.latest >= self.document.published.date()
            )
            ends = [(Status.SCHEDULED if happening.soft and ahead else Status.POSTPONED, when)]
        elif happening.kind == "cancel":
            ends = [(Status.CANCELLED, when)]
        elif happening.kind == "unannounced":
            return
        else:
            if (
                when is not None
                and when.latest is None
                and ({*before[-1:], sentence.stream[index].text.split()[0]} & language.before_words)
            ):
                status = Status.SCHEDULED
            elif (
                when is not None
                and when.earliest is None
                and when.latest is not None
                and is_denied_near(sentence, index, clauses)
            ):
                if sentence.stream[index].text.split()[0] in language.until_words:
                    when = self._when(sentence, index, published, past=False, moved=True)
                else:
                    when = not_before(when)
                status = Status.SCHEDULED
            elif is_negated(sentence, happening, index, clauses):
                if status is Status.RELEASED:
                    return
                status = Status.DENIED
            ends = [(status, when)]
        if (
            any(cue.kind == "false" and cue.first > index for cue in sentence.cues)
            and status is Status.SCHEDULED
        ):
            ends = [(Status.DENIED, when)]
        for status, period in ends:
            status, period = settled(status, period, happening, published, mention, sentence)
            if (
                self._label is not None
                and status is Status.SCHEDULED
                and period is not None
                and period.latest is not None
                and period.latest < self.document.published.date()
            ):
                status = Status.POSTPONED
            if status is None:
                self.unclaimed.append((sentence, token, "the time does not fit what is said"))
                continue
            for subject in subjects:
                yield self._draft(sentence, subject, happening, status, period, index, clauses, found)

    def _when(
        self, sentence: Sentence, index: int, published: datetime, *, past: bool, moved: bool = False
    ) -> When | None:
        """Return the period of the date at `index`; what is counted from an earlier date is counted from it."""
        stream, language = sentence.stream, sentence.language
        mention: Mention = stream[index].value
        words = stream[index].text.rstrip(".,").split()
        token_text = sentence.block.text[stream[index].start : stream[index].end]
        when = mention.resolve(published, past=past)
        following = [token.text for token in stream[index + 1 : index + 5]]
        if words[-1] == "later" and len(words) > 1 and when is not None:
            if self._last_day is None:
                return NEVER
            counted = mention.resolve(self._last_day)
            when = None if counted is None else When.parse(counted.edtf.rstrip("~"))
        elif "same" in words or (following[:1] == ["of"] and set(following[1:3]) & language.same_words):
            last = self._last_told()
            if last is None or following[:1] == ["as"]:
                return NEVER
            if words[-1] == "day":
                when = When.parse(last.date().isoformat())
            else:
                when = mention.resolve(last.replace(month=1, day=1))
        elif past and self._last_day is not None and self._last_sentence is sentence and is_yearless(mention):
            when = mention.resolve(self._last_day.replace(month=1, day=1))
        if when is not None and words[0] in language.since_words and when.edtf.endswith("/.."):
            when = When.parse(when.edtf.removesuffix("/.."))
        if when is not None and moved and when.earliest is None and words[0] in language.before_words:
            bare = find_dates(token_text.partition(" ")[2], language.code)
            when = bare[0].resolve(published) if bare else when
        if when is not None and when.is_day and when.earliest is not None:
            self._last_day = datetime(
                when.earliest.year, when.earliest.month, when.earliest.day, 12, tzinfo=UTC
            )
            self._last_sentence = sentence
        return when

    def _undated(
        self,
        sentence: Sentence,
        happening: Happening,
        happenings: Sequence[Happening],
        clauses: Sequence[int],
        found: Sequence[Credit],
    ) -> Iterator[Draft]:
        status: Status | None = None
        kind = happening.kind
        if kind == "out":
            status = Status.RELEASED
            if (
                any(cue.kind == "other" and 0 <= cue.first - happening.last <= 4 for cue in sentence.cues)
                and sentence.stream[happening.last : happening.last + 1]
                and sentence.stream[happening.last].text in ("as", "in")
            ):
                status = None
        elif kind == "launched":
            status = self._launched(sentence, happening)
        elif kind == "unannounced":
            status = Status.UNANNOUNCED
        elif kind == "delay":
            status = None if happening.weak else Status.POSTPONED
        elif kind == "cancel":
            status = Status.CANCELLED
            if is_negated(sentence, happening, happening.first, clauses):
                status = Status.SCHEDULED
        elif kind in ("known", "soon"):
            status = Status.SCHEDULED
        elif kind == "release" and happening.event is Event.RELEASE:
            status = self._undated_release(sentence, happening, clauses)
        elif happening.event is Event.TRAILER:
            status = self._undated_trailer(sentence, happening, happenings, clauses)
        if status is None:
            return
        if status is Status.SCHEDULED and any(cue.kind == "false" for cue in sentence.cues):
            return
        if status is Status.RELEASED and is_negated(sentence, happening, happening.first, clauses):
            return
        subjects = self._subjects(sentence, happening, happening.first, strict=True)
        when = None
        if self._label is not None and status is Status.RELEASED and happening.event is Event.TRAILER:
            when = self._label_when
        for subject in subjects:
            yield self._draft(sentence, subject, happening, status, when, happening.first, clauses, found)

    def _launched(self, sentence: Sentence, happening: Happening) -> Status | None:
        """ "Premiera X" at the head of a headline, with no time and no question: it is out."""
        if sentence.block.kind != "headline" or happening.first > 1 or sentence.question:
            return None
        after = sentence.stream[happening.last : happening.last + 4]
        return Status.RELEASED if any(token.kind == "work" for token in after) else None

    def _undated_release(
        self, sentence: Sentence, happening: Happening, clauses: Sequence[int]
    ) -> Status | None:
        """Without a date only "coming to X", "coming soon" and the like say anything."""
        if happening.tense not in ("future", "participle", "present"):
            return None
        near = sentence.stream[happening.first : happening.last + 8]
        to_scope = any(
            token.kind == "scope"
            and offset
            and near[offset - 1].text in sentence.language.prepositions | sentence.language.joiners
            for offset, token in enumerate(near)
        )
        if not to_scope:
            return None
        negated = is_negated(sentence, happening, happening.first, clauses)
        return Status.DENIED if negated else Status.SCHEDULED

    def _undated_trailer(
        self,
        sentence: Sentence,
        happening: Happening,
        happenings: Sequence[Happening],
        clauses: Sequence[int],
    ) -> Status | None:
        stream = sentence.stream
        if happening.kind == "release" and happening.tense in ("future", "participle", "present"):
            return Status.SCHEDULED if happening.tense != "present" else Status.RELEASED
        words = {token.text for token in stream[max(0, happening.first - 4) : happening.last]}
        if (
            stream[happening.last - 1].text.endswith("s")
            and not any(one.kind == "shown" for one in happenings)
            and sentence.block.kind not in ("headline",)
        ):
            return None
        if words & {"previous", "earlier", "old", "concept", "fake"}:
            return None
        for cue in sentence.cues:
            if (
                cue.kind in ("hedge",)
                and clauses[cue.first] == clauses[happening.first]
                and abs(cue.first - happening.first) < 7
            ):
                return None
        return Status.RELEASED

    # Whose, when, how sure

    def _reference(self, sentence: Sentence) -> datetime:
        return sentence.block.posted or self._label or self.document.published

    def _subjects(
        self, sentence: Sentence, happening: Happening, index: int, *, strict: bool = False
    ) -> list[Subject]:
        """Return whom the happening is said of; empty when it is something that is not watched."""
        stream = sentence.stream
        anchor = happening.first
        trailer = happening.event is Event.TRAILER
        right = object_after(sentence, happening.last)
        left = nearest_left(
            sentence,
            subject_end(sentence, anchor),
            [one.work for one in (*self._focus, *self._section, *self._main)],
        )
        if trailer and happening.kind == "trailer":
            adjacent = (
                left is not None
                and anchor - left <= 6
                and not any(one.text in (".", ";", ",") for one in stream[left:anchor])
            )
            of_it = right is not None and stream[happening.last].text in (
                "for",
                "of",
                "from",
                "to",
                "about",
                "from",
                ",",
                ":",
            )
            if not adjacent and right is not None and of_it:
                return self._at(sentence, right, happening)
            if not adjacent and sentence.block.kind not in ("headline", "heading"):
                return self._inherited(happening) or (
                    [] if left is None else self._at(sentence, left, happening)
                )
        if trailer and right is not None and stream[right - 1].text in ("of", "to", "with", "in", "by"):
            right = None
        foreign = None if happening.named or happening.reduced else foreign_subject(sentence, anchor)
        if foreign:
            if right is not None:
                return self._at(sentence, right, happening)
            if left is None or left < foreign[0]:
                return []
        if (
            left is not None
            and strict
            and happening.kind in ("out", "delay", "cancel")
            and anchor - left > 5
            and sentence.block.kind != "headline"
        ):
            left = None
        if left is not None:
            return self._at(sentence, left, happening)
        if right is not None and not (
            happening.kind in ("soon", "out")
            and (
                right - happening.last > 3
                or any(one.text in ("—", "–", "-", ",", ";") for one in stream[happening.last : right])
            )
        ):
            return self._at(sentence, right, happening)
        if happening.bound:
            return []
        for at in range(len(stream)):
            if stream[at].kind in ("work", "inst"):
                return (
                    []
                    if strict and happening.kind in ("out", "delay", "cancel", "release")
                    else self._at(sentence, at, happening)
                )
        if sentence.block.kind == "headline":
            return self._lead_subjects() if happening.kind in ("delay", "cancel", "known", "soon") else []
        if (
            strict
            and happening.kind not in ("unannounced", "known")
            and not trailer
            and not sentence.language.prodrop
        ):
            return []
        if not self._may_inherit(sentence, happening):
            return []
        return [replace(subject, inherited=True) for subject in self._inherited(happening)]

    def _may_inherit(self, sentence: Sentence, happening: Happening) -> bool:
        """A verb with a subject of its own, which is no word for the work, is not said of the work."""
        language = sentence.language
        if (
            happening.named
            or happening.dated
            or happening.tense in ("", "noun")
            or language.prodrop
            or happening.event is Event.TRAILER
        ):
            return True
        start = happening.first
        for at in range(happening.first - 1, -1, -1):
            token = sentence.stream[at]
            if token.text in (".", ";", ":", "—", "–", "(") or token.text in language.boundaries:
                break
            start = at
        small = (
            language.auxiliaries
            | language.joiners
            | language.prepositions
            | language.determiners
            | language.generic_nouns
            | {",", "a", "an"}
        )
        if sentence is self._lead and self._main:
            return True
        plain = [
            token
            for token in sentence.stream[start : happening.first]
            if not token.kind and token.text not in small
        ]
        return all(token.text[0].isdigit() for token in plain)

    def _lead_subjects(self) -> list[Subject]:
        """A headline that names no work ("That farming game has been delayed") speaks of the one in its lead."""
        for block in self.sentences[1:3]:
            for sentence in block:
                named = subjects_named(sentence)
                if named:
                    return named[:1]
        return []

    def _inherited(self, happening: Happening) -> list[Subject]:
        return [
            self._completed(for_event(subject, happening), happening)
            if not subject.instalment
            else for_event(subject, happening)
            for subject in self._focus
        ]

    def _at(self, sentence: Sentence, at: int, happening: Happening) -> list[Subject]:
        """Return the subjects at token `at`: the work there with those it is listed with, or what it refers to."""
        token = sentence.stream[at]
        if token.kind == "work":
            subjects = []
            for position in listed_with(sentence, at):
                name: Named = sentence.stream[position].value
                contents = self._contents_of(sentence, name)
                if contents:
                    subjects.extend(Subject(name.work, f"dlc: {content}", named=True) for content in contents)
                    continue
                instalment = instalment_near(sentence, position) or self._content(sentence, position, name)
                if instalment is None and self._only_season and speaks_of_new(sentence, position):
                    instalment = self._only_season
                subject = Subject(name.work, instalment, named=True)
                if instalment is None:
                    subject = self._completed(subject, happening)
                subjects.append(subject)
            return list(dict.fromkeys(subjects))
        if token.kind == "inst":
            value: Instalment = token.value
            works = [subject.work for subject in self._focus or self._main]
            nearby = [one.value.work for one in sentence.stream if one.kind == "work"]
            chosen = nearby[:1] or works[:1]
            return [Subject(work, value.name, named=True) for work in chosen]
        for back in range(at):
            one = sentence.stream[back]
            leads = not back or sentence.stream[back - 1].text not in sentence.language.prepositions | {
                "of",
                "with",
                "by",
                "than",
                "like",
            }
            if one.kind == "work" and leads and token.text in sentence.language.pronouns:
                return self._at(sentence, back, happening)
        if happening.bound and any(cue.kind == "other" and cue.last <= at for cue in sentence.cues):
            return []
        if token.text in sentence.language.pronouns and any(
            last <= at
            and first <= 2
            and not is_credited(sentence, last)
            and not (first and sentence.stream[first - 1].text in sentence.language.prepositions)
            for first, last in names(sentence)
        ):
            return []
        return self._inherited(happening)[:1]

    def _completed(self, subject: Subject, happening: Happening) -> Subject:
        """What is still to come of a work is of the instalment that the story is about; what is past is of the work."""
        for known in (*self._section, *self._main):
            if known.work == subject.work and known.instalment:
                return for_event(replace(subject, instalment=known.instalment), happening)
        return subject

    def _contents_of(self, sentence: Sentence, name: Named) -> list[str]:
        """Return the DLC that are watched as aliases of a game where the sentence speaks of its DLC at large."""
        if name.work.kind is not WorkKind.GAME or name.alias != name.work.title:
            return []
        if not {token.text for token in sentence.stream} & sentence.language.dlc_bare:
            return []
        named = {
            token.value.alias
            for block in self.sentences
            for one in block
            for token in one.stream
            if token.kind == "work" and token.value.work == name.work and token.value.own
        }
        return sorted(named)

    def _content(self, sentence: Sentence, position: int, name: Named) -> str | None:
        """Name a DLC or an edition of a game that is named with it."""
        language = sentence.language
        if name.own and name.work.kind is WorkKind.GAME:
            words = set(fold(" ".join(one.text for block in self.sentences for one in block)).split())
            if words & language.dlc_bare:
                return f"dlc: {name.alias}"
        if name.extra and name.work.kind in (WorkKind.GAME, WorkKind.OTHER, WorkKind.BOOK):
            words = set(fold(" ".join(one.text for block in self.sentences for one in block)).split())
            if words & language.dlc_bare:
                return f"dlc: {name.extra}"
            if words & {word for word in language.editions if " " not in word}:
                return f"edition: {name.extra}"
        return None

    def _draft(
        self,
        sentence: Sentence,
        subject: Subject,
        happening: Happening,
        status: Status,
        when: When | None,
        index: int,
        clauses: Sequence[int],
        found: Sequence[Credit],
    ) -> Draft:
        certainty, sources, rules = self._certainty(
            sentence, happening, index, clauses, found, status, subject
        )
        block = sentence.block
        post = None
        if block.kind == "post" and (block.author or block.handle):
            post = Post(block.author or block.handle, block.posted)
        return Draft(
            subject.work,
            subject.instalment,
            happening.event,
            status,
            when,
            certainty,
            sources,
            [],
            block,
            sentence.start,
            sentence.end,
            [happening.rule, *rules],
            len(self.drafts),
            bool(sources),
            post,
            subject.inherited,
        )

    def _certainty(
        self,
        sentence: Sentence,
        happening: Happening,
        index: int,
        clauses: Sequence[int],
        found: Sequence[Credit],
        status: Status,
        subject: Subject,
    ) -> tuple[Certainty, list[str], list[str]]:
        here = {clauses[min(happening.first, len(clauses) - 1)], clauses[min(index, len(clauses) - 1)]}
        hedges = [
            cue
            for cue in sentence.cues
            if cue.kind == "hedge"
            and (
                cue.get("strong")
                or cue.get("far")
                or (clauses[cue.first] in here and reaches(sentence, cue, happening, index))
            )
        ]
        sure = happening.official or any(
            cue.kind == "sure"
            and clauses[cue.first] in here
            and (happening.event is Event.RELEASE or abs(cue.first - happening.first) <= 4)
            for cue in sentence.cues
        )
        credited = [credit for credit in found if covers(sentence, credit, happening, index, clauses)]
        sources = [credit.name for credit in credited if credit.voice != "unnamed"]
        rules = [credit.rule for credit in credited]
        makers = [credit for credit in credited if credit.voice in ("maker", "role")]
        unnamed = [credit for credit in credited if credit.voice in ("unnamed", "leak")]
        block = sentence.block
        if block.kind == "post" and block.author:
            sources.append(block.author)
        strong = [cue for cue in hedges if cue.get("certainty") == "rumoured"]
        rules.extend(cue.rule.name for cue in hedges)
        if unnamed and not makers:
            return Certainty.RUMOURED, sources, rules
        if status in (Status.RELEASED, Status.POSTPONED) and not any(cue.get("strong") for cue in strong):
            hedges, strong = [], []
        if strong:
            firm = any(cue.get("strong") for cue in strong)
            return (Certainty.EXPECTED if makers and not firm else Certainty.RUMOURED), sources, rules
        if hedges:
            return Certainty.EXPECTED, sources, rules
        if makers or (sure and status is not Status.UNANNOUNCED):
            return Certainty.OFFICIAL, sources, rules
        if (
            self._lead_credit
            and subject.work.title in self._lead_works
            and not hedges
            and status in (Status.SCHEDULED, Status.POSTPONED)
            and happening.event is Event.RELEASE
            and not credited
        ):
            return Certainty.OFFICIAL, [*sources, *self._lead_credit], [*rules, "the lead's credit"]
        if self._makers_voice and status is not Status.UNANNOUNCED:
            return Certainty.OFFICIAL, sources, [*rules, "the maker's own entry"]
        if self._hearsay and status is Status.SCHEDULED and happening.event is Event.RELEASE:
            return Certainty.RUMOURED, sources, [*rules, "hearsay in the lead"]
        return Certainty.REPORTED, sources, rules

    def _give_scopes(self, sentence: Sentence, drafted: Sequence[tuple[Draft, int, Happening]]) -> None:
        """A sentence's platforms count for its claims; where it lists dates with platforms, each for its own."""
        stream = sentence.stream
        scopes = [at for at, token in enumerate(stream) if token.kind == "scope" and says_where(sentence, at)]
        releases = [(draft, index) for draft, index, happening in drafted if happening.event is Event.RELEASE]
        if not scopes and releases and self._section_scopes:
            for draft, _ in releases:
                draft.scope.extend(name for name in self._section_scopes if name not in draft.scope)
        if not scopes or not releases:
            return
        dates = sorted({index for draft, index in releases if stream[index].kind == "date"})
        for at in scopes:
            value: Scope = stream[at].value
            chosen = date_of_scope(sentence, at, dates)
            for draft, index in releases:
                if chosen is None or index == chosen or stream[index].kind != "date":
                    own = value.name
                    if own not in draft.scope and own not in draft.sources:
                        draft.scope.append(own)


# What a sentence says, token by token


def _verbs(sentence: Sentence) -> list[Cue]:
    return [
        cue for cue in sentence.cues if cue.kind in ("release", "say", "shown") and cue.get("tense") != "noun"
    ]


# Subjects
