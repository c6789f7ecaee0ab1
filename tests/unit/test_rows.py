from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import chain, combinations

import pytest
from release_samples import (
    CHINA,
    DELHI,
    EXTRACTION,
    INDIA,
    PAYMENT,
    PUBLISHED,
    RAO,
    TEXT,
    WARNING,
    article,
    country,
    evidence,
    span,
)

from schemas.identity import actor_id, event_id, id_of, span_id
from schemas.tables import EXTRACTED, extracted_schema, name_of
from tasks.extract.annotations import Extraction, Participant
from tasks.extract.json_form import json_form
from tasks.extract.rows import actor_id_of, identified, rows_of

KEY = id_of(article())
NOTHING = Extraction(mentions=(), events=(), quotes=(), amounts=(), dates=())
TRIGGER = (WARNING.evidence[0].trigger_start, WARNING.evidence[0].trigger_end)
BOTH = replace(
    INDIA, **span("India warned China"), how="nominal", name="both", code=None, members=(INDIA, CHINA)
)


def event(*participants, **changes):
    """The sample's event with other participants, "a" the actors and "r" the recipients."""
    roles = {"a": "actor", "r": "recipient"}
    parts = tuple(Participant(role=roles[role], mention=mention) for role, mention in participants)
    return replace(WARNING, **({"participants": parts} if parts else {}), **changes)


def powerset(events):
    return chain.from_iterable(combinations(events, size) for size in range(len(events) + 1))


def extraction(*events):
    return replace(NOTHING, events=events)


def participants_of(one):
    return [(row["role"], row["name"]) for row in rows_of(KEY, extraction(one))["participants"]]


# ------------------------------------------------------------------------------------------------------------- rows


def test_the_rows_have_the_columns_of_their_tables():
    rows = rows_of(KEY, EXTRACTION)
    assert list(rows) == [name_of(table) for table in EXTRACTED]
    for table in EXTRACTED:
        for row in rows[name_of(table)]:
            assert list(row) == list(extracted_schema(table))
            assert row["article_id"] == KEY


def test_nothing_found_gives_no_rows():
    assert rows_of(KEY, NOTHING) == {name_of(table): [] for table in EXTRACTED}


def test_ids():
    rows = rows_of(KEY, EXTRACTION)
    (warning,) = rows["events"]
    assert warning["event_id"] == event_id(KEY, TRIGGER, 0)
    assert {row["event_id"] for name in ("evidence", "participants") for row in rows[name]} == {
        warning["event_id"]
    }
    assert rows["quotes"][0]["quote_id"] == span_id("quo", KEY, TEXT.index("“"), TEXT.index("”") + 1)
    assert rows["amounts"][0]["amount_id"] == span_id("amt", KEY, TEXT.index("2 million"), len(TEXT) - 1)
    assert rows["mentions"][2]["actor_id"] == actor_id(name="Anita Rao", kind="person", country="IND")
    assert rows["quotes"][0]["actor_id"] == rows["mentions"][2]["actor_id"]
    assert [row["actor_id"] for row in rows["participants"]] == [
        row["actor_id"] for row in rows["mentions"][:2]
    ]


def test_what_follows_from_category_and_mode():
    rows = rows_of(KEY, extraction(event(), event(event_type="CONSULT", mode="phone")))["events"]
    assert [(row["event_type"], row["quad_class"], row["score"]) for row in rows] == [
        ("CONSULT", "verbal_cooperation", 1.5),
        ("THREATEN", "verbal_conflict", -3.5),
    ]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"event_type": "ACCUSE"}, id="type"),
        pytest.param({"mode": "territory"}, id="mode"),
        pytest.param({"status": "planned"}, id="status"),
        pytest.param({"event_date": date(2025, 9, 1), "date_precision": "month"}, id="date"),
        pytest.param({"confidence": 0.2}, id="confidence"),
        pytest.param({"contexts": ("cyber",)}, id="contexts"),
        pytest.param({"participants": (Participant(role="actor", mention=RAO),)}, id="participants"),
        pytest.param(
            {"evidence": (*WARNING.evidence, evidence("It paid 2 million dollars.", "paid"))},
            id="more evidence",
        ),
    ],
)
def test_a_better_coder_revises_an_event_and_keeps_its_id(change):
    ((before, _),) = identified(KEY, extraction(WARNING)).events
    ((after, _),) = identified(KEY, extraction(event(**change))).events
    assert before == after


def test_events_of_one_trigger_are_numbered_by_their_participants():
    of_india, of_china = event(("a", INDIA)), event(("a", CHINA))
    ids = dict(identified(KEY, extraction(of_china, of_india)).events)
    assert ids == {event_id(KEY, TRIGGER, 0): of_india, event_id(KEY, TRIGGER, 1): of_china}
    assert dict(identified(KEY, extraction(of_india, of_china)).events) == ids


def test_events_of_two_triggers_are_numbered_apart():
    other = event(evidence=(evidence("It paid 2 million dollars.", "paid"),))
    keys = [key for key, _ in identified(KEY, extraction(other, WARNING)).events]
    assert keys == [event_id(KEY, TRIGGER, 0), event_id(KEY, (TEXT.index("paid"), TEXT.index("paid") + 4), 0)]


SIMILAR = (
    event(("a", INDIA)),
    event(("a", CHINA)),
    event(("a", INDIA), ("r", CHINA)),
    event(("a", INDIA), ("r", CHINA), event_type="ACCUSE"),
    event(("a", INDIA), ("r", CHINA), mode="territory"),
    event(("a", INDIA), ("r", CHINA), status="planned"),
    PAYMENT,
)
"""Events on one trigger, but for the last, which other participants or nothing but their coding tells apart."""


def test_which_events_are_published_changes_no_id():
    """Whatever the coder is sure enough of, an event has the id that it has where all are published."""
    all_ids = {one: key for key, one in identified(KEY, extraction(*SIMILAR)).events}
    assert len(set(all_ids.values())) == len(SIMILAR)
    for published in powerset(SIMILAR):
        uncertain = tuple(one for one in SIMILAR if one not in published)
        found = identified(KEY, replace(NOTHING, events=published[::-1], uncertain=uncertain))
        assert {one: key for key, one in found.events} == {one: all_ids[one] for one in published}
        assert {one: key for key, one in found.uncertain} == {one: all_ids[one] for one in uncertain}


@pytest.mark.parametrize(
    ("participants", "expected"),
    [
        pytest.param([("a", INDIA), ("r", CHINA)], (["India"], ["IND"], ["China"], ["CHN"]), id="two"),
        pytest.param([("a", INDIA)], (["India"], ["IND"], [], []), id="alone"),
        pytest.param(
            [("a", BOTH)], (["India", "China"], ["CHN", "IND"], [], []), id="a group is its members"
        ),
        pytest.param(
            [("a", RAO), ("a", INDIA)], (["Anita Rao", "India"], ["IND"], [], []), id="of one country"
        ),
        pytest.param(
            [("a", replace(RAO, code=None)), ("r", CHINA)],
            (["Anita Rao"], [], ["China"], ["CHN"]),
            id="of no side",
        ),
    ],
)
def test_an_uncertain_event_stands_alone_with_who_took_part(participants, expected):
    later = evidence("It paid 2 million dollars.", "paid")
    one = event(*participants, evidence=(*WARNING.evidence, later))
    rows = rows_of(KEY, replace(NOTHING, uncertain=(one,)))
    (row,) = rows["uncertain_events"]
    columns = ("actors", "actor_codes", "recipients", "recipient_codes")
    assert tuple(row[column] for column in columns) == expected
    assert (row["sentence"], row["trigger"]) == ("India warned China on Sunday.", "warned"), (
        "the first report"
    )
    assert {name for name, found in rows.items() if found} == {"uncertain_events"}
    assert {name: row[name] for name in rows_of(KEY, extraction(one))["events"][0]} == (
        rows_of(KEY, extraction(one))["events"][0]
    )


@pytest.mark.parametrize(
    ("participants", "expected"),
    [
        pytest.param([("a", INDIA), ("r", CHINA)], [("actor", "India"), ("recipient", "China")], id="two"),
        pytest.param([("a", BOTH)], [("actor", "India"), ("actor", "China")], id="a group is its members"),
        pytest.param(
            [("a", INDIA), ("a", BOTH)], [("actor", "India"), ("actor", "China")], id="a member and its group"
        ),
        pytest.param([("a", BOTH), ("a", CHINA)], [("actor", "India"), ("actor", "China")], id="group first"),
        pytest.param([("a", INDIA), ("a", INDIA)], [("actor", "India")], id="twice"),
        pytest.param(
            [("a", INDIA), ("a", replace(INDIA, name="INDIA"))], [("actor", "India")], id="another spelling"
        ),
        pytest.param(
            [("a", INDIA), ("r", INDIA)], [("actor", "India"), ("recipient", "India")], id="both roles"
        ),
        pytest.param(
            [("a", INDIA), ("a", RAO)], [("actor", "India"), ("actor", "Anita Rao")], id="of one country"
        ),
    ],
)
def test_each_actor_takes_part_once_in_a_role(participants, expected):
    one = event(*participants)
    assert participants_of(one) == expected
    found = json_form(article(), extraction(one))["events"][0]["participants"]
    assert [(part["role"], part["name"]) for part in found] == expected


def test_a_member_stands_where_its_group_is_named():
    rows = rows_of(KEY, extraction(event(("a", BOTH))))["participants"]
    assert {(row["start"], row["end"]) for row in rows} == {(0, len("India warned China"))}


def test_a_sentence_is_evidence_once():
    again = evidence("India warned China on Sunday.", "on Sunday")
    later = evidence("It paid 2 million dollars.", "paid")
    rows = rows_of(KEY, extraction(event(evidence=(*WARNING.evidence, again, later, later))))["evidence"]
    assert [row["trigger"] for row in rows] == ["warned", "paid"]


@pytest.mark.parametrize(
    ("mention", "is_actor"),
    [
        pytest.param(RAO, True, id="person"),
        pytest.param(INDIA, True, id="country"),
        pytest.param(DELHI, False, id="place"),
        pytest.param(BOTH, False, id="group"),
    ],
)
def test_who_is_an_actor(mention, is_actor):
    assert (actor_id_of(mention) is not None) is is_actor


def test_a_quote_without_speaker():
    (quote,) = EXTRACTION.quotes
    (row,) = rows_of(KEY, replace(NOTHING, quotes=(replace(quote, speaker=None, speaker_text=None),)))[
        "quotes"
    ]
    assert (row["speaker_text"], row["speaker"], row["actor_id"], row["country"]) == (None,) * 4


# ------------------------------------------------------------------------------------------------------------- JSON

EVENT_KEYS = """
    event_id event_type mode quad_class score status contexts date date_source sentence trigger confidence attribution
    attribution_kind attribution_party participants place
"""
KEYS = {
    "events": EVENT_KEYS,
    "mentions": "start end text kind how name country sector role confidence latitude longitude",
    "quotes": "start end text kind speaker speaker_text speaker_country cue event_id",
    "dates": "start end text type value",
    "amounts": "start end text kind value upper modifier unit currency event_id",
}
"""The contract of `detente extract --format jsonl`."""


def test_the_keys_of_the_contract():
    found = json_form(article(), EXTRACTION)
    assert set(found) == {"id", "title", "published", *KEYS}
    for name, keys in KEYS.items():
        assert len(found[name]) == len(getattr(EXTRACTION, name))
        for one in found[name]:
            assert set(one) == set(keys.split())
    participant = found["events"][0]["participants"][0]
    assert set(participant) == {"role", "name", "country", "code", "sector", "start", "end"}


def test_the_form_of_the_sample():
    found = json_form(article(), EXTRACTION)
    assert (found["id"], found["title"], found["published"]) == ("n1", "Envoys exchange words", "2025-08-11")
    (warning,) = found["events"]
    assert TEXT[slice(*warning["sentence"])] == "India warned China on Sunday."
    assert TEXT[slice(*warning["trigger"])] == "warned"
    assert warning["event_id"] == event_id(KEY, TRIGGER, 0)
    assert (warning["attribution"], warning["place"]) == (None, None)
    assert warning["contexts"] == ["diplomatic", "military"]
    assert found["quotes"][0]["speaker_country"] == "IND"
    for name in ("mentions", "quotes", "dates", "amounts"):
        assert [TEXT[one["start"] : one["end"]] for one in found[name]] == [
            one["text"] for one in found[name]
        ]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_json_and_the_tables_tell_of_the_same_events_in_one_order():
    events = (event(("a", CHINA)), event(evidence=(evidence("It paid 2 million dollars.", "paid"),)), event())
    found = json_form(article(), extraction(*events))["events"]
    rows = rows_of(KEY, extraction(*events))["events"]
    assert [one["event_id"] for one in found] == [row["event_id"] for row in rows]
    assert len({row["event_id"] for row in rows}) == 3


@pytest.mark.parametrize(
    ("day", "precision", "expected"),
    [
        (date(2025, 8, 6), "day", "2025-08-06"),
        (date(2025, 5, 1), "month", "2025-05"),
        (date(1962, 1, 1), "year", "1962"),
        (date(987, 1, 1), "year", "0987"),
        (None, None, None),
    ],
)
def test_a_date_is_as_exact_as_the_text(day, precision, expected):
    source = None if day is None else "clause"
    one = event(event_date=day, date_precision=precision, date_source=source)
    (found,) = json_form(article(), extraction(one))["events"]
    assert (found["date"], found["date_source"]) == (expected, source)


@pytest.mark.parametrize(("day", "published"), [(PUBLISHED, "2025-08-11"), (None, None)])
def test_an_article_without_a_date_or_anything_else(day, published):
    found = json_form(article("", day=day, title=""), NOTHING)
    assert found == {"id": "n1", "title": "", "published": published} | {key: [] for key in KEYS}


def test_intergovernmental_bodies_keep_their_code():
    body = replace(country("Delhi", "IND"), code="IGO:UN", country=None, sector="IGO", kind="organization")
    (found,) = json_form(article(), extraction(event(("a", body))))["events"]
    assert {"country": None, "code": "IGO:UN", "sector": "IGO"}.items() <= found["participants"][0].items()
