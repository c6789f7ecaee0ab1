"""Why an event is coded as it is, in words for people who do not read code.

In: an event with its `Explanation`, and the article's text, or an event of a published table, which has neither. Out: a
plain dict of sentences and probabilities, the `explanation` in the JSON of `detente extract --explain`. What does not
belong here: deciding anything, and how a terminal shows it (`tasks.report.explanation_view`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schemas.plover import EVENT_TYPES, NONE
from schemas.precision import at_precision
from tasks.extract.rows import members_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.extract.annotations import Event, Evidence, Explanation, Mention, Words

SHOWN_CATEGORIES = 5
"""Categories whose probability is told, the most probable ones, NONE among them."""

LEAST_TOLD = 0.01
"""Probabilities below are told as less than this."""
LONGEST_WORD = 30
"""Characters by which words are completed on either side; what goes on has no ends that help."""

_WORD_CHARACTER = re.compile(r"[\w'\u2019-]")
_ACCORDING_TO = re.compile(r"according\s+to\b", re.IGNORECASE)
_KINDS = {
    "official": "a state or body that speaks by name or office",
    "media": "media",
    "anonymous": "not named",
    "other": "another source",
}


def explained(event: Event, text: str | None) -> dict[str, Any]:
    """The reasons for an event, in words.

    Args:
        event: Without an explanation only what the tables hold is told.
        text: The article's, which the words of the explanation stand in.
    """
    why = event.explanation if text is not None else None
    words = _InWords(event, why, text or "")
    return {
        "category": words.category(),
        "probabilities": _highest(why.probabilities) if why else None,
        "status": words.status(),
        "statuses": dict(why.statuses) if why else None,
        "date": words.date(),
        "place": words.place(),
        "reporter": words.reporter(),
        "participants": [
            words.participant(role, member, mention)
            for role, member, mention in members_of(event.participants)
        ],
        "reports": [
            {
                "sentence": [one.start, one.end],
                "words": one.sentence,
                "trigger": [one.trigger_start, one.trigger_end],
            }
            for one in event.evidence
        ],
    }


def chance_in_words(probability: float) -> str:
    """A probability in two digits; none is told as certain that is not."""
    if 0 < probability < LEAST_TOLD:
        return f"<{LEAST_TOLD}"
    return f">{1 - LEAST_TOLD}" if 1 - LEAST_TOLD < probability < 1 else f"{probability:.2f}"


class _InWords:
    """One event's reasons."""

    def __init__(self, event: Event, why: Explanation | None, text: str) -> None:
        self._event = event
        self._why = why
        self._text = text

    def category(self) -> str:
        event, why = self._event, self._why
        covers = f"{event.event_type}: {EVENT_TYPES[event.event_type].covers}"
        if why is None:
            return covers
        if why.coded_as != event.event_type:
            return f"{covers}. The coder's category is {why.coded_as}; one that is {event.status} counts as {event.event_type}"
        likeliest = max(why.probabilities, key=lambda name: why.probabilities[name])
        if likeliest != why.coded_as:
            return f"{covers}. All who may take part together make it likelier than {_named(likeliest)}"
        return covers

    def status(self) -> str:
        event, why = self._event, self._why
        if why is None:
            return f"{event.status}: the tables do not say why"
        return f"{event.status}: {self._status_reason(why)}"

    def _status_reason(self, why: Explanation) -> str:
        likeliest = max(why.statuses, key=lambda status: why.statuses[status])
        chance = chance_in_words(why.statuses[likeliest])
        if why.status_rule == "coder":
            return f"the coder is sure ({chance})"
        if why.status_rule == "refusal":
            return "who says that he will not do it refuses, and that is done"
        if why.status_rule == "date" and why.status_words:
            return f"{self._quoted(why.status_words)} is still to come on the day of publication"
        unsure = f"the coder alone is not sure ({likeliest} {chance})"
        if why.status_words is None:
            return f"no word around {self._trigger()} says otherwise; {unsure}"
        first = self._event.evidence[0]
        side = "before" if why.status_words[0] < first.trigger_start else "after"
        if first.trigger_start <= why.status_words[0] < first.trigger_end:
            side = "in"
        return f"{self._quoted(why.status_words)} {side} {self._trigger()}; {unsure}"

    def date(self) -> str:
        event, why = self._event, self._why
        if event.event_date is None or event.date_precision is None:
            return "none: neither the sentence nor the article gives one"
        day = at_precision(event.event_date, event.date_precision)
        if event.date_source == "publication":
            return f"{day}: the day of publication, since {self._why_undated(why)}"
        words = why.date_words if why else None
        said = self._quoted(words) if words else "an expression"
        return f"{day}: {said} {self._whereabouts(event.date_source, words)}"

    def _why_undated(self, why: Explanation | None) -> str:
        other = [self._quoted(words) for words in why.other_dates] if why else []
        if other:
            return f"{_listed(other)} {'does' if len(other) == 1 else 'do'} not date it"
        return "the sentence gives none" if why else "the sentence gives none for it"

    def place(self) -> str:
        place, why = self._event.place, self._why
        if place is None:
            return "none: no words say where it happens"
        name = f"{place.name} [{place.country}]" if place.country else place.name
        if place.source == "dateline":
            return f"{name}: the dateline, since who acts by these words is at home there"
        words = why.place_words if why else None
        said = self._quoted(words) if words else "words"
        return f"{name}: {said} {self._whereabouts(place.source, words)}"

    def reporter(self) -> str:
        reporter, why = self._event.reporter, self._why
        if reporter is None:
            if why and why.source:
                return f"nobody: “{_on_one_line(why.source)}” does it by saying so"
            return "nobody: the article speaks for itself" if why else "nobody"
        party = ", and a party to it" if reporter.is_party else ""
        told = f"“{_on_one_line(reporter.words)}”, {_KINDS[reporter.kind]}{party}"
        if why is None:
            return told
        return f"{told}: {self._cue(why.cue)}" if why.cue else f"{told}: whose words these are"

    def _cue(self, cue: Words) -> str:
        """The cue, quoted; of "according to" it is the first word alone."""
        whole = _ACCORDING_TO.match(self._text, cue[0])
        return self._quoted(whole.span() if whole else cue)

    def participant(self, role: str, member: Mention, mention: Mention) -> str:
        known = f"“{_on_one_line(mention.text)}”, {_how(member, mention)}" if mention.text else "by name"
        if mention.confidence < 1:
            known += f", as the context has it ({mention.confidence:.2f})"
        if member.code is None:
            known += "; for which side is not known"
        second = self._why.second_party if self._why else None
        if second and role == "recipient":
            return f"{known}; {self._taken_over(second)}"
        if mention.text and not self._is_in_report(mention):
            return f"{known}; in another sentence"
        return known

    def _is_in_report(self, mention: Mention) -> bool:
        return any(one.start <= mention.start < one.end for one in self._event.evidence)

    def _taken_over(self, trigger: Words) -> str:
        first, quoted = self._event.evidence[0], self._quoted(trigger)
        if first.start <= trigger[0] < first.end:
            return f"taken over from {quoted} in the same sentence"
        where = "an earlier" if trigger[0] < first.start else "a later"
        return f"left out here, and taken over from {quoted} in {where} sentence"

    def _whereabouts(self, source: str | None, words: Words | None) -> str:
        trigger = self._trigger(words)
        return f"in the clause of {trigger}" if source == "clause" else f"in the sentence of {trigger}"

    def _trigger(self, words: Words | None = None) -> str:
        """The trigger of the report in whose sentence some words stand, quoted."""
        reports = self._event.evidence
        holding = (one for one in reports if words and one.start <= words[0] < one.end)
        report: Evidence = next(holding, reports[0])
        return f"“{_on_one_line(report.trigger)}”"

    def _quoted(self, words: Words) -> str:
        """Words as the article has them, whole ones: "won't" for the "wo" in it."""
        start, end = words
        text = self._text
        first, last = max(0, start - LONGEST_WORD), min(len(text), end + LONGEST_WORD)
        while start > first and _is_inside(text, start):
            start -= 1
        while end < last and _is_inside(text, end):
            end += 1
        return f"“{_on_one_line(text[start:end])}”"


def _is_inside(text: str, at: int) -> bool:
    """Whether a place lies inside a word."""
    return all(_WORD_CHARACTER.match(character) for character in text[at - 1 : at + 1])


def _how(member: Mention, mention: Mention) -> str:
    is_as_written = _on_one_line(mention.text).casefold() == member.name.casefold()
    match mention.how:
        case "pronoun":
            return f"a pronoun for {member.name}"
        case "nominal":
            return "a description" if is_as_written else f"a description of {member.name}"
        case "title":
            return "an office or nationality" + ("" if is_as_written else f" for {member.name}")
        case _:
            return "a name" if is_as_written else f"a name for {member.name}"


def _highest(probabilities: Mapping[str, float]) -> dict[str, float]:
    ranked = sorted(probabilities, key=lambda name: -probabilities[name])
    return {name: probabilities[name] for name in ranked[:SHOWN_CATEGORIES]}


def _named(category: str) -> str:
    return "no event" if category == NONE else category


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
