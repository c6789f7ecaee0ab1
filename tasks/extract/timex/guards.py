"""Guards: which readings are no time expressions, by the words and the syntax around them.

In: a candidate and the parsed words. Out: whether it stands. What belongs here: the false friends of English ("May"
the person and the modal, "March" the verb, "Sun" the newspaper, "2000 troops", "the second half" of a match, "his
20s"). A form without a guard always stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Token

    from tasks.extract.timex.recognition import Candidate
    from tasks.extract.timex.words import Words

_TEMPORAL_PREPOSITIONS: Final = frozenset(
    {
        "in", "on", "since", "until", "till", "by", "before", "after", "during", "through", "throughout", "between",
        "from", "to", "of", "for", "around", "about", "late", "early", "mid", "over", "into", "within", "as",
    }
)  # fmt: skip
_DATED: Final = frozenset(
    {"in", "of", "on", "since", "until", "till", "by", "before", "after", "from", "to", "around", "about"}
)
_SPANNED: Final = frozenset(
    {"for", "in", "over", "within", "after", "through", "during", "by", "until", "of", "than"}
)
_YEAR_PLACES: Final = _TEMPORAL_PREPOSITIONS | {"(", "and", "or", "-", ",", "the"}
# What a number of four digits counts, and what it numbers.
_MEASURES: Final = frozenset(
    {
        "%", "percent", "pct", "dollars", "euros", "pounds", "people", "troops", "soldiers", "men", "women",
        "children", "miles", "kilometers", "kilometres", "km", "feet", "meters", "metres", "tons", "tonnes",
        "barrels", "points", "gmt", "utc", "hours", "million", "billion", "thousand", "hundred", "dead", "killed",
        "wounded",
    }
)  # fmt: skip
_NUMBERED: Final = frozenset(
    {"no.", "no", "number", "page", "room", "flight", "route", "resolution", "channel", "$", "£", "€", "#"}
)
_AMOUNTS: Final = frozenset({"MONEY", "PERCENT", "QUANTITY"})
_PLURAL_TAGS: Final = frozenset({"NNS", "NNPS"})
_NAMES: Final = frozenset({"PERSON", "ORG", "GPE", "FAC", "PRODUCT", "NORP", "LOC"})
_VAGUE_FORMS: Final = frozenset({"present", "past", "future", "units", "unit"})
_TITLES: Final = frozenset({"ORG", "WORK_OF_ART", "EVENT", "LAW"})
_AMBIGUOUS_MONTHS: Final = frozenset({"may", "march", "mar", "august", "jan", "dec", "june", "april"})
_CALENDAR_UNITS: Final = frozenset(
    {"day", "week", "weekend", "month", "quarter", "year", "decade", "century", "period"}
)


def stands(candidate: Candidate, words: Words) -> bool:
    """Whether the candidate is a time expression."""
    guard = _GUARDS.get(candidate.form)
    return (guard is None or guard(candidate, words)) and _prefix_fits(candidate, words)


def without_article(candidate: Candidate, words: Words) -> int:
    """Where the expression begins: the article of "the two-week crisis" belongs to the noun behind it."""
    first = words.at(candidate.start)
    if first.dep_ == "det" and first.head.idx >= candidate.end and first.lower_ in {"the", "a", "an"}:
        return words.doc[first.i + 1].idx
    return candidate.start


def _prefix_fits(candidate: Candidate, words: Words) -> bool:
    """Whether what stands before the form qualifies it: "over a week" does, "over the weekend" and "about now" not."""
    if candidate.start == candidate.core:
        return True
    first = words.at(candidate.start)
    if first.lower_ in {"over", "under", "about", "around", "only", "up"} and candidate.form in _VAGUE_FORMS:
        return False
    return first.lower_ not in {"over", "under"} or (first.dep_ != "prep" and candidate.form == "quantity")


def _previous(candidate: Candidate, words: Words) -> str:
    token = words.before(candidate.start)
    return "" if token is None else token.lower_


def _next(candidate: Candidate, words: Words) -> str:
    token = words.after(candidate.end)
    return "" if token is None else token.lower_


def _slot_token(candidate: Candidate, words: Words, slot: str) -> Token:
    """The token in which a slot's words begin."""
    span = words.text[candidate.core : candidate.end].lower()
    return words.at(candidate.core + max(span.find(candidate.slots[slot].split()[0]), 0))


def _month(candidate: Candidate, words: Words) -> bool:
    """A month's name alone: a capital, and for names that are words or people's too, a place for a date."""
    token = _slot_token(candidate, words, "month")
    if not token.text[0].isupper():
        return token.lower_ not in _AMBIGUOUS_MONTHS and token.tag_ != "MD"
    if token.tag_ in {"MD", "VB", "VBP", "VBD"}:
        return False
    placed = (
        "which" in candidate.slots
        or candidate.core > candidate.start
        or _previous(candidate, words) in _TEMPORAL_PREPOSITIONS
    )
    if token.lower_ not in _AMBIGUOUS_MONTHS:
        return placed or token.ent_type_ not in _NAMES
    if token.dep_ in {"nsubj", "nsubjpass"} and "which" not in candidate.slots:
        return False  # "May said"
    return (placed and token.ent_type_ != "PERSON") or token.ent_type_ == "DATE"


def _month_with_number(candidate: Candidate, words: Words) -> bool:
    """A month needs a capital, and its number counts nothing behind it ("in May 3 people died")."""
    token = _slot_token(candidate, words, "month")
    if not token.text[0].isupper() and token.lower_.removesuffix(".") in _AMBIGUOUS_MONTHS:
        return False
    number = words.at(candidate.end - 1)
    if candidate.form in {"month_day", "month_days"} and "year" not in candidate.slots:
        counts = number.dep_ == "nummod" and number.head.i > number.i and number.head.tag_ in _PLURAL_TAGS
        return not counts and _next(candidate, words) not in _MEASURES
    return True


def _month_of_year(candidate: Candidate, words: Words) -> bool:
    token = _slot_token(candidate, words, "month")
    return token.text[0].isupper() or token.lower_ not in _AMBIGUOUS_MONTHS


def _weekday(candidate: Candidate, words: Words) -> bool:
    """Abbreviations need a capital; "the Sun." is a newspaper, and so is the "Sunday Mirror"."""
    token = _slot_token(candidate, words, "weekday")
    if candidate.slots["weekday"].endswith("."):
        return token.text[0].isupper() and candidate.slots.get("which") is None
    following = words.after(candidate.end)
    goes_on = following is not None and following.ent_iob_ == "I"
    return token.ent_type_ not in _TITLES or not (goes_on or token.ent_iob_ == "I")


def _day_of_month(candidate: Candidate, words: Words) -> bool:
    """A bare "on the 7th" has nothing behind it that it could count."""
    following = words.after(candidate.end)
    counts = following is not None and (
        following.tag_.startswith(("NN", "JJ", "CD")) or following.lower_ in {"of", "-"}
    )
    return not counts and _previous(candidate, words) in _DATED - {"of", "in"}


def _season(candidate: Candidate, words: Words) -> bool:
    """The season in "in the fall", not "the fall of the government"."""
    if "year" in candidate.slots or candidate.slots["which"] != "the":
        return candidate.slots["season"] not in {"fall", "spring"} or words.at(candidate.end - 1).tag_ != "VB"
    placed = candidate.core > candidate.start or _previous(candidate, words) in _SPANNED - {"of", "than"}
    return _next(candidate, words) != "of" and (placed or candidate.slots["season"] in {"summer", "winter"})


def _season_of_year(candidate: Candidate, words: Words) -> bool:
    return _slot_token(candidate, words, "season").tag_.startswith(("NN", "JJ"))


def _year(candidate: Candidate, words: Words) -> bool:
    """Four digits are a year unless they count, price, measure or name something."""
    token = words.at(candidate.end - 1)
    if "year" in words.text[candidate.core : candidate.end].lower() or not token.text[0].isdigit():
        return True
    previous, following = words.before(candidate.start), words.after(candidate.end)
    if following is not None and (following.lower_ in _MEASURES or following.tag_ == "CD"):
        return False
    if previous is not None and (previous.lower_ in _NUMBERED or previous.tag_ in {"$", "#"}):
        return False
    if token.dep_ == "nummod" and token.head.i > token.i and token.head.tag_ in _PLURAL_TAGS:
        return token.ent_type_ == "DATE" and not token.text.endswith("00")
    places = {"in", "since", "until", "before", "after"} if token.ent_type_ == "CARDINAL" else _YEAR_PLACES
    placed = previous is not None and previous.lower_ in places
    return token.ent_type_ == "DATE" or (placed and token.ent_type_ not in _AMOUNTS)


def _short_year(candidate: Candidate, words: Words) -> bool:
    return _previous(candidate, words) in _DATED


def _decade(candidate: Candidate, words: Words) -> bool:
    """Not ages ("in his 40s") and not degrees or scores."""
    written = candidate.slots["decade"]
    if written[0].isdigit() and len(written) > 3 and written[:2] in {"15", "16", "17", "18", "19", "20"}:
        return True
    owner = words.before(candidate.start)
    if owner is not None and (owner.tag_ in {"PRP$", "POS"} or owner.lower_ in {"upper", "lower"}):
        return False
    span = words.text[candidate.start : candidate.end].lower()
    return written.startswith("'") or span.startswith("the") or candidate.core > candidate.start


def _ordinal_period(candidate: Candidate, words: Words) -> bool:
    """A half needs its year (matches have halves too); a bare "last quarter" is that before this one."""
    slots = candidate.slots
    if "year" in slots or "year_before" in slots or "fiscal" in slots:
        return True
    if slots["unit"] == "half" or slots["ordinal"] == "last":
        return False
    return _OF_SOMETHING.match(words.text, candidate.end) is None


# "the third quarter of the match", but "of its fiscal year" and "a loss for the third quarter of $2 million".
_OF_SOMETHING: Final = re.compile(
    r"\s{1,4}of\s{1,4}(?!\W|\d|(?:its|the|their|this|that|his|her)\s(?:[\w-]+\s)?year)", re.IGNORECASE
)


def _coded_period(candidate: Candidate, words: Words) -> bool:
    """A capital Q, or an H with its year; "H1" alone is a visa."""
    written = words.text[candidate.core : candidate.end]
    lettered = "Q" in written or ("H" in written and "year" in candidate.slots)
    return lettered and _next(candidate, words) != "-"


def _named_day(candidate: Candidate, words: Words) -> bool:
    """The day itself, not what trees and parades are named after."""
    name = _slot_token(candidate, words, "name")
    return name.text[0].isupper() and words.at(candidate.end - 1).dep_ != "compound"


def _unit(candidate: Candidate, words: Words) -> bool:
    """Singular periods that the calendar has; a bare "the day" or "the minute" seldom is a date."""
    which, unit = candidate.slots["which"], candidate.slots["unit"]
    if unit not in _CALENDAR_UNITS or which in {"these", "those", "past", "coming"}:
        return False
    if which == "the":
        if unit == "day":
            return candidate.core > candidate.start
        return words.at(candidate.end - 1).dep_ != "compound" and _next(candidate, words) != "of"
    return True


def _day_part(candidate: Candidate, words: Words) -> bool:
    return candidate.slots["which"] != "the" or _previous(candidate, words) in _SPANNED


def _bare_clock(candidate: Candidate, words: Words) -> bool:
    """Digits with a colon are a time only where one is due; elsewhere they are scores and verses."""
    return _previous(candidate, words) in (_DATED | {"at"}) - {"in", "of", "to", "on"}


def _quantity(candidate: Candidate, words: Words) -> bool:
    """Not "a second", not "three quarters of"; the length must be one of time."""
    slots, unit = candidate.slots, candidate.slots["unit"]
    span = words.text[candidate.core : candidate.end].lower()
    if unit == "second":
        return "-second" in span
    if unit in {"quarter", "quarters"}:
        timed = "frame" in slots or "suffix" in slots or slots["count"] == "several"
        return timed or "consecutive" in span or "straight" in span
    if unit in {"min", "mins", "sec", "secs"}:
        return slots["count"][0].isdigit()
    return not (slots["count"] in {"some", "many", "few"} and not unit.endswith("s"))


def _units(candidate: Candidate, words: Words) -> bool:
    """Bare "years" after a preposition or with "ago"."""
    if "suffix" in candidate.slots or candidate.slots.get("frame", "the") != "the":
        return True
    if candidate.slots["unit"] == "quarters":
        return False
    return _previous(candidate, words) in _SPANNED - {"by", "until"}


def _frequency(candidate: Candidate, words: Words) -> bool:
    """The adverb: a "daily" is a newspaper, a "quarterly dividend" a kind of dividend."""
    return words.at(candidate.end - 1).tag_ == "RB"


def _present(candidate: Candidate, words: Words) -> bool:
    return _next(candidate, words) != "account" and words.at(candidate.start).tag_ != "NNP"


def _past(candidate: Candidate, words: Words) -> bool:
    """The noun in "in the past", not "the past president"."""
    span = words.text[candidate.core : candidate.end].lower()
    return not span.endswith("past") or words.at(candidate.end - 1).tag_ == "NN"


def _future(candidate: Candidate, words: Words) -> bool:
    """The adverb "soon" and "in the future"; not "as soon as", not "the future of" somebody."""
    span = words.text[candidate.start : candidate.end].lower()
    if span == "soon":
        return _previous(candidate, words) != "as" and _next(candidate, words) not in {"as", "after"}
    if span == "future":  # "future plans" are of no time, "his future" is a fate
        return False
    return _next(candidate, words) != "of"


_GUARDS: Final[dict[str, Callable[[Candidate, Words], bool]]] = {
    "month": _month,
    "month_day": _month_with_number,
    "day_month": _month_with_number,
    "month_days": _month_with_number,
    "days_month": _month_with_number,
    "month_of_year": _month_of_year,
    "weekday": _weekday,
    "day_of_month": _day_of_month,
    "season": _season,
    "season_of_year": _season_of_year,
    "year": _year,
    "short_year": _short_year,
    "decade": _decade,
    "ordinal_period": _ordinal_period,
    "coded_period": _coded_period,
    "year_coded_period": _coded_period,
    "named_day": _named_day,
    "unit": _unit,
    "day_part": _day_part,
    "bare_clock": _bare_clock,
    "quantity": _quantity,
    "units": _units,
    "frequency": _frequency,
    "present": _present,
    "past": _past,
    "future": _future,
}
