from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_samples import (
    DELHI,
    EXTRACTION,
    TEXT,
    WARNING,
    article,
    country,
    evidence,
    originals,
    shard_frame,
)

from schemas.identity import id_of
from schemas.tables import EXTRACTED, TABLES, contract_of, extracted_schema, name_of, polars_schema
from tasks.article_files import article_frame
from tasks.extract.annotations import Participant
from tasks.extract.rows import rows_of
from tasks.extract.shards import Extracted
from tasks.validate import BrokenTableError, check, validate

ARTICLE = id_of(article())
ROWS = rows_of(ARTICLE, EXTRACTION)
ALONE = {"articles": 1, "appearances": 0}
SIZES = {name: len(rows) for name, rows in ROWS.items()}
NOTHING = f"evt_{'0' * 20}"


def validated(rows=ROWS, *, articles=None, error=None, **options):
    one = Extracted(ARTICLE, {} if error else rows, error)
    return validate(originals(*(articles or [article()])), shard_frame([one]), **options)


@pytest.fixture(scope="module")
def valid():
    return validated().tables


def rules_broken(table, rows, valid):
    """The rules by which rows of one table are refused where all others are right, and how many rows stay."""
    texts = article_frame([article()]).select("article_id", "text")
    frame = pl.DataFrame(rows, schema=extracted_schema(TABLES[table]))
    lent = originals(article()).select("article_id", *contract_of(TABLES[table]).get("of_article", ()))
    whole = frame.join(lent, on="article_id", how="left", maintain_order="left")
    kept, refused = check(
        TABLES[table], whole.select(list(polars_schema(TABLES[table]))), texts=texts, valid=valid
    )
    assert {one.table for one in refused} <= {table}
    return [broken_rule(one) for one in refused], kept


def broken_rule(refusal):
    return refusal.detail.removeprefix("The row breaks a rule of its table: ").removesuffix(".")


def with_change(table, change, *, row=0):
    rows = deepcopy(ROWS)
    rows[table][row] |= change
    return rows


def sizes(valid):
    return {name: frame.height for name, frame in valid.tables.items()}


def reasons(valid):
    """What was refused: table and rule."""
    return [(one.table, broken_rule(one)) for one in valid.refused]


def test_what_is_right_passes_whole():
    valid = validated()
    assert valid.refused == ()
    assert sizes(valid) == {**ALONE, **SIZES}
    assert list(valid.tables) == ["articles", "appearances", *map(name_of, EXTRACTED)]
    for name, frame in valid.tables.items():
        assert frame.schema == polars_schema(TABLES[name])


@pytest.mark.parametrize(("with_text", "expected"), [(False, None), (True, TEXT)])
def test_full_texts_only_where_asked(with_text, expected):
    (row,) = validated(with_text=with_text).tables["articles"].to_dicts()
    assert row["text"] == expected
    assert row["word_count"] == 19
    assert row["published_at"].isoformat() == "2025-08-11T00:00:00+00:00"


def test_a_month_without_articles():
    valid = validate(originals(), shard_frame([]))
    assert valid.refused == ()
    assert set(sizes(valid).values()) == {0}


# ------------------------------------------------------------------------------------------------- rules of one row

NOT_AT_START = "text: not the article's words at start"


@pytest.mark.parametrize(
    ("table", "change", "rule"),
    [
        pytest.param("mentions", {"kind": "ship"}, "kind: isin", id="unknown kind"),
        pytest.param("mentions", {"text": "China"}, NOT_AT_START, id="other words"),
        pytest.param("mentions", {"text": "delhi"}, NOT_AT_START, id="other case"),
        pytest.param("mentions", {"text": ""}, NOT_AT_START, id="no words"),
        pytest.param("mentions", {"end": DELHI.end + 1}, NOT_AT_START, id="a longer span"),
        pytest.param("mentions", {"start": 900, "end": 905}, NOT_AT_START, id="after the text"),
        pytest.param("mentions", {"end": DELHI.start}, "mentions: end_after_start", id="an empty span"),
        pytest.param("mentions", {"end": 3}, "mentions: end_after_start", id="backwards"),
        pytest.param("mentions", {"start": -5}, "start: greater_than_or_equal_to(0)", id="before the text"),
        pytest.param("mentions", {"actor_id": "Delhi"}, "actor_id: str_matches", id="a bad id"),
        pytest.param("mentions", {"country": "IN"}, "country: str_matches", id="a bad code"),
        pytest.param("mentions", {"name": None}, "name: not_nullable", id="no name"),
        pytest.param("mentions", {"latitude": 91.0}, "latitude: in_range", id="beyond the pole"),
        pytest.param("quotes", {"text": "“We agree”"}, NOT_AT_START, id="misquoted"),
        pytest.param("amounts", {"currency": "$"}, "currency: str_matches", id="a bad currency"),
        pytest.param("dates", {"latest": None}, "dates: days_in_order", id="half a span of days"),
        pytest.param(
            "uncertain_events", {"contexts": ["weather"]}, "uncertain_events: known_contexts", id="a context"
        ),
        pytest.param(
            "uncertain_events", {"actors": []}, "uncertain_events: somebody_acts", id="done by nobody"
        ),
        pytest.param(
            "uncertain_events",
            {"sentence": "It paid."},
            "sentence: not the article's words at start",
            id="another sentence",
        ),
        pytest.param(
            "uncertain_events",
            {"trigger": "pays"},
            "trigger: not the article's words at trigger_start",
            id="another trigger",
        ),
    ],
)
def test_a_bad_row_is_refused_alone(table, change, rule, valid):
    (broken,), kept = rules_broken(table, with_change(table, change, row=-1)[table], valid)
    assert broken.startswith(rule)
    assert kept.height == SIZES[table] - 1


@pytest.mark.parametrize(("past", "is_sound"), [(0, True), (1, False), (10**9, False)])
def test_a_span_ends_with_the_text_at_the_latest(past, is_sound, valid):
    """A slice past the end is shorter than asked for; that must not pass for the words."""
    change = {"start": len(TEXT) - 8, "end": len(TEXT) + past, "text": TEXT[-8:]}
    broken, _ = rules_broken("mentions", with_change("mentions", change, row=-1)["mentions"], valid)
    assert (broken == []) is is_sound


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param(
            {"quad_class": "material_conflict"}, "events: quad_class_follows", id="wrong quad class"
        ),
        pytest.param({"score": 3.5}, "events: score_follows", id="wrong score"),
        pytest.param({"mode": "riot"}, "events: score_follows", id="a mode of another category"),
        pytest.param({"event_type": "NONE"}, "event_type: isin", id="no category"),
        pytest.param({"status": "past"}, "status: isin", id="unknown status"),
        pytest.param({"event_date": None}, "event_date: not_nullable", id="no date"),
        pytest.param({"confidence": 1.5}, "confidence: in_range", id="too sure"),
        pytest.param({"article_id": f"art_{'0' * 20}"}, "article_id: refers to nothing", id="of no article"),
        pytest.param({"contexts": ["weather"]}, "events: known_contexts", id="an unknown context"),
        pytest.param({"contexts": None}, "contexts: not_nullable", id="no list of contexts"),
    ],
)
def test_a_refused_event_takes_its_rows_along(change, rule):
    valid = validated(with_change("events", change))
    found = reasons(valid)
    assert found[0][0] == "events"
    assert found[0][1].startswith(rule)
    assert found[1:] == [
        ("evidence", "event_id: refers to nothing"),
        *[("participants", "event_id: refers to nothing")] * 2,
    ]
    assert sizes(valid) == {**ALONE, **SIZES, "events": 0, "evidence": 0, "participants": 0}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param({"event_id": NOTHING}, "event_id: refers to nothing", id="of no event"),
        pytest.param(
            {"sentence": "India warned China."}, "sentence: not the article's words at start", id="sentence"
        ),
        pytest.param({"trigger": "warns"}, "trigger: not the article's words at trigger_start", id="trigger"),
        pytest.param({"end": 9}, "evidence: trigger_inside_sentence", id="trigger outside the sentence"),
        pytest.param(
            {"trigger_start": 40, "trigger_end": 44}, "evidence: trigger_inside_sentence", id="trigger later"
        ),
    ],
)
def test_an_event_without_evidence_is_none(change, rule):
    valid = validated(with_change("evidence", change))
    assert reasons(valid)[0][0] == "evidence"
    assert reasons(valid)[0][1].startswith(rule)
    assert reasons(valid)[1:] == [("events", "no evidence")]
    assert sizes(valid) == {**ALONE, **SIZES, "events": 0, "evidence": 0, "participants": 0}


def test_an_event_keeps_its_sound_evidence():
    sentences = (WARNING.evidence[0], evidence("It paid 2 million dollars.", "paid"))
    rows = rows_of(ARTICLE, replace(EXTRACTION, events=(replace(WARNING, evidence=sentences),)))
    rows["evidence"][1]["trigger"] = "pays"
    valid = validated(rows)
    assert [table for table, _ in reasons(valid)] == ["evidence"]
    assert (valid.tables["events"].height, valid.tables["evidence"].height) == (1, 1)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param({"role": "witness"}, "role: isin", id="unknown role"),
        pytest.param({"kind": "place"}, "kind: isin", id="a place"),
        pytest.param({"code": "China"}, "code: str_matches", id="bad code"),
        pytest.param({"end": 0, "start": 0}, "end: greater_than_or_equal_to(1)", id="no span"),
        pytest.param({"start": 9, "end": 5}, "participants: end_after_start", id="a span backwards"),
    ],
)
def test_an_event_keeps_its_sound_participants(change, rule, valid):
    rows = with_change("participants", change, row=1)["participants"]
    (broken,), kept = rules_broken("participants", rows, valid)
    assert broken.startswith(rule)
    assert kept["name"].to_list() == ["India"]


def test_an_event_without_participants_is_none():
    rows = deepcopy(ROWS)
    rows["participants"] = []
    valid = validated(rows)
    assert reasons(valid) == [("events", "no participants")]
    assert valid.tables["evidence"].height == 0


def test_an_event_that_lacks_everything_is_refused_once():
    valid = validated({**ROWS, "participants": [], "evidence": []})
    assert reasons(valid) == [("events", "no evidence")]


# ------------------------------------------------------------------------------------------------------------- keys


@pytest.mark.parametrize(
    ("table", "change", "kept"),
    [
        pytest.param("mentions", {"name": "New Delhi"}, "Delhi", id="mention"),
        pytest.param("quotes", {"speaker": "A. Rao"}, "Anita Rao", id="quote"),
        pytest.param("amounts", {"unit": "dollar"}, "USD", id="amount"),
        pytest.param("dates", {"value": "2025-08"}, "2025-08-10", id="date"),
        pytest.param("events", {"confidence": 0.1}, 0.8, id="event"),
        pytest.param("evidence", {"trigger": "warned"}, "warned", id="evidence"),
        pytest.param("participants", {"code": None}, "CHN", id="participant"),
        pytest.param("uncertain_events", {"confidence": 0.1}, 0.2, id="uncertain event"),
    ],
)
def test_of_rows_with_one_key_the_first_stays(table, change, kept, valid):
    rows = [*ROWS[table], ROWS[table][-1] | change]
    (broken,), found = rules_broken(table, rows, valid)
    assert broken.endswith("the key of an earlier row")
    assert found.height == SIZES[table]
    (column,) = change
    assert kept in found[column].to_list()


def test_a_row_that_stands_many_times_stays_once(valid):
    broken, kept = rules_broken("mentions", ROWS["mentions"] * 50, valid)
    assert len(broken) == 49 * SIZES["mentions"]
    assert kept.equals(valid["mentions"])


def test_of_rows_with_one_key_the_first_sound_one_stays(valid):
    bad, good, late = (
        {**ROWS["mentions"][-1], **change} for change in ({"kind": "ship"}, {"name": "New Delhi"}, {})
    )
    broken, kept = rules_broken("mentions", [bad, good, late], valid)
    assert [rule[:10] for rule in broken] == ["kind: isin", "article_id"]
    assert kept["name"].to_list() == ["New Delhi"]


def test_an_article_that_stands_twice_is_kept_once():
    valid = validated(articles=[article(), article()])
    assert reasons(valid) == [("articles", "article_id: the key of an earlier row")]
    assert sizes(valid) == {**ALONE, **SIZES}


# --------------------------------------------------------------------------------------- articles, errors, our faults


def test_an_article_whose_extraction_failed_is_kept_out_with_its_error():
    other = article("CHN met IND.", key="n2")
    frame = originals(article(), other)
    extracted = shard_frame(
        [Extracted(ARTICLE, ROWS), Extracted(id_of(other), {}, error="ValueError: no such\x1b[31m tree")]
    )
    valid = validate(frame, extracted)
    assert sizes(valid) == {**ALONE, **SIZES}
    (refusal,) = valid.refused
    assert (refusal.stage, refusal.table, refusal.reason) == ("extract", None, "extraction_failed")
    assert refusal.origin == id_of(other)
    assert refusal.value == "ValueError: no such\\u001b[31m tree"
    assert (refusal.source_name, refusal.day) == (other.source_name, other.published_date)


def test_a_refused_article_takes_everything_along():
    blank = article(" \u3000\n")
    rows = {
        **ROWS,
        "quotes": [],
        "amounts": [],
        "dates": [],
        "events": [],
        "evidence": [],
        "participants": [],
        "uncertain_events": [],
    }
    rows["mentions"] = [ROWS["mentions"][0] | {"article_id": id_of(blank), "start": 0, "end": 1, "text": " "}]
    valid = validate(originals(blank), shard_frame([Extracted(id_of(blank), rows)]))
    assert [table for table, _ in reasons(valid)] == ["articles", "mentions"]
    assert set(sizes(valid).values()) == {0}


def test_a_refused_row_can_be_read_back():
    (refusal,) = validated(with_change("mentions", {"kind": "ship"}, row=-1)).refused
    assert (refusal.stage, refusal.table, refusal.reason) == ("validate", "mentions", "failed_check")
    assert refusal.origin == ARTICLE
    assert (refusal.source_name, refusal.day) == (article().source_name, article().published_date)
    assert json.loads(refusal.record) == ROWS["mentions"][-1] | {"kind": "ship"}


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda rows: rows.drop("how"), id="a column is missing"),
        pytest.param(lambda rows: rows.with_columns(colour=pl.lit("red")), id="a column too many"),
        pytest.param(lambda rows: rows.select(sorted(rows.columns)), id="another order"),
        pytest.param(lambda rows: rows.with_columns(pl.col("start").cast(pl.Int32)), id="another type"),
        pytest.param(lambda rows: rows.rename({"name": "names"}), id="another name"),
    ],
)
def test_wrong_columns_are_our_own_fault(broken, valid):
    texts = article_frame([article()]).select("article_id", "text")
    with pytest.raises(BrokenTableError, match="mentions does not match its schema"):
        check(TABLES["mentions"], broken(valid["mentions"]), texts=texts, valid=valid)


def test_rows_come_out_in_the_order_of_their_key():
    first, second = article(), article("IND met CHN.", key="n2")
    extracted = [
        Extracted(id_of(second), {}),
        Extracted(id_of(first), {**ROWS, "mentions": ROWS["mentions"][::-1]}),
    ]
    valid = validate(originals(second, first), shard_frame(extracted))
    assert valid.refused == ()
    assert valid.tables["mentions"]["start"].is_sorted()
    assert valid.tables["articles"]["article_id"].is_sorted()


@settings(max_examples=25, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(str.strip), st.data()
)
def test_offsets_are_characters_in_any_script(text, draw):
    """Every true span passes, whatever the text; the same words one character on do not, unless they recur there."""
    start = draw.draw(st.integers(0, len(text) - 1))
    end = draw.draw(st.integers(start + 1, len(text)))
    one = article(text)
    row = ROWS["mentions"][0] | {
        "article_id": id_of(one),
        "start": start,
        "end": end,
        "text": text[start:end],
    }
    shifted = row | {"start": start + 1, "end": end + 1}
    texts = article_frame([one]).select("article_id", "text")
    frame = pl.DataFrame([row, shifted], schema=polars_schema(TABLES["mentions"]))
    kept, refused = check(TABLES["mentions"], frame, texts=texts, valid={"articles": texts})
    recurs = text[start + 1 : end + 1] == row["text"]
    assert kept["start"].to_list() == ([start, start + 1] if recurs else [start])
    assert len(refused) == 2 - kept.height


def test_groups_and_places_need_no_actor():
    both = replace(
        country("India warned China", "IND"), members=EXTRACTION.mentions[:2], how="nominal", code=None
    )
    event = replace(WARNING, participants=(Participant(role="actor", mention=both),))
    valid = validated(rows_of(ARTICLE, replace(EXTRACTION, events=(event,))))
    assert valid.refused == ()
    assert valid.tables["participants"]["code"].sort().to_list() == ["CHN", "IND"]
