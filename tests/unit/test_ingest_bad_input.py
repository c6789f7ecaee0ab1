"""One of each input that does not come in, all at once: each is refused once, with its reason, and costs nothing else."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tasks.ingest.accept import decide
from tasks.ingest.options import IngestOptions
from tasks.ingest.sources import read_articles

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"id": "n1", "date": "2024-03-09", "text": "Envoys of the two countries met on Monday."}
FRENCH = "Les ministres des deux pays se sont rencontrés mardi à Genève et ont annoncé la reprise des négociations."
OPTIONS = IngestOptions(as_of=date(2024, 3, 10), require_date=True, max_characters=5_000)

BAD_LINES = {
    "empty": json.dumps({**GOOD, "id": "b1", "text": "  "}),
    "missing_text": json.dumps({"id": "b2", "date": "2024-03-09"}),
    "no_date": json.dumps({**GOOD, "id": "b3", "date": None}),
    "bad_date": json.dumps({**GOOD, "id": "b4", "date": "09/03/2024"}),
    "future_date": json.dumps({**GOOD, "id": "b5", "date": "2024-03-11"}),
    "too_long": json.dumps({**GOOD, "id": "b6", "text": "Envoys met. " * 500}),
    "not_english": json.dumps({**GOOD, "id": "b7", "text": FRENCH}),
    "broken_json": json.dumps({**GOOD, "id": "b8"})[:-1],
    "wrong_type": json.dumps({**GOOD, "id": "b9", "text": 9}),
    "unpaired_surrogate": json.dumps({**GOOD, "id": "b10", "text": "a \ud800 b"}),
    "duplicate_id": json.dumps({**GOOD, "text": "The envoys never met."}),
}
BAD_ROW = b'text,id,date\n"Envoys "met".",b11,2024-03-09\n'
BAD_FILES = {
    "ambiguous_column": ("b.tsv", b"text\tText\tTEXT\tid\tID\tid\n"),
    "binary_file": ("b.txt", b"\x89PNG\r\n\x1a\n"),
    "broken_csv": ("b.csv", BAD_ROW),
    "broken_parquet": ("b.parquet", b"text,id\n"),
    "unsupported_format": ("b.pdf", b"id,text\n"),
}


def _decisions(folder: Path):
    return decide(read_articles([folder / "*"], options=OPTIONS), [])


@pytest.mark.parametrize(("reason", "line"), BAD_LINES.items(), ids=BAD_LINES)
def test_a_bad_line(tmp_path, reason, line):
    (tmp_path / "a.jsonl").write_text(f"{json.dumps(GOOD)}\n{line}\n{json.dumps({**GOOD, 'id': 'n2'})}\n")
    decisions = _decisions(tmp_path)
    (refusal,) = decisions.refused
    assert (refusal.reason, refusal.origin) == (reason, f"{tmp_path}/a.jsonl:2")
    assert refusal.detail.endswith(".")
    assert refusal.record is not None
    if reason != "broken_json":
        assert json.loads(refusal.record).get("text") == json.loads(line).get("text")


@pytest.mark.parametrize(("reason", "file"), BAD_FILES.items(), ids=BAD_FILES)
def test_a_bad_file(tmp_path, reason, file):
    name, content = file
    (tmp_path / "a.jsonl").write_text(json.dumps(GOOD))
    (tmp_path / name).write_bytes(content)
    decisions = _decisions(tmp_path)
    (refusal,) = decisions.refused
    assert refusal.reason == reason
    assert (refusal.record is not None) == (reason == "broken_csv")
    assert decisions.counts["accepted"] == 1


def test_bytes_that_are_not_utf8_are_no_reason_to_refuse(tmp_path):
    (tmp_path / "2024-03-09.txt").write_bytes("Envoys meet\nThe café was “closed”.".encode("cp1252"))
    (version,) = _decisions(tmp_path).new
    assert version.article.text == "The café was “closed”."
    assert version.article.repairs == ("decoded as cp1252",)


def test_all_at_once_the_counts_add_up(tmp_path):
    lines = [json.dumps(GOOD), *BAD_LINES.values(), json.dumps(GOOD), json.dumps({**GOOD, "id": "n2"})]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    for name, content in BAD_FILES.values():
        (tmp_path / name).write_bytes(content)
    decisions = _decisions(tmp_path)
    assert decisions.refused_by_reason == dict.fromkeys(sorted([*BAD_LINES, *BAD_FILES]), 1)
    # Without a source name an id identifies nothing: "n2" with the content of "n1" is the same article.
    assert decisions.counts == {
        "read": 19,
        "accepted": 1,
        "unchanged": 2,
        "corrections": 0,
        "superseded": 0,
        "appearances": 0,
        "forgotten": 0,
        "passed_over": 0,
        "refused": 16,
    }
    assert set(Counter(refusal.origin for refusal in decisions.refused).values()) == {1}
