from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
import pytest

from schemas.article import Article
from tasks.ingest.options import IngestOptions
from tasks.ingest.sources import SUFFIXES, SourceError, find_files, read_articles, read_file

OPTIONS = IngestOptions()


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch) -> Path:
    for name in ("b.txt", "a.TXT", "c.jsonl", "sub/d.ndjson", "sub/deep/e.txt", "sub/notes.md", "odd[1].txt"):
        file = tmp_path / "inbox" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    for name in (".hidden.txt", ".git/f.txt"):
        file = tmp_path / "inbox" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("")
    os.mkfifo(tmp_path / "inbox" / "pipe.txt")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "inbox"


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        pytest.param(["inbox"], "a.TXT b.txt c.jsonl odd[1].txt sub/d.ndjson sub/deep/e.txt", id="folder"),
        pytest.param(["inbox/b.txt"], "b.txt", id="file"),
        pytest.param(["inbox/b.txt", "inbox/a.TXT", "./inbox/../inbox/b.txt"], "a.TXT b.txt", id="each once"),
        pytest.param(["inbox/odd[1].txt"], "odd[1].txt", id="brackets in a name"),
        pytest.param(["inbox/[bc].*"], "b.txt c.jsonl", id="pattern"),
        pytest.param(
            ["inbox/**/*.txt"], "b.txt odd[1].txt pipe.txt sub/deep/e.txt", id="pattern for any folder"
        ),
        pytest.param(["inbox/s*"], "sub/d.ndjson sub/deep/e.txt", id="pattern that meets a folder"),
        pytest.param(["inbox/sub/notes.md"], "sub/notes.md", id="a named file is taken whatever it is"),
        pytest.param([], "", id="nothing asked"),
    ],
)
def test_find_files(inbox, sources, names):
    files = find_files(sources)
    assert [file.resolve().relative_to(inbox).as_posix() for file in files] == names.split()
    assert find_files(list(reversed(sources))) == files


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("inbox/gone.txt", "no such file or folder"),
        ("inbox/*.pdf", "the pattern matches nothing"),
        ("inbox/sub/none", "the folder has no such file"),
        ("", "no such file or folder"),
    ],
)
def test_a_source_that_stands_for_nothing_is_an_error(inbox, source, why):
    (inbox / "sub" / "none").mkdir()
    with pytest.raises(SourceError, match=why):
        find_files(["inbox/b.txt", source])
    with pytest.raises(SourceError, match=r"Name files or folders with \.txt, .*\.parquet files"):
        read_articles([source], options=OPTIONS)


def test_every_input_is_read_once_and_a_bad_one_costs_itself(tmp_path: Path):
    (tmp_path / "a.txt").write_text("Envoys meet\nEnvoys met.")
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": "Envoys met."}) + "\n{\n")
    (tmp_path / "c.txt").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "d.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "e.csv").write_text("id,text\nn1,Envoys met.\nn2,\n")
    pl.DataFrame({"text": ["Envoys met.", None]}).write_parquet(tmp_path / "f.parquet")
    (tmp_path / "g.pdf").write_text("Envoys met.")
    outcomes = list(read_articles([tmp_path, tmp_path / "g.pdf"], options=OPTIONS))
    assert [
        (Path(outcome.origin).name, "article" if isinstance(outcome, Article) else outcome.reason)
        for outcome in outcomes
    ] == [
        ("a.txt", "article"),
        ("b.jsonl:1", "article"),
        ("b.jsonl:2", "broken_json"),
        ("c.txt", "binary_file"),
        ("d.txt", "unreadable_file"),
        ("e.csv:2", "article"),
        ("e.csv:3", "missing_text"),
        ("f.parquet:1", "article"),
        ("f.parquet:2", "missing_text"),
        ("g.pdf", "unsupported_format"),
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_went_away_is_a_refusal(tmp_path, suffix):
    (refusal,) = read_file(tmp_path / f"gone{suffix}", options=OPTIONS)
    assert (refusal.reason, refusal.record) == ("unreadable_file", None)
    assert "No such file" in refusal.detail


@pytest.mark.parametrize(
    ("suffix", "written"),
    [
        (".txt", b"Envoys meet\nEnvoys met."),
        (".jsonl", b'{"text": "Envoys met."}'),
        (".NDJSON", b'{"text": "Envoys met."}'),
        (".csv", b"text\nEnvoys met."),
        (".tsv", b"text\tid\nEnvoys met.\t"),
        (".Parquet", None),
    ],
)
def test_a_file_name_that_is_not_utf8_and_looks_like_a_pattern(tmp_path, suffix, written):
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 [1]*" + suffix.encode()))
    if written is None:
        with file.open("wb") as stream:
            pl.DataFrame({"text": ["Envoys met."]}).write_parquet(stream)
    else:
        file.write_bytes(written)
    (article,) = read_articles([file], options=OPTIONS)
    assert article.text == "Envoys met."
    assert article.source_id.startswith("caf\\xe9 [1]*")
    assert "caf\\xe9 [1]*" in article.origin
    assert article.origin.encode() is not None


def test_reading_is_lazy(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\n')
    (tmp_path / "b.jsonl").write_text('{"text": "Two."}\n')
    articles = read_articles([tmp_path], options=OPTIONS)
    assert next(articles).text == "One."
    (tmp_path / "b.jsonl").write_text('{"text": "Changed."}\n')
    assert next(articles).text == "Changed."


READ_AS_SOMEBODY_ELSE = """
import os, sys
sys.path.insert(0, sys.argv[1])
from tasks.ingest.options import IngestOptions
from tasks.ingest.sources import read_articles
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
for outcome in read_articles([sys.argv[2]], options=IngestOptions(check_language=False)):
    print(os.path.basename(outcome.origin), getattr(outcome, "reason", "article"))
"""


@pytest.fixture
def open_folder():
    """A folder that everybody may enter; nobody else may enter pytest's."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_what_may_not_be_read_is_refused(open_folder: Path):
    inbox = open_folder
    (inbox / "closed").mkdir()
    (inbox / "unlisted").mkdir()
    for name in (
        "open.txt",
        "locked.txt",
        "locked.jsonl",
        "locked.parquet",
        "closed/inside.txt",
        "unlisted/inside.txt",
    ):
        (inbox / name).write_text("Envoys meet\nEnvoys met.")
    for name, mode in {
        "locked.txt": 0,
        "locked.jsonl": 0,
        "locked.parquet": 0,
        "closed": 0o444,
        "unlisted": 0,
    }.items():
        (inbox / name).chmod(mode)
    repository = Path(__file__).parents[2]
    command = [sys.executable, "-c", READ_AS_SOMEBODY_ELSE, str(repository), str(inbox)]
    read = subprocess.run(command, capture_output=True, text=True, check=False)
    for name in ("closed", "unlisted"):
        (inbox / name).chmod(0o755)
    assert sorted(read.stdout.splitlines()) == [
        "inside.txt unreadable_file",
        "locked.jsonl unreadable_file",
        "locked.parquet unreadable_file",
        "locked.txt unreadable_file",
        "open.txt article",
        "unlisted unreadable_file",
    ], read.stderr
