"""The codebook: what every table and column means, from the schemas and nothing else.

In: the pandera models of `schemas/`. Out: a Markdown page for people (`docs/codebook.md`) and a Frictionless
`datapackage.json` for programs, which every release carries.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.manifest import SCHEMA_VERSION
from schemas.plover import CONTEXTS, EVENT_TYPES, SECTORS
from schemas.tables import TABLES, contract_of, key_of, polars_schema

if TYPE_CHECKING:
    from schemas.columns import Table

_FRICTIONLESS_TYPES: tuple[tuple[type[pl.DataType], str], ...] = (
    (pl.String, "string"),
    (pl.Int64, "integer"),
    (pl.Float64, "number"),
    (pl.Boolean, "boolean"),
    (pl.Date, "date"),
    (pl.Datetime, "datetime"),
    (pl.List, "array"),
)
_SHORT_LIST = 10
"""Code lists up to this length are printed with their column; longer ones have a section of their own."""

_CONVENTIONS = (
    "Offsets are characters of the article's text, from `start` up to but not including `end`. Times are UTC. "
    "Countries are ISO 3166-1 alpha-3, intergovernmental bodies `IGO:UN`, `IGO:EU` and so on."
)
_PLOVER = (
    "The categories, modes and scores are those of the PLOVER 2.0 draft specification (Open Event Data Alliance), "
    "with one deviation: it prints a score of 3 for ACCUSE without a mode, against -2 to -3.5 for its modes; that is "
    "a slip of sign, and detente uses -3."
)
_STATUS_MEANINGS = {
    "actual": "reported as having happened, or as happening now",
    "planned": "reported as decided or expected for the future",
    "hypothetical": "reported as possible, proposed, demanded or conditional",
    "negated": "reported as not having happened, or denied",
}


def codebook() -> str:
    """The codebook as a Markdown page."""
    parts = [
        "# Codebook",
        f"<!-- Generated from schemas/ by `detente codebook`; schema version {SCHEMA_VERSION}. Do not edit. -->",
        _CONVENTIONS,
        *(_table_section(name, table) for name, table in TABLES.items()),
        _event_types_section(),
        _code_list_section("Statuses", "`events.status`", _STATUS_MEANINGS),
        _code_list_section("Sectors", "`sector`", SECTORS),
        _code_list_section("Contexts", "`contexts`, `context`", CONTEXTS),
    ]
    return "\n\n".join(parts) + "\n"


def datapackage() -> str:
    """The description of a release's tables as a Frictionless data package, in JSON."""
    package = {
        "name": "detente",
        "profile": "data-package",
        "resources": [_resource(name, table) for name, table in TABLES.items()],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _table_section(name: str, table: type[Table]) -> str:
    split = "split by month" if contract_of(table).get("partitioned", True) else "one file"
    lines = [
        f"## {name}",
        _docstring(table),
        f"Key: {', '.join(f'`{column}`' for column in key_of(table))}; {split}.",
        "\n".join(
            [
                "| column | type | null | meaning |",
                "|---|---|---|---|",
                *(
                    f"| `{column}` | {_type_in_words(dtype)} | {'yes' if _is_nullable(table, column) else ''} "
                    f"| {_meaning(table, column)} |"
                    for column, dtype in polars_schema(table).items()
                ),
            ]
        ),
    ]
    return "\n\n".join(lines)


def _event_types_section() -> str:
    rows = [
        f"| `{kind.name}` | {kind.score:g} | {kind.quad_class.replace('_', ' ')} | {kind.covers} "
        f"| {', '.join(f'{mode} {score:g}' for mode, score in kind.modes.items())} |"
        for kind in EVENT_TYPES.values()
    ]
    return "\n".join(
        [
            "## Event types",
            "",
            _PLOVER,
            "",
            "| `event_type` | score | `quad_class` | covers | modes and their scores |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )


def _code_list_section(title: str, where: str, meanings: dict[str, str]) -> str:
    rows = [f"| `{code}` | {meaning} |" for code, meaning in meanings.items()]
    return "\n".join([f"## {title}", "", f"| {where} | meaning |", "|---|---|", *rows])


def _resource(name: str, table: type[Table]) -> dict[str, Any]:
    fields = []
    for column, dtype in polars_schema(table).items():
        constraints = {"required": not _is_nullable(table, column), **_constraints(table, column)}
        fields.append(
            {
                "name": column,
                "type": _frictionless_type(dtype),
                "description": table.to_schema().columns[column].description,
                "constraints": constraints,
            }
        )
    partitioned = contract_of(table).get("partitioned", True)
    return {
        "name": name,
        "description": _docstring(table),
        "path": f"{name}/month=*/part-*.parquet" if partitioned else f"{name}/part-*.parquet",
        "format": "parquet",
        "schema": {"fields": fields, "primaryKey": key_of(table)},
    }


def _meaning(table: type[Table], column: str) -> str:
    description = str(table.to_schema().columns[column].description)
    allowed = _constraints(table, column).get("enum", [])
    if not 0 < len(allowed) <= _SHORT_LIST:
        return description
    return f"{description} One of {', '.join(f'`{value}`' for value in allowed)}."


def _constraints(table: type[Table], column: str) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    for check in table.to_schema().columns[column].checks:
        statistics = check.statistics or {}
        if "allowed_values" in statistics:
            constraints["enum"] = list(statistics["allowed_values"])
        if "min_value" in statistics:
            constraints["minimum"] = statistics["min_value"]
        if "max_value" in statistics:
            constraints["maximum"] = statistics["max_value"]
        if "pattern" in statistics:
            constraints["pattern"] = str(statistics["pattern"])
    return constraints


def _is_nullable(table: type[Table], column: str) -> bool:
    return bool(table.to_schema().columns[column].nullable)


def _docstring(table: type[Table]) -> str:
    lines = (table.__doc__ or "").strip().splitlines()
    paragraphs = "\n".join(line.strip() for line in lines).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _frictionless_type(dtype: pl.DataType) -> str:
    return next(name for kind, name in _FRICTIONLESS_TYPES if isinstance(dtype, kind))


def _type_in_words(dtype: pl.DataType) -> str:
    return "list of strings" if isinstance(dtype, pl.List) else _frictionless_type(dtype)
