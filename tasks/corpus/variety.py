"""Whether a corpus is large and varied enough to teach: what is counted, and the least that is asked.

In: the items of a corpus. Out: a `Report` with every count, and what falls short of `Bars`. The parse of a sentence is
asked for once. What does not belong here: whether a label is right (no count can tell) and whether a sentence is ours
(`overlap.py`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.corpus import PERIODS, REGIONS
from schemas.plover import CONTEXTS, EVENT_TYPES, NONE, STATUSES
from tasks.corpus.constructions import CONSTRUCTIONS, constructions_of, head_of
from tasks.corpus.overlap import runs_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import polars as pl
    from spacy.tokens import Doc

    from tasks.corpus.overlap import Run

WORDS_OF_THE_WIRE = {0.1: 8, 0.25: 14, 0.5: 21, 0.75: 30, 0.9: 39}
"""Quantiles of the words of a sentence, split at white space: 7,078 sentences of four words or more that spaCy found in
250 articles of Reuters, three US papers and the Times of India (development data, `newswire.jsonl`)."""
WORDS_OFF = 4
"""How far a quantile of the corpus may be from the wire's."""
SHARED_RUNS = 0.5
"""Two sentences share at most this part of the five-word runs of the one that has fewer."""
RUN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """The least that the corpus must have; the figures of the issue that asked for it."""

    items: int = 6_000
    sentences: int = 4_000
    category: int = 200
    none: int = 1_500
    mode: int = 15
    status: int = 300
    context: int = 40
    trigger_lemmas: int = 40
    distinct_pairs: float = 0.8
    construction: float = 0.02
    period: float = 0.1
    region: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was counted; see `shortfalls` for what is missing.

    Attributes:
        items: Items.
        sentences: Different sentences.
        counts: By field, then by value, items.
        modes: By category and mode, items.
        trigger_lemmas: By category, how often each lemma is the trigger's head.
        distinct_pairs: Different pairs of words of actor and recipient, of the pairs of all sentences.
        constructions: By construction, share of the events.
        words: Quantiles of the words of a sentence, headlines left out.
        alike: Pairs of sentences that share too many runs of words, with the share.
    """

    items: int
    sentences: int
    counts: dict[str, Counter[str]]
    modes: Counter[tuple[str, str]]
    trigger_lemmas: dict[str, Counter[str]]
    distinct_pairs: float
    constructions: dict[str, float]
    words: dict[float, int]
    alike: list[tuple[float, str, str]]

    @property
    def events(self) -> int:
        """Items that are not NONE."""
        return self.items - self.counts["event_type"][NONE]

    def shortfalls(self, bars: Bars) -> list[str]:
        """What falls short of the bars, in words; empty if nothing does."""
        kinds = self.counts["event_type"]
        least: list[tuple[str, float, float]] = [
            ("items", self.items, bars.items),
            ("sentences", self.sentences, bars.sentences),
            (NONE, kinds[NONE], bars.none),
            *((name, kinds[name], bars.category) for name in EVENT_TYPES),
            *(
                (f"{of}/{mode}", self.modes[of, mode], bars.mode)
                for of in EVENT_TYPES
                for mode in EVENT_TYPES[of].modes
            ),
            *((name, self.counts["status"][name], bars.status) for name in STATUSES),
            *((name, self.counts["contexts"][name], bars.context) for name in CONTEXTS),
            *((f"triggers of {of}", len(self.trigger_lemmas[of]), bars.trigger_lemmas) for of in EVENT_TYPES),
            ("distinct pairs", self.distinct_pairs, bars.distinct_pairs),
            *((name, self.constructions[name], bars.construction) for name in CONSTRUCTIONS),
            *((name, self.counts["period"][name] / max(1, self.items), bars.period) for name in PERIODS),
            *((name, self.counts["region"][name] / max(1, self.items), bars.region) for name in REGIONS),
        ]
        missing = [f"{what}: {has:g}, at least {bar:g}" for what, has, bar in least if has < bar]
        lengths = [
            f"words at quantile {at:g}: {self.words[at]}, the wire has {wire}"
            for at, wire in WORDS_OF_THE_WIRE.items()
            if abs(self.words[at] - wire) > WORDS_OFF
        ]
        return [
            *missing,
            *lengths,
            *(f"alike ({share:.2f}): {one} | {two}" for share, one, two in self.alike),
        ]


def measure(items: pl.DataFrame, parse: Callable[[str], Doc]) -> Report:
    """Count everything.

    Args:
        items: A table of the schema `CorpusItems`.
        parse: Gives a sentence's tags, dependencies and lemmas.
    """
    rows = items.to_dicts()
    sentences = _by_sentence(rows)
    lemmas: dict[str, Counter[str]] = {name: Counter() for name in EVENT_TYPES}
    shown: Counter[str] = Counter()
    for text, group in sentences.items():
        doc = parse(text)
        triggers = {tuple(row["trigger"]) for row in group if row["trigger"]}
        for event in (row for row in group if row["trigger"]):
            shown.update(constructions_of(event, doc, events=len(triggers)))
            lemmas[event["event_type"]][head_of(doc, event["trigger"]).lemma_.lower()] += 1
    lengths = sorted(len(text.split()) for text, group in sentences.items() if group[0]["kind"] != "headline")
    events = sum(row["trigger"] is not None for row in rows)
    pairs = _pairs(rows)
    return Report(
        items=len(rows),
        sentences=len(sentences),
        counts=_counts(rows),
        modes=Counter((row["event_type"], row["mode"]) for row in rows if row["mode"]),
        trigger_lemmas=lemmas,
        distinct_pairs=len(set(pairs)) / max(1, len(pairs)),
        constructions={name: shown[name] / max(1, events) for name in CONSTRUCTIONS},
        words={at: lengths[int(at * (len(lengths) - 1))] if lengths else 0 for at in WORDS_OF_THE_WIRE},
        alike=alike(sentences),
    )


def alike(sentences: Iterable[str]) -> list[tuple[float, str, str]]:
    """Pairs of sentences that share more than `SHARED_RUNS` of the runs of the one that has fewer, the worst first."""
    runs = {text: _runs(text) for text in sentences}
    holders: dict[Run, list[str]] = defaultdict(list)
    shared: Counter[tuple[str, str]] = Counter()
    for text, own in runs.items():
        for run in own:
            shared.update((other, text) for other in holders[run])
            holders[run].append(text)
    shares = ((count / min(len(runs[one]), len(runs[two])), one, two) for (one, two), count in shared.items())
    return sorted((pair for pair in shares if pair[0] > SHARED_RUNS), reverse=True)


def in_words(report: Report) -> str:
    """The report as Markdown tables."""
    counts = report.counts
    kinds = [
        (name, counts["event_type"][name], len(report.trigger_lemmas[name]), _modes_in_words(report, name))
        for name in EVENT_TYPES
    ]
    fields = ("status", "kind", "period", "region", "contexts", "split")
    return "\n".join(
        [
            (
                f"{report.items} items in {report.sentences} sentences; {report.events} events, "
                f"{counts['event_type'][NONE]} NONE; {report.distinct_pairs:.3f} of the pairs are different."
            ),
            "",
            "| category | items | trigger lemmas | modes |",
            "|---|---|---|---|",
            *(f"| {name} | {count} | {lemmas} | {modes} |" for name, count, lemmas, modes in kinds),
            "",
            "| field | items |",
            "|---|---|",
            *(f"| {name} | {_counted(counts[name])} |" for name in fields),
            "",
            "| construction | share of events | what it is |",
            "|---|---|---|",
            *(
                f"| {name} | {report.constructions[name]:.3f} | {what} |"
                for name, what in CONSTRUCTIONS.items()
            ),
            "",
            "| quantile of the words of a sentence | "
            + " | ".join(f"{at:g}" for at in WORDS_OF_THE_WIRE)
            + " |",
            "|---" * (len(WORDS_OF_THE_WIRE) + 1) + "|",
            "| corpus, without headlines | " + " | ".join(str(n) for n in report.words.values()) + " |",
            "| wire | " + " | ".join(str(n) for n in WORDS_OF_THE_WIRE.values()) + " |",
        ]
    )


def _by_sentence(rows: list[dict[str, Any]]) -> Mapping[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["text"]].append(row)
    return groups


def _counts(rows: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    fields = ("event_type", "status", "kind", "period", "region", "split")
    counts = {name: Counter(row[name] for row in rows if row[name]) for name in fields}
    counts["contexts"] = Counter(context for row in rows for context in row["contexts"])
    return counts


def _pairs(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The words of each pair of each sentence, once whatever number of events it has."""
    spans = {(row["text"], *row["actor"], *row["recipient"]) for row in rows if row["recipient"]}
    return [(text[a:b], text[c:d]) for text, a, b, c, d in spans]


def _runs(text: str) -> set[Run]:
    return set(runs_in(re.findall(r"\w+", text.lower()), RUN))


def _modes_in_words(report: Report, category: str) -> str:
    modes = EVENT_TYPES[category].modes
    return ", ".join(f"{mode} {report.modes[category, mode]}" for mode in modes)


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items(), key=lambda pair: -pair[1]))
