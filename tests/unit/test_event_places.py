"""Where events happen: by the words around them, and by the dateline."""

from __future__ import annotations

import time
from datetime import date

import pytest

from schemas.article import Article
from tasks.extract.dateline_places import dateline_place
from tasks.extract.document import extract
from tasks.extract.lexicon import load_lexicon


def _events(text):
    return extract(Article(source_id="a", title="", text=text, published_date=date(2015, 5, 5))).events


def _place(text, trigger):
    places = [event.place for event in _events(text) if event.evidence[0].trigger.startswith(trigger)]
    assert places, f"no event {trigger!r}"
    return (places[0].name, places[0].country, places[0].source) if places[0] else None


@pytest.mark.parametrize(
    ("text", "trigger", "place"),
    [
        ("Norwegian ministers met Icelandic officials in Oslo on Monday.", "met", ("Oslo", "NOR", "clause")),
        ("Turkish jets bombed a bridge near Aleppo on Monday.", "bombed", ("Aleppo", "SYR", "clause")),
        ("Turkish jets bombed Aleppo on Monday.", "bombed", ("Aleppo", "SYR", "clause")),
        (
            "Russia shelled the outskirts of Kharkiv, Ukraine, on Monday.",
            "shelled",
            ("Kharkiv", "UKR", "clause"),
        ),
        ("Indian and Chinese envoys held talks in Geneva.", "talks", ("Geneva", "CHE", "clause")),
        (
            "Turkey arrested two Syrian officers at a hotel in Kayseri.",
            "arrested",
            ("Kayseri", "TUR", "clause"),
        ),
        (
            "Israeli troops killed two Lebanese soldiers in southern Lebanon.",
            "killed",
            ("Lebanon", "LBN", "clause"),
        ),
        ("Chadian troops attacked a Libyan base near Zuwayyat.", "attacked", ("Zuwayyat", None, "clause")),
        ("In Sudan, Egyptian envoys met Sudanese officials in Kassala.", "met", ("Kassala", "SDN", "clause")),
        ("Russia reached an agreement with Ukraine in Minsk.", "reached", ("Minsk", "BLR", "clause")),
    ],
)
def test_the_place_in_the_clause_of_an_event(text, trigger, place):
    assert _place(text, trigger) == place


@pytest.mark.parametrize(
    ("text", "trigger", "place"),
    [
        (
            "In Mosul, residents said Iraqi troops had killed two Turkish drivers.",
            "killed",
            ("Mosul", "IRQ", "sentence"),
        ),
        ("In Vienna, officials said Iraqi troops had killed two Turkish drivers.", "killed", None),
        ("At a conference in Oslo, Iran accused Israel of lying.", "accused", ("Oslo", "NOR", "clause")),
        ("Iran accused Israel of lying, its envoy told a conference in Oslo.", "accused", None),
    ],
)
def test_the_place_of_the_clause_above(text, trigger, place):
    found = _place(text, trigger)
    assert (found and found[:2]) == (place and place[:2])


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("Moscow accused Kiev of breaking the truce.", "accused"),
        ("Beijing and Washington agreed to resume trade talks.", "agreed"),
        ("China condemned the raid on Aleppo.", "condemned"),
        ("Iran accused soldiers near Basra of shooting at its patrol.", "accused"),
        ("France recalled its ambassador from Ottawa.", "recalled"),
        ("Iran accused Israel of lying after a meeting in Geneva of its allies.", "accused"),
        ("The president, who studied in Paris, threatened Iran with sanctions.", "threatened"),
    ],
)
def test_who_acts_and_what_is_spoken_of_are_no_places_of_the_act(text, trigger):
    events = [event for event in _events(text) if event.evidence[0].trigger.startswith(trigger)]
    assert all(event.place is None for event in events)


@pytest.mark.parametrize(
    ("text", "trigger", "name"),
    [
        ("Turkey's president will visit Paris on Friday.", "visit", "Paris"),
        ("Russia and Ukraine will hold talks in Istanbul next week.", "hold talks", "Istanbul"),
        ("Egypt sent troops to Port Sudan.", "sent", "Port Sudan"),
    ],
)
def test_where_somebody_goes(text, trigger, name):
    found = _place(text, trigger)
    assert found
    assert found[0] == name


def test_each_event_has_its_own_place():
    text = "Turkish jets bombed Aleppo, and Russian envoys met Syrian officials in Geneva."
    assert _place(text, "bombed")[0] == "Aleppo"
    assert _place(text, "met")[0] == "Geneva"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("PARIS (Agency) - France condemned Iran on Monday.", ("Paris", "FRA", "dateline")),
        ("PARIS, May 4 (Agency) - France condemned Iran on Monday.", ("Paris", "FRA", "dateline")),
        ("PARIS (Agency) - At a conference in Oslo, France condemned Iran.", ("Oslo", "NOR", "clause")),
        ("GENEVA (Agency) - China condemned Iran on Monday.", None),
        ("PARIS (Agency) - It rained all day.\n\nFrance condemned Iran on Monday.", None),
        ("PARIS (Agency) - France will condemn Iran on Friday.", None),
        ("France condemned Iran on Monday.", None),
    ],
)
def test_the_dateline_is_for_words_of_the_lead_that_are_said_at_home(text, place):
    found = _place(text, "condemn")
    assert found == place


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("NEW DELHI, Aug 7", ("New Delhi", "IND", True)),
        ("KHARKIV, Ukraine", ("Kharkiv", "UKR", True)),
        ("FARGO, N.D.", ("Fargo", "USA", True)),
        ("MOSCOW, Idaho", ("Moscow", "USA", True)),
        ("SINGAPORE", ("Singapore", "SGP", False)),
        ("ST. JOHN'S, Canada", ("St. John's", "CAN", True)),
        ("PORT-AU-PRINCE", ("Port-au-Prince", "HTI", True)),
        ("DAR ES SALAAM", ("Dar es Salaam", "TZA", True)),
        ("NOWHERE, Chad", ("Nowhere", "TCD", False)),
        ("NOWHERE", None),
        ("", None),
    ],
)
def test_where_the_town_of_a_dateline_lies(words, place):
    found = dateline_place(words, (), load_lexicon())
    assert (found and (found.name, found.country, found.latitude is not None)) == place


def test_a_seat_that_is_no_capital_does_not_lie_in_the_capital():
    found = dateline_place("BONN", (), load_lexicon())
    assert found is not None
    assert (found.latitude, found.longitude) == (50.74, 7.1)


@pytest.mark.parametrize(
    "text",
    [
        "Turkish jets bombed Aleppo in " + "Homs in " * 3000 + "Syria.",
        "Iran " + "met Israel in Oslo and " * 1500 + "left.",
        "In Oslo, " * 3000 + "Iran condemned Israel.",
    ],
)
def test_hostile_text_takes_bounded_time(text):
    started = time.process_time()
    _events(text)
    assert time.process_time() - started < 20
