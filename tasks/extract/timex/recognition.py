"""Recognition: which spans of a text have the form of a time expression.

In: text. Out: candidates, each a span, the form that matched and the words in its slots. A candidate does not say
when: values are `normalisation`'s business. Words that only look like dates are turned away by the caller's
`accept`, so that a shorter reading at the same place gets its chance.

At each word that can open an expression all forms are tried and the longest accepted reading wins. Forms are bounded
and the scan never goes back, so the work grows linearly with the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tasks.extract.timex.forms import ANY_FORM, FORMS, PREFIX
from tasks.extract.timex.vocabulary import (
    DAY_PARTS,
    DECADE_WORDS,
    FREQUENCIES,
    MONTH_ABBREVIATIONS,
    MONTH_NAMES,
    NAMED_DAYS,
    ONES,
    ORDINALS,
    SEASONS,
    TENS,
    UNIT_FORMS,
    VAGUE_NUMBERS,
    WEEKDAY_ABBREVIATIONS,
    WEEKDAY_NAMES,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The form of either side of a range, and the slot in which the sides differ.
_SIDES: Final = {
    "month_days": ("month_day", "day"),
    "days_month": ("day_month", "day"),
    "years": ("year", "year"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span with the form of a time expression.

    Attributes:
        start: First character, of what qualifies the expression ("early", "about") if that stands before it.
        core: First character of the form itself.
        end: One past the last character.
        form: The form's name in `FORMS`.
        slots: What fills the form's slots, lower case with single blanks; empty slots are absent.
    """

    start: int
    core: int
    end: int
    form: str
    slots: dict[str, str]


# The words that open an expression or stand second in it, beside those of `vocabulary`.
_FUNCTION_WORDS = (
    "each every per half some any many few several couple dozen hundred thousand once twice semi about around "
    "approximately roughly nearly almost over under only at more less fewer no as up well just circa another additional "
    "estimated extra further early late mid middle earlier later sometime beginning start end close turn eve height rest "
    "remainder latter part very while brief considerable opening closing final first initial remaining last next past coming "
    "previous preceding prior following ensuing subsequent intervening recent same current latest upcoming entire whole "
    "full comparable corresponding equivalent fiscal financial calendar like period time today yesterday tomorrow tonight "
    "overnight right now presently present currently nowadays moment recently most lately distant "
    "immediate foreseeable near nearer short medium long longer future soon shortly not someday"
)
_OPENING_WORDS: Final = frozenset(
    {
        *_FUNCTION_WORDS.split(),
        *(re.split(r"[ '-]", phrase)[0] for phrase in (*NAMED_DAYS, *VAGUE_NUMBERS, *ORDINALS)),
        *MONTH_NAMES, *MONTH_ABBREVIATIONS, *WEEKDAY_NAMES, *WEEKDAY_ABBREVIATIONS, *SEASONS, *DAY_PARTS, *UNIT_FORMS,
        *DECADE_WORDS, *FREQUENCIES, *ONES, *TENS, *(f"{day}s" for day in WEEKDAY_NAMES),
        *(f"{unit}long" for unit in UNIT_FORMS), "q", "h", "fy",
    }
)  # fmt: skip
_POINTERS: Final = frozenset({"the", "a", "an", "this", "that", "these", "those"})
# A word, a short year, or a number that is not the tail of a longer one or of an amount.
_WORD: Final = re.compile(r"(?<!\w)(?:[a-z]+|'\d)|(?<![\w.,:/$€£¥#%])(?<!\w-)\d{1,16}")
_SECOND_WORD: Final = re.compile(r"[ ]{1,4}'?([a-z]+|\d)")
_QUOTES: Final = "\u2018\u2019\u02bc"
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2212"
_BLANKS: Final = "\t\u00a0\u2009\u202f"
_FOLDED: Final = str.maketrans(
    _QUOTES + _DASHES + _BLANKS, "'" * len(_QUOTES) + "-" * len(_DASHES) + " " * len(_BLANKS)
)
_WRAPPED_LINE: Final = re.compile(r"(?<![\n\r])(?:\r\n|\n)(?![ \t]*[\n\r])")


def folded(text: str) -> str:
    """The text that forms are matched against: lower case, one kind of quotes and dashes, as long as the original.

    The end of a wrapped line becomes a blank; a blank line stays, so that no expression runs across paragraphs.
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    return _WRAPPED_LINE.sub(lambda match: " " * len(match[0]), lowered.translate(_FOLDED))


def candidates(text: str, accept: Callable[[Candidate], bool]) -> Iterator[Candidate]:
    """The accepted expressions of `text`, in order and not overlapping.

    Args:
        text: Any text.
        accept: Says of a reading whether it stands; the longest that stands is taken.
    """
    source = folded(text)
    end = 0
    for start in _openings(source):
        if start < end:
            continue
        found = next((reading for reading in readings(source, start) if accept(reading)), None)
        if found is not None:
            yield from _sides(source, found)
            end = found.end


def readings(source: str, start: int) -> Iterator[Candidate]:
    """All readings of folded text at `start`: those behind a prefix first, then the longest first."""
    prefix = PREFIX.match(source, start)
    cores = [start] if prefix is None or prefix.end() == start else [prefix.end(), start]
    for core in cores:
        if ANY_FORM.match(source, core) is None:
            continue
        matches = [(form, match) for form, pattern in FORMS.items() if (match := pattern.match(source, core))]
        for form, match in sorted(matches, key=lambda pair: -pair[1].end()):
            slots = {slot: _squeezed(words) for slot, words in match.groupdict().items() if words}
            yield Candidate(start, core, match.end(), form, slots)


def _openings(source: str) -> Iterator[int]:
    """Where an expression can begin: at its vocabulary, at a number, at an article or pointer before either."""
    for word in _WORD.finditer(source):
        if word[0] in _OPENING_WORDS or not word[0].isalpha():
            yield word.start()
        elif word[0] in _POINTERS:
            second = _SECOND_WORD.match(source, word.end())
            if second is not None and (second[1] in _OPENING_WORDS or second[1].isdigit()):
                yield word.start()


def _sides(source: str, candidate: Candidate) -> Iterator[Candidate]:
    """The two ends of a range ("May 3-5", "1998-2001") as an expression each; anything else as it is."""
    if candidate.form not in _SIDES:
        yield candidate
        return
    match = FORMS[candidate.form].match(source, candidate.core)
    assert match is not None  # noqa: S101 - the candidate was read at this place
    form, slot = _SIDES[candidate.form]
    slots = {name: words for name, words in candidate.slots.items() if name not in {"link", "last"}}
    last = match["last"]
    yield Candidate(candidate.start, candidate.core, match.start("link"), form, slots)
    slots = {**slots, slot: slots[slot][: -len(last)] + last if slot == "year" else last}
    yield Candidate(match.end("link"), match.end("link"), match.end(), form, slots)


def _squeezed(words: str) -> str:
    return " ".join(words.split())
