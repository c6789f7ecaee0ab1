"""What amounts measure: the event in whose clause they stand, and what belongs to none."""

from __future__ import annotations

import time
from datetime import date

import pytest
import spacy
from spacy.tokens import Doc

from schemas.article import Article
from tasks.extract.amount_events import link_amounts
from tasks.extract.amounts import find_amounts
from tasks.extract.annotations import Event, Evidence
from tasks.extract.document import extract


def measured(text):
    """Each amount with the type of the event that it measures."""
    article = Article(source_id="made-up", title="", text=text, published_date=date(2020, 6, 1))
    return [(amount.text, amount.event and amount.event.event_type) for amount in extract(article).amounts]


OF_EVENTS = [
    (
        "The United States imposed a 50 percent tariff on Indian goods.",
        [("50 percent", "SANCTION")],
    ),
    ("Israeli troops shelled a village in Lebanon, killing 14 people.", [("14 people", "ASSAULT")]),
    ("Turkey sent 1,200 troops to Libya.", [("1,200 troops", "MOBILIZE")]),
    ("Norway gave Kenya $40 million in aid.", [("$40 million", "AID")]),
    ("Turkey sentenced two Greek soldiers to prison.", [("two Greek soldiers", "SANCTION")]),
    ("The European Union agreed to pay Turkey 3 billion euros.", [("3 billion euros", "AGREE")]),
    (
        "Russian forces attacked Kharkiv on Monday. At least 14 civilians were killed.",
        [("14 civilians", "ASSAULT")],
    ),
    (
        "Indian troops killed 14 rebels, nine of them from Pakistan.",
        [("14 rebels", "ASSAULT"), ("nine of them", "ASSAULT")],
    ),
    (
        "Indian troops killed 14 rebels 20 km from Delhi, nine of whom came from Pakistan.",
        [("14 rebels", "ASSAULT"), ("20 km", None), ("nine of whom", "ASSAULT")],
    ),
    (
        "Russia recalled 12 diplomats from Poland after two agents were jailed.",
        [("12 diplomats", "SANCTION"), ("two agents", None)],
    ),
]
OF_NONE = [
    "India's parliament has 543 members. Pakistan condemned India on Monday.",
    "Iran rejected the offer, which would have cost $3 billion.",
    "Japan condemned China, whose exports rose 12 percent.",
    "Germany criticised France, and inflation in Berlin rose to 3 percent.",
    "Israeli jets bombed a camp 20 kilometres from Damascus.",
    "China met Japan and raised 14 million dollars at home.",
    "Russian shells hit Kyiv. Three people were killed in traffic accidents in Paris.",
    "Egypt accused Ethiopia of diverting water, compared with 14 complaints last year.",
    "Sweden condemned Iran on Monday, according to two envoys.",
    "Two people were killed.",
]


@pytest.mark.parametrize(("text", "expected"), OF_EVENTS, ids=[text for text, _ in OF_EVENTS])
def test_the_event_in_whose_clause_it_stands(text, expected):
    assert measured(text) == expected


@pytest.mark.parametrize("text", OF_NONE)
def test_what_measures_no_act(text):
    found = measured(text)
    assert found
    assert [event for _, event in found if event] == []


def _flat(words, *, hangs_on):
    """A sentence whose tokens all depend on one verb, or each on the one before."""
    count = len(words)
    heads = [0] * count if hangs_on == "the verb" else [max(0, index - 1) for index in range(count)]
    deps = ["ROOT", *["dobj"] * (count - 1)]
    tags = ["VBD", *["NNS" if word == "ships" else "CD" for word in words[1:]]]
    return Doc(
        spacy.blank("en").vocab,
        words=words,
        heads=heads,
        deps=deps,
        tags=tags,
        sent_starts=[True] + [False] * (count - 1),
    )


@pytest.mark.parametrize("hangs_on", ["the verb", "the word before"])
def test_a_sentence_of_nothing_but_amounts_takes_linear_time(hangs_on):
    doc = _flat(["killed", *["12", "ships"] * 50_000], hangs_on=hangs_on)
    evidence = Evidence(
        start=0, end=len(doc.text), sentence=doc.text, trigger_start=0, trigger_end=6, trigger="killed"
    )
    event = Event(
        event_type="ASSAULT",
        mode=None,
        status="actual",
        event_date=None,
        date_precision=None,
        date_source=None,
        confidence=1.0,
        participants=(),
        evidence=(evidence,),
    )
    amounts = find_amounts(doc)
    assert len(amounts) > 10_000
    started = time.process_time()
    linked = link_amounts(doc, amounts, [event])
    assert time.process_time() - started < 20
    assert [amount.text for amount in linked] == [amount.text for amount in amounts]
    assert linked[0].event is event
