from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from schemas.article import Article
from tasks.ingest.checks import LONGEST_RECORD
from tasks.ingest.columns import columns_of_fields
from tasks.ingest.options import IngestOptions
from tasks.ingest.records import NoArticleError, read_record

RECORD = {"id": "n7", "title": " Envoys\nmeet ", "date": "2024-03-09T23:30-02:00", "text": " Envoys met. "}


def read(record, *, raw="{}", repairs=(), **options):
    options = IngestOptions(check_language=False, **options)
    return read_record(record, origin="in/wire.csv:7", options=options, raw=raw, repairs=repairs)


def test_a_record():
    assert read(RECORD, repairs=("decoded as cp1252",), default_source="Desk") == Article(
        source_id="n7",
        title="Envoys meet",
        text=" Envoys met. ",
        published_date=date(2024, 3, 10),
        published_at=datetime(2024, 3, 10, 1, 30, tzinfo=UTC),
        source_name="Desk",
        origin="in/wire.csv:7",
        repairs=("decoded as cp1252",),
    )


def test_a_record_without_an_id_is_called_by_its_place():
    article = read({"text": "Envoys met."})
    assert (article.source_id, article.has_own_id) == ("wire:7", False)


@pytest.mark.parametrize(
    ("change", "reason", "value"),
    [
        pytest.param({"text": None}, "missing_text", "date, id, text, title", id="no text"),
        pytest.param({"text": 5}, "wrong_type", "a number", id="text is a number"),
        pytest.param({"date": "08/07/2025"}, "bad_date", "08/07/2025", id="two days"),
        pytest.param({"title": "a\ud800"}, "unpaired_surrogate", "a\\ud800", id="half a pair"),
        pytest.param({"text": "* *"}, "empty", "Envoys meet", id="no word"),
    ],
)
def test_a_record_that_is_no_article(change, reason, value):
    refusal = read({**RECORD, **change}, raw="as it came")
    assert (refusal.stage, refusal.reason, refusal.value) == ("ingest", reason, value)
    assert (refusal.origin, refusal.record) == ("in/wire.csv:7", "as it came")


@pytest.mark.parametrize(
    ("change", "source_name", "day"),
    [
        pytest.param({"text": None}, "Wire", date(2024, 3, 10), id="no article"),
        pytest.param({"text": ""}, "Wire", date(2024, 3, 10), id="not taken"),
        pytest.param({"text": None, "source": None}, "Desk", date(2024, 3, 10), id="the default source"),
        pytest.param({"text": None, "source": 5}, None, date(2024, 3, 10), id="no name"),
        pytest.param({"text": None, "date": None}, "Wire", date(2024, 3, 1), id="the default date"),
        pytest.param({"date": "08/07/2025"}, "Wire", None, id="two days"),
        pytest.param({"date": "2024-03-12"}, "Wire", None, id="a day to come"),
        pytest.param({"text": None, "date": "2024-03-12"}, "Wire", None, id="no article of a day to come"),
    ],
)
def test_a_refusal_says_whose_it_is_and_of_which_day(change, source_name, day):
    options = {"default_source": "Desk", "default_date": date(2024, 3, 1), "as_of": date(2024, 3, 11)}
    refusal = read({**RECORD, "source": "Wire", **change}, **options)
    assert (refusal.source_name, refusal.day) == (source_name, day)


@pytest.mark.parametrize("change", [{"text": None}, {"text": ""}], ids=["no article", "not taken"])
@pytest.mark.parametrize("length", [LONGEST_RECORD, LONGEST_RECORD + 1])
def test_what_is_too_long_is_not_kept(change, length):
    raw = "x" * length
    assert read({**RECORD, **change}, raw=raw).record == (raw if length == LONGEST_RECORD else None)


@pytest.mark.parametrize(
    ("names", "fields", "found"),
    [
        pytest.param(["id", "text"], {}, {"id": 0, "text": 1}, id="our names"),
        pytest.param(["TEXT", "Id", "note"], {}, {"id": 1, "text": 0}, id="in other letters"),
        pytest.param(["Text", "text", "TEXT"], {}, {"text": 1}, id="exact first"),
        pytest.param(["body", "text"], {"text": "body"}, {"body": 0}, id="under another name"),
        pytest.param(
            ["Body", "text"], {"text": "body", "title": "text"}, {"text": 1, "body": 0}, id="exchanged"
        ),
        pytest.param(["url", "text"], {"id": "url"}, {"url": 0, "text": 1}, id="one column for two fields"),
        pytest.param(["text", "note", "note"], {}, {"text": 0}, id="a name that is nobody's, twice"),
    ],
)
def test_columns_of_fields(names, fields, found):
    assert columns_of_fields(names, options=IngestOptions(fields=fields)) == found


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["id", "body"], "missing_text"),
        ([], "missing_text"),
        (["text", "text"], "ambiguous_column"),
        (["text", "Date", "DATE"], "ambiguous_column"),
    ],
)
def test_columns_that_are_no_table_of_articles(names, reason):
    with pytest.raises(NoArticleError) as caught:
        columns_of_fields(names, options=IngestOptions())
    assert caught.value.reason == reason
    assert all(name in caught.value.value for name in names)
