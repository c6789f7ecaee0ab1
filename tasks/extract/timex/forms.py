"""The written forms of English time expressions, as a table of regexes with named slots.

What belongs here: which words may stand together. What does not: finding them in a text (`recognition`) and what
they mean (`normalisation`, which has one rule per form).

The notation: text is lower case; a blank stands for up to four blanks, "~" for blanks or a hyphen. Every repetition
is bounded. A slot's name says what it holds: `month`, `day`, `year`, `weekday`, `unit`, `count`; `which` is the
determiner that points ("last", "this", "the following"), `suffix` the adverb that shifts ("ago", "later").
"""

from __future__ import annotations

import re
from typing import Final

from tasks.extract.timex.numerals import NUMBER, VAGUE, YEAR_WORDS
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
    UNIT_FORMS,
    WEEKDAY_ABBREVIATIONS,
    WEEKDAY_NAMES,
    one_of,
)

# Before a form: how exactly it is meant ("about", "at least") and which end of it ("early", "the end of").
APPROXIMATION: Final = (
    r"(?:about|around|approximately|roughly|nearly|almost|over|under|only|at least|at most|more than|less than|"
    r"fewer than|no (?:more|less|fewer|later|earlier) than|as (?:much|many|little|long|early|late) as|up to|well over|"
    r"just (?:over|under)|circa|an? (?:additional|estimated|extra|further)|another|an entire)"
)
PHASE: Final = (
    r"(?:(?:the )?(?:very )?(?:early|late|mid|middle)~(?:(?:in|on) )?|(?:earlier|later|sometime) (?:(?:in|on) )?|"
    r"(?:the )?(?:very )?(?:beginning|start|end|middle|close|turn|eve|height|rest|remainder|(?:first|latter|"
    r"early|late|later) part) of )"
)

_MONTH = rf"(?:{one_of(MONTH_NAMES)}|{one_of(MONTH_ABBREVIATIONS)}\b\.?)"
_WEEKDAY = rf"(?:{one_of(WEEKDAY_NAMES)}|{one_of(WEEKDAY_ABBREVIATIONS)}\.)"
_DAY_NUMBER = r"(?:3[01]|[12]\d|0?[1-9])"
_NTH = rf"(?:{_DAY_NUMBER}(?:st|nd|rd|th)|{one_of(ORDINALS)})"
_DAY = rf"(?:{_DAY_NUMBER}(?:st|nd|rd|th)?(?![\d%]|[.,:]\d)|{one_of(ORDINALS)})"
_YEAR = rf"(?:(?:1\d|2[01])\d\d(?![\d%]|[.,]\d)|'\d\d(?!\d|s)|{YEAR_WORDS})"
_SOLE_YEAR = rf"(?:(?:1[5-9]|20)\d\d(?![\d%]|[.,]\d)|{YEAR_WORDS})"
_FISCAL = r"(?:fiscal|financial|calendar)"
_WHOSE_YEAR = rf"(?:this|last|next|that|the|the (?:previous|following|preceding|prior|same|current|coming|past)) (?:{_FISCAL} )?year"
YEAR_REFERENCE: Final = rf"(?:{_WHOSE_YEAR}|a year (?:ago|earlier|before)|(?:the )?(?:{_FISCAL} )?(?:year )?{_YEAR}|{_FISCAL}~{_YEAR}|fy(?:-| )?(?:{_YEAR}|\d\d))"
_OF_YEAR = rf"(?:(?:,| of| in)? (?P<year>{YEAR_REFERENCE}))"
_WHICH = (
    r"(?:this (?:past|coming|last)|this|last|next|past|coming|that|these|those|"
    r"the (?:previous|following|preceding|prior|same|current|next|past|last|coming|latest|upcoming|entire|whole|full)|the)"
)
_PART = one_of(DAY_PARTS)
_DAY_PART = rf"(?:(?:early|late|mid)~)?{one_of(part for part in DAY_PARTS if not part.endswith('s'))}"
_SEASON = one_of(SEASONS)
_UNIT = one_of(UNIT_FORMS)
_PLURAL = "(?:years|months|weeks|days|decades|centuries|hours|minutes|quarters)"
_COUNT = rf"(?:{NUMBER}|{VAGUE}|half~an?|an?)"
# "three days before" shifts only where nothing follows that it would be before.
_SHIFT = r"(?:ago|earlier|later|from now|hence|previously|afterwards?|beforehand|(?:before|after|prior)(?=[.,;:!?)\"]|\n|$))"
_QUARTER = r"(?:first|second|third|fourth|1st|2nd|3rd|4th|final|last)"

_ZONE_NAME = r"(?:gmt|utc|[ecmp][sd]t|cest|cet|bst|ist|jst|kst|msk|eastern(?: time)?|local(?: time)?)\b"
# A zone stands behind its time, or in brackets with that time in another zone: "3 p.m. (1200 GMT)".
_ZONE = rf"(?:(?: )?{_ZONE_NAME}| \((?:\d{{1,2}}[:.]?\d\d )?{_ZONE_NAME}\))"
_TWELVE = r"(?:1[0-2]|0?[1-9])"
_CLOCK = (
    rf"(?:{_TWELVE}(?:[:.][0-5]\d)?(?: )?[ap](?:\.m\.|m\b){_ZONE}?"
    rf"|(?:[01]?\d|2[0-4])[:.]?[0-5]\d(?: hours| hrs)?{_ZONE}"
    r"|(?:[01]\d|2[0-4]):?[0-5]\d (?:hours|hrs)"
    rf"|(?:{one_of(ONES)}|{_TWELVE}) o'clock(?: in the (?:morning|afternoon|evening)| at night)?"
    r"|noon|midnight)"
)
_DATE = rf"(?:(?:{_WEEKDAY},? (?:the )?)?(?:{_MONTH} (?:the )?{_DAY}|(?:the )?{_DAY} (?:of )?{_MONTH})(?:,?(?: of)? {_YEAR})?)"
_DEICTIC = r"(?:the day (?:before yesterday|after tomorrow)|today|yesterday|tomorrow)"
_ANY_DAY = rf"(?:{_DEICTIC}|{_DATE}|(?:{_WHICH} )?{_WEEKDAY})"

_CALENDAR_FORMS = {
    "iso": r"(?P<date>\d{4}-\d\d-\d\d|\d{4}/\d\d/\d\d)(?:(?:t| )(?P<clock>[0-2]\d:[0-5]\d)(?::[0-5]\d)?z?)?(?!-)",
    "numeric": r"(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)(?![/.-]?\d)",
    "month_day": rf"(?:(?:{_WHICH} )?{_WEEKDAY},? )?(?:(?P<which>{_WHICH}) )?(?P<month>{_MONTH}) (?:the )?(?P<day>{_DAY}){_OF_YEAR}?",
    "day_month": rf"(?:(?:{_WHICH} )?{_WEEKDAY},? )?(?:the )?(?:(?P<day>{_DAY_NUMBER}(?:st|nd|rd|th)?)(?: of)?|(?P<nth>{_NTH}) of) (?:(?P<which>{_WHICH}) )?(?P<month>{_MONTH}){_OF_YEAR}?",
    "month_days": rf"(?P<month>{_MONTH}) (?P<day>{_DAY})(?P<link>(?: )?-(?: )?| to | through | and )(?P<last>{_DAY}){_OF_YEAR}?",
    "days_month": rf"(?:the )?(?P<day>{_DAY})(?P<link>(?: )?-(?: )?| to | and )(?:the )?(?P<last>{_DAY}) (?:of )?(?P<month>{_MONTH}){_OF_YEAR}?",
    "month_of_year": rf"(?:the )?(?P<month>{_MONTH}){_OF_YEAR}",
    "month": rf"(?:(?P<which>{_WHICH}) )?(?P<month>{one_of(MONTH_NAMES)}|{one_of(MONTH_ABBREVIATIONS)}\.)",
    "day_of_month": rf"the (?P<day>{_DAY_NUMBER}(?:st|nd|rd|th))",
    "named_day": rf"(?:(?P<which>{_WHICH}) )?(?P<name>{one_of(NAMED_DAYS)}){_OF_YEAR}?",
    "season": rf"(?P<which>{_WHICH}) (?:(?:early|late|mid)~)?(?P<season>{_SEASON}){_OF_YEAR}?",
    "season_of_year": rf"(?P<season>{_SEASON}){_OF_YEAR}",
    "ordinal_period": (
        rf"(?:the )?(?:(?P<year_before>{_YEAR}|(?:this|last|next) year's|(?:the )?(?:previous|same) year's) )?"
        rf"(?P<shift>year-(?:ago|earlier) )?(?P<fiscal>fiscal~)?(?P<ordinal>{_QUARTER})~(?P<unit>quarter|half)(?! of an? |~finals?)"
        rf"(?:(?:,| of| in)? (?P<year>{YEAR_REFERENCE}))?"
    ),
    "coded_period": rf"(?P<unit>q|h)(?P<ordinal>[1-4])(?:(?:,| of)?(?:~)?(?P<year>{YEAR_REFERENCE}))?",
    "year_coded_period": rf"(?P<year>{_YEAR})~(?P<unit>q|h)(?P<ordinal>[1-4])",
    "part_of_period": (
        rf"(?:the )?(?P<ordinal>first|second|third|fourth|last|final|opening|closing) (?:(?P<count>{NUMBER}|{VAGUE}) )?"
        rf"(?P<unit>day|week|weekend)s? of (?P<whole>(?:{_MONTH}{_OF_YEAR.replace('?P<year>', '?:')}?|{YEAR_REFERENCE}|(?:this|last|next|the|that) month))"
    ),
    "year": rf"(?:(?:the )?(?:{_FISCAL} )?year )?(?P<year>{_SOLE_YEAR})",
    "named_year": rf"(?:the )?(?:calendar )?year (?P<year>{_YEAR})",
    "short_year": r"(?P<year>'\d\d)(?!\d|'?s)",
    "years": r"(?P<year>(?:1[5-9]|20)\d\d)(?P<link>-)(?P<last>(?:1[5-9]|20)\d\d|\d\d)(?![\d%-]|[.,]\d)",
    "fiscal_year": rf"(?:the )?(?:(?:fiscal|financial)~(?:year )?(?P<year>{_YEAR})|fy(?:-| )?(?P<short>{_YEAR}|\d\d)|(?P<before>{_YEAR}) (?:fiscal|financial) year)",
    "decade": rf"(?:the )?(?:(?:early|late|mid)~)?(?P<decade>(?:1[5-9]|20)\d0'?s|'?[2-9]0'?s|{one_of(DECADE_WORDS)})",
    "century": rf"(?:the )?(?:(?:early|late|mid)~)?(?P<ordinal>{_NTH})~century",
}  # fmt: skip

_POINTING_FORMS = {
    "weekday": (
        rf"(?:(?P<which>{_WHICH}) )?(?P<weekday>{_WEEKDAY})(?:,? the {_DAY_NUMBER}(?:st|nd|rd|th))?(?:(?: |'s )(?P<part>{_DAY_PART}))?"
    ),
    "weekday_of_week": rf"(?P<weekday>{_WEEKDAY}) (?:of )?(?P<which>last|next|this) week",
    "deictic_day": rf"(?P<word>{_DEICTIC})(?:(?: |'s )(?P<part>{_DAY_PART}))?",
    "unit": rf"(?P<which>{_WHICH}) (?P<full>full |whole |entire )?(?P<fiscal>fiscal |financial )?(?P<unit>{_UNIT}|period)",
    "numbered_period": rf"(?:the )?(?P<year>{_YEAR}) (?P<unit>quarter|period|half)",
    "compared_period": (
        r"(?:the )?(?:(?:comparable|corresponding|equivalent) )?(?:(?P<shift>year|month|week)-(?:ago|earlier|before)|same|comparable|"
        r"corresponding|equivalent|(?P<year>last|this|next) year's) (?:(?:three|six|nine|12|twelve)(?: |-))?(?P<unit>quarter|period|month|months|week|day|time|half)"
        rf"(?:(?: of)? (?P<when>{YEAR_REFERENCE}|the year (?:before|earlier)))?"
        r"|(?:the )?(?:quarter|period|month) (?P<back>a year (?:ago|earlier|before))"
    ),
    "unit_ago": r"(?:(?:the|an?) )?(?P<unit>year|month|week)-(?:ago|earlier|before)",
    "unit_end": r"(?:(?:the|this|last|next) )?(?P<unit>year|month|week|quarter)(?:~|'s )end",
}  # fmt: skip

_CLOCK_FORMS = {
    "time_of_day": rf"(?P<time>(?:the )?{_DAY_PART}|{_CLOCK})(?:,? on|,| of)? (?P<day>{_ANY_DAY})",
    "day_at_time": rf"(?P<day>{_ANY_DAY})(?:,? at|,)? (?P<time>{_CLOCK})",
    "clock": rf"(?P<time>{_CLOCK})",
    "bare_clock": r"(?P<time>(?:[01]?\d|2[0-3]):[0-5]\d)(?![:\d])",
    "day_part": rf"(?P<which>this|that|last|the (?:previous|following|next|same)|the) (?:(?:early|late|mid)~)?(?P<part>{_PART})",
    "sole_day_part": r"(?:mid~(?P<part>morning|afternoon|day)|(?P<night>(?:over|to)night))",
}  # fmt: skip

_QUANTITY_FORMS = {
    "quantity": (
        rf"(?:(?P<frame>(?:the|these|those|this|each of the) (?:past|last|previous|preceding|prior|latest|next|coming|following|ensuing|"
        r"subsequent|first|initial|final|opening|year-(?:ago|earlier)|remaining)|the|these|those|past|last|next|first) )?"
        rf"(?P<count>{_COUNT})(?:(?: to |-| or )(?P<to>{NUMBER}))?(?: more| additional| consecutive| straight| successive| full| whole| long| further|"
        rf" other| trading| business| working| calendar| entire| solid)?~(?P<unit>{_UNIT})(?P<half> and a half)?(?: or (?:so|more|two))?"
        rf"(?:~old\b|-long\b|'(?= time\b)(?P<time> time)| (?P<suffix>{_SHIFT})(?! than\b))?"
    ),
    "units": (
        rf"(?P<frame>(?:(?:the|these) )?(?:recent|coming|past|upcoming|last|next|ensuing|intervening|early|following|later|previous) |the )?"
        rf"(?P<unit>{_PLURAL})(?: (?:and|or) (?:years|months|weeks|decades))?(?: (?P<suffix>{_SHIFT}|ahead|to come)(?! than\b))?"
    ),
    "long_unit": r"(?:(?P<unit>year|month|week|day|hour|decade|century)-?long|(?P<units>years|months|weeks|days|decades|centuries|hours)-?(?:long|old))",
    "spell": r"(?:some|a (?:short|long|brief|considerable)) (?:time|while)(?! ago)|a while(?! ago)",
    "every": (
        rf"(?:every|each)(?: (?P<count>other|second|{NUMBER}))? (?:(?P<weekday>{one_of(WEEKDAY_NAMES)})(?: (?P<part>{_DAY_PART}))?|"
        rf"(?P<month>{one_of(MONTH_NAMES)})|(?P<season>{_SEASON})|(?P<day_part>morning|afternoon|evening)|(?P<unit>{_UNIT}))"
    ),
    "weekdays": rf"(?P<weekday>{one_of(WEEKDAY_NAMES)})(?:s|'?s?~(?P<part>mornings|afternoons|evenings|nights))",
    "frequency": rf"(?:(?:twice|semi)~)?(?P<word>{one_of(FREQUENCIES)})",
    "rate": rf"(?:per|once an?|twice an?) (?P<unit>{_UNIT})",
}  # fmt: skip

_VAGUE_FORMS = {
    "present": (
        r"(?:(?:right|just) )?now|currently|presently|nowadays|at present|at the moment|"
        r"at this (?:moment|time|point|stage)|these days|the present(?: (?:day|time|moment))?|current|"
        r"the current (?:moment|time)|this (?:very )?moment"
    ),
    "past": (
        r"(?:(?:more|most|very|only) )?recently|lately|recent|the recent past|"
        r"the (?:distant )?past|that time|(?:not (?:so |that )?|a )?(?:long|short while|while|long time) ago|some time ago"
    ),
    "future": (
        r"soon|as soon as possible|shortly|(?:the )?(?:(?:near|nearer|not~too~distant|not~so~distant|distant|immediate|"
        r"foreseeable) )?future|the (?:near|short|medium|long|longer) term(?!-)|a later date|some(?: )?day"
    ),
}  # fmt: skip


def _expanded(notation: str) -> str:
    """A regex in plain syntax from one in this module's notation."""
    return notation.replace("~", "(?: |-)").replace(" ", "[ ]{1,4}")


FORMS: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(rf"(?:{_expanded(notation)})(?!\w)")
    for table in (_CALENDAR_FORMS, _POINTING_FORMS, _CLOCK_FORMS, _QUANTITY_FORMS, _VAGUE_FORMS)
    for name, notation in table.items()
}
"""Name to regex. Where two forms read the same span, the one that stands first is taken."""

ANY_FORM: Final = re.compile(
    "|".join(re.sub(r"\(\?P<(?!mark>)\w+>", "(?:", form.pattern) for form in FORMS.values())
)
"""Matches where some form does: one look before trying them one by one (the slots are not named in it)."""

PREFIX: Final = re.compile(_expanded(rf"(?:{APPROXIMATION} ){{0,2}}{PHASE}?"))
"""What may stand before a form; it matches the empty string where there is nothing."""
