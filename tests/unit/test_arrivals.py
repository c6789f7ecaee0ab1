from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest

from schemas.identity import content_hash, id_of
from tasks.article_files import ARTICLE_FILE_SCHEMA, article_frame, articles_of, scan_article_files
from tasks.ingest.arrivals import ingest
from tasks.ingest.options import IngestOptions
from tasks.ingest.sources import SourceError
from tasks.refusal_files import read_refusals
from tasks.takedowns import NOTHING_FORGOTTEN, Forgotten

OPTIONS = IngestOptions(require_date=True, check_language=False)
OUTCOMES = ("accepted", "unchanged", "corrections", "superseded", "refused")
EARLY, LATE = "2025-08-12T00:00:00+00:00", "2025-08-13T00:00:00+00:00"


def record(text="IND met CHN.", *, key="n1", **changes):
    fields = {"id": key, "title": "Envoys meet", "date": "2025-08-11", "text": text, "source": "Wire"}
    return fields | changes


@pytest.fixture
def inbox(tmp_path):
    """Writes records, or lines as they are, into a file of the inbox; gives the file's path."""
    folder = tmp_path / "inbox"
    folder.mkdir()

    def write(*records, name="a.jsonl"):
        lines = [one if isinstance(one, str) else json.dumps(one) for one in records]
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return str(folder / name)

    return write


@pytest.fixture
def take(tmp_path):
    """Ingests sources into a store that holds some article files."""

    def take(*sources, known=(), run="run", options=OPTIONS, forgotten=NOTHING_FORGOTTEN):
        workspace = tmp_path / run
        workspace.mkdir()
        return ingest(
            list(sources),
            scan_article_files(known),
            options=options,
            workspace=workspace,
            forgotten=forgotten,
        )

    return take


def arriving(arrivals):
    return list(articles_of(pl.read_parquet(arrivals.articles)))


def outcomes(arrivals):
    return tuple(arrivals.counts[outcome] for outcome in OUTCOMES)


def test_what_arrives_is_written_with_its_ids_in_order_of_publication(inbox, take):
    source = inbox(record("late", key="n1"), record("early", key="n2", date="2025-07-01"))
    arrivals = take(source)
    frame = pl.read_parquet(arrivals.articles)
    assert frame.schema == ARTICLE_FILE_SCHEMA
    assert frame["text"].to_list() == ["early", "late"]
    assert frame["article_id"].to_list() == [id_of(one) for one in arriving(arrivals)]
    assert arrivals.counts == {
        "files": 1,
        "read": 2,
        "accepted": 2,
        "unchanged": 0,
        "corrections": 0,
        "superseded": 0,
        "appearances": 0,
        "forgotten": 0,
        "passed_over": 0,
        "refused": 0,
        "repaired": 0,
    }
    assert arrivals.refused_by_reason == {}
    assert not arrivals.refusals.exists(), "no refusals, no file"


def test_refusals_are_written_and_counted(inbox, take):
    source = inbox(
        record(), record(key="n2", date=None), record(key="n3", date=""), "{not json", record("", key="n4")
    )
    arrivals = take(source)
    assert outcomes(arrivals) == (1, 0, 0, 0, 4)
    assert arrivals.refused_by_reason == {"broken_json": 1, "empty": 1, "no_date": 2}
    refused = read_refusals([arrivals.refusals])
    assert refused["reason"].sort().to_list() == ["broken_json", "empty", "no_date", "no_date"]
    assert set(refused["origin"]) == {f"{source}:{line}" for line in (2, 3, 4, 5)}
    assert "{not json" in refused["record"].to_list()


@pytest.mark.parametrize(
    ("stored", "comes", "expected", "texts"),
    [
        pytest.param([record()], [record()], (0, 1, 0, 0, 0), [], id="the same"),
        pytest.param([record()], [record("new", key="n2")], (1, 0, 0, 0, 0), ["new"], id="another"),
        pytest.param(
            [record()], [record("mended", updated_at=LATE)], (0, 0, 1, 0, 0), ["mended"], id="a correction"
        ),
        pytest.param(
            [record("mended", updated_at=LATE)],
            [record(updated_at=EARLY)],
            (0, 0, 0, 1, 0),
            [],
            id="an old version",
        ),
        pytest.param(
            [],
            [record(updated_at=EARLY), record("mended", updated_at=LATE)],
            (1, 0, 0, 1, 0),
            ["mended"],
            id="both at once",
        ),
        pytest.param(
            [record()],
            [record(updated_at=LATE)],
            (0, 1, 0, 0, 0),
            ["IND met CHN."],
            id="an update of nothing",
        ),
        pytest.param(
            [record()], [record(title="Envoys  meet")], (0, 1, 0, 0, 0), [], id="white space of the title"
        ),
        pytest.param([], [record(), record()], (1, 1, 0, 0, 0), ["IND met CHN."], id="twice in one file"),
        pytest.param(
            [record(source=None)],
            [record(source=None, key="n2")],
            (0, 1, 0, 0, 0),
            ["IND met CHN."],
            id="another id",
        ),
        pytest.param(
            [record(source=None)],
            [record(source="Wire")],
            (1, 0, 0, 0, 0),
            ["IND met CHN."],
            id="now of a source",
        ),
        pytest.param(
            [], [record(), record("other")], (1, 0, 0, 0, 1), ["IND met CHN."], id="a contradiction"
        ),
    ],
)
def test_what_the_store_has_does_not_arrive_again(stored, comes, expected, texts, *, inbox, take):
    known = take(inbox(*stored, name="known.jsonl"), run="before").articles if stored else None
    arrivals = take(inbox(*comes), known=[known] if known else [])
    assert outcomes(arrivals) == expected
    assert sum(expected) == arrivals.counts["read"] == len(comes)
    assert [one.text for one in arriving(arrivals)] == texts


def test_what_arrived_once_arrives_no_more(inbox, take):
    """Records that say more of an article that the store has are kept once."""
    source = inbox(record(updated_at=LATE), record(source=None), record(source=None, key="n2"))
    first = take(inbox(record(), name="known.jsonl"), run="first").articles
    second = take(source, known=[first], run="second")
    assert len(arriving(second)) == 3
    third = take(source, known=[first, second.articles], run="third")
    assert arriving(third) == []
    assert outcomes(third) == (0, 3, 0, 0, 0)


def test_repairs_are_counted_and_kept(tmp_path, take):
    raw = "Envoys met in Zürich.\n".encode("cp1252")
    (tmp_path / "wire.txt").write_bytes(b"Envoys meet\n(2025-08-11) " + raw)
    options = IngestOptions(check_language=False, default_date=None)
    arrivals = take(str(tmp_path / "wire.txt"), options=options)
    assert arrivals.counts["repaired"] == 1
    assert [bool(one.repairs) for one in arriving(arrivals)] == [True]


def test_a_record_with_other_repairs_says_something_else(inbox, take, tmp_path):
    """Which of the two speaks is decided by what they say, so both must be there."""
    first = take(inbox(record()), run="first")
    (plain,) = arriving(first)
    repaired = tmp_path / "repaired.parquet"
    frame = article_frame([plain]).with_columns(repairs=pl.lit(["decoded as cp1252"]))
    frame.write_parquet(repaired)
    assert [one.repairs for one in arriving(take(inbox(record()), known=[repaired], run="second"))] == [()]


def as_csv(records, path):
    pl.DataFrame(records).write_csv(path)


def as_parquet(records, path):
    pl.DataFrame(records).with_columns(pl.col("date").str.to_date()).write_parquet(path)


@pytest.mark.parametrize(("suffix", "write"), [("csv", as_csv), ("parquet", as_parquet)])
def test_a_record_is_the_same_in_every_format(suffix, write, inbox, take, tmp_path):
    records = [
        record('IND met CHN.\n\n"Again", they said.'),
        record("IND left.", key="n2", date="2025-08-12"),
    ]
    first = take(inbox(*records), run="first")
    write(records, tmp_path / f"a.{suffix}")
    second = take(str(tmp_path / f"a.{suffix}"), known=[first.articles], run="second")
    assert outcomes(second) == (0, 2, 0, 0, 0)
    assert arriving(second) == []


@pytest.mark.parametrize(("suffix", "write", "line"), [("csv", as_csv, 3), ("parquet", as_parquet, 2)])
def test_records_of_one_table_that_contradict_each_other(suffix, write, line, take, tmp_path):
    source = str(tmp_path / f"a.{suffix}")
    write([record(), record("other")], source)
    arrivals = take(source)
    assert [one.text for one in arriving(arrivals)] == ["IND met CHN."]
    (refused,) = read_refusals([arrivals.refusals]).to_dicts()
    assert (refused["reason"], refused["origin"]) == ("duplicate_id", f"{source}:{line}")
    assert (refused["source_name"], refused["day"]) == ("Wire", date(2025, 8, 11))


def test_order_of_the_sources_does_not_show(inbox, take):
    paths = [inbox(record(f"text {n}", key=f"n{n}"), name=f"{n}.jsonl") for n in range(4)]
    one, other = take(*paths, run="one"), take(*paths[::-1], run="other")
    assert one.articles.read_bytes() == other.articles.read_bytes()
    assert one.counts == other.counts
    assert one.counts["files"] == 4


@pytest.mark.parametrize("lines", [[], ["", "  "]], ids=["empty", "blank"])
def test_a_file_without_records(lines, inbox, take):
    arrivals = take(inbox(*lines))
    assert arriving(arrivals) == []
    assert sum(outcomes(arrivals)) == arrivals.counts["read"]


def test_a_source_that_is_not_there_is_an_error(take):
    with pytest.raises(SourceError):
        take("no/such/folder")


def test_other_addresses_arrive_and_are_counted_apart(inbox, take):
    """Which address is the article's is decided over all that ever came."""
    first, second, third = (record(url=f"https://{host}wire.example/7") for host in ("", "m.", "amp."))
    arrivals = take(inbox(third, first), run="first")
    assert (arrivals.counts["accepted"], arrivals.counts["appearances"]) == (1, 1)
    assert len(arriving(arrivals)) == 2
    later = take(inbox(second, first), known=[arrivals.articles], run="second")
    assert (later.counts["accepted"], later.counts["appearances"], later.counts["unchanged"]) == (0, 1, 1)
    assert [one.source_uri for one in arriving(later)] == [second["url"]]


def test_the_words_of_what_is_forgotten_are_kept_nowhere(inbox, take):
    """Not even beside a refusal: the second record contradicts the first, which must not be seen to stand there."""
    secret = record("A magistrate of Otranto was named.", key="n1", source=None)
    source = inbox(secret, record("IND met CHN.", key="n1", source=None), "{not json")
    known = arriving(take(source, run="before"))
    (hashed,) = [
        content_hash(one.title, one.text, one.published_date) for one in known if one.text == secret["text"]
    ]
    arrivals = take(source, forgotten=Forgotten(frozenset({hashed}), frozenset(), ()), run="after")
    assert arrivals.counts["forgotten"] == 1
    assert [one.text for one in arriving(arrivals)] == ["IND met CHN."]
    assert arrivals.refused_by_reason == {"broken_json": 1}
    kept = [
        str(row) for path in (arrivals.articles, arrivals.refusals) for row in pl.read_parquet(path).rows()
    ]
    assert len(kept) == 2
    assert not any("Otranto" in row or hashed in row for row in kept)
