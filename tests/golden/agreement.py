"""Compares two independent passes over the same articles: what they agree on, counted, and where they differ, in words.

    python tests/golden/agreement.py FOLDER FOLDER              the counts
    python tests/golden/agreement.py FOLDER FOLDER --differences  and every difference, by article

In: two folders of marked articles with the same texts. The differences are what an adjudicator settles by the
codebook; the counts go into the README of the set.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotated_articles import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from annotated_articles import AnnotatedArticle

Difference = tuple[str, str]
"""What differs (a row of the table), and how in words."""
Span = tuple[int, int]


def compare(first: AnnotatedArticle, second: AnnotatedArticle, counts: Counter[str]) -> Iterator[Difference]:
    """The differences of one article; `counts` takes what was compared ("mentions") and what agreed ("mentions =")."""
    if first.text != second.text:
        yield "text", "the texts differ"
        return
    yield from _mentions(first, second, counts)
    yield from _timex(first, second, counts)
    yield from _events(first, second, counts)
    yield from _listed(first, second, "quotes", ("speaker", "kind"), counts)
    yield from _listed(first, second, "amounts", ("value", "unit"), counts)


def _mentions(
    first: AnnotatedArticle, second: AnnotatedArticle, counts: Counter[str]
) -> Iterator[Difference]:
    pairs, left, right = _aligned(first.mentions, second.mentions, lambda item: (item.start, item.end))
    yield from _alone(first, "mentions", left, right, counts, len(pairs))
    same_entity = Counter((one.entity, other.entity) for one, other in pairs)
    for one, other in pairs:
        entity, rival = first.entities[one.entity], second.entities[other.entity]
        where = f"{_around(first, one.start, one.end)}"
        checks = {
            "kind of mention": (entity.kind, rival.kind),
            "how": (one.how, other.how),
            "code": (entity.code, rival.code),
            "sector": (entity.sector, rival.sector),
        }
        for name, (here, there) in checks.items():
            yield from _check(name, here, there, where, counts)
        # The two passes call entities differently: an entity is the one that it is mostly marked as in the other pass.
        usual = max(same_entity, key=lambda pair: (pair[0] == one.entity, same_entity[pair]))
        if one.how in {"pronoun", "nominal"}:
            yield from _check(
                "coreference", usual[1], other.entity, f"{where} ({entity.name} / {rival.name})", counts
            )


def _timex(first: AnnotatedArticle, second: AnnotatedArticle, counts: Counter[str]) -> Iterator[Difference]:
    pairs, left, right = _aligned(first.timex, second.timex, lambda item: (item.start, item.end))
    yield from _alone(first, "dates", left, right, counts, len(pairs))
    for one, other in pairs:
        where = _around(first, one.start, one.end)
        yield from _check("value of date", (one.type, one.value), (other.type, other.value), where, counts)


def _events(first: AnnotatedArticle, second: AnnotatedArticle, counts: Counter[str]) -> Iterator[Difference]:
    left, right = list(first.events), list(second.events)
    pairs = []
    for is_same in (_same_event, _same_participants, _same_act):
        for one in list(left):
            other = next((event for event in right if is_same(one, event)), None)
            if other is not None:
                pairs.append((one, other))
                left.remove(one)
                right.remove(other)
    counts["events"] += 2 * len(pairs) + len(left) + len(right)
    counts["events ="] += 2 * len(pairs)
    for pass_name, events in (("first", left), ("second", right)):
        for event in events:
            yield "events", f"{pass_name} only: {_shown(event)}"
    for one, other in pairs:
        where = f"{one['type']} {one['trigger']!r}"
        for name in ("type", "mode", "actors", "recipients", "status", "date"):
            here, there = one[name], other[name]
            is_allowed = name == "type" and (here in other["also_ok"] or there in one["also_ok"])
            same = sorted(here) == sorted(there) if isinstance(here, list) else here == there or is_allowed
            yield from _check(f"event {name}", True, same, f"{where}: {here} / {there}", counts)


def _same_event(one: dict[str, Any], other: dict[str, Any]) -> bool:
    types = {one["type"], *one["also_ok"]} & {other["type"], *other["also_ok"]}
    return bool(types) and _same_act(one, other)


def _same_participants(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Of compatible types, in one sentence and between the same parties, whatever word carries it."""
    types = {one["type"], *one["also_ok"]} & {other["type"], *other["also_ok"]}
    are_same = (one["actors"], one["recipients"]) == (other["actors"], other["recipients"])
    return bool(types) and are_same and one["sentence"] in [other["sentence"], *other["also"]]


def _same_act(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Reported in one sentence by words that overlap."""
    spans = [one["sentence"], *one["also"]]
    is_there = any(span in [other["sentence"], *other["also"]] for span in spans)
    shared_words = set(one["trigger"].split()) & set(other["trigger"].split())
    return is_there and bool(shared_words)


def _shown(event: dict[str, Any]) -> str:
    return (
        f"{event['type']} {event['trigger']!r} {event['actors']} > {event['recipients']} {event['status']}"
        f" {event['date']}{'' if event['core'] else ' (not core)'}"
    )


def _listed(
    first: AnnotatedArticle, second: AnnotatedArticle, name: str, fields: Sequence[str], counts: Counter[str]
) -> Iterator[Difference]:
    pairs, left, right = _aligned(
        getattr(first, name), getattr(second, name), lambda item: (item["start"], item["end"])
    )
    yield from _alone(first, name, left, right, counts, len(pairs))
    for one, other in pairs:
        for field in fields:
            where = _around(first, one["start"], one["end"])
            yield from _check(f"{name}: {field}", one[field], other[field], where, counts)


def _aligned(
    first: Sequence[Any], second: Sequence[Any], span: Callable[[Any], Span]
) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
    """Pairs that overlap, in order, and what each pass has alone."""
    pairs, left, right = [], [], list(second)
    for one in first:
        start, end = span(one)
        other = next((item for item in right if span(item)[0] < end and start < span(item)[1]), None)
        if other is None:
            left.append(one)
        else:
            pairs.append((one, other))
            right.remove(other)
    return pairs, left, right


def _alone(
    article: AnnotatedArticle,
    name: str,
    left: Sequence[Any],
    right: Sequence[Any],
    counts: Counter[str],
    pairs: int,
) -> Iterator[Difference]:
    counts[name] += 2 * pairs + len(left) + len(right)
    counts[f"{name} ="] += 2 * pairs
    for pass_name, items in (("first", left), ("second", right)):
        for item in items:
            start, end = (item["start"], item["end"]) if isinstance(item, dict) else (item.start, item.end)
            yield name, f"{pass_name} only: {_around(article, start, end)}"


def _check(name: str, here: object, there: object, where: str, counts: Counter[str]) -> Iterator[Difference]:
    counts[name] += 1
    counts[f"{name} ="] += here == there
    if here != there:
        yield name, where if here is True else f"{where}: {here} / {there}"


def _around(article: AnnotatedArticle, start: int, end: int) -> str:
    before, after = article.text[max(0, start - 25) : start], article.text[end : end + 20]
    return f"{before}[{article.text[start:end]}]{after}".replace("\n", " ")


def main() -> int:
    """Prints counts, and differences where asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--differences", action="store_true")
    parser.add_argument("--only", metavar="ID", help="one article")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    for path in sorted(options.second.glob("*.txt")):
        if (options.first / path.name).exists() and options.only in {None, path.stem}:
            differences = list(compare(read(options.first / path.name), read(path), counts))
            if options.differences:
                print(f"\n== {path.stem}")
                print("\n".join(f"{name}: {words}" for name, words in differences))
    for name in [name for name in counts if not name.endswith("=")]:
        print(
            f"{name:20}{counts[f'{name} =']:>7}{counts[name]:>7}{counts[f'{name} ='] / max(1, counts[name]):>8.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
