"""The second party that a sentence leaves out, because the reader knows it: "Moscow again declined".

In: the events of an article in the order of the text, one per report. Out: the same, where an act of one side that needs
somebody to be done to has the party with which that side last dealt, a few sentences before at most. What does not
belong here: pronouns and groups, which are mentions of their own (`coreference.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.extract.annotations import Participant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tasks.extract.annotations import Event, Words

MAX_SENTENCES_BACK = 3
"""How far back the other party may be named. Design choice: about a paragraph."""


def with_second_parties(events: Sequence[Event], sentence_starts: Sequence[int]) -> list[Event]:
    """The events, second parties filled in.

    Args:
        events: Reports in the order of the text.
        sentence_starts: First characters of the article's sentences, in order.
    """
    numbers = [bisect_right(sentence_starts, event.evidence[0].trigger_start) for event in events]
    filled: list[Event] = []
    for at, event in enumerate(events):
        if _lacks_second_party(event):
            first = bisect_left(numbers, numbers[at] - MAX_SENTENCES_BACK)
            end = bisect_right(numbers, numbers[at])
            filled.append(_completed(event, [*reversed(filled[first:at]), *events[at + 1 : end]]))
        else:
            filled.append(event)
    return filled


def _lacks_second_party(event: Event) -> bool:
    return len(event.codes()) == 1 and all(
        part.role == "actor" for part in event.participants if part.mention.code
    )


def _completed(event: Event, others: Iterable[Event]) -> Event:
    """The event with the other side of the first event that its actor's side has another side in."""
    own = event.codes()
    for other in others:
        parties = other.codes()
        if own < parties:
            named = [part.mention for part in other.participants if part.mention.code in parties - own]
            actors = tuple(part for part in event.participants if part.role == "actor")
            return replace(
                event,
                participants=(*actors, *(Participant(role="recipient", mention=one) for one in named)),
                explanation=event.explanation and replace(event.explanation, second_party=_trigger(other)),
            )
    return event


def _trigger(event: Event) -> Words:
    return event.evidence[0].trigger_start, event.evidence[0].trigger_end
