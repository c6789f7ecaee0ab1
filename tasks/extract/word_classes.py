"""Classes of English words by meaning, for the rules that read a parse: verbs of saying, words of plan, occasions.

In: `lexicon/word_classes.tsv` (its head says what the columns mean). Out: the same classes, inflected. What does not
belong here: which words report which event, which the trained coder knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, cast

from tasks.extract.inflection import noun_forms, verb_forms

if TYPE_CHECKING:
    from collections.abc import Iterable

PartOfSpeech = Literal["v", "n", "a"]
FILE = "word_classes.tsv"
COLUMNS = ("class", "pos", "lemmas")


class LexiconError(ValueError):
    """A row of a lexicon file cannot be read; the message names the file, the line and the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordClass:
    """A class of words by meaning; `forms` are inflected."""

    part_of_speech: PartOfSpeech
    lemmas: tuple[str, ...]
    forms: frozenset[str]


def word_class(name: str) -> frozenset[str]:
    """The forms of a class.

    Raises:
        KeyError: There is no such class.
    """
    return load_word_classes()[name].forms


@cache
def load_word_classes() -> dict[str, WordClass]:
    """The project's word classes by name, read once per process.

    Raises:
        LexiconError: A row is wrong.
    """
    lexicon = files("tasks.extract").joinpath("lexicon")
    return read_word_classes(lexicon.joinpath(FILE).read_text("utf-8").splitlines())


def read_word_classes(lines: Iterable[str]) -> dict[str, WordClass]:
    """Word classes from the lines of a TSV file.

    Raises:
        LexiconError: A row is wrong.
    """
    classes: dict[str, WordClass] = {}
    has_header = False
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if not has_header:
            if cells != COLUMNS:
                raise LexiconError(f"{FILE}, line {number}: the header must be {', '.join(COLUMNS)}")
            has_header = True
            continue
        try:
            name, found = _row(cells)
        except ValueError as error:
            raise LexiconError(f"{FILE}, line {number}: {error}") from error
        if name in classes:
            raise LexiconError(f"{FILE}, line {number}: the class {name!r} is there twice")
        classes[name] = found
    return classes


def _row(cells: tuple[str, ...]) -> tuple[str, WordClass]:
    if len(cells) != len(COLUMNS) or not all(cells):
        raise ValueError(f"{len(COLUMNS)} cells expected, none empty: {' | '.join(cells)!r}")
    name, pos, lemmas = cells
    if pos not in {"v", "n", "a"}:
        raise ValueError(f"the part of speech is v, n or a, not {pos!r}")
    part_of_speech = cast("PartOfSpeech", pos)
    each = tuple(lemmas.split("|"))
    forms = frozenset(form for lemma in each for form in _forms(lemma, part_of_speech))
    return name, WordClass(part_of_speech=part_of_speech, lemmas=each, forms=forms)


def _forms(lemma: str, pos: PartOfSpeech) -> tuple[str, ...]:
    """Verbs and nouns inflected; "=talks" and adjectives as they are."""
    if lemma.startswith("="):
        return (lemma[1:],)
    if pos == "v":
        return verb_forms(lemma)
    return noun_forms(lemma) if pos == "n" else (lemma,)
