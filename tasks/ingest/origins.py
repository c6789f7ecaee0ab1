"""Where something was read: how an origin is written, and what can be told from it.

An origin is a path, with ":line" behind it for a record ("inbox/monday.jsonl:17"): the line where it begins, or its row
in a Parquet file.
"""

from __future__ import annotations

import os
from pathlib import PurePath

STANDARD_INPUT = "<stdin>"


def file_origin(path: PurePath) -> str:
    r"""The path as text that can be stored: bytes of a file name that are not UTF-8 become \x escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def line_origin(file: str, line: int) -> str:
    """The origin of a line or row of a file; they count from 1."""
    return f"{file}:{line}"


def split_origin(origin: str) -> tuple[str, int]:
    """The file of an origin and its line, 0 for a whole file."""
    file, _, line = origin.rpartition(":")
    if file and line.isascii() and line.isdigit() and len(line) < 19:  # 64 bits: no file has more lines
        return file, int(line)
    return origin, 0


def stem(file: str) -> str:
    """The name of a file without its folder and suffix."""
    return PurePath(file).stem


def made_up_id(origin: str) -> str:
    """The id of a record that brings none: the file's stem and the line. Another line is another id."""
    file, line = split_origin(origin)
    return f"{stem(file)}:{line}"
