"""Amounts: numerals, currencies, percentages, counts, and what is none of them."""

from __future__ import annotations

import math
import re
import sys
import time
from datetime import date

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.amounts import find_amounts
from tasks.extract.annotations import Mention
from tasks.extract.language_model import parse
from tasks.extract.nouns import singular
from tasks.extract.numerals import find_numerals, with_ascii_letters


def found(text):
    return [(amount.text, amount.kind, amount.value, amount.unit) for amount in find_amounts(parse(text))]


NUMERALS = [
    ("1,200 troops", "1,200", 1200),
    ("1,00,000 voters", "1,00,000", 100_000),
    ("2.5 million tonnes", "2.5 million", 2_500_000),
    ("16.1 bn", "16.1 bn", 16.1e9),
    ("2.5bn", "2.5bn", 2.5e9),
    ("two lakh crore", "two lakh crore", 2e12),
    ("2 lakh crore", "2 lakh crore", 2e12),
    ("twenty-five", "twenty-five", 25),
    ("one hundred and fifty thousand", "one hundred and fifty thousand", 150_000),
    ("two million three hundred thousand", "two million three hundred thousand", 2_300_000),
    ("two and a half million", "two and a half million", 2_500_000),
    ("a dozen ships", "a dozen", 12),
    ("half a dozen ships", "half a dozen", 6),
    ("half a million", "half a million", 500_000),
    ("three and a half million", "three and a half million", 3_500_000),
    ("a quarter of a million", "a quarter of a million", 250_000),
    ("three quarters of a million", "three quarters of a million", 750_000),
    ("a hundred thousand", "a hundred thousand", 100_000),
    ("five lakh twenty thousand", "five lakh twenty thousand", 520_000),
    ("nine hundred and ninety-nine", "nine hundred and ninety-nine", 999),
    ("two dozen", "two dozen", 24),
    ("7-1/4", "7-1/4", 7.25),
    ("2½", "2½", 2.5),
    ("-3", "-3", -3),
    ("3/4 pct", "3/4", 0.75),
    ("one-half of 1 percent", "one-half of 1", 0.5),
    ("half of a ship", None, None),
    ("10-15 boats", "10-15", 10),
    ("between 10 and 15 boats", "10 and 15", 10),
    ("five to seven boats", "five to seven", 5),
    ("2-3 million", "2-3 million", 2_000_000),
    ("3-1", None, None),
    ("555-123-4567", None, None),
    ("2025-08-07", None, None),
    ("007", None, None),
    ("10 000 people", "10 000", 10_000),
    ("1 250 000.5 tonnes", "1 250 000.5", 1_250_000.5),
    ("3\xa0500 troops", "3\xa0500", 3500),
    ("3\u202f500 troops", "3\u202f500", 3500),
    ("12 500 million", "12 500 million", 12_500_000_000),
    ("10 000-15 000", "10 000-15 000", 10_000),
    ("in Kabul 10 000 people", "10 000", 10_000),
    ("Some 12 300 people", "12 300", 12_300),
    ("It left. Some 12 300 people", "12 300", 12_300),
    ("EUR 12 300", "12 300", 12_300),
    ("Flight 12 300 passengers", "300", 300),
    ("On May 3 300 people", "300", 300),
    ("at the march 12 300 people", "12 300", 12_300),
    ("a Boeing 737 800 passengers", None, None),
    ("202 555 014 7", "7", 7),
    ("100 200 300 400 500 600 700 800", None, None),
    ("5/0 pct", None, None),
    ("10:30", None, None),
    ("3/4", None, None),
    ("14th", None, None),
    ("1.2.3", None, None),
    ("G20", None, None),
    ("F-16", None, None),
    ("S-400", None, None),
    ("several hundred", None, None),
    ("a few dozen", None, None),
    ("hundreds of thousands", None, None),
]


@pytest.mark.parametrize(("text", "span", "value"), NUMERALS, ids=[text for text, _, _ in NUMERALS])
def test_numerals(text, span, value):
    numerals = find_numerals(text)
    assert [text[numeral.start : numeral.end] for numeral in numerals] == ([span] if span else [])
    assert [numeral.value for numeral in numerals] == ([pytest.approx(value)] if span else [])


MONEY = [
    ("The port cost $2.5 billion.", "$2.5 billion", 2.5e9, "USD"),
    ("They lent US$5m to it.", "US$5m", 5e6, "USD"),
    ("A grant of A$40 million was paid.", "A$40 million", 40e6, "AUD"),
    ("It spent €40m on boats.", "€40m", 40e6, "EUR"),
    ("The yard needs £3bn.", "£3bn", 3e9, "GBP"),
    ("A loan of Rs 300 crore was cleared.", "Rs 300 crore", 3e9, "INR"),
    ("Exports rose to 2.5 bn dlrs.", "2.5 bn dlrs", 2.5e9, "USD"),
    ("It raised 500 million yuan.", "500 million yuan", 500e6, "CNY"),
    ("Bonn gave 40 mln marks.", "40 mln marks", 40e6, "DEM"),
    ("The fund holds 5 million Swiss francs.", "5 million Swiss francs", 5e6, "CHF"),
    ("Manila owes one billion pesos.", "one billion pesos", 1e9, None),
    ("USD 40 million was frozen.", "USD 40 million", 40e6, "USD"),
    ("The bill was 16.1 billion marks.", "16.1 billion marks", 16_100_000_000.0, "DEM"),
    ("A toll of 50 cents applies.", "50 cents", 0.5, "USD"),
    ("The deal is worth $2-3 billion.", "$2-3 billion", 2e9, "USD"),
    ("Some 50 billion marks of securities are held.", "50 billion marks", 50e9, "DEM"),
    ("It was given rs one lakh.", "rs one lakh", 1e5, "INR"),
    ("It raised the price by 64 Canadian cts.", "64 Canadian cts", 0.64, "CAD"),
    ("The schools owe a quarter of a trillion dollars.", "a quarter of a trillion dollars", 2.5e11, "USD"),
    ("A loan of two and a half million euros.", "two and a half million euros", 2.5e6, "EUR"),
    ("A toll of 50 euro cents applies.", "50 euro cents", 0.5, "EUR"),
    ("A toll of 50 eurocents applies.", "50 eurocents", 0.5, "EUR"),
    ("A toll of 50 euro applies.", "50 euro", 50, "EUR"),
    ("A toll of 50 South African cents applies.", "50 South African cents", 0.5, "ZAR"),
    ("A toll of 50 US cents applies.", "50 US cents", 0.5, "USD"),
    ("It paid $10 500 for it.", "$10 500", 10_500, "USD"),
    ("It paid EUR 10 000 for it.", "EUR 10 000", 10_000, "EUR"),
    ("A fine of 10 million Pakistani rupees.", "10 million Pakistani rupees", 10e6, "PKR"),
]


@pytest.mark.parametrize(("text", "span", "value", "currency"), MONEY, ids=[span for _, span, _, _ in MONEY])
def test_money(text, span, value, currency):
    (amount,) = find_amounts(parse(text))
    assert (amount.text, amount.kind, amount.currency) == (span, "money", currency)
    assert amount.value == value


PERCENTAGES = [
    ("Duties of 50% were imposed.", "50%", 50, "percent"),
    ("Output rose 3.5 pct.", "3.5 pct", 3.5, "percent"),
    ("Turnout was 50 percent.", "50 percent", 50, "percent"),
    ("It was fifty per cent less.", "fifty per cent", 50, "percent"),
    ("Growth was -0.5% then.", "-0.5%", -0.5, "percent"),
    ("It fell by 0.5 percentage points.", "0.5 percentage points", 0.5, "percentage point"),
    ("Between 10 and 15 percent agreed.", "10 and 15 percent", 10, "percent"),
    ("It trailed by one-half of 1 percent.", "one-half of 1 percent", 0.5, "percent"),
    (
        "Rates rose a quarter of a percentage point.",
        "a quarter of a percentage point",
        0.25,
        "percentage point",
    ),
    ("The fee is 5/8 pct.", "5/8 pct", 0.625, "percent"),
    ("It fell by two thirds of 1 percent.", "two thirds of 1 percent", 0.666666666666667, "percent"),
    ("It fell two half of 1 percent.", "half of 1 percent", 0.5, "percent"),
]


@pytest.mark.parametrize(("text", "span", "value", "unit"), PERCENTAGES, ids=[row[1] for row in PERCENTAGES])
def test_percentages(text, span, value, unit):
    assert found(text) == [(span, "percent", value, unit)]


COUNTS = [
    ("The navy operates the three units.", "three units", 3, "unit"),
    ("Delhi bought three S-400 units.", "three S-400 units", 3, "unit"),
    ("Kyiv sent two dozen T-72 tanks.", "two dozen T-72 tanks", 24, "tank"),
    ("Some 1,200 troops crossed the river.", "1,200 troops", 1200, "troop"),
    ("The blast left at least 14 dead.", "14 dead", 14, "dead"),
    ("Two warships sailed north.", "Two warships", 2, "warship"),
    ("Nearly 12 people were held.", "12 people", 12, "person"),
    ("One soldier was killed there.", "One soldier", 1, "soldier"),
    ("Six aircraft were lost.", "Six aircraft", 6, "aircraft"),
    ("In Kabul 14 soldiers died.", "14 soldiers", 14, "soldier"),
    ("They lost 10 to 15 patrol boats.", "10 to 15 patrol boats", 10, "boat"),
    ("Half a million refugees fled.", "Half a million refugees", 500_000, "refugee"),
    ("Two of the ships sank.", "Two of the ships", 2, "ship"),
    ("They seized 500 pounds of explosives.", "500 pounds", 500, "pound"),
    ("The island covers 44,913 sq km.", "44,913 sq km", 44_913, "sq km"),
    ("Paper worth 1,500 bushels results in savings.", "1,500 bushels", 1500, "bushel"),
    ("About a dozen ships sailed.", "a dozen ships", 12, "ship"),
    ("The planes have 2,000 horsepower engines.", "2,000 horsepower", 2000, "horsepower"),
    ("A crew of 26 was saved.", "26", 26, "person"),
    ("The army flew 16 F-16 jets.", "16 F-16 jets", 16, "jet"),
    ("The raid killed 10 000 people.", "10 000 people", 10_000, "person"),
    ("In 1987 300 people died.", "300 people", 300, "person"),
    ("In 2019 10 000 people died.", "10 000 people", 10_000, "person"),
    ("On May 3 300 people died.", "300 people", 300, "person"),
]


@pytest.mark.parametrize(("text", "span", "value", "unit"), COUNTS, ids=[row[1] for row in COUNTS])
def test_counts(text, span, value, unit):
    assert found(text) == [(span, "count", value, unit)]


RANGES_AND_MODIFIERS = [
    ("They lost 10 to 15 boats.", 10, 15, None),
    ("They lost between 10 and 15 boats.", 10, 15, None),
    ("Some 300,000 to 400,000 tonnes were sold.", 300_000, 400_000, "about"),
    ("The deal is worth $2 billion to $3 billion.", 2e9, 3e9, None),
    ("Growth of between 5% and 7% is planned.", 5, 7, None),
    ("The loan is 350 to 400 million dollars.", 3.5e8, 4e8, None),
    ("Reserves were estimated at 283 barrels.", 283.0, None, "about"),
    ("Costs range from 5 to 7 percent.", 5, 7, None),
    ("Seven or eight ships sailed.", 7, 8, None),
    ("About 40 people came.", 40, None, "about"),
    ("Inflation is near 80 percent.", 80, None, "about"),
    ("Forty or so people came.", 40, None, "about"),
    ("At least 14 people died.", 14, None, "min"),
    ("More than 5,000 people came.", 5000, None, "min"),
    ("Over 5,000 people came.", 5000, None, "min"),
    ("Fourteen or more people died.", 14, None, "min"),
    ("Fines exceed 20 million euros.", 2e7, None, "min"),
    ("Up to 700 people came.", 700, None, "max"),
    ("As many as 700 people came.", 700, None, "max"),
    ("Fewer than 10 ships sailed.", 10, None, "max"),
    ("They asked for a maximum of 5 percent.", 5, None, "max"),
    ("Exactly 40 people came.", 40, None, None),
    ("They protested over two flights.", 2, None, None),
    ("They spoke about three treaties.", 3, None, None),
    ("Under the five billion dollar deal it buys planes.", 5e9, None, None),
    ("Over a million people came.", 1e6, None, "min"),
]


@pytest.mark.parametrize(
    ("text", "value", "upper", "modifier"), RANGES_AND_MODIFIERS, ids=[row[0] for row in RANGES_AND_MODIFIERS]
)
def test_ranges_and_modifiers(text, value, upper, modifier):
    (amount,) = find_amounts(parse(text))
    assert (amount.value, amount.upper, amount.modifier) == (value, upper, modifier)


CHANGES = [
    ("Duties rose from 5 to 7 percent.", [5, 7]),
    ("The toll rose from 90 to 95 cents.", [0.9, 0.95]),
    ("The price fell to 3 from 4 pence.", [0.03, 0.04]),
    ("The price rose from 3 to 4 million dollars.", [3e6, 4e6]),
    ("The price rose $1.40 to $114.30.", [1.4, 114.3]),
    ("Sales fell to 1,572 from 2,734 cars.", [1572, 2734]),
    ("Output rose to 4.5 from 3.2 million tonnes.", [4.5e6, 3.2e6]),
]


@pytest.mark.parametrize(("text", "values"), CHANGES, ids=[text for text, _ in CHANGES])
def test_what_became_of_a_figure_is_no_range(text, values):
    amounts = find_amounts(parse(text))
    assert [amount.value for amount in amounts] == values
    assert all(amount.upper is None for amount in amounts)


ELLIPTIC = [
    ("They held 40 rebels; 21 of them were freed.", [("40 rebels", "rebel"), ("21 of them", "rebel")]),
    ("The troops killed 900 rebels and captured 390.", [("900 rebels", "rebel"), ("390", "rebel")]),
    (
        "A shooting by two Muslim radicals that killed 14 shook the town.",
        [("two Muslim radicals", "radical"), ("14", "person")],
    ),
    ("The raid killed 12 soldiers and wounded 40.", [("12 soldiers", "soldier"), ("40", "soldier")]),
    ("Two ships sank and three were hit.", [("Two ships", "ship"), ("three", "ship")]),
    ("Israeli troops killed 14, two of them children.", [("14", "person"), ("two of them", "person")]),
    (
        "Rebels killed 14 people in Aleppo, 20 km away, nine of whom were children.",
        [("14 people", "person"), ("20 km", "km"), ("nine of whom", "person")],
    ),
    (
        "They sold 40 tonnes, of which 20 were lost.",
        [("40 tonnes", "tonne"), ("20", "tonne")],
    ),
    ("The crowd was 70,000 strong.", [("70,000 strong", "person")]),
    ("It owes 1.1 billion marks, of which 900 million was paid.", [("1.1 billion marks", "mark")]),
    ("The quake shook the fields and registered six on the scale.", []),
    ("The boy turned 14.", []),
    ("The index rose 14.", []),
    ("He left in 1994.", []),
    ("It took 12 of the 30 billion francs.", [("30 billion francs", "franc")]),
]


@pytest.mark.parametrize(("text", "expected"), ELLIPTIC, ids=[text for text, _ in ELLIPTIC])
def test_counts_without_a_noun(text, expected):
    assert [(amount.text, amount.unit) for amount in find_amounts(parse(text))] == expected


LETTERS_LIKE_ASCII = [
    ("It cost 100 l\u0131ra.", "100 l\u0131ra", 100, "lira", None),
    ("It cost 50 r\u0131als.", "50 r\u0131als", 50, "rial", None),
    ("It cost 50 R\u0130ALS.", "50 R\u0130ALS", 50, "rial", None),
    ("It cost 5 m\u0131ll\u0131on dollars.", "5 m\u0131ll\u0131on dollars", 5e6, "dollar", None),
    ("A m\u0131nimum 50 people came.", "50 people", 50, "person", "min"),
    ("At lea\u017ft 50 people came.", "50 people", 50, "person", "min"),
    ("An e\u017ft\u0131mated 50 people came.", "50 people", 50, "person", "about"),
    ("Then 50 or le\u017f\u017f people came.", "50 or le\u017f\u017f people", 50, "person", "max"),
    ("It fell a th\u0131rd of 1 percent.", "a th\u0131rd of 1 percent", 1 / 3, "percent", None),
    ("The raid killed f\u0131ve people.", "f\u0131ve people", 5, "person", None),
]


@pytest.mark.parametrize(("text", "span", "value", "unit", "modifier"), LETTERS_LIKE_ASCII)
def test_letters_that_patterns_take_for_ascii(text, span, value, unit, modifier):
    (amount,) = find_amounts(parse(text))
    assert (amount.text, amount.value) == (span, pytest.approx(value))
    assert (amount.unit, amount.modifier) == (unit, modifier)


def test_all_letters_that_patterns_take_for_ascii_are_known():
    alike = [char for char in map(chr, range(128, sys.maxunicode)) if re.match("[a-z]", char, re.IGNORECASE)]
    assert alike
    assert all(with_ascii_letters(char).isascii() and len(with_ascii_letters(char)) == 1 for char in alike)


REFORMS = [
    ("It cost 5 million roubles.", 1985, "SUR"),
    ("It cost 5 million roubles.", 2015, "RUB"),
    ("It cost 5 million zlotys.", 1990, "PLZ"),
    ("It cost 5 million bolivars.", 2010, "VEF"),
    ("It cost 5 million dollars.", 1985, "USD"),
    ("It cost 5 million roubles.", None, "RUB"),
]


@pytest.mark.parametrize(("text", "year", "code"), REFORMS)
def test_codes_are_those_of_their_time(text, year, code):
    (amount,) = find_amounts(parse(text), published=date(year, 6, 1) if year else None)
    assert amount.currency == code


def of_country(code):
    return Mention(start=0, end=1, text="I", kind="country", how="name", name=code, code=code, country=code)


@pytest.mark.parametrize(
    ("text", "countries", "code"),
    [
        ("It cost 5 mln dlrs.", ["CAN"], "CAD"),
        ("It cost $5 million.", ["AUS"], "AUD"),
        ("It cost $5 million.", ["AUS", "JPN"], "USD"),
        ("It cost US$5 million.", ["CAN"], "USD"),
        ("It cost 5 mln U.S. dlrs.", ["CAN"], "USD"),
        ("It cost 5 mln dlrs.", ["NOR"], "USD"),
        ("It cost 5 mln dlrs.", [], "USD"),
        ("It cost one billion markka.", [], "FIM"),
    ],
)
def test_whose_dollars(text, countries, code):
    (amount,) = find_amounts(parse(text), [of_country(country) for country in countries])
    assert (amount.kind, amount.currency) == ("money", code)


NOTHING = [
    "They signed it on 7 August 2025.",
    "In 2019 officials met again.",
    "On May 3 officials resigned.",
    "The 12-year-old boy left.",
    "The side won 3-1 at home.",
    "Talks start at 10:30 and end at 5 p.m. today.",
    "The pact invokes Article 5 and lasts 25 years.",
    "Leaders of the G20 met under Resolution 242 again.",
    "It flew F-16 jets.",
    "Hundreds of people marched.",
    "The 14th round failed.",
    "Call 555-123-4567 now.",
    "A five-year plan was shown.",
    "No one came, and one of the ministers left.",
    "One in four voters agreed.",
    "The 1,237 mark was passed.",
    "A soldier and both envoys left.",
    "Resolution 2231 was passed.",
    "The second and the first round failed.",
    "It bought S-400 and F-16 systems.",
    "Born in 1950, he was 64 years old.",
    "2016 Democrats react to the debate.",
    "They offered 24 month loans.",
    "Call +1 202 555 0148 or 555 0199.",
    "The train left at 7.45 a.m. on 12/03/2019.",
    "At one stage today it eased.",
    "Two thirds of voters stayed away.",
    "World War Two ended then.",
    "It fell 1/0 percent.",
    "Call 1 202 555 0148 or 202 555 014 at once.",
    "They saw a Boeing 737 800 passengers knew.",
    "It spoke of tens of thousands of people.",
    "",
    " \n\t ",
]


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_amount(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("Warships", "warship"),
        ("people", "person"),
        ("women", "woman"),
        ("countries", "country"),
        ("crises", "crisis"),
        ("viruses", "virus"),
        ("houses", "house"),
        ("boxes", "box"),
        ("beaches", "beach"),
        ("lives", "life"),
        ("bases", "base"),
        ("passes", "pass"),
        ("series", "series"),
        ("troops", "troop"),
        ("UAVs", "uav"),
        ("dead", "dead"),
        ("jihadis", "jihadi"),
        ("taxis", "taxi"),
        ("consortia", "consortium"),
        ("tranches", "tranche"),
        ("chassis", "chassis"),
    ],
)
def test_singular(plural, expected):
    assert singular(plural) == expected


HOSTILE = [
    "1 ",
    "1-",
    "one and ",
    "9",
    "1,000",
    "$",
    "twenty-",
    "1 %",
    "$1 million dollars ",
    "1 000 ",
    "May 3 300 ",
    "killed 14 ",
    "1 km ",
    "1 of them ",
    "\u0131\u0130\u017f\u212a 1 ",
    "$" + "9" * 400 + " ",
    "\u0661 ",
    "1\n",
    "² ½ ",
]
BLANK = spacy.blank("en")


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_is_linear(piece):
    doc = BLANK(piece * 2_000)
    started = time.process_time()
    for amount in find_amounts(doc):
        assert math.isfinite(amount.value)
        assert amount.upper is None or math.isfinite(amount.upper)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("lower", ["1", "9" * 306, "9" * 400])
def test_a_number_too_long_to_be_one_ends_no_range(lower):
    for amount in find_amounts(BLANK(f"It rose {lower}-{'9' * 400} percent.")):
        assert math.isfinite(amount.value)
        assert amount.upper is None or math.isfinite(amount.upper)


@pytest.mark.parametrize(
    "text",
    [
        "1,000 " * 150_000,
        "1 000 " * 150_000,
        "May 3 300 " * 90_000,
        "between 1 and " * 65_000,
        "$1 million to " * 65_000,
        "half of one percent " * 45_000,
        "two hundred and " * 57_000,
        "(" * 10_000 + "12 ships" + ")" * 10_000,
        "at least " * 10_000 + "12 ships",
        "9" * 900_000,
    ],
    ids=[
        "figures",
        "spaced figures",
        "spaced figures of names",
        "between",
        "money",
        "halves",
        "words",
        "brackets",
        "modifiers",
        "digits",
    ],
)
def test_a_sentence_of_900_000_characters_is_read_in_seconds(text):
    started = time.process_time()
    for numeral in find_numerals(text):
        assert numeral.start < numeral.end
    assert time.process_time() - started < 20


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "0",
                "1",
                "12",
                ",",
                "-",
                "$",
                "€",
                "%",
                "m",
                "million",
                "two",
                "and",
                "a",
                "half",
                "dozen",
                "ships\n",
                "of",
                "to",
                "from",
                "between",
                "quarter",
                "at least",
                "5/8",
                "000",
                "m\u0131ll\u0131on",
                "\u212a",
                "euro cents",
                "or le\u017fs",
                "percent",
            ]
        ),
        max_size=25,
    )
)
def test_spans_are_ordered_and_faithful(words):
    text = " ".join(words)
    previous = 0
    for amount in find_amounts(BLANK(text)):
        assert previous <= amount.start < amount.end
        assert text[amount.start : amount.end] == amount.text
        assert math.isfinite(amount.value)
        assert amount.upper is None or amount.value < amount.upper < math.inf
        assert (amount.currency is None) or amount.kind == "money"
        previous = amount.end


@given(st.text(max_size=200))
def test_any_text_is_survived(text):
    for numeral in find_numerals(text):
        assert 0 <= numeral.start < numeral.end <= len(text)
