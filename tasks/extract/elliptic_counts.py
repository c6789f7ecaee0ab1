"""Counts without a noun: "21 of them", "killing 900 rebels and capturing 390", "a crew of 26", "70,000 strong".

In: a parsed text, a number, and the counts before it. Out: what is counted and where the words end, or None. What does
not belong here: numbers that a noun follows (`tasks.extract.counted_nouns`).

A bare number counts only as an argument of a verb, and only what was counted last; a year, an age, a price or a score
is no such thing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tasks.extract.counted_nouns import is_time_unit, is_year, unit_of
from tasks.extract.lexicon import cue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc, Token

    from tasks.extract.annotations import Amount
    from tasks.extract.numerals import Numeral

_OF_THEM = re.compile(r"[ \xa0\n]of[ \xa0\n](?:them|whom|which|these|those)\b")
_STRONG = re.compile(r"[ \xa0\n-]strong\b")
_ARGUMENTS = frozenset({"dobj", "nsubj", "nsubjpass"})
_PLURAL_TAGS = frozenset({"NNS", "NNPS"})
_TAKING_PART = frozenset({*_ARGUMENTS, "pobj", "conj", "appos", ""})
_MOST_BACK = 60
"""Tokens that an antecedent is sought in: two sentences of a report."""


def elliptic_count(
    doc: Doc, text: str, numeral: Numeral, tokens: tuple[int, int], counts: Sequence[tuple[int, Amount]]
) -> tuple[int, str] | None:
    """Where the words of a count without its own noun end, and what it counts.

    Args:
        doc: The parsed text.
        text: Its characters.
        numeral: The number.
        tokens: Its first token and the one after it.
        counts: The counts before it, each with its noun's token, in the order of the text.
    """
    first, after = tokens
    number = doc[after - 1]
    match = _OF_THEM.match(text, numeral.end)
    if match:
        unit = None if numeral.value == 1 else _antecedent(doc, number, counts)
        return (match.end(), unit) if unit else None
    match = _STRONG.match(text, numeral.end)
    if match:
        return match.end(), "person"
    following = doc[after].lower_ if after < len(doc) else ""
    # Before "of" it is a part of what follows: "8 billion of the 30 billion franc revenues".
    if following == "of" or following[:1] in {"-", "/", "'", "’"} or _is_name_or_date(doc, numeral, first):
        return None
    unit = _unit_of_bare(doc, number, counts) if numeral.value > 1 else None
    return (numeral.end, unit) if unit else None


def _unit_of_bare(doc: Doc, number: Token, counts: Sequence[tuple[int, Amount]]) -> str | None:
    """What a number counts after which nothing stands."""
    if _is_size_of_people(doc, number):
        return "person"
    if not _is_argument(number):
        return None
    if (
        number.dep_ == "dobj"
        and number.head.lower_ in cue("verb_of_harm")
        and not _is_counted_victim(doc, counts)
    ):
        return "person"  # "a shooting by two radicals that killed 14"
    # "As many as 300 died" counts people without a word for them.
    is_of_people = number.head.lower_ in cue("verb_of_suffering") and number.dep_ != "dobj"
    return _antecedent(doc, number, counts) or ("person" if is_of_people else None)


def _is_counted_victim(doc: Doc, counts: Sequence[tuple[int, Amount]]) -> bool:
    """Whether what was counted last is what a verb acts on, as those are whom the next verb harms."""
    return bool(counts) and doc[counts[-1][0]].dep_ in {"dobj", "nsubjpass", "conj"}


def _is_argument(number: Token) -> bool:
    """Whether a number is what a verb acts on, or acts itself."""
    head = number.head
    if number.dep_ == "pobj" and head.lower_ == "to" and head.i and head.nbor(-1).lower_ == "up":
        return True  # "shelter up to 20,000"
    # After "turned", "scored", "rose" a number is an age, a score, points of an index.
    return (
        number.dep_ in _ARGUMENTS and head.tag_.startswith("VB") and head.lower_ not in cue("verb_of_figures")
    )


def _is_name_or_date(doc: Doc, numeral: Numeral, first: int) -> bool:
    number = doc[first]
    is_name = not numeral.is_figures and number.is_title and not number.is_sent_start
    return is_name or number.ent_type_ in {"DATE", "TIME", "ORDINAL", "MONEY"} or is_year(doc, numeral, first)


def _is_size_of_people(doc: Doc, number: Token) -> bool:
    """Whether a number is the size of a body of people: what stands "of" it, or the toll that it is."""
    head = number.head
    if number.dep_ != "pobj" or head.i >= number.i:
        return False
    if head.lower_ == "of":
        return head.head.lower_ in cue("noun_of_many_people")
    verb = head.head
    if head.lower_ not in {"to", "at"} or not verb.tag_.startswith("VB"):
        return False
    return any(
        token.lower_ == "toll" and token.head.i == verb.i for token in doc[max(0, verb.i - 6) : verb.i]
    )


def _antecedent(doc: Doc, number: Token, counts: Sequence[tuple[int, Amount]]) -> str | None:
    """What was counted last in the sentence, or its last plural noun; else the same in the sentence before."""
    first = number.i
    last = counts[-1] if counts else None
    is_found: list[Token] = []
    for index in range(first - 1, max(-1, first - _MOST_BACK), -1):
        if last is not None and index == last[0]:
            return last[1].unit
        token = doc[index]
        is_other = token.head.i != number.head.i or token.dep_ not in _ARGUMENTS  # nobody holds himself
        if token.tag_ in _PLURAL_TAGS and token.dep_ in _TAKING_PART and is_other:
            if token.lower_ in cue("currency_noun"):
                return None  # "1.1 billion marks, of which 900 million": a sum, and no count
            is_found += [] if is_time_unit(unit_of(token)) else [token]
        if token.is_sent_start and is_found:
            break
    if not is_found:
        return None
    is_same_sentence = not any(token.is_sent_start for token in doc[is_found[0].i + 1 : first + 1])
    return unit_of(is_found[0] if is_same_sentence else is_found[-1])
