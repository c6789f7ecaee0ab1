"""What a user's own coder changes: in what `extract` finds, in a store; and which coders are refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import date

import pytest
from stage_runs import run_stages
from typer.testing import CliRunner

from flows.cli import app
from schemas.article import Article
from schemas.plover import EVENT_TYPES
from tasks.extract.document import extract
from tasks.extract.resources import Resources
from tasks.extract.trained_coder import FACTS, OURS, CoderError, checksum, name_of, read_own_coder
from tasks.publish import Unchanged
from tasks.release import open_release
from tasks.store import Store

TEXT = "Chile attacked a Norwegian freighter on Thursday. Norway condemned the attack and accused Chile of negligence."
NEVER = {"temperature": 1.0, "none_offset": 99.0, "contexts": 0.5}
"""A calibration under which nothing is an event."""


def made(folder, change):
    """A copy of our coder whose facts are changed."""
    shutil.copytree(OURS, folder)
    facts = json.loads((folder / FACTS).read_text("utf-8"))
    change(facts)
    (folder / FACTS).write_text(json.dumps(facts), "utf-8")
    return folder


@pytest.fixture
def dumb(tmp_path):
    """A coder that says NONE to everything."""
    return made(tmp_path / "dumb", lambda facts: facts.update(pairs=NEVER, triggers=NEVER))


@pytest.fixture
def other(tmp_path):
    """A coder of another ontology, in which AID is called HELP."""

    def rename(facts):
        kinds = facts.get("ontology") or _plover()
        facts["ontology"] = {_renamed(name): {**kind, "name": _renamed(name)} for name, kind in kinds.items()}
        facts["categories"] = [_renamed(name) for name in facts["categories"]]
        facts["modes"] = [_renamed(name) for name in facts["modes"]]

    return made(tmp_path / "other", rename)


def _renamed(name):
    return name.replace("AID", "HELP")


def _plover():
    return {name: asdict(kind) for name, kind in EVENT_TYPES.items()}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "2025-05-02_freighter.txt"
    path.write_text(f"Quay attack strains ties\n\n{TEXT}\n", encoding="utf-8")
    return path


def article():
    return Article(source_id="a", text=TEXT, title="Quay attack", published_date=date(2025, 5, 2))


def events(store):
    return len(open_release(store.root)["events"].collect())


def test_extraction_uses_it(dumb):
    assert extract(article()).events
    assert not extract(article(), resources=Resources(coder=read_own_coder(dumb))).events


def test_a_copy_of_ours_finds_the_same(tmp_path):
    copy = read_own_coder(made(tmp_path / "copy", lambda _facts: None))
    assert extract(article(), resources=Resources(coder=copy)) == extract(article())


def test_a_coder_that_changes_while_it_is_used_is_refused(dumb):
    own = read_own_coder(dumb)
    (dumb / FACTS).write_text((dumb / FACTS).read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(CoderError, match="another coder than when the run began"):
        extract(article(), resources=Resources(coder=own))


def test_a_store_is_extracted_again_with_another_coder(store, source, dumb, tmp_path):
    run_stages(store, [source])
    assert events(store)
    assert store.latest().provenance.event_coder == name_of(None)
    run_stages(store, coder=dumb)
    assert not events(store)
    provenance = store.latest().provenance
    assert provenance.settings["coder"] == str(dumb)
    assert provenance.input_digests["coder"] == checksum(dumb)
    assert provenance.event_coder.endswith(checksum(dumb))
    moved = dumb.rename(tmp_path / "moved")
    assert isinstance(run_stages(store, coder=moved), Unchanged)
    run_stages(store)
    assert events(store)


def test_categories_that_are_not_plover_s_are_refused(other, store, source):
    with pytest.raises(CoderError, match="categories are not PLOVER's"):
        run_stages(store, [source], coder=other)
    assert [*store.private_folder.rglob("*.parquet")] == []


@pytest.mark.parametrize(
    "command",
    [["extract"], ["run", "samples"], ["backfill", "--from", "2025-03", "--to", "2025-04"]],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize(("which", "message"), [("other", "notPLOVER's"), ("nowhere", "coder.json")])
def test_a_wrong_coder_is_wrong_use_and_nothing_begins(request, tmp_path, command, which, message):
    folder = request.getfixturevalue(which) if which == "other" else tmp_path / which
    at = ["--store", str(tmp_path / "store")] if command != ["extract"] else []
    ended = CliRunner().invoke(app, [*command, *at, "--coder", str(folder)], input=b"")
    assert ended.exit_code == 2, ended.output
    assert message in "".join(ended.stderr.split())
    assert not (tmp_path / "store").exists()


def test_classify_takes_any_categories(other):
    record = {"id": 1, "text": "Norway sent food to Chile.", "source": [0, 6], "target": [20, 25]}
    ended = CliRunner().invoke(app, ["classify", "--coder", str(other)], input=json.dumps(record))
    assert ended.exit_code == 0, ended.output
    assert "HELP" in json.loads(ended.stdout)["probabilities"]


def test_classify_without_a_coder_is_wrong_use(tmp_path):
    ended = CliRunner().invoke(app, ["classify", "--coder", str(tmp_path)], input=b"")
    assert ended.exit_code == 2
