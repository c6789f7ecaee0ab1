"""Which event a quote carries: the first that is reported in its words.

In: quotes and events. Out: the quotes, each with its event. What does not belong here: events of saying itself, whose
trigger is the cue outside the words.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.extract.annotations import Event, Quote


def link_quotes(quotes: Sequence[Quote], events: Sequence[Event]) -> tuple[Quote, ...]:
    """The quotes with the event that each carries, in the order given.

    Args:
        quotes: Of one article.
        events: Of the same article; each counts at all of its evidence.
    """
    triggers = sorted(
        (
            (evidence.trigger_start, evidence.trigger_end, index)
            for index, event in enumerate(events)
            for evidence in event.evidence
        ),
    )
    linked = []
    for quote in quotes:
        first = bisect_left(triggers, (quote.start, 0, 0))
        carried = first < len(triggers) and triggers[first][1] <= quote.end
        linked.append(replace(quote, event=events[triggers[first][2]]) if carried else quote)
    return tuple(linked)
