"""The event coder: which PLOVER category, if any, a sentence reports between an actor and a recipient.

In: a parsed sentence and two mentions in it (or one). Out: `Coding`s. `EventCoder` is what any coder has to offer; a
trained one can take the place of `DictionaryCoder`. What does not belong here: proposing pairs, status, dates and
making events of codings (`events.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from schemas.plover import EVENT_TYPES, NONE, quad_class_of
from tasks.extract.annotations import Mention
from tasks.extract.frames import FilledFrame, fill_frames
from tasks.extract.language_model import parse
from tasks.extract.triggers import TriggerDictionary, load_triggers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Doc, Span

    from schemas.plover import QuadClass

# Confidence of a coding = base of the trigger x link of the actor x link of the recipient (`syntax.py`). Design
# choices: a verb with both parties in its slots is nearly certain, a noun less so, and what is only near the trigger
# stays below one half unless everything else is direct.
VERB_BASE = 0.95
NOUN_BASE = 0.9
WEAK_BASE = 0.58
"""Words that name a standing state as often as an act."""
LONE_LINK = 0.8
"""In place of the recipient's link, where there is no recipient: asks for an actor in the slot itself."""
GROUP_LINK = 0.75
"""A group that stands for both sides ("the two countries") in the phrase of a reciprocal trigger."""
CONTENT_LINK = 0.7
"""What another act asks for, promises or refuses: weaker than that act where both fit a pair."""
PHRASE_LINK = 0.6
"""Inside the trigger's phrase, in no slot of its frame."""
SENTENCE_LINK = 0.45
"""Elsewhere in the sentence."""

ACCEPTED = 0.5
"""A category less probable than NONE is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What a sentence reports between two mentions.

    Attributes:
        event_type: A PLOVER category or NONE, the most probable of `probabilities`.
        mode: The category's mode, None where the text gives none.
        confidence: Probability of `event_type`, 0 to 1.
        probabilities: Over the 16 categories and NONE; they sum to 1.
        trigger: [start, end) characters of the words that carry the event, None if the coder does not point at any.
    """

    event_type: str
    mode: str | None
    confidence: float
    probabilities: dict[str, float]
    trigger: tuple[int, int] | None

    @property
    def quad_class(self) -> QuadClass | None:
        """The quad class of the category, None for NONE."""
        return None if self.event_type == NONE else quad_class_of(self.event_type)


class EventCoder(Protocol):
    """What a coder has to offer. A coder sees one sentence at a time and keeps nothing between sentences."""

    def code(self, sentence: Span, actor: Mention, recipient: Mention | None) -> Coding:
        """The most certain event of the pair, or NONE.

        Args:
            sentence: A sentence of a parsed document that both mentions stand in.
            actor: Who would do it.
            recipient: Whom it would be done to; None asks for an act that needs no second party.
        """
        ...

    def codings(self, sentence: Span, actor: Mention, recipient: Mention | None) -> tuple[Coding, ...]:
        """Every event of the pair in the sentence, NONE left out, the most certain first.

        A coder that finds one event at most returns `code`'s where it is not NONE. A reciprocal act is found for both
        orders of the pair.
        """
        ...


class DictionaryCoder:
    """Codes by the trigger dictionary and the dependency parse."""

    def __init__(self, dictionary: TriggerDictionary | None = None) -> None:
        """Use a dictionary, by default the project's own."""
        self._dictionary = dictionary or load_triggers()
        # Frames of the sentence that was asked about last: a sentence is asked about once for each pair of mentions.
        self._last: tuple[Doc, int, int, tuple[FilledFrame, ...]] | None = None

    def code(self, sentence: Span, actor: Mention, recipient: Mention | None) -> Coding:
        """The most certain event of the pair, or NONE (see `EventCoder`)."""
        scored = self._scored(sentence, actor, recipient)
        return _coding(scored, 0) if scored else _no_event()

    def codings(self, sentence: Span, actor: Mention, recipient: Mention | None) -> tuple[Coding, ...]:
        """Every event of the pair in the sentence (see `EventCoder`)."""
        scored = self._scored(sentence, actor, recipient)
        accepted = [rank for rank, (confidence, _) in enumerate(scored) if confidence >= ACCEPTED]
        return tuple(_coding(scored, rank) for rank in accepted)

    def _scored(
        self, sentence: Span, actor: Mention, recipient: Mention | None
    ) -> list[tuple[float, FilledFrame]]:
        """The frames with the confidence that they hold between the mentions, the best first."""
        doc = sentence.doc
        frames = self._frames(sentence)
        doer = _tokens_of(doc, actor)
        other = _tokens_of(doc, recipient) if recipient else None
        scored = [(_confidence(frame, doer, other), frame) for frame in frames]
        return sorted(((c, f) for c, f in scored if c > 0), key=lambda pair: (-pair[0], pair[1].head))

    def _frames(self, sentence: Span) -> tuple[FilledFrame, ...]:
        if (
            self._last is None
            or self._last[0] is not sentence.doc
            or self._last[1:3] != (sentence.start, sentence.end)
        ):
            self._last = (
                sentence.doc,
                sentence.start,
                sentence.end,
                fill_frames(sentence, self._dictionary),
            )
        return self._last[3]


def classify(text: str, source: tuple[int, int], target: tuple[int, int], coder: EventCoder) -> Coding:
    """What a text reports that a source did to a target.

    Args:
        text: Usually one sentence.
        source: [start, end) of the actor's characters.
        target: The same for the recipient.
        coder: Who decides.

    Returns:
        The coding of the sentence that both stand in; where a sentence boundary lies between them, the whole text
        counts as their sentence.

    Raises:
        ValueError: A span is empty or outside the text.
    """
    for start, end in (source, target):
        if not 0 <= start < end <= len(text):
            raise ValueError(
                f"the span [{start}, {end}) is empty or outside a text of {len(text)} characters"
            )
    doc = parse(text)
    actor, recipient = _mention_at(doc, source), _mention_at(doc, target)
    codings = [coder.code(sentence, actor, recipient) for sentence in _sentences_at(doc, source, target)]
    return max(
        codings, key=lambda coding: (coding.event_type != NONE, coding.confidence), default=_no_event()
    )


def _sentences_at(doc: Doc, *spans: tuple[int, int]) -> list[Span]:
    """The sentences that hold one of the spans, those that hold more of them first."""
    held = [
        (sum(sentence.start_char < end and start < sentence.end_char for start, end in spans), sentence)
        for sentence in doc.sents
    ]
    most = max((count for count, _ in held), default=0)
    return [sentence for count, sentence in held if count == most and count]


def _mention_at(doc: Doc, span: tuple[int, int]) -> Mention:
    start, end = span
    tokens = doc.char_span(start, end, alignment_mode="expand")
    text = doc.text[start:end]
    head = tokens.root.i if tokens is not None else -1
    return Mention(start=start, end=end, text=text, kind="organization", how="name", name=text, head=head)


def _tokens_of(doc: Doc, mention: Mention) -> range:
    """The mention's tokens; only its head where the offsets are those of a larger phrase."""
    span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
    return range(span.start, span.end) if span is not None else range(mention.head, mention.head + 1)


def _confidence(frame: FilledFrame, actor: range, recipient: range | None) -> float:
    """How sure it is that the frame holds between the two, 0 if it cannot."""
    trigger = frame.trigger
    if frame.head in actor or (recipient and frame.head in recipient):
        return 0.0  # a name that holds the word ("Peace Talks Forum") does not do it
    base = WEAK_BASE if trigger.is_weak else NOUN_BASE if trigger.part_of_speech == "n" else VERB_BASE
    base *= CONTENT_LINK if frame.is_content else 1.0
    if recipient is None:
        if EVENT_TYPES[frame.event_type].needs_second_party:
            return 0.0
        return base * LONE_LINK * _alone(frame, actor)
    return base * max(_directed(frame, actor, recipient), _mutual(frame, actor, recipient))


def _alone(frame: FilledFrame, actor: range) -> float:
    """The actor's link where nobody else is named; an adjective or a mutual act other than talks needs another."""
    if frame.trigger.part_of_speech == "a":
        return 0.0
    if frame.sides and frame.trigger.event_type != "CONSULT":
        return 0.0
    return max(_link(frame.actors, actor), _link(frame.sides, actor))


def _directed(frame: FilledFrame, actor: range, recipient: range) -> float:
    if not frame.actors or actor == recipient:
        return 0.0
    to_recipient = _link(frame.recipients, recipient)
    to_actor = _link(frame.actors, actor)
    if not to_actor and not to_recipient:
        return SENTENCE_LINK * SENTENCE_LINK
    return (to_actor or SENTENCE_LINK) * (to_recipient or _nearness(frame, recipient))


def _mutual(frame: FilledFrame, actor: range, recipient: range) -> float:
    """Both are sides; a group that stands for both ("the two countries") is given twice."""
    if not frame.sides:
        return 0.0
    first, second = _link(frame.sides, actor), _link(frame.sides, recipient)
    if actor == recipient:
        return max(first, GROUP_LINK if any(token in frame.phrase for token in actor) else 0.0)
    if not first and not second:
        return SENTENCE_LINK * SENTENCE_LINK
    return (first or _nearness(frame, actor)) * (second or _nearness(frame, recipient))


def _link(links: dict[int, float], tokens: Iterable[int]) -> float:
    return max((links.get(token, 0.0) for token in tokens), default=0.0)


def _nearness(frame: FilledFrame, tokens: range) -> float:
    return PHRASE_LINK if any(token in frame.phrase for token in tokens) else SENTENCE_LINK


def _coding(scored: list[tuple[float, FilledFrame]], rank: int) -> Coding:
    """The coding of one of the scored frames; what its confidence leaves goes to the others' categories and NONE."""
    confidence, frame = scored[rank]
    confidence = round(confidence, 3)
    event_type = frame.event_type
    others = dict(_best_by_type(scored))
    if confidence < ACCEPTED:
        probabilities = _shared_out(confidence, others) | {NONE: 1 - confidence}
        probabilities[NONE] += 1 - sum(probabilities.values())
        return Coding(
            event_type=NONE,
            mode=None,
            confidence=round(1 - confidence, 3),
            probabilities=_over_all(probabilities),
            trigger=None,
        )
    others.pop(event_type, None)
    rest = _shared_out(1 - confidence, others | {NONE: 1 - confidence})
    return Coding(
        event_type=event_type,
        mode=frame.mode,
        confidence=confidence,
        probabilities=_over_all(rest | {event_type: confidence}),
        trigger=(frame.start, frame.end),
    )


def _best_by_type(scored: list[tuple[float, FilledFrame]]) -> Iterator[tuple[str, float]]:
    seen: set[str] = set()
    for confidence, frame in scored:
        if frame.event_type not in seen:
            seen.add(frame.event_type)
            yield frame.event_type, confidence


def _shared_out(mass: float, weights: dict[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {name: mass * weight / total for name, weight in weights.items()} if total else {}


def _over_all(probabilities: dict[str, float]) -> dict[str, float]:
    return {name: probabilities.get(name, 0.0) for name in (*EVENT_TYPES, NONE)}


def _no_event() -> Coding:
    return Coding(
        event_type=NONE, mode=None, confidence=1.0, probabilities=_over_all({NONE: 1.0}), trigger=None
    )
