"""A claim is put together from a work, an event, a status and a date that stand together; what stands apart stays apart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from monitor.extract.certainty import judged
from monitor.extract.clock import Clock
from monitor.extract.credits import Credit, find_credits, names
from monitor.extract.draft import Draft
from monitor.extract.fold import fold
from monitor.extract.happenings import Happening, happenings_of, subject_end
from monitor.extract.line import Line, line_of
from monitor.extract.outcomes import dated_outcomes, undated_status
from monitor.extract.scope import give_scopes
from monitor.extract.sentence import Sentence
from monitor.extract.story import Story, survey
from monitor.extract.subjects import (
    Subject,
    for_event,
    foreign_subject,
    instalment_at,
    instalment_near,
    is_credited,
    is_label,
    is_of_another,
    listed_with,
    nearest_left,
    object_after,
    opens_with_pronoun,
    speaks_of_new,
    subjects_named,
    takes_other,
)
from monitor.extract.timing import attribute_reason, coordinates, governor_of, settled, sharing, stands_at
from monitor.extract.tokens import Token, tokens
from monitor.extract.works import Named
from monitor.model import Document, Event, Post, Status, When, WorkKind

__all__ = ["Article"]

_TIMESTAMP = re.compile(r"\(?\d{1,2}:\d{2}\b")


@dataclass
class Article:
    """A document being read, sentence by sentence: `drafts` are its claims so far, `unclaimed` the dates that made none."""

    document: Document
    sentences: list[list[Sentence]]
    drafts: list[Draft] = field(default_factory=list)
    unclaimed: list[tuple[Sentence, Token, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._story: Story = survey(self.document, self.sentences)
        self._clock = Clock(self.document)
        self._main = self._story.subjects
        self._section = list(self._main)
        self._focus = list(self._main)
        self._section_event: Event | None = None
        self._section_scopes: list[str] = []
        self._question: Event | None = None
        self._label: Event | None = None
        self._makers: list[str] = []
        self._forward: dict[str, list[set[str]]] = {}
        self._columns: list[str] = []

    def read(self) -> list[Draft]:
        """Return the claims of the document, unmerged, in reading order."""
        for block in self.sentences:
            if not block:
                continue
            kind = block[0].block.kind
            if kind == "headline":
                self._read_headline(block)
            elif kind == "heading":
                self._read_heading(block)
            elif kind == "row" and self._read_row(block):
                continue
            else:
                self._read_block(block)
        self._refer_back()
        return self.drafts

    # Block by block

    def _read_headline(self, block: Sequence[Sentence]) -> None:
        for sentence in block:
            if not sentence.question:
                self._read_sentence(sentence)
        self._focus = list(self._main)

    def _read_heading(self, block: Sequence[Sentence]) -> None:
        """Read a heading: what it names is what its section is about, what it asks is what the section answers."""
        tokens = [token for sentence in block for token in sentence.stream]
        kinds = {cue.kind for sentence in block for cue in sentence.cues}
        subjects = [subject for sentence in block for subject in subjects_named(sentence, self._main)]
        self._section_event = None
        if "trailer" in kinds:
            self._section_event = Event.TRAILER
        elif kinds & {"release", "known", "out", "due"}:
            self._section_event = Event.RELEASE
        for sentence in block:
            if not sentence.question and not is_label(sentence):
                self._read_sentence(sentence)
        self._section = subjects[:1] or list(self._main)
        self._focus = list(self._section)
        self._section_scopes = []
        if not any(token.kind == "work" for token in tokens):
            self._section_scopes = [
                token.value.name
                for token in tokens
                if token.kind == "scope" and token.value.group != "services"
            ]
        self._question = self._section_event if any(sentence.question for sentence in block) else None
        self._label = None if self._question or not all(map(is_label, block)) else self._section_event

    def _read_block(self, block: Sequence[Sentence]) -> None:
        self._clock.open_block(block[0])
        if not opens_with_pronoun(block[0]):
            self._focus = list(self._section)
        for sentence in block:
            names_work = any(token.kind == "work" for token in sentence.stream)
            if self._story.is_roundup and self._read_roundup_line(sentence):
                continue
            if self._story.is_calendar and self._read_entry(sentence):
                continue
            if _TIMESTAMP.match(sentence.text) and not names_work:
                continue
            told = len(self.drafts)
            if not sentence.question:
                self._read_sentence(sentence)
                self._question = self._label = None
            self._follow(sentence, self.drafts[told:], names_work=names_work)

    def _read_row(self, block: Sequence[Sentence]) -> bool:
        """Read a row of a table that names one work and its dates; a row of headings tells what its columns hold."""
        cells = block[0].block.cells
        tokens = [(sentence, at) for sentence in block for at in range(len(sentence.stream))]
        kinds = {sentence.stream[at].kind for sentence, at in tokens}
        if len(cells) > 1 and not kinds & {"work", "date"}:
            text = block[0].block.text
            self._columns = [fold(text[start:end]) for start, end in cells]
            return True
        works = [(sentence, at) for sentence, at in tokens if sentence.stream[at].kind == "work"]
        if len(works) != 1 or any(sentence.question for sentence in block):
            return False
        sentence, at = works[0]
        for dated, index in tokens:
            if dated.stream[index].kind != "date":
                continue
            happening = _column_happening(dated, index, self._columns)
            if happening is None:
                self.unclaimed.append((dated, dated.stream[index], "its column holds something else"))
                continue
            line = line_of(dated, [happening], ())
            subjects = self._subjects_at(sentence, at, happening)
            self.drafts.extend(self._dated(line, index, happening, subjects))
        return True

    def _follow(self, sentence: Sentence, made: Sequence[Draft], *, names_work: bool) -> None:
        """Let the next sentence's "it" be what this one was about."""
        named = subjects_named(sentence, self._focus or self._main, leading=True)
        if made and not names_work:
            self._focus = [Subject(made[-1].work, made[-1].instalment)]
        elif named:
            main = [one for one in named if self._main and one.work == self._main[0].work]
            several = len({one.work.title for one in named}) > 1
            self._focus = main[:1] or (named if several else named[:1])

    def _read_roundup_line(self, sentence: Sentence) -> bool:
        """Read a line such as "12:30 TITLE" of a round-up of trailers."""
        works = [at for at, token in enumerate(sentence.stream) if token.kind == "work"]
        if len(works) != 1 or len(sentence.stream) > 6 or sentence.cues:
            return False
        at = works[0]
        happening = Happening(at, at + 1, "trailer", Event.TRAILER, "", "round-up of trailers")
        line = line_of(sentence, [happening], ())
        self.drafts.extend(
            self._draft(line, subject, happening, (Status.RELEASED, None), at)
            for subject in self._subjects_at(sentence, at, happening)
        )
        return True

    def _read_entry(self, sentence: Sentence) -> bool:
        """Read a line of a calendar, "September 7 – TITLE" or "TITLE (September 7)": one work, one date and no word more."""
        stream = sentence.stream
        works = [at for at, token in enumerate(stream) if token.kind == "work"]
        dates = [at for at, token in enumerate(stream) if token.kind == "date"]
        plain = [token for token in stream if not token.kind and token.text[0].isalpha()]
        if len(works) != 1 or len(dates) != 1 or len(plain) > 3 or attribute_reason(sentence, dates[0]):
            return False
        happening = Happening(
            dates[0], dates[0] + 1, "release", Event.RELEASE, "noun", "line of a calendar", dated=True
        )
        line = line_of(sentence, [happening], ())
        subjects = self._subjects_at(sentence, works[0], happening)
        drafted = [(draft, dates[0]) for draft in self._dated(line, dates[0], happening, subjects)]
        give_scopes(sentence, drafted, self._section_scopes)
        self.drafts.extend(draft for draft, _ in drafted)
        return bool(drafted)

    def _refer_back(self) -> None:
        """Drop the old date of what was brought forward, and credit the old date in the sentence after a credited delay."""
        self.drafts = [
            draft
            for draft in self.drafts
            if not (
                self._is_forward(draft)
                and (
                    (
                        draft.status is Status.POSTPONED
                        and any(rule.endswith("was-due") for rule in draft.rules)
                    )
                    or (
                        draft.status is Status.SCHEDULED
                        and any(rule.endswith("delayed") for rule in draft.rules)
                    )
                )
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

    def _is_forward(self, draft: Draft) -> bool:
        """Tell whether the draft's work was brought forward, where the draft says that it comes out."""
        brought = self._forward.get(draft.work.title, ())
        elsewhere = any(scopes and draft.scope and scopes.isdisjoint(draft.scope) for scopes in brought)
        return bool(brought) and not elsewhere

    # Sentence by sentence

    def _read_sentence(self, sentence: Sentence) -> None:
        line = line_of(sentence, self._happenings(sentence), self._credits(sentence))
        drafted = [*self._read_dates(line), *self._read_undated(line)]
        give_scopes(sentence, [(draft, index) for draft, index in drafted], self._section_scopes)
        for happening in line.happenings:
            if happening.kind == "advance":
                scopes = {name for draft, _ in drafted for name in draft.scope}
                for subject in self._subjects(sentence, happening):
                    self._forward.setdefault(subject.work.title, []).append(scopes)
        self.drafts.extend(draft for draft, _ in drafted)

    def _happenings(self, sentence: Sentence) -> list[Happening]:
        """Return what the sentence tells; under a heading about a trailer, "it" and "one" are the trailer."""
        found = happenings_of(sentence)
        stream, language = sentence.stream, sentence.language
        if stream and stream[0].text in language.conditionals:
            comma = next((at for at, token in enumerate(stream) if token.text == ","), len(stream))
            found = [one for one in found if one.first > comma]
        if self._section_event is Event.TRAILER:
            by_pronoun = opens_with_pronoun(sentence)
            for one in found:
                referring = any(token.text in language.ones for token in stream[one.first : one.last + 1])
                if one.kind == "release" and (one.first <= 4 if by_pronoun else referring):
                    one.event = Event.TRAILER
        if self._question is Event.TRAILER and sentence.first:
            for cue in sentence.cues:
                if cue.kind == "answer-no" and cue.first == 0:
                    found.append(
                        Happening(cue.first, cue.last, "unannounced", Event.TRAILER, "", cue.rule.name)
                    )
                    break
        return found

    def _credits(self, sentence: Sentence) -> list[Credit]:
        found = [credit for credit in map(self._known, find_credits(sentence)) if credit.voice != "person"]
        self._makers.extend(credit.name for credit in found if credit.voice == "maker")
        return found

    def _known(self, credit: Credit) -> Credit:
        """Name who is meant: "She hopes" is said of who was credited last; "the company" of the maker named last."""
        if credit.voice == "person" and self._makers:
            return replace(credit, name=self._makers[-1], voice="maker")
        if credit.voice == "company":
            brand = self._story.brand
            if self._main and self._main[0].work.kind is WorkKind.DEVICE:
                brand = self._main[0].work.title.split()[0]
            name = self._makers[-1] if self._makers else brand
            return replace(credit, name=name, voice="maker") if name else replace(credit, voice="role")
        if credit.voice == "maker" and fold(credit.name) in self._story.outlets:
            return replace(credit, voice="press")
        return credit

    def _read_dates(self, line: Line) -> Iterator[tuple[Draft, int]]:
        """Yield the claims that the sentence's dates make, each with the token of its date."""
        sentence = line.sentence
        last: tuple[int, Happening, list[Subject]] | None = None
        for index, token in enumerate(sentence.stream):
            if token.kind != "date":
                continue
            self._clock.tell(sentence, index)
            reason = attribute_reason(sentence, index)
            if index == 0 and sentence.first and self._clock.label_when:
                reason = "it says when the rest was told"
            happening = None if reason else self._governor(line, index, last)
            if happening is None:
                self.unclaimed.append((sentence, token, reason or "no word of a release near it"))
                continue
            subjects = self._subjects(sentence, happening)
            if last is not None and happening is last[1] and happening.first < last[0]:
                # "Season 1 came out on X and season 2 on Y": one verb for two subjects.
                named = [
                    at for at in range(last[0] + 1, index) if sentence.stream[at].kind in ("work", "inst")
                ]
                subjects = self._subjects_at(sentence, named[-1], happening) if named else last[2]
            if not subjects:
                self.unclaimed.append((sentence, token, "it is said of something else"))
                continue
            last = (index, happening, subjects)
            for draft in self._dated(line, index, happening, subjects):
                happening.used = True
                yield draft, index
            for other in sharing(sentence, index, happening, line.happenings):
                for draft in self._dated(line, index, other, self._subjects(sentence, other)):
                    other.used = True
                    yield draft, index

    def _governor(
        self, line: Line, index: int, last: tuple[int, Happening, list[Subject]] | None
    ) -> Happening | None:
        """Return the happening that the date at token `index` dates, None when it dates none."""
        sentence = line.sentence
        token = sentence.stream[index]
        found = governor_of(line, index)
        if (
            found is None
            and last is not None
            and coordinates(sentence, last[0], index)
            and not any(last[0] < cue.first < index for cue in line.others)
        ):
            found = last[1]
        asked = self._question or self._label
        if (
            found is None
            and asked
            and sentence.first
            and not line.happenings
            and not line.others
            and len(sentence.stream) <= 10
        ):
            return Happening(index, index, "release", asked, "future", "answer")
        if found is None and not line.happenings:
            found = _verb_within(sentence, index)
        if found is None:
            return None
        if found.kind == "trailer" and (token.text.isdigit() or not stands_at(sentence, found, index)):
            return None
        if found.tense == "noun" and not found.dated and not stands_at(sentence, found, index):
            return None
        return found

    def _dated(
        self, line: Line, index: int, happening: Happening, subjects: Sequence[Subject]
    ) -> Iterator[Draft]:
        sentence = line.sentence
        token = sentence.stream[index]
        outcomes = dated_outcomes(line, index, happening, clock=self._clock, document=self.document)
        if outcomes is None:
            self.unclaimed.append((sentence, token, "it is counted from a date that is not told"))
            return
        for outcome in outcomes:
            status, when = settled(outcome, happening, self._clock.now(sentence), token.value)
            if status is None:
                self.unclaimed.append((sentence, token, "the time does not fit what is said"))
                continue
            if when is None and happening.unveils and happening.event is Event.RELEASE:
                continue
            day = self.document.published.date()
            if (
                self._clock.label_when
                and status is Status.SCHEDULED
                and when
                and when.latest
                and when.latest < day
            ):
                # What an entry of a timeline announced for a day long past did not happen then.
                status = Status.POSTPONED
            for subject in subjects:
                yield self._draft(line, subject, happening, (status, when), index)

    def _read_undated(self, line: Line) -> Iterator[tuple[Draft, int]]:
        """Yield the claims of the happenings that no date was given for."""
        for happening in line.happenings:
            status = None if happening.used else undated_status(line, happening)
            if status is None:
                continue
            when = None
            if status is Status.RELEASED and happening.event is Event.TRAILER:
                when = self._clock.label_when
            for subject in self._subjects(line.sentence, happening, strict=True):
                yield self._draft(line, subject, happening, (status, when), happening.first), happening.first

    def _draft(
        self,
        line: Line,
        subject: Subject,
        happening: Happening,
        outcome: tuple[Status, When | None],
        index: int,
    ) -> Draft:
        status, when = outcome
        judgement = judged(line, happening, index, status=status, title=subject.work.title, story=self._story)
        block = line.sentence.block
        poster = block.author or block.handle
        return Draft(
            subject.work,
            subject.instalment,
            happening.event,
            status,
            when,
            judgement.certainty,
            list(judgement.sources),
            ["unveiling"] if happening.unveils and when and happening.event is Event.RELEASE else [],
            block,
            line.sentence.start,
            line.sentence.end,
            [happening.rule, *judgement.rules],
            Post(poster, block.posted, block.url) if block.kind == "post" and poster else None,
            subject.inherited,
        )

    # Of whom it is said

    def _subjects(self, sentence: Sentence, happening: Happening, *, strict: bool = False) -> list[Subject]:
        """Return whom a happening is said of; only a device is out, in a way, when its maker unveils it."""
        found = self._said_of(sentence, happening, strict=strict)
        if not happening.unveils or happening.event is Event.TRAILER:
            return found
        return [subject for subject in found if subject.work.kind is WorkKind.DEVICE]

    def _said_of(self, sentence: Sentence, happening: Happening, *, strict: bool) -> list[Subject]:
        """Return whom a happening is said of, none when that is not watched; `strict` asks for more where no date helps."""
        anchor = happening.first
        trailer = happening.event is Event.TRAILER
        works = [one.work for one in (*self._focus, *self._section, *self._main)]
        left = nearest_left(sentence, subject_end(sentence, anchor), works)
        right = object_after(sentence, happening.last)
        if trailer and happening.kind == "trailer":
            found = self._trailer_subjects(sentence, happening, left, right)
            if found is not None:
                return found
        small = sentence.language.prepositions | sentence.language.of_words
        if (
            trailer
            and happening.kind != "unannounced"
            and right is not None
            and sentence.stream[right - 1].text in small
        ):
            right = None
        foreign = None if happening.named or happening.reduced else foreign_subject(sentence, anchor)
        if not foreign and right is None and not trailer and takes_other(sentence, happening.last):
            return []
        within = next((one for one in sentence.stream[anchor : happening.last] if one.kind == "inst"), None)
        if within is not None and left is not None and sentence.stream[left].kind == "work":
            # "X returns for season 2": the verb says which instalment it is.
            return [Subject(sentence.stream[left].value.work, str(within.value.name), named=True)]
        if foreign and right is None and (left is None or left < foreign[0]):
            return []
        if foreign and right is not None:
            return self._subjects_at(sentence, right, happening)
        loose = happening.kind in ("out", "delay", "cancel")
        if left is not None and strict and loose and anchor - left > 5 and sentence.block.kind != "headline":
            left = None
        if left is not None:
            return self._subjects_at(sentence, left, happening)
        if right is not None and not (
            happening.kind in ("soon", "out") and _is_apart(sentence, happening.last, right)
        ):
            return self._subjects_at(sentence, right, happening)
        return self._subjects_unsaid(sentence, happening, strict=strict)

    def _trailer_subjects(
        self, sentence: Sentence, happening: Happening, left: int | None, right: int | None
    ) -> list[Subject] | None:
        """Return whose trailer it is: the work right before it or behind its "for"; None to look as for any happening."""
        stream = sentence.stream
        marks = (".", ";", ",")
        if (
            left is not None
            and happening.first - left <= 6
            and not any(one.text in marks for one in stream[left : happening.first])
        ):
            return None
        if right is not None and stream[happening.last].text in sentence.language.of_words | {",", ":"}:
            return self._subjects_at(sentence, right, happening)
        if sentence.block.kind in ("headline", "heading"):
            return None
        inherited = self._inherited(happening)
        if inherited or left is None:
            return inherited
        return self._subjects_at(sentence, left, happening)

    def _subjects_unsaid(self, sentence: Sentence, happening: Happening, *, strict: bool) -> list[Subject]:
        """Return whom a happening is said of that stands at no name: another name in its sentence, or the story's subject."""
        prodrop = sentence.language.prodrop
        if happening.bound:
            return []
        named = next((at for at, token in enumerate(sentence.stream) if token.kind in ("work", "inst")), None)
        if named is not None:
            apart = strict and happening.kind in ("out", "delay", "cancel", "release")
            return [] if apart else self._subjects_at(sentence, named, happening)
        if sentence.block.kind == "headline":
            return self._lead_subjects() if happening.kind in ("delay", "cancel", "known", "soon") else []
        trailer = happening.event is Event.TRAILER
        if strict and happening.kind not in ("unannounced", "known") and not trailer and not prodrop:
            return []
        if not self._may_inherit(sentence, happening):
            return []
        return [replace(subject, inherited=True) for subject in self._inherited(happening)]

    def _may_inherit(self, sentence: Sentence, happening: Happening) -> bool:
        """Tell whether a verb has no subject of its own: one that is no word for the work is something else."""
        language = sentence.language
        verbal = happening.tense not in ("", "noun") and not (happening.named or happening.dated)
        if not verbal or language.prodrop or happening.event is Event.TRAILER:
            return True
        if sentence is self._story.lead and self._main:
            return True
        small = language.auxiliaries | language.joiners | language.prepositions | language.determiners
        for token in reversed(sentence.stream[: happening.first]):
            if token.text in (".", ";", ":", "—", "–", "(") or token.text in language.boundaries:
                return True
            if not (token.kind or token.text in small | language.generic_nouns or token.text[0].isdigit()):
                return False
        return True

    def _lead_subjects(self) -> list[Subject]:
        """Return what the lead names: a headline that names no work ("That farming game is delayed") speaks of it."""
        opening = (sentence for block in self.sentences[1:3] for sentence in block)
        return next((named[:1] for named in map(subjects_named, opening) if named), [])

    def _inherited(self, happening: Happening) -> list[Subject]:
        found = [for_event(subject, happening) for subject in self._focus]
        return [one if one.instalment else self._completed(one, happening) for one in found]

    def _subjects_at(self, sentence: Sentence, at: int, happening: Happening) -> list[Subject]:
        """Return the subjects at token `at`: the work there with those it is listed with, or what it refers to."""
        token = sentence.stream[at]
        if token.kind == "work":
            positions = listed_with(sentence, at)
            return list(
                dict.fromkeys(
                    one for position in positions for one in self._named_at(sentence, position, happening)
                )
            )
        if token.kind == "inst":
            if is_of_another(sentence, at) or self._story.is_of_others(sentence):
                return []
            nearby = [one.value.work for one in sentence.stream if one.kind == "work"]
            works = nearby or [subject.work for subject in self._focus or self._main]
            return [Subject(work, instalment_at(sentence, at), named=True) for work in works[:1]]
        if happening.bound and any(cue.kind == "other" and cue.last <= at for cue in sentence.cues):
            return []
        if token.text in sentence.language.pronouns:
            antecedent = _antecedent(sentence, at)
            if antecedent is not None:
                return self._subjects_at(sentence, antecedent, happening)
            if _opens_with_other(sentence, at):
                return []
        return self._inherited(happening)[:1]

    def _named_at(self, sentence: Sentence, at: int, happening: Happening) -> list[Subject]:
        name: Named = sentence.stream[at].value
        contents = self._story.contents_of(sentence, name)
        if contents:
            return [Subject(name.work, f"dlc: {content}", named=True) for content in contents]
        instalment = instalment_near(sentence, at) or self._story.content_of(sentence, name)
        if instalment is None and self._story.only_season and speaks_of_new(sentence, at):
            instalment = self._story.only_season
        subject = Subject(name.work, instalment, named=True)
        return [subject if instalment else self._completed(subject, happening)]

    def _completed(self, subject: Subject, happening: Happening) -> Subject:
        """Add the instalment that the story is about to what is still to come of a work; what is past is of the work."""
        for known in (*self._section, *self._main):
            if known.work == subject.work and known.instalment:
                return for_event(replace(subject, instalment=known.instalment), happening)
        return subject


def _column_happening(sentence: Sentence, index: int, columns: Sequence[str]) -> Happening | None:
    """Return what a date in a row of a table dates by the heading of its column; without headings it is the release."""
    language = sentence.language
    token = sentence.stream[index]
    place = next(
        (number for number, (start, end) in enumerate(sentence.block.cells) if start <= token.start < end), -1
    )
    heading = set(columns[place].split()) if 0 <= place < len(columns) else None
    kind = "due" if heading and heading & language.old_columns else "release"
    if heading and not heading & (language.old_columns | language.new_columns):
        return None
    return Happening(index, index + 1, kind, Event.RELEASE, "noun", "row of a table", dated=True)


def _verb_within(sentence: Sentence, index: int) -> Happening | None:
    """Return the verb that the date at token `index` has taken in: "won't arrive before March", "two weeks away"."""
    inner = tokens(sentence.stream[index].text)
    for cue in sentence.language.phrasebook.find(inner) if len(inner) > 1 else ():
        if cue.kind == "release" and cue.get("tense") != "noun":
            return Happening(index, index + 1, "release", Event.RELEASE, "future", cue.rule.name)
    return None


def _is_apart(sentence: Sentence, last: int, at: int) -> bool:
    """Tell whether a name stands too far behind a cue, or behind a mark, to be what it is said of."""
    between = sentence.stream[last:at]
    return len(between) > 3 or any(token.text in ("—", "–", "-", ",", ";") for token in between)


def _antecedent(sentence: Sentence, at: int) -> int | None:
    """Return the work that "it" at token `at` refers to in its own sentence."""
    stream, language = sentence.stream, sentence.language
    small = language.prepositions | language.of_words
    for back in range(at):
        if stream[back].kind == "work" and (not back or stream[back - 1].text not in small):
            return back
    return None


def _opens_with_other(sentence: Sentence, at: int) -> bool:
    """Tell whether the sentence is about another name, which "it" at token `at` then refers to."""
    stream, language = sentence.stream, sentence.language
    return any(
        last <= at
        and (0 < first <= 2 or last - first > 1)
        and first <= 2
        and not is_credited(sentence, last)
        and not (first and stream[first - 1].text in language.prepositions)
        for first, last in names(sentence)
    )
