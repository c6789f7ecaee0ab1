"""Reports of one occurrence inside an article become one event with several rows of evidence.

In: the events of an article, one per report, in the order of the text. Out: the events, the first report first. Two
reports are merged only where nothing speaks against it; two events in the release are better than one that mixes two
occurrences.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tasks.extract.event_dates import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tasks.extract.annotations import Event, Explanation

MAX_COMPARED = 50
"""Earlier occurrences of the same category and status that a report is compared with, the latest ones."""
MAX_DAYS_APART = 7
"""How far from the publication a dated report may lie that is merged with an undated one."""


def merge_reports(events: Iterable[Event], *, published: date | None) -> tuple[Event, ...]:
    """The occurrences behind the reports, in the order of their first reports."""
    occurrences: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        known = occurrences.setdefault((event.event_type, event.status), [])
        for index, earlier in enumerate(known[-MAX_COMPARED:], start=max(0, len(known) - MAX_COMPARED)):
            if _are_one(earlier, event, published):
                known[index] = _merged(earlier, event)
                break
        else:
            known.append(event)
    merged = [event for known in occurrences.values() for event in known]
    return tuple(
        sorted(merged, key=lambda event: (event.evidence[0].trigger_start, event.evidence[0].trigger_end))
    )


def _are_one(first: Event, second: Event, published: date | None) -> bool:
    if first.mode and second.mode and first.mode != second.mode and not _in_one_sentence(first, second):
        return False
    if not _same_sides(first, second):
        return False
    return _same_people(first, second) and _compatible_dates(first, second, published)


def _same_sides(first: Event, second: Event) -> bool:
    """Whether the parties are the same, by role.

    One sentence often tells an act twice with other roles or fewer parties: "travels to Peru for talks with its
    president", "shelled the town, killing five".
    """
    if not _in_one_sentence(first, second):
        return _roles(first) == _roles(second) or _is_taken_up(first, second)
    mine, theirs = first.codes(), second.codes()
    is_one_doer = not first.codes("actor").isdisjoint(second.codes("actor"))
    return is_one_doer and (mine <= theirs or theirs <= mine)


def _is_taken_up(first: Event, second: Event) -> bool:
    """Whether a later sentence speaks of the act of the same person without the other side ("her visit")."""
    actors = [part.mention for part in second.participants]
    is_alone = len(actors) == 1 and actors[0].kind == "person" and second.mode == first.mode
    return is_alone and actors[0].name in _people(first, actors[0].code)


def _in_one_sentence(first: Event, second: Event) -> bool:
    return first.evidence[-1].start == second.evidence[0].start


def _roles(event: Event) -> set[tuple[str, str]]:
    return {(part.role, part.mention.code or part.mention.name) for part in event.participants}


def _same_people(first: Event, second: Event) -> bool:
    """Whether no side is represented by two different persons."""
    return all(
        not mine or not theirs or mine & theirs
        for code in {part.mention.code for part in first.participants}
        for mine, theirs in ((_people(first, code), _people(second, code)),)
    )


def _people(event: Event, code: str | None) -> set[str]:
    return {
        part.mention.name
        for part in event.participants
        if part.mention.code == code and part.mention.kind == "person"
    }


def _compatible_dates(first: Event, second: Event, published: date | None) -> bool:
    for one, other in ((first, second), (second, first)):
        if one.event_date is None or other.event_date is None:
            return one.event_date == other.event_date
        if one.date_source == "publication" and published is not None:
            return abs(other.event_date - published) <= timedelta(days=MAX_DAYS_APART)
    earlier, later = sorted((first, second), key=lambda event: (_span(event)[0], -_length(event)))
    return _span(earlier)[0] <= _span(later)[0] and _span(later)[1] <= _span(earlier)[1]


def _span(event: Event) -> tuple[date, date]:
    if event.event_date is None or event.date_precision is None:
        raise ValueError("an undated event has no span of days")
    return event.event_date, last_day(event.event_date, event.date_precision)


def _length(event: Event) -> int:
    first, last = _span(event)
    return (last - first).days


def _merged(first: Event, second: Event) -> Event:
    """The first report, with the second's evidence and what it says more exactly."""
    exact = second if _is_more_exact(second, first) else first
    placed = _placed(first, second)
    fullest = max(first, second, key=lambda event: len(event.codes()))
    surest = max(first, second, key=lambda event: event.confidence)
    by_start = {one.start: one for one in (*second.evidence, *first.evidence)}
    return replace(
        first,
        participants=fullest.participants,
        mode=first.mode or second.mode,
        confidence=surest.confidence,
        event_date=exact.event_date,
        date_precision=exact.date_precision,
        date_source=exact.date_source,
        reporter=first.reporter,
        place=placed.place,
        contexts=tuple(sorted({*first.contexts, *second.contexts})),
        evidence=tuple(by_start[start] for start in sorted(by_start)),
        explanation=_explanation(first, surest=surest, exact=exact, placed=placed, fullest=fullest),
    )


def _placed(first: Event, second: Event) -> Event:
    """The report whose place counts: the first that the text gives one; a dateline's only where it gives none."""
    placed = [event for event in (first, second) if event.place]
    named = (event for event in placed if event.place and event.place.source != "dateline")
    return next(named, placed[0] if placed else first)


def _explanation(
    first: Event, *, surest: Event, exact: Event, placed: Event, fullest: Event
) -> Explanation | None:
    """Why the occurrence is coded so: each part explained by the report that it is taken from."""
    base, sure, dated = first.explanation, surest.explanation, exact.explanation
    there, complete = placed.explanation, fullest.explanation
    if not (base and sure and dated and there and complete):
        return None
    return replace(
        base,
        coded_as=sure.coded_as,
        probabilities=sure.probabilities,
        date_words=dated.date_words,
        other_dates=dated.other_dates,
        place_words=there.place_words,
        second_party=complete.second_party,
    )


def _is_more_exact(event: Event, than: Event) -> bool:
    if (event.date_source == "publication") != (than.date_source == "publication"):
        return than.date_source == "publication"
    return event.event_date is not None and _length(event) < _length(than)
