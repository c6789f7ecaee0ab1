"""Capitals of texts that were stored in lower case, as some archives did: without them no name is told from a noun.

In: a text. Out: the same characters with capitals where names, sentences and quotations begin, or the text itself if it
has capitals. What does not belong here: what the names are (`sightings`, `entities`).

A word is a name if English has no such word: neither it nor what its endings are taken from stands in the lists of the
language model's lemmatizer (WordNet's, 90,000 words) nor among its stop words. Names that are English words as well are
known to the lexicon or stay small.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.lookups import Lookups

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.extract.lexicon import Lexicon

_SAMPLE, _FEWEST_CAPITALS = 2000, 0.005
"""Characters that are looked at, and the share of capitals in them under which a text has none to speak of."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_BEGINS = re.compile(
    r"(?:(?:^|[.?!][\"\u201d\u2019']*\s+|\n\s*)[\"\u201c\u2018`']*|[,:]\s*[\"\u201c\u2018`']+)([^\W\d_])"
)
_APOSTROPHE = re.compile(r"['\u2019]")
_DAYS = frozenset(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "i"])
_MONTHS = frozenset(
    ["january", "february", "april", "june", "july", "august", "september", "october", "november", "december"]
)
_MONTH_OR_WORD = re.compile(r"\b(march|may)(?=\s+\d)")
_ALWAYS_SMALL = frozenset(
    [
        "and",
        "or",
        "nor",
        "of",
        "to",
        "than",
        "whom",
        "whose",
        "isn",
        "aren",
        "wasn",
        "weren",
        "don",
        "doesn",
        "didn",
        "won",
        "wouldn",
        "couldn",
        "shouldn",
        "hasn",
        "haven",
        "hadn",
        "ll",
        "ve",
        "re",
    ]
)
_VOWELS = frozenset("aeiouy")
_LONGEST_ACRONYM = 5


def has_no_capitals(text: str) -> bool:
    """Whether a text was stored in lower case."""
    start = text[:_SAMPLE]
    return sum(map(str.isupper, start)) < _FEWEST_CAPITALS * len(start)


def with_capitals(text: str, lexicon: Lexicon, model: Path | None) -> str:
    """The text with capitals, character by character the same otherwise.

    Args:
        text: An article's.
        lexicon: Its names are written as it has them.
        model: Folder of the language model; without its lists only the lexicon's names and sentences get capitals.
    """
    if not has_no_capitals(text):
        return text
    signs = list(text)
    words = _english(model) if model else None
    for match in _WORD.finditer(text):
        word = re.split(_APOSTROPHE, match[0].lower(), maxsplit=1)[0]
        if word in _DAYS or word in _MONTHS:
            _raise(signs, match.start())
        elif words is not None and len(word) > 1 and not words.knows(word):
            is_acronym = len(word) <= _LONGEST_ACRONYM and _VOWELS.isdisjoint(word)
            _raise(signs, match.start(), match.start() + (len(word) if is_acronym else 1))
    for name in lexicon.names_in_any_case.find(text):
        written = text[name.start : name.end]
        is_acronym = lexicon.names.get(written.title()) is None and written.isalpha()
        for part in _WORD.finditer(text, name.start, name.end):
            if is_acronym or part[0].lower() not in _ALWAYS_SMALL:
                _raise(signs, part.start(), part.end() if is_acronym else None)
    for match in [*_BEGINS.finditer(text), *_MONTH_OR_WORD.finditer(text)]:
        _raise(signs, match.start(1))
    return "".join(signs)


def _raise(signs: list[str], start: int, end: int | None = None) -> None:
    """Make characters capital, those whose capital is one character."""
    for index in range(start, start + 1 if end is None else end):
        capital = signs[index].upper()
        if len(capital) == 1:
            signs[index] = capital


class _English:
    """The words of the lemmatizer's lists, by base form, irregular form and ending."""

    def __init__(self, lookups: Lookups) -> None:
        """Gather the lists of all parts of speech."""
        self._bases: frozenset[str] = frozenset().union(*lookups.get_table("lemma_index").values())
        self._irregular: frozenset[str] = frozenset().union(*lookups.get_table("lemma_exc").values())
        rules = {tuple(rule) for part in lookups.get_table("lemma_rules").values() for rule in part}
        self._endings = sorted({*rules, ("ly", ""), ("ily", "y"), ("ers", ""), ("ers", "e"), ("er", "")})

    def knows(self, word: str) -> bool:
        """Whether a word in lower case is one of English."""
        if word in self._bases or word in self._irregular or word in STOP_WORDS or word in _ALWAYS_SMALL:
            return True
        return any(
            word.endswith(ending) and (word[: len(word) - len(ending)] + instead) in self._bases
            for ending, instead in self._endings
            if ending
        )


@lru_cache(maxsize=2)
def _english(model: Path) -> _English | None:
    """The lists of a language model, None if it has none."""
    folder = model / "lemmatizer" / "lookups"
    if not folder.is_dir():
        return None
    lookups = Lookups().from_disk(folder)
    return _English(lookups) if lookups.has_table("lemma_index") else None
