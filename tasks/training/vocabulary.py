"""What a coder tells apart: categories, modes, statuses and contexts, each with its number.

In: a list of categories. Out: the names in the order of the network's scores. What does not belong here: what the
names mean (`schemas/plover.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from schemas.plover import CONTEXTS, EVENT_TYPES, NONE, STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.plover import EventType


@dataclass(frozen=True)
class Vocabulary:
    """The names that a coder chooses from.

    Attributes:
        event_types: The categories, by name.
    """

    event_types: Mapping[str, EventType]

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The categories, NONE last."""
        return (*self.event_types, NONE)

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """ "CATEGORY/mode", and "CATEGORY/" for none."""
        return tuple(
            f"{kind.name}/{mode}" for kind in self.event_types.values() for mode in ("", *kind.modes)
        )

    @property
    def statuses(self) -> tuple[str, ...]:
        """The four statuses."""
        return STATUSES

    @cached_property
    def contexts(self) -> tuple[str, ...]:
        """The contexts."""
        return tuple(CONTEXTS)


PLOVER = Vocabulary(EVENT_TYPES)
