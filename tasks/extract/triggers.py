"""The event dictionary: which words say which PLOVER category, and where their actor and recipient stand.

In: `lexicon/triggers.tsv` (its head says what the columns mean) and `lexicon/word_classes.tsv`. Out: the same rows,
inflected and indexed by word form. What does not belong here: matching them in a sentence (`frames.py`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Literal, cast

from schemas.plover import EVENT_TYPES
from tasks.extract.inflection import noun_forms, verb_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PartOfSpeech = Literal["v", "n", "a"]
TRIGGERS_FILE = "triggers.tsv"
WORD_CLASSES_FILE = "word_classes.tsv"

_LEXICON = files("tasks.extract").joinpath("lexicon")
_COLUMNS = ("words", "pos", "object", "type", "mode", "frame", "certainty")
_GRAMMATICAL_SLOTS = ("subj", "obj", "comp", "poss", "mod")
_EMPTY = "-"


class LexiconError(ValueError):
    """A row of a lexicon file cannot be read; the message names the file, the line and the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where the participants of a trigger stand.

    Attributes:
        actors: Slots of the actor: "subj", "obj", "comp", "poss", "mod" or a preposition.
        recipients: Slots of the recipient; for a reciprocal act, the same as `actors`.
        is_reciprocal: Every side is an actor.
    """

    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    is_reciprocal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Companions:
    """What stands beside a trigger: any one of the alternatives is enough.

    Attributes:
        nouns: Noun forms of an object (or of a noun trigger's modifiers).
        verbs: Verb forms of a complement clause.
        modified: (modifier, noun form) pairs.
        function_words: Prepositions, "that" or "to" that hang on the trigger.
    """

    nouns: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    modified: frozenset[tuple[str, str]] = frozenset()
    function_words: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.nouns or self.verbs or self.modified or self.function_words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One alternative of a row of the dictionary.

    Attributes:
        lemma: The head word as the file has it.
        particles: Words that must follow ("off" of "call off").
        part_of_speech: Of the head word.
        required: What must stand beside it.
        excluded: What must not.
        event_type: PLOVER category.
        mode: Its mode or None.
        frames: In order of preference.
        is_weak: It names a standing state as often as an act.
        line: Line in the file; the earlier of two equally specific rows wins.
    """

    lemma: str
    particles: tuple[str, ...]
    part_of_speech: PartOfSpeech
    required: Companions
    excluded: Companions
    event_type: str
    mode: str | None
    frames: tuple[Frame, ...]
    is_weak: bool
    line: int


@dataclass(frozen=True, slots=True)
class TriggerDictionary:
    """Triggers by part of speech and head word form, in the order of the file."""

    by_form: dict[tuple[str, str], tuple[Trigger, ...]] = field(default_factory=dict)

    def candidates(self, part_of_speech: PartOfSpeech, form: str) -> tuple[Trigger, ...]:
        """The triggers whose head word has this form (lower case)."""
        return self.by_form.get((part_of_speech, form), ())

    def triggers(self) -> Iterator[Trigger]:
        """Each trigger once, in the order of the file."""
        unique = {id(trigger): trigger for trigger in chain.from_iterable(self.by_form.values())}
        yield from sorted(
            unique.values(), key=lambda trigger: (trigger.line, trigger.lemma, trigger.particles)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WordClass:
    """A class of words by meaning; `forms` are inflected."""

    part_of_speech: PartOfSpeech
    lemmas: tuple[str, ...]
    forms: frozenset[str]


@cache
def load_triggers() -> TriggerDictionary:
    """The project's dictionary, read once per process.

    Raises:
        LexiconError: A row is wrong.
    """
    return read_triggers(
        _LEXICON.joinpath(TRIGGERS_FILE).read_text("utf-8").splitlines(), load_word_classes()
    )


@cache
def load_word_classes() -> dict[str, WordClass]:
    """The project's word classes by name, read once per process.

    Raises:
        LexiconError: A row is wrong.
    """
    return read_word_classes(_LEXICON.joinpath(WORD_CLASSES_FILE).read_text("utf-8").splitlines())


def word_class(name: str) -> frozenset[str]:
    """The forms of a class of `word_classes.tsv`.

    Raises:
        KeyError: There is no such class.
    """
    return load_word_classes()[name].forms


def read_triggers(lines: Iterable[str], classes: dict[str, WordClass]) -> TriggerDictionary:
    """A dictionary from the lines of a TSV file.

    Args:
        lines: With a header row; lines that start with # and empty lines are skipped.
        classes: What @class stands for.

    Raises:
        LexiconError: A row is wrong.
    """
    by_form: dict[tuple[str, str], list[Trigger]] = defaultdict(list)
    for line, row in _rows(lines, name=TRIGGERS_FILE, columns=_COLUMNS):
        try:
            for trigger in _triggers_of(row, line, classes):
                for form in _head_forms(trigger.lemma, trigger.part_of_speech):
                    by_form[trigger.part_of_speech, form].append(trigger)
        except (KeyError, ValueError) as error:
            raise LexiconError(f"{TRIGGERS_FILE}, line {line}: {error.args[0]}") from error
    return TriggerDictionary({key: tuple(triggers) for key, triggers in by_form.items()})


def read_word_classes(lines: Iterable[str]) -> dict[str, WordClass]:
    """Word classes from the lines of a TSV file.

    Raises:
        LexiconError: A row is wrong.
    """
    classes: dict[str, WordClass] = {}
    for line, row in _rows(lines, name=WORD_CLASSES_FILE, columns=("class", "pos", "lemmas")):
        if row["class"] in classes:
            raise LexiconError(f"{WORD_CLASSES_FILE}, line {line}: the class {row['class']!r} is there twice")
        try:
            pos = _part_of_speech(row["pos"])
        except ValueError as error:
            raise LexiconError(f"{WORD_CLASSES_FILE}, line {line}: {error.args[0]}") from error
        lemmas = tuple(row["lemmas"].split("|"))
        forms = frozenset(chain.from_iterable(_head_forms(lemma, pos) for lemma in lemmas))
        classes[row["class"]] = WordClass(part_of_speech=pos, lemmas=lemmas, forms=forms)
    return classes


def _rows(
    lines: Iterable[str], *, name: str, columns: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    has_header = False
    for line, text in enumerate(lines, start=1):
        if not text.strip() or text.startswith("#"):
            continue
        cells = tuple(cell.strip() for cell in text.split("\t"))
        if not has_header:
            if cells != columns:
                raise LexiconError(f"{name}, line {line}: the header must be {', '.join(columns)}")
            has_header = True
        elif len(cells) != len(columns) or not all(cells):
            raise LexiconError(f"{name}, line {line}: {len(columns)} cells expected, none empty: {text!r}")
        else:
            yield line, dict(zip(columns, cells, strict=True))


def _triggers_of(row: dict[str, str], line: int, classes: dict[str, WordClass]) -> Iterator[Trigger]:
    pos = _part_of_speech(row["pos"])
    is_exclusion = row["object"].startswith("!")
    companions = _companions(row["object"].removeprefix("!"), classes)
    mode = None if row["mode"] == _EMPTY else row["mode"]
    if row["type"] not in EVENT_TYPES:
        raise ValueError(f"{row['type']!r} is no PLOVER category")
    if mode and mode not in EVENT_TYPES[row["type"]].modes:
        raise ValueError(f"{row['type']} has no mode {mode!r}")
    if row["certainty"] not in {"weak", _EMPTY}:
        raise ValueError(f"certainty is 'weak' or '-', not {row['certainty']!r}")
    for words in _alternatives(row["words"], classes):
        head, *particles = words.split()
        yield Trigger(
            lemma=head,
            particles=tuple(particles),
            part_of_speech=pos,
            required=Companions() if is_exclusion else companions,
            excluded=companions if is_exclusion else Companions(),
            event_type=row["type"],
            mode=mode,
            frames=tuple(_frame(frame) for frame in row["frame"].split("|")),
            is_weak=row["certainty"] == "weak",
            line=line,
        )


def _part_of_speech(pos: str) -> PartOfSpeech:
    if pos not in {"v", "n", "a"}:
        raise ValueError(f"the part of speech is v, n or a, not {pos!r}")
    return cast("PartOfSpeech", pos)


def _alternatives(cell: str, classes: dict[str, WordClass]) -> Iterator[str]:
    for alternative in cell.split("|"):
        if not alternative:
            raise ValueError(f"an alternative of {cell!r} is empty")
        if alternative.startswith("@"):
            yield from _class_of(alternative, classes).lemmas
        else:
            yield alternative


def _class_of(reference: str, classes: dict[str, WordClass]) -> WordClass:
    if reference[1:] not in classes:
        raise ValueError(f"there is no word class {reference[1:]!r}")
    return classes[reference[1:]]


def _companions(cell: str, classes: dict[str, WordClass]) -> Companions:
    nouns: set[str] = set()
    verbs: set[str] = set()
    modified: set[tuple[str, str]] = set()
    function_words: set[str] = set()
    for alternative in () if cell == _EMPTY else cell.split("|"):
        modifier, plus, noun = alternative.rpartition("+")
        if not noun:
            raise ValueError(f"an alternative of {cell!r} is empty")
        if alternative.startswith("~"):
            function_words.add(alternative[1:])
        elif plus:
            modified.update((modifier, form) for form in _noun_companions(noun, classes))
        elif noun.startswith("@") and _class_of(noun, classes).part_of_speech == "v":
            verbs.update(_class_of(noun, classes).forms)
        else:
            nouns.update(_noun_companions(noun, classes))
            # A plain word may be meant as a verb of the complement: "order troops to stop".
            verbs.update(() if noun.startswith("@") else verb_forms(noun))
    return Companions(
        nouns=frozenset(nouns),
        verbs=frozenset(verbs),
        modified=frozenset(modified),
        function_words=frozenset(function_words),
    )


def _noun_companions(noun: str, classes: dict[str, WordClass]) -> Iterable[str]:
    return _class_of(noun, classes).forms if noun.startswith("@") else noun_forms(noun)


def _head_forms(lemma: str, pos: PartOfSpeech) -> tuple[str, ...]:
    if lemma.startswith("="):
        return (lemma[1:],)
    if pos == "v":
        return verb_forms(lemma)
    return noun_forms(lemma) if pos == "n" else (lemma,)


def _frame(text: str) -> Frame:
    separator = "<>" if text.startswith("<>") else ">"
    actors, found, recipients = text.partition(separator)
    if not found or ">" in recipients:
        raise ValueError(f"a frame reads 'actor slots>recipient slots' or '<>slots', not {text!r}")
    left, right = _slots(recipients if separator == "<>" else actors, text), _slots(recipients, text)
    return Frame(actors=left, recipients=right, is_reciprocal=separator == "<>")


def _slots(text: str, frame: str) -> tuple[str, ...]:
    slots = tuple(text.split(","))
    for slot in slots:
        if slot not in _GRAMMATICAL_SLOTS and not (slot.isalpha() and slot.islower()):
            raise ValueError(f"{slot!r} of the frame {frame!r} is no slot")
    return slots
