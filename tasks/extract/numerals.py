"""Numerals: the numbers of an English text, in figures, words or both, and their values.

In: text. Out: each numeral with its span and value, in the order of the text. What does not belong here: what a number
counts, and whether it counts anything (`tasks.extract.amounts`).

Figures inside a word or a longer sign ("S-400", "G20", "10:30", "3/4", "14th", "1.2.3") are no numerals. Vague numbers
("hundreds of", "several thousand", "a few dozen") are none either: they have no value that the text states.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_UNITS = {
    word: float(value)
    for value, word in enumerate(
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
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        start=1,
    )
}
_TENS = {
    word: value * 10.0
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES = {
    "thousand": 1e3,
    "lakh": 1e5,
    "lakhs": 1e5,
    "lac": 1e5,
    "million": 1e6,
    "mln": 1e6,
    "mn": 1e6,
    "crore": 1e7,
    "crores": 1e7,
    "billion": 1e9,
    "bln": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "trln": 1e12,
    "tn": 1e12,
}
_LETTER_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_HUNDRED = 100.0
_DOZEN = 12.0

_GAP = r"[ \xa0\n-]{1,2}"
_WORDS = "|".join([*_UNITS, *_TENS, "hundred", "dozen", *_SCALES])
_SCALE_WORDS = "|".join(["hundred", "dozen", *_SCALES])
_FIGURES = r"\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMERAL = re.compile(
    rf"(?<![\w#/:,.'’])(?<![^\W\d][-–])(?P<sign>[-−+](?=\d))?(?P<figures>{_FIGURES})"
    rf"(?:(?P<letter>[kmbt])\b|(?P<scale>(?:[ \xa0\n-]{{0,2}}(?:{_SCALE_WORDS})\b){{1,2}})|(?![\w/:]|[.,]\d))"
    rf"|(?<![\w\-])(?P<half>half(?:{_GAP})an?{_GAP}(?:{_SCALE_WORDS})\b)"
    rf"|(?<![\w\-])(?P<words>(?:an?{_GAP}(?:{_SCALE_WORDS})|(?:{'|'.join([*_UNITS, *_TENS])}))\b"
    rf"(?:(?:{_GAP}and)?{_GAP}(?:{_WORDS}|a{_GAP}half)\b)*)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?:[-–]|[ \xa0\n](?:to|or)[ \xa0\n])")
_BETWEEN = re.compile(r"\bbetween\s$", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_VAGUE_BEFORE = re.compile(r"\b(?:several|few|couple|couple of|many)\s$", re.IGNORECASE)
_LOOK_BACK = 12


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written.

    Attributes:
        start: First character.
        end: One past the last character, a scale's letter ("40m") not counted.
        value: What it says; of a range ("10 to 15") the lower end.
        scale: The part of the value that scale words make (1000 in "two thousand").
        letter: The scale's letter glued to the figures, "" if none: millions after a currency, else metres perhaps.
        is_figures: Whether it starts with a digit or sign.
        is_signed: Whether it has a plus or minus.
    """

    start: int
    end: int
    value: float
    letter: str = ""
    scale: float = 1.0
    is_figures: bool = True
    is_signed: bool = False

    @property
    def scaled_value(self) -> float:
        """The value with the letter read as a scale."""
        return self.value * _LETTER_SCALES.get(self.letter.lower(), 1.0)


def find_numerals(text: str) -> tuple[Numeral, ...]:
    """The numerals of a text; a range is one numeral, a score or a span of years ("3-1", "2024-25") is none."""
    merged: list[Numeral] = []
    chain: list[Numeral] = []
    for match in _NUMERAL.finditer(text):
        numeral = _read(match)
        if chain and not _is_range(text, chain[-1], numeral):
            merged += _read_chain(chain)
            chain = []
        if chain or not _VAGUE_BEFORE.search(text, max(0, numeral.start - _LOOK_BACK), numeral.start):
            chain.append(numeral)
    return tuple(merged + _read_chain(chain))


def _is_range(text: str, first: Numeral, second: Numeral) -> bool:
    """Whether two numerals are joined as in "10-15", "10 to 15" or "between 10 and 15"."""
    end = first.end + len(first.letter)
    if _RANGE.fullmatch(text, end, second.start):
        return True
    is_between = _BETWEEN.search(text, max(0, first.start - _LOOK_BACK), first.start) is not None
    return is_between and second.start - end < _LOOK_BACK and text[end : second.start].split() == ["and"]


def _read(match: re.Match[str]) -> Numeral:
    start, end = match.span()
    if match["half"]:
        return Numeral(start, end, _scale_of(match["half"]) / 2, is_figures=False)
    if match["words"]:
        value, length = _evaluate(match["words"])
        scale = _scale_of(match["words"][:length])
        return Numeral(start, start + length, value, scale=scale, is_figures=False)
    value = float(match["figures"].replace(",", ""))
    if match["sign"] in {"-", "−"}:
        value = -value
    letter = match["letter"] or ""
    scale = _scale_of(match["scale"] or "")
    return Numeral(
        start, end - len(letter), value * scale, letter=letter, scale=scale, is_signed=bool(match["sign"])
    )


def _scale_of(words: str) -> float:
    """The product of the scales in some words: "lakh crore" is 1e12, "half a dozen" holds 12."""
    product = 1.0
    for word in _WORD.findall(words.lower()):
        product *= {"hundred": _HUNDRED, "dozen": _DOZEN, **_SCALES}.get(word, 1.0)
    return product


def _evaluate(words: str) -> tuple[float, int]:
    """The value of number words and how many characters of them make one number ("nineteen eighty" makes 19)."""
    total = current = 0.0
    end = 0
    for match in _WORD.finditer(words.lower()):
        word = match[0]
        if word in {"a", "an", "and"}:
            continue
        if word in _UNITS or word in _TENS:
            value = _UNITS.get(word) or _TENS[word]
            room = 10 if value < 10 and current % 100 >= 20 else 100
            if current % room:
                break
            current += value
        elif word == "half":
            current += 0.5
        elif word in {"hundred", "dozen"}:
            current = (current or 1) * (_HUNDRED if word == "hundred" else _DOZEN)
        elif total and not current:
            total *= _SCALES[word]  # "two lakh crore"
        else:
            total, current = total + (current or 1) * _SCALES[word], 0.0
        end = match.end()
    return total + current, end


def _read_chain(chain: list[Numeral]) -> list[Numeral]:
    """A numeral as it is, two as a range if they rise; more are a telephone number, a date or a code."""
    if len(chain) != 2:
        return chain if len(chain) == 1 else []
    first, second = chain
    lower, upper = first.scaled_value, second.scaled_value
    shared = second.scale * _LETTER_SCALES.get(second.letter.lower(), 1.0)
    if first.scale == 1 and not first.letter and lower * shared < upper:
        lower *= shared
    if lower >= upper:
        return []
    return [replace(first, end=second.end + len(second.letter), value=lower, letter="")]
