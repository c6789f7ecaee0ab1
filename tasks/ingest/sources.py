"""What the user names, turned into a stream of articles.

In: files, folders and patterns. Out: their articles and refusals, file by file, read as they are asked for. What does
not belong here: how a format is read, which its module says.
"""

# os.path where pathlib differs: its questions never raise (a folder that may not be entered), and abspath neither
# keeps ".." nor follows links. glob.glob passes hidden files over.
# ruff: noqa: PTH100, PTH110, PTH111, PTH112, PTH113, PTH118, PTH122, PTH207

from __future__ import annotations

import os
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tasks.ingest.checks import refuse
from tasks.ingest.csv_table import read_csv
from tasks.ingest.json_lines import read_json_lines
from tasks.ingest.origins import file_origin
from tasks.ingest.parquet_table import read_parquet
from tasks.ingest.plain_text import TEXT_SUFFIX, read_text_file
from tasks.ingest.source_error import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from io import BufferedReader

    from schemas.article import Article
    from schemas.refusal import Refusal
    from tasks.ingest.options import IngestOptions


class _Reader(Protocol):
    """Reads the articles and refusals of a file that is open."""

    def __call__(
        self, stream: BufferedReader, /, *, options: IngestOptions, origin: str
    ) -> Iterator[Article | Refusal]: ...


_READERS: Mapping[str, _Reader] = {
    TEXT_SUFFIX: read_text_file,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".parquet": read_parquet,
}
SUFFIXES = tuple(_READERS)


def find_files(sources: Sequence[str | Path], *, allow_empty_folders: bool = False) -> list[Path]:
    """The files that sources stand for, each once, sorted by absolute path.

    Of a folder, and of the folders in it, these are the files that detente can read and that are not hidden. A file
    that is named, or met by a pattern, is taken whatever it is, so that reading can say what is wrong with it. So is
    a folder that cannot be listed.

    Args:
        sources: Files, folders, or patterns with *, ?, [...] and ** (for any folders between).
        allow_empty_folders: A folder may hold none.

    Raises:
        SourceError: Some source stands for no file.
    """
    found: dict[str, Path] = {}
    nothing: list[str] = []
    for source in sources:
        files = _files_of(source)
        if not files and not (allow_empty_folders and os.path.isdir(os.path.expanduser(source))):
            nothing.append(f"{source} ({_why_nothing(source)})")
        for file in files:
            absolute = os.path.abspath(file)
            found[absolute] = min(found.get(absolute, file), file)
    if nothing:
        raise SourceError(
            f"No articles to read in: {'; '.join(nothing)}. "
            f"Name files or folders with {', '.join(SUFFIXES)} files, or put a pattern in quotes."
        )
    return [found[absolute] for absolute in sorted(found)]


def read_articles(sources: Sequence[str | Path], *, options: IngestOptions) -> Iterator[Article | Refusal]:
    """The articles and refusals of all sources, in the order of `find_files` and of the records in each file.

    One bad input costs itself and nothing else. Only one record is held in memory at a time.

    Raises:
        SourceError: Some source stands for no file; raised by the call, before anything is read.
    """
    files = find_files(sources, allow_empty_folders=options.allow_empty_folders)
    return (outcome for file in files for outcome in read_file(file, options=options))


def read_file(path: Path, *, options: IngestOptions) -> Iterator[Article | Refusal]:
    """The articles and refusals of one file."""
    origin = file_origin(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        yield _not_read(path, origin)
        return
    try:
        with path.open("rb") as stream:
            yield from reader(stream, options=options, origin=origin)
    except OSError as error:
        detail = f"The file cannot be read, or not to its end: {error.strerror}."
        yield refuse("unreadable_file", detail, origin=origin)


def _files_of(source: str | Path) -> list[Path]:
    name = os.path.expanduser(source)
    if os.path.exists(name):  # before the pattern: a file may have brackets in its name
        matches = [name]
    elif has_magic(name):
        matches = glob(name, recursive=True)
    else:
        matches = []
    return [file for match in matches for file in (_walk(match) if os.path.isdir(match) else [Path(match)])]


def _walk(folder: str) -> list[Path]:
    files: list[Path] = []

    def keep_unlisted(error: OSError) -> None:
        files.append(Path(error.filename))

    for here, folders, names in os.walk(folder, onerror=keep_unlisted):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(here, name) for name in names if _is_candidate(here, name)]
    return files


def _is_candidate(folder: str, name: str) -> bool:
    """Whether a file can hold articles. One that cannot be looked at can; a pipe, which would block, cannot."""
    if name.startswith(".") or os.path.splitext(name)[1].lower() not in SUFFIXES:
        return False
    path = os.path.join(folder, name)
    return os.path.isfile(path) or not os.path.exists(path)


def _why_nothing(source: str | Path) -> str:
    if os.path.isdir(os.path.expanduser(source)):
        return "the folder has no such file"
    return "the pattern matches nothing" if has_magic(str(source)) else "no such file or folder can be seen"


def _not_read(path: Path, origin: str) -> Refusal:
    if path.is_dir():
        return refuse("unreadable_file", "The folder cannot be listed.", origin=origin)
    detail = f"detente reads {', '.join(SUFFIXES)}; rename the file if it is one of these."
    return refuse("unsupported_format", detail, origin=origin, value=path.suffix or path.name)
