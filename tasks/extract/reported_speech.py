"""Reported speech: what somebody is said to have said, without quotation marks or with a part in them.

In: a parsed document, its resolved mentions, its direct quotations. Out: these with the indirect and mixed ones, in the
order of the text. What does not belong here: words that are a quotation of their own (`tasks.extract.quotes`), which
words are the content of a cue (`tasks.extract.reported_contents`), whose they are (`tasks.extract.speech`).

Contents may lie in one another: "Tass said that he had denied it" holds two. A content with words in marks is mixed, and
takes the place of the fragment.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.extract.annotations import Quote
from tasks.extract.paragraphs import find_paragraphs
from tasks.extract.quotation_marks import find_passages
from tasks.extract.quotes import speaker_of
from tasks.extract.reported_contents import Content, find_content
from tasks.extract.speech import (
    Attribution,
    Stretch,
    Syntax,
    attribution_by,
    describe_speaker,
    first_noun,
)
from tasks.extract.syntax import SUBJECTS_AND_CLAUSES
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Token

    from tasks.extract.annotations import Mention

MIN_WORDS = 2
"""Words from which content counts: "said so" says nothing."""
_MAX_STRETCH = 60
"""Tokens on each side of a cue in which the speaker is looked for."""
_MAX_PAUSE = 400
"""Characters between two quotes of one who speaks on."""
_MAX_CUE = 40
"""Characters of ", the minister said. " between a reported sentence and the quotation that goes on."""
_OPENING = frozenset({"“", "‘", "``", "«"})
_EDGE = frozenset({",", ".", ";", ":", "-", "--", "–", "—", "...", "…", "?", "!", "'"})


def with_reported_speech(doc: Doc, mentions: Sequence[Mention], direct: Sequence[Quote]) -> tuple[Quote, ...]:
    """All quotations of a document.

    Args:
        doc: Parsed text.
        mentions: Resolved mentions.
        direct: Its direct quotations (`find_quotes`).
    """
    text = doc.text  # made anew at each access
    syntax = Syntax(doc)
    by_start = sorted(mentions, key=lambda mention: mention.start)
    quoted = _Spans([(quote.start, quote.end) for quote in direct])
    marked = _Spans([(one.start, one.end) for one in find_passages(text, find_paragraphs(text))])
    found: dict[tuple[int, int], Quote] = {}
    for token in doc:
        content = find_content(syntax, token)
        span = _span(doc, content, quoted, marked) if content else None
        if content and span and span not in found:
            attribution = _attribution(syntax, content)
            if attribution is None and _is_somebodys(token):
                continue
            words, speaker = speaker_of(doc, text, attribution, by_start) if attribution else (None, None)
            found[span] = Quote(
                start=span[0],
                end=span[1],
                text=text[slice(*span)],
                kind="mixed" if any(one[0] >= span[0] for one in marked.overlapping(*span)) else "indirect",
                cue=doc[slice(*content.cue)].text,
                speaker_text=words,
                speaker=speaker,
            )
    fragments = {
        span
        for start, end in found
        for span in quoted.overlapping(start, end)
        if start <= span[0] and span[1] <= end + 1  # the full stop may stand before the closing mark
    }
    kept = [quote for quote in direct if (quote.start, quote.end) not in fragments]
    return _with_continued_speakers(
        doc, sorted([*kept, *found.values()], key=lambda one: (one.start, -one.end))
    )


def _is_somebodys(cue: Token) -> bool:
    """Whether a cue without its speaker says nothing: "assuming that", "proposals to cut"; a claim may be anybody's."""
    return cue.lower_ in word_class("thinking_verb") or cue.lower_ in word_class("undertaking_noun")


def _with_continued_speakers(doc: Doc, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The quotes, where "it said", "the company said" and "he said" go on with who spoke just before.

    They do where coreference leaves the words open, which may stand for others named since.
    """
    continued: list[Quote] = []
    for quote in quotes:
        before = continued[-1] if continued else None
        if before is None or quote.start - before.end > _MAX_PAUSE:
            continued.append(quote)
        elif quote.kind == "direct" and quote.speaker_text is None and _follows(quote, before):
            continued.append(replace(quote, speaker_text=before.speaker_text, speaker=before.speaker))
        elif quote.speaker is None and before.speaker and _speaks_on(doc, quote.speaker_text, before.speaker):
            continued.append(replace(quote, speaker=before.speaker))
        else:
            continued.append(quote)
    return tuple(continued)


def _follows(quote: Quote, before: Quote) -> bool:
    """Whether nothing but a cue stands between two quotes: "They grew, he said. 'They will grow.'"."""
    return before.speaker_text is not None and 0 <= quote.start - before.end <= _MAX_CUE


def _speaks_on(doc: Doc, speaker_text: str | None, speaker: Mention) -> bool:
    """Whether words can refer back to a speaker: "he", "it", "the media company", "they" of officials."""
    words = (speaker_text or "").lower()
    if words in {"he", "she"}:
        return speaker.kind == "person"
    is_body = words.startswith("the ") and words.rsplit(" ", 1)[-1] in word_class("body_noun")
    if words == "it" or is_body:
        return speaker.kind == "organization"
    return words == "they" and speaker.kind == "organization" and doc[speaker.head].tag_ in {"NNS", "NNPS"}


class _Spans:
    """Stretches [start, end) of a text that do not overlap, in its order."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        """Index the stretches by their starts."""
        self._spans = spans
        self._starts = [start for start, _ in spans]

    def overlapping(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Those that share a character with [start, end)."""
        index = max(0, bisect_right(self._starts, start) - 1)
        while index < len(self._spans) and self._spans[index][0] < end:
            if self._spans[index][1] > start:
                yield self._spans[index]
            index += 1


def _span(doc: Doc, content: Content, quoted: _Spans, marked: _Spans) -> tuple[int, int] | None:
    """The characters [start, end) of a content, None where it is too short or begins inside a direct quotation.

    Where the parse broke off inside quotation marks, it ends with them.
    """
    first, stop = content.start, content.end
    while first < stop and (doc[first].is_space or doc[first].text in _EDGE):
        first += 1
    while stop > first and (doc[stop - 1].is_space or doc[stop - 1].text in _EDGE | _OPENING):
        stop -= 1
    if sum(token.is_alpha for token in doc[first:stop]) < MIN_WORDS:
        return None
    start, end = doc[first].idx, doc[stop - 1].idx + len(doc[stop - 1])
    if any(span[0] <= start for span in quoted.overlapping(start, end)):
        return None
    around = list(marked.overlapping(start, end))
    if around and around[0][0] == start - 1:
        start -= 1  # the mark that opens them
    return start, max([end, *(span[1] for span in around if span[0] >= start)])


def _attribution(syntax: Syntax, content: Content) -> Attribution | None:
    """Who says it, by the words of the sentence outside the content."""
    doc, cue = syntax.doc, syntax.doc[content.cue[0]]
    sentence = syntax.sentence(cue)
    if cue.lower_ == "according":
        after = Stretch(content.cue[1], min(sentence.end, content.cue[1] + _MAX_STRETCH))
        source = first_noun(doc, after)
        return describe_speaker(syntax, source, after, cue=content.cue) if source else None
    if cue.tag_.startswith("NN"):
        owners = syntax.children(cue, {"poss"})
        around = Stretch(max(sentence.start, cue.i - _MAX_STRETCH), cue.i)
        return describe_speaker(syntax, owners[0], around, cue=content.cue) if owners else None
    first = content.end if content.end <= cue.i else sentence.start
    stop = content.start if content.start > cue.i else sentence.end
    around = Stretch(max(first, cue.i - _MAX_STRETCH), min(stop, cue.i + _MAX_STRETCH))
    if (
        content.end == first < cue.i
        and doc[first].text == ","
        and not syntax.children(cue, SUBJECTS_AND_CLAUSES)
    ):
        source = first_noun(doc, Stretch(first + 1, cue.i))  # a long subject that the parse put elsewhere
        return describe_speaker(syntax, source, around, cue=content.cue) if source else None
    return attribution_by(syntax, cue, around)
