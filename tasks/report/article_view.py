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
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from schemas.article import Article

ROLE_STYLES = {"actor": "bold cyan", "recipient": "bold magenta"}
_MODIFIERS = {"about": "about ", "min": "at least ", "max": "at most "}
_WHITE_SPACE = re.compile(r"\s+")
TRIGGER_STYLE = "bold yellow underline"
_BRACKETS = {TRIGGER_STYLE: (">", "<")}
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
    parts: list[RenderableType] = [heading(found), Text("")]
    numbers = {event["event_id"]: f"{number}" for number, event in enumerate(found["events"], start=1)}
    for event in found["events"]:
        parts += [
            event_line(numbers[event["event_id"]], event),
            _highlighted(article.text, event),
            *_reporter_line(event),
            Text(""),
        ]
    if not found["events"]:
        parts += [Text("No events.", style="dim"), Text("")]
    parts += [table for table in _tables(found, numbers) if table.row_count]
    return Group(*parts)


def heading(found: dict[str, Any]) -> Text:
    """An article's title, day and id."""
    published = found["published"] or "undated"
    return Text.assemble(
        (inert(found["title"] or found["id"]), "bold"), f"  {published}, {inert(found['id'])}"
    )


def legend(*, in_letters: bool = False) -> Text:
    """What the colours mean, or the brackets that stand for them."""
    if in_letters:
        return Text("[actor or recipient]  >trigger<")
    return Text.assemble(
        ("actor", ROLE_STYLES["actor"]),
        "  ",
        ("recipient", ROLE_STYLES["recipient"]),
        "  ",
        ("trigger", TRIGGER_STYLE),
        "  ",
        *((f"{status} ", style) for status, style in _STATUS_STYLES.items()),
    )


def event_line(number: str, event: dict[str, Any]) -> Text:
    """An event in one line, with its number if it has one."""
    mode = f" ({event['mode']})" if event["mode"] else ""
    recipients = _names(event, "recipient")
    return Text.assemble(
        (f"{number} " if number else "", "dim"),
        (event["event_type"] + mode, "bold"),
        f" {event['score']:+g} ",
        (event["status"], _STATUS_STYLES[event["status"]]),
        f" {event['date'] or 'undated'}  ",
        (_names(event, "actor"), ROLE_STYLES["actor"]),
        " → " if recipients else "",
        (recipients, ROLE_STYLES["recipient"]),
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
    """The sentence with its participants and trigger marked."""
    start, end = event["sentence"]
    return Text("  ") + marked_sentence(text[start:end], start, event, event["trigger"])


def marked_sentence(
    words: str, start: int, event: dict[str, Any], trigger: Sequence[int], *, in_letters: bool = False
) -> Text:
    """A sentence with an event's participants and its trigger marked; where they overlap, the trigger shows.

    Args:
        words: The sentence.
        start: Where it begins in the article.
        event: With its participants.
        trigger: Of this sentence.
        in_letters: Marked by brackets, for what shows no colours: [participant], >trigger<.
    """
    end = start + len(words)
    marks = [(part["start"], part["end"], ROLE_STYLES[part["role"]]) for part in event["participants"]]
    marks.append((trigger[0], trigger[1], TRIGGER_STYLE))
    edges = sorted({start, end, *(edge for mark in marks for edge in mark[:2] if start < edge < end)})
    sentence = Text()
    for left, right in pairwise(edges):
        style = next((style for first, last, style in reversed(marks) if first <= left < last), "")
        part = visible(_WHITE_SPACE.sub(" ", words[left - start : right - start]))
        before, after = _BRACKETS.get(style, ("[", "]")) if style and in_letters else ("", "")
        sentence.append(f"{before}{part}{after}", style=style)
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
