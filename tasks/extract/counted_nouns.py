"""Counted nouns: what a number before a noun phrase counts, or that it counts nothing.

In: a parsed text and the token after a number. Out: the noun and its unit in the singular. What does not belong here:
numbers, and what is counted where no noun follows (`tasks.extract.elliptic_counts`).

A count needs a noun in the plural (or "one" with a singular) that the number stands before: that, and not a list of
exceptions, keeps out years, ages, scores, articles and flight numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.extract.lexicon import cue
from tasks.extract.nouns import singular

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from tasks.extract.numerals import Numeral

_MAX_NOUN_PHRASE = 8
"""Tokens from a number to its noun: "two Chinese-made anti-ship missile boats" has seven."""
_MODIFIER_TAGS = frozenset(
    {"JJ", "JJR", "JJS", "NN", "NNP", "NNPS", "NNS", "VBN", "VBG", "HYPH", "POS", "RB", "RBR"}
)
_MODIFYING = frozenset({"compound", "nmod", "amod"})
_PLURAL_TAGS = frozenset({"NNS", "NNPS"})
_NOT_IN_PHRASE = frozenset(
    {"a.m.", "p.m.", "am", "pm", "gmt", "utc", "o'clock", "today", "yesterday", "tomorrow", "tonight"}
)
_NAMES_BEFORE_COUNTS = frozenset({"GPE", "NORP", "PERSON", "DATE", "TIME", "LOC"})
_NOT_COUNTED_AFTER = frozenset(
    {"no", "any", "every", "each", "this", "that", "the", "which", "some", "another", "not"}
)
_DEFINITE = frozenset({"the", "these", "those", "both", "all", "our", "your"})
_OBJECTS_AND_SUBJECTS = frozenset({"dobj", "nsubj", "nsubjpass", "ROOT", "conj", "appos", ""})
_COMPOUND_UNITS = frozenset({"cubic", "square", "sq", "nautical"})
_LENGTHS = frozenset({"minute", "hour", "day", "week", "month", "year"})
"""In the singular after a number they say how long: "60 month loans"."""
_PARTS = frozenset({"half", "third", "quarter", "fifth", "sixth", "eighth", "tenth"})
"""Of "two thirds": a share."""
_BOUND_NOUNS = frozenset({"being", "seeker", "goer", "holder", "maker"})
"""Nouns that say nothing without the one before them: human beings, asylum seekers."""
_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_BEFORE_YEARS = frozenset({"in", "since", "until", "of", "from", "during", "the"})
_PARTITIVE_DETERMINERS = frozenset({"the", "these", "those", "its", "their", "his", "her", "our", "all"})
_PRONOUNS = frozenset({"them", "whom", "which", "these", "those"})


@dataclass(frozen=True, slots=True)
class Counted:
    """The noun that is counted and its unit."""

    noun: Token
    unit: str


def counted_noun(doc: Doc, numeral: Numeral, first: int, after: int) -> Counted | None:
    """What a number counts.

    Args:
        doc: The parsed text.
        numeral: The number.
        first: Its first token.
        after: The token at which its noun phrase goes on.
    """
    is_one = numeral.value == 1 and numeral.upper is None
    noun = _head_noun(doc, after, is_one=is_one)
    if noun is None or _is_no_count(doc, numeral, first, noun) or (is_one and not _is_really_one(noun)):
        return None
    if _is_back_reference(doc, numeral, first, after, noun):
        return None
    return Counted(noun, unit_of(noun))


def measure_at(doc: Doc, index: int) -> Counted | None:
    """The measure that a hyphen ties to a number: "a 400-kilometre line"."""
    token = doc[index] if index < len(doc) else None
    return (
        Counted(token, singular(token.text))
        if token is not None and token.lower_ in cue("measure_unit")
        else None
    )


def unit_of(noun: Token) -> str:
    """The noun in the singular, with the word before where the two are one unit: "cubic metre", "East German"."""
    unit = singular(noun.text)
    before = noun.nbor(-1) if noun.i else None
    if before is None:
        return unit
    is_name = noun.text[:1].isupper() and before.text[:1].isupper() and before.dep_ == "compound"
    is_name = is_name and before.head == noun and noun.ent_type_ == before.ent_type_ == "NORP"
    if is_name or before.lower_ in _COMPOUND_UNITS or unit in _BOUND_NOUNS:
        return f"{before.lower_} {unit}"
    return unit


def is_time_unit(word: str) -> bool:
    """Whether a noun in the singular measures time: "three weeks" is a duration and no amount."""
    return word in cue("time_unit")


def is_year(doc: Doc, numeral: Numeral, first: int) -> bool:
    """Whether four figures without a comma are a year, by the word before or by what the model reads."""
    token = doc[first]
    if not (len(token) == 4 and token.is_digit and _FIRST_YEAR <= numeral.value <= _LAST_YEAR):
        return False
    return token.ent_type_ == "DATE" or (first > 0 and doc[first - 1].lower_ in _BEFORE_YEARS)


def _head_noun(doc: Doc, start: int, *, is_one: bool) -> Token | None:
    """The head of the noun phrase that goes on at a token: its last noun, in the plural unless one is counted."""
    first = _after_partitive(doc, start, is_one=is_one)
    if first is None:
        return None
    if first + 1 < len(doc) and doc[first].lower_ in _LENGTHS and not is_one:
        return None  # "24 month loans"
    if first < len(doc) and doc[first].lower_ in cue("measure_unit") and not is_one:
        return doc[first]  # "300 megawatt plants"
    noun: Token | None = None
    last: Token | None = None
    for token in doc[first : first + _MAX_NOUN_PHRASE]:
        if token.text == "\n" and token.i + 1 < len(doc) and doc[token.i + 1].is_lower:
            continue  # a wrapped line
        if not _may_go_on(doc, token, noun):
            break
        if _is_plural(token) or (noun is None and _is_fate(token)) or (is_one and token.tag_ == "NN"):
            noun = token
        last = token
    if noun is None and last is not None and not is_one and _is_people(last):
        return last
    return noun


def _after_partitive(doc: Doc, start: int, *, is_one: bool) -> int | None:
    """Where the noun phrase begins: after "of the" in "two of the ships"; None if "of" begins something else."""
    if start >= len(doc) or doc[start].lower_ != "of":
        return start
    if is_one or start + 1 >= len(doc) or doc[start + 1].lower_ not in _PARTITIVE_DETERMINERS:
        return None
    start += 2
    return start + (start < len(doc) and doc[start].tag_ == "CD")


def _may_go_on(doc: Doc, token: Token, noun: Token | None) -> bool:
    """Whether a token may stand in a noun phrase after its number, and after the noun that was found so far."""
    if token.is_space or token.lower_ in _NOT_IN_PHRASE:
        return False
    if noun is not None and noun.tag_ != "NN":
        # After a plural its phrase goes on only where it modifies what follows; a measure does not.
        is_modifying = noun.dep_ in _MODIFYING and noun.lower_ not in cue("measure_unit")
        return is_modifying and (_is_plural(token) or token.tag_ in {"NN", "HYPH", "POS"})
    if token.tag_ in _MODIFIER_TAGS or token.dep_ == "amod" or _is_plural(token) or _is_fate(token):
        return True
    if token.tag_ == "CD" and not token.text.isalpha() and not token.text.isdigit():
        return True  # the number of a type: "T-72 tanks"
    before, after = doc[token.i - 1], doc[token.i + 1] if token.i + 1 < len(doc) else None
    if before.tag_ == "HYPH" or (after is not None and after.tag_ == "HYPH"):
        return True  # "pick-up trucks"
    is_joining = token.lower_ in {"and", "or"} and before.tag_.startswith("JJ")
    return token.lower_ == "sq" or (is_joining and after is not None and after.tag_[:2] in {"JJ", "NN"})


def _is_fate(token: Token) -> bool:
    """Whether it stands for people by what befell them: "14 dead"."""
    return token.lower_ in cue("fate_of_people") and token.tag_ != "VBD"


def _is_plural(token: Token) -> bool:
    if (token.tag_ in _PLURAL_TAGS and token.ent_type_ != "PERSON") or token.lower_ in cue(
        "noun_without_plural"
    ):
        return True
    if token.tag_ != "VBZ":
        return False
    # Counted by the parse and written as a plural, whatever the tagger says of it.
    before = token.doc[max(0, token.i - _MAX_NOUN_PHRASE) : token.i]
    return any(one.dep_ == "nummod" and one.head.i == token.i for one in before)


def _is_people(token: Token) -> bool:
    """Whether a word without a plural's ending means people by where they come from: "200,000 Vietnamese"."""
    return token.text[:1].isupper() and token.ent_type_ == "NORP" and token.dep_ not in {"amod", "compound"}


def _is_no_count(doc: Doc, numeral: Numeral, first: int, noun: Token) -> bool:
    """Whether a number before a noun is a time, a year, a date, a share or part of a name."""
    if (
        is_time_unit(singular(noun.text))
        or singular(noun.text) in _PARTS
        or (numeral.is_figures and is_year(doc, numeral, first))
    ):
        return True
    if not first:
        return False
    before = doc[first - 1].lower_
    if before in cue("month_written") or before in cue("word_before_its_number"):
        return True
    if before in {"in", "of"} and first > 1 and (doc[first - 2].like_num or doc[first - 2].lower_ == "out"):
        return True  # "one in four voters", "nine out of ten"
    if numeral.value == 1 and before in _NOT_COUNTED_AFTER:
        return True
    return _is_in_name(doc, numeral, first)


def _is_in_name(doc: Doc, numeral: Numeral, first: int) -> bool:
    """Whether a number belongs to a name before it: "World War Two bombers", "the Group of Seven countries"."""
    before = doc[first - 1]
    is_after_name = before.tag_ in {"NNP", "NNPS"} and before.ent_type_ not in _NAMES_BEFORE_COUNTS
    if numeral.is_figures:
        return is_after_name
    return doc[first].is_title and (is_after_name or before.lower_ == "of")


def _is_really_one(noun: Token) -> bool:
    """Whether "one" counts: what acts or is acted on, or a measure; "at one table", "with one voice" count nothing."""
    return noun.dep_ in _OBJECTS_AND_SUBJECTS or noun.lower_ in cue("measure_unit")


def _is_back_reference(doc: Doc, numeral: Numeral, first: int, after: int, noun: Token) -> bool:
    """Whether the words come back to parties that are known ("the two sides", "all three countries"): they count nobody."""
    if numeral.is_figures or not first or doc[first - 1].lower_ not in _DEFINITE:
        return False
    return singular(noun.text) in cue("party_noun") and noun.i - after <= 1
