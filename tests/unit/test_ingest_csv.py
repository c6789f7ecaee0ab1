from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ingest_samples import said

from schemas.article import Article
from schemas.refusal import Refusal
from tasks.ingest import csv_rows, csv_table
from tasks.ingest.csv_table import read_csv
from tasks.ingest.json_lines import read_json_lines
from tasks.ingest.options import IngestOptions

HEADER = "id,title,date,text\n"
ROW = "n7,Envoys meet,2024-03-09,Envoys met.\n"
LONG_ROW = 'n7,a,2024-03-09,"' + "x, y.\n" * 200_000 + '"\n'
OTHER = 'n8,Envoys part,2024-03-10,"They left, ""at last""."\n'


def read(raw, *, origin="in/wire.csv", **options):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    options = IngestOptions(**{"check_language": False, **options})
    return list(read_csv(io.BufferedReader(io.BytesIO(raw)), origin=origin, options=options))


def outcomes(read):
    """Each article by its id and each refusal by its reason, with the line it begins in."""
    return [
        (
            int(one.origin.rpartition(":")[2]),
            one.source_id if isinstance(one, Article) else one.reason,
        )
        for one in read
    ]


def test_a_row():
    raw = (
        "id,title,date,text,source,url,updated_at,desk\r\n"
        'n7, Envoys  meet ,2024-03-09,"Envoys met.\r\n\t""Again"", they said. ",Alpine Wire,'
        "https://wire.example/7,2024-03-10T01:00+02:00,north\r\n"
    )
    assert read(raw) == [
        Article(
            source_id="n7",
            title="Envoys meet",
            text='Envoys met.\r\n\t"Again", they said. ',
            published_date=date(2024, 3, 9),
            updated_at=datetime(2024, 3, 9, 23, tzinfo=UTC),
            source_name="Alpine Wire",
            source_uri="https://wire.example/7",
            origin="in/wire.csv:2",
        )
    ]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(HEADER + ROW, id="commas"),
        pytest.param((HEADER + ROW).replace(",", ";"), id="semicolons"),
        pytest.param((HEADER + ROW).replace(",", "\t"), id="tabs"),
        pytest.param((HEADER + ROW).replace(",", "|"), id="bars"),
        pytest.param((HEADER + ROW).replace("\n", "\r\n"), id="CRLF"),
        pytest.param((HEADER + ROW).replace("\n", "\r"), id="CR"),
        pytest.param(HEADER + ROW.rstrip("\n"), id="no last line end"),
        pytest.param(f"\ufeff{HEADER}{ROW}", id="byte order mark"),
        pytest.param('\ufeff"id","title","date","text"\n' + ROW, id="byte order mark before a quoted name"),
        pytest.param((HEADER + ROW).encode("utf-16"), id="UTF-16"),
        pytest.param((HEADER + ROW).encode("utf-32"), id="UTF-32"),
        pytest.param(" Id , TITLE,Date,\tText\n" + ROW, id="names in capitals and with blanks"),
        pytest.param("\n \n" + HEADER + "\n  \n,,,\n" + ROW + "\n", id="blank lines and rows"),
        pytest.param(HEADER + ROW.replace("\n", ",,\n"), id="empty cells beyond the header"),
        pytest.param("text,date,id,title\nEnvoys met.,2024-03-09,n7,Envoys meet\n", id="another order"),
        pytest.param(
            'id,"a;b;c",title,date,text\nn7,,Envoys meet,2024-03-09,Envoys met.\n',
            id="another delimiter in a quoted name",
        ),
    ],
)
def test_the_same_article_however_the_file_is_written(raw):
    (article,) = read(raw)
    assert (article.source_id, article.title) == ("n7", "Envoys meet")
    assert (article.text, article.published_date) == ("Envoys met.", date(2024, 3, 9))


def test_columns_under_other_names_and_defaults():
    raw = "key;body;TEXT\n3;Envoys met.;5\n"
    options = {"fields": {"text": "body", "id": "Key"}, "default_date": date(2024, 3, 9)}
    (article,) = read(raw, default_source="Desk", **options)
    assert (article.text, article.source_id) == ("Envoys met.", "3")
    assert (article.published_date, article.source_name) == (date(2024, 3, 9), "Desk")


def test_an_exact_name_comes_before_one_in_other_letters():
    (article,) = read("Text,text,TEXT\na,b,c\n")
    assert article.text == "b"


def test_empty_and_missing_cells_are_absent():
    first, second = read("text,id,title,source\nEnvoys met.,,,\nEnvoys part.\n")
    assert (first.source_id, first.has_own_id) == ("wire:2", False)
    assert (second.source_id, second.title, second.source_name) == ("wire:3", "", None)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param("n7,Envoys meet,2024-03-09,\n", "missing_text", id="text is empty"),
        pytest.param("n7,Envoys meet\n", "missing_text", id="row stops before the text"),
        pytest.param("n7,Envoys meet,2024-03-09,* *\n", "empty", id="text without a word"),
        pytest.param("n7,Envoys meet,last week,Envoys met.\n", "bad_date", id="date in words"),
        pytest.param("n7,Envoys meet,2999-03-09,Envoys met.\n", "future_date", id="date to come"),
        pytest.param("n7,Envoys meet,2024-03-09,Envoys met, and left.\n", "broken_csv", id="bare delimiter"),
        pytest.param("n7,Envoys meet,2024-03-09,Envoys \0 met.\n", "broken_csv", id="NUL"),
        pytest.param('n7,Envoys meet,2024-03-09,"Envoys "met"."\n', "broken_csv", id="bare quotation marks"),
        pytest.param('n7,Envoys meet,2024-03-09,"Envoys met.\n', "broken_csv", id="mark never closed"),
        pytest.param(
            'n7,"Envoys meet,2024-03-09,Envoys met.\n', "broken_csv", id="mark closed in another row"
        ),
        pytest.param(f"n7,Envoys meet,2024-03-09,{'x' * 1_001}\n", "too_long", id="text is long"),
        pytest.param(f"n7,Envoys meet,2024-03-09,{'x' * 1_100_000}\n", "too_long", id="line is long"),
        pytest.param(LONG_ROW, "too_long", id="lines are long"),
    ],
)
def test_a_bad_row_costs_itself(row, reason):
    # Beyond the bytes that are looked at to tell a binary file.
    rows = f'n6,"{"a, " * 300}",2024-03-09,Envoys met.\n' * 10
    found = read(HEADER + rows + row + OTHER + ROW, max_characters=1_000, as_of=date(2024, 3, 11))
    assert [result for _, result in outcomes(found)] == [*["n6"] * 10, reason, "n8", "n7"]
    assert outcomes(found)[10][0] == 12
    assert outcomes(found)[11][0] == 12 + row.count("\n")
    refusal = found[10]
    assert (refusal.stage, refusal.table) == ("ingest", None)
    assert refusal.detail.endswith(".")
    assert refusal.value


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param("", "empty", id="nothing"),
        pytest.param("\ufeff\n \r\n\n", "empty", id="blank lines"),
        pytest.param("id,body\nn7,Envoys met.\n", "missing_text", id="no text column"),
        pytest.param(ROW, "missing_text", id="no header"),
        pytest.param("text,text\na,b\n", "ambiguous_column", id="two text columns"),
        pytest.param("text,Date,DATE\na,b\n", "ambiguous_column", id="two date columns"),
        pytest.param('id,"te"xt"\nn7,Envoys met.\n', "broken_csv", id="quotation marks in the header"),
        pytest.param('id,"text\nn7,Envoys met.\n', "broken_csv", id="header that is not closed"),
        pytest.param(f"id,{'x' * 200_000}\na,b\n", "missing_text", id="long header"),
        pytest.param(f"text,{'x' * 1_200_000}\na,b\n", "too_long", id="header without end"),
        pytest.param(b"PAR1\x15\x04", "binary_file", id="Parquet"),
        pytest.param("text\nEnvoys met.\n".encode("utf-16-le"), "binary_file", id="UTF-16 without a mark"),
    ],
)
def test_a_file_that_is_no_table_is_one_refusal(raw, reason):
    (refusal,) = read(raw, max_characters=1_000)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.origin, refusal.record) == (reason, "in/wire.csv", None)


def test_a_missing_column_is_refused_with_those_that_there_are():
    (refusal,) = read("id,body\nn7,Envoys met.\n")
    assert '"text"' in refusal.detail
    assert "id, body" in refusal.detail
    assert "--field text=" in refusal.detail


def test_a_header_alone_is_no_fault():
    assert read(HEADER) == []


# ---------------------------------------------------------------------------------------------------- what is kept


def again(refusals, **options):
    """What comes of refused records that are written as JSONL."""
    raw = "".join(f"{refusal.record}\n" for refusal in refusals).encode()
    options = IngestOptions(check_language=False, **options)
    return list(read_json_lines(io.BytesIO(raw), options=options))


def test_a_refused_row_is_kept_as_a_record_with_the_users_keys():
    options = {"fields": {"text": "body"}}
    (refusal,) = read('Body,Date,desk\n"Envoys\r\nmet.",soon,north\n', **options)
    assert refusal.record == '{"date": "soon", "body": "Envoys\\r\\nmet.", "desk": "north"}'
    (same,) = again([refusal], **options)
    assert same.reason == "bad_date"
    (mended,) = again([replace(refusal, record=refusal.record.replace("soon", "2024-03-09"))], **options)
    assert (mended.text, mended.published_date) == ("Envoys\r\nmet.", date(2024, 3, 9))


@pytest.mark.parametrize(
    "row",
    [
        'n7,a,2024-03-09,"Envoys "met"."\r\n',
        "n7,a,2024-03-09,Envoys, met.\n",
        'n7,a,2024-03-09,"Émissaires\n',
    ],
)
def test_a_row_that_is_no_record_is_kept_as_it_came_and_refused_until_it_is_mended(row):
    (refusal,) = read(HEADER + row)
    assert json.loads(refusal.record) == {"csv": row}
    (same,) = again([refusal])
    assert same.reason == "missing_text"


def test_what_is_left_out_behind_a_broken_row_is_named_and_kept():
    paragraphs = 'n7,a,2024-03-09,"Envoys "met".\nThey left, one by one.\n\nNobody spoke."\n'
    (first, second) = read(HEADER + paragraphs + ROW)
    assert outcomes([first, second]) == [(2, "broken_csv"), (6, "n7")]
    assert "Lines 2 to 5 were left out." in first.detail
    assert json.loads(first.record) == {"csv": paragraphs}


@pytest.mark.parametrize(
    ("header", "good"),
    [
        pytest.param("date,text", '2024-03-09,"Envoys met, again."', id="a date tells a row"),
        pytest.param("id,text", 'n8,"Envoys met, again."', id="without dates, a quoted cell"),
        pytest.param("id\ttext", "n8\tEnvoys met, again.", id="and tabs, which prose has not"),
        pytest.param("text", '"Envoys met, again."', id="one column"),
    ],
)
def test_paragraphs_of_a_broken_row_are_no_articles(header, good):
    mark = "\t" if "\t" in header else ","
    broken = f'{"n7" + mark if mark in header else ""}"Envoys "met".\nLater, they left.\nNobody spoke."\n'
    found = read(f"{header}\n{broken}{good}\n")
    assert [type(one) for one in found] == [Refusal, Article]
    assert found[1].text == "Envoys met, again."
    assert json.loads(found[0].record) == {"csv": broken}


def test_a_broken_row_at_the_end_is_refused():
    assert outcomes(read(HEADER + ROW + 'n8,"a\nb')) == [(2, "n7"), (3, "broken_csv")]


def test_rows_that_an_open_quotation_mark_swallowed_are_read():
    raw = HEADER + 'n1,"a,2024-03-09,b\n' + ROW * 3 + OTHER
    assert outcomes(read(raw)) == [(2, "broken_csv"), (3, "n7"), (4, "n7"), (5, "n7"), (6, "n8")]


def test_a_row_too_long_to_be_kept():
    (refusal,) = read(HEADER + LONG_ROW, max_characters=1_000)
    assert (refusal.reason, refusal.record) == ("too_long", None)
    assert refusal.value == 'n7,a,2024-03-09,"x, y.'
    assert "Lines 2 to 200002 were left out." in refusal.detail


# ------------------------------------------------------------------------------------------------------- encodings


def test_cells_in_another_encoding():
    raw = HEADER.encode() + "n7,Café,2024-03-09,The “café” – closed.\n".encode("cp1252") + OTHER.encode()
    first, second = read(raw)
    assert (first.title, first.text) == ("Café", "The “café” – closed.")
    assert (first.repairs, second.repairs) == (("decoded as cp1252",), ())


def test_repairs_are_those_of_the_fields():
    assert read(b"text,note\nEnvoys met.,caf\xe9\n")[0].repairs == ()


def test_wide_characters_are_noted():
    (article,) = read((HEADER + ROW.replace("met", "met in Ċ਍ਊ 🙂")).encode("utf-16"))
    assert article.text == "Envoys met in Ċ਍ਊ 🙂."
    assert article.repairs == ("decoded as utf-16",)


def test_a_byte_order_mark_is_one_at_the_start_of_the_file_only():
    (article,) = read('\ufefftext,id\n"\ufeffEnvoys\n\ufeffmet.",n7\n')
    assert article.text == "\ufeffEnvoys\n\ufeffmet."


# Without halves of surrogate pairs, which UTF-8 cannot hold, and NUL, which is refused.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
RECORDS = st.lists(
    st.fixed_dictionaries({"id": TEXT, "title": TEXT, "text": TEXT, "source": TEXT, "desk": TEXT}), max_size=4
)


@given(
    RECORDS,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
@example(
    [{"id": "\ufeff", "title": "\x85", "text": "\u2028a\r", "source": "\x0c", "desk": '"'}],
    ",",
    "\n",
    "utf-8",
)
def test_what_is_written_as_csv_reads_as_it_does_from_json_lines(written, delimiter, line_end, encoding):
    table = io.StringIO()
    keys = ["id", "title", "text", "source", "desk"]
    writer = csv.DictWriter(table, keys, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(written)
    lines = "".join(f"{json.dumps(record)}\n" for record in written)
    options = IngestOptions(check_language=False, default_date=date(2024, 3, 9))
    expected = read_json_lines(io.BytesIO(lines.encode()), options=options)
    found = read(table.getvalue().encode(encoding), default_date=date(2024, 3, 9))
    assert said(found) == said(expected)


# ------------------------------------------------------------------------------------------------------ hostile input


@given(st.binary(max_size=300) | st.text(st.sampled_from('a,"\n\r'), max_size=60).map(str.encode))
def test_any_bytes_are_articles_and_refusals(raw):
    for one in read(raw) + read(b"id,text\n" + raw):
        assert isinstance(one, Article | Refusal)


@given(
    st.lists(
        st.sampled_from(['n1,"a\n', "n2,b\n", '"x","y\n', '"c"d,e\n', "f,g,h\n", "i\n", 'j,"\n']), max_size=12
    )
)
def test_every_line_is_in_a_row_or_left_out(lines):
    """No line is lost: rows and what was left out follow each other without a gap."""
    raw = "text,id\n" + "".join(lines)
    last = 1
    for one in read(raw):
        line = int(one.origin.rpartition(":")[2])
        assert line == last + 1
        last = line + (one.text + one.source_id).count("\n") if isinstance(one, Article) else _last_line(one)
    assert last == len(lines) + 1


def _last_line(refusal):
    record = json.loads(refusal.record)
    return int(refusal.origin.rpartition(":")[2]) + (record.get("csv", "\n").count("\n") - 1)


class Endless(io.RawIOBase):
    """A file of a given size that is never whole in memory: some bytes, then others again and again."""

    def __init__(self, head, again, size):
        self._head, self._again, self._size, self._at = head, again, size, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        wanted = min(len(buffer), self._size - self._at)
        head = self._head[self._at :]
        phase = max(self._at - len(self._head), 0) % len(self._again)
        piece = head + (self._again * (wanted // len(self._again) + 2))[phase:]
        buffer[:wanted] = piece[:wanted]
        self._at += wanted
        return wanted


@pytest.mark.parametrize(
    ("head", "again"),
    [
        pytest.param(b'id,text\nn1,"', b"x" * 64, id="one mark, one line"),
        pytest.param(b'id,text\nn1,"', b"The envoys met again on that day.\n", id="one mark, many lines"),
        pytest.param(b"id,text\n", b'x","y\n', id="each line leaves a mark open"),
        pytest.param(b"id,text\n", b'a,b\nx","y\n', id="each second line leaves a mark open"),
        pytest.param(b"id,text\n", b",", id="cells without end"),
        pytest.param(b"", b"x,", id="a header without end"),
        pytest.param(b"", b"\n", id="blank lines before a header"),
    ],
)
def test_a_hostile_file_takes_bounded_memory_and_no_line_is_read_thrice(head, again, monkeypatch):
    monkeypatch.setattr(csv_table, "_OTHER_BYTES", 10_000)
    monkeypatch.setattr(csv_rows, "LONGEST_RECORD", 10_000)
    calls = Counter()

    class CountedLines(csv_rows.Lines):
        def __next__(self):
            calls[size] += 1
            return super().__next__()

    monkeypatch.setattr(csv_table, "Lines", CountedLines)
    options = IngestOptions(check_language=False, max_characters=1_000)
    peaks = {}
    for size in (50_000, 200_000):
        stream = io.BufferedReader(Endless(head, again, size))
        tracemalloc.start()
        reasons = {getattr(one, "reason", "") for one in read_csv(stream, options=options, origin="a.csv")}
        peaks[size] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert reasons & {"too_long", "empty"}
        lines = size // len(again) * max(again.count(b"\n"), 1)
        assert calls[size] <= 2 * lines + 10
    assert peaks[200_000] < 1.5 * peaks[50_000]
