"""Amounts: money, percentages and counts.

In: a parsed document. Out: one `Amount` per number with what it measures, in the order of the text, never overlapping.
What does not belong here: how numbers are written (`tasks.extract.numerals`), the names of currencies
(`tasks.extract.currencies`), dates and durations (they are no amounts).

A count needs a noun in the plural (or "one" with a singular) that the number stands before: that, and not a list of
exceptions, keeps out years, ages, scores, articles and flight numbers. Its unit is the head noun in the singular. Of a
range ("10 to 15 people") the value is the lower end; vague numbers ("hundreds of people") are left out.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from tasks.extract.annotations import Amount
from tasks.extract.currencies import Currency, currency_after, currency_before
from tasks.extract.nouns import singular
from tasks.extract.numerals import Numeral, find_numerals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc, Token

_PERCENT = re.compile(
    r"[ \xa0]?%|[ \xa0\n-]{1,2}(?:percent(?:age[ \xa0\n-]points?)?|per[ \xa0\n]cent|pct)\b(?:[ \xa0\n]points?\b)?",
    re.IGNORECASE,
)
_MAX_NOUN_PHRASE = 8
"""Tokens from a number to its noun: "two Chinese-made anti-ship missile boats" has seven."""
_MODIFIER_TAGS = frozenset(
    {"JJ", "JJR", "JJS", "NN", "NNP", "NNPS", "NNS", "VBN", "VBG", "HYPH", "POS", "RB", "RBR"}
)
_PLURAL_TAGS = frozenset({"NNS", "NNPS"})
_WORDS_WITHOUT_PLURAL = frozenset(
    {"aircraft", "personnel", "staff", "cattle", "sheep", "spacecraft", "hovercraft", "police", "crew"}
    | {"km", "kg", "kph", "mph", "bpd", "mw", "gw", "ft"}
)
_FATES = frozenset({"dead", "wounded", "injured", "missing", "hurt", "homeless"})
_TIME_UNITS = frozenset(
    {
        "second",
        "minute",
        "hour",
        "day",
        "night",
        "week",
        "weekend",
        "fortnight",
        "month",
        "quarter",
        "year",
        "decade",
    }
    | {"century", "millennium", "morning", "evening", "afternoon", "hrs", "yrs", "o'clock", "time"}
)
_MONTHS = frozenset(
    {
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
    }
    | {
        "december",
        "jan",
        "jan.",
        "feb",
        "feb.",
        "mar.",
        "apr",
        "apr.",
        "jun.",
        "jul.",
        "aug",
        "aug.",
        "sep",
        "sep.",
    }
    | {"sept", "sept.", "oct", "oct.", "nov", "nov.", "dec", "dec."}
)
_CLOCK = frozenset({"a.m.", "p.m.", "am", "pm", "gmt", "utc", "o'clock"})
_NUMBERED = frozenset(
    {
        "article",
        "chapter",
        "section",
        "resolution",
        "flight",
        "phase",
        "page",
        "room",
        "number",
        "no.",
        "highway",
    }
    | {
        "route",
        "grade",
        "level",
        "division",
        "type",
        "category",
        "appendix",
        "annex",
        "clause",
        "paragraph",
        "age",
    }
    | {"aged", "version"}
)
"""Words after which a number is a name or an age."""
_NAMES_BEFORE_COUNTS = frozenset({"GPE", "NORP", "PERSON", "DATE", "TIME", "LOC"})
_NOT_COUNTED_AFTER = frozenset(
    {"no", "any", "every", "each", "this", "that", "the", "which", "some", "another", "not"}
)
_LEAST_BARE_SUM = 100
_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_BEFORE_YEARS = frozenset({"in", "since", "until", "of", "from", "during", "the"})
_PARTITIVE_DETERMINERS = frozenset({"the", "these", "those", "its", "their", "his", "her", "our", "all"})


def find_amounts(doc: Doc) -> tuple[Amount, ...]:
    """The amounts of a document: money first where a number has a currency, then percentages, then counts."""
    text = doc.text
    token_starts = [token.idx for token in doc]
    amounts: list[Amount] = []
    position = 0
    for numeral in find_numerals(text):
        if numeral.start < position or not math.isfinite(numeral.scaled_value):
            continue
        amount = _money(text, numeral) or _percent(text, numeral) or _count(doc, text, numeral, token_starts)
        if amount and amount.start >= position:
            amounts.append(amount)
            position = amount.end
    return tuple(amounts)


def _money(text: str, numeral: Numeral) -> Amount | None:
    """The number with the currency before or after it; both are in the span where both are written."""
    end = numeral.end + len(numeral.letter)
    before = currency_before(text, numeral.start)
    after = currency_after(text, end)
    if after and not before and after.is_ambiguous and not _may_be_money(text, numeral, after):
        return None
    currency = before or after
    if currency is None:
        return None
    start = before.start if before else numeral.start
    if after and (before is None or after.name == before.name):
        end = after.end
    return Amount(
        start=start,
        end=end,
        text=text[start:end],
        kind="money",
        value=_rounded(numeral.scaled_value * currency.factor),
        unit=currency.name,
        currency=currency.code,
    )


def _may_be_money(text: str, numeral: Numeral, currency: Currency) -> bool:
    """Whether "pounds", "marks" or "won" are a currency here: with a scale, or with three figures and no "of".

    "The 1,237 mark" is none: in the singular the name of a currency comes with a scale ("a 5 million pound deal").
    """
    is_weight = text[currency.end : currency.end + 4].split() == ["of"]
    is_singular_of_plural = text[currency.start : currency.end].endswith(("mark", "pound"))
    has_size = numeral.value >= _LEAST_BARE_SUM and not is_singular_of_plural
    return not is_weight and (numeral.scale >= 1000 or numeral.letter != "" or has_size)


def _percent(text: str, numeral: Numeral) -> Amount | None:
    match = None if numeral.letter else _PERCENT.match(text, numeral.end)
    if match is None:
        return None
    unit = "percentage point" if "point" in match[0].lower() else "percent"
    end = match.end()
    return Amount(
        start=numeral.start,
        end=end,
        text=text[numeral.start : end],
        kind="percent",
        value=_rounded(numeral.value),
        unit=unit,
    )


def _count(doc: Doc, text: str, numeral: Numeral, token_starts: Sequence[int]) -> Amount | None:
    """The number with the noun phrase that it counts."""
    if numeral.letter or numeral.is_signed:
        return None
    first, after = bisect_left(token_starts, numeral.start), bisect_left(token_starts, numeral.end)
    if after >= len(doc) or first >= after or not text[numeral.end : numeral.end + 1].isspace():
        return None
    noun = _counted_noun(doc, after, is_one=numeral.value == 1)
    if noun is None or _is_no_count(doc, numeral, first, noun):
        return None
    end = noun.idx + len(noun)
    return Amount(
        start=numeral.start,
        end=end,
        text=text[numeral.start : end],
        kind="count",
        value=_rounded(numeral.value),
        unit=singular(noun.text),
    )


def _counted_noun(doc: Doc, start: int, *, is_one: bool) -> Token | None:
    """The head of the noun phrase that goes on at a token: its last noun, in the plural unless one is counted."""
    if doc[start].lower_ == "of":
        start += 1
        if is_one or start >= len(doc) or doc[start].lower_ not in _PARTITIVE_DETERMINERS:
            return None
        start += 1
    noun: Token | None = None
    for token in doc[start : start + _MAX_NOUN_PHRASE]:
        if token.text == "\n" and token.i + 1 < len(doc) and doc[token.i + 1].is_lower:
            continue  # a wrapped line
        is_fate = token.lower_ in _FATES
        is_type_number = token.tag_ == "CD" and not token.text.isalpha() and not token.text.isdigit()
        if (
            not (is_fate or is_type_number or token.tag_ in _MODIFIER_TAGS)
            or token.is_space
            or token.lower_ in _CLOCK
        ):
            break
        if token.tag_ in _PLURAL_TAGS or token.lower_ in _WORDS_WITHOUT_PLURAL or is_fate:
            noun = token
        elif noun is not None and noun.lower_ not in _FATES and token.tag_ != "NN":
            break
        elif is_one and token.tag_ == "NN":
            noun = token
    return noun


def _is_no_count(doc: Doc, numeral: Numeral, first: int, noun: Token) -> bool:
    """Whether a number before a noun is a time, a year, a date or part of a name."""
    if singular(noun.text) in _TIME_UNITS:
        return True
    if not first:
        return False
    before = doc[first - 1]
    if before.lower_ == "in" and first > 1 and doc[first - 2].like_num:
        return True  # "one in four voters" is a share
    if (
        before.lower_ in _MONTHS
        or before.lower_ in _NUMBERED
        or (numeral.value == 1 and before.lower_ in _NOT_COUNTED_AFTER)
    ):
        return True
    if not numeral.is_figures:
        return False
    is_in_name = before.tag_ in {"NNP", "NNPS"} and before.ent_type_ not in _NAMES_BEFORE_COUNTS
    return is_in_name or _is_year(doc, numeral, first)


def _is_year(doc: Doc, numeral: Numeral, first: int) -> bool:
    """Whether four figures without a comma are a year, by the word before or by what the model reads."""
    token = doc[first]
    if not (len(token) == 4 and token.is_digit and _FIRST_YEAR <= numeral.value <= _LAST_YEAR):
        return False
    return token.ent_type_ == "DATE" or doc[first - 1].lower_ in _BEFORE_YEARS


def _rounded(value: float) -> float:
    """The value without the traces of binary multiplication: 16.1 billion is 16100000000.0."""
    return float(f"{value:.15g}")
