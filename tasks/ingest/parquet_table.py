"""Articles in Parquet, one record a row.

In: an open file. Out: for each row its article, or why not. Strings stay what they are, to the character. What does not
belong here: what makes an article of a record (`tasks.ingest.records`).

DuckDB reads the file, because a damaged one is an error to it. Polars 2.1 ends the process on some damaged files and
leaves out rows of others without a word; it also takes twice the memory. Only the columns of fields are read, and the
memory that it takes depends on the writer's row groups, not on the file.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import duckdb

from tasks.ingest.checks import refuse
from tasks.ingest.columns import columns_of_fields
from tasks.ingest.options import FIELDS
from tasks.ingest.origins import line_origin
from tasks.ingest.records import NoArticleError, read_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from io import BufferedReader

    from schemas.article import Article
    from schemas.refusal import Refusal
    from tasks.ingest.options import IngestOptions

_MAGIC_NUMBER = b"PAR1"
_SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "threads": 1,
}
"""Nothing is downloaded, and nothing depends on which thread is first."""
_STRING = 'VARCHAR|"NULL"'
_STRINGS = ("strings", re.compile(_STRING))
_IDS = ("strings or whole numbers", re.compile(rf"{_STRING}|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER"))
_MOMENTS = ("dates or strings", re.compile(rf"{_STRING}|DATE|TIMESTAMP.*"))  # UTC, if no zone is given
_TYPES = {"id": _IDS, "date": _MOMENTS, "updated_at": _MOMENTS}
"""What the columns of some fields can hold, in words and as DuckDB calls it; those of the others hold strings."""


def read_parquet(
    stream: BufferedReader, *, options: IngestOptions, origin: str
) -> Iterator[Article | Refusal]:
    """The articles and refusals of a file, in its order.

    Args:
        stream: A file that is open for reading; it stays open.
        options: How to read, and what to refuse.
        origin: The path.
    """
    head = stream.peek(len(_MAGIC_NUMBER))[: len(_MAGIC_NUMBER)]
    if head != _MAGIC_NUMBER:
        detail = f"This is no Parquet file: it does not begin with {_MAGIC_NUMBER.decode()}."
        yield refuse("broken_parquet", detail, origin=origin, value=head.hex(" "))
        return
    try:
        for row, record in enumerate(_records(stream, options), start=1):
            yield read_record(
                record,
                origin=line_origin(origin, row),
                options=options,
                raw=json.dumps(record, ensure_ascii=False),
            )
    except NoArticleError as error:
        yield error.refusal(origin=origin)
    except (duckdb.Error, UnicodeDecodeError) as error:
        why = str(error).partition("\n")[0].replace(_name(stream), "the file")
        detail = f"The file cannot be read as Parquet, or not to its end: {why}"
        yield refuse("broken_parquet", detail, origin=origin)


def _records(stream: BufferedReader, options: IngestOptions) -> Iterator[dict[str, str]]:
    """The values of each row that are not null, by the user's keys."""
    file = _name(stream)
    with duckdb.connect(config=_SETTINGS) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        names = _column_names(connection, file)
        columns = columns_of_fields(names, options=options)
        _check_types(connection, file, columns, options)
        # By number: DuckDB gives another name to a column whose name differs from another's in capitals only.
        every = ", ".join(f"c{place}" for place in range(len(names)))
        wanted = ", ".join(f"CAST(c{place} AS VARCHAR)" for place in columns.values())
        query = f"SELECT {wanted} FROM read_parquet(?, hive_partitioning = false) AS t({every})"  # noqa: S608
        connection.execute(query, [file])
        while row := connection.fetchone():
            yield {key: value for key, value in zip(columns, row, strict=True) if value is not None}


def _name(stream: BufferedReader) -> str:
    """What to call the file: DuckDB takes paths in UTF-8 only, and some of them for patterns or addresses."""
    return f"/dev/fd/{stream.fileno()}"


def _column_names(connection: duckdb.DuckDBPyConnection, file: str) -> list[str]:
    """The names of the columns, without those inside of a column."""
    schema = connection.execute("SELECT name, num_children FROM parquet_schema(?)", [file]).fetchall()
    names = []
    inside = 0
    for name, children in schema[1:]:  # the first is the whole row
        if inside:
            inside += (children or 0) - 1
        else:
            names.append(name)
            inside = children or 0
    return names


def _check_types(
    connection: duckdb.DuckDBPyConnection, file: str, columns: Mapping[str, int], options: IngestOptions
) -> None:
    """Look at the types of the columns before any row is read.

    Raises:
        NoArticleError: A column is of a type that its field cannot have.
    """
    query = "DESCRIBE SELECT * FROM read_parquet(?, hive_partitioning = false)"
    types = [row[1] for row in connection.execute(query, [file]).fetchall()]
    for field in FIELDS:
        key = options.key(field)
        expected, pattern = _TYPES.get(field, _STRINGS)
        if key in columns and not pattern.fullmatch(found := types[columns[key]]):
            detail = f'The column "{key}" must hold {expected} and is {found}.'
            raise NoArticleError("wrong_type", detail, found)
