from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_samples import article

from schemas import identity
from schemas.columns import id_pattern
from schemas.identity import id_of, identity_of

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
SEPARATORS = st.text("a \x1f\x00\n:_", max_size=4)
"""What a careless way of joining parts would stumble over."""


@pytest.mark.parametrize(
    ("found", "known"),
    [
        pytest.param(
            identity.article_id(
                title="Envoys meet",
                text="Envoys met.",
                published_date=date(2024, 3, 9),
                source_identity="uri:https://wire.example/7",
            ),
            "art_834a75bc23043e073be4",
            id="article",
        ),
        pytest.param(
            identity.article_id(title="", text="", published_date=None, source_identity=None),
            "art_2d5035f3194b948fd91b",
            id="article of nothing",
        ),
        pytest.param(
            identity.content_hash("Envoys meet", "Envoys met.", None), "69d205cd887a1c0ece30", id="content"
        ),
        pytest.param(identity.event_id("art_0", (3, 9), 0), "evt_598eb42f8c23df380c23", id="event"),
        pytest.param(identity.span_id("quo", "art_0", 3, 9), "quo_2863b241dc56258430cd", id="quote"),
        pytest.param(identity.span_id("amt", "art_0", 3, 9), "amt_2863b241dc56258430cd", id="amount"),
        pytest.param(
            identity.actor_id(name="Anita Rao", kind="person", country="IND"),
            "act_2611af54b2571f587e4b",
            id="actor",
        ),
        pytest.param(
            identity.quarantine_id(stage="ingest", table=None, reason="empty", origin="a.txt", value=""),
            "ref_f00d58106c294ab3ad57",
            id="refusal",
        ),
        pytest.param(
            identity.item_id("Oslo met Riga.", [0, 4], [9, 13], [5, 8]),
            "itm_1c2204071bad0f478336",
            id="item of the corpus",
        ),
        pytest.param(
            identity.item_id("Oslo met Riga.", [0, 4], None, None),
            "itm_c45515610c0c1171d0be",
            id="NONE of a lone actor",
        ),
    ],
)
def test_ids_that_stores_out_there_hold(found, known):
    """Another value here means that every store out there, or the whole corpus, would be renumbered."""
    assert found == known


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        pytest.param({"title": " Envoys  exchange\nwords "}, True, id="white space of the title"),
        pytest.param({"origin": "elsewhere.jsonl:9"}, True, id="where it was read"),
        pytest.param({"updated_at": datetime(2025, 9, 1, tzinfo=UTC)}, True, id="when it was updated"),
        pytest.param({"published_at": datetime(2025, 8, 11, 9, tzinfo=UTC)}, True, id="time of the day"),
        pytest.param({"declared_count": 7}, True, id="declared count"),
        pytest.param({"repairs": ("decoded as cp1252",)}, True, id="repairs"),
        pytest.param({"source_name": " Alpine\tWire "}, True, id="white space of the source's name"),
        pytest.param({"title": "Envoys exchange gifts"}, False, id="title"),
        pytest.param({"title": "ENVOYS EXCHANGE WORDS"}, False, id="case of the title"),
        pytest.param({"text": "India warned China on Sunday."}, False, id="text"),
        pytest.param({"published_date": date(2025, 8, 12)}, False, id="day"),
        pytest.param({"published_date": None}, False, id="no day"),
        pytest.param({"source_id": "n2"}, False, id="the source's own id"),
        pytest.param({"source_name": "Coast Wire"}, False, id="source"),
        pytest.param({"source_name": None}, False, id="no source"),
        pytest.param({"has_own_id": False}, False, id="an id that is not the source's"),
        pytest.param({"source_uri": "https://wire.example/7"}, False, id="address"),
    ],
)
def test_what_an_article_id_depends_on(change, is_same):
    assert (id_of(replace(article(), **change)) == id_of(article())) is is_same


def test_the_layout_of_a_text_counts():
    """Offsets count its characters: one space more is another article."""
    assert id_of(article("India  warned China.")) != id_of(article("India warned China."))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, "id:Alpine Wire\x1fn1", id="name and own id"),
        pytest.param({"source_uri": " https://wire.example/7 "}, "uri:https://wire.example/7", id="address"),
        pytest.param({"source_uri": " "}, "id:Alpine Wire\x1fn1", id="a blank address is none"),
        pytest.param({"has_own_id": False}, None, id="a made-up id identifies nothing"),
        pytest.param(
            {"has_own_id": False, "source_uri": "https://wire.example/7"},
            "uri:https://wire.example/7",
            id="a made-up id and an address",
        ),
        pytest.param({"source_name": None}, None, id="no name"),
        pytest.param({"source_name": " "}, None, id="blank name"),
        pytest.param({"source_id": ""}, None, id="no id"),
        pytest.param({"source_id": " \t"}, None, id="blank id"),
    ],
)
def test_source_identity(change, expected):
    assert identity_of(replace(article(), **change)) == expected


@given(st.tuples(SEPARATORS, SEPARATORS), st.tuples(SEPARATORS, SEPARATORS))
def test_no_two_sources_share_an_identity(one, other):
    def found(name, key):
        return identity.source_identity(source_uri=None, source_name=name, source_id=key)

    def meant(name, key):
        return identity.normalise(name), key.strip()

    if found(*one) is not None and found(*one) == found(*other):
        assert meant(*one) == meant(*other)


@given(st.lists(SEPARATORS, min_size=3, max_size=3), st.lists(SEPARATORS, min_size=3, max_size=3))
def test_text_that_moves_between_parts_gives_another_id(one, other):
    def ids(title, text, source):
        return identity.article_id(
            title=title, text=text, published_date=None, source_identity=f"uri:{source}"
        )

    def meant(title, text, source):
        return identity.normalise(title), text, source

    assert (ids(*one) == ids(*other)) == (meant(*one) == meant(*other))


@given(st.tuples(SEPARATORS, SEPARATORS, SEPARATORS), st.tuples(SEPARATORS, SEPARATORS, SEPARATORS))
def test_refusals_differ_where_their_parts_do(one, other):
    def ids(reason, origin, value):
        return identity.quarantine_id(stage="ingest", table=None, reason=reason, origin=origin, value=value)

    assert (ids(*one) == ids(*other)) == (one == other)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9), st.integers(0, 99), st.integers(0, 9))
def test_digits_that_move_between_numbers_give_another_event(start, end, ordinal, other_end, other_ordinal):
    one = identity.event_id("art_0", (start, end), ordinal)
    other = identity.event_id("art_0", (start, other_end), other_ordinal)
    assert (one == other) == ((end, ordinal) == (other_end, other_ordinal))
    assert identity.event_id("art_1", (start, end), ordinal) != one


@pytest.mark.parametrize(
    ("name", "kind", "code", "is_same"),
    [
        pytest.param("ANITA  rao", "person", "IND", True, id="case and spacing aside"),
        pytest.param("Anita Rao", "person", None, False, id="country"),
        pytest.param("Anita Rao", "organization", "IND", False, id="kind"),
        pytest.param("Anita Roy", "person", "IND", False, id="name"),
    ],
)
def test_when_two_mentions_are_one_actor(name, kind, code, is_same):
    anita = identity.actor_id(name="Anita Rao", kind="person", country="IND")
    assert (identity.actor_id(name=name, kind=kind, country=code) == anita) is is_same


def test_one_name_in_two_unicode_forms_is_one_actor():
    composed, decomposed = "Jos\u00e9", "Jose\u0301"
    assert identity.actor_id(name=composed, kind="person", country=None) == identity.actor_id(
        name=decomposed, kind="person", country=None
    )


@given(st.text(max_size=5), WORDS)
def test_every_id_looks_like_one(hostile, words):
    """Also of text with unpaired surrogates: identity is computed before anything is refused."""
    key = identity.article_id(title=hostile, text=words, published_date=None, source_identity=hostile)
    for prefix, found in (
        ("art", key),
        ("act", identity.actor_id(name=hostile, kind=words, country=None)),
        ("evt", identity.event_id(key, (0, 1), 0)),
    ):
        assert re.fullmatch(id_pattern(prefix), found)
