"""The event coder: which category, if any, a sentence reports between an actor and a recipient.

In: a sentence and pairs of spans in it. Out: a `Coding` for each pair. `EventCoder` is what any coder has to offer;
`trained_coder.py` is the one that detente uses. What does not belong here: proposing pairs (`candidates.py`), status
by grammar (`status.py`), dates, and making events of codings (`events.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from schemas.plover import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.plover import Status

Span = tuple[int, int]
"""[start, end) characters of a sentence."""


CONSIDERED = 0.2
"""From this probability on a category is worth telling, if only as an uncertain event."""


class Pair(NamedTuple):
    """What a coder is asked: does the actor do something to the recipient, or, without one, at all?"""

    actor: Span
    recipient: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What a sentence reports of a pair.

    Attributes:
        event_type: A category or NONE, the most probable of `probabilities`.
        mode: The category's mode, None where the text gives none.
        confidence: Probability of `event_type`, 0 to 1.
        probabilities: Over the categories and NONE; they sum to 1.
        statuses: Probabilities over the four statuses, should there be an event.
        contexts: What the event is about, sorted.
        reciprocal: Whether both sides do it alike; never without a recipient.
        trigger: [start, end) characters of the words that carry the event, None if the coder does not point at any.
    """

    event_type: str
    mode: str | None
    confidence: float
    probabilities: Mapping[str, float]
    statuses: Mapping[Status, float]
    contexts: tuple[str, ...]
    reciprocal: bool
    trigger: Span | None

    @property
    def is_event(self) -> bool:
        """Whether the pair has an event at all."""
        return self.event_type != NONE


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence says with one trigger.

    Attributes:
        trigger: [start, end) characters of the words that carry the event.
        codings: The most probable category of each pair that was asked about, in their order, also where NONE is more
            probable; None, which most are, where it is less probable than `CONSIDERED`.
    """

    trigger: Span
    codings: tuple[Coding | None, ...]


class EventCoder(Protocol):
    """What a coder has to offer. It sees one sentence at a time and keeps nothing between sentences."""

    def code(self, sentence: str, pairs: Sequence[Pair]) -> list[Coding]:
        """The surest event of each pair, or NONE, in their order; no pair changes another's coding."""
        ...

    def read(self, sentence: str, pairs: Sequence[Pair]) -> list[Reading]:
        """Every trigger that carries an event of some pair, in the order of the text, and what it says of each pair."""
        ...
