from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemas.plover import EVENT_TYPES, SECTORS, STATUSES
from schemas.tables import TABLES, key_of, polars_schema
from tasks.codebook import codebook, datapackage

PAGE = Path(__file__).parents[2] / "docs" / "codebook.md"
PACKAGE = json.loads(datapackage())
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}


def fields(name):
    return {field["name"]: field for field in RESOURCES[name]["schema"]["fields"]}


def section(title):
    """The lines of one section of the codebook."""
    _, _, rest = codebook().partition(f"\n## {title}\n")
    assert rest, title
    return rest.partition("\n## ")[0].splitlines()


# ------------------------------------------------------------------------------------------------------- for people


def test_the_page_in_docs_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == codebook(), "detente codebook > docs/codebook.md"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_its_line(name):
    lines = [line for line in section(name) if line.startswith("| `")]
    assert [line.split("`")[1] for line in lines] == list(polars_schema(TABLES[name]))
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == 4, "no cell holds a bar"
        _, kind, is_null, meaning = cells
        assert kind
        assert is_null in {"", "yes"}
        assert meaning.endswith((".", ")"))
    assert any(line.startswith("Key: ") for line in section(name))


def test_every_code_is_explained():
    types = "\n".join(section("Event types"))
    for kind in EVENT_TYPES.values():
        assert f"| `{kind.name}` | {kind.score:g} |" in types
        for mode, score in kind.modes.items():
            assert f"{mode} {score:g}" in types
    assert "a slip of sign" in types
    assert all(f"| `{status}` |" in "\n".join(section("Statuses")) for status in STATUSES)
    assert all(f"| `{code}` |" in "\n".join(section("Sectors")) for code in SECTORS)


def test_short_code_lists_stand_with_their_column():
    (role,) = [line for line in section("participants") if line.startswith("| `role`")]
    assert "One of `actor`, `recipient`." in role


def test_the_page_is_the_same_every_time():
    assert codebook() == codebook()
    assert codebook().endswith("|\n")
    assert all(line == line.rstrip() for line in codebook().splitlines())


# ----------------------------------------------------------------------------------------------------- for programs


def test_the_package_has_every_table_and_column():
    assert list(RESOURCES) == list(TABLES)
    for name, table in TABLES.items():
        assert list(fields(name)) == list(polars_schema(table))
        assert RESOURCES[name]["schema"]["primaryKey"] == key_of(table)
        assert all(field["description"] for field in fields(name).values())
        assert all(field["type"] for field in fields(name).values())


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("articles", "published_at", {"type": "datetime", "constraints": {"required": True}}),
        ("articles", "repairs", {"type": "array", "constraints": {"required": True}}),
        ("articles", "word_count", {"type": "integer", "constraints": {"required": True, "minimum": 1}}),
        ("articles", "text", {"type": "string", "constraints": {"required": False}}),
        ("mentions", "end", {"type": "integer", "constraints": {"required": True, "minimum": 1}}),
        (
            "mentions",
            "latitude",
            {"type": "number", "constraints": {"required": False, "minimum": -90, "maximum": 90}},
        ),
        (
            "participants",
            "role",
            {"type": "string", "constraints": {"required": True, "enum": ["actor", "recipient"]}},
        ),
        (
            "quotes",
            "country",
            {"type": "string", "constraints": {"required": False, "pattern": "^[A-Z]{3}$"}},
        ),
        ("dyads", "period", {"type": "date", "constraints": {"required": True}}),
    ],
)
def test_what_the_package_says_of_a_column(table, column, expected):
    field = fields(table)[column]
    assert {name: field[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("table", "path"),
    [("events", "events/month=*/part-*.parquet"), ("actors", "actors/part-*.parquet")],
)
def test_where_the_files_of_a_table_lie(table, path):
    assert RESOURCES[table]["path"] == path
