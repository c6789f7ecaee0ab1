from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_samples import said

from schemas.article import Article
from schemas.refusal import Refusal
from tasks.ingest.json_lines import read_json_lines
from tasks.ingest.options import IngestOptions
from tasks.ingest.parquet_table import read_parquet

RECORD = {"id": "n7", "title": "Envoys meet", "date": "2024-03-09", "text": "Envoys met.\r\n\tAgain. "}
TEN = datetime(2024, 3, 9, 10, 30, 15, 123456)  # noqa: DTZ001


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("in") / "wire.parquet"


@pytest.fixture
def read(file):
    """Writes a frame, or bytes as they are, and reads what comes of it."""

    def read(written, **options):
        if isinstance(written, bytes):
            file.write_bytes(written)
        elif isinstance(written, pl.DataFrame):
            written.write_parquet(file, row_group_size=options.pop("row_group_size", None))
        else:
            written.to_parquet(file)
        options = IngestOptions(**{"check_language": False, **options})
        with file.open("rb") as stream:
            return list(read_parquet(stream, options=options, origin="in/wire.parquet"))

    return read


def frame(**columns):
    """A row of which some values are series."""
    return pl.DataFrame({**{key: [value] for key, value in RECORD.items()}, **columns})


def test_a_row(read):
    more = {
        "source": ["Alpine Wire"],
        "url": ["https://wire.example/7"],
        "updated_at": ["2024-03-10T01:00+02:00"],
    }
    assert read(frame(**more, gold=[[1]])) == [
        Article(
            source_id="n7",
            title="Envoys meet",
            text="Envoys met.\r\n\tAgain. ",
            published_date=date(2024, 3, 9),
            updated_at=datetime(2024, 3, 9, 23, tzinfo=UTC),
            source_name="Alpine Wire",
            source_uri="https://wire.example/7",
            origin="in/wire.parquet:1",
        )
    ]


EAST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("column", "attribute", "value"),
    [
        pytest.param({"id": pl.Series([7], dtype=pl.Int8)}, "source_id", "7", id="id is an int8"),
        pytest.param({"id": [2**64 - 1]}, "source_id", str(2**64 - 1), id="id is a uint64"),
        pytest.param({"id": [None]}, "source_id", "wire:1", id="id is null"),
        pytest.param({"id": pl.Series(["n7"], dtype=pl.Categorical)}, "source_id", "n7", id="categorical"),
        pytest.param(
            {"source": pl.Series(["Desk"], dtype=pl.Enum(["Desk"]))}, "source_name", "Desk", id="enum"
        ),
        pytest.param({"title": [None]}, "title", "", id="title is null"),
        pytest.param({"date": [date(2024, 3, 9)]}, "published_at", None, id="a day has no time"),
        pytest.param({"date": [date(2024, 3, 9)]}, "published_date", date(2024, 3, 9), id="a day"),
        pytest.param({"date": [TEN]}, "published_at", TEN.replace(tzinfo=UTC), id="a time without a zone"),
        pytest.param(
            {"date": pl.Series([TEN], dtype=pl.Datetime("ns"))},
            "published_at",
            TEN.replace(tzinfo=UTC),
            id="nanoseconds",
        ),
        pytest.param(
            {"date": pl.Series([TEN], dtype=pl.Datetime("ms"))},
            "published_at",
            TEN.replace(tzinfo=UTC, microsecond=123000),
            id="milliseconds",
        ),
        pytest.param(
            {"date": pl.Series([datetime(2024, 3, 10, 3, tzinfo=EAST)]).dt.convert_time_zone("Asia/Tokyo")},
            "published_date",
            date(2024, 3, 9),
            id="day in UTC",
        ),
        pytest.param(
            {"updated_at": pl.Series([TEN], dtype=pl.Datetime("ns", "UTC"))},
            "updated_at",
            TEN.replace(tzinfo=UTC),
            id="update with a zone",
        ),
        pytest.param(
            {"updated_at": [date(2024, 3, 9)]}, "updated_at", datetime(2024, 3, 9, tzinfo=UTC), id="day"
        ),
        pytest.param({"text": ["\0 e\u0301 \ufeff\r"]}, "text", "\0 e\u0301 \ufeff\r", id="odd text stays"),
    ],
)
def test_a_column(read, column, attribute, value):
    (article,) = read(frame(**column))
    assert getattr(article, attribute) == value


def test_a_time_does_not_depend_on_the_zone_of_the_machine(read, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    zoned = frame(date=pl.Series([TEN], dtype=pl.Datetime("us", "UTC")))
    assert read(zoned)[0].published_at == TEN.replace(tzinfo=UTC)


def test_a_frame_of_pandas(read):
    table = pd.DataFrame(
        {
            "key": [3, 4],
            "Body": pd.Series(["Envoys met.", "Envoys left."], dtype="category"),
            "date": pd.to_datetime(["2024-03-09", None]),
        }
    ).set_index(pd.Index(["a", "b"]))
    articles = read(table, fields={"text": "body", "id": "key"}, default_date=date(2024, 3, 1))
    assert [(one.source_id, one.text, one.published_date) for one in articles] == [
        ("3", "Envoys met.", date(2024, 3, 9)),
        ("4", "Envoys left.", date(2024, 3, 1)),
    ]


def test_an_exact_name_comes_before_one_in_other_letters(read):
    (article,) = read(
        pl.DataFrame({"Text": ["a"], "inner": [{"text": "x", "y": ["z"]}], "text": ["b"], "TEXT": ["c"]})
    )
    assert article.text == "b"


def test_rows_are_counted_over_batches_and_row_groups(read):
    rows = pl.DataFrame({"text": [f"Envoys met in {n}." for n in range(1_000)]})
    articles = read(rows, row_group_size=130)
    assert [one.origin for one in articles] == [f"in/wire.parquet:{n}" for n in range(1, 1_001)]
    assert [one.text for one in articles] == rows["text"].to_list()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"text": None}, "missing_text", id="text is null"),
        pytest.param({"text": ""}, "empty", id="text is empty"),
        pytest.param({"date": "last week"}, "bad_date", id="date in words"),
        pytest.param({"date": "2999-03-09"}, "future_date", id="date to come"),
        pytest.param({"text": "x" * 1_001}, "too_long", id="text is long"),
    ],
)
def test_a_bad_row_costs_itself(read, change, reason):
    rows = pl.DataFrame([RECORD, {**RECORD, **change}, RECORD])
    first, refusal, last = read(rows, as_of=date(2024, 3, 9), max_characters=1_000)
    assert (type(first), type(last)) == (Article, Article)
    assert (refusal.stage, refusal.reason, refusal.origin) == ("ingest", reason, "in/wire.parquet:2")
    kept = {key: value for key, value in {**RECORD, **change}.items() if value is not None}
    assert json.loads(refusal.record) == kept


@pytest.mark.parametrize(
    ("day", "written"),
    [
        pytest.param([date(2999, 3, 9)], "2999-03-09", id="day"),
        pytest.param(
            [datetime(2999, 3, 9, 10, tzinfo=UTC)], "2999-03-09 10:00:00+00", id="time"
        ),  # codespell
    ],
)
def test_a_refused_row_is_kept_as_json_lines_read_it(read, day, written):
    (refusal,) = read(
        frame(date=day).rename({"text": "Body"}), fields={"text": "body"}, as_of=date(2024, 3, 9)
    )
    assert json.loads(refusal.record) == {
        "id": "n7",
        "title": "Envoys meet",
        "date": written,
        "body": RECORD["text"],
    }
    options = IngestOptions(fields={"text": "body"}, check_language=False)
    (article,) = read_json_lines(io.BytesIO(refusal.record.encode()), options=options)
    assert (article.text, article.published_date) == (RECORD["text"], date(2999, 3, 9))


@pytest.mark.parametrize(
    "column",
    [
        pytest.param({"text": [5]}, id="text is a number"),
        pytest.param({"text": [b"Envoys met."]}, id="text is bytes"),
        pytest.param({"text": [["Envoys met."]]}, id="text is a list"),
        pytest.param({"title": [{"en": "Envoys"}]}, id="title is a structure"),
        pytest.param({"source": [True]}, id="source is true"),
        pytest.param({"id": [7.0]}, id="id is a fraction"),
        pytest.param({"id": [Decimal(7)]}, id="id is a decimal"),
        pytest.param({"id": [date(2024, 3, 9)]}, id="id is a day"),
        pytest.param({"date": [20240309]}, id="date is a number"),
        pytest.param({"date": [time(10)]}, id="date is a time of day"),
        pytest.param({"updated_at": [1.5]}, id="update is a number"),
    ],
)
def test_a_column_of_a_wrong_type_is_one_refusal(read, column):
    (refusal,) = read(pl.concat([frame(**column)] * 3))
    assert (refusal.reason, refusal.origin, refusal.record) == ("wrong_type", "in/wire.parquet", None)
    assert f'"{next(iter(column))}"' in refusal.detail


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"id": ["n7"], "body": ["Envoys met."]}, "missing_text"),
        ({"Text": ["a"], "TEXT": ["b"]}, "ambiguous_column"),
        ({"text": ["a"], "Date": ["b"], "DATE": ["c"]}, "ambiguous_column"),
    ],
)
def test_a_table_without_the_columns_is_one_refusal(read, columns, reason):
    (refusal,) = read(pl.DataFrame(columns))
    assert (refusal.reason, refusal.origin) == (reason, "in/wire.parquet")
    assert all(column in refusal.detail or column in refusal.value for column in columns)


def test_a_table_without_rows_is_no_fault(read):
    assert read(frame().clear()) == []


# ------------------------------------------------------------------------------------------------------ broken files


@pytest.fixture
def whole(file):
    rows = pl.DataFrame({"text": [f"Envoys met in {n} places." for n in range(300)], "id": range(300)})
    rows.write_parquet(file, row_group_size=100)
    return file.read_bytes()


@pytest.mark.parametrize(
    "raw",
    [b"", b"PA", b"PAR1", b"PAR1PAR1", b"PAR1" * 9, b"text\nEnvoys met.\n", b"PAR1" + b"\0" * 90 + b"PARE"],
    ids=repr,
)
def test_a_file_that_is_no_parquet(read, raw):
    (refusal,) = read(raw)
    assert (refusal.reason, refusal.origin, refusal.record) == ("broken_parquet", "in/wire.parquet", None)
    assert "/dev/" not in refusal.detail


def test_a_file_that_was_cut_off(read, whole):
    (refusal,) = read(whole[:-100])
    assert refusal.reason == "broken_parquet"


def test_damage_behind_good_rows_is_refused(read, whole):
    place = whole.rindex(b"\x28\xb5\x2f\xfd")  # the last page that zstd packed
    found = read(whole[: place + 8] + b"\xff" * 30 + whole[place + 38 :])
    assert (found[-1].reason, found[-1].origin) == ("broken_parquet", "in/wire.parquet")
    assert [one.text for one in found[:-1]] == [f"Envoys met in {n} places." for n in range(len(found) - 1)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_damaged_file_gives_all_rows_or_a_refusal(read, whole, where, byte):
    place = int(where * len(whole))
    found = read(whole[:place] + bytes([byte]) + whole[place + 1 :])
    assert len(found) == 300 or found[-1].reason in {"broken_parquet", "missing_text", "wrong_type"}


# ------------------------------------------------------------------------------------- the same as from other formats

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "id": TEXT | st.none(),
            "title": TEXT | st.none(),
            "text": TEXT | st.none(),
            "source": TEXT | st.none(),
            "date": st.dates().map(date.isoformat) | st.none(),
            "updated_at": st.datetimes().map(datetime.isoformat) | st.none(),
        }
    ),
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(RECORDS, st.booleans())
def test_what_is_written_as_parquet_reads_as_it_does_from_json_lines(read, written, typed):
    schema = dict.fromkeys(("id", "title", "text", "source", "date", "updated_at"), pl.String)
    table = pl.DataFrame(written, schema=schema)
    if typed:
        table = table.with_columns(
            pl.col("date").str.to_date("%Y-%m-%d"),
            pl.col("updated_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us"),
        )
    lines = "".join(f"{json.dumps(record)}\n" for record in written)
    expected = list(read_json_lines(io.BytesIO(lines.encode()), options=IngestOptions(check_language=False)))
    found = read(table)
    assert [one.reason for one in found if isinstance(one, Refusal)] == [
        one.reason for one in expected if isinstance(one, Refusal)
    ]
    assert said(found) == said(expected)
