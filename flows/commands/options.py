"""What the commands share: exit codes, options, and how an error that a user can mend is said."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from schemas import defaults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.quality import Bounds, CheckName
    from tasks.extract.resources import Resources

FAILED, WRONG_USE, REFUSED_TO_PUBLISH = 1, 2, 3
DEFAULT_STORE = Path(defaults.STORE)
MODEL = defaults.LANGUAGE_MODEL

errors = Console(stderr=True, highlight=False, soft_wrap=True)
"""Where a sentence is one line, to be searched in logs; terminals wrap by themselves."""


class Format(StrEnum):
    """How a command writes what it found."""

    PRETTY = "pretty"
    JSONL = "jsonl"


StoreOption = Annotated[
    Path, typer.Option("--store", help="The folder of the store.", envvar="DETENTE_STORE")
]
FieldOption = Annotated[
    list[str],
    typer.Option(
        "--field",
        metavar="OURS=YOURS",
        help="Key or column of your records for one of our fields: text=body.",
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
LexiconOption = Annotated[
    Path | None,
    typer.Option(
        "--lexicon", metavar="FILE", help="Names, offices and people of your own; they go before ours."
    ),
]
CoderOption = Annotated[
    Path | None,
    typer.Option(
        "--coder", metavar="DIR", help="An event coder of your own (detente train), with PLOVER's categories."
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="Processes; by default one per core if there is much to do."),
]
BoundOption = Annotated[
    list[str],
    typer.Option(
        "--bound",
        metavar="CHECK=MIN:MAX",
        help="Bounds of a quality check: events_sure=0.3: publishes nothing below, events_per_article=:9 warns above.",
    ),
]
AnyLanguageOption = Annotated[
    bool, typer.Option("--any-language", help="Take articles that seem to be in another language, too.")
]
TableOption = Annotated[
    list[str] | None, typer.Option("--table", help="Only this table; may be said several times.")
]


@contextmanager
def failing_clearly() -> Iterator[None]:
    """Turn the errors that a user can do something about into a sentence; others are ours and keep their traceback."""
    from flows.local_prefect import ServerError
    from schemas.manifest import ManifestError
    from tasks.extract.lexicon import LexiconError
    from tasks.ingest.source_error import SourceError
    from tasks.store_errors import StoreError

    try:
        yield
    except (SourceError, LexiconError) as error:
        fail(str(error), code=WRONG_USE)
    except BrokenPipeError:
        # Whoever read our output has enough; what is still buffered must not be complained about at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (StoreError, ManifestError, ServerError, OSError) as error:
        fail(str(error))


def fail(message: str, *, code: int = FAILED) -> NoReturn:
    """End the command with a message on stderr."""
    errors.print(message, style="red", markup=False)
    raise typer.Exit(code)


def require_resources(model: str, lexicon: Path | None, coder: Path | None) -> Resources:
    """What to extract with; ends the command as wrongly used if there is no such language model, lexicon or coder."""
    from importlib.metadata import PackageNotFoundError, distribution

    from tasks.extract.resources import read_resources
    from tasks.extract.trained_coder import CoderError

    try:
        distribution(model)
    except PackageNotFoundError:
        fail(
            f"The language model {model!r} is not installed: pip install it, or leave --model out.",
            code=WRONG_USE,
        )
    try:
        with failing_clearly():
            return read_resources(model=model, lexicon=lexicon, coder=coder)
    except CoderError as error:
        fail(str(error), code=WRONG_USE)


def known_tables(names: list[str] | None) -> list[str] | None:
    """The tables that a user chose, None for all of them."""
    from schemas.tables import TABLES

    for name in names or ():
        if name not in TABLES:
            raise typer.BadParameter(f"there is no table {name!r}: say one of {', '.join(TABLES)}")
    return names or None


def quality_bounds(bounds: list[str]) -> dict[CheckName, Bounds]:
    """Check -> bounds, from "CHECK=MIN:MAX", either of which may be left out."""
    from pydantic import ValidationError

    from schemas.quality import CHECKS, Bounds, require_sense

    names = {str(check): check for check in CHECKS}
    found = {}
    for bound in bounds:
        name, _, values = bound.partition("=")
        minimum, colon, maximum = values.partition(":")
        if name not in names or not colon:
            raise typer.BadParameter(f"{bound!r}: say CHECK=MIN:MAX, CHECK being one of {', '.join(names)}")
        try:
            found[names[name]] = Bounds.model_validate(
                {"minimum": minimum or None, "maximum": maximum or None}
            )
        except ValidationError as error:
            raise typer.BadParameter(f"{bound!r}: {error.errors()[0]['msg']}") from error
    try:
        require_sense(found)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return found


def field_mapping(fields: list[str]) -> dict[str, str]:
    """Our field -> the user's key, from "OURS=YOURS"."""
    from tasks.ingest.options import FIELDS

    mapping = {}
    for field in fields:
        ours, _, yours = field.partition("=")
        if ours not in FIELDS or not yours:
            raise typer.BadParameter(f"{field!r}: say OURS=YOURS, OURS being one of {', '.join(FIELDS)}")
        mapping[ours] = yours
    return mapping
