"""An event and why it is coded so, for a terminal.

In: the JSON object of an event with its explanation (`tasks.extract.json_form`). Out: rich renderables. Words of
articles are printed as `Text`, never as markup, and what a terminal would act on is made visible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from schemas.plover import CONTEXTS, NONE
from schemas.refusal import inert
from tasks.extract.explanations import LEAST_TOLD, chance_in_words
from tasks.report.article_view import ROLE_STYLES, event_line, heading, marked_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from tasks.explain import Explained

NOT_PUBLISHED = "The coder is not sure enough of this event: it is among the uncertain ones."


def event_view(found: Explained, *, in_letters: bool) -> RenderableType:
    """An event of a release under the title of its article."""
    row = found.article
    article = {"title": row["title"], "id": row["source_id"], "published": f"{row['published_date']}"}
    return Group(
        heading(article), Text(""), explanation_view(found.event, notes=found.notes, in_letters=in_letters)
    )


def explained_article_view(found: dict[str, Any], *, in_letters: bool) -> RenderableType:
    """The events of an article, each with why it is coded so; the uncertain ones behind the others."""
    parts: list[RenderableType] = [heading(found)]
    for event in found["events"]:
        parts += [Text(""), explanation_view(event, in_letters=in_letters)]
    for event in found["uncertain_events"]:
        parts += [Text(""), explanation_view(event, notes=[NOT_PUBLISHED], in_letters=in_letters)]
    return Group(*parts) if len(parts) > 1 else Group(*parts, Text(""), Text("No events.", style="dim"))


def explanation_view(
    event: dict[str, Any], *, notes: Sequence[str] = (), in_letters: bool = False
) -> RenderableType:
    """One event: its sentences, what it is coded as, and by which words or rule.

    Args:
        event: With its explanation.
        notes: What else is to be said about it, a line each.
        in_letters: Participants and trigger are marked by brackets, for what shows no colours.
    """
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, text in _lines(event):
        table.add_row(name, text)
    return Group(
        event_line("", event),
        *(Text(inert(note), style="yellow") for note in notes),
        Text(""),
        *_sentences(event, in_letters=in_letters),
        Text(""),
        table,
    )


def _sentences(event: dict[str, Any], *, in_letters: bool) -> Iterator[RenderableType]:
    """Each report on a paragraph of its own; several are counted, since they were merged into one event."""
    reports = event["explanation"]["reports"]
    if len(reports) > 1:
        yield Text(f"{len(reports)} sentences report it and were merged:", style="dim")
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for number, report in enumerate(reports, start=1):
        sentence = marked_sentence(
            report["words"], report["sentence"][0], event, report["trigger"], in_letters=in_letters
        )
        table.add_row(f"{number}." if len(reports) > 1 else "", sentence)
    yield table


def _lines(event: dict[str, Any]) -> Iterator[tuple[str, Text]]:
    why = event["explanation"]
    yield "event", _text(event["event_id"])
    yield "category", _text(why["category"])
    if why["probabilities"]:
        yield "", Text(_listed(why["probabilities"]), style="dim")
    else:
        yield "", Text(f"confidence {event['confidence']:.2f}", style="dim")
    yield "mode", _text(event["mode"] or "none")
    yield "contexts", _text("; ".join(f"{name} ({CONTEXTS[name]})" for name in event["contexts"]) or "none")
    for name in ("status", "date", "place", "reporter"):
        yield name, _text(why[name])
    for part, reason in zip(event["participants"], why["participants"], strict=True):
        code = f" [{part['code']}]" if part["code"] else ""
        yield (
            part["role"],
            Text.assemble((inert(part["name"]) + code, ROLE_STYLES[part["role"]]), ": ", inert(reason)),
        )


def _listed(probabilities: dict[str, float]) -> str:
    """The most probable categories; those that hardly are possible share one word."""
    told = {name: chance for name, chance in probabilities.items() if chance >= LEAST_TOLD}
    parts = [
        f"{'no event' if name == NONE else name} {chance_in_words(chance)}" for name, chance in told.items()
    ]
    return ", ".join(parts if len(told) == len(probabilities) else [*parts, f"each other <{LEAST_TOLD}"])


def _text(words: str) -> Text:
    return Text(inert(words))
