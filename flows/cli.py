"""The `detente` command.

Each command parses its arguments here, calls one function below and says how it ended: 0 done, 1 failed, 2 wrong use,
3 refused to publish. What a command does not need is not imported: `detente --help` and `detente extract` start
without Prefect.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from schemas import defaults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from schemas.article import Article
    from schemas.refusal import Refusal
    from schemas.settings import RunSettings
    from tasks.ingest.options import IngestOptions
    from tasks.report.summary import Summary

FAILED, WRONG_USE, REFUSED_TO_PUBLISH = 1, 2, 3
MODEL = defaults.LANGUAGE_MODEL

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="News articles in, event data about relations between countries out: who did what to whom, when, who says "
    "so, and the exact words. [dim]Start with: detente run samples --store store[/dim]",
)
errors = Console(stderr=True, highlight=False)


class Format(StrEnum):
    """How a command writes what it found."""

    PRETTY = "pretty"
    JSONL = "jsonl"


class CodebookFormat(StrEnum):
    """How the codebook is written."""

    MARKDOWN = "markdown"
    DATAPACKAGE = "datapackage"


StoreOption = Annotated[
    Path, typer.Option("--store", help="The folder of the store.", envvar="DETENTE_STORE")
]
FieldOption = Annotated[
    list[str],
    typer.Option(
        "--field", metavar="OURS=YOURS", help="Key of your records for one of our fields: text=body."
    ),
]
DateOption = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="Publication date of articles without one."),
]
SourceNameOption = Annotated[
    str | None, typer.Option("--source-name", help="Source name of articles without one.")
]
ModelOption = Annotated[str, typer.Option("--model", help="The installed spaCy package to parse with.")]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="Processes; by default one per core if there is much to do."),
]
AnyLanguageOption = Annotated[
    bool, typer.Option("--any-language", help="Take articles that seem to be in another language, too.")
]
DEFAULT_STORE = Path(defaults.STORE)


def main() -> None:
    """Run the command; the entry point of the distribution."""
    app()


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed_version

        print(f"detente {installed_version('detente')}")
        raise typer.Exit


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

    Reads .txt and .jsonl. Articles that the store has are not extracted again; if nothing is new, nothing is published.
    """
    from flows.local_prefect import prepare

    prepare(quiet=True)
    from schemas.settings import RunSettings
    from tasks.report.run_view import run_view

    _require_model(model)
    settings = RunSettings(
        fields=_mapping(field),
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
def extract(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE...]", help="Articles; - or nothing for JSONL on stdin."),
    ] = None,
    output: Annotated[
        Format | None, typer.Option("--format", help="Pretty in a terminal, jsonl in a pipe, unless you say.")
    ] = None,
    field: FieldOption = [],
    day: DateOption = None,
    source_name: SourceNameOption = None,
    model: ModelOption = MODEL,
    workers: WorkersOption = None,
    any_language: AnyLanguageOption = False,
) -> None:
    """Show what is found in articles, without a store: actors, events, quotes, amounts, dates."""
    from schemas.refusal import Refusal
    from tasks.extract.streams import extract_stream
    from tasks.ingest.options import IngestOptions

    _require_model(model)
    options = IngestOptions(
        fields=_mapping(field),
        default_date=day.date() if day else None,
        default_source=source_name,
        check_language=not any_language,
    )
    write = _writer(output or (Format.PRETTY if sys.stdout.isatty() else Format.JSONL))
    refusals: list[Refusal] = []
    extracted = 0
    with _failing_clearly():
        articles = _accepted(_read(files or ["-"], options), refusals)
        for article, found in extract_stream(articles, model=model, workers=workers):
            if isinstance(found, Refusal):
                refusals.append(found)
            else:
                write(article, found)
                extracted += 1
    for refusal in refusals:
        errors.print(f"{refusal.origin}: {refusal.reason}: {refusal.detail}", markup=False)
    if refusals and not extracted:
        raise typer.Exit(FAILED)


@app.command()
def classify() -> None:
    """Code marked pairs of actors: JSONL with id, text and the spans source and target in, one coding per line out."""
    from tasks.extract.classification import RecordError, classify_line

    try:
        for number, line in enumerate(sys.stdin.buffer, start=1):
            if line.strip():
                print(json.dumps(classify_line(line, origin=f"<stdin>:{number}")))
    except RecordError as error:
        _fail(str(error))


@app.command()
def versions(
    store: StoreOption = DEFAULT_STORE,
    output: Annotated[
        Format, typer.Option("--format", help="A table, or one JSON object per version.")
    ] = Format.PRETTY,
) -> None:
    """List the versions of a store."""
    from tasks.report.versions_view import version_rows, versions_view
    from tasks.store import Store

    with _failing_clearly():
        rows = version_rows(Store(store))
        if output is Format.JSONL:
            for row in rows:
                print(json.dumps(row))
        else:
            Console(highlight=False).print(versions_view(rows))


@app.command()
def verify(
    version: Annotated[str | None, typer.Argument(help="A version; the latest if left out.")] = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Compute every checksum of a version again and compare it with the manifest."""
    from tasks.store import Store
    from tasks.verify import verify as verify_version

    with _failing_clearly():
        verification = verify_version(Store(store), version)
        for problem in verification.problems:
            errors.print(f"{problem.path}: {problem.what}", style="red", markup=False)
        if not verification.is_sound:
            _fail(f"{verification.version} is damaged: {len(verification.problems)} problems")
        print(
            f"{verification.version} is whole: {verification.files} files agree with the manifest"
            if verification.version
            else "The store has no version yet."
        )


@app.command()
def quarantine(
    store: StoreOption = DEFAULT_STORE,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the refused inputs into this folder, to be mended and run again."),
    ] = None,
) -> None:
    """Show what was refused and why; with --out, write the refused inputs out."""
    from tasks.refusal_files import refusals_of_store
    from tasks.report.quarantine_view import quarantine_view, write_refused_inputs
    from tasks.store import Store

    with _failing_clearly():
        refusals = refusals_of_store(Store(store))
        if out is None:
            Console(highlight=False).print(quarantine_view(refusals))
        else:
            print(f"{write_refused_inputs(refusals, out)} refused inputs written to {out}")


@app.command()
def codebook(
    output: Annotated[CodebookFormat, typer.Option("--format", help="For people or for programs.")] = (
        CodebookFormat.MARKDOWN
    ),
) -> None:
    """Print what every table and column means, generated from the schemas."""
    from tasks.codebook import codebook as as_markdown
    from tasks.codebook import datapackage

    sys.stdout.write(as_markdown() if output is CodebookFormat.MARKDOWN else datapackage())


@app.command()
def ui(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Where to listen; any free port by default.")
    ] = None,
) -> None:
    """Open the Prefect UI over the local database, on loopback, until Ctrl-C."""
    from flows.local_prefect import latest_run, ui_server, until_interrupted

    with _failing_clearly(), until_interrupted() as wait, ui_server(port) as address:
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
        with _failing_clearly():
            return state.result()
    except TooManyRefusedError as error:
        _fail(str(error), code=REFUSED_TO_PUBLISH)


@contextmanager
def _failing_clearly() -> Iterator[None]:
    """Turn the errors that a user can do something about into a sentence; others are ours and keep their traceback."""
    from flows.local_prefect import ServerError
    from schemas.manifest import ManifestError
    from tasks.ingest.source_error import SourceError
    from tasks.store_errors import StoreError

    try:
        yield
    except SourceError as error:
        _fail(str(error), code=WRONG_USE)
    except BrokenPipeError:
        # Whoever read our output has enough; what is still buffered must not be complained about at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (StoreError, ManifestError, ServerError, OSError) as error:
        _fail(str(error))


def _fail(message: str, *, code: int = FAILED) -> NoReturn:
    errors.print(message, style="red", markup=False)
    raise typer.Exit(code)


def _require_model(model: str) -> None:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution(model)
    except PackageNotFoundError:
        _fail(
            f"The language model {model!r} is not installed: pip install it, or leave --model out.",
            code=WRONG_USE,
        )


def _mapping(fields: list[str]) -> dict[str, str]:
    """Our field -> the user's key, from "OURS=YOURS"."""
    from tasks.ingest.options import FIELDS

    mapping = {}
    for field in fields:
        ours, _, yours = field.partition("=")
        if ours not in FIELDS or not yours:
            raise typer.BadParameter(f"{field!r}: say OURS=YOURS, OURS being one of {', '.join(FIELDS)}")
        mapping[ours] = yours
    return mapping


def _read(files: list[str], options: IngestOptions) -> Iterator[Article | Refusal]:
    from tasks.ingest.json_lines import read_json_lines
    from tasks.ingest.sources import read_articles

    for file in files:
        if file == "-":
            yield from read_json_lines(sys.stdin.buffer, options=options, origin="<stdin>")
        else:
            yield from read_articles([file], options=options)


def _accepted(outcomes: Iterable[Article | Refusal], refusals: list[Refusal]) -> Iterator[Article]:
    """The articles among the outcomes; the refusals are put aside."""
    from schemas.refusal import Refusal

    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            refusals.append(outcome)
        else:
            yield outcome


def _writer(output: Format) -> Callable[[Article, dict[str, Any]], None]:
    """How an article and what was found in it are written."""
    if output is Format.JSONL:
        return lambda _article, found: print(json.dumps(found, ensure_ascii=False))
    from tasks.report.article_view import article_view, legend

    console = Console(highlight=False)
    console.print(legend())

    def write(article: Article, found: dict[str, Any]) -> None:
        console.print()
        console.print(article_view(article, found))

    return write
