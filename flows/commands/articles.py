"""Commands that look at articles, without a store: `extract`, `classify` and `stories`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from flows.commands.options import (
    FAILED,
    MODEL,
    WRONG_USE,
    AnyLanguageOption,
    CoderOption,
    DateOption,
    FieldOption,
    Format,
    LexiconOption,
    ModelOption,
    SourceNameOption,
    WorkersOption,
    errors,
    fail,
    failing_clearly,
    field_mapping,
    require_resources,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from schemas.article import Article
    from schemas.refusal import Refusal
    from tasks.ingest.options import IngestOptions

app = typer.Typer()


@app.command()
def extract(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE...]",
            help="Articles in .txt, .jsonl, .csv or .parquet; - or nothing for JSONL on stdin.",
        ),
    ] = None,
    output: Annotated[
        Format | None, typer.Option("--format", help="Pretty in a terminal, jsonl in a pipe, unless you say.")
    ] = None,
    field: FieldOption = [],
    day: DateOption = None,
    source_name: SourceNameOption = None,
    model: ModelOption = MODEL,
    lexicon: LexiconOption = None,
    coder: CoderOption = None,
    workers: WorkersOption = None,
    any_language: AnyLanguageOption = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Why each event is coded so; with --format jsonl a key of the event."),
    ] = False,
) -> None:
    """Show what is found in articles, without a store: actors, events, quotes, amounts, dates."""
    from schemas.refusal import Refusal
    from tasks.extract.streams import extract_stream
    from tasks.ingest.options import IngestOptions

    resources = require_resources(model, lexicon, coder)
    options = IngestOptions(
        fields=field_mapping(field),
        default_date=day.date() if day else None,
        default_source=source_name,
        check_language=not any_language,
    )
    usual = Format.PRETTY if explain or sys.stdout.isatty() else Format.JSONL
    write = _writer(output or usual, explain=explain)
    refusals: list[Refusal] = []
    extracted = 0
    with failing_clearly():
        articles = _accepted(_read(files or ["-"], options), refusals)
        stream = extract_stream(articles, resources=resources, workers=workers, with_reasons=explain)
        for article, found in stream:
            if isinstance(found, Refusal):
                refusals.append(found)
            else:
                write(article, found)
                extracted += 1
    _say_refused(refusals)
    if refusals and not extracted:
        raise typer.Exit(FAILED)


@app.command()
def classify(
    coder: Annotated[
        Path | None,
        typer.Option(
            "--coder", metavar="DIR", help="A coder of your own (detente train); it may have any categories."
        ),
    ] = None,
) -> None:
    """Code marked pairs of actors: JSONL with id, text and the spans source and target in, one coding per line out."""
    from tasks.extract.classification import RecordError, classify_line
    from tasks.extract.trained_coder import OURS, CoderError, load_coder

    try:
        chosen = load_coder(coder or OURS)
    except CoderError as error:
        fail(str(error), code=WRONG_USE)
    try:
        with failing_clearly():
            for number, line in enumerate(sys.stdin.buffer, start=1):
                if line.strip():
                    print(json.dumps(classify_line(line, chosen, origin=f"<stdin>:{number}")))
    except RecordError as error:
        fail(str(error))


@app.command()
def stories(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE...]", help="Articles; - or nothing for JSONL on stdin."),
    ] = None,
    field: FieldOption = [],
) -> None:
    """Say which articles are near-identical copies of one dispatch: their id and story_id, a line of JSON each.

    A copy has the story_id of its original. Articles without a date are compared with all others.
    """
    from tasks.ingest.options import IngestOptions
    from tasks.stories import story_ids

    options = IngestOptions(fields=field_mapping(field), check_language=False, require_text=False)
    refusals: list[Refusal] = []
    with failing_clearly():
        articles = list(_accepted(_read(files or ["-"], options), refusals))
        for article, story in zip(articles, story_ids(articles), strict=True):
            print(json.dumps({"id": article.source_id, "story_id": story}, ensure_ascii=False))
    _say_refused(refusals)
    if refusals and not articles:
        raise typer.Exit(FAILED)


def _say_refused(refusals: Iterable[Refusal]) -> None:
    for refusal in refusals:
        errors.print(f"{refusal.origin}: {refusal.reason}: {refusal.detail}", markup=False)


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


def _writer(output: Format, *, explain: bool) -> Callable[[Article, dict[str, Any]], None]:
    """How an article and what was found in it are written."""
    if output is Format.JSONL:
        return lambda _article, found: print(json.dumps(found, ensure_ascii=False))
    from tasks.report.article_view import article_view, legend
    from tasks.report.explanation_view import explained_article_view

    console = Console(highlight=False)
    in_letters = console.color_system is None
    console.print(legend(in_letters=explain and in_letters))

    def write(article: Article, found: dict[str, Any]) -> None:
        console.print()
        console.print(
            explained_article_view(found, in_letters=in_letters) if explain else article_view(article, found)
        )

    return write
