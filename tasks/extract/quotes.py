"""Direct quotations: words in quotation marks that somebody said, and who.

In: a parsed document and its resolved mentions. Out: one `Quote` of kind "direct" per uninterrupted quotation, in the
order of the text, never overlapping. What does not belong here: the pairing of marks (`tasks.extract.quotation_marks`),
cues and their subjects (`tasks.extract.speech`).

A quotation is an utterance of its own ("No," he said) or at least four words that somebody is said to have said.
Shorter fragments inside a sentence are not direct quotations (with the clause around them they are mixed ones), nor
are titles of works, nicknames and scare quotes. Quotations inside a quotation belong to its words.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tasks.extract.annotations import Quote
from tasks.extract.paragraphs import find_paragraphs
from tasks.extract.quotation_marks import Passage, find_passages
from tasks.extract.spans import span_at
from tasks.extract.speech import (
    Attribution,
    Stretch,
    Syntax,
    attribution_by,
    describe_speaker,
    find_attribution,
    first_noun,
    is_speech_verb,
)
from tasks.extract.syntax import FINITE_TAGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc

    from tasks.extract.annotations import Mention

MIN_WORDS = 4
"""Words from which a quoted fragment is a quotation (shared with the annotated articles' definition)."""

_MAX_STRETCH = 60
"""Tokens looked at on each side of a quotation: a longer sentence has its cue nearer, or a broken parse."""
_MAX_SIGNATURE = 12
_MAX_BARE_CLAUSE = 6

_SENTENCE_ENDS = frozenset({".", "?", "!", ";"})
_DASHES = frozenset({"-", "--", "–", "—", "―"})
_LEADS_ON = frozenset(",?!—–-…")
_UTTERANCE_ENDS = _LEADS_ON | {"."}
_NEW_CLAUSE = frozenset(
    {
        "when",
        "while",
        "after",
        "before",
        "because",
        "if",
        "since",
        "although",
        "though",
        "and",
        "but",
        "or",
        "which",
    }
)
_TITLE_SHARE = 0.75
_MAX_TITLE_WORDS = 12
_SHORT_WORD = 3  # words up to here are written small in titles ("of", "the", "for")
_PARTICLE_TAGS = frozenset({"RP", "RB"})
_SUBORDINATE = frozenset({"advcl", "relcl"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A passage that may be a quotation, and the tokens around it that may say whose.

    Attributes:
        passage: Its characters.
        paragraph: [start, end) of the paragraph in which it begins.
        end_before: End of the paragraph before that, 0 if there is none.
        before: The words of its sentence before it, back to the quotation before or to a colon's paragraph.
        after: The words of its sentence after it, up to the next quotation.
        words: How many it has.
        is_utterance: Whether it looks like something said for itself: a capital first, a sentence's or clause's end.
        leads_on: Whether its sentence goes on after it, which a comma, question mark or dash shows.
    """

    passage: Passage
    paragraph: tuple[int, int]
    end_before: int
    before: Stretch
    after: Stretch
    words: int
    is_utterance: bool
    leads_on: bool


def find_quotes(doc: Doc, mentions: Sequence[Mention]) -> tuple[Quote, ...]:
    """The direct quotations of a document.

    Args:
        doc: Parsed text.
        mentions: Resolved mentions; the one that holds the head of the speaker's noun phrase is the speaker.
    """
    text = doc.text  # made anew at each access
    candidates = _find_candidates(doc, text)
    if not candidates:
        return ()
    syntax = Syntax(doc)
    by_start = sorted(mentions, key=lambda mention: mention.start)
    quotes: list[Quote] = []
    previous: tuple[_Candidate, Attribution | None] | None = None
    for candidate in candidates:
        attribution = _attribute(syntax, candidate)
        if attribution is None and previous and _carries_on(previous[0], candidate):
            attribution = replace(previous[1], cue=None) if previous[1] else None
        if attribution or _stands_alone(candidate):
            quotes.append(_quote(doc, text, candidate, attribution, by_start))
            previous = candidate, attribution
    return tuple(quotes)


def _find_candidates(doc: Doc, text: str) -> list[_Candidate]:
    """The passages that are long enough and no titles, with their surroundings."""
    paragraphs = find_paragraphs(text)
    passages = [passage for passage in find_passages(text, paragraphs) if _may_be_said(text, passage)]
    places = _Places(doc, text, paragraphs)
    limits = [0, *(passage.end for passage in passages), len(text)]
    following = [*(passage.start for passage in passages[1:]), len(text)]
    return [
        _Candidate(
            passage=passage,
            paragraph=places.paragraph_at(passage.start),
            end_before=places.end_before(passage.start),
            before=places.before(passage.start, limits[index]),
            after=places.after(passage.end, following[index]),
            words=_count_words(text, passage),
            is_utterance=_is_utterance(text, passage),
            leads_on=_leads_on(text, passage),
        )
        for index, passage in enumerate(passages)
    ]


class _Places:
    """Where characters lie among tokens and paragraphs."""

    def __init__(self, doc: Doc, text: str, paragraphs: Sequence[tuple[int, int]]) -> None:
        """Index the tokens and paragraphs of a document, so that each question takes a binary search."""
        self._doc = doc
        self._text = text
        self._paragraphs = paragraphs
        self._paragraph_starts = [start for start, _ in paragraphs]
        self._token_starts = [token.idx for token in doc]

    def paragraph_at(self, position: int) -> tuple[int, int]:
        """The paragraph that holds a character."""
        return self._paragraphs[bisect_right(self._paragraph_starts, position) - 1]

    def end_before(self, position: int) -> int:
        """The end of the paragraph before the one that holds a character, 0 if there is none."""
        index = bisect_right(self._paragraph_starts, position) - 1
        return self._paragraphs[index - 1][1] if index else 0

    def before(self, position: int, limit: int) -> Stretch:
        """The words of the sentence before `position`, not before `limit`.

        A paragraph that ends with a colon introduces the one after it.
        """
        index = bisect_right(self._paragraph_starts, position) - 1
        start = self._paragraphs[index][0]
        if start == position and index:
            introduction = self._paragraphs[index - 1]
            if self._text[introduction[1] - 1] == ":":
                start, position = introduction
        end = self._token_at(position)
        while end and self._doc[end - 1].is_space:
            end -= 1
        first = end
        floor = max(self._token_at(max(start, limit)), end - _MAX_STRETCH)
        while first > floor and self._doc[first - 1].text not in _SENTENCE_ENDS:
            first -= 1
        return Stretch(first, max(first, end))

    def after(self, position: int, limit: int) -> Stretch:
        """The words of the sentence after `position`, not after `limit`."""
        _, end_of_paragraph = self.paragraph_at(position - 1)
        first = self._token_at(position)
        ceiling = min(self._token_at(min(end_of_paragraph, limit)), first + _MAX_STRETCH)
        while first < ceiling and self._doc[first].is_space:
            first += 1
        last = first
        while last < ceiling and self._doc[last].text not in _SENTENCE_ENDS:
            last += 1
        return Stretch(first, last)

    def _token_at(self, position: int) -> int:
        return bisect_left(self._token_starts, position)


def _may_be_said(text: str, passage: Passage) -> bool:
    """Whether a passage has the length and the look of words that somebody said."""
    if _is_title(text, passage):
        return False
    return _count_words(text, passage) >= MIN_WORDS or _is_utterance(text, passage)


def _count_words(text: str, passage: Passage) -> int:
    words = text[passage.content_start : passage.content_end].split()
    return sum(any(character.isalnum() for character in word) for word in words)


def _is_utterance(text: str, passage: Passage) -> bool:
    """Whether a passage starts with a capital or a figure and ends as a sentence or its first part does."""
    content = text[passage.content_start : passage.content_end].strip()
    first = next((character for character in content if character.isalnum()), "a")
    return not first.islower() and (
        content[-1:] in _UTTERANCE_ENDS or text[passage.end : passage.end + 1] == ","
    )


def _leads_on(text: str, passage: Passage) -> bool:
    content = text[passage.content_start : passage.content_end].rstrip()
    return content[-1:] in _LEADS_ON or text[passage.end : passage.end + 1] == ","


def _is_title(text: str, passage: Passage) -> bool:
    """Whether the words are written as in a title: capitals on nearly all but the short ones, not only on the first."""
    words = text[passage.content_start : passage.content_end].split()
    long_words = [word for word in words[1:] if len(word) > _SHORT_WORD and word[0].isalpha()]
    if not long_words or len(words) > _MAX_TITLE_WORDS:
        return False
    return sum(word[0].isupper() and not word.isupper() for word in long_words) >= _TITLE_SHARE * len(
        long_words
    )


def _attribute(syntax: Syntax, candidate: _Candidate) -> Attribution | None:
    """Who the words around a passage say has said it.

    A speech verb before a colon binds strongest, then the clause that a comma inside the passage leads on to, then a
    speech verb before it; verbs of other kinds ("he shrugged") count where nothing else speaks.
    """
    doc, before = syntax.doc, candidate.before
    last = doc[before.end - 1].text if before.end > before.start else ""
    spoken_before = find_attribution(syntax, before, nearest_end=True)
    if candidate.words < MIN_WORDS and last not in {":", ","} and not _touches(spoken_before, before):
        spoken_before = None
    if spoken_before and (last == ":" or _introduces(spoken_before, before)):
        return spoken_before
    return (
        _attribute_after(syntax, candidate)
        or (_attribute_to_last_verb(syntax, before) if last == "," else None)
        or spoken_before
        or (
            _attribute_by_introduction(syntax, before)
            if last in {":", ","} and candidate.is_utterance
            else None
        )
        or _attribute_to_next_verb(syntax, candidate)
    )


def _touches(attribution: Attribution | None, before: Stretch) -> bool:
    """Whether a cue stands right before the passage."""
    return attribution is not None and attribution.cue is not None and attribution.cue[1] == before.end


def _introduces(attribution: Attribution, before: Stretch) -> bool:
    """Whether a cue stands right before the comma that introduces the passage: "he said, 'We stay,' before he left"."""
    return attribution.cue is not None and attribution.cue[1] == before.end - 1


def _attribute_after(syntax: Syntax, candidate: _Candidate) -> Attribution | None:
    """The speaker in the words after a passage.

    A passage that ends as a sentence has none there, save in a signature ("- Petrov") and in a sentence of a subject
    and a speech verb alone ("We stay." Petrov said).
    """
    doc, stretch = syntax.doc, candidate.after
    if stretch.start >= stretch.end:
        return None
    if doc[stretch.start].text in _DASHES:
        signature = _signature(syntax, stretch)
        if signature:
            return signature
    if candidate.is_utterance and not candidate.leads_on:
        is_short = stretch.end - stretch.start <= _MAX_BARE_CLAUSE
        ends_with_cue = is_short and is_speech_verb(doc[stretch.end - 1])
        return attribution_by(syntax, doc[stretch.end - 1], stretch) if ends_with_cue else None
    if doc[stretch.start].lower_ in _NEW_CLAUSE:
        return None
    return find_attribution(syntax, stretch, nearest_end=False)


def _signature(syntax: Syntax, stretch: Stretch) -> Attribution | None:
    """The name after a dash, if that is all that the stretch holds."""
    words = syntax.doc[stretch.start + 1 : stretch.end]
    if len(words) > _MAX_SIGNATURE or any(is_speech_verb(word) for word in words):
        return None
    first = next((word.i for word in words if not word.is_space), stretch.end)
    head = first_noun(syntax.doc, Stretch(first, stretch.end))
    if head is None or head.tag_ != "NNP":
        return None
    return describe_speaker(syntax, head, Stretch(first, stretch.end), cue=None)


def _attribute_to_last_verb(syntax: Syntax, before: Stretch) -> Attribution | None:
    """The subject of a verb right before the comma, whatever it means: "Petrov shot back, ..."."""
    index = before.end - 2
    if index > before.start and syntax.doc[index].tag_ in _PARTICLE_TAGS:
        index -= 1
    verb = syntax.doc[index] if index > before.start else None
    if verb is None or verb.tag_ not in FINITE_TAGS or verb.dep_ in _SUBORDINATE:
        return None
    return attribution_by(syntax, verb, before)


def _attribute_by_introduction(syntax: Syntax, before: Stretch) -> Attribution | None:
    """The speaker before a colon or comma without speech verb: a person right there, or the last verb's subject."""
    doc = syntax.doc
    named = doc[before.end - 2] if before.end - 2 >= before.start else None
    if named is not None and named.ent_type_ == "PERSON":
        return describe_speaker(syntax, named, before, cue=None)
    for index in range(before.end - 1, before.start - 1, -1):
        if doc[index].tag_ in FINITE_TAGS:
            return attribution_by(syntax, doc[index], before)
    head = first_noun(doc, before)
    return describe_speaker(syntax, head, before, cue=None) if head else None


def _attribute_to_next_verb(syntax: Syntax, candidate: _Candidate) -> Attribution | None:
    """The subject of the first verb after an utterance that leads on, whatever it means: "No way," he shrugged."""
    stretch = candidate.after
    if not (candidate.is_utterance and candidate.leads_on and candidate.words >= MIN_WORDS):
        return None
    verb = next(
        (token for token in syntax.doc[stretch.start : stretch.end] if token.tag_ in FINITE_TAGS), None
    )
    return attribution_by(syntax, verb, stretch) if verb is not None else None


def _carries_on(previous: _Candidate, candidate: _Candidate) -> bool:
    """Whether the speaker of the quotation before goes on: in its paragraph, or in one that it runs up to."""
    in_paragraph = previous.passage.end > candidate.paragraph[0]
    runs_up_to = (
        previous.passage.end == candidate.end_before and candidate.passage.start == candidate.paragraph[0]
    )
    return candidate.is_utterance and (in_paragraph or runs_up_to)


def _stands_alone(candidate: _Candidate) -> bool:
    """Whether an unattributed passage is a sentence or more of its own, which somebody will have said."""
    starts_sentence = candidate.before.start == candidate.before.end
    return candidate.is_utterance and candidate.words >= MIN_WORDS and starts_sentence


def _quote(
    doc: Doc, text: str, candidate: _Candidate, attribution: Attribution | None, by_start: Sequence[Mention]
) -> Quote:
    start, end = candidate.passage.start, candidate.passage.end
    quote = Quote(start=start, end=end, text=text[start:end], kind="direct")
    if attribution is None:
        return quote
    speaker_text, speaker = speaker_of(doc, text, attribution, by_start)
    return replace(
        quote,
        speaker_text=speaker_text,
        speaker=speaker,
        cue=doc[slice(*attribution.cue)].text if attribution.cue else None,
    )


def speaker_of(
    doc: Doc, text: str, attribution: Attribution, by_start: Sequence[Mention]
) -> tuple[str, Mention | None]:
    """The speaker's words, with the whole of a name that they are a part of, and the mention.

    Where title and name are two mentions ("the company's president, Eva Berg", "a leader of theirs, Eva Berg"), the
    name speaks.
    """
    phrase = doc[slice(*attribution.phrase)]
    start, end = phrase.start_char, phrase.end_char
    found = span_at(by_start, doc[attribution.head].idx)
    if found and found.how == "name":
        return text[min(start, found.start) : end], found
    after = attribution.phrase[1]
    places = [phrase[-1].idx]
    if found is None and after + 1 < len(doc) and doc[after].text == ",":
        places.append(doc[after + 1].idx)
    beside = [mention for mention in (span_at(by_start, place) for place in places) if mention]
    names = [mention for mention in beside if mention.kind == "person" and mention.how == "name"]
    return phrase.text, names[0] if names else found
