from __future__ import annotations

import io
import json
import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article
from schemas.refusal import Refusal
from tasks.ingest.json_lines import parse_line, read_json_lines
from tasks.ingest.options import IngestOptions

RECORD = {"id": "n7", "title": "Envoys meet", "date": "2024-03-09", "text": "Envoys met.\r\n\tAgain. "}
STORABLE = st.text(st.characters(exclude_categories=["Cs"]))


def read(raw, *, origin="in/wire.jsonl", **options):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    options = {"check_language": False, **options}
    return list(read_json_lines(io.BytesIO(raw), origin=origin, options=IngestOptions(**options)))


def read_one(record, **options):
    (outcome,) = read(record if isinstance(record, bytes | str) else json.dumps(record), **options)
    return outcome


def test_a_record():
    more = {"source": "Alpine Wire", "url": "https://wire.example/7", "updated_at": "2024-03-10T01:00+02:00"}
    assert read_one({**RECORD, **more, "gold": [1]}) == Article(
        source_id="n7",
        title="Envoys meet",
        text="Envoys met.\r\n\tAgain. ",
        published_date=date(2024, 3, 9),
        updated_at=datetime(2024, 3, 9, 23, tzinfo=UTC),
        source_name="Alpine Wire",
        source_uri="https://wire.example/7",
        origin="in/wire.jsonl:1",
    )


@pytest.mark.parametrize(
    ("change", "attribute", "value"),
    [
        pytest.param({"id": 7}, "source_id", "7", id="id is a number"),
        pytest.param({"id": 7.5}, "source_id", "7.5", id="id is a fraction"),
        pytest.param({"id": 10**400}, "source_id", "1" + "0" * 400, id="id is a huge number"),
        pytest.param({"id": None}, "source_id", "wire:1", id="id is null"),
        pytest.param({"id": " "}, "source_id", "wire:1", id="id is blank"),
        pytest.param({"title": None}, "title", "", id="title is null"),
        pytest.param({"title": " Envoys\n meet "}, "title", "Envoys meet", id="title with white space"),
        pytest.param({"date": None}, "published_date", None, id="date is null"),
        pytest.param({"date": ""}, "published_date", None, id="date is blank"),
        pytest.param(
            {"date": "2024-03-09T23:00-05:00"}, "published_date", date(2024, 3, 10), id="day in UTC"
        ),
        pytest.param(
            {"date": "2024-03-09T10:00"}, "published_at", datetime(2024, 3, 9, 10, tzinfo=UTC), id="time"
        ),
        pytest.param({"updated_at": "2024-03-09"}, "updated_at", datetime(2024, 3, 9, tzinfo=UTC), id="day"),
        pytest.param({"source": ""}, "source_name", None, id="source is blank"),
        pytest.param({"text": "\u0000 e\u0301 \ufeff"}, "text", "\u0000 e\u0301 \ufeff", id="odd text stays"),
    ],
)
def test_a_field(change, attribute, value):
    assert getattr(read_one({**RECORD, **change}), attribute) == value


def test_fields_under_other_names_and_defaults():
    article = read_one(
        {"body": "Envoys met.", "key": 3, "text": 5},
        fields={"text": "body", "id": "key"},
        default_date=date(2024, 3, 9),
        default_source="Desk",
    )
    assert (article.text, article.source_id) == ("Envoys met.", "3")
    assert (article.published_date, article.source_name) == (date(2024, 3, 9), "Desk")


def test_a_mapping_of_an_unknown_field_is_an_error():
    with pytest.raises(ValueError, match="no such field: body"):
        IngestOptions(fields={"body": "text"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param('{"text": "Envoys', "broken_json", id="cut off"),
        pytest.param('{"text": "a\tb"}', "broken_json", id="raw tab in a string"),
        pytest.param("[" * 100_000, "broken_json", id="nested deeply"),
        pytest.param('{"id": ' + "9" * 5_000 + "}", "broken_json", id="number without end"),
        pytest.param('["Envoys met."]', "wrong_type", id="no object"),
        pytest.param("null", "wrong_type", id="null"),
        pytest.param({**RECORD, "text": 5}, "wrong_type", id="text is a number"),
        pytest.param({**RECORD, "text": ["Envoys met."]}, "wrong_type", id="text is a list"),
        pytest.param({**RECORD, "title": {"en": "Envoys"}}, "wrong_type", id="title is an object"),
        pytest.param({**RECORD, "date": 20240309}, "wrong_type", id="date is a number"),
        pytest.param({**RECORD, "id": True}, "wrong_type", id="id is true"),
        pytest.param('{"id": NaN, "text": "Envoys met."}', "wrong_type", id="id is no number"),
        pytest.param({"id": "n7"}, "missing_text", id="no text"),
        pytest.param({**RECORD, "text": None}, "missing_text", id="text is null"),
        pytest.param({**RECORD, "text": ""}, "empty", id="text is empty"),
        pytest.param({**RECORD, "text": " \n- -"}, "empty", id="text without a word"),
        pytest.param({**RECORD, "date": "last week"}, "bad_date", id="date in words"),
        pytest.param({**RECORD, "updated_at": "soon"}, "bad_date", id="update in words"),
        pytest.param({**RECORD, "text": "a \ud83d b"}, "unpaired_surrogate", id="half a pair in the text"),
        pytest.param({**RECORD, "url": "\udc00"}, "unpaired_surrogate", id="half a pair in the address"),
    ],
)
def test_refused(line, reason):
    refusal = read_one(line)
    assert isinstance(refusal, Refusal)
    assert (refusal.stage, refusal.table, refusal.reason) == ("ingest", None, reason)
    assert refusal.origin == "in/wire.jsonl:1"
    assert refusal.record == (line if isinstance(line, str) else json.dumps(line))


def test_a_surrogate_pair_is_a_character():
    assert read_one('{"text": "a \\ud83d\\ude42 b"}').text == "a 🙂 b"


def test_a_bad_line_costs_itself():
    good = json.dumps(RECORD)
    raw = f"\ufeff{good}\r\n\r\n{{broken\n  \n\ufeff{good}\n{good}"
    outcomes = read(raw)
    assert [outcome.origin for outcome in outcomes] == [f"in/wire.jsonl:{line}" for line in (1, 3, 5, 6)]
    assert [isinstance(outcome, Article) for outcome in outcomes] == [True, False, True, True]


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe"], ids=repr)
def test_a_stream_without_records(raw):
    assert read(raw) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_stream_in_wide_characters(encoding):
    record = {"id": "n7", "text": "Ċ਍ਊ met 🙂, Envoys said."}
    raw = "\n".join(json.dumps(record, ensure_ascii=False) for _ in range(3)).encode(encoding)
    articles = read(raw)
    assert [article.text for article in articles] == [record["text"]] * 3
    assert articles[2].repairs == (f"decoded as {encoding}",)
    assert articles[2].origin == "in/wire.jsonl:3"


def test_a_line_in_another_encoding():
    good = json.dumps(RECORD, ensure_ascii=False).encode()
    first, second = read(good + b'\n{"text": "The caf\xe9 \x96 closed."}')
    assert (first.repairs, second.repairs) == ((), ("decoded as cp1252",))
    assert second.text == "The café – closed."


@pytest.mark.parametrize("raw", [b"\x1f\x8b\x08\x00\n\n\n", b"PAR1\nx\n", b'{"text": \x00}\n'], ids=repr)
def test_a_binary_stream_is_one_refusal(raw):
    refusal = read_one(raw)
    assert (refusal.reason, refusal.origin, refusal.record) == ("binary_file", "in/wire.jsonl", None)


def test_a_line_too_long_to_be_kept():
    good = json.dumps(RECORD)
    raw = good + '\n{"text": "' + "x" * 1_100_000 + '"}\n' + good + "\n" + "y" * 3_000_000
    outcomes = read(raw, max_characters=1_000)
    assert [getattr(outcome, "reason", None) for outcome in outcomes] == [None, "too_long", None, "too_long"]
    assert [outcome.origin[-1] for outcome in outcomes] == ["1", "2", "3", "4"]
    assert outcomes[1].record is None


def test_a_stream_stays_open_and_is_called_by_its_name():
    stream = io.BytesIO(json.dumps({"text": "Envoys met."}).encode())
    (article,) = read_json_lines(stream, options=IngestOptions())
    assert (article.origin, article.source_id) == ("<stdin>:1", "<stdin>:1")
    assert not stream.closed


records = st.fixed_dictionaries({"id": STORABLE, "title": STORABLE, "text": STORABLE, "source": STORABLE})


@given(st.lists(records, max_size=5), st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_strings_come_out_as_they_went_in(written, ascii_only, line_end):
    raw = "".join(json.dumps(record, ensure_ascii=ascii_only) + line_end for record in written)
    outcomes = read(raw)
    assert len(outcomes) == len(written)
    for record, outcome in zip(written, outcomes, strict=True):
        if any(map(str.isalnum, record["text"])):
            assert outcome.text == record["text"]
            assert outcome.title == " ".join(record["title"].split())
            assert outcome.source_name == (record["source"] if record["source"].strip() else None)
            assert outcome.source_id == record["id"] or not record["id"].strip()
        else:
            assert outcome.reason == "empty"


@given(st.binary(max_size=300))
def test_any_bytes_are_articles_and_refusals(raw):
    assert all(isinstance(outcome, Article | Refusal) for outcome in read(raw))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=4,
)
any_records = st.dictionaries(
    st.sampled_from(["id", "title", "date", "text", "url", "updated_at"]), json_values
)


@given(any_records | json_values)
def test_any_json_is_an_article_that_can_be_stored_or_a_refusal(record):
    outcome = parse_line(json.dumps(record).encode(), origin="a.jsonl:1", options=IngestOptions())
    if isinstance(outcome, Article):
        for value in (outcome.source_id, outcome.title, outcome.text, outcome.source_uri or ""):
            assert value.encode() is not None


def test_hostile_streams_take_no_time():
    started = time.process_time()
    read("\n" * 500_000)
    read("ਊ" * 500_000, max_characters=1_000_000)
    read(("ਊ" * 300_000).encode("utf-16"))
    read('{"' * 200_000)
    assert time.process_time() - started < 10
