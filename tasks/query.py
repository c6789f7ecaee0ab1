"""Questions in SQL to a release, read only.

In: a release and one statement of SQL. Out: the columns of the answer and its rows, batch by batch.
What does not belong here: the answer as text (`tasks.row_text`), as a file (`tasks.export`) and for a terminal
(`tasks.report.query_view`).

The SQL may come from anywhere, so DuckDB is let do nothing but read the release; why each of these is needed is in
docs/decisions/0010-reading-a-release.md:

- It can open the files of the manifest and no other, on no disk and no network, loads no extension, sees no variable
  of this process, and none of that can be set back.
- It can open these for writing as well, so the statement must be a query in all its parts, with no function in it that
  executes SQL in its turn.
- It uses at most half of the memory and writes nothing to disk when that is used up.
"""

from __future__ import annotations

import glob
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from schemas.refusal import inert
from schemas.tables import TABLES, empty
from tasks.release import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from tasks.release import Release

BATCH_ROWS = 2000
MEMORY_SHARE = "50%"

_SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "temp_directory": "",
}
_READS = "SELECT, FROM, WITH, VALUES, DESCRIBE, SUMMARIZE, SHOW TABLES or PIVOT ... ON ... IN (...)"
_QUERY_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE", "RECURSIVE_CTE_NODE"}
_TABLE_FUNCTIONS = {"generate_series", "json_each", "json_tree", "range", "unnest"}
_LINE = re.compile(r"\nLINE (\d+): ")


class QueryError(Exception):
    """The SQL is wrong, or asks for more than to read the release."""


class UnansweredError(Exception):
    """The SQL is right and cannot be answered here: too little memory, or a file that is missing or damaged."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found: the names of the columns, and the rows, read as they are asked for."""

    columns: tuple[str, ...]
    batches: Iterator[Sequence[tuple[Any, ...]]]


@contextmanager
def connected(
    release: Release, *, may_write: Path | None = None, memory: str = MEMORY_SHARE
) -> Iterator[DuckDBPyConnection]:
    """A connection that knows the tables of a release by their names, and nothing else.

    Args:
        release: The release.
        may_write: A file that the connection can write besides; for our own statements, see `ask`.
        memory: How much a query may use, as a share of the machine's memory or as an amount.

    Raises:
        UnansweredError: A file of the release is missing or damaged.
    """
    files = {table: paths_of(release, table) for table in release}
    with duckdb.connect(config={**_SETTINGS, "memory_limit": memory}) as connection:
        try:
            for table, paths in files.items():
                _add_table(connection, table, paths)
        except duckdb.Error as error:
            raise UnansweredError(_in_one_line(error)) from error
        allowed = [path for paths in files.values() for path in paths]
        _confine(connection, [*allowed, may_write] if may_write else allowed)
        yield connection


def ask(connection: DuckDBPyConnection, sql: str) -> Answer:
    """The answer to a query; further errors may come with its rows.

    Args:
        connection: A connection to a release (`connected`).
        sql: One statement that reads, with or without a semicolon.

    Raises:
        QueryError: It is not that, or DuckDB finds it wrong.
        UnansweredError: It needs too much memory, or a file cannot be read.
    """
    with _explained():
        connection.execute(_as_subquery(connection, sql))
        columns = tuple(column[0] for column in connection.description or ())
    return Answer(columns, _batches(connection))


def write_parquet(release: Release, sql: str, path: Path) -> None:
    """Writes the answer to a query into a new Parquet file; errors as of `ask`."""
    target = path.resolve()
    with connected(release, may_write=target) as connection, _explained():
        connection.execute(
            f"COPY ({_as_subquery(connection, sql)}) TO {_quoted(str(target))} "
            "(FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
        )


def _add_table(connection: DuckDBPyConnection, table: str, paths: Sequence[Path]) -> None:
    if paths:
        files = ", ".join(_quoted(glob.escape(str(path))) for path in paths)
        connection.execute(
            f'CREATE VIEW "{table}" AS FROM read_parquet([{files}], hive_partitioning = false)'
        )
        return
    with TemporaryDirectory() as folder:  # DuckDB takes the types of the columns from a file without rows
        path = Path(folder, "empty.parquet")
        empty(TABLES[table]).write_parquet(path)
        connection.execute(f'CREATE TABLE "{table}" AS FROM read_parquet({_quoted(str(path))})')


def _confine(connection: DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """From here on the connection opens these files only, prints nothing, and cannot be told otherwise."""
    # A view asks for its files by patterns that match one file each, and DuckDB checks pattern and file.
    allowed = [name for path in paths for name in (str(path), glob.escape(str(path)))]
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(
        "SET enable_progress_bar = false"
    )  # Python without a script has it, amid what is printed
    connection.execute("SET allowed_paths = $1", [allowed])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _as_subquery(connection: DuckDBPyConnection, sql: str) -> str:
    """The statement inside a query of ours, where DuckDB accepts nothing at the top that writes."""
    statements = duckdb.extract_statements(sql)
    if not statements:
        raise QueryError("there is no SQL in it")
    if len(statements) > 1:
        raise QueryError(f"one statement at a time, not {len(statements)}")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise QueryError(f"a release is only read, by {_READS}")
    parts = _parts(connection, sql)
    if not {part["type"] for part in parts if str(part.get("type")).endswith("_NODE")} <= _QUERY_NODES:
        raise QueryError("a release is only read, in every part of the statement")
    functions = {part["function"]["function_name"] for part in parts if part.get("type") == "TABLE_FUNCTION"}
    if unknown := sorted(functions - _TABLE_FUNCTIONS):
        known = ", ".join(sorted(_TABLE_FUNCTIONS))
        raise QueryError(f"no rows from {unknown[0]}(): only from the tables of the release, and {known}")
    return f"FROM query({_quoted(sql)})"


def _parts(connection: DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Every part of the statement as DuckDB has parsed it, the inner ones first.

    Its type as a whole says little: `WITH w AS (COPY ... TO ...) SELECT 1` is a SELECT, and writes.
    """
    parts: list[dict[str, Any]] = []

    def keep(part: dict[str, Any]) -> dict[str, Any]:
        parts.append(part)
        return part

    (tree,) = connection.execute("SELECT json_serialize_sql($1)", [sql]).fetchall()[0]
    try:
        whole = json.loads(tree, object_hook=keep)
    except RecursionError as error:
        raise QueryError("the statement is nested too deeply") from error
    if whole["error"]:
        raise QueryError(inert(whole["error_message"]))
    return parts


def _batches(connection: DuckDBPyConnection) -> Iterator[Sequence[tuple[Any, ...]]]:
    with _explained():
        while batch := connection.fetchmany(BATCH_ROWS):
            yield batch


@contextmanager
def _explained() -> Iterator[None]:
    """Turns DuckDB's errors into one line each."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise UnansweredError(
            "the query needs more memory than it may use: ask for fewer rows or columns at a time"
        ) from error
    except (duckdb.IOException, duckdb.FatalException, duckdb.InternalException) as error:
        raise UnansweredError(_in_one_line(error)) from error
    except duckdb.Error as error:
        raise QueryError(_in_one_line(error)) from error


def _in_one_line(error: duckdb.Error) -> str:
    """DuckDB's sentence without the excerpt of the SQL below it; in SQL of several lines, with the line's number."""
    message = str(error)
    what = inert(message.partition("\n\n")[0])
    line = _LINE.search(message)
    return f"{what} (line {line[1]})" if line and line[1] != "1" else what


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
