"""Which columns of a table hold the fields of an article.

In: the names of a table's columns. Out: where each field stands. What does not belong here: what the columns hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.refusal import excerpt
from tasks.ingest.options import FIELDS
from tasks.ingest.records import NoArticleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.ingest.options import IngestOptions


def columns_of_fields(names: Sequence[str], *, options: IngestOptions) -> dict[str, int]:
    """The position of each column that holds a field, by the key that the user's records have for the field.

    A column is called by that key, or else by it in capital or small letters.

    Raises:
        NoArticleError: There is no column for the text, or two for one field.
    """
    keys = [options.key(field) for field in FIELDS]
    found = {key: _positions(names, key) for key in keys}
    columns = excerpt(", ".join(names))
    for key, positions in found.items():
        if len(positions) > 1:
            detail = f'{len(positions)} columns are called "{key}": give them different names.'
            raise NoArticleError("ambiguous_column", detail, columns)
    text = options.key("text")
    if not found[text]:
        detail = f'There is no column "{text}"; the columns are: {columns}. --field text=YOURS names yours.'
        raise NoArticleError("missing_text", detail, columns)
    return {key: position for key, positions in found.items() for position in positions}


def _positions(names: Sequence[str], key: str) -> list[int]:
    exact = [position for position, name in enumerate(names) if name == key]
    return exact or [position for position, name in enumerate(names) if name.casefold() == key.casefold()]
