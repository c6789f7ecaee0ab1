"""The steps of a training as Prefect tasks: what they do is in `tasks.training.pipeline`; here is only how Prefect runs them.

As in `tasks.prefect_tasks`, nothing is tried again, cached or persisted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from tasks.prefect_tasks import ProgressArtifact
from tasks.progress import listening
from tasks.training import pipeline

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.extract.trained_coder import CoderFacts
    from tasks.training.pipeline import Evaluation, Parts, Training

_HOUR = 3600.0


@task(
    name="divide", task_run_name="divide", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=_HOUR
)
def divide(training: Training) -> Parts:
    """Read the corpus and part it into what is learnt from, calibrated by and tested on."""
    parts = pipeline.divide(training)
    log = get_run_logger()
    log.info("%d sentences to train on, %d to test on", parts.train.sentences, parts.test.sentences)
    log.info("%d of those to train on are held out to calibrate by", parts.held_out.sentences)
    return parts


@task(
    name="fit calibrator",
    task_run_name="fit calibrator",
    cache_policy=NO_CACHE,
    persist_result=False,
    timeout_seconds=24 * _HOUR,
)
def fit_calibrator(training: Training, parts: Parts) -> Path:
    """Fit a network that does not see the held-out triggers."""
    with listening(ProgressArtifact("calibrator-progress", "Fitting the network to calibrate by")):
        return pipeline.fit_calibrator(training, parts)


@task(
    name="fit coder",
    task_run_name="fit coder",
    cache_policy=NO_CACHE,
    persist_result=False,
    timeout_seconds=48 * _HOUR,
)
def fit_coder(training: Training, parts: Parts) -> Path:
    """Fit the coder."""
    with listening(ProgressArtifact("coder-progress", "Fitting the coder")):
        return pipeline.fit_coder(training, parts)


@task(
    name="calibrate",
    task_run_name="calibrate",
    cache_policy=NO_CACHE,
    persist_result=False,
    timeout_seconds=_HOUR,
)
def calibrate(training: Training, parts: Parts, calibrator: Path) -> CoderFacts:
    """Have the coder's scores become probabilities that hold on words it has not seen."""
    facts = pipeline.calibrate_coder(training, parts, calibrator)
    get_run_logger().info("pairs: %s; triggers: %s", facts.pairs, facts.triggers)
    return facts


@task(
    name="evaluate",
    task_run_name="evaluate",
    cache_policy=NO_CACHE,
    persist_result=False,
    timeout_seconds=_HOUR,
)
def evaluate(training: Training, parts: Parts) -> Evaluation:
    """Ask the coder about the sentences that no training saw."""
    return pipeline.evaluate_coder(training, parts)


@task(
    name="describe",
    task_run_name="describe",
    cache_policy=NO_CACHE,
    persist_result=False,
    timeout_seconds=_HOUR,
)
def describe(training: Training, parts: Parts, evaluation: Evaluation, ablation: str | None) -> None:
    """Write the model card, and show it in the Prefect UI."""
    card = pipeline.describe_coder(training, parts, evaluation, ablation)
    create_markdown_artifact(key="coder-card", markdown=card, description=f"The event coder {training.name}")
