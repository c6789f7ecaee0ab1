"""The JSON object that `detente extract` writes for an article.

Same findings as the tables (`rows.py`), nested the way that a reader of one article wants them: participants and the
first evidence inside their event, dates at their own precision. Events that the coder is not sure enough of are left
out, unless the reasons are asked for: then one wants to know why they are not among the others.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from schemas.identity import id_of
from schemas.plover import quad_class_of, score_of
from schemas.precision import at_precision
from tasks.extract.explanations import explained
from tasks.extract.rows import identified, members_of, rows_of

if TYPE_CHECKING:
    from schemas.article import Article
    from tasks.extract.annotations import Event, Extraction

_NOT_IN_JSON = ("article_id", "actor_id", "quote_id", "amount_id", "code")
"""Columns of `mentions`, `quotes` and `amounts` that the JSON contract does not name."""


def json_form(article: Article, extraction: Extraction, *, with_reasons: bool = False) -> dict[str, Any]:
    """The object of one article; offsets are characters of the input's text.

    Args:
        article: The article.
        extraction: What was found in it.
        with_reasons: Each event has its explanation, and there are the uncertain ones.
    """
    key = id_of(article)
    rows = rows_of(key, extraction)
    ids = identified(key, extraction)
    form = partial(explained_form, text=article.text) if with_reasons else event_form
    uncertain = [form(event, event_key) for event_key, event in ids.uncertain]
    return {
        "id": article.source_id,
        "title": article.title,
        "published": article.published_date.isoformat() if article.published_date else None,
        "events": [form(event, event_key) for event_key, event in ids.events],
        **({"uncertain_events": uncertain} if with_reasons else {}),
        "mentions": _without_ids(rows["mentions"]),
        "quotes": [
            {"speaker_country" if name == "country" else name: value for name, value in quote.items()}
            for quote in _without_ids(rows["quotes"])
        ],
        "dates": [
            {name: date[name] for name in ("start", "end", "text", "type", "value")} for date in rows["dates"]
        ],
        "amounts": _without_ids(rows["amounts"]),
    }


def explained_form(event: Event, key: str, *, text: str | None) -> dict[str, Any]:
    """The object of one event with why it is coded so.

    Args:
        event: The event.
        key: Its event_id.
        text: The article's; None where only the tables are known.
    """
    return {**event_form(event, key), "explanation": explained(event, text)}


def _without_ids(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in _NOT_IN_JSON} for row in rows]


def event_form(event: Event, key: str) -> dict[str, Any]:
    """The object of one event."""
    first = event.evidence[0]
    return {
        "event_id": key,
        "event_type": event.event_type,
        "mode": event.mode,
        "quad_class": quad_class_of(event.event_type),
        "score": score_of(event.event_type, event.mode),
        "status": event.status,
        "date": _date_at_precision(event),
        "date_source": event.date_source,
        "sentence": [first.start, first.end],
        "trigger": [first.trigger_start, first.trigger_end],
        "confidence": event.confidence,
        "participants": [
            {
                "role": role,
                "name": member.name,
                "country": member.country,
                "code": member.code,
                "sector": member.sector,
                "start": mention.start,
                "end": mention.end,
            }
            for role, member, mention in members_of(event.participants)
        ],
        "place": _place(event),
        "attribution": event.reporter.words if event.reporter else None,
        "attribution_kind": event.reporter.kind if event.reporter else None,
        "attribution_party": event.reporter.is_party if event.reporter else None,
        "contexts": list(event.contexts),
    }


def _place(event: Event) -> dict[str, Any] | None:
    place = event.place
    if place is None:
        return None
    return {
        "name": place.name,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _date_at_precision(event: Event) -> str | None:
    if event.event_date is None or event.date_precision is None:
        return None
    return at_precision(event.event_date, event.date_precision)
