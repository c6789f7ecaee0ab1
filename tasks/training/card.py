"""The model card of a coder: what it is, how it was made, how good it is, and what it is not for, as Markdown.

In: facts and figures. Out: a text. All numbers in it are computed; what the figures mean for a user is said in words
that hold for every coder of this kind.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from schemas.plover import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tasks.extract.trained_coder import Calibration, CoderFacts
    from tasks.training.evaluation import Confusion, Figures
    from tasks.training.pretrained import Pretrained

CARD = "CARD.md"
SHOWN_CONFUSIONS = 12

_FIGURES = {
    "macro_f1": ("macro-F1", "mean F1 of the categories and NONE"),
    "accuracy": ("accuracy", "share of questions whose category, or NONE, is right"),
    "none_kept": (f"{NONE} kept", "share of questions without an event to which the coder says so"),
    "mode": ("mode", "share of right modes, where the category is right"),
    "status": ("status", "share of right statuses, of events"),
    "contexts": ("contexts", "micro-F1, of events"),
    "reciprocal": ("reciprocal", "share of events of which it is right whether both sides do it alike"),
    "trigger": ("trigger", "share of events of which the coder points at a right word"),
    "coverage": ("sure", "share of the codings other than NONE with a confidence of .7 or more"),
    "sure": ("right when sure", "share of these whose category is right"),
    "calibration_error": ("calibration error", "mean distance of confidence and accuracy"),
}
_NOT_OF_TRIGGERS = {"trigger"}
"""Asked with a trigger, a coder does not look for one."""

_USES = """\
## What it is not for

- **Decisions about people.** A single event may be wrong, and its confidence says how often such codings are wrong, not
  whether this one is. Nobody is to be refused, watched, charged or targeted because of it. Read the sentence.
- **Truth.** It says what a sentence reports. That something is reported does not make it so.
- **Other languages than English**, translations by machine included until you have measured them.
- **Other texts than news.** Nothing is known about its accuracy on social media, laws, minutes, fiction or history.
- **Claims about the states and bodies in its training sentences.** Those of the detente corpus are invented; nothing
  that they tell happened.

## Limits

- The figures above are of sentences that were written and labelled like the ones it learnt from; those of the detente
  corpus are invented. Real news is harder: expect less, and measure on sentences of your own before you rely on a number.
- It sees one sentence at a time. Whom "he" means, what "it" was, and what the next sentence takes back, it cannot know.
- It answers a question about a pair of marked words. Which pairs are asked is not its doing.
- Of a long sentence it reads the first 256 word pieces.
- Names may carry prejudice. Some were hidden from it in training, so that it reads the deed and not the doer; how much
  is left was not measured.
- A corpus marks chosen pairs. In a text there are more, and among those that nobody thought of it may see too much.
"""


def model_card(
    facts: CoderFacts,
    *,
    base: Pretrained,
    counts: Mapping[str, tuple[int, int]],
    pairs: Figures,
    triggers: Figures,
    confusions: Sequence[Confusion],
    ablation: str | None = None,
) -> str:
    """The card.

    Args:
        facts: What the coder is.
        base: What it was made from.
        counts: Sentences and items of the corpus, by what they were for.
        pairs: Figures on the test split, asked of pairs alone.
        triggers: The same, asked of pairs and the triggers that the coder finds.
        confusions: The most frequent first.
        ablation: Markdown, without a heading, about what parts of the coder are worth.
    """
    parts = [
        f"# The event coder {facts.name}",
        _what_it_is(facts, base),
        "## How it was made",
        _making(facts, base, counts),
        "## How good it is",
        _quality(pairs, triggers),
        "### By category",
        "Asked of pairs alone.",
        _classes(pairs),
        "## Calibration",
        _calibrations(facts),
        "## Where it fails",
        _confusions(confusions),
        *(["## What its parts are worth", ablation.strip()] if ablation else []),
        _USES.strip(),
    ]
    return "\n\n".join(parts) + "\n"


def _what_it_is(facts: CoderFacts, base: Pretrained) -> str:
    names = ", ".join(facts.ontology)
    whose = "PLOVER's" if facts.is_plover else "an ontology of its own, which `coder.json` describes, with"
    return (
        f"It reads an English news sentence with two marked parties, and says which event, if any, the sentence reports "
        f"between them in that direction: one of {whose} {len(facts.ontology)} categories ({names}) or {NONE}, "
        f"with mode, status, contexts, the words that carry it, and a probability.\n\n"
        f"A small network on a sentence encoder ({base.name}; weights {base.licence}). It runs on a CPU, and nothing is "
        f"downloaded. Same sentence, same answer, whatever else is asked."
    )


def _making(facts: CoderFacts, base: Pretrained, counts: Mapping[str, tuple[int, int]]) -> str:
    rows = [
        *((what, f"{sentences:,} sentences, {items:,} items") for what, (sentences, items) in counts.items()),
        ("corpus, sha256", f"`{facts.corpus_sha256}`"),
        ("pretrained weights, sha256", f"`{base.sha256}`"),
        ("seed", str(facts.seed)),
    ]
    if facts.design:
        layers = facts.design.tuned_layers
        rows += [
            ("epochs", str(facts.design.epochs)),
            ("layers of the encoder trained", "all" if layers is None else f"the last {layers}"),
            ("threads", str(facts.design.threads)),
        ]
    rows += [(name, f"`{version}`") for name, version in facts.versions.items()]
    return (
        _table(("", ""), rows, align=":|:")
        + "\n\nThe same corpus, seed, threads, versions and kind of processor give "
        "the same weights: `detente train` makes it again."
    )


def _quality(pairs: Figures, triggers: Figures) -> str:
    rows = [
        (
            label,
            _share(getattr(pairs, name)),
            "" if name in _NOT_OF_TRIGGERS else _share(getattr(triggers, name)),
            meaning,
        )
        for name, (label, meaning) in _FIGURES.items()
    ]
    return (
        "On the fifth of the corpus that no training saw, with the weights as they are used.\n\n"
        + _table(
            (
                "",
                f"pairs ({pairs.questions:,})",
                f"pairs and triggers ({triggers.questions:,})",
                "what it is",
            ),
            rows,
            align=":|--:|--:|:",
        )
        + "\n\nThe first column asks what one party does to the other; the second asks it for each word that the coder "
        "takes for a trigger, as extraction does."
    )


def _classes(found: Figures) -> str:
    rows = [
        (name, str(one.right), str(one.said), _share(one.precision), _share(one.recall), _share(one.f1))
        for name, one in found.classes.items()
    ]
    return _table(("", "right", "said", "precision", "recall", "F1"), rows, align=":|--:|--:|--:|--:|--:")


def _calibrations(facts: CoderFacts) -> str:
    def row(name: str, found: Calibration) -> tuple[str, ...]:
        return name, f"{found.temperature:.2f}", f"{found.none_offset:+.2f}", f"{found.contexts:.2f}"

    return (
        "Scores become probabilities by a temperature and an offset for NONE. They were chosen on sentences whose "
        "triggers a second network, trained alike, had never seen: on new words a coder is less sure than on "
        "known ones.\n\n"
        + _table(
            ("", "temperature", "offset of NONE", "contexts from"),
            [row("pairs", facts.pairs), row("pairs and triggers", facts.triggers)],
            align=":|--:|--:|--:",
        )
    )


def _confusions(confusions: Sequence[Confusion]) -> str:
    if not confusions:
        return "It took nothing for something else; the test was too small to say more."
    total = sum(one.questions for one in confusions)
    shown = confusions[:SHOWN_CONFUSIONS]
    table = _table(
        ("it is", "the coder says", "times"),
        [(one.right, one.said, str(one.questions)) for one in shown],
        align=":|:|--:",
    )
    return f"The {len(shown)} most frequent of {len(confusions)} confusions, of {total} mistakes in all.\n\n{table}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], *, align: str) -> str:
    marks = "|".join("---" if mark == ":" else mark for mark in align.split("|"))
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    return "\n".join([lines[0], f"|{marks}|", *lines[1:]])


def _share(value: float) -> str:
    """As ".823"; nothing where there was nothing to measure."""
    return "–" if isnan(value) else f"{value:.3f}".removeprefix("0")
