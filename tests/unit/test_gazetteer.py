from __future__ import annotations

import pytest

from tasks.extract.actors import find_mentions
from tasks.extract.gazetteer import known_otherwise, load_gazetteer, most_likely
from tasks.extract.language_model import parse
from tasks.extract.lexicon import load_lexicon


@pytest.mark.parametrize(
    ("name", "named", "country"),
    [
        ("Kayseri", set(), "TUR"),
        ("Manchester", set(), "GBR"),
        ("Manchester", {"USA", "CAN"}, "USA"),
        ("Birmingham", {"CAN", "FRA"}, "GBR"),
        ("Newcastle", {"ZAF"}, "ZAF"),
        ("Córdoba", {"ARG"}, "ARG"),
        ("Cordoba", {"ESP"}, "ESP"),
        ("Frankfurt", set(), "DEU"),
        ("Xi'an", set(), "CHN"),
        ("Guangdong", set(), "CHN"),
        ("Metcalfe County", set(), "USA"),
        ("Belgorod Oblast", set(), "RUS"),
        ("Nowhere in Particular", {"USA"}, None),
    ],
)
def test_where_a_name_most_likely_lies(name, named, country):
    place = most_likely(name, named=named)
    assert (place.country if place else None) == country


def test_every_row_is_a_place_of_a_country_that_the_lexicon_knows():
    countries = load_lexicon().countries
    names = load_gazetteer()
    assert len(names) > 30_000
    for name in names:
        place = most_likely(name, named=())
        assert place.country in countries, name
        assert place.people > 0
        assert (place.latitude is None) == (place.longitude is None)


@pytest.mark.parametrize(
    ("text", "words", "country", "has_coordinates"),
    [
        ("The convoy left the city of Kayseri for Syria.", "Kayseri", "TUR", True),
        ("Police in Oxford, Mississippi, arrested him.", "Oxford", "USA", False),
        ("A blast shook Kayseri Airport on Monday.", "Kayseri Airport", "TUR", True),
        ("Kenya said so. In Nowhereville, Kenyan police waited.", "Nowhereville", "KEN", False),
        ("Kenya and Uganda said so. Police waited in Nowhereville.", "Nowhereville", None, False),
    ],
)
def test_places_of_the_model_are_looked_up(text, words, country, has_coordinates):
    found = next(m for m in find_mentions(parse(text)) if m.text == words)
    assert (found.kind, found.country, found.latitude is not None) == ("place", country, has_coordinates)


@pytest.mark.parametrize(
    ("text", "words", "country"),
    [
        ("Turkey broke accords with the Gulf countries and the coalition in Syria.", "Gulf", None),
        ("Talks on the Gulf between Norway and Chile went on.", "Gulf", None),
        ("Papua New Guinea sent doctors to Gulf and to Manus.", "Gulf", "PNG"),
    ],
)
def test_a_province_with_an_everyday_name_counts_only_in_a_country_that_is_named(text, words, country):
    found = [m.code for m in find_mentions(parse(text)) if m.text == words]
    assert set(found) <= {country}


@pytest.mark.parametrize(
    ("text", "words", "country"),
    [
        ("Belarus closed the road to Grodno.", "Grodno", "BLR"),
        ("Burma freed him in Rangoon.", "Rangoon", "MMR"),
        ("Police in Iraq fled to the northern Syrian border town of Kesrabad.", "Kesrabad", "SYR"),
        ("Libya and Niger met in Fayanda, Chad's largest northern town.", "Fayanda", "TCD"),
        ("Iraq and Iran fought in Iraq's Basrani province.", "Basrani", "IRQ"),
    ],
)
def test_a_place_has_the_country_that_the_text_gives_it(text, words, country):
    found = [m for m in find_mentions(parse(text)) if words in m.text]
    assert [(m.kind, m.country) for m in found] == [("place", country)]


@pytest.mark.parametrize(
    ("name", "named", "country"),
    [
        ("Grodno", {"BLR"}, "BLR"),
        ("Grodno", {"FRA"}, None),
        ("Leningrad", {"RUS", "FIN"}, "RUS"),
        ("Germany", {"USA", "DEU"}, None),
        ("March", {"USA", "GBR"}, None),
    ],
)
def test_other_names_count_in_countries_that_are_named(name, named, country):
    place = known_otherwise(name, named=named)
    assert (place.country if place else None) == country


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Guards fired on a boat on the Lurga river. The Lurga is wide.", "Lurga"),
        ("Troops left the headwaters of the Zamora on Monday.", "Zamora"),
        ("The village of Kastrell burned. Rebels hold Kastrell.", "Kastrell"),
    ],
)
def test_what_the_words_make_a_place_is_one_throughout(text, words):
    found = [m for m in find_mentions(parse(text)) if m.text == words]
    assert len(found) == text.count(words)
    assert {m.kind for m in found} == {"place"}


@pytest.mark.parametrize(
    "text",
    [
        "In March France closed its border.",
        "Foreign Minister Boston Larsen spoke. Larsen was near Larsen all day, he said.",
        "Kenya thanked the General Assembly in May.",
    ],
)
def test_months_and_people_are_no_places(text):
    assert [m.text for m in find_mentions(parse(text)) if m.kind == "place"] == []
