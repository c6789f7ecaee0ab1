"""A tiny corpus, made up for the tests: enough to train on in seconds, and far too little to learn much."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

from tasks.corpus.items import completed

if TYPE_CHECKING:
    from pathlib import Path

PARTIES = [("Norway", "Chile"), ("Kenya", "Peru"), ("Oman", "Fiji"), ("Japan", "Ghana"), ("Spain", "Cuba")]
DEEDS = [
    ("praised", "SUPPORT", None),
    ("welcomed", "SUPPORT", None),
    ("accused", "ACCUSE", "disapprove"),
    ("criticised", "ACCUSE", "disapprove"),
    ("attacked", "ASSAULT", None),
    ("bombed", "ASSAULT", "aerial"),
    ("shelled", "ASSAULT", "heavy-weapons"),
    ("visited", "CONSULT", "visit"),
]
ONTOLOGY = """
[[category]]
name = "FRIENDLY"
quad_class = "verbal_cooperation"
score = 4
covers = "is nice to somebody"

[[category]]
name = "HOSTILE"
quad_class = "material_conflict"
score = -8.5
covers = "is not"
modes = { words = -3, arms = -9 }
"""
OWN = {
    "SUPPORT": ("FRIENDLY", None),
    "CONSULT": ("FRIENDLY", None),
    "ACCUSE": ("HOSTILE", "words"),
    "ASSAULT": ("HOSTILE", "arms"),
}


def tiny_corpus(*, own: bool = False) -> list[dict]:
    """Items of forty sentences with an event each, and NONE in the other direction.

    Args:
        own: In the categories of `ONTOLOGY`, instead of PLOVER's.
    """
    items = []
    for (first, second), (verb, category, mode) in product(PARTIES, DEEDS):
        text = f"{first} on Monday {verb} {second}, officials said."
        actor, recipient, trigger = (span(text, words) for words in (first, second, verb))
        event_type, its_mode = OWN[category] if own else (category, mode)
        event = {
            "text": text,
            "actor": actor,
            "recipient": recipient,
            "reciprocal": False,
            "event_type": event_type,
            "mode": its_mode,
            "status": "actual",
            "contexts": ["military"] if category == "ASSAULT" else ["diplomatic"],
            "trigger": trigger,
            "kind": "lead",
            "period": "2010s",
            "region": "oceania",
        }
        nothing = {"event_type": "NONE", "mode": None, "status": None, "contexts": [], "trigger": None}
        items += [event, {**event, **nothing, "actor": recipient, "recipient": actor}]
    return [completed(item) for item in items]


def write_tiny_corpus(folder: Path, *, own: bool = False) -> Path:
    """The same as a folder."""
    folder.mkdir()
    lines = [json.dumps(item) + "\n" for item in tiny_corpus(own=own)]
    (folder / "oceania.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def span(text: str, words: str) -> list[int]:
    """Where words stand in a text for the first time."""
    start = text.index(words)
    return [start, start + len(words)]
