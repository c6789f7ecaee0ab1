"""Commands that run flows: `run`; and `ui`, which shows what they did."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from flows.commands.options import (
    DEFAULT_STORE,
    MODEL,
    REFUSED_TO_PUBLISH,
    AnyLanguageOption,
    DateOption,
    FieldOption,
    ModelOption,
    SourceNameOption,
    StoreOption,
    WorkersOption,
    errors,
    fail,
    failing_clearly,
    field_mapping,
    require_model,
)
from schemas import defaults

if TYPE_CHECKING:
    from schemas.settings import RunSettings
    from tasks.report.summary import Summary

app = typer.Typer()


@app.command()
def run(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files, folders or quoted patterns.")
    ],
    store: StoreOption = DEFAULT_STORE,
    field: FieldOption = [],
    day: DateOption = None,
    source_name: SourceNameOption = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Refuse articles dated later; today by default."),
    ] = None,
    model: ModelOption = MODEL,
    workers: WorkersOption = None,
    any_language: AnyLanguageOption = False,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Release the full texts, too; only if you may.")
    ] = False,
    max_refused: Annotated[
        float,
        typer.Option(min=0, max=1, help="Publish nothing if a larger share of the articles is refused."),
    ] = defaults.MAX_REFUSED_SHARE,
) -> None:
    """Add articles to a store and publish its next version.

    Reads .txt, .jsonl, .csv and .parquet. Articles that the store has are not extracted again; if nothing is new,
    nothing is published.
    """
    from flows.local_prefect import prepare

    prepare(quiet=True)
    from schemas.settings import RunSettings
    from tasks.report.run_view import run_view

    require_model(model)
    settings = RunSettings(
        fields=field_mapping(field),
        default_date=day.date() if day else None,
        default_source=source_name,
        as_of=as_of.date() if as_of else None,
        check_language=not any_language,
        language_model=model,
        workers=workers,
        with_text=with_text,
        max_refused_share=max_refused,
    )
    summary = _run_flow(sources, store, settings)
    Console(highlight=False).print(run_view(summary, store=str(store), command=sys.argv[0]))


@app.command()
def ui(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Where to listen; any free port by default.")
    ] = None,
) -> None:
    """Open the Prefect UI over the local database, on loopback, until Ctrl-C."""
    from flows.local_prefect import latest_run, ui_server, until_interrupted

    with failing_clearly(), until_interrupted() as wait, ui_server(port) as address:
        run_page = latest_run(address)
        print(f"Prefect UI: {address}")
        print(f"Latest run: {run_page}" if run_page else "No run yet: detente run samples --store store")
        print("Ctrl-C stops it.", flush=True)
        wait()


def _run_flow(sources: list[str], store: Path, settings: RunSettings) -> Summary:
    """Run the flow with a bar for what takes long, and wait until its record is complete."""
    from flows.build_release import build_release
    from flows.local_prefect import settle
    from tasks.progress import listening
    from tasks.report.progress_bars import ProgressBars
    from tasks.stages import TooManyRefusedError

    with ProgressBars(errors) as bars, listening(bars):
        state = build_release(sources, store, settings, return_state=True)
        if state.state_details.flow_run_id:
            settle(state.state_details.flow_run_id)
    try:
        with failing_clearly():
            return state.result()
    except TooManyRefusedError as error:
        fail(str(error), code=REFUSED_TO_PUBLISH)
