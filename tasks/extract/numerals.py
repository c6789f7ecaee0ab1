"""Numerals: the numbers of an English text, in figures, words or both, and their values.

In: text. Out: each numeral with its span and value, in the order of the text. What does not belong here: what a number
counts, and whether it counts anything (`tasks.extract.amounts`).

Cardinals in words ("one hundred and fifty thousand") are read by text2num. Ours is what newspapers write around them:
figures, "a" and "half a", dozens, lakhs and crores, abbreviated scales, ranges. Figures inside a word or a longer sign
("S-400", "G20", "10:30", "14th", "1.2.3") are no numerals. Vague numbers ("hundreds of", "several thousand", "a few
dozen") are none either: they have no value that the text states.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from text_to_num import text2num

from tasks.extract.lexicon import cue

_ONES = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "dozen": 12.0,
    "lakh": 1e5,
    "lakhs": 1e5,
    "lac": 1e5,
    "mln": 1e6,
    "mn": 1e6,
    "crore": 1e7,
    "crores": 1e7,
    "bln": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "trln": 1e12,
    "tn": 1e12,
}
_IN_CARDINALS = frozenset(f"{_ONES}|{_TENS}|hundred|thousand|million|billion|and".split("|"))
"""What the library reads; the words for larger and for other scales are ours."""
_LETTER_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_PARTS_OF_ONE = {"half": 2.0, "third": 3.0, "quarter": 4.0, "fifth": 5.0, "tenth": 10.0}
_SIGNS_OF_PARTS = {"¼": 0.25, "½": 0.5, "¾": 0.75}
_MOST_WORDS = 16
"""Words of one numeral: "nine hundred and ninety-nine million nine hundred ..." has fewer before it is a figure."""

_GAP = r"[ \xa0\n-]{1,2}"
_SCALE_WORDS = "|".join(_SCALES)
_WORDS = f"{_ONES}|{_TENS}|{_SCALE_WORDS}"
_SPACED = r"[1-9]\d{0,2}(?:[ \xa0\u202f]\d{3}){1,4}(?!\d)(?:\.\d+)?"
"""Thousands parted by spaces, no more of them than anybody writes."""
_FIGURES = r"\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_PARTS = r"[ \xa0-](?P<over>\d)/(?P<under>[1-9]\d?)(?![\w/])|(?P<part>[¼½¾])"
_PERCENT = r"(?:percent(?:age)?|per[ \xa0\n]cent|pct)\b"
_FRACTION = (
    rf"(?:half|(?:an?|one){_GAP}half|(?:an?|one|two|three){_GAP}(?:third|quarter|fifth|tenth)s?)(?:{_GAP}of)?"
    rf"(?:{_GAP}(?:an?|one|1))?(?:{_GAP}(?:{_SCALE_WORDS})\b|(?={_GAP}{_PERCENT}))"
)
"""A part of a scale or of one percent: "a quarter of a trillion", "half of 1 percent"; other parts are no numbers."""
_GLUED_UNITS = r"(?:k[mg]s?|mi|[mk]ph|lbs?|ha|ft|[kmgt]w|bpd)\b"
"""Measures that may stand without a space: "20km"."""
_NUMERAL = re.compile(
    rf"(?<![\w#/:,.'’])(?<![^\W\d][-–])(?P<sign>(?<![%)])[-−+](?=\d))?(?P<figures>(?P<spaced>{_SPACED})|{_FIGURES})(?:{_PARTS})?"
    rf"(?:(?P<letter>[kmbt])\b|(?P<scale>(?:[ \xa0\n-]{{0,2}}(?:{_SCALE_WORDS})\b){{1,2}})|(?={_GLUED_UNITS})|(?![\w/:]|[.,]\d))"
    rf"|(?<![\w#/:,.'’\-])(?P<small>\d/[1-9]\d?)(?={_GAP}(?:{_PERCENT}|points?\b))"
    rf"|(?<![\w\-])(?P<fraction>{_FRACTION})"
    rf"|(?<![\w\-])(?P<words>(?:an?{_GAP}(?:{_SCALE_WORDS})|(?:{_ONES}|{_TENS}))\b"
    rf"(?:(?:{_GAP}and)?{_GAP}(?:{_WORDS}|a{_GAP}half)\b){{0,{_MOST_WORDS}}})",
    re.IGNORECASE,
)
_WIDEST_RANGE = 1e5
"""Times the lower end; "1987 to 6.67 billion" is a year and a sum."""
_RANGE = re.compile(r"(?:[-–]|[ \xa0\n](?:to|or|from)[ \xa0\n])")
_CHANGE = re.compile(r"\bfrom\s$", re.IGNORECASE)
_RESULT = re.compile(r"\bto\s$", re.IGNORECASE)
_RANGE_FROM = re.compile(r"\b(?:rang(?:e[sd]?|ing)|var(?:y|ies|ied|ying)|anywhere)\sfrom\s$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s$", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"(?P<start>(?:^|[.!?:\n\"“”])\s*)?\b(?P<word>[^\W\d_]+\.?)\s$")
_FIGURES_BEFORE = re.compile(r"(?<!\d)(?:\d{1,3}|\d{5,})[ \xa0\u202f]$")
_FIGURES_AFTER = re.compile(r"[ \xa0\u202f]\d")
_CODE = re.compile(r"0\d")
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_VAGUE_BEFORE = re.compile(r"\b(?:several|few|couple|couple of|many)\s$", re.IGNORECASE)
_LOOK_BACK = 16
_LOOK_BACK_FOR_NAME = 32
_LETTERS_LIKE_ASCII = str.maketrans({"\u0131": "i", "\u0130": "I", "\u017f": "s", "\u212a": "K"})
"""All letters that a pattern which ignores case takes for ASCII ones: i without a dot, I with one, long s, the kelvin."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written.

    Attributes:
        start: First character.
        end: One past the last character, a scale's letter ("40m") not counted.
        value: What it says; of a range ("10 to 15") the lower end.
        upper: The upper end of a range.
        scale: The part of the value that scale words make (1000 in "two thousand").
        letter: The scale's letter glued to the figures, "" if none: millions after a currency, else metres perhaps.
        is_figures: Whether it starts with a digit or sign.
        is_signed: Whether it has a plus or minus.
        is_changed: Whether the next numeral says what it became, and its unit: "from 5 to 7 percent".
    """

    start: int
    end: int
    value: float
    upper: float | None = None
    letter: str = ""
    scale: float = 1.0
    is_figures: bool = True
    is_signed: bool = False
    is_changed: bool = False

    @property
    def scaled_value(self) -> float:
        """The value with the letter read as a scale."""
        return self.value * _LETTER_SCALES.get(self.letter.lower(), 1.0)


def with_ascii_letters(text: str) -> str:
    """A text, as long as before, in which every word that a pattern ignoring case matches can be looked up."""
    return text.translate(_LETTERS_LIKE_ASCII)


def find_numerals(text: str) -> tuple[Numeral, ...]:
    """The numerals of a text; a range is one numeral, a score or a span of years ("3-1", "2024-25") is none."""
    text = with_ascii_letters(text)
    merged: list[Numeral] = []
    chain: list[Numeral] = []
    position = 0
    while match := _NUMERAL.search(text, position):
        if match["spaced"] and (skipped := _no_number(text, match["spaced"], match.start("spaced"))):
            position = match.start("spaced") + skipped
            continue
        numeral = _read(match)
        position = max(numeral.end + len(numeral.letter), match.start() + 1)
        if chain and not _is_range(text, chain[-1], numeral):
            merged += _read_chain(text, chain)
            chain = []
        if chain or not _VAGUE_BEFORE.search(text, max(0, numeral.start - _LOOK_BACK), numeral.start):
            chain.append(numeral)
    return tuple(merged + _read_chain(text, chain))


def _no_number(text: str, spaced: str, start: int) -> int:
    """How many characters of figures parted by spaces belong to no number; none where they are one.

    What figures stand beside is a telephone number or a row of a table, unless they are a year ("in 2019 10 000 people").
    The first are told of the word before in "on May 3 300 people", "Flight 12 300 passengers"; a name before leaves
    open whether they are ("Boeing 737 800 passengers"), but thousands alone begin with a nought.
    """
    before = text[max(0, start - _LOOK_BACK_FOR_NAME) : start]
    if _FIGURES_BEFORE.search(before) or _FIGURES_AFTER.match(text, start + len(spaced)):
        return len(spaced)
    first, _, others = spaced.partition(" ")
    word = _WORD_BEFORE.search(before)
    if word is None or not others or others.startswith("0"):
        return 0
    lower = word["word"].lower()
    is_month = lower in cue("month_written") and not word["word"].islower()  # "at the march 12 300 people"
    if is_month or lower in cue("word_before_its_number"):
        return len(first)
    is_name = word["word"].istitle() and word["start"] is None
    return len(spaced) if is_name else 0


def _is_range(text: str, first: Numeral, second: Numeral) -> bool:
    """Whether two numerals are joined as in "10-15", "10 to 15" or "between 10 and 15"."""
    end = first.end + len(first.letter)
    if _RANGE.fullmatch(text, end, second.start):
        return True
    is_between = _BETWEEN.search(text, max(0, first.start - _LOOK_BACK), first.start) is not None
    return is_between and second.start - end < _LOOK_BACK and text[end : second.start].split() == ["and"]


def _read(match: re.Match[str]) -> Numeral:
    start, end = match.span()
    if match["fraction"]:
        return Numeral(start, end, _value_of_fraction(match["fraction"]), is_figures=False)
    if match["small"]:
        over, under = map(float, match["small"].split("/"))
        return Numeral(start, end, over / under)
    if match["words"]:
        value, length = _evaluate(match["words"])
        scale = _scale_of(match["words"][:length])
        return Numeral(start, start + length, value, scale=scale, is_figures=False)
    value = float(re.sub(r"[,\s]", "", match["figures"]))
    if match["over"]:
        value += float(match["over"]) / float(match["under"])
    value += _SIGNS_OF_PARTS.get(match["part"] or "", 0.0)
    if match["sign"] in {"-", "−"}:
        value = -value
    letter = match["letter"] or ""
    scale = _scale_of(match["scale"] or "")
    return Numeral(
        start, end - len(letter), value * scale, letter=letter, scale=scale, is_signed=bool(match["sign"])
    )


def _value_of_fraction(words: str) -> float:
    """What "three quarters of a million" says."""
    over = {"two": 2.0, "three": 3.0}.get(words.split(maxsplit=1)[0].partition("-")[0].lower(), 1.0)
    under = next(
        _PARTS_OF_ONE[part]
        for word in _WORD.findall(words.lower())
        if (part := word.removesuffix("s")) in _PARTS_OF_ONE
    )
    return over / under * _scale_of(words)


def _scale_of(words: str) -> float:
    """The product of the scales in some words: "lakh crore" is 1e12, "half a dozen" holds 12."""
    product = 1.0
    for word in _WORD.findall(words.lower()):
        product *= _SCALES.get(word, 1.0)
    return product


def _evaluate(text: str) -> tuple[float, int]:
    """The value of number words and how many characters of them make one number ("nineteen eighty" makes 19).

    Each part is a cardinal with its scales; a further part belongs to the number if it is smaller than the last scale:
    "five lakh twenty thousand".
    """
    matches = list(_WORD.finditer(text.lower()))[:_MOST_WORDS]
    words = [match[0] for match in matches]
    total, least, at = 0.0, float("inf"), 0
    while at < len(words):
        start = at + (bool(at) and words[at] == "and")
        value, scale, after = _part(words, start)
        if after == start or value >= least:
            break
        total, least, at = total + value, scale, after
    return total, matches[at - 1].end()


def _part(words: list[str], start: int) -> tuple[float, float, int]:
    """A cardinal, "and a half", and the scales after it: its value, its last scale, and the word after it."""
    value, at = _cardinal(words, start)
    last = _SCALES.get(words[at - 1], 1.0) if at > start else 1.0
    if at > start and words[at : at + 3] == ["and", "a", "half"]:
        value, at = value + last / 2, at + 3
    while at > start and at < len(words) and words[at] in _SCALES:
        last = _SCALES[words[at]]
        value, at = value * last, at + 1
    return value, last, at


def _cardinal(words: list[str], start: int) -> tuple[float, int]:
    """The longest cardinal that starts at a word, and the word after it; "a" is one."""
    is_article = words[start : start + 1] in (["a"], ["an"])
    first = start + is_article
    end = first
    while end < len(words) and words[end] in _IN_CARDINALS:
        end += 1
    for after in range(end, first, -1):
        if after < end and words[after] in _SCALES:
            continue  # "two hundred and three hundred" ends after the first hundred
        try:
            return float(text2num(" ".join(["one"] * is_article + words[first:after]), "en")), after
        except ValueError:
            continue
    return (1.0, first) if is_article else (0.0, start)


def _read_chain(text: str, chain: list[Numeral]) -> list[Numeral]:
    """A numeral as it is, two as a range if they rise; more are a telephone number, a date or a code ("007")."""
    if len(chain) != 2:
        return chain if len(chain) == 1 and not _CODE.match(text, chain[0].start) else []
    first, second = chain
    shared = second.scale * _LETTER_SCALES.get(second.letter.lower(), 1.0)
    lower, upper = first.scaled_value, second.scaled_value
    if first.scale == 1 and not first.letter and (lower * shared < upper or lower < min(shared, 1000)):
        lower *= shared
    before = max(0, first.start - _LOOK_BACK), first.start
    if "from" in text[first.end : second.start].lower():
        is_result = _RESULT.search(text, *before) is not None
        return [replace(first, value=lower, letter="", is_changed=True) if is_result else first, second]
    if _CHANGE.search(text, *before) and not _RANGE_FROM.search(text, *before):
        return [replace(first, value=lower, letter="", is_changed=True), second]
    if lower >= upper or lower * _WIDEST_RANGE < upper:
        return []
    return [replace(first, end=second.end + len(second.letter), value=lower, upper=upper, letter="")]
