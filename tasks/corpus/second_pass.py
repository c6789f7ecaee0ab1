"""Labelling twice: the sheet that a second reader labels without seeing the first labels, and how far the two agree.

In: items. Out: a sheet with sentences and lines for pairs only; from the filled sheet, labels; of two sets of labels, agreement by
field and the items in question. What does not belong here: who settles what the two disagree about.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from math import nan
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from schemas.plover import NONE
from tasks.corpus.items import CorpusError, at_place
from tasks.corpus.marked import read_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Label = dict[str, Any]
Letters = dict[tuple[int, int], str]
"""The letter of each party's span in a sentence."""
Key = tuple[int, str, int]
"""Number of the sentence in its sheet, the pair ("a>b"), and which of the pair's events, from 0 in the text's order."""

_LINE = re.compile(r"([0-9]{1,6}) ([a-z]>[a-z0])\b *(.*)")
"""A pair's line: number, pair, a bar and the label."""

LABELLED = ("event_type", "mode", "status", "reciprocal")
"""Fields that are the same or not; triggers and contexts agree in part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two passes agree.

    Attributes:
        items: Items that both labelled.
        event_type: Share with the same category, NONE included.
        kappa: The same, corrected for chance (Cohen's kappa).
        mode: Share with the same mode, of the items that both call the same event.
        status: Likewise.
        reciprocal: Likewise.
        trigger: Share whose triggers overlap, of those.
        contexts: Micro-F1 of the contexts, of those.

    A share of nothing is not a number (nan).
    """

    items: int
    event_type: float
    kappa: float
    mode: float
    status: float
    reciprocal: float
    trigger: float
    contexts: float


def sheet(items: Iterable[dict[str, Any]]) -> str:
    """What the second reader gets: numbered sentences with the parties marked, and lines to fill in.

    A pair has a line for each of its events, which are labelled in the order of the text.

    Marks get letters in the order of the text and pairs are sorted, so that nothing tells who acts. Items of one sentence
    have to follow each other.
    """
    lines = []
    for number, letters, members in _sentences(items):
        lines.append(f"{number} {_marked(members[0]['text'], letters)}")
        lines.extend(f"{number} {pair} |" for pair in sorted(_pair(item, letters) for item in members))
    return "\n".join(lines) + "\n"


def keyed(items: Iterable[dict[str, Any]]) -> Iterator[tuple[Key, dict[str, Any]]]:
    """The items of a sheet with their keys."""
    for number, letters, members in _sentences(items):
        told: Counter[str] = Counter()
        for item in sorted(members, key=lambda item: item["trigger"] or []):
            pair = _pair(item, letters)
            yield (number, pair, told[pair]), item
            told[pair] += 1


def read_sheet(filled: str, items: Sequence[dict[str, Any]]) -> dict[Key, Label]:
    """The labels of a filled sheet; lines may be left empty, and pairs left out.

    Raises:
        CorpusError: Nothing is labelled, a line is no label, or a pair was not asked for or is labelled too often.
    """
    asked = dict(keyed(items))
    labels: dict[Key, Label] = {}
    told: Counter[tuple[int, str]] = Counter()
    for line in filled.split("\n"):
        found = _LINE.fullmatch(line.strip())
        if not found:
            continue  # a sentence
        pair = (int(found[1]), found[2])
        key = (*pair, told[pair])
        told[pair] += 1
        if found[3] in {"", "|"}:
            continue  # nobody labelled it; the next line of the pair is its next event all the same
        with at_place(f"{found[1]} {found[2]}"):
            if (*pair, 0) not in asked:
                raise CorpusError("was not asked")
            if key not in asked:
                raise CorpusError("labelled too often")
            if not found[3].startswith("|"):
                raise CorpusError("a bar parts the pair from its label")
            labels[key] = read_label(found[3].removeprefix("|"), asked[key]["text"], {})
    if not labels:
        raise CorpusError("the sheet has no label")
    return labels


def agreement(pairs: Sequence[tuple[Label, Label]]) -> Agreement:
    """How far the labels of two passes agree, item by item."""
    both = [(one, two) for one, two in pairs if one["event_type"] == two["event_type"] != NONE]
    shared = sum(len({*one["contexts"]} & {*two["contexts"]}) for one, two in both)
    given = sum(len(one["contexts"]) + len(two["contexts"]) for one, two in both)
    return Agreement(
        items=len(pairs),
        event_type=_share(one["event_type"] == two["event_type"] for one, two in pairs),
        kappa=_kappa([(one["event_type"], two["event_type"]) for one, two in pairs]),
        mode=_share(one["mode"] == two["mode"] for one, two in both),
        status=_share(one["status"] == two["status"] for one, two in both),
        reciprocal=_share(one["reciprocal"] == two["reciprocal"] for one, two in both),
        trigger=_share(
            one["trigger"][0] < two["trigger"][1] and two["trigger"][0] < one["trigger"][1]
            for one, two in both
        ),
        contexts=2 * shared / given if given else nan,
    )


def differ(one: Label, two: Label) -> list[str]:
    """The fields that have to be settled; contexts and triggers are not among them."""
    return [name for name in LABELLED if one[name] != two[name]]


def _sentences(items: Iterable[dict[str, Any]]) -> Iterator[tuple[int, Letters, list[dict[str, Any]]]]:
    """Each sentence's number from 1, the letters of its parties in the order of the text, and its items."""
    for number, (_, group) in enumerate(groupby(items, key=lambda item: item["text"]), 1):
        members = list(group)
        spans = {tuple(item[role]) for item in members for role in ("actor", "recipient") if item[role]}
        yield number, dict(zip(sorted(spans), ascii_lowercase, strict=False)), members


def _marked(text: str, letters: Letters) -> str:
    opening = sorted(letters, key=lambda span: (span[0], -span[1]))
    parts = []
    for at in range(len(text) + 1):
        parts.append("]" * sum(end == at for _, end in letters))
        parts.extend(f"[{letters[span]} " for span in opening if span[0] == at)
        parts.append(text[at : at + 1])
    return "".join(parts)


def _pair(item: dict[str, Any], letters: Letters) -> str:
    recipient = letters[tuple(item["recipient"])] if item["recipient"] else "0"
    return f"{letters[tuple(item['actor'])]}>{recipient}"


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else nan


def _kappa(pairs: Sequence[tuple[str, str]]) -> float:
    kinds = {kind for pair in pairs for kind in pair}
    by_chance = sum(
        _share(one == kind for one, _ in pairs) * _share(two == kind for _, two in pairs) for kind in kinds
    )
    return (_share(one == two for one, two in pairs) - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0
