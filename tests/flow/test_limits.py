"""Every flow and every stage has a time limit, and a flow's is more than all that it may have to wait for."""

import pytest
from prefect import Flow, Task

from flows import backfill, build_release, housekeeping, train_coder
from flows.publishing import LOCK_TIMEOUT_SECONDS
from tasks import prefect_tasks, prefect_training

FLOWS = [build_release.build_release, backfill.backfill, housekeeping.housekeeping, train_coder.train_coder]
TASKS = [
    task
    for module in (prefect_tasks, prefect_training)
    for task in vars(module).values()
    if isinstance(task, Task)
]
WAIT_FOR_PUBLISHING = 2 * LOCK_TIMEOUT_SECONDS
"""For the store's lock, and for the server's slot."""


@pytest.mark.parametrize("one", [*FLOWS, *TASKS], ids=lambda one: f"{type(one).__name__} {one.name}")
def test_each_has_one(one: Flow | Task):
    assert one.timeout_seconds


@pytest.mark.parametrize(
    ("flow", "stages"),
    [
        pytest.param(
            build_release.build_release,
            ["ingest", "extract", "validate", "aggregate", "check", "publish", "describe"],
            id="build_release",
        ),
        pytest.param(
            housekeeping.housekeeping,
            ["purge_artifacts", "tidy", "verify", "describe_housekeeping"],
            id="housekeeping",
        ),
    ],
)
def test_that_of_a_flow_is_more_than_those_of_its_stages(flow, stages):
    of_stages = [getattr(prefect_tasks, stage) for stage in stages]
    longest = sum(stage.timeout_seconds * (1 + stage.retries) for stage in of_stages)
    assert flow.timeout_seconds > longest + WAIT_FOR_PUBLISHING


def test_so_is_that_of_training():
    steps = [task for task in vars(prefect_training).values() if isinstance(task, Task)]
    assert train_coder.train_coder.timeout_seconds > sum(step.timeout_seconds for step in steps)
