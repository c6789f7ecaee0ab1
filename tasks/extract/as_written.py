"""Findings in the words of the article: what was found in a text made readable, told as the article has it.

In: an extraction, the text that it was found in, the article's text, character by character as long. Out: the same
extraction, all words that it quotes taken from the article. Names stay as they were found: "Eva Berg" of "eva berg".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.extract.annotations import Extraction

if TYPE_CHECKING:
    from tasks.extract.annotations import Amount, Event, Evidence, Mention, Participant, Quote

_NEAR = 1000
"""Characters around a quote in which the words for its speaker stand."""


def as_written(found: Extraction, read: str, written: str) -> Extraction:
    """The extraction in the article's own words.

    Args:
        found: What was found.
        read: The text that it was found in.
        written: The article's text.
    """
    words = _Words(read, written)
    events = {id(event): words.event(event) for event in found.events}
    return Extraction(
        mentions=tuple(map(words.mention, found.mentions)),
        events=tuple(events.values()),
        quotes=tuple(words.quote(quote, events) for quote in found.quotes),
        amounts=tuple(words.amount(amount, events) for amount in found.amounts),
        dates=tuple(replace(one, text=written[one.start : one.end]) for one in found.dates),
        uncertain=tuple(map(words.event, found.uncertain)),
    )


class _Words:
    def __init__(self, read: str, written: str) -> None:
        self._read = read
        self._written = written

    def mention(self, mention: Mention) -> Mention:
        return replace(mention, text=self._written[mention.start : mention.end])

    def event(self, event: Event) -> Event:
        reporter, first, why = event.reporter, event.evidence[0], event.explanation
        return replace(
            event,
            participants=tuple(map(self._participant, event.participants)),
            evidence=tuple(map(self._evidence, event.evidence)),
            reporter=reporter and replace(reporter, words=self._near(reporter.words, first.start) or ""),
            explanation=why and replace(why, source=self._near(why.source, first.start)),
        )

    def quote(self, quote: Quote, events: dict[int, Event]) -> Quote:
        return replace(
            quote,
            text=self._written[quote.start : quote.end],
            speaker_text=self._near(quote.speaker_text, quote.start),
            cue=self._near(quote.cue, quote.start),
            speaker=quote.speaker and self.mention(quote.speaker),
            event=events[id(quote.event)] if quote.event else None,
        )

    def amount(self, amount: Amount, events: dict[int, Event]) -> Amount:
        return replace(
            amount,
            text=self._written[amount.start : amount.end],
            event=events[id(amount.event)] if amount.event else None,
        )

    def _participant(self, participant: Participant) -> Participant:
        return replace(participant, mention=self.mention(participant.mention))

    def _evidence(self, evidence: Evidence) -> Evidence:
        return replace(
            evidence,
            sentence=self._written[evidence.start : evidence.end],
            trigger=self._written[evidence.trigger_start : evidence.trigger_end],
        )

    def _near(self, words: str | None, position: int) -> str | None:
        """Words that were read near a position, as they are written there."""
        if words is None:
            return None
        start = self._read.find(words, max(0, position - _NEAR))
        return self._written[start : start + len(words)] if start >= 0 else words
