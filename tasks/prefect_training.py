"""The steps of a training as Prefect tasks: what they do is in `tasks.training.pipeline`; here is only how Prefect runs them.

As in `tasks.prefect_tasks`, nothing is tried again, cached or persisted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact

from tasks.prefect_tasks import ProgressArtifact, stage_task
from tasks.progress import listening
from tasks.training import pipeline

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.extract.trained_coder import CoderFacts
    from tasks.training.pipeline import Evaluation, Parts, Training


@stage_task("divide")
def divide(training: Training) -> Parts:
    """Read the corpus and part it into what is learnt from, calibrated by and tested on."""
    parts = pipeline.divide(training)
    log = get_run_logger()
    log.info("%d sentences to train on, %d to test on", parts.train.sentences, parts.test.sentences)
    log.info("%d of those to train on are held out to calibrate by", parts.held_out.sentences)
    return parts


@stage_task("fit calibrator", hours=24)
def fit_calibrator(training: Training, parts: Parts) -> Path:
    """Fit a network that does not see the held-out triggers."""
    with listening(ProgressArtifact("calibrator-progress", "Fitting the network to calibrate by")):
        return pipeline.fit_calibrator(training, parts)


@stage_task("fit coder", hours=48)
def fit_coder(training: Training, parts: Parts) -> Path:
    """Fit the coder."""
    with listening(ProgressArtifact("coder-progress", "Fitting the coder")):
        return pipeline.fit_coder(training, parts)


@stage_task("calibrate")
def calibrate(training: Training, parts: Parts, calibrator: Path) -> CoderFacts:
    """Have the coder's scores become probabilities that hold on words it has not seen."""
    facts = pipeline.calibrate_coder(training, parts, calibrator)
    get_run_logger().info("pairs: %s; triggers: %s", facts.pairs, facts.triggers)
    return facts


@stage_task("evaluate")
def evaluate(training: Training, parts: Parts) -> Evaluation:
    """Ask the coder about the sentences that no training saw."""
    return pipeline.evaluate_coder(training, parts)


@stage_task("describe")
def describe(training: Training, parts: Parts, evaluation: Evaluation, ablation: str | None) -> None:
    """Write the model card, and show it in the Prefect UI."""
    card = pipeline.describe_coder(training, parts, evaluation, ablation)
    create_markdown_artifact(key="coder-card", markdown=card, description=f"The event coder {training.name}")
