"""When: the time expressions of an article, as TIMEX3 values and spans of days.

In: a parsed text and the day of its publication. Out: `DateExpression`s, sorted and not overlapping. What does not
belong here: which event a date belongs to (`events`), and the forms, guards and rules themselves, which are in
`tasks.extract.timex`.

Recognition and normalisation stay apart. First all expressions are found, by form and guard, without any calendar.
Then each is given its value in the order of the text, because "the previous day" and "a year earlier" count from
what was mentioned before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from tasks.extract.annotations import DateExpression
from tasks.extract.timex.guards import stands, without_article
from tasks.extract.timex.meaning import Circumstances
from tasks.extract.timex.normalisation import meaning_of
from tasks.extract.timex.recognition import candidates
from tasks.extract.timex.tense import tense_at
from tasks.extract.timex.words import FIGURE_TAGS, Words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from tasks.extract.annotations import DatePrecision
    from tasks.extract.timex.meaning import Meaning
    from tasks.extract.timex.periods import Period
    from tasks.extract.timex.recognition import Candidate

# The forms whose value depends on the tense; for the others the syntax is not looked at.
_TENSED_FORMS: Final = frozenset(
    {
        "month_day", "day_month", "month", "day_of_month", "named_day", "season", "ordinal_period", "coded_period",
        "weekday", "time_of_day", "day_at_time", "unit", "quantity",
    }
)  # fmt: skip
# "A year earlier" means the quarter a year earlier in a sentence with figures, so many characters (two or three
# sentences) behind the quarter that they are compared with.
_COMPARISON_REACH: Final = 600
_COMPARED_UNITS: Final = frozenset({"quarter", "half"})
# These look back from the period reported: they do not become what the text speaks of.
_BACKWARD_FORMS: Final = frozenset({"compared_period", "unit_ago", "numbered_period"})
_AMOUNT_REACH: Final = 4
"""Words between a number and what it counts."""


def find_dates(doc: Doc, *, published: date | None) -> tuple[DateExpression, ...]:
    """The time expressions of a parsed text, sorted by start and not overlapping.

    Args:
        doc: A text as `language_model.parse` returns it.
        published: Day of publication. Without it what counts from that day has X for what is not known
            ("XXXX-WXX-3") and neither earliest nor latest day.
    """
    words = Words(doc)
    found = list(candidates(words.text, lambda candidate: stands(candidate, words)))
    context = _Context()
    expressions = []
    for candidate in found:
        meaning = meaning_of(candidate, _circumstances(candidate, words, context, published=published))
        if meaning is not None:
            start = without_article(candidate, words)
            expressions.append(_expression(start, candidate.end, meaning, words.text))
            context = context.after(candidate, meaning, sentence=words.sentence(candidate.start).start)
    return tuple(expressions)


def resolved_date(expression: DateExpression) -> tuple[date, DatePrecision] | None:
    """The first day of the day, month or year in which the expression lies, and which of them; None if in none."""
    earliest, latest = expression.earliest, expression.latest
    if earliest is None or latest is None or expression.type not in {"DATE", "TIME"}:
        return None
    if earliest == latest:
        return earliest, "day"
    if earliest.year != latest.year:
        return None
    if earliest.month != latest.month:
        return date(earliest.year, 1, 1), "year"
    return earliest.replace(day=1), "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What the text spoke of so far.

    Attributes:
        reference: The calendar period mentioned last.
        day: The day mentioned last, and in `sentence` (index of its first token).
        reported: The quarter or half year mentioned last; the mention ends at the character `reported_end`.
    """

    reference: Period | None = None
    day: Period | None = None
    sentence: int = -1
    reported: Period | None = None
    reported_end: int = 0

    def after(self, candidate: Candidate, meaning: Meaning, *, sentence: int) -> _Context:
        """The context behind an expression."""
        period = meaning.period
        if period is None or candidate.form in _BACKWARD_FORMS or _is_year_ago(candidate):
            return self
        context = replace(self, reference=period)
        if period.unit == "day":
            context = replace(context, day=period, sentence=sentence)
        if period.unit in _COMPARED_UNITS:
            context = replace(context, reported=period, reported_end=candidate.end)
        return context


def _circumstances(
    candidate: Candidate, words: Words, context: _Context, *, published: date | None
) -> Circumstances:
    """What the text around a candidate says about it."""
    previous = words.before(candidate.start)
    head = words.head(candidate.core, candidate.end)
    return Circumstances(
        published=published,
        tense=tense_at(head) if candidate.form in _TENSED_FORMS else None,
        reference=context.reference,
        last_day=context.day,
        sentence_day=context.day if context.sentence == words.sentence(candidate.start).start else None,
        reported=context.reported if _compares(candidate, words, context) else None,
        is_rate=_is_rate(candidate, previous),
        is_offset=previous is not None and previous.lower_ == "in" and previous.head.tag_.startswith("VB"),
    )


def _compares(candidate: Candidate, words: Words, context: _Context) -> bool:
    """Whether an expression counts from the period reported: "a year earlier" only among figures and near it."""
    if not _is_year_ago(candidate):
        return True
    near = candidate.start - context.reported_end <= _COMPARISON_REACH
    return near and words.has_figures(candidate.start)


def _is_year_ago(candidate: Candidate) -> bool:
    """Whether it is "a year ago", "a year earlier"."""
    slots = candidate.slots
    return (
        candidate.form == "quantity"
        and "suffix" in slots
        and (slots["count"], slots["unit"]) == ("a", "year")
    )


def _is_rate(candidate: Candidate, previous: Token | None) -> bool:
    """Whether "a year" follows an amount: "$3 million a year", "500 barrels a day", "three times a week"."""
    if candidate.form != "quantity" or candidate.slots["count"] not in {"a", "an"} or previous is None:
        return False
    if previous.tag_ in FIGURE_TAGS or previous.lower_ in {"times", "once", "twice", "percent", "%"}:
        return True
    near = previous.doc[max(previous.i - _AMOUNT_REACH, 0) : previous.i]
    return previous.tag_ in {"NN", "NNS"} and any(
        token.tag_ in FIGURE_TAGS and token.head.i == previous.i for token in near
    )


def _expression(start: int, end: int, meaning: Meaning, text: str) -> DateExpression:
    return DateExpression(
        start=start,
        end=end,
        text=text[start:end],
        type=meaning.type,
        value=meaning.value,
        earliest=meaning.earliest,
        latest=meaning.latest,
    )
