"""Paragraphs: which lines of a text belong together.

In: text. Out: where its paragraphs stand. Sentences and quotations do not cross them, but for a quotation that goes on
in the next one.
"""

from __future__ import annotations

import re
from itertools import pairwise

_LINE_BREAK = re.compile(r"\r\n|[\n\r\u2028\u2029]")
_SPACES = str.maketrans(dict.fromkeys("\r\n\u2028\u2029", " "))
_SENTENCE_ENDS = ".!?:\"”’»')]"
_PARAGRAPH_LINES = 0.5
"""A text whose lines end with a sentence at least this often has a paragraph on each line; below, it is wrapped (about
one line in eight of a text wrapped at 70 columns ends with a sentence)."""


def find_paragraphs(text: str) -> tuple[tuple[int, int], ...]:
    """The paragraphs of a text as [start, end), without the white space around them; empty ones are left out.

    A blank line or an indentation begins a paragraph. Whether a plain line break does is decided for the whole text:
    it does where most such lines end with a sentence, and was set by a typewriter's margin where they do not.
    """
    lines = _lines_of(text)
    plain_breaks = [
        (line, following)
        for line, following in pairwise(lines)
        if text[slice(*line)].strip() and not _begins_paragraph(text, following)
    ]
    ended = sum(text[slice(*line)].rstrip()[-1] in _SENTENCE_ENDS for line, _ in plain_breaks)
    is_wrapped = ended < _PARAGRAPH_LINES * len(plain_breaks)
    paragraphs: list[tuple[int, int]] = []
    is_open = False
    for start, end in lines:
        words = text[start:end]
        if not words.strip():
            is_open = False
            continue
        stripped = (start + len(words) - len(words.lstrip()), start + len(words.rstrip()))
        if is_wrapped and is_open and not _begins_paragraph(text, (start, end)):
            paragraphs[-1] = (paragraphs[-1][0], stripped[1])
        else:
            paragraphs.append(stripped)
        is_open = True
    return tuple(paragraphs)


def unwrapped(text: str) -> str:
    """The text with spaces for the line breaks inside its paragraphs, character by character the same otherwise."""
    pieces: list[str] = []
    position = 0
    for start, end in find_paragraphs(text):
        pieces += [text[position:start], text[start:end].translate(_SPACES)]
        position = end
    return "".join([*pieces, text[position:]])


def _lines_of(text: str) -> list[tuple[int, int]]:
    breaks = [match.span() for match in _LINE_BREAK.finditer(text)]
    starts = [0, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(text)]
    return list(zip(starts, ends, strict=True))


def _begins_paragraph(text: str, line: tuple[int, int]) -> bool:
    """Whether a line is blank or indented by two or more characters."""
    words = text[line[0] : line[1]]
    return len(words) - len(words.lstrip()) >= 2 or not words.strip()
