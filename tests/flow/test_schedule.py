"""The deployment of prefect.yaml against a real server and worker: a scheduled run completes by itself."""

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from prefect_api import PrefectApi

from flows.local_prefect import ui_server
from tasks.store import Store

ROOT_FILES = ("flows", "tasks", "schemas", "prefect.yaml")
WAIT_SECONDS = 150
MISSED = 4


@pytest.fixture
def project(tmp_path, samples):
    """A copy of what a user deploys, with two articles in its inbox."""
    root = samples.parent
    for name in ROOT_FILES:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    (tmp_path / "inbox").mkdir()
    for article in sorted(samples.glob("2025*.txt"))[:2]:
        shutil.copy(article, tmp_path / "inbox")
    return tmp_path


@pytest.fixture
def server(tmp_path_factory, monkeypatch):
    """A Prefect server of its own on a free loopback port."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with ui_server() as address:
        monkeypatch.setenv("PREFECT_API_URL", f"{address}/api")
        yield PrefectApi(address)


def test_a_scheduled_run_completes_by_itself_and_makes_up_for_those_that_were_missed(project, server):
    prefect(project, "work-pool", "create", "detente", "--type", "process")
    prefect(project, "--no-prompt", "deploy", "--all")
    deployment = server.get("/deployments/name/build_release/daily")
    assert [schedule["schedule"]["cron"] for schedule in deployment["schedules"]] == ["0 6 * * *"]
    form = deployment["parameter_openapi_schema"]
    described = [form["properties"]["sources"], form["properties"]["store"]]
    described += form["definitions"]["RunSettings"]["properties"].values()
    assert all(parameter["description"] for parameter in described)

    often = {"interval": 5, "timezone": "Etc/UTC"}
    server.post(f"/deployments/{deployment['id']}/schedules", [{"active": True, "schedule": often}])
    missed = wait_for_missed_runs(server, deployment["id"], MISSED)
    worker = subprocess.Popen(
        [sys.executable, "-m", "prefect", "worker", "start", "--pool", "detente", "--limit", "1"],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        run = wait_for_completed_run(server, deployment["id"])
    finally:
        worker.terminate()
        worker.wait()

    assert run["auto_scheduled"]
    keys = {artifact["key"] for artifact in artifacts_of(server, run["id"])}
    assert keys == {"counts", "data-quality", "drift", "release", "extraction-progress"}
    latest = Store(project / "store").latest()
    assert latest.counts["tables"]["articles"] == 2
    assert latest.run.run_id == run["id"]
    others = [server.get(f"/flow_runs/{one}") for one in missed - {run["id"]}]
    assert {(one["state_type"], one["state_name"]) for one in others} == {("COMPLETED", "Skipped")}
    assert all("does the work of all that were due by then" in one["state"]["message"] for one in others)


def prefect(project, *arguments):
    subprocess.run(
        [sys.executable, "-m", "prefect", *arguments],
        cwd=project,
        env={**os.environ, "PWD": str(project)},
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )


def wait_for_missed_runs(server, deployment_id, number):
    """The ids of runs that are due and that nobody starts, when there are so many of them."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        now = datetime.now(UTC).isoformat()
        due = {"expected_start_time": {"before_": now}, "state": {"type": {"any_": ["SCHEDULED"]}}}
        query = {"flow_runs": due, "deployments": {"id": {"any_": [deployment_id]}}}
        found = {run["id"] for run in server.post("/flow_runs/filter", query)}
        if len(found) >= number:
            return found
        time.sleep(1)
    raise AssertionError(found)


def wait_for_completed_run(server, deployment_id):
    deadline = time.monotonic() + WAIT_SECONDS
    query = {"deployments": {"id": {"any_": [deployment_id]}}}
    while time.monotonic() < deadline:
        runs = server.post("/flow_runs/filter", query)
        ended = [
            run
            for run in runs
            if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
            and run["state_name"] != "Skipped"
        ]
        if ended:
            first = min(ended, key=lambda run: run["end_time"])
            assert first["state_type"] == "COMPLETED", first["state"]["message"]
            return first
        time.sleep(0.5)
    raise AssertionError([run["state"] for run in runs])


def artifacts_of(server, run_id):
    query = {"artifacts": {"flow_run_id": {"any_": [run_id]}}}
    return server.post("/artifacts/filter", query)
