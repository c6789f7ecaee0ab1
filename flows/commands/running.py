"""Commands that run flows: `run`, `backfill`, `forget`, `housekeeping`; and `ui`, which shows what they did."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from flows.commands.flow_runs import finished
from flows.commands.options import (
    DEFAULT_STORE,
    MODEL,
    WRONG_USE,
    AnyLanguageOption,
    BoundOption,
    CoderOption,
    DateOption,
    FieldOption,
    LexiconOption,
    ModelOption,
    SourceNameOption,
    StoreOption,
    WorkersOption,
    fail,
    failing_clearly,
    field_mapping,
    quality_bounds,
    require_resources,
)
from schemas import defaults

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
    lexicon: LexiconOption = None,
    coder: CoderOption = None,
    workers: WorkersOption = None,
    any_language: AnyLanguageOption = False,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Release the full texts, too; only if you may.")
    ] = False,
    max_refused: Annotated[
        float,
        typer.Option(min=0, max=1, help="Publish nothing if a larger share of the articles is refused."),
    ] = defaults.MAX_REFUSED_SHARE,
    bound: BoundOption = [],
) -> None:
    """Add articles to a store and publish its next version.

    Reads .txt, .jsonl, .csv and .parquet. Articles that the store has are not extracted again; if nothing is new,
    nothing is published.
    """
    from flows.local_prefect import prepare

    prepare(quiet=True)
    from flows.build_release import build_release
    from schemas.settings import RunSettings
    from tasks.report.run_view import run_view

    require_resources(model, lexicon, coder)
    settings = RunSettings(
        fields=field_mapping(field),
        default_date=day.date() if day else None,
        default_source=source_name,
        as_of=as_of.date() if as_of else None,
        check_language=not any_language,
        language_model=model,
        lexicon=lexicon,
        coder=coder,
        workers=workers,
        with_text=with_text,
        max_refused_share=max_refused,
        bounds=quality_bounds(bound),
    )
    summary = finished(build_release, sources=sources, store=store, settings=settings)
    Console(highlight=False).print(run_view(summary, store=str(store), command=sys.argv[0]))


@app.command()
def backfill(
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="The first month.")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="The last month.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE...]", help="Articles to add; none to extract again what the store has."
        ),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    field: FieldOption = [],
    day: DateOption = None,
    source_name: SourceNameOption = None,
    model: ModelOption = MODEL,
    lexicon: LexiconOption = None,
    coder: CoderOption = None,
    workers: WorkersOption = None,
    any_language: AnyLanguageOption = False,
) -> None:
    """Add, or extract again, the articles of some months, one month at a time.

    A version is published after each month, or, where this version of detente has to extract everything again, after
    the last. If it is stopped, the same command goes on where it was.
    """
    from flows.local_prefect import prepare

    prepare(quiet=True)
    from pydantic import ValidationError

    from flows.backfill import backfill as backfill_flow
    from schemas.months import Months
    from tasks.report.run_view import backfill_view
    from tasks.stages import settings_of
    from tasks.store import Store

    require_resources(model, lexicon, coder)
    try:
        months = Months(first=first, last=last)
    except ValidationError:
        fail(
            f"--from {first} --to {last}: write two months as 2024-01, the earlier one first.", code=WRONG_USE
        )
    changes = {
        "fields": field_mapping(field),
        "default_date": day.date() if day else None,
        "default_source": source_name,
        "language_model": model,
        "lexicon": lexicon,
        "coder": coder,
        "workers": workers,
        "check_language": not any_language,
    }
    with failing_clearly():
        known = Store(store)
        if sources:
            known.create()
        settings = settings_of(known).model_copy(update=changes)
    summaries = finished(backfill_flow, months=months, sources=sources or [], store=store, settings=settings)
    Console(highlight=False).print(backfill_view(months, summaries))


@app.command()
def forget(
    article_id: Annotated[str, typer.Argument(metavar="ARTICLE_ID", help="As in the table articles.")],
    why: Annotated[str, typer.Option(help="The reason, which is kept; do not repeat the article in it.")],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Forget an article for ever: gone from the next version on, and never taken again.

    Older versions, cached extractions and the text itself stay until `detente housekeeping --purge`.
    """
    from flows.local_prefect import prepare

    prepare(quiet=True)
    from flows.build_release import build_release
    from tasks.report.run_view import forgotten_view
    from tasks.stages import settings_of
    from tasks.store import Store
    from tasks.takedowns import forget as take_down

    if not why.strip():
        fail("Say why: the reason is all that is kept.", code=WRONG_USE)
    with failing_clearly():
        known = Store(store)
        with known.lock():
            settings = settings_of(known)
            require_resources(settings.language_model, settings.lexicon, settings.coder)
            takedown = take_down(known, article_id, reason=why.strip(), today=datetime.now(UTC).date())
    summary = finished(build_release, sources=[], store=store, settings=settings)
    with failing_clearly():
        holding = [
            name for name in known.versions() if takedown.takedown_id not in known.manifest(name).forgotten
        ]
    view = forgotten_view(takedown, summary, holding=holding, store=str(store), command=sys.argv[0])
    Console(highlight=False).print(view)


@app.command()
def housekeeping(
    store: StoreOption = DEFAULT_STORE,
    keep_last: Annotated[
        int | None, typer.Option(min=1, help="Keep so many of the newest versions, and delete others.")
    ] = None,
    keep_months: Annotated[
        int | None, typer.Option(min=1, help="Keep the last version of each of so many of the newest months.")
    ] = None,
    keep: Annotated[list[str], typer.Option(help="Keep this version, because somebody cites it.")] = [],
    purge: Annotated[
        bool, typer.Option("--purge", help="Remove forgotten articles from older versions, texts and caches.")
    ] = False,
) -> None:
    """Verify every version, delete what nobody needs, and with --purge what may no longer be held.

    Without a --keep option every version stays; with one, a version stays if any of them names it. The latest stays.
    """
    from flows.local_prefect import prepare

    prepare(quiet=True)
    from flows.housekeeping import housekeeping as housekeeping_flow
    from schemas.retention import Retention
    from tasks.release import version_named
    from tasks.report.housekeeping_view import housekeeping_lines
    from tasks.store import Store

    with failing_clearly():
        known = Store(store)
        named = tuple(known.version_folder(version_named(known, name)).name for name in keep)
    retention = Retention(last=keep_last, months=keep_months, versions=named)
    done = finished(housekeeping_flow, store=store, retention=retention, purge=purge)
    for line in housekeeping_lines(done):
        print(line)


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
