"""When an event happens: the date expression that belongs to it, or the publication date.

In: the tree of a sentence, the token that carries an event, the date expressions of the sentence. Out: first day,
precision and where the date comes from. What does not belong here: reading date expressions (`times.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tasks.extract.status import status_of
from tasks.extract.times import resolved_date
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc

    from schemas.plover import Status
    from tasks.extract.annotations import DateExpression, DatePrecision, DateSource, Words
    from tasks.extract.syntax import SentenceTree

_CLAUSES = frozenset({"ROOT", "ccomp", "advcl", "relcl", "parataxis", "csubj", "acl"})
_WEEKDAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
# "Until 2040", "since 2019": how long it lasts, not when it happens.
_LIMITS = frozenset({"until", "till", "since"})
MAX_CLIMB = 40
MAX_DAYS_OF_A_MONTH = 31
_LAST_MONTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedToken:
    """A resolved date expression and the token that heads it.

    Attributes:
        head: Token of its syntactic head.
        words: Where the expression stands.
        day: First day of what it means.
        precision: How exact it is.
        is_weekday: It is a bare weekday, which the tense of the sentence's verb may have sent into the wrong week.
    """

    head: int
    words: Words
    day: date
    precision: DatePrecision
    is_weekday: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDate:
    """When an event happens, and the words that say so; all None where the text and the article have no date."""

    day: date | None
    precision: DatePrecision | None
    source: DateSource | None
    words: Words | None = None


def dated_tokens(doc: Doc, dates: Sequence[DateExpression]) -> tuple[DatedToken, ...]:
    """The expressions that name a day, month or year, each at its head; durations and sets name none."""
    found = []
    for expression in dates:
        resolved = _resolved(expression)
        span = doc.char_span(expression.start, expression.end, alignment_mode="expand")
        if resolved and span is not None and span.root.head.lower_ not in _LIMITS:
            day, precision = resolved
            is_weekday = expression.text.lower().removeprefix("on ") in _WEEKDAYS
            words = expression.start, expression.end
            found.append(
                DatedToken(head=span.root.i, words=words, day=day, precision=precision, is_weekday=is_weekday)
            )
    return tuple(found)


def event_date(
    tree: SentenceTree,
    trigger: int,
    dated: Sequence[DatedToken],
    *,
    status: Status,
    published: date | None,
) -> EventDate:
    """The date of the event that a token carries.

    First the trigger's own clause, then the rest of its sentence, then the publication. A date that contradicts the
    status (a plan in the past, a fact in the future) belongs to something else.
    """
    dated = [_in_time(one, status, published) for one in dated]
    candidates = sorted(dated, key=lambda one: (abs(one.head - trigger), one.head))
    possible = [
        one for one in candidates if _fits(one, status, published) and _is_of_its_time(tree, one, status)
    ]
    source: DateSource
    for source, belongs in (("clause", _is_in_clause), ("sentence", _is_above)):
        for one in possible:
            if belongs(tree, trigger, one.head):
                return EventDate(day=one.day, precision=one.precision, source=source, words=one.words)
    if published is None:
        return EventDate(day=None, precision=None, source=None)
    return EventDate(day=published, precision="day", source="publication")


def last_day(day: date, precision: DatePrecision) -> date:
    """The last day of the day, month or year that begins on a day."""
    if precision == "day":
        return day
    if precision == "year" or day.month == _LAST_MONTH:
        return date(day.year, _LAST_MONTH, 31)
    return date.fromordinal(date(day.year, day.month + 1, 1).toordinal() - 1)


def _resolved(expression: DateExpression) -> tuple[date, DatePrecision] | None:
    """First day and precision; a week or so across the turn of a month belongs to the month of its middle."""
    resolved = resolved_date(expression) if expression.type in {"DATE", "TIME"} else None
    first, last = expression.earliest, expression.latest
    if resolved is None or first is None or last is None or resolved[1] != "year":
        return resolved
    if last - first > timedelta(days=MAX_DAYS_OF_A_MONTH):
        return resolved
    return (first + (last - first) / 2).replace(day=1), "month"


def _in_time(one: DatedToken, status: Status, published: date | None) -> DatedToken:
    """ "Came ahead of talks on Friday": the plan is for the next Friday, whatever the tense of the verb."""
    week = timedelta(days=7)
    if one.is_weekday and published and status == "planned" and published - week <= one.day < published:
        return replace(one, day=one.day + week)
    return one


def _fits(one: DatedToken, status: Status, published: date | None) -> bool:
    if published is None:
        return True
    if status == "planned":
        return last_day(one.day, one.precision) >= published
    return status == "hypothetical" or one.day <= published


def _is_of_its_time(tree: SentenceTree, one: DatedToken, status: Status) -> bool:
    """ "After her trip she is to leave later this month": the date of a plan does not date the fact beside it."""
    verb = next((token for token in tree.ancestors(one.head) if tree.is_verb(token)), None)
    return status != "actual" or verb is None or status_of(tree, verb) != "planned"


def _is_in_clause(tree: SentenceTree, trigger: int, dated: int) -> bool:
    """Whether the date hangs on the trigger, or stands in the same clause and on no other clause's verb."""
    return _clause_of(tree, trigger) == _clause_of(tree, dated) and not _is_reporting_date(
        tree, trigger, dated
    )


def _is_above(tree: SentenceTree, trigger: int, dated: int) -> bool:
    """Whether the date's clause holds the trigger's, or is coordinated with it."""
    if _is_reporting_date(tree, trigger, dated):
        return False
    clause, above = _clause_of(tree, dated), set(_path(tree, trigger))
    return clause in above or (tree.dep(clause) == "conj" and tree.head(clause) in above)


def _path(tree: SentenceTree, token: int) -> Iterator[int]:
    yield token
    yield from tree.ancestors(token, limit=MAX_CLIMB)


def _clause_of(tree: SentenceTree, token: int) -> int:
    """The verb of the nearest clause: infinitives and gerunds belong to the verb above them."""
    for candidate in _path(tree, token):
        if tree.dep(candidate) in _CLAUSES or (tree.dep(candidate) == "conj" and tree.is_verb(candidate)):
            return candidate
    return token


def _is_reporting_date(tree: SentenceTree, trigger: int, dated: int) -> bool:
    """ "Said on Monday that ...": the day on which somebody spoke of it."""
    governor = next((token for token in tree.ancestors(dated) if tree.is_verb(token)), None)
    if governor is None or governor == trigger or tree.word(governor) not in word_class("reporting_verb"):
        return False
    return governor in tree.ancestors(trigger, limit=MAX_CLIMB) or tree.dep(governor) == "parataxis"
