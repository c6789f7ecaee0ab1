"""Training: a corpus in, an event coder out.

    divide -> fit calibrator -> fit coder -> calibrate -> evaluate -> describe -> put in place

The steps are in `tasks.training.pipeline`; this module says in which order they run. Only those that fit need torch, so
that a server can import the flow without it. The coder comes to be in a folder beside its place and is moved there when
all of it is done: a training that fails leaves nothing.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Prefect reads the annotations
from typing import Annotated

from prefect import flow
from pydantic import Field

from schemas.training import Design
from tasks import prefect_training as step
from tasks.training.pipeline import Evaluation, Training, put_in_place, read_ontology, workspace_for
from tasks.training.pretrained import require_training

DEFAULT_DESIGN = Design()

LIMIT_SECONDS = 96 * 3600.0
"""More than the limits of the steps, in sum."""


@flow(
    name="train_coder",
    flow_run_name="{out}: train on {corpus}",
    description="Train an event coder on a corpus, calibrate and measure it.",
    persist_result=False,
    result_serializer="json",
    validate_parameters=True,
    timeout_seconds=LIMIT_SECONDS,
)
def train_coder(
    corpus: Annotated[Path, Field(description="The folder of the corpus.")],
    out: Annotated[Path, Field(description="The folder of the coder to be; empty or not there.")],
    ontology: Annotated[
        Path | None, Field(description="A TOML file of categories; PLOVER's if left empty.")
    ] = None,
    ablation: Annotated[
        Path | None, Field(description="A Markdown file that goes into the model card: what parts are worth.")
    ] = None,
    design: Design = DEFAULT_DESIGN,
) -> Evaluation:
    """Train a coder; how good it is on sentences that it has not seen.

    Args:
        corpus: The folder of the corpus.
        out: The folder of the coder to be.
        ontology: A file of categories, None for PLOVER's.
        ablation: A file with a section for the model card.
        design: How it is trained.

    Raises:
        NotInstalledError: Training needs what is not installed.
        TrainingError: Something is at the coder's place, or the corpus is too small.
        OntologyError: The file of categories cannot be used.
        CorpusError: The corpus cannot be used.
    """
    require_training()
    event_types = read_ontology(ontology)
    about_parts = ablation.read_text(encoding="utf-8") if ablation else None
    with workspace_for(out) as workspace:
        training = Training(
            name=out.absolute().name,
            corpus=corpus,
            event_types=event_types,
            design=design,
            workspace=workspace,
        )
        parts = step.divide(training)
        calibrator = step.fit_calibrator(training, parts)
        step.fit_coder(training, parts)
        step.calibrate(training, parts, calibrator)
        evaluation = step.evaluate(training, parts)
        step.describe(training, parts, evaluation, about_parts)
        put_in_place(training, out)
    return evaluation
