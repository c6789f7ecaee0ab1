"""Amounts: money, percentages and counts.

In: a parsed document and its mentions. Out: one `Amount` per number with what it measures, in the order of the text,
never overlapping. What does not belong here: how numbers are written (`tasks.extract.numerals`), the names of
currencies (`currencies`), which nouns are counted (`counted_nouns`, `elliptic_counts`), about and at least
(`approximations`), what an amount is of (`amount_events`), dates and durations (they are no amounts).

The unit of a count is its head noun in the singular. Of a range ("10 to 15 people") the value is the lower end; vague
numbers ("hundreds of people") are left out, and so are phrases that come back to known actors ("the two countries").
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.extract.annotations import Amount
from tasks.extract.approximations import OR_MORE, modifier_of
from tasks.extract.counted_nouns import counted_noun, measure_at
from tasks.extract.currencies import Currency, code_in, currency_after, currency_before
from tasks.extract.elliptic_counts import elliptic_count
from tasks.extract.lexicon import cue
from tasks.extract.numerals import Numeral, find_numerals, with_ascii_letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from spacy.tokens import Doc

    from tasks.extract.annotations import AmountKind, AmountModifier, Mention

_PERCENT = re.compile(
    r"[ \xa0]?%|[ \xa0\n-]{1,2}(?:percent(?:age[ \xa0\n-]points?)?|per[ \xa0\n]cent|pct)\b(?:[ \xa0\n]points?\b)?",
    re.IGNORECASE,
)
_LEAST_BARE_SUM = 100
_RANGE = re.compile(r"\s?[-–]\s?|\sto\s|\sor\s", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s$", re.IGNORECASE)
_CHANGE = re.compile(
    r"\b(?:from|by|up|down|rose|rises?|fell|falls?|gain(?:s|ed)?|lost|climbed|dropped|jumped|slipped|add(?:s|ed)|rais(?:ed|ing)"
    r"|cut|increased|decreased|lowered)\s(?:an?\s)?$",
    re.IGNORECASE,
)
"""Words between which and "to" an amount stands that is no end of a range: "rose $1.40 to $114.30"."""
_LOOK_BACK = 16


class _Reader:
    """One document while its amounts are read."""

    def __init__(self, doc: Doc, mentions: Sequence[Mention], published: date | None) -> None:
        self.doc = doc
        self.written = doc.text
        self.text = with_ascii_letters(self.written)
        """In which words are sought; what an amount's text is comes from what is written."""
        self.year = published.year if published else None
        self.token_starts = [token.idx for token in doc]
        self.countries: Mapping[str, int] = Counter(one.country for one in mentions if one.country)
        self.groups = {one.start: one.end for one in mentions if one.members}
        self.group_starts = sorted(self.groups)
        self.counts: list[tuple[int, Amount]] = []


def find_amounts(
    doc: Doc, mentions: Sequence[Mention] = (), *, published: date | None = None
) -> tuple[Amount, ...]:
    """The amounts of a document: money first where a number has a currency, then percentages, then counts.

    Args:
        doc: Its parsed text.
        mentions: Whom it mentions: their countries say which pesos are meant, and what comes back to a group of them
            counts nobody.
        published: When: roubles of 1985 have another code than those of today.
    """
    reader = _Reader(doc, mentions, published)
    amounts: list[Amount] = []
    position = 0
    changed: Numeral | None = None
    for numeral in find_numerals(reader.text):
        if numeral.start < position or not _is_finite(numeral):
            continue
        amount = _money(reader, numeral) or _percent(reader, numeral) or _count(reader, numeral)
        if amount is None or amount.start < position:
            changed = numeral if numeral.is_changed else None
            continue
        if changed is not None:
            amounts.append(_changed(reader, changed, numeral, amount))
        changed = None
        if amounts and (merged := _range_of(reader.written, amounts[-1], amount)):
            amounts[-1] = merged
        else:
            amounts.append(amount)
        position = amount.end
    return tuple(amounts)


def _is_finite(numeral: Numeral) -> bool:
    """Whether its figures are no longer than a number can be."""
    return math.isfinite(numeral.scaled_value) and math.isfinite(numeral.upper or 0.0)


def _money(reader: _Reader, numeral: Numeral) -> Amount | None:
    """The number with the currency before or after it; both are in the span where both are written."""
    text = reader.text
    end = numeral.end + len(numeral.letter)
    before, after = _currencies(text, numeral)
    if after and not before and after.is_ambiguous and not _may_be_money(text, numeral, after):
        return None
    currency = before or after
    if currency is None:
        return None
    start = before.start if before else numeral.start
    if after and (before is None or after.name == before.name):
        end = after.end
    code = code_in(currency, reader.countries, reader.year)
    return _made(reader, numeral, "money", (start, end), currency.name, currency=code, factor=currency.factor)


def _currencies(text: str, numeral: Numeral) -> tuple[Currency | None, Currency | None]:
    """The currency before a number and the one after it."""
    end = numeral.end + len(numeral.letter)
    return currency_before(text, numeral.start), currency_after(text, end)


def _may_be_money(text: str, numeral: Numeral, currency: Currency) -> bool:
    """Whether "pounds", "marks" or "won" are a currency here: with a scale, or with three figures, pounds without "of".

    "The 1,237 mark" is none: in the singular the name of a currency comes with a scale ("a 5 million pound deal").
    """
    is_weight = currency.name == "pound" and text[currency.end : currency.end + 4].split() == ["of"]
    is_singular_of_plural = text[currency.start : currency.end].endswith(("mark", "pound"))
    has_size = numeral.value >= _LEAST_BARE_SUM and not is_singular_of_plural
    return not is_weight and (numeral.scale >= 1000 or numeral.letter != "" or has_size)


def _percent(reader: _Reader, numeral: Numeral) -> Amount | None:
    match = None if numeral.letter else _PERCENT.match(reader.text, numeral.end)
    if match is None:
        return None
    unit = "percentage point" if "point" in match[0].lower() else "percent"
    return _made(reader, numeral, "percent", (numeral.start, match.end()), unit)


def _count(reader: _Reader, numeral: Numeral) -> Amount | None:
    """The number with the noun phrase that it counts."""
    doc, text = reader.doc, reader.text
    if numeral.letter or numeral.is_signed or _is_group(reader, numeral):
        return None
    gap = OR_MORE.match(text, numeral.end)
    end = gap.end() if gap else numeral.end
    first, after = bisect_left(reader.token_starts, numeral.start), bisect_left(reader.token_starts, end)
    if first >= after or first >= len(doc):
        return None
    following = text[end : end + 1]
    if following in {"-", "–"}:
        found = measure_at(doc, after + 1)
    elif following.isalpha():
        found = measure_at(doc, after)
    elif following.isspace() and after < len(doc):
        found = counted_noun(doc, numeral, first, after)
    else:
        found = None
    if found:
        noun = found.noun
        amount = _made(reader, numeral, "count", (numeral.start, noun.idx + len(noun)), found.unit)
        if noun.lower_ not in cue("measure_unit"):  # "14 people 20 km away, nine of whom"
            reader.counts.append((noun.i, amount))
        return amount
    elliptic = elliptic_count(doc, text, numeral, (first, after), reader.counts)
    if elliptic is None:
        return None
    amount = _made(reader, numeral, "count", (numeral.start, elliptic[0]), elliptic[1])
    reader.counts.append((after - 1, amount))
    return amount


def _is_group(reader: _Reader, numeral: Numeral) -> bool:
    """Whether the number stands in words that come back to several known actors."""
    at = bisect_left(reader.group_starts, numeral.end) - 1
    return at >= 0 and reader.groups[reader.group_starts[at]] >= numeral.end


def _made(
    reader: _Reader,
    numeral: Numeral,
    kind: AmountKind,
    span: tuple[int, int],
    unit: str,
    *,
    currency: str | None = None,
    factor: float = 1.0,
) -> Amount:
    start, end = span
    value = numeral.scaled_value if kind == "money" else numeral.value
    number_end = numeral.end + len(numeral.letter)
    return Amount(
        start=start,
        end=end,
        text=reader.written[start:end],
        kind=kind,
        value=_rounded(value * factor),
        upper=None if numeral.upper is None else _rounded(numeral.upper * factor),
        modifier=_modifier(reader, numeral, kind, (start, number_end, end)),
        unit=unit,
        currency=currency,
    )


def _modifier(
    reader: _Reader, numeral: Numeral, kind: AmountKind, places: tuple[int, int, int]
) -> AmountModifier | None:
    """About, at least or at most; nobody is about one ("clear about one thing")."""
    start, *ends = places
    modifier = modifier_of(reader.doc, reader.text, start, ends, reader.token_starts)
    return None if modifier == "about" and kind == "count" and numeral.value == 1 else modifier


def _changed(reader: _Reader, numeral: Numeral, becomes: Numeral, like: Amount) -> Amount:
    """A number whose unit is said with the next one, that it becomes: the 5 of "from 5 to 7 percent".

    Args:
        reader: The document.
        numeral: The number.
        becomes: The next one.
        like: What that measures.
    """
    before, after = _currencies(reader.text, becomes) if like.kind == "money" else (None, None)
    currency = before or after
    return replace(
        like,
        start=numeral.start,
        end=numeral.end,
        text=reader.written[numeral.start : numeral.end],
        value=_rounded(numeral.value * (currency.factor if currency else 1.0)),
        upper=None,
        modifier=None,
    )


def _range_of(text: str, first: Amount, second: Amount) -> Amount | None:
    """The range that two amounts make: "$2 billion to $3 billion", "between 5% and 7%"."""
    is_same = (first.kind, first.unit, first.currency) == (second.kind, second.unit, second.currency)
    if not is_same or first.kind == "count" or first.upper is not None or second.upper is not None:
        return None
    before = max(0, first.start - _LOOK_BACK), first.start
    if _BETWEEN.search(text, *before):
        is_joined = text[first.end : second.start].split() == ["and"]
    else:
        is_joined = bool(_RANGE.fullmatch(text, first.end, second.start)) and not _CHANGE.search(
            text, *before
        )
    if not is_joined or first.value >= second.value:
        return None
    span = text[first.start : second.end]
    return replace(first, end=second.end, text=span, upper=second.value)


def _rounded(value: float) -> float:
    """The value without the traces of binary multiplication: 16.1 billion is 16100000000.0."""
    return float(f"{value:.15g}")
