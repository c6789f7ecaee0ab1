"""Quotation marks: which stretches of a text stand between marks that belong together.

In: text and its paragraphs. Out: the outermost passages in quotation marks, in the order of the text. What does not
belong here: whether a passage is a quotation, and whose (`tasks.extract.quotes`).

Marks come in three families: double (“ ” „ " `` ''), angle (« » ‹ ›) and single (‘ ’ ' `). A mark opens or closes by
its neighbours where they leave one reading, else by its form, else (a straight mark between spaces) by what is open.
Marks of another family inside a passage are part of its words. A single mark may be an apostrophe: it opens a passage
only where its paragraph has one that closes it.

Nothing is searched twice: the time is linear in the length of the text, whatever the marks.
"""
# ruff: noqa: RUF001 - quotation marks of all kinds are what this module is about

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Family = Literal["double", "angle", "single"]
Direction = Literal["opens", "closes", "either"]

_MARK = re.compile(r"``|''|[“”„‟\"＂«»‹›‘’‚‛'`]")
_FORMS: dict[str, tuple[Family, Direction]] = {
    "“": ("double", "opens"),
    "„": ("double", "opens"),
    "‟": ("double", "opens"),
    "``": ("double", "opens"),
    "”": ("double", "closes"),
    "''": ("double", "closes"),
    '"': ("double", "either"),
    "＂": ("double", "either"),
    "«": ("angle", "opens"),
    "‹": ("angle", "opens"),
    "»": ("angle", "closes"),
    "›": ("angle", "closes"),
    "‘": ("single", "opens"),
    "‚": ("single", "opens"),
    "‛": ("single", "opens"),
    "`": ("single", "opens"),
    "’": ("single", "closes"),
    "'": ("single", "either"),
}
_OPENS_AFTER = frozenset("([{<—–-―/:=“„‟\"＂«‹‘‚‛'`")
_OPENS_BEFORE = frozenset("([{<$£€¥#@¿¡…—–-“„\"«‘'`")
_CLOSES_BEFORE = frozenset(")]}>—–-―/.,;:!?…”\"＂»›’'")
_ELISION = re.compile(r"(?:tis|twas|em|til|n)\b|\d0s\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch between marks that belong together.

    Attributes:
        start: First character of the opening mark.
        end: One past the closing mark, or past the last word of the paragraph where nothing closes it.
        content_start: First character after the opening mark.
        content_end: One past the last character before the closing mark.
    """

    start: int
    end: int
    content_start: int
    content_end: int


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    form: str
    family: Family
    direction: Direction
    is_weak: bool = False
    """Whether it closes only if nothing better does: the mark of "the ministers' plan" may be an apostrophe."""


def find_passages(text: str, paragraphs: Sequence[tuple[int, int]]) -> tuple[Passage, ...]:
    """The outermost passages in quotation marks; they never overlap.

    An opening mark without partner reaches to the end of its paragraph, or counts for nothing if whole passages
    follow it there. It goes on into the next paragraph if that begins with the same mark.
    """
    passages: list[Passage] = []
    unclosed: _Mark | None = None
    for start, end in paragraphs:
        found, leftover = _pair(_marks_of(text, start, end))
        if leftover and not any(passage.start > leftover.start for passage in found):
            found.append(Passage(leftover.start, end, leftover.end, end))
        else:
            leftover = None
        if unclosed and found and found[0].start == start and _form_at(text, start) == unclosed.form:
            found[0] = replace(found[0], start=passages[-1].start, content_start=passages[-1].content_start)
            passages.pop()
        passages += found
        unclosed = leftover
    return tuple(passages)


def _form_at(text: str, position: int) -> str:
    mark = _MARK.match(text, position)
    return mark[0] if mark else ""


def _marks_of(text: str, start: int, end: int) -> list[_Mark]:
    """The marks of a paragraph that may open or close something, apostrophes inside words left out."""
    marks: list[_Mark] = []
    for match in _MARK.finditer(text, start, end):
        before = text[match.start() - 1] if match.start() > start else " "
        after = text[match.end()] if match.end() < end else " "
        family, form = _FORMS[match[0]]
        if family == "single" and (
            (before.isalnum() and after.isalnum()) or _ELISION.match(text, match.end(), end)
        ):
            continue
        if match[0] in {'"', "''"} and before.isalpha() and after.isalpha():
            continue  # an apostrophe that was garbled: last week"s talks
        may_open = (before.isspace() or before in _OPENS_AFTER) and (
            after.isalnum() or after in _OPENS_BEFORE or text.startswith("...", match.end())
        )
        may_close = not before.isspace() and (after.isspace() or after in _CLOSES_BEFORE)
        direction: Direction = form if may_open == may_close else "opens" if may_open else "closes"
        is_weak = family == "single" and before in "sS" and after.isspace()
        marks.append(_Mark(match.start(), match.end(), match[0], family, direction, is_weak))
    return marks


def _pair(marks: Sequence[_Mark]) -> tuple[list[Passage], _Mark | None]:
    """The outermost passages of one paragraph's marks, and the first opening mark that nothing closes."""
    is_closable, is_better_ahead = _look_ahead(marks)
    passages: list[Passage] = []
    stack: list[_Mark] = []
    for index, mark in enumerate(marks):
        if stack and mark.family != stack[0].family:
            continue
        is_single = mark.family == "single"
        if stack and mark.direction != "opens":
            if not (mark.is_weak and is_better_ahead[index]):
                opening = stack.pop()
                passages.append(Passage(opening.start, mark.end, opening.end, mark.start))
        elif mark.direction != "closes" and not (is_single and (stack or not is_closable[index])):
            stack.append(mark)
    return _outermost(passages), stack[0] if stack else None


def _look_ahead(marks: Sequence[_Mark]) -> tuple[list[bool], list[bool]]:
    """For each mark: does a single mark close after it, and does a firm one before another single mark opens?"""
    is_closable = [False] * len(marks)
    is_better_ahead = [False] * len(marks)
    closable = better = False
    for index in range(len(marks) - 1, -1, -1):
        is_closable[index], is_better_ahead[index] = closable, better
        if marks[index].family == "single":
            closes = marks[index].direction == "closes"
            closable = closable or closes
            better = (better or not marks[index].is_weak) if closes else False
    return is_closable, is_better_ahead


def _outermost(passages: Sequence[Passage]) -> list[Passage]:
    """The passages that lie in no other one; `passages` are in the order in which they close."""
    kept: list[Passage] = []
    for passage in reversed(passages):
        if not kept or passage.end <= kept[-1].start:
            kept.append(passage)
    return kept[::-1]
