"""Where a body sits, as the words beside its name say."""

from __future__ import annotations

import pytest

from tasks.extract.actors import find_mentions
from tasks.extract.language_model import parse


def mention_of(text: str, words: str):
    return next(mention for mention in find_mentions(parse(text)) if mention.text == words)


@pytest.mark.parametrize(
    ("text", "body", "country"),
    [
        ("Toronto-based Halden Aerospace said it would cut jobs in Peru.", "Halden Aerospace", "CAN"),
        ("The New York-based bond insurer Marsden Corp told Norway to pay.", "Marsden Corp", "USA"),
        ("Halden Bearings of Gothenburg sold a unit to a firm in Lima.", "Halden Bearings", "SWE"),
        (
            "The Corvell Research Institute of Menlo Park, California, left.",
            "Corvell Research Institute",
            "USA",
        ),
        ("Peru sued Marsden Capital Corp, which is based in Geneva.", "Marsden Capital Corp", "CHE"),
        ("A spokesman for Tarrant Foods, a Dallas-based snack maker, spoke.", "Tarrant Foods", "USA"),
        ("Norway buys from Cresthaven University in Pretoria.", "Cresthaven University", "ZAF"),
        ("Norway helped Tarrant Foods Corp in Johnson City, Tennessee.", "Tarrant Foods Corp", "USA"),
    ],
)
def test_a_body_is_of_the_country_in_which_the_text_says_that_it_sits(text, body, country):
    assert mention_of(text, body).code == country


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Norway has had talks with Tarrant Foods Corp in Kuala Lumpur.", "Tarrant Foods Corp"),
        ("Tarrant Foods Corp said in Oslo that it would pay.", "Tarrant Foods Corp"),
        ("Toronto-based lawyers, Norway and Tarrant Foods Corp signed.", "Tarrant Foods Corp"),
        ("The Geneva-based World Parks Organization thanked Norway.", "World Parks Organization"),
    ],
)
def test_where_a_body_is_at_work_is_no_seat(text, body):
    assert mention_of(text, body).code is None


@pytest.mark.parametrize(
    ("text", "place", "country"),
    [
        ("Its consul in Tangier was called by Spain.", "Tangier", "MAR"),
        ("Spain said that the meeting in Faro was off.", "Faro", "PRT"),
        ("FARGO, N.D. - Two envoys won the votes of most delegates.", "FARGO", "USA"),
    ],
)
def test_a_known_city_stays_a_place_whatever_the_model_takes_it_for(text, place, country):
    found = mention_of(text, place)
    assert (found.kind, found.code) == ("place", country)
