"""Events: what the sentences of an article report, who took part, when, and with what status.

In: a parsed text with its mentions, dates and quotations, and a coder. Out: `Event`s in the order of the text. Pairs
of mentions are proposed widely (`candidates.py`), the coder says which report an event (`event_coder.py`), codings of
one trigger become one event, and reports of one occurrence are merged. What does not belong here: how a coder decides.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from schemas.plover import EVENT_TYPES, NONE
from tasks.extract.annotations import Event, Evidence, Explanation, Mention, Participant
from tasks.extract.candidates import candidates_by_sentence, members_of, proposals, speaking_mentions
from tasks.extract.event_coder import Pair
from tasks.extract.event_dates import DatedToken, dated_tokens, event_date
from tasks.extract.event_places import Anchored, anchored_places, at_dateline, event_place, within
from tasks.extract.lexicon import load_lexicon
from tasks.extract.merging import merge_reports
from tasks.extract.reporters import scene_of, testimony_of
from tasks.extract.second_parties import with_country_of_scene, with_second_parties
from tasks.extract.status import category_when, is_content_of, is_refusal, sign_of, status_of
from tasks.extract.syntax import SentenceTree
from tasks.extract.voices import Voices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from spacy.tokens import Doc, Span

    from schemas.plover import Status
    from tasks.extract.annotations import (
        DateExpression,
        EventPlace,
        Quote,
        Role,
        StatusRule,
        Words,
    )
    from tasks.extract.citations import Scene
    from tasks.extract.event_coder import Coding, EventCoder
    from tasks.extract.event_dates import EventDate
    from tasks.extract.event_places import Located
    from tasks.extract.lexicon import Lexicon

PUBLISHED = 0.45
"""From this confidence on an event is published. F1 is greatest where the threshold is half of it (Lipton and others 2014),
and the coder's is .8 on the corpus; a little more, since whoever wants what is less sure finds it in `uncertain_events`."""
PUBLISHED_AT_HOME = 0.8
"""The same for an act in which one country alone takes part: home politics is not what the coder was made for, and what it
sees there is more often nothing."""
PARTICIPANT_CHANCE = 0.5
"""A pair takes part in the event of a trigger that the coder rather gives than denies it."""

SURE_STATUS = 0.9
"""From this probability on the coder's status counts; below it the grammar's is right more often (on the corpus)."""

# Where a place is a target or a host, it stands for its country; elsewhere it only says where.
_PLACE_IS_RECIPIENT = frozenset(
    {"AGREE", "AID", "ASSAULT", "COERCE", "CONSULT", "MOBILIZE", "RETREAT", "SANCTION"}
)
_SCENE_IS_RECIPIENT = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "RETREAT"})
"""Of these, those with which the place that a sentence begins with is one as well: "In Gaza, jets bombed", not "In Brussels,
Oslo offered"."""


class FoundEvents(NamedTuple):
    """The events of an article: those that are sure enough to be published, and the others."""

    published: tuple[Event, ...]
    uncertain: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class _PairCoding:
    actor: Mention
    recipient: Mention | None
    coding: Coding

    @property
    def event_chance(self) -> float:
        """The probability that there is an event of whatever category."""
        return 1 - self.coding.probabilities[NONE]


@dataclass(frozen=True, slots=True)
class _Report:
    """One trigger's event before its status and date are known."""

    event_type: str
    coding: Coding
    confidence: float
    participants: tuple[Participant, ...]
    trigger: tuple[int, int]
    head: int


def find_events(
    doc: Doc,
    mentions: Sequence[Mention],
    dates: Sequence[DateExpression],
    *,
    published: date | None,
    coder: EventCoder,
    quotes: Sequence[Quote] = (),
    lexicon: Lexicon | None = None,
    dateline: EventPlace | None = None,
) -> FoundEvents:
    """The events of an article.

    Args:
        doc: Its parsed text.
        mentions: Who and where, resolved.
        dates: When.
        published: Day of publication, the date of what the text does not date.
        coder: Who decides what a sentence reports of two mentions.
        quotes: Direct speech; its "we" stands for the speaker.
        lexicon: Another lexicon than ours.
        dateline: Where the dispatch says that it was written.
    """
    known = lexicon or load_lexicon()
    speaking = speaking_mentions(doc, quotes, mentions)
    at_speaker = {mention.start for mention in speaking}
    spoken = [mention for mention in mentions if mention.start not in at_speaker]
    dated = dated_tokens(doc, dates)
    voices = Voices(doc, mentions, quotes)
    events: list[Event] = []
    lead = next((token.i for token in doc if not token.is_space), 0)
    for sentence, candidates in candidates_by_sentence(doc, [*spoken, *speaking]):
        tree = SentenceTree(sentence)
        reports = _without_content(tree, _reports(sentence, tree, candidates, coder))
        if not reports:
            continue
        scene = scene_of(voices, tree)
        here = [one for one in dated if sentence.start <= one.head < sentence.end]
        places = anchored_places(tree, within(mentions, sentence), cues=known.cues)
        is_lead = sentence.start <= lead
        for report in reports:
            event = _event(
                report, sentence, tree, dated=here, places=places, published=published, lexicon=known
            )
            place = event.place or (at_dateline(event, dateline) if is_lead else None)
            event = _reported(replace(event, place=place), scene, report.head)
            events.append(_between_countries(event, known))
    sure: list[Event] = []
    unsure: list[Event] = []
    for event in with_second_parties(events, [sentence.start_char for sentence in doc.sents]):
        (sure if event.confidence >= _least_confidence(event) else unsure).append(event)
    return FoundEvents(merge_reports(sure, published=published), merge_reports(unsure, published=published))


def _reports(
    sentence: Span, tree: SentenceTree, candidates: Sequence[Mention], coder: EventCoder
) -> list[_Report]:
    """The sentence's events, in the order of their triggers."""
    asked = list(proposals(candidates))
    start, text = sentence.start_char, sentence.text
    scene = _opening_place(text, start, candidates)
    pairs = [Pair(_inside(actor, start), _inside(other, start) if other else None) for actor, other in asked]
    reports = []
    for reading in coder.read(text, pairs):
        found = [
            _PairCoding(actor, recipient, coding)
            for (actor, recipient), coding in zip(asked, reading.codings, strict=True)
            if coding and _may_take_part(recipient, coding, scene)
        ]
        group = _with_or_without_recipient(found)
        if group:
            trigger = (start + reading.trigger[0], start + reading.trigger[1])
            reports.append(_report(group, trigger, tree, sentence))
    return [report for report in reports if _has_enough_parties(report)]


def _with_or_without_recipient(codings: list[_PairCoding]) -> list[_PairCoding]:
    """The codings with a recipient, unless an actor alone is surer and no recipient is likely."""
    pairs = [one for one in codings if one.recipient]
    best = max((one.event_chance for one in pairs), default=0.0)
    alone = [one for one in codings if not one.recipient and one.event_chance > best]
    return alone if alone and best < PARTICIPANT_CHANCE else pairs


def _least_confidence(event: Event) -> float:
    return PUBLISHED if len(event.codes()) > 1 else PUBLISHED_AT_HOME


def _inside(mention: Mention, start: int) -> tuple[int, int]:
    return mention.start - start, mention.end - start


def _opening_place(text: str, start: int, candidates: Sequence[Mention]) -> Mention | None:
    """The place of a sentence that begins "In Brussels"."""
    places = (mention for mention in candidates if mention.kind == "place")
    return next((place for place in places if text[: place.start - start].strip() in {"In", "At"}), None)


def _may_take_part(recipient: Mention | None, coding: Coding, scene: Mention | None) -> bool:
    if recipient is None or recipient.kind != "place":
        return True
    return coding.event_type in (_SCENE_IS_RECIPIENT if recipient is scene else _PLACE_IS_RECIPIENT)


def _report(
    group: list[_PairCoding], trigger: tuple[int, int], tree: SentenceTree, sentence: Span
) -> _Report:
    """One event of the codings of one trigger: its category is what all of them together find most probable."""
    chance: dict[str, float] = defaultdict(float)
    for one in group:
        for name, probability in one.coding.probabilities.items():
            chance[name] += probability
    event_type = max((name for name in chance if name != NONE), key=lambda name: chance[name])
    agreeing = [one for one in group if one.coding.event_type == event_type] or group
    best = max(agreeing, key=lambda one: one.coding.confidence).coding
    confidence = best.probabilities[event_type]
    kept = [one for one in group if one.event_chance >= min(PARTICIPANT_CHANCE, confidence)]
    span = sentence.doc.char_span(*trigger, alignment_mode="expand")
    head = span.root.i if span is not None else sentence.root.i
    kept = _in_reach(kept, tree, head, is_mutual=best.reciprocal)
    if not best.reciprocal:
        kept = _without_those_it_happens_to(kept, tree, head)
        kept = _standing_together(kept, tree)
    return _Report(
        event_type=event_type,
        coding=best,
        confidence=confidence,
        participants=_participants(kept, is_mutual=best.reciprocal),
        trigger=trigger,
        head=head,
    )


def _in_reach(
    codings: list[_PairCoding], tree: SentenceTree, head: int, *, is_mutual: bool
) -> list[_PairCoding]:
    """The codings of those who stand where the grammar has the trigger's parties, if there are any; else all.

    The doer is in its subject, the recipient in its phrase, the sides of a mutual act in either. Bystanders of the same
    sentence are what the coder errs on most, and grammar knows them.
    """
    doers, phrase = set(tree.spread(tree.subjects(head))), set(tree.phrase(head))
    if is_mutual:
        codings = [
            one for one in codings if one.recipient is None or one.recipient.kind != "place"
        ] or codings
        doers = phrase = doers | phrase
    codings = [one for one in codings if one.actor.head in doers] or codings
    return [one for one in codings if one.recipient is None or one.recipient.head in phrase] or codings


def _without_those_it_happens_to(
    codings: list[_PairCoding], tree: SentenceTree, head: int
) -> list[_PairCoding]:
    """The codings but for those whose actor is the subject of a passive verb: "Roof is accused"."""
    if not tree.is_verb(head) or not tree.is_passive(head):
        return codings
    undergoing = tree.spread(tree.surface_subjects(head))
    return [one for one in codings if one.actor.head not in undergoing]


def _standing_together(codings: list[_PairCoding], tree: SentenceTree) -> list[_PairCoding]:
    """The codings of the surest pair and of those who are named in one breath with its parties, or are of their side.

    One act has one doer and one recipient, or lists of them; whoever else the coder takes for one is a bystander.
    """
    if not codings:
        return []
    surest = max(codings, key=lambda one: one.event_chance)
    return [
        one
        for one in codings
        if _stand_together(one.actor, surest.actor, tree)
        and (
            one.recipient is None
            or surest.recipient is None
            or _stand_together(one.recipient, surest.recipient, tree)
        )
    ]


def _stand_together(one: Mention, other: Mention, tree: SentenceTree) -> bool:
    return one.code == other.code or tree.first_of_list(one.head) == tree.first_of_list(other.head)


def _participants(codings: list[_PairCoding], *, is_mutual: bool) -> tuple[Participant, ...]:
    """Actors and recipients; in a mutual act every side is an actor."""
    if is_mutual:
        everyone = [mention for one in codings for mention in (one.actor, one.recipient) if mention]
        return _in_role("actor", everyone, is_mutual=True)
    strongest = _strongest_role(codings)
    actors = [one.actor for one in codings if strongest[_key(one.actor)] == "actor"]
    recipients = [
        one.recipient for one in codings if one.recipient and strongest[_key(one.recipient)] == "recipient"
    ]
    return (*_in_role("actor", actors), *_in_role("recipient", recipients))


def _strongest_role(codings: list[_PairCoding]) -> dict[str, str]:
    """The role in which each side is surest: nobody does to itself what it does to another."""
    links: dict[str, tuple[float, str]] = {}
    for one in codings:
        for role, mention in (("recipient", one.recipient), ("actor", one.actor)):
            if mention and one.event_chance > links.get(_key(mention), (0.0, ""))[0]:
                links[_key(mention)] = (one.event_chance, role)
    return {key: role for key, (_, role) in links.items()}


def _key(mention: Mention) -> str:
    return f"{mention.code}:{mention.name if mention.kind in {'person', 'organization'} else ''}"


def _in_role(role: Role, mentions: Sequence[Mention], *, is_mutual: bool = False) -> tuple[Participant, ...]:
    """Each actor once, in the order of the text.

    A country beside its own official is the official. Who has no code is left out beside those who have one, except
    the other side of a mutual act.
    """
    unique = {
        (member.start, member.end, member.name): member
        for mention in mentions
        for member in members_of(mention)
    }
    ordered = sorted(unique.values(), key=lambda mention: mention.start)
    if any(mention.code for mention in ordered):
        ordered = [mention for mention in ordered if mention.code or (is_mutual and mention.kind == "person")]
    bodies = {mention.code for mention in ordered if mention.kind in {"person", "organization"}}
    kept: dict[tuple[str | None, str], Mention] = {}
    for mention in ordered:
        if mention.kind in {"person", "organization"} or mention.code not in bodies:
            kept.setdefault((mention.code, mention.name), mention)
    return tuple(Participant(role=role, mention=mention) for mention in kept.values())


def _between_countries(event: Event, lexicon: Lexicon) -> Event:
    """The event with the country that takes part where a place is meant: "visited Moscow" is done to Russia."""
    return replace(
        event,
        participants=tuple(
            replace(one, mention=_taking_part(one.mention, lexicon)) for one in event.participants
        ),
    )


def _taking_part(mention: Mention, lexicon: Lexicon) -> Mention:
    country = _country_of(mention, mention.country, lexicon) if mention.kind == "place" else None
    return country or mention


def _country_of(place: Mention, code: str | None, lexicon: Lexicon) -> Mention | None:
    country = lexicon.countries.get(code or "")
    return place.as_country(country.code, country.name) if country else None


def _has_enough_parties(report: _Report) -> bool:
    if not any(participant.mention.code for participant in report.participants):
        return False
    return len(report.participants) > 1 or not EVENT_TYPES[report.event_type].needs_second_party


def _without_content(tree: SentenceTree, reports: list[_Report]) -> list[_Report]:
    """The reports that are not what another one asks for, promises or refuses, nor the march to an attack."""
    assaults = any(report.event_type == "ASSAULT" for report in reports)
    return [
        report
        for report in reports
        if not (assaults and report.event_type == "MOBILIZE")
        and not any(other is not report and _holds(tree, other, report) for other in reports)
    ]


def _holds(tree: SentenceTree, outer: _Report, inner: _Report) -> bool:
    """Whether one report is the content of the other; a plan is an AGREE without being a promise."""
    if outer.confidence < min(PUBLISHED, inner.confidence):
        return False  # nothing that is hardly there takes another report's place
    if outer.event_type == "AGREE" and status_of(tree, outer.head) == "planned":
        return False
    return is_content_of(tree, inner.head, outer.head, outer.event_type)


def _event(
    report: _Report,
    sentence: Span,
    tree: SentenceTree,
    *,
    dated: Sequence[DatedToken],
    places: Sequence[Anchored],
    published: date | None,
    lexicon: Lexicon,
) -> Event:
    status, rule, sign = _status(report, tree)
    status_words = None if sign is None else _words(sentence.doc, sign)
    when = event_date(tree, report.head, dated, status=status, published=published)
    if status == "actual" and when.source == "publication":
        announced = _announced(tree, report, dated, published)
        if announced:
            status, rule, status_words = "planned", "date", announced.words
            when = event_date(tree, report.head, dated, status=status, published=published)
    event_type = category_when(report.event_type, status)
    located = event_place(tree, report.head, places, event_type=event_type, status=status)
    event = Event(
        event_type=event_type,
        mode=report.coding.mode if report.coding.mode in EVENT_TYPES[event_type].modes else None,
        status=status,
        event_date=when.day,
        date_precision=when.precision,
        date_source=when.source,
        confidence=round(report.confidence, 3),
        participants=report.participants,
        contexts=report.coding.contexts,
        evidence=(_evidence(report.trigger, sentence),),
        place=located.place if located else None,
        explanation=Explanation(
            coded_as=report.event_type,
            probabilities=report.coding.probabilities,
            statuses=report.coding.statuses,
            status_rule=rule,
            status_words=status_words,
            date_words=when.words,
            other_dates=tuple(one.words for one in dated if when.words is None),
            place_words=_place_words(sentence.doc, located.by) if located else None,
        ),
    )
    return with_country_of_scene(event, _country_of_clause(located, lexicon))


def _country_of_clause(located: Located | None, lexicon: Lexicon) -> Mention | None:
    """The country in which an event's own clause has it happen."""
    if located is None or located.place.source != "clause":
        return None
    return _country_of(located.by.mention, located.place.country, lexicon)


def _reported(event: Event, scene: Scene, head: int) -> Event:
    """The event with who reports it."""
    told = testimony_of(scene, head, event_type=event.event_type, participants=event.participants)
    cue = None if told.cue is None else _words(scene.voices.doc, told.cue)
    why = event.explanation and replace(event.explanation, source=told.source, cue=cue)
    return replace(event, reporter=told.reporter, explanation=why)


def _words(doc: Doc, token: int) -> Words:
    return doc[token].idx, doc[token].idx + len(doc[token])


def _place_words(doc: Doc, by: Anchored) -> Words:
    """From the preposition to the end of the name; of what only points back at the name ("where"), that word."""
    first = doc[by.first].idx
    return (first, by.mention.end) if first <= by.mention.start else _words(doc, by.first)


def _status(report: _Report, tree: SentenceTree) -> tuple[Status, StatusRule, int | None]:
    """The coder's status where it is sure, else what the grammar says; which of them, and the word by which it does.

    "Will not sign", coded as REJECT, is a refusal that was made.
    """
    if report.event_type == "REJECT" and is_refusal(tree, report.head, "AGREE"):
        return "actual", "refusal", None
    statuses = report.coding.statuses
    likeliest = max(statuses, key=lambda status: statuses[status])
    if statuses[likeliest] >= SURE_STATUS:
        return likeliest, "coder", None
    sign = sign_of(tree, report.head)
    return sign.status, "grammar", sign.token


def _announced(
    tree: SentenceTree, report: _Report, dated: Sequence[DatedToken], published: date | None
) -> EventDate | None:
    """ "The leaders meet on Friday": no word says so, but the date of the clause is still to come."""
    if published is None or tree.tag(report.head) in {"VBD", "VBN"}:
        return None
    future = [one for one in dated if one.day > published]
    when = event_date(tree, report.head, future, status="planned", published=published)
    return when if when.source == "clause" else None


def _evidence(trigger: tuple[int, int], sentence: Span) -> Evidence:
    text = sentence.text
    start = sentence.start_char + len(text) - len(text.lstrip())
    stripped = text.strip()
    return Evidence(
        start=start,
        end=start + len(stripped),
        sentence=stripped,
        trigger_start=trigger[0],
        trigger_end=trigger[1],
        trigger=text[trigger[0] - sentence.start_char : trigger[1] - sentence.start_char],
    )
