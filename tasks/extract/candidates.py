"""Which mentions of a sentence may take part in an event, and what a coder is asked about them.

In: the mentions and quotations of an article. Out: per sentence, candidates, and ordered pairs of them or single
ones. Proposing is generous, since a coder says NONE to most. What does not belong here: any decision about events.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Span

    from tasks.extract.annotations import Mention, Quote

MAX_CANDIDATES = 24
"""Mentions of one sentence that are paired, the first ones: at most 552 ordered pairs. What has more is a list."""

_OF_NOUN = frozenset({"amod", "compound", "nmod", "poss"})
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
    """Each sentence with the mentions that may take part in its events.

    Sentences without a candidate that has a side are left out.
    """
    in_order = sorted(mentions, key=lambda mention: (mention.start, mention.end))
    starts = [mention.start for mention in in_order]
    for sentence in doc.sents:
        first, last = bisect_left(starts, sentence.start_char), bisect_left(starts, sentence.end_char)
        here = [mention for mention in in_order[first:last] if not _is_whose(doc, mention)]
        found = [candidate for mention in here if (candidate := _candidate(mention))]
        if any(sides(candidate) for candidate in found):
            yield sentence, tuple(found[:MAX_CANDIDATES])


def proposals(candidates: Sequence[Mention]) -> Iterator[tuple[Mention, Mention | None]]:
    """What a coder is asked: ordered pairs of two parties, at least one with a side, then each actor with a side alone.

    A place is no actor.
    """
    actors = [mention for mention in candidates if mention.kind != "place"]
    for actor in actors:
        for recipient in candidates:
            if actor is not recipient and _are_two_parties(actor, recipient):
                yield actor, recipient
    for actor in actors:
        if sides(actor):
            yield actor, None


def members_of(mention: Mention) -> tuple[Mention, ...]:
    """Those for whom a candidate stands, at its place in the text: the members of a group, or itself."""
    if not mention.members:
        return (mention,)
    return tuple(
        replace(
            member,
            start=mention.start,
            end=mention.end,
            text=mention.text,
            how=mention.how,
            head=mention.head,
            members=(),
        )
        for member in mention.members
    )


def sides(mention: Mention) -> frozenset[str]:
    """The codes of the sides that a candidate stands for."""
    return frozenset(member.code for member in members_of(mention) if member.code)


def _candidate(mention: Mention) -> Mention | None:
    """The mention as it may take part; a place stands for its country, and for nothing without one."""
    if mention.kind != "place":
        return mention
    return replace(mention, code=mention.code or mention.country) if mention.country else None


def _is_whose(doc: Doc, mention: Mention) -> bool:
    """Whether a mention only says whose allies or rivals others are: "U.S. allies" are not the United States."""
    token = doc[mention.head]
    return token.dep_ in _OF_NOUN and token.head.lower_ in word_class("other_side_noun")


def _are_two_parties(actor: Mention, recipient: Mention) -> bool:
    mine, theirs = sides(actor), sides(recipient)
    if actor.name == recipient.name or not mine | theirs:
        return False
    if not mine & theirs:
        return True
    # Inside one country, only two different persons or bodies are two parties; a body of many states is one.
    inner = ("person", "organization")
    is_country = not any(code.startswith("IGO:") for code in mine)
    return is_country and mine == theirs and actor.kind in inner and recipient.kind in inner


def _at_token(speaker: Mention, doc: Doc, token: int) -> Mention:
    start, text = doc[token].idx, doc[token].text
    return replace(
        speaker, start=start, end=start + len(text), text=text, how="pronoun", head=token, members=()
    )
