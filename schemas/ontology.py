"""An ontology of one's own: the categories that a coder is to tell apart, in place of PLOVER's.

In: the text of a TOML file, which has a table for each category:

    [[category]]
    name = "BLOCKADE"
    quad_class = "material_conflict"
    score = -7
    covers = "closes a port, a border or a road to somebody"
    modes = { sea = -7, land = -6.5 }
    needs_second_party = true

Out: categories as `schemas.plover` has them, in the order of the file. What does not belong here: statuses and contexts,
which are the same for every ontology, and NONE, which every coder has.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.plover import NONE, EventType, QuadClass

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Score = Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]
CategoryName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=40)]
ModeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]


class OntologyError(ValueError):
    """A text that describes no ontology; the message says where and why."""


class _Category(BaseModel):
    """A category of the file; what the fields mean is said in `schemas.plover.EventType`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: CategoryName
    quad_class: QuadClass
    score: Score
    covers: str = Field(min_length=1)
    modes: dict[ModeName, Score] = Field(default_factory=dict)
    needs_second_party: bool = False
    future: str | None = None

    def event_type(self) -> EventType:
        return EventType(**self.model_dump())


class _Ontology(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    category: list[_Category] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_fit(self) -> _Ontology:
        names = [category.name for category in self.category]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"named twice: {', '.join(twice)}")
        if NONE in names:
            raise ValueError(f"{NONE} is what stands for no event, and no category")
        for category in self.category:
            if category.future is not None and category.future not in {*names} - {category.name}:
                raise ValueError(f"{category.name}: future names no other category: {category.future!r}")
        return self


def parse_ontology(text: str) -> dict[str, EventType]:
    """The categories that a TOML text describes, by name.

    Raises:
        OntologyError: It is not TOML, or breaks a rule; the message names category and field.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OntologyError(f"not TOML: {error}") from error
    try:
        ontology = _Ontology.model_validate(content)
    except ValidationError as error:
        raise OntologyError("\n".join(_in_words(one, content) for one in error.errors())) from error
    return {category.name: category.event_type() for category in ontology.category}


def _in_words(error: ErrorDetails, content: dict[str, Any]) -> str:
    """One of pydantic's errors: the category by number and name, the field, and what is wrong."""
    message = error["msg"].removeprefix("Value error, ")
    match error["loc"]:
        case ("category", int(at), field, *inner):
            name = content["category"][at].get("name", "without a name")
            return f"category {at + 1} ({name}): {'.'.join(map(str, (field, *inner)))}: {message}"
        case places:
            return ": ".join([*map(str, places), message])
