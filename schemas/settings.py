"""The settings of a run: what a user can choose, with its meaning, default and bounds.

The fields' descriptions are what the Prefect UI's parameter form and the command's help show.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas import defaults
from schemas.months import Months
from schemas.quality import Bounds, CheckName, require_sense

DEFAULT_STORE = Path(defaults.STORE)

Sources = Annotated[
    list[str],
    Field(
        description="Files, folders or glob patterns of .txt, .jsonl, .csv and .parquet articles; none for what the "
        "store has."
    ),
]
StorePath = Annotated[Path, Field(description="The folder of the store; made if it is not there.")]


class RunSettings(BaseModel):
    """How articles are read, extracted and published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: dict[str, str] = Field(
        default_factory=dict,
        description="Our name of a field -> the key or column of your records, where they differ: text -> body.",
    )
    default_date: date | None = Field(
        default=None, description="Publication date of articles that give none; without it they are refused."
    )
    default_source: str | None = Field(default=None, description="Source name of articles that give none.")
    as_of: date | None = Field(
        default=None, description="Articles dated after this day are refused; today if left empty."
    )
    allow_empty_folders: bool = Field(
        default=False, description="A folder without articles is no error: an inbox may have nothing new."
    )
    months: Months | None = Field(
        default=None,
        description="Only articles published in these months; the others are passed over. All if left empty.",
    )
    check_language: bool = Field(default=True, description="Refuse articles that are surely not in English.")
    language_model: str = Field(
        default=defaults.LANGUAGE_MODEL, description="The installed spaCy package to parse with."
    )
    lexicon: Path | None = Field(
        default=None,
        description="A file with names, offices and people of your own, which go before those that detente knows.",
    )
    coder: Path | None = Field(
        default=None, description="The folder of an event coder of your own, with PLOVER's categories."
    )
    workers: int | None = Field(
        default=None,
        ge=1,
        description="Processes for extraction; one per core if left empty, one if little is new.",
    )
    with_text: bool = Field(
        default=False, description="Release the full texts as well; only if you may publish them."
    )
    max_refused_share: float = Field(
        default=defaults.MAX_REFUSED_SHARE,
        ge=0,
        le=1,
        description="Publish nothing if more than this share of the input is refused, and at least min_refused articles.",
    )
    min_refused: int = Field(
        default=defaults.MIN_REFUSED,
        ge=1,
        description="Fewer refused articles than this never keep a release back, whatever their share.",
    )
    bounds: Annotated[dict[CheckName, Bounds], AfterValidator(require_sense)] = Field(
        default_factory=dict,
        description="Quality checks whose bounds are not the usual ones: nothing is published below a minimum, and above "
        "a maximum the run warns (docs/how-to/quality.md lists them).",
    )
