"""Marked sentences: how people and models write and label items without counting characters.

In: text such as

    # body 1990s southern-africa
    [a Zambian Mines Minister Chilufya Mwale] on Thursday [t turned down] [b a Canadian firm's bid] to reopen the pit.
    a>b | REJECT | change | actual | t | economic
    b>a | NONE

Out: items with offsets. `[x words]` marks a participant or a trigger with the letter x; marks may nest. A line
`actor>recipient` gives category, mode or -, status, trigger, contexts (with commas) or -, and `r` if reciprocal;
`a>0` has no recipient. A trigger that is not marked is given as its words in quotation marks, where they first stand.
What does not belong here: ids, splits and rules of the schema (`items.py`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schemas.plover import CONTEXTS, EVENT_TYPES, NONE, STATUSES
from tasks.corpus.items import CorpusError, at_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.plover import EventType

_OPENING = re.compile(r"\[([a-z]) ")
_PAIR = re.compile(r"([a-z])>([a-z0])")
_TRIGGER_WORDS = re.compile(r'"(.+)"')

Span = tuple[int, int]
Line = tuple[int, str]
"""A line's number, from 1, and the line."""


def read_marked(text: str, event_types: Mapping[str, EventType] = EVENT_TYPES) -> list[dict[str, Any]]:
    """The items of marked text, without id and split.

    Args:
        text: Sentences and their items.
        event_types: The categories that items may have.

    Raises:
        CorpusError: A line cannot be read, or a sentence has no head or no item; the message gives the line's number.
    """
    return [item for block in _blocks(text) for item in _items(block, event_types)]


def unmarked(line: str) -> tuple[str, dict[str, Span]]:
    """A sentence without its marks, and the span of each.

    Raises:
        CorpusError: A bracket is no mark's, a mark is empty or used twice, or white space is not single.
    """
    words: list[str] = []
    opened: list[tuple[str, int]] = []
    marks: dict[str, Span] = {}
    at = length = 0
    while at < len(line):
        if opening := _OPENING.match(line, at):
            opened.append((opening[1], length))
            at = opening.end()
            continue
        if line[at] == "[":
            raise CorpusError(f"a bracket that opens no mark: {line[at : at + 20]}")
        if line[at] == "]":
            if not opened:
                raise CorpusError("a bracket closes nothing")
            letter, start = opened.pop()
            if letter in marks or start == length:
                raise CorpusError(f"mark {letter} is empty or used twice")
            marks[letter] = (start, length)
        else:
            words.append(line[at])
            length += 1
        at += 1
    sentence = "".join(words)
    if opened:
        raise CorpusError(f"mark {opened[-1][0]} is not closed")
    if sentence != " ".join(sentence.split()):
        raise CorpusError("white space that is not a single space")
    return sentence, marks


def read_label(
    label: str, sentence: str, marks: dict[str, Span], event_types: Mapping[str, EventType] = EVENT_TYPES
) -> dict[str, Any]:
    """What a label says: `CATEGORY | mode or - | status | trigger | contexts or - | r`, or `NONE`.

    Args:
        label: The words after the pair.
        sentence: Without marks.
        marks: The spans in it.
        event_types: The categories that it may say.

    Raises:
        CorpusError: A field is missing, too much or unknown, or the trigger is neither a mark nor words of the sentence.
    """
    category, *fields = (field.strip() for field in label.split("|"))
    if category == NONE:
        if any(fields):
            raise CorpusError("NONE has no further fields")
        return {
            "event_type": NONE,
            "mode": None,
            "status": None,
            "contexts": [],
            "trigger": None,
            "reciprocal": False,
        }
    if len(fields) not in {4, 5}:
        raise CorpusError("an event has category, mode, status, trigger and contexts, and r if reciprocal")
    mode, status, trigger, contexts, reciprocal = [*fields, ""][:5]
    return {
        "event_type": _known(category, event_types),
        "mode": None if mode == "-" else _known(mode, event_types[category].modes),
        "status": _known(status, STATUSES),
        "contexts": []
        if contexts == "-"
        else sorted({_known(name, CONTEXTS) for name in contexts.split(",")}),
        "trigger": _trigger(trigger, sentence, marks),
        "reciprocal": _known(reciprocal, ("", "r")) == "r",
    }


def _known(word: str, words: Iterable[str]) -> str:
    if word.strip() not in words:
        raise CorpusError(f"unknown: {word.strip()!r}; known are {', '.join(filter(None, words))}")
    return word.strip()


def _blocks(text: str) -> list[list[Line]]:
    """Lines with their numbers, from one head to the next, blank ones left out."""
    blocks: list[list[Line]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#"):
            blocks.append([(number, line)])
        elif line.strip() and not blocks:
            raise CorpusError(f"line {number}: a sentence without a head")
        elif line.strip():
            blocks[-1].append((number, line))
    return blocks


def _items(block: list[Line], event_types: Mapping[str, EventType]) -> list[dict[str, Any]]:
    (top, head_line), *lines = block
    with at_place(f"line {top}"):
        head = _head(head_line, lines)
    (number, marked), *labels = lines
    with at_place(f"line {number}"):
        sentence, marks = unmarked(marked)
    items = []
    for at, label in labels:
        with at_place(f"line {at}"):
            items.append({"text": sentence, **_item(label, sentence, marks, event_types), **head})
    return items


def _head(line: str, following: list[Line]) -> dict[str, str]:
    words = line.removeprefix("#").split()
    if len(words) != 3:
        raise CorpusError("a head has kind, period and region")
    if len(following) < 2:
        raise CorpusError("a head is followed by a sentence and its items")
    return dict(zip(("kind", "period", "region"), words, strict=True))


def _item(
    line: str, sentence: str, marks: dict[str, Span], event_types: Mapping[str, EventType]
) -> dict[str, Any]:
    pair, _, label = line.partition("|")
    letters = _PAIR.fullmatch(pair.strip())
    if not letters:
        raise CorpusError("an item begins with actor>recipient")
    return {
        "actor": _span(letters[1], marks),
        "recipient": None if letters[2] == "0" else _span(letters[2], marks),
        **read_label(label, sentence, marks, event_types),
    }


def _span(letter: str, marks: dict[str, Span]) -> list[int]:
    if letter not in marks:
        raise CorpusError(f"there is no mark {letter}")
    return list(marks[letter])


def _trigger(field: str, sentence: str, marks: dict[str, Span]) -> list[int]:
    quoted = _TRIGGER_WORDS.fullmatch(field)
    if not quoted:
        return _span(field, marks)
    found = re.search(rf"(?<!\w){re.escape(quoted[1])}(?!\w)", sentence)
    if not found:
        raise CorpusError(f"the trigger does not stand in the sentence: {quoted[1]}")
    return list(found.span())
