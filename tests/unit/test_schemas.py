from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

import pandera.polars as pa
import polars as pl
import pytest
from release_samples import valid_tables

from schemas import columns, plover, quality_periods
from schemas.refusal import Refusal
from schemas.tables import EXTRACTED, TABLES, contract_of, empty, key_of, name_of, polars_schema

REFUSED = Refusal(
    stage="ingest",
    table=None,
    reason="no_date",
    detail="There is no date.",
    origin="a.txt",
    value="Envoys met.",
    record="Envoys met.",
)
VERBAL_COOPERATION, MATERIAL_COOPERATION = "verbal_cooperation", "material_cooperation"
VERBAL_CONFLICT, MATERIAL_CONFLICT = "verbal_conflict", "material_conflict"

PLOVER = {
    "AGREE": (2.5, VERBAL_COOPERATION, False, {}),
    "CONSULT": (
        2.5,
        VERBAL_COOPERATION,
        False,
        {"visit": 4, "third-party": 1, "multilateral": 4, "phone": 1.5},
    ),
    "SUPPORT": (5, VERBAL_COOPERATION, False, {}),
    "CONCEDE": (4.5, VERBAL_COOPERATION, False, {}),
    "COOPERATE": (9.5, MATERIAL_COOPERATION, True, {}),
    "AID": (10, MATERIAL_COOPERATION, True, {}),
    "RETREAT": (
        6.5,
        MATERIAL_COOPERATION,
        False,
        {"withdraw": 8, "release": 6.5, "disarm": 10, "ceasefire": 7.5, "access": 6.5, "resign": 4.5},
    ),
    "REQUEST": (0, VERBAL_CONFLICT, False, {"assist": 0.5, "change": -1, "yield": -1, "meet": 0}),
    "ACCUSE": (-3, VERBAL_CONFLICT, False, {"disapprove": -2, "investigate": -3.5, "allege": -3.5}),
    "REJECT": (-2, VERBAL_CONFLICT, False, {"assist": -1.5, "change": -2, "yield": -2, "meet": -2}),
    "THREATEN": (
        -3.5,
        VERBAL_CONFLICT,
        False,
        {
            "restrict": -3,
            "arrest": -3.5,
            "relations": -3.5,
            "expel": -3.5,
            "territory": -4,
            "violence": -3.5,
        },
    ),
    "PROTEST": (
        -5,
        MATERIAL_CONFLICT,
        False,
        {
            "demo": -5,
            "riot": -7,
            "strike": -5,
            "hunger": -4.5,
            "boycott": -4.5,
            "obstruct": -4.5,
            "vandalize": -4.5,
        },
    ),
    "SANCTION": (
        -6,
        MATERIAL_CONFLICT,
        True,
        {"convict": -6, "expel": -5.5, "withdraw": -6, "discontinue": -6},
    ),
    "MOBILIZE": (
        -5.5,
        MATERIAL_CONFLICT,
        False,
        {"troops": -6.5, "weapons": -6.5, "police": -5.5, "militia": -6},
    ),
    "COERCE": (
        -7,
        MATERIAL_CONFLICT,
        False,
        {
            "seize": -7,
            "restrict": -7,
            "censor": -6.5,
            "curfew": -6.5,
            "martial-law": -7.5,
            "arrest": -7,
            "deport": -7,
            "withhold": -7,
            "misinformation": -6.5,
            "cyber": -7,
        },
    ),
    "ASSAULT": (
        -9,
        MATERIAL_CONFLICT,
        False,
        {
            "abduct": -8.5,
            "beat": -7.5,
            "torture": -8.5,
            "sexual": -8.5,
            "targeted": -9.5,
            "destroy": -8.5,
            "primitive": -8,
            "firearms": -9,
            "explosives": -9,
            "suicide-attack": -9.5,
            "aerial": -9.5,
            "drone": -9.5,
            "heavy-weapons": -9.5,
            "crowd-control": -7.5,
            "unconventional": -10,
        },
    ),
}
"""The published categories, once more and by hand: score, quad class, whether a second party is needed, modes."""

SECTORS = (
    "GOV MIL INT LEG JUD PTY OPP REB POL BUS LAB CVL MED EDU REL NGO IGO ELI REF CRM UNK".split()  # noqa: SIM905
)

KEYS = {
    "articles": ["article_id"],
    "appearances": ["article_id", "source_uri"],
    "stories": ["story_id"],
    "mentions": ["article_id", "start"],
    "events": ["event_id"],
    "evidence": ["event_id", "start"],
    "participants": ["event_id", "role", "actor_id"],
    "quotes": ["quote_id"],
    "amounts": ["amount_id"],
    "dates": ["article_id", "start"],
    "uncertain_events": ["event_id"],
    "actors": ["actor_id"],
    "dyads": ["grain", "period", "actor_code", "recipient_code"],
    "country_periods": ["grain", "period", "code"],
    "context_periods": ["grain", "period", "context"],
    "quarantine": ["refusal_id"],
    "quality_periods": ["source_name", "day"],
}
NULLABLE_OF_EVENTS = {"mode", "place", "place_country", "latitude", "longitude", "place_source"} | {
    "reporter",
    "reporter_kind",
    "reporter_is_party",
}
NULLABLE = {
    "articles": {"source_uri", "source_name", "text", "updated_at", "duplicate_of", "declared_count"},
    "appearances": set(),
    "stories": set(),
    "mentions": {"actor_id", "code", "country", "sector", "role", "latitude", "longitude"},
    "events": NULLABLE_OF_EVENTS,
    "evidence": set(),
    "participants": {"code", "country", "sector"},
    "quotes": {"speaker_text", "speaker", "actor_id", "country", "cue", "event_id"},
    "amounts": {"currency", "upper", "modifier", "event_id"},
    "dates": {"earliest", "latest"},
    "uncertain_events": NULLABLE_OF_EVENTS,
    "actors": {"code", "country", "sector"},
    "dyads": {"mean_score"},
    "country_periods": {"mean_score"},
    "context_periods": {"mean_score"},
    "quarantine": {"table", "source_name", "day"},
    "quality_periods": {
        "silent_days",
        *(f"{share}_share{of}" for share in quality_periods.SHARES for of in ("", "_before")),
    },
}
PARTITIONED = set(KEYS) - {"actors", "quarantine", "quality_periods"}
OTHER_ID = "0" * 20


@pytest.fixture(scope="module")
def tables():
    return valid_tables([REFUSED])


def failures_by_row(name, frame):
    """What the table's contract says against each row, as "column: check"; None stands for the whole table."""
    found = defaultdict(set)
    try:
        TABLES[name].validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for case in errors.failure_cases.iter_rows(named=True):
            found[case["index"]].add(f"{case['column']}: {case['check']}")
    return found


def failed_checks(name, frame):
    return sorted(set().union(*failures_by_row(name, frame).values()))


# ------------------------------------------------------------------------------------------------------- the tables


def test_the_tables_of_a_release():
    assert {name: key_of(table) for name, table in TABLES.items()} == KEYS
    assert [name_of(table) for table in TABLES.values()] == list(TABLES)
    assert {n for n, t in TABLES.items() if contract_of(t).get("partitioned", True)} == PARTITIONED


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_consistent(name):
    table = TABLES[name]
    own = polars_schema(table)
    assert set(key_of(table)) <= set(own)
    assert (table.__doc__ or "").strip()
    for column, schema in table.to_schema().columns.items():
        assert schema.description, column
        assert schema.nullable == (column in NULLABLE[name]), column
    assert not set(key_of(table)) & NULLABLE[name]


@pytest.mark.parametrize("name", TABLES)
def test_a_contract_names_what_there_is(name):
    contract = contract_of(TABLES[name])
    own = polars_schema(TABLES[name])
    order = list(TABLES)
    for column, target in contract.get("references", {}).items():
        assert polars_schema(TABLES[target])[column] == own[column]
        assert order.index(target) < order.index(name), "what is referred to is checked before"
    for needed in contract.get("needs", ()):
        assert set(key_of(TABLES[name])) <= set(polars_schema(TABLES[needed]))
    for start, end, words in contract.get("quotes", ()):
        assert (own[start], own[end], own[words]) == (pl.Int64, pl.Int64, pl.String)


def test_what_extraction_finds_belongs_to_an_article():
    for table in EXTRACTED:
        assert contract_of(table)["references"]["article_id"] == "articles"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_rows_is_valid(name):
    assert failed_checks(name, empty(TABLES[name])) == []


@pytest.mark.parametrize("name", TABLES)
def test_a_real_row_is_valid(name, tables):
    assert tables[name].height
    assert failed_checks(name, tables[name]) == []


def test_the_counts_have_a_column_for_each_class_and_type():
    counts = list(polars_schema(columns.Counts))
    rest = {"events", "articles", "stories", "mean_score", "recalled", "planned", "hypothetical", "negated"}
    assert [name for name in counts if name not in rest] == columns.QUAD_COLUMNS + columns.TYPE_COLUMNS
    assert set(plover.QUAD_CLASSES) == set(columns.QUAD_COLUMNS)
    assert {"recalled", *plover.STATUSES} - {"actual"} <= set(counts)


# ---------------------------------------------------------------------------------------------------------- PLOVER


def test_the_event_types_are_the_published_ones():
    found = {
        kind.name: (kind.score, kind.quad_class, kind.needs_second_party, kind.modes)
        for kind in plover.EVENT_TYPES.values()
    }
    assert found == PLOVER
    assert list(plover.EVENT_TYPES) == list(PLOVER)


def test_accuse_is_negative_in_spite_of_the_printed_slip():
    assert plover.score_of("ACCUSE", None) == -3


def test_sectors_modes_and_statuses():
    assert list(plover.SECTORS) == SECTORS
    assert set(plover.MODES) == {mode for *_, modes in PLOVER.values() for mode in modes}
    assert list(plover.MODES) == sorted(plover.MODES)
    assert plover.STATUSES == ("actual", "planned", "hypothetical", "negated")
    assert plover.NONE not in plover.EVENT_TYPES


@pytest.mark.parametrize(("event_type", "mode"), [("CONSULT", "riot"), ("MEET", None), ("AGREE", "visit")])
def test_a_score_of_nothing_is_an_error(event_type, mode):
    with pytest.raises(KeyError):
        plover.score_of(event_type, mode)


# ------------------------------------------------------------------------------------------------------- every rule

NO_NULL = "not_nullable"
IDS = {
    "articles": {"article_id": "art", "story_id": "sto", "duplicate_of": "art"},
    "appearances": {"article_id": "art"},
    "stories": {"story_id": "sto", "article_id": "art"},
    "mentions": {"article_id": "art", "actor_id": "act"},
    "events": {"article_id": "art", "story_id": "sto", "event_id": "evt"},
    "evidence": {"article_id": "art", "event_id": "evt"},
    "participants": {"article_id": "art", "event_id": "evt", "actor_id": "act"},
    "quotes": {"article_id": "art", "quote_id": "quo", "actor_id": "act", "event_id": "evt"},
    "amounts": {"article_id": "art", "amount_id": "amt", "event_id": "evt"},
    "dates": {"article_id": "art"},
    "uncertain_events": {"article_id": "art", "story_id": "sto", "event_id": "evt"},
    "actors": {"actor_id": "act"},
    "quarantine": {"refusal_id": "ref"},
}
BAD_IDS = {
    "of something else": f"xxx_{OTHER_ID}",
    "without prefix": OTHER_ID,
    "too short": "{prefix}_0123",
    "too long": f"{{prefix}}_{OTHER_ID}0",
    "upper case": f"{{prefix}}_{'A' * 20}",
    "with a newline": f"{{prefix}}_{OTHER_ID}\n",
    "empty": "",
}
CODES = {
    "mentions": ["code", "country"],
    "participants": ["code", "country"],
    "events": ["place_country"],
    "quotes": ["country"],
    "uncertain_events": ["place_country"],
    "actors": ["code", "country"],
    "dyads": ["actor_code", "recipient_code"],
    "country_periods": ["code"],
}
BAD_CODES = ["", "IN", "ind", "INDI", "IN1", "IND ", "IGO:", "IGO:un", "IGO:A", "EU", "IND\n"]
COUNTS = [name for name in polars_schema(columns.Counts) if name != "mean_score"]

BAD_VALUES = [
    ("articles", {"language": "fr"}, "language: isin"),
    ("articles", {"word_count": 0}, "word_count: greater_than_or_equal_to(1)"),
    ("stories", {"articles": 0}, "articles: greater_than_or_equal_to(1)"),
    ("stories", {"last_published_date": date(2025, 8, 10)}, "stories: days_in_order"),
    ("mentions", {"kind": "animal"}, "kind: isin"),
    ("mentions", {"how": "guess"}, "how: isin"),
    ("mentions", {"sector": "SPY"}, "sector: isin"),
    ("mentions", {"latitude": 90.5}, "latitude: in_range"),
    ("mentions", {"latitude": -90.5}, "latitude: in_range"),
    ("mentions", {"longitude": 180.5}, "longitude: in_range"),
    ("mentions", {"longitude": -180.5}, "longitude: in_range"),
    ("mentions", {"country": "IGO:UN"}, "country: str_matches"),
    ("events", {"event_type": "MEET"}, "event_type: isin"),
    ("events", {"event_type": "NONE"}, "event_type: isin"),
    ("events", {"mode": "polite"}, "mode: isin"),
    ("events", {"mode": "visit"}, "events: score_follows"),
    ("events", {"mode": "territory"}, "events: score_follows"),
    ("events", {"score": 3.5}, "events: score_follows"),
    ("events", {"score": float("nan")}, "score: not_nullable"),
    ("events", {"quad_class": "conflict"}, "quad_class: isin"),
    ("events", {"quad_class": "material_conflict"}, "events: quad_class_follows"),
    ("events", {"event_type": "AID", "score": 10.0}, "events: quad_class_follows"),
    ("events", {"status": "imagined"}, "status: isin"),
    ("events", {"date_precision": "week"}, "date_precision: isin"),
    ("events", {"date_source": "title"}, "date_source: isin"),
    ("events", {"place_source": "map"}, "place_source: isin"),
    ("events", {"latitude": 91.0}, "latitude: in_range"),
    ("events", {"longitude": -181.0}, "longitude: in_range"),
    ("events", {"reporter_kind": "spy"}, "reporter_kind: isin"),
    ("events", {"confidence": 1.01}, "confidence: in_range"),
    ("events", {"confidence": -0.01}, "confidence: in_range"),
    *(
        (name, {"contexts": contexts}, f"{name}: known_contexts")
        for name in ("events", "uncertain_events")
        for contexts in (["weather"], ["military", "military"], ["military", "diplomatic"], [None], [""])
    ),
    ("uncertain_events", {"event_type": "AGREE"}, "uncertain_events: score_follows"),
    ("uncertain_events", {"quad_class": "verbal_conflict"}, "uncertain_events: quad_class_follows"),
    ("uncertain_events", {"confidence": 1.5}, "confidence: in_range"),
    ("uncertain_events", {"trigger_end": 900}, "uncertain_events: trigger_inside_sentence"),
    ("uncertain_events", {"actors": []}, "uncertain_events: somebody_acts"),
    ("uncertain_events", {"actors": ["India", None]}, "uncertain_events: somebody_acts"),
    ("uncertain_events", {"recipients": [None]}, "uncertain_events: somebody_acts"),
    *(
        ("uncertain_events", {column: codes}, "uncertain_events: codes_of_sides")
        for column in ("actor_codes", "recipient_codes")
        for codes in (["India"], ["IND", None], ["IND", "IND"], ["IND", "CHN"], ["IND\n"])
    ),
    ("evidence", {"trigger_start": 0, "trigger_end": 900}, "evidence: trigger_inside_sentence"),
    ("evidence", {"start": 7}, "evidence: trigger_inside_sentence"),
    ("evidence", {"trigger_start": 6, "trigger_end": 6}, "evidence: trigger_inside_sentence"),
    ("evidence", {"trigger_end": 0}, "trigger_end: greater_than_or_equal_to(1)"),
    ("evidence", {"start": 5, "end": 5}, "evidence: trigger_inside_sentence"),
    ("participants", {"role": "witness"}, "role: isin"),
    ("participants", {"kind": "place"}, "kind: isin"),
    ("participants", {"sector": ""}, "sector: isin"),
    ("participants", {"start": 9, "end": 9}, "participants: end_after_start"),
    ("quotes", {"kind": "rumour"}, "kind: isin"),
    ("amounts", {"kind": "weight"}, "kind: isin"),
    ("amounts", {"currency": "usd"}, "currency: str_matches"),
    ("amounts", {"modifier": "roughly"}, "modifier: isin"),
    ("amounts", {"value": float("nan")}, "value: not_nullable"),
    ("dates", {"type": "date"}, "type: isin"),
    ("dates", {"latest": date(2025, 8, 9)}, "dates: days_in_order"),
    ("dates", {"latest": None}, "dates: days_in_order"),
    ("dates", {"earliest": None}, "dates: days_in_order"),
    ("actors", {"kind": "place"}, "kind: isin"),
    ("actors", {"sector": "gov"}, "sector: isin"),
    ("actors", {"articles": 0}, "articles: greater_than_or_equal_to(1)"),
    ("dyads", {"grain": "week"}, "grain: isin"),
    ("dyads", {"recipient_code": "IND"}, "dyads: two_sides"),
    ("dyads", {"mean_score": 10.1}, "mean_score: in_range"),
    ("dyads", {"mean_score": -10.1}, "mean_score: in_range"),
    ("dyads", {"events": 2}, "dyads: parts_sum_to_events"),
    ("dyads", {"stories": 2}, "dyads: stories_within_articles"),
    ("dyads", {"stories": 0}, "dyads: stories_within_articles"),
    ("dyads", {"articles": 2}, "dyads: stories_within_articles"),
    ("dyads", {"articles": 0}, "dyads: stories_within_articles"),
    ("country_periods", {"stories": 2}, "country_periods: stories_within_articles"),
    ("dyads", {"threaten": 0}, "dyads: parts_sum_to_events"),
    ("dyads", {"verbal_conflict": 0}, "dyads: parts_sum_to_events"),
    ("country_periods", {"grain": "year"}, "grain: isin"),
    ("country_periods", {"material_conflict": 1}, "country_periods: parts_sum_to_events"),
    ("country_periods", {"as_actor": -1}, "as_actor: greater_than_or_equal_to(0)"),
    ("country_periods", {"as_recipient": -1}, "as_recipient: greater_than_or_equal_to(0)"),
    ("context_periods", {"context": "weather"}, "context: isin"),
    ("context_periods", {"grain": "year"}, "grain: isin"),
    ("context_periods", {"stories": 2}, "context_periods: stories_within_articles"),
    ("context_periods", {"material_conflict": 1}, "context_periods: parts_sum_to_events"),
    ("quarantine", {"stage": "publish"}, "stage: isin"),
    ("quality_periods", {"without_events": 2}, "quality_periods: parts_within_wholes"),
    ("quality_periods", {"unresolved": 9}, "quality_periods: parts_within_wholes"),
    ("quality_periods", {"unusual": ["none", "refused"]}, "quality_periods: known_shares"),
    ("quality_periods", {"unusual": ["none", "none"]}, "quality_periods: known_shares"),
    ("quality_periods", {"unusual": ["articles"]}, "quality_periods: known_shares"),
    ("quality_periods", {"none_share": 1.1}, "none_share: in_range"),
    ("quality_periods", {"refused_share_before": -0.1}, "refused_share_before: in_range"),
    ("quality_periods", {"articles": -1}, "articles: greater_than_or_equal_to(0)"),
    ("quality_periods", {"silent_days": -1}, "silent_days: greater_than_or_equal_to(0)"),
    *(
        (name, {"start": -1}, "start: greater_than_or_equal_to(0)")
        for name in ("mentions", "evidence", "dates")
    ),
    *(
        (name, {"end": 0}, "end: greater_than_or_equal_to(1)")
        for name in ("quotes", "evidence", "participants")
    ),
    *(
        (name, {"start": 9, "end": end}, f"{name}: end_after_start")
        for name in ("mentions", "quotes", "amounts", "dates")
        for end in (8, 9)
    ),
    *(
        (name, {column: -1}, f"{column}: greater_than_or_equal_to(0)")
        for name in ("dyads", "country_periods", "context_periods")
        for column in COUNTS
    ),
    *(
        (name, {column: bad.format(prefix=prefix)}, f"{column}: str_matches")
        for name, prefixes in IDS.items()
        for column, prefix in prefixes.items()
        for bad in BAD_IDS.values()
    ),
    *(
        (name, {column: bad}, f"{column}: str_matches")
        for name, cols in CODES.items()
        for column in cols
        for bad in BAD_CODES
    ),
    *(
        (name, {column: None}, f"{column}: {NO_NULL}")
        for name in TABLES
        for column in polars_schema(TABLES[name])
        if column not in NULLABLE[name]
    ),
]


@pytest.mark.parametrize("name", TABLES)
def test_every_rule_refuses_its_bad_row(name, tables):
    """All bad rows of a table at once, between good ones: a rule must find its row and leave the good ones alone."""
    good = tables[name].head(1)
    cases = [(change, rule) for table, change, rule in BAD_VALUES if table == name]
    bad = [
        good.with_columns(
            pl.lit(value, dtype=good.schema[column]).alias(column) for column, value in change.items()
        )
        for change, _ in cases
    ]
    failures = failures_by_row(name, pl.concat([*bad, good]))
    unnoticed = [
        (change, rule, failures[row])
        for row, (change, rule) in enumerate(cases)
        if not any(check.startswith(rule) for check in failures[row])
    ]
    assert unnoticed == []
    assert failures[len(cases)] <= {f"{name}: multiple_fields_uniqueness"}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("articles", {"duplicate_of": f"art_{OTHER_ID}"}, id="a copy"),
        pytest.param("stories", {"last_published_date": date(2025, 8, 18)}, id="told for a week"),
        pytest.param("stories", {"sources": []}, id="of nobody's name"),
        pytest.param("mentions", {"code": "IGO:UN", "country": None}, id="intergovernmental body"),
        pytest.param("mentions", {"code": "IGO:ASEAN"}, id="body of five letters"),
        pytest.param("mentions", {"latitude": -90.0, "longitude": 180.0}, id="edges of the earth"),
        pytest.param("mentions", {"code": "SUN", "country": "SUN"}, id="historical state"),
        pytest.param("events", {"confidence": 1.0}, id="sure"),
        pytest.param("events", {"mode": "violence"}, id="a mode with the category's score"),
        pytest.param("events", {"mode": "territory", "score": -4.0}, id="a mode with its own score"),
        pytest.param("events", {"event_date": date(1962, 10, 16)}, id="long ago"),
        pytest.param("events", {"contexts": []}, id="about nothing in particular"),
        pytest.param("events", {"contexts": sorted(plover.CONTEXTS)}, id="about everything"),
        pytest.param("uncertain_events", {"recipients": [], "recipient_codes": []}, id="done to nobody"),
        pytest.param("uncertain_events", {"actors": ["Militants"], "actor_codes": []}, id="of no side"),
        pytest.param("uncertain_events", {"actor_codes": ["IGO:UN", "IND"]}, id="two sides"),
        pytest.param("evidence", {"trigger_start": 0, "trigger_end": 29}, id="the trigger is the sentence"),
        pytest.param("dates", {"earliest": None, "latest": None}, id="no day can be said"),
        pytest.param("quarantine", {"table": "events"}, id="a refused row"),
        pytest.param("quality_periods", {"unusual": quality_periods.SHARES}, id="everything is unusual"),
    ],
)
def test_rows_that_a_rule_must_let_pass(name, change, tables):
    good = tables[name].head(1)
    changed = good.with_columns(
        pl.lit(value, dtype=good.schema[column]).alias(column) for column, value in change.items()
    )
    assert failed_checks(name, changed) == []


@pytest.mark.parametrize("name", TABLES)
def test_a_key_occurs_once(name, tables):
    row = tables[name].head(1)
    assert failed_checks(name, pl.concat([row, row])) == [f"{name}: multiple_fields_uniqueness"]


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_there_in_order_and_of_their_type(name, tables):
    rows = tables[name]
    first, *_, last = rows.columns
    assert failed_checks(name, rows.drop(last))
    assert failed_checks(name, rows.with_columns(pl.lit(1).alias("extra")))
    assert failed_checks(name, rows.select([last, *rows.columns[:-1]]))
    assert failed_checks(name, rows.with_columns(pl.col(first).cast(pl.Categorical)))


def test_a_date_is_no_text(tables):
    rows = tables["events"].with_columns(pl.col("event_date").dt.to_string())
    assert failed_checks("events", rows) == ["event_date: dtype('Date')"]


# --------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        pytest.param("\x1b[31mred", "\\u001b[31mred", id="escape sequence"),
        pytest.param("a\x00b\x9bc", "a\\u0000b\\u009bc", id="control characters"),
        pytest.param("abc\u202ecba", "abc\\u202ecba", id="direction of writing"),
        pytest.param("\ud83d", "\\ud83d", id="half a character"),
        pytest.param("\U000e0041", "\\U000e0041", id="invisible tag"),
        pytest.param(" a\r\n\tb\u2028c ", "a b c", id="lines and white space"),
        pytest.param("Zürich – 東京 🙂", "Zürich – 東京 🙂", id="other scripts stay"),
    ],
)
def test_what_a_refusal_shows_does_nothing(hostile, shown):
    refusal = Refusal(
        stage="ingest", table=None, reason="empty", detail=hostile, origin="a", value=hostile, record=None
    )
    assert (refusal.detail, refusal.value) == (shown, shown)


def test_an_excerpt_says_that_there_is_more():
    refused = Refusal(
        stage="ingest", table=None, reason="empty", detail="d", origin="a", value="x" * 10**6, record=None
    )
    assert refused.value == "x" * 199 + "…"


def test_id_patterns_fit_whole_ids_only():
    assert re.fullmatch(columns.id_pattern("art"), f"art_{OTHER_ID}")
    assert not re.fullmatch(columns.id_pattern("art"), f"art_{OTHER_ID[1:]}")
