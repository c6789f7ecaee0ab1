"""Tests of `tasks.extract.times`: values by form, by tense, by context; false friends; hostile text."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.language_model import parse
from tasks.extract.times import find_dates, resolved_date
from tasks.extract.timex.forms import FORMS
from tasks.extract.timex.guards import _GUARDS
from tasks.extract.timex.normalisation import RULES
from tasks.extract.timex.numerals import number_value, ordinal_value, year_value
from tasks.extract.timex.periods import Period, part_of_year, period_of
from tasks.extract.timex.recognition import _SIDES, candidates, folded
from tasks.extract.timex.vocabulary import MONTH_NAMES

if TYPE_CHECKING:
    from tasks.extract.annotations import DateExpression

THURSDAY = date(2025, 8, 7)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


def found(text: str, published: date | None = THURSDAY) -> list[tuple[str, str, str]]:
    return [(e.text, e.type, e.value) for e in find_dates(parse(text), published=published)]


def values(text: str, published: date | None = THURSDAY) -> list[str]:
    return [value for _, _, value in found(text, published)]


WRITTEN_DATES = {
    "day month year": ("The accord was signed on 7 August 2025.", [("7 August 2025", "2025-08-07")]),
    "month day year": ("The accord was signed on Aug. 7, 2025.", [("Aug. 7, 2025", "2025-08-07")]),
    "ordinal day": ("It was signed on the 7th of August, 2025.", [("the 7th of August, 2025", "2025-08-07")]),
    "with weekday": ("It was signed on Sunday, 3 August 2025.", [("Sunday, 3 August 2025", "2025-08-03")]),
    "before a colon": (
        "The ministry said on Saturday, April 26: Stop.",
        [("Saturday, April 26", "2025-04-26")],
    ),
    "iso": ("The file is dated 2025-08-07.", [("2025-08-07", "2025-08-07")]),
    "iso with slashes": ("The file is dated 2025/08/07.", [("2025/08/07", "2025-08-07")]),
    "month year": ("He visited Oslo in May 2024.", [("May 2024", "2024-05")]),
    "month last year": ("He visited Oslo in April last year.", [("April last year", "2024-04")]),
    "mid-month": ("He visited Oslo in mid-May 2024.", [("mid-May 2024", "2024-05")]),
    "early year": ("He visited Oslo in early 2025.", [("early 2025", "2025")]),
    "end of year": ("He visited Oslo at the end of 2023.", [("the end of 2023", "2023")]),
    "season": ("He visited Oslo in summer 1999.", [("summer 1999", "1999-SU")]),
    "season of": ("Kabul fell in the fall of 2021.", [("the fall of 2021", "2021-FA")]),
    "coded quarter": ("The pipeline opens in Q3 2025.", [("Q3 2025", "2025-Q3")]),
    "half": ("Output rose in the first half of 2025.", [("the first half of 2025", "2025-H1")]),
    "quarter of": ("Output rose in the last quarter of 2024.", [("the last quarter of 2024", "2024-Q4")]),
    "fiscal year": ("The fiscal 2026 budget passed.", [("fiscal 2026", "FY2026")]),
    "FY": ("Spending grew in FY26.", [("FY26", "FY2026")]),
    "decade": ("They fought in the 1990s.", [("the 1990s", "199")]),
    "short decade": ("They fought in the early '90s.", [("the early '90s", "199")]),
    "century": ("They fought in the 19th century.", [("the 19th century", "18")]),
    "year": ("They have fought since 2019.", [("2019", "2019")]),
    "year in words": ("They fought in nineteen ninety-six.", [("nineteen ninety-six", "1996")]),
    "named day": ("Shelling began on Christmas Day 2024.", [("Christmas Day 2024", "2024-12-25")]),
    "part of a month": (
        "It rained in the first week of July 2025.",
        [("the first week of July 2025", "2025-07")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), WRITTEN_DATES.values(), ids=WRITTEN_DATES.keys())
def test_written_dates(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == [(words, "DATE", value) for words, value in expected]


NUMERIC = {
    "day above 12 first": ("13/8/2025", THURSDAY, "2025-08-13"),
    "day above 12 second": ("8/13/2025", THURSDAY, "2025-08-13"),
    "points are day first": ("05.07.2025", THURSDAY, "2025-07-05"),
    "nearer reading": ("7/8/2025", THURSDAY, "2025-08-07"),
    "nearer reading, month first": ("7/8/2025", date(2025, 7, 9), "2025-07-08"),
    "unanchored is american": ("7/8/2025", None, "2025-07-08"),
    "two digits": ("13/8/99", THURSDAY, "1999-08-13"),
}


@pytest.mark.parametrize(("written", "published", "expected"), NUMERIC.values(), ids=NUMERIC.keys())
def test_numeric_dates(written: str, published: date | None, expected: str) -> None:
    assert values(f"The letter dated {written} was leaked.", published) == [expected]


TENSES = {
    "weekday, past": ("Officials released the text Wednesday.", ["2025-08-06"]),
    "weekday, past, the day itself": ("Officials released the text on Thursday.", ["2025-08-07"]),
    "weekday, future": ("The ministers will meet Friday.", ["2025-08-08"]),
    "weekday, would": ("He said he would fly to Rome on Monday.", ["2025-08-11"]),
    "weekday, present": ("The leaders meet on Saturday in Oslo.", ["2025-08-09"]),
    "weekday, going to": ("They are meeting on Saturday in Oslo.", ["2025-08-09"]),
    "weekday, agreed to": ("They agreed to meet on Saturday in Oslo.", ["2025-08-09"]),
    "weekday, managed to": ("They managed to leave on Saturday.", ["2025-08-02"]),
    "weekday, pluperfect plan": ("The truce had been due to expire on Friday.", ["2025-08-01"]),
    "weekday, would have": ("The truce would have expired on Friday.", ["2025-08-01"]),
    "weekday, scheduled": ("Talks scheduled for Tuesday were praised.", ["2025-08-12"]),
    "weekday, by": ("All troops must leave by Sunday.", ["2025-08-10"]),
    "weekday, before its noun": ("The government will study the Friday attack.", ["2025-08-01"]),
    "weekday, participle": ("The deal signed Tuesday will help.", ["2025-08-05"]),
    "last weekday": ("Talks began last Thursday.", ["2025-07-31"]),
    "next weekday": ("Talks begin next Thursday.", ["2025-08-14"]),
    "weekday of week": ("Talks began on Friday last week.", ["2025-08-01"]),
    "month, past": ("The army withdrew in May.", ["2025-05"]),
    "month, past, of last year": ("The army withdrew in November.", ["2024-11"]),
    "month, future": ("The treaty will take effect in March.", ["2026-03"]),
    "month, since": ("The border has been closed since September.", ["2024-09"]),
    "month, expected": ("The visit, expected in September, was agreed.", ["2025-09"]),
    "last month by name": ("The army withdrew last June.", ["2025-06"]),
    "day of month, past": ("He left on the 5th.", ["2025-08-05"]),
    "day of month, future": ("He will leave on the 5th.", ["2025-09-05"]),
    "day without year, past": ("He was arrested on Dec. 7.", ["2024-12-07"]),
    "day without year, future": ("He will be tried on Jan. 7.", ["2026-01-07"]),
    "day without year, goal": ("They extended the truce to 20 August.", ["2025-08-20"]),
    "quarter just over": ("The firm will report its second-quarter results.", ["2025-Q2"]),
    "quarter to come": ("The mine will open in the fourth quarter.", ["2025-Q4"]),
    "in so many weeks": ("He will return in two weeks.", ["2025-W34"]),
    "in so many weeks, past": ("The town fell in two weeks.", ["P2W"]),
}


@pytest.mark.parametrize(("text", "expected"), TENSES.values(), ids=TENSES.keys())
def test_tense_decides(text: str, expected: list[str]) -> None:
    assert values(text) == expected


RELATIVE = {
    "today": ("He resigned today.", [("today", "DATE", "2025-08-07")]),
    "yesterday": ("He resigned yesterday.", [("yesterday", "DATE", "2025-08-06")]),
    "day before yesterday": (
        "He resigned the day before yesterday.",
        [("the day before yesterday", "DATE", "2025-08-05")],
    ),
    "last week": ("He resigned last week.", [("last week", "DATE", "2025-W31")]),
    "weekend": ("He resigned over the weekend.", [("the weekend", "DATE", "2025-W31-WE")]),
    "later this month": ("He will go later this month.", [("later this month", "DATE", "2025-08")]),
    "earlier this year": ("He was recalled earlier this year.", [("earlier this year", "DATE", "2025")]),
    "next month": ("He will go next month.", [("next month", "DATE", "2025-09")]),
    "last year": ("He resigned last year.", [("last year", "DATE", "2024")]),
    "days ago": ("He resigned three days ago.", [("three days ago", "DATE", "2025-08-04")]),
    "months ago": ("He resigned nearly two months ago.", [("nearly two months ago", "DATE", "2025-06")]),
    "years ago": ("He resigned 10 years ago.", [("10 years ago", "DATE", "2015")]),
    "years and a half ago": (
        "He resigned two and a half years ago.",
        [("two and a half years ago", "DATE", "2023-02")],
    ),
    "from now": ("He will go two weeks from now.", [("two weeks from now", "DATE", "2025-W34")]),
    "vague ago": ("He resigned several years ago.", [("several years ago", "DATE", "PAST_REF")]),
    "now": ("He is now in Rome.", [("now", "DATE", "PRESENT_REF")]),
    "recently": ("He recently resigned.", [("recently", "DATE", "PAST_REF")]),
    "soon": ("He will soon resign.", [("soon", "DATE", "FUTURE_REF")]),
    "near future": ("He may go in the near future.", [("the near future", "DATE", "FUTURE_REF")]),
    "weekday night": ("Police held him on Monday night.", [("Monday night", "TIME", "2025-08-04TNI")]),
    "tonight": ("He will speak tonight.", [("tonight", "TIME", "2025-08-07TNI")]),
    "last night": ("Drones hit the port last night.", [("last night", "TIME", "2025-08-06TNI")]),
    "this morning": ("Drones hit the port this morning.", [("this morning", "TIME", "2025-08-07TMO")]),
    "clock on a day": ("It began at 3 p.m. on Tuesday.", [("3 p.m. on Tuesday", "TIME", "2025-08-05T15:00")]),
    "day at a clock": (
        "It began on Tuesday at 3:30 p.m. local time.",
        [("Tuesday at 3:30 p.m. local time", "TIME", "2025-08-05T15:30")],
    ),
    "zone": ("It began at 10:30 GMT.", [("10:30 GMT", "TIME", "2025-08-07T10:30")]),
    "other zone": (
        "It began at 3 p.m. (1200 GMT) on Tuesday.",
        [("3 p.m. (1200 GMT) on Tuesday", "TIME", "2025-08-05T15:00")],
    ),
    "bare clock": ("The siren sounded at 04:15.", [("04:15", "TIME", "2025-08-07T04:15")]),
    "midnight": (
        "The truce expired at midnight on Saturday.",
        [("midnight on Saturday", "TIME", "2025-08-02T24:00")],
    ),
    "noon hour": ("It began at 12 a.m. on Tuesday.", [("12 a.m. on Tuesday", "TIME", "2025-08-05T00:00")]),
}


@pytest.mark.parametrize(("text", "expected"), RELATIVE.values(), ids=RELATIVE.keys())
def test_relative_expressions(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


LENGTHS = {
    "days": ("The siege lasted three days.", [("three days", "DURATION", "P3D")]),
    "hyphenated": ("The two-week crisis ended.", [("two-week", "DURATION", "P2W")]),
    "age": ("A 45-year-old man was held.", [("45-year-old", "DURATION", "P45Y")]),
    "past years": ("Trade fell over the past five years.", [("the past five years", "DURATION", "P5Y")]),
    "vague plural": ("They talked for months.", [("months", "DURATION", "PXM")]),
    "decade": ("He ruled for a decade.", [("a decade", "DURATION", "P1DE")]),
    "and a half": ("He ruled for two and a half years.", [("two and a half years", "DURATION", "P2Y6M")]),
    "hour and a half": (
        "They talked for an hour and a half.",
        [("an hour and a half", "DURATION", "PT1H30M")],
    ),
    "half an hour": ("They talked for half an hour.", [("half an hour", "DURATION", "PT30M")]),
    "more than": ("He ruled for more than 20 years.", [("more than 20 years", "DURATION", "P20Y")]),
    "couple": ("They talked for a couple of days.", [("a couple of days", "DURATION", "P2D")]),
    "a while": ("They talked for a while.", [("a while", "DURATION", "PXX")]),
    "a brief time": ("They ruled for a brief time.", [("a brief time", "DURATION", "PXX")]),
    "every weekday": ("They meet every Tuesday.", [("every Tuesday", "SET", "XXXX-WXX-2")]),
    "weekday nights": ("They march on Tuesday nights.", [("Tuesday nights", "SET", "XXXX-WXX-2TNI")]),
    "each year": ("They meet each year.", [("each year", "SET", "P1Y")]),
    "every two years": ("They meet every two years.", [("every two years", "SET", "P2Y")]),
    "every month by name": ("They meet every July.", [("every July", "SET", "XXXX-07")]),
    "daily": ("The board convenes daily.", [("daily", "SET", "P1D")]),
    "rate": ("The aid is worth $3 million a year.", [("a year", "SET", "P1Y")]),
    "times a week": ("They talk three times a week.", [("a week", "SET", "P1W")]),
}


@pytest.mark.parametrize(("text", "expected"), LENGTHS.values(), ids=LENGTHS.keys())
def test_lengths_and_sets(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


RANGES = {
    "from day to day month": (
        "They met from 3 to 5 May.",
        [("3", "DATE", "2025-05-03"), ("5 May", "DATE", "2025-05-05")],
    ),
    "month days": (
        "They met on May 3-5, 2024.",
        [("May 3", "DATE", "2024-05-03"), ("5, 2024", "DATE", "2024-05-05")],
    ),
    "en dash": (
        "They met on May 3\u20135.",
        [("May 3", "DATE", "2025-05-03"), ("5", "DATE", "2025-05-05")],
    ),
    "years": ("The 1998-2001 war ended.", [("1998", "DATE", "1998"), ("2001", "DATE", "2001")]),
    "short years": ("In 1998-99 they fought.", [("1998", "DATE", "1998"), ("99", "DATE", "1999")]),
}


@pytest.mark.parametrize(("text", "expected"), RANGES.values(), ids=RANGES.keys())
def test_ranges_give_both_ends(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


CONTEXT = {
    "the previous day": (
        "He landed on 5 May 2024. The previous day he had resigned.",
        ["2024-05-05", "2024-05-04"],
    ),
    "the following month": (
        "He landed on 5 May 2024. He died the following month.",
        ["2024-05-05", "2024-06"],
    ),
    "days later": ("He landed on 5 May 2024. Three days later he left.", ["2024-05-05", "2024-05-08"]),
    "that year": ("He landed in May 2019. That year they signed.", ["2019-05", "2019"]),
    "clock on the day of the sentence": (
        "The bus blew up on Tuesday, and shots rang out at 10:30 GMT.",
        ["2025-08-05", "2025-08-05T10:30"],
    ),
    "a year earlier, of a quarter": (
        "Exports fell 3 percent in the first quarter from a year earlier.",
        ["2025-Q1", "2024-Q1"],
    ),
    "a year earlier, of no quarter": (
        "He was freed in 2019. A year earlier he was jailed.",
        ["2019", "2018"],
    ),
    "same period last year": (
        "Exports fell in the first quarter. They rose in the same period last year.",
        ["2025-Q1", "2024-Q1"],
    ),
    "year-ago quarter": (
        "Exports fell in the first quarter. They rose in the year-ago quarter.",
        ["2025-Q1", "2024-Q1"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CONTEXT.values(), ids=CONTEXT.keys())
def test_context_decides(text: str, expected: list[str]) -> None:
    assert values(text) == expected


FALSE_FRIENDS = {
    "May the modal": ("The talks may fail.", []),
    "May the name": ("Theresa May said she would go.", []),
    "march the verb": ("Workers march to the palace.", []),
    "march with a number": ("They march 20 miles.", []),
    "May with a count": ("In May 30 people died.", ["2025-05"]),
    "second the ordinal": ("He came second and asked for a second vote.", []),
    "the Sun": ("The Sun printed the letter.", []),
    "sat": ("They sat. He spoke.", []),
    "troops": ("About 2000 troops crossed the river.", []),
    "dollars": ("It cost $2000 and weighed 1900 tons.", []),
    "room": ("They met in room 2010.", []),
    "resolution": ("They cited resolution 1973 again.", []),
    "thousands": ("They hold 12,000 prisoners and 1,998 guns.", []),
    "age by decades": ("He is in his 40s.", []),
    "fall of a city": ("The fall of the city shocked them.", []),
    "half of a match": ("He scored in the second half of the match.", []),
    "quarters of people": ("Three quarters of voters agreed.", []),
    "score": ("They won 3:30 on penalties.", []),
    "as soon as": ("Call us as soon as he lands.", []),
    "his future": ("His future is unclear.", []),
    "visa": ("He holds an H1 visa.", []),
    "no such day": ("It was dated 31 February 2024 by mistake.", []),
    "decimal": ("The index closed at 1998.5 points.", []),
    "telephone": ("Call 555-2019-44 for help.", []),
}


@pytest.mark.parametrize(("text", "expected"), FALSE_FRIENDS.values(), ids=FALSE_FRIENDS.keys())
def test_false_friends(text: str, expected: list[str]) -> None:
    assert values(text) == expected


UNANCHORED = {
    "weekday": ("They met on Wednesday.", "XXXX-WXX-3"),
    "month": ("They met in May.", "XXXX-05"),
    "day": ("They met on 5 May.", "XXXX-05-05"),
    "yesterday": ("They met yesterday.", "XXXX-XX-XX"),
    "last week": ("They met last week.", "XXXX-WXX"),
    "last year": ("They met last year.", "XXXX"),
    "quarter": ("Sales fell in the third quarter.", "XXXX-Q3"),
    "night": ("They met on Monday night.", "XXXX-WXX-1TNI"),
    "ago": ("They met three days ago.", "PAST_REF"),
    "past years": ("Sales fell over the past five years.", "P5Y"),
}


@pytest.mark.parametrize(("text", "value"), UNANCHORED.values(), ids=UNANCHORED.keys())
def test_without_publication_day(text: str, value: str) -> None:
    (expression,) = find_dates(parse(text), published=None)
    assert (expression.value, expression.earliest, expression.latest) == (value, None, None)


def test_explicit_dates_need_no_publication_day() -> None:
    (expression,) = find_dates(parse("They met on 5 May 2024."), published=None)
    assert (expression.earliest, expression.latest) == (date(2024, 5, 5), date(2024, 5, 5))


SPANS = {
    "week": ("They met last week.", date(2025, 7, 28), date(2025, 8, 3)),
    "month": ("They met in May.", date(2025, 5, 1), date(2025, 5, 31)),
    "winter": ("They met in the winter of 2023.", date(2023, 12, 1), date(2024, 2, 29)),
    "first week": ("They met in the first week of July.", date(2025, 7, 1), date(2025, 7, 7)),
    "last days": ("They met in the last three days of June.", date(2025, 6, 28), date(2025, 6, 30)),
    "past months": ("Sales fell over the past two months.", date(2025, 6, 7), date(2025, 8, 7)),
    "next days": ("Sales will fall in the next ten days.", date(2025, 8, 7), date(2025, 8, 17)),
    "next decade": ("Sales will fall over the next decade.", date(2025, 8, 7), date(2035, 8, 7)),
    "century": ("They fought in the 19th century.", date(1800, 1, 1), date(1899, 12, 31)),
    "fiscal": ("The fiscal 2026 budget passed.", None, None),
    "duration": ("The siege lasted three days.", None, None),
    "vague": ("He recently resigned.", None, None),
}


@pytest.mark.parametrize(("text", "earliest", "latest"), SPANS.values(), ids=SPANS.keys())
def test_earliest_and_latest(text: str, earliest: date | None, latest: date | None) -> None:
    (expression,) = find_dates(parse(text), published=THURSDAY)
    assert (expression.earliest, expression.latest) == (earliest, latest)


RESOLVED = {
    "day": ("They met yesterday.", (date(2025, 8, 6), "day")),
    "time": ("They met on Monday night.", (date(2025, 8, 4), "day")),
    "month": ("They met in May.", (date(2025, 5, 1), "month")),
    "week in a month": ("They will meet next week.", (date(2025, 8, 1), "month")),
    "week across months": ("They met last week.", (date(2025, 1, 1), "year")),
    "year": ("They met in 2019.", (date(2019, 1, 1), "year")),
    "quarter": ("They met in Q2 2025.", (date(2025, 1, 1), "year")),
    "decade": ("They met in the 1990s.", None),
    "winter": ("They met in the winter of 2023.", None),
    "duration": ("Sales fell over the past two months.", None),
    "set": ("They meet every Tuesday.", None),
}


@pytest.mark.parametrize(("text", "expected"), RESOLVED.values(), ids=RESOLVED.keys())
def test_resolved_date(text: str, expected: tuple[date, str] | None) -> None:
    (expression,) = find_dates(parse(text), published=THURSDAY)
    assert resolved_date(expression) == expected


ARTICLES = {
    "of the expression": ("In the third quarter of 2024 they met.", "the third quarter of 2024"),
    "of the noun behind": ("The Oct. 7 attack shocked them.", "Oct. 7"),
    "of the noun behind a length": ("The 27-year war ended.", "27-year"),
    "approximation": ("Nearly three years passed.", "Nearly three years"),
    "preposition": ("It grew over the past week.", "the past week"),
}


@pytest.mark.parametrize(("text", "words"), ARTICLES.values(), ids=ARTICLES.keys())
def test_extent(text: str, words: str) -> None:
    assert [expression.text for expression in find_dates(parse(text), published=THURSDAY)] == [words]


def test_wrapped_lines_and_paragraphs() -> None:
    assert found("They met on 5\nMay 2024.") == [("5\nMay 2024", "DATE", "2024-05-05")]
    assert values("The envoy left on May\n\n5 people stayed.") == ["2025-05"]


HOSTILE = {
    "empty": "",
    "blanks": " \t\u00a0\n ",
    "longer in lower case": "\u0130\u0130 on Tuesday \u0130",
    "controls": "\u202e\u0000 on Tuesday \ufeff",
    "quotes": "\u201c\"' " * 500,
    "digits": "1" * 20_000,
    "year zero": "In 0000-00-00 and on 99/99/9999 and in the 99th century.",
    "beyond the calendar": "It lies 9999 years ago, 9000 years from now, 10000 centuries ago.",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text(text: str) -> None:
    doc = parse(text)
    for published in (THURSDAY, date.min, date.max, None):
        check_contract(text, find_dates(doc, published=published))


@pytest.mark.parametrize(
    "unit",
    [
        "a year ago, ",
        "May 3, 2024 ",
        "the past two and a ",
        "1 2 3 ",
        "one hundred and ",
        "early late mid-",
        "the ",
    ],
)
def test_recognition_is_linear(unit: str) -> None:
    started = time.process_time()
    sum(1 for _ in candidates(unit * (50_000 // len(unit)), lambda _: True))
    assert time.process_time() - started < 5  # a tenth of it here; a quadratic form takes minutes


def check_contract(text: str, expressions: tuple[DateExpression, ...]) -> None:
    """Sorted, apart from each other, the text's own words, both ends or none."""
    end = 0
    for expression in expressions:
        assert end <= expression.start < expression.end <= len(text)
        assert expression.text == text[expression.start : expression.end]
        assert expression.value
        assert (expression.earliest is None) == (expression.latest is None)
        if expression.earliest is not None and expression.latest is not None:
            assert expression.earliest <= expression.latest
        end = expression.end


PIECES = st.sampled_from(
    [
        "He left", "on", "in", "the", "Monday", "Sept. 11", "May", "5", "2024", "last", "week", "a year", "ago", "later",
        "third quarter", "two", "and a half", "years", "noon", "at 3 p.m.", "'98", "1990s", "of", ",", ".", "\n", "will",
        "31", "February", "first", "end of", "every", "-", "century", "FY26", "Q3", "half", "night", "now",
    ]
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(PIECES, max_size=14).map(" ".join), st.one_of(st.none(), DAYS))
def test_any_mixture_keeps_the_contract(text: str, published: date | None) -> None:
    doc = parse(text)
    expressions = find_dates(doc, published=published)
    check_contract(text, expressions)
    assert expressions == find_dates(doc, published=published)


@settings(max_examples=20, deadline=None)
@given(DAYS, DAYS)
def test_full_dates_mean_themselves(day: date, published: date) -> None:
    month = list(MONTH_NAMES)[day.month - 1].title()
    text = f"The pact of {day} replaces that of {day.day} {month} {day.year} and of {month} {day.day}, {day.year}."
    assert values(text, published) == [day.isoformat()] * 3


@settings(max_examples=20, deadline=None)
@given(DAYS, st.integers(0, 6))
def test_weekdays_lie_within_a_week(published: date, index: int) -> None:
    name = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[index]
    text = f"They met on {name}. They will meet on {name}."
    past, coming = (date.fromisoformat(value) for value in values(text, published))
    assert past.weekday() == coming.weekday() == index
    assert timedelta(0) <= published - past < timedelta(7)
    assert timedelta(0) <= coming - published < timedelta(7)


UNITS = st.sampled_from(["day", "week", "month", "quarter", "half", "season", "year", "decade", "century"])


@given(UNITS, DAYS)
def test_period_of_a_day_holds_it(unit: str, day: date) -> None:
    period = period_of(unit, day)
    assert period.earliest <= day <= period.latest
    assert period.shifted(1).earliest == period.latest + timedelta(1)
    assert period.shifted(1).shifted(-1) == period


@given(st.sampled_from(["month", "quarter", "half", "season", "year"]), DAYS, st.integers(-50, 50))
def test_a_year_on_keeps_the_place_in_the_year(unit: str, day: date, years: int) -> None:
    period = period_of(unit, day)
    moved = period.shifted(years, "year")
    assert (moved.index, moved.year - period.year) == (period.index, years)


def test_period_values() -> None:
    assert part_of_year("quarter", 2025, 3).value == "2025-Q3"
    assert part_of_year("season", 2024, 4).value == "2024-WI"
    assert Period("decade", 199).value == "199"
    assert period_of("weekend", date(2025, 1, 1)).value == "2025-W01-WE"
    with pytest.raises(OverflowError):
        part_of_year("month", 2025, 13)
    with pytest.raises(OverflowError):
        period_of("year", date(2025, 1, 1)).shifted(9000)


NUMBERS = {
    "three": 3, "twenty-five": 25, "a hundred": 100, "two thousand and five": 2005, "1,500": 1500, "2.5": 2.5,
    "2 1/2": 2.5, "2½": 2.5, "two and a half": 2.5, "half a dozen": 6, "a couple of": 2, "a dozen": 12,
    "several": None, "cow": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), NUMBERS.items(), ids=NUMBERS.keys())
def test_numbers(text: str, value: float | None) -> None:
    assert number_value(text) == value


YEARS = {
    "1998": 1998, "'98": 1998, "'25": 2025, "'50": 1950, "nineteen ninety-six": 1996, "nineteen oh five": 1905,
    "twenty twenty-five": 2025, "two thousand": 2000, "two thousand and eleven": 2011, "eighteen hundred": 1800,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), YEARS.items(), ids=YEARS.keys())
def test_years(text: str, value: int) -> None:
    assert year_value(text, pivot=2025) == value


def test_ordinals() -> None:
    assert [ordinal_value(text) for text in ("7th", "31", "twenty-first", "cow")] == [7, 31, 21, None]


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(folded(text)) == len(text)


def test_every_form_has_its_rule() -> None:
    assert set(FORMS) == set(RULES) | set(_SIDES)
    assert set(_GUARDS) <= set(FORMS)
