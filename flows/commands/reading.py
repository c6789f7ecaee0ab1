"""Commands that read a release: `query`, `export` and `explain`."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from flows.commands.options import DEFAULT_STORE, WRONG_USE, Format, StoreOption, fail, failing_clearly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.export import FileFormat
    from tasks.query import Answer

app = typer.Typer()

VersionOption = Annotated[str | None, typer.Option("--version", help="A version; the latest if left out.")]


class AnswerFormat(StrEnum):
    """How the answer to a query is written."""

    PRETTY = "pretty"
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class TableFormat(StrEnum):
    """How the tables of a release are written."""

    CSV = "csv"
    JSONL = "jsonl"


@app.command()
def query(
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="One statement that reads; - takes it from stdin.")
    ],
    store: StoreOption = DEFAULT_STORE,
    version: VersionOption = None,
    output: Annotated[
        AnswerFormat | None,
        typer.Option(
            "--format",
            help="By the ending of --out; else pretty in a terminal, jsonl in a pipe, unless you say.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the answer into this file.")] = None,
) -> None:
    """Ask a release in SQL (DuckDB); its tables are there by their names, and can only be read.

    [dim]detente query "SELECT status, count(*) FROM events GROUP BY ALL"[/dim]
    """
    from tasks.export import write_answer
    from tasks.query import ask, connected
    from tasks.release import open_release

    if out is None and output is AnswerFormat.PARQUET:
        raise typer.BadParameter("--format parquet needs --out FILE")
    file_format = _file_format(output, out) if out else None
    statement = sys.stdin.read() if sql == "-" else sql
    with failing_clearly(), _failing_on_wrong_use():
        release = open_release(store, version)
        if out and file_format:
            write_answer(release, statement, out, output=file_format)
            return
        with connected(release) as connection:
            usual = AnswerFormat.PRETTY if sys.stdout.isatty() else AnswerFormat.JSONL
            _print_answer(ask(connection, statement), output or usual)


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="Write into this folder.")],
    output: Annotated[TableFormat, typer.Option("--format", help="The format of the files.")],
    store: StoreOption = DEFAULT_STORE,
    version: VersionOption = None,
    table: Annotated[
        list[str] | None, typer.Option(help="Only this table; may be given several times.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also into a folder that is not empty; replaces files.")
    ] = False,
) -> None:
    """Write the tables of a release as CSV or JSON lines, one file for each."""
    from tasks.export import export as export_tables
    from tasks.release import open_release

    with failing_clearly(), _failing_on_wrong_use():
        release = open_release(store, version)
        files = export_tables(release, out, output=output.value, tables=table or None, replace=force)
        for path, rows in files.items():
            print(f"{rows:>9,}  {path}")
        print(f"{release.version}, data digest {release.manifest.data_digest}")


@app.command()
def explain(
    event_id: Annotated[
        str, typer.Argument(metavar="EVENT_ID", help="As in the tables events and uncertain_events.")
    ],
    store: StoreOption = DEFAULT_STORE,
    version: VersionOption = None,
    output: Annotated[
        Format, typer.Option("--format", help="For people, or one JSON object.")
    ] = Format.PRETTY,
) -> None:
    """Say why an event is coded as it is: its sentences, and the words or the rule behind each column.

    The article is read again, by the code of today; without its full text the tables explain what they hold.
    """
    import re

    from schemas.columns import id_pattern
    from tasks.explain import explain as explained_event
    from tasks.release import open_release
    from tasks.report.explanation_view import event_view

    if not re.fullmatch(id_pattern("evt"), event_id):
        raise typer.BadParameter(f"{event_id!r} is no event_id: say evt_ and 20 digits from 0 to f")
    with failing_clearly():
        found = explained_event(open_release(store, version), event_id)
        if output is Format.JSONL:
            print(json.dumps({**found.event, "notes": found.notes}, ensure_ascii=False))
            return
        console = Console(highlight=False)
        console.print(event_view(found, in_letters=console.color_system is None))


@contextmanager
def _failing_on_wrong_use() -> Iterator[None]:
    from tasks.query import QueryError, UnansweredError
    from tasks.release import UnknownTableError

    try:
        yield
    except (QueryError, UnknownTableError) as error:
        fail(str(error), code=WRONG_USE)
    except UnansweredError as error:
        fail(str(error))


def _file_format(output: AnswerFormat | None, out: Path) -> FileFormat:
    """The format that the user names, else the one that the file's ending says."""
    match output or out.suffix.removeprefix(".").lower():
        case "csv" | "jsonl" | "parquet" as named:
            return named
        case AnswerFormat.PRETTY:
            raise typer.BadParameter("--format pretty is for terminals: give --out another format")
    raise typer.BadParameter(f"{out.name!r} does not say its format: add --format")


def _print_answer(answer: Answer, output: AnswerFormat) -> None:
    from tasks.report.query_view import query_view
    from tasks.row_text import text_of

    if output is AnswerFormat.PRETTY:
        console = Console(highlight=False)
        console.print(query_view(answer, width=console.width))
    else:
        for text in text_of(answer, "csv" if output is AnswerFormat.CSV else "jsonl"):
            sys.stdout.buffer.write(text.encode())
