"""Which mentions of a sentence may take part in an event, and which pairs of them a coder is asked about.

In: the mentions and quotations of an article. Out: per sentence, candidates and ordered pairs. Proposing is generous,
since a coder says NONE to most pairs. What does not belong here: any decision about events.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Span

    from tasks.extract.annotations import Mention, Quote

MAX_CANDIDATES = 24
"""Mentions of one sentence that are paired, the first ones: at most 552 ordered pairs. What has more is a list."""

_FIRST_PERSON = frozenset({"we", "our", "us", "i", "my", "me", "ours"})


def speaking_mentions(doc: Doc, quotes: Sequence[Quote], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The first persons inside quotations, each as a mention of the speaker that it stands for.

    A pronoun that already is a mention with a code is left to it.
    """
    taken = {mention.start for mention in mentions if mention.code}
    found = []
    for quote in quotes:
        span = doc.char_span(quote.start, quote.end, alignment_mode="expand")
        if quote.speaker is None or quote.speaker.code is None or span is None:
            continue
        for token in span:
            if token.lower_ in _FIRST_PERSON and token.idx not in taken:
                taken.add(token.idx)
                found.append(_at_token(quote.speaker, doc, token.i))
    return tuple(found)


def candidates_by_sentence(
    doc: Doc, mentions: Sequence[Mention]
) -> Iterator[tuple[Span, tuple[Mention, ...]]]:
    """Each sentence with the mentions that may take part in its events, groups as their members.

    Sentences without a candidate that has a code are left out.
    """
    in_order = sorted(mentions, key=lambda mention: (mention.start, mention.end))
    starts = [mention.start for mention in in_order]
    for sentence in doc.sents:
        first, last = bisect_left(starts, sentence.start_char), bisect_left(starts, sentence.end_char)
        found = [candidate for mention in in_order[first:last] for candidate in _candidates(mention)]
        if any(candidate.code for candidate in found):
            yield sentence, tuple(found[:MAX_CANDIDATES])


def pairs(candidates: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """The ordered pairs of candidates that an event may hold between: two sides, at least one with a code."""
    for actor in candidates:
        for recipient in candidates:
            if actor is not recipient and actor.kind != "place" and _are_two_parties(actor, recipient):
                yield actor, recipient


def side(mention: Mention) -> str | None:
    """The code of the side that a mention stands for; a place stands for its country."""
    return mention.code or (mention.country if mention.kind == "place" else None)


def _candidates(mention: Mention) -> Iterator[Mention]:
    if mention.members:
        for member in mention.members:
            yield replace(
                member,
                start=mention.start,
                end=mention.end,
                text=mention.text,
                how=mention.how,
                head=mention.head,
                members=(),
            )
    elif mention.kind != "place":
        yield mention
    elif mention.country:
        yield replace(mention, code=side(mention))


def _are_two_parties(actor: Mention, recipient: Mention) -> bool:
    if actor.name == recipient.name or (actor.code is None and recipient.code is None):
        return False
    if actor.code != recipient.code:
        return True
    # Inside one country, only two different persons or bodies are two parties.
    inner = ("person", "organization")
    return actor.kind in inner and recipient.kind in inner


def _at_token(speaker: Mention, doc: Doc, token: int) -> Mention:
    start, text = doc[token].idx, doc[token].text
    return replace(
        speaker, start=start, end=start + len(text), text=text, how="pronoun", head=token, members=()
    )
