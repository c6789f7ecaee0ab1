"""The second party that a sentence leaves out, because the reader knows it: "Moscow again declined".

In: the events of an article in the order of the text, one per report. Out: the same, where an act of one side has the
second party that the text lets conclude:

1. the country in which a harmful act happens ("shelled a village near Tetovo"), and the own one where the police or a
   state of emergency do harm,
2. else the party with which that side last dealt, a few sentences before at most,
3. else whom the article is about by far, or the two ("the United States urged all sides to hold their fire").

What does not belong here: pronouns and groups, which are mentions of their own (`coreference.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.extract.annotations import Participant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tasks.extract.annotations import Event, Mention, Words

_HARMFUL = frozenset({"ASSAULT", "COERCE", "PROTEST"})
"""Acts that hit whoever is where they happen."""
_AT_HOME = frozenset({"curfew", "martial-law"})
"""Modes of what a state does to its own people."""
_TO_BOTH = frozenset({"AGREE", "REQUEST"})
"""Acts of an outsider that two sides are often meant by together: appeals and offers to those who quarrel."""

MAX_SENTENCES_BACK = 3
"""How far back the other party may be named. Design choice: about a paragraph."""
LEAST_EVENTS, LEAST_SHARE = 4, 1 / 3
"""Events, and their share of all, in which a side takes part that the article is about."""
LEAD = 1.5
"""The article is about a side that takes part in so many times the events of the next one."""


def with_country_of_scene(event: Event, scene: Mention | None) -> Event:
    """A harmful act without a second party, done to the country in which it happens.

    Args:
        event: Any event.
        scene: The country that its own clause has it happen in, None if it names none.
    """
    if event.event_type not in _HARMFUL or not _lacks_second_party(event):
        return event
    if scene is None and _is_at_home(event):
        scene = next(part.mention for part in event.participants if part.mention.code)
    return _done_to(event, [scene]) if scene else event


def _is_at_home(event: Event) -> bool:
    is_of_police = any(part.mention.sector == "POL" for part in event.participants if part.mention.code)
    return is_of_police or event.mode in _AT_HOME


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
            # Of parties that the text names: one that is lent would be lent on, through the whole article.
            filled.append(_dealt_with(event, [*reversed(events[first:at]), *events[at + 1 : end]]))
        else:
            filled.append(event)
    return _with_whom_it_is_about(filled)


def _lacks_second_party(event: Event) -> bool:
    """Whether one side alone acts; those of one side who meet each other lack nobody."""
    if event.event_type == "CONSULT" and len({part.mention.name for part in event.participants}) > 1:
        return False
    return len(event.codes()) == 1 and all(
        part.role == "actor" for part in event.participants if part.mention.code
    )


def _dealt_with(event: Event, others: Iterable[Event]) -> Event:
    """The event with the other side of the first event that its actor's side has another side in."""
    own = event.codes()
    for other in others:
        parties = other.codes()
        if own < parties:
            named = [part.mention for part in other.participants if part.mention.code in parties - own]
            return _done_to(event, named, as_in=other)
    return event


def _with_whom_it_is_about(events: list[Event]) -> list[Event]:
    """The events; those of one side with the other side or sides of the article."""
    counts = Counter(code for event in events for code in event.codes())
    latest = {
        part.mention.code: (part.mention, event)
        for event in events
        for part in event.participants
        if part.mention.code
    }
    completed = []
    for event in events:
        sides = _sides_by_far(counts, event, len(events)) if _lacks_second_party(event) else ()
        named = [latest[code] for code in sides]
        completed.append(
            _done_to(event, [mention for mention, _ in named], as_in=named[0][1]) if named else event
        )
    return completed


def _sides_by_far(counts: Counter[str], event: Event, total: int) -> tuple[str, ...]:
    """The side beside the event's own that takes part in far more events than the next, or two of them.

    Args:
        counts: In how many events of the article each side takes part.
        event: One that lacks a second party.
        total: How many events the article has.
    """
    own, least = event.codes(), max(LEAST_EVENTS, LEAST_SHARE * total)
    # Sets have no order: of sides with as many events the code decides, or two processes would say different things.
    ranked = sorted(
        ((code, count) for code, count in counts.items() if code not in own),
        key=lambda one: (-one[1], one[0]),
    )
    for several in (1, 2) if event.event_type in _TO_BOTH else (1,):
        leaders, rest = ranked[:several], ranked[several : several + 1]
        is_clear = all(count >= LEAD * following for _, count in leaders for _, following in rest)
        if len(leaders) == several and leaders[-1][1] >= least and is_clear:
            return tuple(code for code, _ in leaders)
    return ()


def _done_to(event: Event, recipients: Iterable[Mention], *, as_in: Event | None = None) -> Event:
    """The event with other recipients, taken over from another event if one is given."""
    actors = tuple(part for part in event.participants if part.role == "actor")
    explanation = event.explanation
    if as_in and explanation:
        explanation = replace(explanation, second_party=_trigger(as_in))
    return replace(
        event,
        participants=(*actors, *(Participant(role="recipient", mention=one) for one in recipients)),
        explanation=explanation,
    )


def _trigger(event: Event) -> Words:
    return event.evidence[0].trigger_start, event.evidence[0].trigger_end
