"""Commands that look at a store and its releases: `versions`, `verify`, `diff`, `quarantine`; and `codebook`."""

from __future__ import annotations

import json
import shlex
import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from flows.commands.options import (
    DEFAULT_STORE,
    Format,
    StoreOption,
    TableOption,
    errors,
    fail,
    failing_clearly,
    known_tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.diff import TableDiff, VersionDiff

app = typer.Typer()


class CodebookFormat(StrEnum):
    """How the codebook is written."""

    MARKDOWN = "markdown"
    DATAPACKAGE = "datapackage"


class DiffFormat(StrEnum):
    """How a difference is written."""

    PRETTY = "pretty"
    JSONL = "jsonl"
    PARQUET = "parquet"


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

    with failing_clearly():
        rows = version_rows(Store(store))
        if output is Format.JSONL:
            for row in rows:
                print(json.dumps(row))
        else:
            Console(highlight=False).print(versions_view(rows))


@app.command()
def verify(
    version: Annotated[str | None, typer.Argument(help="v0000012 or 12; the latest if left out.")] = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Compute every checksum of a version again and compare it with the manifest.

    Whoever may not read the store's full texts verifies the rest.
    """
    from tasks.release import version_named
    from tasks.store import Store
    from tasks.verify import verify as verify_version

    with failing_clearly():
        opened = Store(store)
        named = version_named(opened, version) if version else None
        has_texts = opened.is_private_readable
        verification = verify_version(opened, named, with_private=has_texts)
        for problem in verification.problems:
            errors.print(f"{problem.path}: {problem.what}", style="red", markup=False)
        if not verification.is_sound:
            fail(f"{verification.version} is damaged: {len(verification.problems)} problems")
        redacted = ", redacted since it was published" if verification.redactions else ""
        print(
            f"{verification.version} is whole{redacted}: {verification.files} files agree with the manifest"
            if verification.version
            else "The store has no version yet."
        )
        if not has_texts:
            errors.print(
                f"Not checked: the full texts in {opened.private_folder}, which only their owner may read."
            )


@app.command()
def diff(
    before: Annotated[
        str, typer.Argument(metavar="V1", help="The version to start from: v0000012, 12 or latest.")
    ],
    after: Annotated[str, typer.Argument(metavar="V2", help="The version to arrive at.")],
    store: StoreOption = DEFAULT_STORE,
    table: TableOption = None,
    output: Annotated[
        DiffFormat, typer.Option("--format", help="For people, or one record per row that changed.")
    ] = DiffFormat.PRETTY,
    out: Annotated[Path | None, typer.Option(help="Write the records into this file.")] = None,
) -> None:
    """Show what changed between two versions: rows added, revised and removed, and the events in words."""
    from tasks.diff import diff_versions
    from tasks.release import open_release, require_outside, version_named
    from tasks.store import Store

    tables = known_tables(table)
    if out and output is DiffFormat.PRETTY:
        raise typer.BadParameter("--out is for --format jsonl and parquet")
    if output is DiffFormat.PARQUET and out is None:
        raise typer.BadParameter("--format parquet needs --out FILE")
    with failing_clearly():
        opened = Store(store)
        if out:
            require_outside(open_release(store), out)
        found = diff_versions(opened, version_named(opened, before), version_named(opened, after), tables)
        if output is DiffFormat.PRETTY:
            _print_difference(found)
        elif output is DiffFormat.PARQUET and out:
            _write_parquet(found, out)
        else:
            _write_jsonl(found, out)


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

    with failing_clearly():
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


def _print_difference(found: VersionDiff) -> None:
    from tasks.report.diff_summary import summarise_diff
    from tasks.report.diff_view import diff_view

    called = [
        sys.argv[0],
        "diff",
        found.before.version,
        found.after.version,
        "--store",
        str(found.store.root),
    ]
    command = f"{shlex.join(called)} --format jsonl"
    Console(highlight=False).print(diff_view(summarise_diff(found), command=command))


def _write_jsonl(found: VersionDiff, out: Path | None) -> None:
    from tasks.durable import written_aside

    with ExitStack() as stack:
        stream = sys.stdout
        if out:
            stream = stack.enter_context(stack.enter_context(written_aside(out)).open("w", encoding="utf-8"))
        for table in _saying_columns(found.tables()):
            for row in table.changes.iter_rows(named=True):
                print(json.dumps(row, ensure_ascii=False), file=stream)


def _write_parquet(found: VersionDiff, out: Path) -> None:
    from tasks.diff import changes_of
    from tasks.durable import written_aside

    with written_aside(out) as aside:
        changes_of(_saying_columns(found.tables())).write_parquet(aside, compression="zstd")


def _saying_columns(tables: Iterator[TableDiff]) -> Iterator[TableDiff]:
    """The same tables; which columns came and went is no record, so it is said on stderr."""
    from tasks.report.diff_view import columns_in_words

    for table in tables:
        if said := columns_in_words(table.table, table.new_columns, table.lost_columns):
            errors.print(said, markup=False)
        yield table
