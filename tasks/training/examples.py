"""From the items of a corpus to what the network learns from: questions about a sentence, with their answers.

In: items of one sentence. Out: `Question`s. A question is a pair, alone ("what does a do to b?") or with a trigger
("and with this word?"). Each epoch asks anew, with chance: items are turned round, spans cut and second parties left
out, so that the network learns the act and not the way in which people mark phrases.

What does not belong here: word pieces, tensors and the loss.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from schemas.plover import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from random import Random

    from schemas.plover import EventType

Span = tuple[int, int]
Items = list[dict[str, Any]]
"""The items of one sentence."""

# Chances of a change to an item in an epoch. Design choices, made before anything was measured but on the corpus.
TURNED = 0.5
"""A one-sided act with its parties turned round: NONE."""
CUT = 0.35
"""A span cut to a part of it that could be a mention: a name without its title, a nationality word."""
ALONE = 0.2
"""The actor without its recipient: the same act; the recipient alone: NONE."""
OTHER_WORD = 0.7
"""A pair with a word that carries no event of it: NONE."""
MOST_WRONG = 4
"""Triggers of others that a pair is asked about: more would only be slower, few sentences have them."""

_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_EDGE = ",.;:'’\""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The answer: what an item says.

    Attributes:
        category: Its category.
        mode: Its mode, None where the text gives none.
        status: Its status.
        contexts: What it is about.
        reciprocal: Whether both sides do it alike.
        trigger: [start, end) characters of its trigger.
    """

    category: str
    mode: str | None
    status: str
    contexts: tuple[str, ...]
    reciprocal: bool
    trigger: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A pair, with or without a trigger, and the answer.

    Attributes:
        actor: [start, end) characters.
        recipient: The same; None asks for an act without a second party.
        trigger: The same; None asks for the pair's first event, wherever it is told.
        answer: None if there is no event; of several, the first.
        events: All of the pair's events.
    """

    actor: Span
    recipient: Span | None
    trigger: Span | None
    answer: Event | None
    events: tuple[Event, ...] = ()

    @property
    def triggers(self) -> tuple[Span, ...]:
        """Where the pair's events are told."""
        return tuple(event.trigger for event in self.events)


@dataclass(frozen=True, slots=True)
class _Pair:
    actor: Span
    recipient: Span | None
    events: tuple[Event, ...]

    @property
    def key(self) -> tuple[Span, Span | None]:
        return self.actor, self.recipient

    @property
    def is_one_sided(self) -> bool:
        """Whether nothing in it holds in the other direction as well; who hosts a visitor takes part in the visit."""
        return all(not event.reciprocal and event.mode != "visit" for event in self.events)


def by_sentence(items: Iterable[dict[str, Any]]) -> list[Items]:
    """Items of one sentence together, in the order of the sentences' texts."""
    ordered = sorted(items, key=lambda item: item["text"])
    return [list(group) for _, group in groupby(ordered, key=lambda item: item["text"])]


def plain_questions(items: Items) -> list[Question]:
    """The questions of a sentence as its items put them, without triggers: to measure by."""
    return [_without_trigger(pair) for pair in _pairs(items)]


def questions(
    items: Items, event_types: Mapping[str, EventType], chance: Random, eyed: Sequence[Span] = ()
) -> list[Question]:
    """The questions of a sentence for one epoch.

    Args:
        items: All items of one sentence.
        event_types: The categories.
        chance: Where chance comes from.
        eyed: Words that the network last took for triggers, of whichever pair: in use it is asked about them.
    """
    text = str(items[0]["text"])
    known = list(_pairs(items))
    triggers = sorted({event.trigger for pair in known for event in pair.events})
    asked = [_with_cut_spans(pair, text, chance) for pair in _varied(known, event_types, chance)]
    only_eyed = _apart_from(triggers, eyed)
    found: list[Question] = []
    for pair in asked:
        # One with events is not asked about what only the network looks at: such a word may tell the same event.
        words = triggers if pair.events else [*triggers, *only_eyed]
        found += _questions_of(pair, text, words, chance)
    return found


def _pairs(items: Items) -> Iterator[_Pair]:
    """The pairs of a sentence in the order of the items, each with all its events in the order of the text."""
    by_pair: dict[tuple[Span, Span | None], list[Event]] = {}
    for item in items:
        key = (_span(item["actor"]), _span(item["recipient"]) if item["recipient"] else None)
        events = by_pair.setdefault(key, [])
        if item["event_type"] != NONE:
            events.append(_event(item))
    for (actor, recipient), events in by_pair.items():
        yield _Pair(actor, recipient, tuple(sorted(events, key=lambda event: event.trigger)))


def _event(item: dict[str, Any]) -> Event:
    return Event(
        category=item["event_type"],
        mode=item["mode"],
        status=item["status"],
        contexts=tuple(item["contexts"]),
        reciprocal=item["reciprocal"],
        trigger=_span(item["trigger"]),
    )


def _span(offsets: Sequence[int]) -> Span:
    return offsets[0], offsets[1]


def _varied(known: Sequence[_Pair], event_types: Mapping[str, EventType], chance: Random) -> Iterator[_Pair]:
    """The pairs of a sentence, and what follows from them."""
    taken = {pair.key for pair in known}
    acting = {pair.actor for pair in known if pair.events}
    for pair in known:
        actor, recipient = pair.actor, pair.recipient
        mutual = all(event.reciprocal for event in pair.events)
        if pair.events and recipient and mutual and chance.random() < TURNED:
            yield _Pair(recipient, actor, pair.events)
        else:
            yield pair
        if not pair.events or recipient is None:
            continue
        if pair.is_one_sided and (recipient, actor) not in taken and chance.random() < TURNED:
            yield _Pair(recipient, actor, ())
        if chance.random() < ALONE:
            alone = tuple(
                replace(event, reciprocal=False)
                for event in pair.events
                if event.category not in event_types or not event_types[event.category].needs_second_party
            )
            if alone:
                yield _Pair(actor, None, alone)
            if pair.is_one_sided and recipient not in acting:
                yield _Pair(recipient, None, ())


def _with_cut_spans(pair: _Pair, text: str, chance: Random) -> _Pair:
    actor = _cut(pair.actor, text, chance) if chance.random() < CUT else pair.actor
    recipient = pair.recipient
    if recipient and chance.random() < CUT:
        recipient = _cut(recipient, text, chance)
    return replace(pair, actor=actor, recipient=recipient)


def _cut(span: Span, text: str, chance: Random) -> Span:
    """A run of capitalised words of a phrase, or its last word."""
    words = [word.span() for word in _WORD.finditer(text, *span)]
    if len(words) < 2:
        return span
    runs: list[list[Span]] = [[]]
    for start, end in words:
        if text[start].isupper():
            runs[-1].append((start, end))
        elif runs[-1]:
            runs.append([])
    named = [run for run in runs if run]
    run = chance.choice(named)[-chance.randint(1, 4) :] if named else words[-1:]
    start, end = run[0][0], run[-1][1]
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return (start, end) if end > start else span


def _questions_of(pair: _Pair, text: str, words: Sequence[Span], chance: Random) -> Iterator[Question]:
    yield _without_trigger(pair)
    for event in pair.events:
        yield Question(actor=pair.actor, recipient=pair.recipient, trigger=event.trigger, answer=event)
    for trigger in _wrong_triggers(pair, text, words, chance):
        yield Question(actor=pair.actor, recipient=pair.recipient, trigger=trigger, answer=None)


def _wrong_triggers(pair: _Pair, text: str, words: Sequence[Span], chance: Random) -> list[Span]:
    """Those of some words that tell no event of a pair, and now and then any other word."""
    own = [event.trigger for event in pair.events]
    wrong = _apart_from(own, words)
    chance.shuffle(wrong)
    wrong = wrong[:MOST_WRONG]
    if chance.random() < OTHER_WORD:
        taken = [*own, pair.actor, *([pair.recipient] if pair.recipient else [])]
        free = _apart_from(taken, [word.span() for word in _LETTERS.finditer(text)])
        wrong += [chance.choice(free)] if free else []
    return wrong


def _apart_from(taken: Sequence[Span], spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if not any(_overlap(span, one) for one in taken)]


def _without_trigger(pair: _Pair) -> Question:
    return Question(
        actor=pair.actor,
        recipient=pair.recipient,
        trigger=None,
        answer=pair.events[0] if pair.events else None,
        events=pair.events,
    )


def _overlap(first: Span, second: Span) -> bool:
    return first[0] < second[1] and second[0] < first[1]
