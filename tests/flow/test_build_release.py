"""The main flow on the sample articles, with real Prefect, spaCy and files."""

import json
from datetime import date

import polars as pl
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterId,
)

from flows.build_release import build_release
from flows.local_prefect import settle
from schemas.settings import RunSettings
from schemas.tables import TABLES
from tasks.refusal_files import refusals_of_store
from tasks.stages import TooManyRefusedError
from tasks.store import Store
from tasks.verify import verify

AS_OF = date(2025, 12, 31)
STAGES = {"ingest", "extract", "validate", "aggregate", "check", "publish", "describe"}


@pytest.fixture(scope="module")
def first(samples, tmp_path_factory):
    """The sample articles built into an empty store: the store, the final state, the summary."""
    root = tmp_path_factory.mktemp("first") / "store"
    state = build_release([str(samples)], root, RunSettings(as_of=AS_OF), return_state=True)
    settle(state.state_details.flow_run_id)
    return Store(root), state, state.result()


def test_every_article_is_accounted_for(first):
    _, _, summary = first
    read = summary.read
    assert read["read"] == sum(
        read[name] for name in ("accepted", "unchanged", "corrections", "superseded", "refused")
    )
    assert (read["accepted"], read["refused"]) == (24, 2)
    assert {"broken_json", "no_date"} <= summary.refused.keys()
    assert summary.extracted == summary.tables["articles"] == 24


def test_the_release_is_whole_and_opens_with_plain_readers(first):
    store, _, summary = first
    assert verify(store).problems == ()
    for name, rows in summary.tables.items():
        frame = pl.read_parquet(f"{store.root}/latest/{name}/**/*.parquet", hive_partitioning=False)
        assert (name, frame.height) == (name, rows)
        TABLES[name].validate(frame)


def test_the_second_run_finds_nothing_new(first, samples):
    store, _, summary = first
    again = build_release([str(samples)], store.root, RunSettings(as_of=AS_OF))
    assert not again.is_new
    assert (again.version, again.data_digest) == (summary.version, summary.data_digest)
    assert (again.extracted, again.read["unchanged"]) == (0, 24)
    assert store.versions() == ("v0000001",)


def test_the_digest_does_not_depend_on_order_or_increments(first, samples, tmp_path):
    _, _, summary = first
    files = [*sorted(map(str, samples.glob("*.txt")), reverse=True), str(samples / "agency.jsonl")]
    for part in (files[:7], files[7:]):
        last = build_release(part, tmp_path / "store", RunSettings(as_of=AS_OF, max_refused_share=1))
    assert last.version == "v0000002"
    assert last.data_digest == summary.data_digest


def test_prefect_has_the_whole_record(first):
    _, state, summary = first
    run_id = state.state_details.flow_run_id
    with get_client(sync_client=True) as client:
        flow_run = client.read_flow_run(run_id)
        task_runs = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run_id])))
    assert summary.version in flow_run.name
    assert "24 articles" in flow_run.name
    assert {run.name.split("-")[0]: run.state_name for run in task_runs} == dict.fromkeys(STAGES, "Completed")
    by_key = {artifact.key: artifact for artifact in artifacts_of(state)}
    assert by_key.keys() == {"counts", "release", "data-quality", "drift", "extraction-progress"}
    assert {row["what"]: row["count"] for row in json.loads(by_key["counts"].data)}["events"] > 0
    assert summary.version in by_key["release"].data
    assert by_key["extraction-progress"].data == 100.0


def test_the_manifest_names_the_prefect_run(first):
    store, state, _ = first
    assert store.latest().run.run_id == str(state.state_details.flow_run_id)


def test_too_many_refused_articles_publish_nothing(samples, tmp_path):
    broken = tmp_path / "in.jsonl"
    broken.write_text("\n".join('{"id": "cut' for _ in range(10)), encoding="utf-8")
    sources = [str(broken), str(next(samples.glob("2025*.txt")))]
    state = build_release(sources, tmp_path / "store", return_state=True)
    with pytest.raises(TooManyRefusedError, match="10 of 11 articles were refused"):
        state.result()
    (shown,) = [one for one in artifacts_of(state) if one.key == "data-quality"]
    (row,) = json.loads(shown.data)
    assert (row["check"], row["verdict"], row["failures"]) == ("articles_accepted", "too low", "10")
    store = Store(tmp_path / "store")
    assert store.latest() is None
    assert set(refusals_of_store(store)["reason"]) == {"broken_json"}


def test_an_empty_inbox_is_no_error_where_that_is_said(tmp_path):
    (tmp_path / "inbox").mkdir()
    summary = build_release(
        [str(tmp_path / "inbox")], tmp_path / "store", RunSettings(allow_empty_folders=True)
    )
    assert (summary.version, summary.read["read"]) == (None, 0)


def artifacts_of(state):
    """What the Prefect UI shows of a run."""
    of_run = ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id])
    with get_client(sync_client=True) as client:
        return client.read_artifacts(artifact_filter=ArtifactFilter(flow_run_id=of_run))
