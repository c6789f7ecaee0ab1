"""Numbers as news writes them: digits, words, fractions, years in words.

In: lower-case text of a numeral. Out: its value, or None. What does not belong here: units and dates.
"""

from __future__ import annotations

import re

from tasks.extract.timex.vocabulary import ONES, ORDINALS, TENS, VAGUE_NUMBERS, one_of

_MULTIPLIERS = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000}
_SMALL = one_of([*ONES, *TENS])
_WORD = one_of([*ONES, *TENS, *_MULTIPLIERS])
_DIGITS = r"\d{1,3}(?:,\d{3}){1,3}|\d{1,6}(?:\.\d{1,3})?"

# In these fragments a blank stands for any run of blanks and "~" for a blank or a hyphen (`recognition` expands
# them). A numeral in words has at most seven words, so that matching stays linear.
WORD_NUMBER = rf"(?:{_SMALL}|an?(?= (?:hundred|thousand|dozen|million)))(?:~(?:and )?{_WORD}){{0,6}}"
HALF = r"(?:~1/2|½| and a half|~and~a~half)"
NUMBER = rf"(?:(?:{_DIGITS}){HALF}?|half a dozen|(?:a|the) couple(?: of)?|couple of|{WORD_NUMBER}{HALF}?)"
VAGUE = one_of(VAGUE_NUMBERS)
YEAR_WORDS = (
    rf"(?:(?:sixteen|seventeen|eighteen|nineteen|twenty)~"
    rf"(?:hundred|oh~{one_of(ONES)}|{one_of(TENS)}(?:~{one_of(ONES)})?|{one_of(w for w, n in ONES.items() if n > 9)})"
    rf"|two thousand(?: (?:and )?{_SMALL}(?:~{one_of(ONES)})?)?)"
)


def number_value(text: str) -> float | None:
    """The value of a numeral; None if it is vague ("several") or no numeral."""
    words = re.sub(r"[\s-]+", " ", text.strip().lower().replace(",", ""))
    half = 0.0
    match = re.search(r"(?:\b1/2|½| and a half)$", words)
    if match:
        half = 0.5
        words = words[: match.start()].strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", words):
        return float(words) + half
    if "couple" in words:
        return 2.0
    if words == "half a dozen":
        return 6.0
    total = _words_value([word for word in words.split(" ") if word not in {"and", "of"}])
    return None if total is None else total + half


def ordinal_value(text: str) -> int | None:
    """The number of an ordinal, in digits or in words ("7th", "twenty-first")."""
    digits = re.fullmatch(r"(\d{1,3})(?:st|nd|rd|th)?", text)
    return int(digits[1]) if digits else ORDINALS.get(re.sub(r"\s+", "-", text))


def year_value(text: str, *, pivot: int) -> int | None:
    """The year that `text` writes in digits ("1998"), in two digits ("'98") or in words.

    Args:
        text: The year, lower case.
        pivot: Two digits mean the year of that ending at most 20 years after this one.
    """
    if re.fullmatch(r"\d{4}", text):
        return int(text)
    if re.fullmatch(r"'?\d{2}", text):
        year = pivot - pivot % 100 + int(text[-2:])
        return year if year <= pivot + 20 else year - 100
    words = re.split(r"[\s-]+", text)
    if words[0] == "two":
        rest = _words_value([word for word in words[2:] if word != "and"])
        return 2000 + (rest or 0)
    rest = 0 if words[1:] == ["hundred"] else _words_value([word for word in words[1:] if word != "oh"])
    century = ONES.get(words[0], TENS.get(words[0]))
    return None if century is None or rest is None else century * 100 + rest


def _words_value(words: list[str]) -> int | None:
    """The value of cardinal words read from left to right; None if one of them is no numeral."""
    total = current = 0
    for word in words:
        if word in {"a", "an"}:
            current = 1
        elif word in _MULTIPLIERS:
            current = max(current, 1) * _MULTIPLIERS[word]
            if word in {"thousand", "million"}:
                total, current = total + current, 0
        elif word in ONES or word in TENS:
            current += ONES.get(word, 0) + TENS.get(word, 0)
        else:
            return None
    return total + current if words else None
