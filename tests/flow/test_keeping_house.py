"""Forgetting and keeping house as a user does, with real Prefect and the toy extractor."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterId,
)
from stage_runs import with_toys
from typer.testing import CliRunner

from flows.build_release import build_release
from flows.cli import app
from flows.housekeeping import housekeeping
from schemas.settings import RunSettings
from tasks.release import open_release
from tasks.report.artifacts import escaped
from tasks.store import Store
from tasks.takedowns import takedowns_of

SETTINGS = RunSettings(as_of=date(2025, 12, 31), check_language=False)
HARVEST, PIER = "USA aided IND on 2025-08-12.", "IND warned CHN on 2025-08-09."


@pytest.fixture(autouse=True)
def _toys(monkeypatch):
    with_toys(monkeypatch)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder with a store of two versions: an article of a harvest, then one of a pier."""
    folder = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as monkeypatch:
        with_toys(monkeypatch)
        for name, sentence in (("harvest", HARVEST), ("pier", PIER)):
            record = {"id": name, "title": name, "date": "2025-08-14", "text": sentence, "source": "Wire"}
            (folder / f"{name}.jsonl").write_text(json.dumps(record), encoding="utf-8")
            build_release([str(folder / f"{name}.jsonl")], folder / "store", SETTINGS)
    return folder


@pytest.fixture
def store(published, tmp_path):
    """The store, to be changed."""
    shutil.copytree(published / "store", tmp_path / "store", symlinks=True)
    return Store(tmp_path / "store")


@pytest.fixture
def detente(store):
    """Calls a command on the store; what it printed."""

    def call(*arguments, code=0):
        ended = CliRunner().invoke(app, [*arguments, "--store", str(store.root)], env={"COLUMNS": "500"})
        assert ended.exit_code == code, (ended.output, ended.exception)
        return ended.output

    return call


def id_of(store, source_id):
    return open_release(store.root)["articles"].filter(source_id=source_id).collect()["article_id"].item()


def artifacts_of(run_id):
    with get_client(sync_client=True) as client:
        only = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
        return {artifact.key: str(artifact.data) for artifact in client.read_artifacts(artifact_filter=only)}


def notes_that_quote(sentence):
    """How many notes on releases do, of all that the server has."""
    with get_client(sync_client=True) as client:
        only = ArtifactFilter(key=ArtifactFilterKey(any_=["release"]))
        notes = client.read_artifacts(artifact_filter=only, limit=200)
    return sum(escaped(sentence) in str(note.data) for note in notes)


def test_forgetting_publishes_a_version_without_the_article(store, detente):
    pier = id_of(store, "pier")
    shown = detente("forget", pier, "--why", "asked for")
    assert f"{pier} is forgotten since" in shown
    assert "v0000003 published without it" in shown
    assert open_release(store.root)["articles"].collect()["source_id"].to_list() == ["harvest"]
    assert "v0000003 was without it already" in detente("forget", pier, "--why", "asked for again")
    assert store.versions() == ("v0000001", "v0000002", "v0000003")


def test_the_settings_of_the_store_are_those_of_forgetting(store, detente):
    build_release([], store.root, SETTINGS.model_copy(update={"with_text": True}))
    detente("forget", id_of(store, "pier"), "--why", "asked for")
    assert open_release(store.root)["articles"].collect()["text"].to_list() == [HARVEST]


def test_forgetting_needs_the_lexicon_of_the_store(store, detente, tmp_path):
    mine = tmp_path / "mine.tsv"
    mine.write_text("name\tother_names\tkind\tcode\tsector\trole\nQuila\t\tplace\tCHL\n")
    build_release([], store.root, SETTINGS.model_copy(update={"lexicon": mine, "with_text": True}))
    mine.unlink()
    pier = id_of(store, "pier")
    assert "this lexicon cannot be read" in detente("forget", pier, "--why", "asked for", code=2)
    assert pier in open_release(store.root)["articles"].collect()["article_id"].to_list()
    assert takedowns_of(store) == ()


def test_what_cannot_be_forgotten(store, detente):
    assert "has no article 'art_0'" in detente("forget", "art_0", "--why", "asked for", code=1)
    assert "Say why" in detente("forget", id_of(store, "pier"), "--why", " ", code=2)
    assert store.versions() == ("v0000001", "v0000002")


def test_a_purge_takes_the_article_out_of_the_past_and_of_what_prefect_shows(store, detente):
    pier = id_of(store, "pier")
    detente("forget", pier, "--why", "asked for")
    runs = {version: store.manifest(version).run.run_id for version in store.versions()}
    assert [escaped(PIER) in artifacts_of(run)["release"] for run in runs.values()] == [False, True, False]
    quoting = notes_that_quote(PIER)
    shown = detente("housekeeping", "--purge")
    assert "Versions that are whole: 3 (v0000001, v0000002, v0000003)" in shown
    assert f"Removed from the past: {pier}" in shown
    assert "Versions redacted: v0000002" in shown
    assert f"Artifacts that quoted them, deleted: {quoting}\n" in shown
    assert notes_that_quote(PIER) == 0
    assert store.manifest("v0000002").data_digest == store.manifest("v0000001").data_digest
    left = {version: artifacts_of(run).keys() for version, run in runs.items()}
    others = {"counts", "data-quality", "drift", "extraction-progress"}
    assert left == {"v0000001": others | {"release"}, "v0000002": others, "v0000003": others | {"release"}}
    assert "deleted: 0" in detente("housekeeping", "--purge")


def test_versions_that_nobody_needs_are_deleted(store, detente):
    assert "Versions deleted: v0000001" in detente("housekeeping", "--keep-last", "1")
    assert store.versions() == ("v0000002",)
    assert "has no version 'v0000001'" in detente("housekeeping", "--keep", "1", code=1)
    assert "Versions deleted" not in detente("housekeeping", "--keep", "2", "--keep-months", "1")


def test_a_damaged_version_is_named(store, detente):
    file = store.path_of(store.manifest("v0000001").files[0], "v0000001")
    file.chmod(0o644)
    file.write_bytes(bytes(file.stat().st_size))
    name = str(file.relative_to(store.root))
    assert name in detente("housekeeping", code=1)
    state = housekeeping(store.root, return_state=True)
    assert (state.is_failed(), name in state.message) == (True, True)
    run_id = state.state_details.flow_run_id
    assert "Damaged" in artifacts_of(run_id)["housekeeping"]
    with get_client(sync_client=True) as client:
        (run,) = client.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run_id])))
    assert re.fullmatch(r"housekeeping: \d+ versions whole, 1 problems found", run.name)
