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
from typing import Any

from schemas.plover import NONE
from tasks.corpus.items import CorpusError

_OPENING = re.compile(r"\[([a-z]) ")
_PAIR = re.compile(r"([a-z])>([a-z0])")
_FIELDS = 5
"""Of an event's label after the category, with the letter of reciprocity."""

Span = tuple[int, int]


def read_marked(text: str) -> list[dict[str, Any]]:
    """The items of marked text, without id and split.

    Raises:
        CorpusError: A line cannot be read; the message gives its number.
    """
    items: list[dict[str, Any]] = []
    head: dict[str, str] = {}
    sentence, marks = "", dict[str, Span]()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            if line.startswith("#"):
                head, sentence = _head(line), ""
            elif line.strip() and not sentence:
                sentence, marks = unmarked(line)
            elif line.strip():
                items.append({"text": sentence, **_item(line, sentence, marks), **head})
        except CorpusError as error:
            raise CorpusError(f"line {number}: {error}") from error
    return items


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


def read_label(label: str, sentence: str, marks: dict[str, Span]) -> dict[str, Any]:
    """What a label says: `CATEGORY | mode or - | status | trigger | contexts or - | r`, or `NONE`.

    Raises:
        CorpusError: A field is missing, or the trigger is neither a mark nor words of the sentence.
    """
    category, *fields = (field.strip() for field in label.split("|"))
    none: dict[str, Any] = {
        "mode": None,
        "status": None,
        "contexts": [],
        "trigger": None,
        "reciprocal": False,
    }
    if category == NONE:
        return {"event_type": NONE, **none}
    if len(fields) not in {_FIELDS - 1, _FIELDS}:
        raise CorpusError("an event has category, mode, status, trigger and contexts, and r if reciprocal")
    mode, status, trigger, contexts, *reciprocal = fields
    return {
        "event_type": category,
        "mode": None if mode == "-" else mode,
        "status": status,
        "contexts": [] if contexts == "-" else sorted({context.strip() for context in contexts.split(",")}),
        "trigger": _trigger(trigger, sentence, marks),
        "reciprocal": reciprocal == ["r"],
    }


def _head(line: str) -> dict[str, str]:
    words = line.removeprefix("#").split()
    if len(words) != 3:
        raise CorpusError("a head has kind, period and region")
    return dict(zip(("kind", "period", "region"), words, strict=True))


def _item(line: str, sentence: str, marks: dict[str, Span]) -> dict[str, Any]:
    pair, _, label = line.partition("|")
    letters = _PAIR.fullmatch(pair.strip())
    if not letters:
        raise CorpusError("an item begins with actor>recipient")
    return {
        "actor": _span(letters[1], marks),
        "recipient": None if letters[2] == "0" else _span(letters[2], marks),
        **read_label(label, sentence, marks),
    }


def _span(letter: str, marks: dict[str, Span]) -> list[int]:
    if letter not in marks:
        raise CorpusError(f"there is no mark {letter}")
    return list(marks[letter])


def _trigger(field: str, sentence: str, marks: dict[str, Span]) -> list[int]:
    words = field.strip('"')
    if words == field:
        return _span(field, marks)
    start = sentence.find(words)
    if start < 0 or not words:
        raise CorpusError(f"the trigger does not stand in the sentence: {words}")
    return [start, start + len(words)]
