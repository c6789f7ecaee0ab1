"""`detente classify`: the event type of a marked pair of actors in a sentence, record by record.

In: a line of JSON {id, text, source: [s, e], target: [s, e]}. Out: {id, event_type, quad_class, confidence,
probabilities}.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tasks.extract.event_coder import Pair

if TYPE_CHECKING:
    from tasks.extract.trained_coder import TrainedCoder


class RecordError(ValueError):
    """The line is not a record that can be classified; the message says why."""


def classify_line(line: bytes, coder: TrainedCoder, *, origin: str) -> dict[str, Any]:
    """The coding of one record, whose text is one sentence to the coder.

    Raises:
        RecordError: The line is not such a record.
    """
    record = _record(line, origin)
    text, source, target = (
        record.get("text"),
        _span(record, "source", origin),
        _span(record, "target", origin),
    )
    if not isinstance(text, str):
        raise RecordError(f"{origin}: no text")
    for start, end in (source, target):
        if not 0 <= start < end <= len(text):
            raise RecordError(f"{origin}: [{start}, {end}) is no span of the text")
    (coding,) = coder.code(text, [Pair(source, target)])
    return {
        "id": record.get("id"),
        "event_type": coding.event_type,
        "quad_class": coder.facts.ontology[coding.event_type].quad_class if coding.is_event else None,
        "confidence": coding.confidence,
        "probabilities": dict(coding.probabilities),
    }


def _record(line: bytes, origin: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise RecordError(f"{origin}: not JSON: {error}") from error
    if not isinstance(record, dict):
        raise RecordError(f"{origin}: not an object")
    return record


def _span(record: dict[str, Any], key: str, origin: str) -> tuple[int, int]:
    match record.get(key):
        case [int(start), int(end)]:
            return start, end
    raise RecordError(f"{origin}: {key} must be [start, end), two offsets of characters")
