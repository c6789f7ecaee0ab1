"""The command that trains an event coder: `train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import WRONG_USE, fail
from schemas.training import Design

app = typer.Typer()

DEFAULTS = Design()


@app.command()
def train(
    corpus: Annotated[Path, typer.Option(metavar="DIR", help="The corpus: a folder of .jsonl files.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The coder to be; an empty folder, or none yet.")],
    ontology: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Categories of your own, in TOML; PLOVER's without it."),
    ] = None,
    epochs: Annotated[
        int, typer.Option(min=1, help="How often the corpus is gone through.")
    ] = DEFAULTS.epochs,
    seed: Annotated[int, typer.Option(min=0, help="Decides all that is left to chance.")] = DEFAULTS.seed,
    threads: Annotated[
        int, typer.Option(min=1, help="Of the matrix library; another number gives another coder.")
    ] = DEFAULTS.threads,
    ablation: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A section for the model card, in Markdown.")
    ] = None,
) -> None:
    """Train an event coder on a corpus, in an hour or more; needs what the extra `train` installs.

    The folder has the network, its calibration and CARD.md, which says how good it is and what it is not for. Use it
    with detente classify --coder DIR.
    """
    from flows.local_prefect import prepare

    prepare(quiet=True)
    from tasks.training.pretrained import NotInstalledError, require_training

    try:
        require_training()
    except NotInstalledError as error:
        fail(str(error), code=WRONG_USE)
    from flows.commands.flow_runs import finished
    from flows.train_coder import train_coder
    from schemas.ontology import OntologyError
    from tasks.corpus.items import CorpusError
    from tasks.training.pipeline import TrainingError

    design = Design(epochs=epochs, seed=seed, threads=threads)
    try:
        evaluation = finished(
            train_coder, corpus=corpus, out=out, ontology=ontology, ablation=ablation, design=design
        )
    except (CorpusError, OntologyError, TrainingError) as error:
        fail(str(error), code=WRONG_USE)
    for asked, found in (("pairs", evaluation.pairs), ("pairs and triggers", evaluation.triggers)):
        print(f"{asked}: macro-F1 {found.macro_f1:.3f}, accuracy {found.accuracy:.3f} of {found.questions:,}")
    print(f"{out / 'CARD.md'} says more.")
