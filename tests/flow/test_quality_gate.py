"""A run that fails a quality bound publishes nothing, says why, and the last release stays."""

import json
import time

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.events.worker import EventsWorker

from flows.build_release import build_release
from schemas.quality import LEAST_ROWS
from schemas.settings import RunSettings
from tasks.quality import QualityError
from tasks.store import Store

BOTH, TRIES = 2, 30


@pytest.fixture(scope="module")
def store(samples, tmp_path_factory):
    """A store with a release."""
    root = tmp_path_factory.mktemp("gate") / "store"
    build_release([str(min(samples.glob("2025*.txt")))], root)
    return Store(root)


@pytest.fixture(scope="module")
def empty_words(tmp_path_factory):
    """Articles that are accepted, and report nothing."""
    file = tmp_path_factory.mktemp("dull") / "dull.jsonl"
    records = [
        {
            "id": f"d{n}",
            "date": "2025-06-01",
            "text": f"The garden has {n} roses and a pond, and it is quiet there.",
        }
        for n in range(LEAST_ROWS)
    ]
    file.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def refused(store, empty_words):
    return build_release([str(empty_words)], store.root, return_state=True)


def test_the_last_release_stays(store, refused):
    assert refused.is_failed()
    assert list(store.versions()) == ["v0000001"]
    assert store.latest().version == "v0000001"


def test_the_reason_is_the_state_of_the_run(refused):
    with pytest.raises(QualityError, match=r"articles_with_events is 0% .* nothing was published"):
        refused.result()
    assert "articles_with_events" in refused.message


def test_so_is_it_in_its_name(refused):
    with get_client(sync_client=True) as client:
        name = client.read_flow_run(refused.state_details.flow_run_id).name
    assert name == (
        f"nothing published: the quality check articles_with_events is 0% (0 of {LEAST_ROWS} articles of this run) and "
        "should be 2% at least"
    )


def test_the_run_shows_the_checks(refused):
    with get_client(sync_client=True) as client:
        of_run = ArtifactFilterFlowRunId(any_=[refused.state_details.flow_run_id])
        artifacts = client.read_artifacts(artifact_filter=ArtifactFilter(flow_run_id=of_run))
    by_key = {artifact.key: artifact for artifact in artifacts}
    checks = {row["check"]: row for row in json.loads(by_key["data-quality"].data)}
    assert checks["articles_with_events"]["verdict"] == "too low"
    assert checks["articles_with_events"]["last release"] == "100%"
    assert checks["articles_accepted"]["verdict"] == "fine"
    assert "release" not in by_key


def test_the_server_hears_of_both(store, refused):
    assert refused.is_failed()
    EventsWorker.drain_all(timeout=30)
    seen = {event["event"]: event for event in events_of(store)}
    assert seen["detente.release.published"]["payload"]["version"] == "v0000001"
    assert "articles_with_events" in seen["detente.quality.failed"]["payload"]["reason"]


def test_bounds_of_ones_own_let_it_pass(store, empty_words):
    settings = RunSettings(bounds={"articles_with_events": {"minimum": 0}})
    assert build_release([str(empty_words)], store.root, settings).version == "v0000002"


def events_of(store):
    """What the server has of a store; it writes events a moment after it has taken them."""
    body = {"filter": {"resource": {"id": [f"detente.store.{store.root.resolve()}"]}}}
    with get_client(sync_client=True) as client:
        for _ in range(TRIES):
            found = client.request("POST", "/events/filter", json=body).json()["events"]
            if len(found) >= BOTH:
                break
            time.sleep(1)
    return found
