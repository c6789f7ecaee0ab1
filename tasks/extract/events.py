"""Events: what the sentences of an article report, who took part, when, and with what status.

In: a parsed text with its mentions, dates and quotations, and a coder. Out: `Event`s in the order of the text. Pairs
of mentions are proposed widely (`candidates.py`), the coder says which report an event (`event_coder.py`), codings of
one trigger become one event, and reports of one occurrence are merged. What does not belong here: how a coder decides.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemas.plover import EVENT_TYPES
from tasks.extract.annotations import Event, Evidence, Mention, Participant
from tasks.extract.candidates import candidates_by_sentence, pairs, speaking_mentions
from tasks.extract.event_dates import DatedToken, dated_tokens, event_date
from tasks.extract.event_places import Anchored, anchored_places, at_dateline, event_place, within
from tasks.extract.lexicon import load_lexicon
from tasks.extract.merging import merge_reports
from tasks.extract.reporters import reporter_of, scene_of
from tasks.extract.status import category_when, is_content_of, is_refusal, status_of
from tasks.extract.syntax import SentenceTree
from tasks.extract.voices import Voices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from spacy.tokens import Doc, Span

    from tasks.extract.annotations import DateExpression, EventPlace, Quote, Role, Status
    from tasks.extract.event_coder import Coding, EventCoder
    from tasks.extract.lexicon import Lexicon

MIN_CONFIDENCE = 0.6
"""Design choice: above what a coding reaches whose second party is only near the trigger and in no slot of it."""
MARGIN = 0.15
"""Design choice: a participant that is linked to the trigger by so much less than the best one has another role."""

# Where a place is a target or a host, it stands for its country; elsewhere it only says where.
_PLACE_IS_RECIPIENT = frozenset(
    {"AGREE", "AID", "ASSAULT", "COERCE", "CONSULT", "MOBILIZE", "RETREAT", "SANCTION"}
)


@dataclass(frozen=True, slots=True)
class _PairCoding:
    actor: Mention
    recipient: Mention | None
    coding: Coding


@dataclass(frozen=True, slots=True)
class _Report:
    """One trigger's event before its status and date are known."""

    event_type: str
    mode: str | None
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
) -> tuple[Event, ...]:
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
        reports = _without_content(tree, _reports(sentence, candidates, coder))
        if not reports:
            continue
        scene = scene_of(voices, tree)
        here = [one for one in dated if sentence.start <= one.head < sentence.end]
        places = anchored_places(tree, within(mentions, sentence), cues=known.cues)
        is_lead = sentence.start <= lead
        for report in reports:
            event = _event(report, sentence, tree, dated=here, places=places, published=published)
            reporter = reporter_of(
                scene, report.head, event_type=event.event_type, participants=event.participants
            )
            place = event.place or (at_dateline(event, dateline) if is_lead else None)
            events.append(replace(event, place=place, reporter=reporter))
    return merge_reports([_between_countries(event, known) for event in events], published=published)


def _reports(sentence: Span, candidates: Sequence[Mention], coder: EventCoder) -> list[_Report]:
    """The sentence's events by their triggers, in the order of the text."""
    by_trigger: dict[tuple[int, int], list[_PairCoding]] = defaultdict(list)
    for actor, recipient in pairs(candidates):
        for coding in coder.codings(sentence, actor, recipient):
            if coding.confidence >= MIN_CONFIDENCE and _may_take_part(recipient, coding):
                by_trigger[_trigger_of(coding, sentence)].append(_PairCoding(actor, recipient, coding))
    paired = frozenset(by_trigger)
    for actor in candidates:
        if actor.code is None or actor.kind == "place":
            continue
        for coding in coder.codings(sentence, actor, None):
            if coding.confidence >= MIN_CONFIDENCE and _trigger_of(coding, sentence) not in paired:
                by_trigger[_trigger_of(coding, sentence)].append(_PairCoding(actor, None, coding))
    reports = [_report(codings, trigger, sentence) for trigger, codings in sorted(by_trigger.items())]
    return [report for report in reports if _has_enough_parties(report)]


def _may_take_part(recipient: Mention, coding: Coding) -> bool:
    return recipient.kind != "place" or coding.event_type in _PLACE_IS_RECIPIENT


def _trigger_of(coding: Coding, sentence: Span) -> tuple[int, int]:
    """The coding's trigger; the sentence's main verb where the coder points at none."""
    if coding.trigger is not None:
        return coding.trigger
    root = sentence.root
    return root.idx, root.idx + len(root.text)


def _report(codings: list[_PairCoding], trigger: tuple[int, int], sentence: Span) -> _Report:
    best = max(codings, key=lambda one: one.coding.confidence).coding
    kept = [
        one
        for one in codings
        if one.coding.event_type == best.event_type and one.coding.confidence >= best.confidence - MARGIN
    ]
    span = sentence.doc.char_span(*trigger, alignment_mode="expand")
    return _Report(
        event_type=best.event_type,
        mode=best.mode,
        confidence=best.confidence,
        participants=_participants(kept),
        trigger=trigger,
        head=span.root.i if span is not None else sentence.root.i,
    )


def _participants(codings: list[_PairCoding]) -> tuple[Participant, ...]:
    """Actors and recipients; where the coding holds in both directions, every side is an actor."""
    directions = {(id(one.actor), id(one.recipient)) for one in codings}
    mutual = [one for one in codings if (id(one.recipient), id(one.actor)) in directions]
    if mutual:
        return _in_role("actor", [one.actor for one in mutual], is_mutual=True)
    strongest = _strongest_role(codings)
    actors = [one.actor for one in codings if strongest[_key(one.actor)] == "actor"]
    recipients = [
        one.recipient for one in codings if one.recipient and strongest[_key(one.recipient)] == "recipient"
    ]
    return (*_in_role("actor", actors), *_in_role("recipient", recipients))


def _strongest_role(codings: list[_PairCoding]) -> dict[str, str]:
    """The role in which each side is linked best: nobody does to itself what it does to another."""
    links: dict[str, tuple[float, str]] = {}
    for one in codings:
        for role, mention in (("recipient", one.recipient), ("actor", one.actor)):
            if mention and one.coding.confidence > links.get(_key(mention), (0.0, ""))[0]:
                links[_key(mention)] = (one.coding.confidence, role)
    return {key: role for key, (_, role) in links.items()}


def _key(mention: Mention) -> str:
    return f"{mention.code}:{mention.name if mention.kind in {'person', 'organization'} else ''}"


def _in_role(role: Role, mentions: Sequence[Mention], *, is_mutual: bool = False) -> tuple[Participant, ...]:
    """Each actor once, in the order of the text.

    A country beside its own official is the official. Who has no code is left out beside those who have one, except
    the other side of a mutual act.
    """
    unique = {(mention.start, mention.end, mention.name): mention for mention in mentions}
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
    if mention.kind != "place" or mention.country is None:
        return mention
    country = lexicon.countries[mention.country]
    return replace(mention, kind="country", name=country.name, latitude=None, longitude=None)


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
) -> Event:
    status = _status(report, tree)
    when = event_date(tree, report.head, dated, status=status, published=published)
    if status == "actual" and when.source == "publication" and _is_announced(tree, report, dated, published):
        status = "planned"
        when = event_date(tree, report.head, dated, status=status, published=published)
    event_type = category_when(report.event_type, status)
    return Event(
        event_type=event_type,
        mode=report.mode if report.mode in EVENT_TYPES[event_type].modes else None,
        status=status,
        event_date=when.day,
        date_precision=when.precision,
        date_source=when.source,
        confidence=round(report.confidence, 3),
        participants=report.participants,
        evidence=(_evidence(report.trigger, sentence),),
        place=event_place(tree, report.head, places, event_type=event_type, status=status),
    )


def _status(report: _Report, tree: SentenceTree) -> Status:
    """The status; "will not sign", coded as REJECT, is a refusal that was made."""
    if report.event_type == "REJECT" and is_refusal(tree, report.head, "AGREE"):
        return "actual"
    return status_of(tree, report.head)


def _is_announced(
    tree: SentenceTree, report: _Report, dated: Sequence[DatedToken], published: date | None
) -> bool:
    """ "The leaders meet on Friday": no word says so, but the date of the clause is still to come."""
    if published is None or tree.tag(report.head) in {"VBD", "VBN"}:
        return False
    future = [one for one in dated if one.day > published]
    return event_date(tree, report.head, future, status="planned", published=published).source == "clause"


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
