"""A release as files for programs that do not read it as it is: its tables, and answers to queries.

In: a release and a place outside its store. Out: complete files, written aside first. The tables are CSV or JSON lines,
`TABLE.csv` or `TABLE.jsonl`, month by month and in a month by key as in the release. Rows pass through in batches, so
that nothing has to fit into memory.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal

from tasks.durable import written_aside
from tasks.query import ask, connected, write_parquet
from tasks.release import files_of, require_outside
from tasks.row_text import TextFormat, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tasks.query import Answer
    from tasks.release import Release

FileFormat = TextFormat | Literal["parquet"]


def write_answer(release: Release, sql: str, path: Path, *, output: FileFormat) -> None:
    """Writes the answer to a query as a file, which replaces one that is there.

    Raises:
        tasks.query.QueryError: The SQL is wrong, or does not only read.
        tasks.query.UnansweredError: It cannot be answered.
        tasks.store_errors.StoreError: The file would lie in the store.
        FileExistsError: Something that is no file is in its place.
    """
    require_outside(release, path)
    with written_aside(path) as aside:
        if output == "parquet":
            write_parquet(release, sql, aside)
        else:
            with connected(release) as connection:
                _write(ask(connection, sql), aside, output)


def export(
    release: Release,
    folder: Path,
    *,
    output: TextFormat,
    tables: Iterable[str] | None = None,
    replace: bool = False,
) -> dict[Path, int]:
    """Writes tables into a folder; no file takes its place before all of them are complete.

    Args:
        release: The release.
        folder: Made if it is not there.
        output: How rows are written; also the ending of the files' names.
        tables: Names of tables, all if left out.
        replace: Write into a folder that is not empty, too; files of the same names are replaced.

    Returns:
        The files and their rows.

    Raises:
        tasks.release.UnknownTableError: There is no such table.
        tasks.store_errors.StoreError: The folder lies in the store.
        FileExistsError: The folder is not empty.
    """
    require_outside(release, folder)
    names = list(dict.fromkeys(release if tables is None else tables))
    rows = {name: sum(file.rows for file in files_of(release.manifest, name)) for name in names}
    if not replace and folder.is_dir() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty: choose another folder, or say --force")
    with ExitStack() as all_or_none, connected(release) as connection:
        for name in names:
            aside = all_or_none.enter_context(written_aside(_file(folder, name, output)))
            _write(ask(connection, f'FROM "{name}"'), aside, output)
    return {_file(folder, name, output): rows[name] for name in names}


def _write(answer: Answer, path: Path, output: TextFormat) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(text_of(answer, output))


def _file(folder: Path, table: str, output: TextFormat) -> Path:
    return folder / f"{table}.{output}"
