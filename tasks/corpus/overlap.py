"""Whether a sentence of the corpus stands elsewhere: runs of words that it shares with other texts.

In: sentences, and texts that none of them may come from. Out: the runs of eight words that occur in both, once names,
numbers and formulas of office are taken out of both. Eight common words in a row are no accident.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

RUN = 8
FORMULAS = (
    "told a news conference",
    "told reporters",
    "said in a statement",
    "said on condition of anonymity",
    "on condition of anonymity",
    "who declined to be identified",
    "foreign ministry spokesman",
    "foreign ministry spokeswoman",
    "ministry spokesman",
    "prime minister",
    "deputy prime minister",
    "foreign minister",
    "defence minister",
    "secretary of state",
    "secretary general",
    "secretary-general",
    "vice president",
    "member of parliament",
    "the united nations security council",
    "security council",
)
"""Formulas of office and of reporting that every agency writes; they are taken out before runs are compared."""

_ENDING = frozenset('.!?"“\n')
"""What stands before a sentence's first word."""
_WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
_NUMBER_WORDS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "dozen",
        "dozens",
        "hundred",
        "hundreds",
        "thousand",
        "thousands",
        "million",
        "millions",
        "billion",
        "billions",
        "trillion",
        "first",
        "second",
        "third",
        "percent",
    ]
)
_FORMULA = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, FORMULAS), key=len, reverse=True)) + r")\b", re.IGNORECASE
)

Run = tuple[str, ...]


def shared_runs(sentences: Iterable[str], texts: Iterable[str]) -> dict[Run, tuple[str, str]]:
    """Runs of `RUN` words of the sentences that occur in the texts as well.

    Returns:
        By run: the sentence, and the beginning of the text.
    """
    owner: dict[Run, str] = {}
    for sentence in sentences:
        for run in runs_of(sentence):
            owner.setdefault(run, sentence)
    found: dict[Run, tuple[str, str]] = {}
    for text in texts:
        for run in runs_of(text):
            if run in owner:
                found.setdefault(run, (owner[run], text[:80]))
    return found


def runs_of(text: str) -> Iterator[Run]:
    """Runs of words of a text without names, numbers and formulas, in lower case."""
    words = [word.lower() for word in _words(_FORMULA.sub(" ", text.replace("’", "'")))]
    return runs_in(words, RUN)


def runs_in(words: Sequence[str], length: int) -> Iterator[Run]:
    """Every run of so many words that follow each other; none if there are fewer."""
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def _words(text: str) -> Iterator[str]:
    """Words that are neither names (a capital inside a sentence) nor numbers."""
    starts = True
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        starts = starts or (gap != " " and not _ENDING.isdisjoint(gap))
        word, end = match[0], match.end()
        has_digit = not word.isalpha() and any(letter.isdigit() for letter in word)
        is_number = has_digit or word.lower() in _NUMBER_WORDS
        is_name = word[0].isupper() and not starts
        starts = False
        if not is_number and not is_name:
            yield word
