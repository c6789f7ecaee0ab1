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
_WHITE_SPACE = re.compile(r"\s+")
_TRIGGER_STYLE = "bold yellow underline"
_STATUS_STYLES = {
    "actual": "bold green",
    "planned": "bold blue",
    "hypothetical": "bold bright_black",
    "negated": "bold red",
}


def article_view(article: Article, found: dict[str, Any]) -> RenderableType:
    """An article's events in their sentences, and its people, quotes, amounts and dates."""
    published = found["published"] or "undated"
    parts: list[RenderableType] = [
        Text.assemble((inert(found["title"] or found["id"]), "bold"), f"  {published}, {inert(found['id'])}"),
        Text(""),
    ]
    for event in found["events"]:
        parts += [_event_line(event), _highlighted(article.text, event), Text("")]
    if not found["events"]:
        parts += [Text("No events.", style="dim"), Text("")]
    parts += [table for table in _tables(found) if table.row_count]
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


def _event_line(event: dict[str, Any]) -> Text:
    mode = f" ({event['mode']})" if event["mode"] else ""
    recipients = _names(event, "recipient")
    return Text.assemble(
        (event["event_type"] + mode, "bold"),
        f" {event['score']:+g} ",
        (event["status"], _STATUS_STYLES[event["status"]]),
        f" {event['date'] or 'undated'}  ",
        (_names(event, "actor"), _ROLE_STYLES["actor"]),
        " → " if recipients else "",
        (recipients, _ROLE_STYLES["recipient"]),
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


def _tables(found: dict[str, Any]) -> Iterable[Table]:
    people = {
        (m["name"], m["country"], m["role"]): None
        for m in found["mentions"]
        if m["kind"] == "person" and m["how"] == "name"
    }
    yield _table("People", ["name", "country", "role"], people)
    yield _table(
        "Quotes",
        ["speaker", "country", "words"],
        [(q["speaker"] or q["speaker_text"], q["speaker_country"], q["text"]) for q in found["quotes"]],
    )
    yield _table(
        "Amounts",
        ["words", "value", "unit"],
        [(a["text"], f"{a['value']:,.15g}", a["currency"] or a["unit"]) for a in found["amounts"]],
    )
    yield _table("Dates", ["words", "value"], [(d["text"], d["value"]) for d in found["dates"]])


def _table(title: str, columns: list[str], rows: Iterable[tuple[str | None, ...]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, style=None, header_style="dim")
    for row in rows:
        table.add_row(*(Text(inert(cell)) if cell else Text("-", style="dim") for cell in row))
    return table
