from __future__ import annotations

import io
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article
from schemas.refusal import Refusal
from tasks.ingest.options import IngestOptions
from tasks.ingest.plain_text import parse_text_file, read_text_file

BODY = "GENEVA (Alpine Wire) - Envoys of Norland and Sudria met on Monday.\n\n  They will meet again.  "


def parsed(raw, *, origin="inbox/wire_7.txt", **options):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    return parse_text_file(raw, origin=origin, options=IngestOptions(check_language=False, **options))


def test_a_file_that_begins_with_its_date():
    assert parsed(f" date 2024-03-09 403\n  Envoys   meet \n{BODY}\n\n") == Article(
        source_id="wire_7",
        has_own_id=False,
        title="Envoys meet",
        text=BODY,
        published_date=date(2024, 3, 9),
        source_name="Alpine Wire",
        origin="inbox/wire_7.txt",
        declared_count=403,
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f" date 2024-03-09 17\r\nEnvoys meet\r\n{BODY}".replace("\n\n", "\r\n\r\n"), id="CRLF"),
        pytest.param(f"\ufeff date 2024-03-09 17\nEnvoys meet\n{BODY}", id="byte order mark"),
        pytest.param(f"\n\ndate 2024-03-09\n\nEnvoys meet\n{BODY}\n", id="blank lines, no number"),
        pytest.param(f" date 2024-03-09 17\nEnvoys meet\n{BODY}".encode("utf-16"), id="UTF-16"),
    ],
)
def test_the_same_text_however_the_file_is_written(content):
    article = parsed(content)
    assert (article.title, article.text, article.published_date) == ("Envoys meet", BODY, date(2024, 3, 9))


@pytest.mark.parametrize(
    ("origin", "default", "day"),
    [
        pytest.param("2024-03-09-envoys.txt", date(2020, 1, 1), date(2024, 3, 9), id="in the name"),
        pytest.param("envoys.txt", date(2020, 1, 1), date(2020, 1, 1), id="default"),
        pytest.param("2024-03-09/envoys.txt", None, None, id="not of the folder"),
    ],
)
def test_any_other_file(origin, default, day):
    article = parsed(f"\nEnvoys meet\n{BODY}\n", origin=origin, default_date=default)
    assert (article.title, article.text, article.published_date) == ("Envoys meet", BODY, day)
    assert article.declared_count is None


def test_the_dateline_comes_before_the_default_source():
    assert parsed(f"Envoys meet\n{BODY}", default_source="Desk").source_name == "Alpine Wire"
    assert parsed("Envoys meet\nThey met.", default_source="Desk").source_name == "Desk"


def test_repairs_are_recorded():
    assert parsed("Envoys meet\nA “café”.".encode("cp1252")).repairs == ("decoded as cp1252",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        (" \n\u3000\n", "empty"),
        ("Only a title", "empty"),
        (" date 2024-03-09 4\nOnly a title\n* * *\n", "empty"),
        (" date 2024-02-30 4\nEnvoys meet\nThey met.", "bad_date"),
        (b"%PDF-1.7 text", "binary_file"),
        (b"Envoys meet\nThey \x00 met.", "binary_file"),
    ],
)
def test_refused(content, reason):
    refusal = parsed(content)
    assert isinstance(refusal, Refusal)
    assert (refusal.stage, refusal.table, refusal.reason) == ("ingest", None, reason)
    assert refusal.origin == "inbox/wire_7.txt"
    assert (refusal.record is None) == (reason == "binary_file")


@pytest.mark.parametrize(
    ("written", "reason", "day"),
    [("2024-03-09", "too_long", date(2024, 3, 9)), ("2024-02-30", "bad_date", None)],
)
def test_a_refusal_says_whose_it_is_and_of_which_day(written, reason, day):
    refusal = parsed(f" date {written} 4\nEnvoys meet\n{BODY}", max_characters=50)
    assert (refusal.reason, refusal.source_name, refusal.day) == (reason, "Alpine Wire", day)


def test_a_refusal_keeps_the_whole_file():
    content = " date 2999-03-09 4\nEnvoys meet\nThey met."
    assert parsed(content, as_of=date(2024, 3, 9)).record == content


def test_a_file_too_large_to_be_worth_reading():
    stream = io.BytesIO(b"x" * 70_000)
    (refusal,) = read_text_file(stream, options=IngestOptions(max_characters=1_000), origin="large.txt")
    assert (refusal.reason, refusal.origin, refusal.record) == ("too_long", "large.txt", None)
    assert not stream.closed


@given(st.binary(max_size=300))
def test_any_bytes_are_an_article_or_a_refusal(raw):
    outcome = parsed(raw)
    assert isinstance(outcome, Article | Refusal)


def test_many_blank_lines_and_brackets_take_no_time():
    started = time.process_time()
    for content in ("\n" * 900_000 + "x", "(" * 900_000, "a\n" + "A (" * 300_000, " \t" * 450_000):
        parsed(content)
    assert time.process_time() - started < 5
