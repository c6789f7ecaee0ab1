"""An article and what was found in it, for a terminal.

In: the JSON object of an article (`tasks.extract.json_form`) and its text. Out: rich renderables. Words of articles
are printed as `Text`, never as markup, and what a terminal would act on is made visible.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from schemas.refusal import inert, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from schemas.article import Article

_ROLE_STYLES = {"actor": "bold cyan", "recipient": "bold magenta"}
_MODIFIERS = {"about": "about ", "min": "at least ", "max": "at most "}
_WHITE_SPACE = re.compile(r"\s+")
_TRIGGER_STYLE = "bold yellow underline"
_STATUS_STYLES = {
    "actual": "bold green",
    "planned": "bold blue",
    "hypothetical": "bold bright_black",
    "negated": "bold red",
}


def article_view(article: Article, found: dict[str, Any]) -> RenderableType:
    """An article's events in their sentences, and its people, quotes, amounts and dates.

    Events are numbered, so that a quote or an amount can say which one it belongs to.
    """
    published = found["published"] or "undated"
    parts: list[RenderableType] = [
        Text.assemble((inert(found["title"] or found["id"]), "bold"), f"  {published}, {inert(found['id'])}"),
        Text(""),
    ]
    numbers = {event["event_id"]: f"{number}" for number, event in enumerate(found["events"], start=1)}
    for event in found["events"]:
        parts += [
            _event_line(numbers[event["event_id"]], event),
            _highlighted(article.text, event),
            *_reporter_line(event),
            Text(""),
        ]
    if not found["events"]:
        parts += [Text("No events.", style="dim"), Text("")]
    parts += [table for table in _tables(found, numbers) if table.row_count]
    return Group(*parts)


def legend() -> Text:
    """What the colours mean."""
    return Text.assemble(
        ("actor", _ROLE_STYLES["actor"]),
        "  ",
        ("recipient", _ROLE_STYLES["recipient"]),
        "  ",
        ("trigger", _TRIGGER_STYLE),
        "  ",
        *((f"{status} ", style) for status, style in _STATUS_STYLES.items()),
    )


def _event_line(number: str, event: dict[str, Any]) -> Text:
    mode = f" ({event['mode']})" if event["mode"] else ""
    recipients = _names(event, "recipient")
    return Text.assemble(
        (f"{number} ", "dim"),
        (event["event_type"] + mode, "bold"),
        f" {event['score']:+g} ",
        (event["status"], _STATUS_STYLES[event["status"]]),
        f" {event['date'] or 'undated'}  ",
        (_names(event, "actor"), _ROLE_STYLES["actor"]),
        " → " if recipients else "",
        (recipients, _ROLE_STYLES["recipient"]),
        _where(event["place"]),
    )


def _where(place: dict[str, Any] | None) -> str:
    """The place, with its country unless it is one."""
    if place is None:
        return ""
    is_country = place["latitude"] is None or place["country"] is None
    return f"  in {inert(place['name'])}" + ("" if is_country else f" [{place['country']}]")


def _reporter_line(event: dict[str, Any]) -> Iterable[Text]:
    """On whose word, if on anybody's."""
    if event["attribution"] is None:
        return
    party = ", a party to it" if event["attribution_party"] else ""
    yield Text(
        f"  on the word of {inert(event['attribution'])} ({event['attribution_kind']}{party})", style="dim"
    )


def _names(event: dict[str, Any], role: str) -> str:
    return ", ".join(
        f"{inert(part['name'])} [{part['code']}]" if part["code"] else inert(part["name"])
        for part in event["participants"]
        if part["role"] == role
    )


def _highlighted(text: str, event: dict[str, Any]) -> Text:
    """The sentence with its participants and trigger marked; where they overlap, the trigger shows."""
    start, end = event["sentence"]
    marks = [(part["start"], part["end"], _ROLE_STYLES[part["role"]]) for part in event["participants"]]
    marks.append((*event["trigger"], _TRIGGER_STYLE))
    edges = sorted({start, end, *(edge for mark in marks for edge in mark[:2] if start < edge < end)})
    sentence = Text("  ")
    for left, right in pairwise(edges):
        style = next((style for first, last, style in reversed(marks) if first <= left < last), "")
        sentence.append(visible(_WHITE_SPACE.sub(" ", text[left:right])), style=style)
    return sentence


def _tables(found: dict[str, Any], numbers: dict[str, str]) -> Iterable[Table]:
    people = {
        (m["name"], m["country"], m["role"]): None
        for m in found["mentions"]
        if m["kind"] == "person" and m["how"] == "name"
    }
    yield _table("People", ["name", "country", "role"], people)
    yield _table(
        "Quotes",
        ["speaker", "country", "kind", "event", "words"],
        [
            (
                quote["speaker"] or quote["speaker_text"],
                quote["speaker_country"],
                quote["kind"],
                numbers.get(quote["event_id"]),
                quote["text"],
            )
            for quote in found["quotes"]
        ],
    )
    yield _table(
        "Amounts",
        ["words", "value", "unit", "event"],
        [
            (
                amount["text"],
                _value(amount),
                amount["currency"] or amount["unit"],
                numbers.get(amount["event_id"]),
            )
            for amount in found["amounts"]
        ],
    )
    yield _table("Dates", ["words", "value"], [(day["text"], day["value"]) for day in found["dates"]])


def _value(amount: dict[str, Any]) -> str:
    """The number or range, and how exact the words make it: "at least 14", "10 to 15"."""
    upper = "" if amount["upper"] is None else f" to {amount['upper']:,.15g}"
    return f"{_MODIFIERS.get(amount['modifier'], '')}{amount['value']:,.15g}{upper}"


def _table(title: str, columns: list[str], rows: Iterable[tuple[str | None, ...]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, style=None, header_style="dim")
    for row in rows:
        table.add_row(*(Text(inert(cell)) if cell else Text("-", style="dim") for cell in row))
    return table
