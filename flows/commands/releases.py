"""Commands that look at a store and its releases: `versions`, `verify`, `quarantine`; and `codebook`."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.commands.options import DEFAULT_STORE, Format, StoreOption, errors, fail, failing_clearly

app = typer.Typer()


class CodebookFormat(StrEnum):
    """How the codebook is written."""

    MARKDOWN = "markdown"
    DATAPACKAGE = "datapackage"


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
    version: Annotated[str | None, typer.Argument(help="A version; the latest if left out.")] = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Compute every checksum of a version again and compare it with the manifest."""
    from tasks.store import Store
    from tasks.verify import verify as verify_version

    with failing_clearly():
        verification = verify_version(Store(store), version)
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
