"""From an article's findings to the rows of its tables.

In: `Extraction` (what was found, as objects that know each other). Out: rows by table, as plain dicts whose keys are
the columns that `schemas/` declares; ids are made here. What does not belong here: deciding anything about the text.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.identity import actor_id, event_id, span_id
from schemas.plover import quad_class_of, score_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tasks.extract.annotations import (
        Amount,
        DateExpression,
        Event,
        Evidence,
        Extraction,
        Mention,
        Participant,
        Quote,
    )

Row = dict[str, Any]


def rows_of(article: str, extraction: Extraction) -> dict[str, list[Row]]:
    """The rows of one article.

    Args:
        article: Its article_id.
        extraction: What was found in it; events of a run all have a date, since every article has.

    Returns:
        Rows by the name of their table, in the order of the text.
    """
    ids = identified(article, extraction)
    events = ids.events
    keys = {id(event): key for key, event in events}
    return {
        "mentions": [_mention_row(article, mention) for mention in extraction.mentions],
        "events": [_event_row(article, key, event) for key, event in events],
        "evidence": [row for key, event in events for row in _evidence_rows(article, key, event)],
        "participants": [row for key, event in events for row in _participant_rows(article, key, event)],
        "quotes": [_quote_row(article, quote, keys) for quote in extraction.quotes],
        "amounts": [_amount_row(article, amount, keys) for amount in extraction.amounts],
        "dates": [_date_row(article, expression) for expression in extraction.dates],
        "uncertain_events": [_uncertain_row(article, key, event) for key, event in ids.uncertain],
    }


@dataclass(frozen=True, slots=True)
class Identified:
    """The events of an article, each with its event_id, in the order of their triggers."""

    events: list[tuple[str, Event]]
    uncertain: list[tuple[str, Event]]


def identified(article: str, extraction: Extraction) -> Identified:
    """The events of an article with their ids; several on one trigger are numbered in the order of their participants.

    Published events and uncertain ones are numbered together: no id occurs twice, and that an event is published (by a
    lower threshold, say) changes neither its id nor another's.
    """
    by_trigger: dict[tuple[int, int], list[Event]] = defaultdict(list)
    for event in (*extraction.events, *extraction.uncertain):
        by_trigger[_first_trigger(event)].append(event)
    published = set(map(id, extraction.events))
    found = Identified(events=[], uncertain=[])
    for trigger, same_trigger in sorted(by_trigger.items()):
        for ordinal, event in enumerate(sorted(same_trigger, key=_place_on_trigger)):
            where = found.events if id(event) in published else found.uncertain
            where.append((event_id(article, trigger, ordinal), event))
    return found


def members_of(participants: Iterable[Participant]) -> Iterator[tuple[str, Mention, Mention]]:
    """Role, actor and the mention that names it, each actor once in a role, where it is named first.

    A group ("the two countries") gives each of its members.
    """
    seen = set()
    for participant in participants:
        for member in participant.mention.members or (participant.mention,):
            key = participant.role, _actor_id(member)
            if key not in seen:
                seen.add(key)
                yield participant.role, member, participant.mention


def actor_id_of(mention: Mention) -> str | None:
    """The actor that a mention means; places and groups are none."""
    if mention.kind == "place" or mention.members:
        return None
    return _actor_id(mention)


def _actor_id(mention: Mention) -> str:
    return actor_id(name=mention.name, kind=mention.kind, country=mention.country)


def _first_trigger(event: Event) -> tuple[int, int]:
    first = event.evidence[0]
    return first.trigger_start, first.trigger_end


def _place_on_trigger(event: Event) -> tuple[Sequence[tuple[str, int, int]], tuple[str, str, str]]:
    """Where an event stands among those of its trigger: by its participants' spans.

    Two of the same participants are told apart by their coding, since which of them is published must not.
    """
    spans = sorted((part.role, part.mention.start, part.mention.end) for part in event.participants)
    return spans, (event.event_type, event.mode or "", event.status)


def _mention_row(article: str, mention: Mention) -> Row:
    return {
        "article_id": article,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "kind": mention.kind,
        "how": mention.how,
        "actor_id": actor_id_of(mention),
        "name": mention.name,
        "code": mention.code,
        "country": mention.country,
        "sector": mention.sector,
        "role": mention.role,
        "confidence": mention.confidence,
        "latitude": mention.latitude,
        "longitude": mention.longitude,
    }


def _event_row(article: str, key: str, event: Event) -> Row:
    place, reporter = event.place, event.reporter
    return {
        "article_id": article,
        "event_id": key,
        "event_type": event.event_type,
        "mode": event.mode,
        "quad_class": quad_class_of(event.event_type),
        "score": score_of(event.event_type, event.mode),
        "contexts": list(event.contexts),
        "status": event.status,
        "event_date": event.event_date,
        "date_precision": event.date_precision,
        "date_source": event.date_source,
        "place": place.name if place else None,
        "place_country": place.country if place else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "place_source": place.source if place else None,
        "reporter": reporter.words if reporter else None,
        "reporter_kind": reporter.kind if reporter else None,
        "reporter_is_party": reporter.is_party if reporter else None,
        "confidence": event.confidence,
    }


def _evidence_rows(article: str, key: str, event: Event) -> Iterator[Row]:
    """One row per sentence, with the first trigger in it."""
    by_sentence: dict[int, Evidence] = {}
    for evidence in event.evidence:
        by_sentence.setdefault(evidence.start, evidence)
    for evidence in by_sentence.values():
        yield {"article_id": article, "event_id": key, **_report(evidence)}


def _report(evidence: Evidence) -> Row:
    return {
        "start": evidence.start,
        "end": evidence.end,
        "sentence": evidence.sentence,
        "trigger_start": evidence.trigger_start,
        "trigger_end": evidence.trigger_end,
        "trigger": evidence.trigger,
    }


def _uncertain_row(article: str, key: str, event: Event) -> Row:
    """An event with those who take part and its first report in one row."""
    members = [(role, member) for role, member, _ in members_of(event.participants)]
    actors, recipients = (
        [member for its_role, member in members if its_role == role] for role in ("actor", "recipient")
    )
    return {
        **_event_row(article, key, event),
        "actors": [actor.name for actor in actors],
        "actor_codes": _codes(actors),
        "recipients": [recipient.name for recipient in recipients],
        "recipient_codes": _codes(recipients),
        **_report(event.evidence[0]),
    }


def _codes(mentions: Iterable[Mention]) -> list[str]:
    return sorted({mention.code for mention in mentions if mention.code})


def _participant_rows(article: str, key: str, event: Event) -> Iterator[Row]:
    for role, member, mention in members_of(event.participants):
        yield {
            "article_id": article,
            "event_id": key,
            "role": role,
            "actor_id": _actor_id(member),
            "name": member.name,
            "kind": member.kind,
            "code": member.code,
            "country": member.country,
            "sector": member.sector,
            "start": mention.start,
            "end": mention.end,
        }


def _quote_row(article: str, quote: Quote, keys: Mapping[int, str]) -> Row:
    speaker = quote.speaker
    return {
        "article_id": article,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
        "quote_id": span_id("quo", article, quote.start, quote.end),
        "kind": quote.kind,
        "speaker_text": quote.speaker_text,
        "speaker": speaker.name if speaker else None,
        "actor_id": actor_id_of(speaker) if speaker else None,
        "country": speaker.country if speaker else None,
        "cue": quote.cue,
        "event_id": keys[id(quote.event)] if quote.event else None,
    }


def _amount_row(article: str, amount: Amount, keys: Mapping[int, str]) -> Row:
    return {
        "article_id": article,
        "start": amount.start,
        "end": amount.end,
        "text": amount.text,
        "amount_id": span_id("amt", article, amount.start, amount.end),
        "kind": amount.kind,
        "value": amount.value,
        "upper": amount.upper,
        "modifier": amount.modifier,
        "unit": amount.unit,
        "currency": amount.currency,
        "event_id": keys[id(amount.event)] if amount.event else None,
    }


def _date_row(article: str, expression: DateExpression) -> Row:
    return {
        "article_id": article,
        "start": expression.start,
        "end": expression.end,
        "text": expression.text,
        "type": expression.type,
        "value": expression.value,
        "earliest": expression.earliest,
        "latest": expression.latest,
    }
