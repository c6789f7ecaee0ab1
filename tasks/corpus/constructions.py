"""Which constructions an event shows: how its sentence is built around it.

In: an event (an item that is not NONE) and its parsed sentence. Out: names of constructions, and the token that heads a span. They are read off the
parse and the item's own fields, so that nobody has to label them; the parse errs now and then, and shares are all that
is made of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

CONSTRUCTIONS = {
    "headline": "a headline",
    "lead": "the first sentence of a report",
    "several events": "a sentence of 25 words or more with two or more labelled events",
    "passive": "the trigger is a passive verb or participle",
    "nominalisation": "the trigger is a noun",
    "symmetric": "both sides do it alike",
    "attribution": "the event stands under a verb of saying or after 'according to'",
    "quote": "the event is in quotation marks or is what they carry",
    "negation": "status negated",
    "plan": "status planned",
    "conditional": "a clause with if, unless or the like, or status hypothetical beside would, could or might",
    "history": "a year before the decade, last year, or years, decades or centuries ago",
    "subordinate": "the trigger stands in a relative, participle or adverbial clause",
    "embedded": "the trigger is governed by another verb",
    "lone actor": "no recipient",
    "recipient first": "the recipient stands before the actor",
}

_LONG = 25
_SAYING = {
    "say",
    "tell",
    "report",
    "announce",
    "claim",
    "state",
    "add",
    "note",
    "write",
    "confirm",
    "quote",
    "disclose",
}
_SUBORDINATE = {"relcl", "acl", "advcl"}
_EMBEDDED = {"xcomp", "ccomp", "pcomp"}
_IF = {"if", "unless", "provided", "lest"}
_WOULD = {"would", "could", "might"}
_YEARS = re.compile(r"\b(?:1[789]\d\d|20[0-2]\d)\b")
_LONG_AGO = re.compile(
    r"\b(?:years?|decades?|centur(?:y|ies)|generations?) (?:ago|earlier|before)\b|\blast year\b",
    re.IGNORECASE,
)


def constructions_of(item: dict[str, Any], doc: Doc, *, events: int) -> set[str]:
    """The constructions that an event shows.

    Args:
        item: A row of `CorpusItems` that is not NONE.
        doc: Its sentence, parsed.
        events: Different triggers that are labelled in the sentence.
    """
    trigger = head_of(doc, item["trigger"])
    ancestors = list(trigger.ancestors)
    lower = {token.lower_ for token in doc}
    signs = {
        "headline": item["kind"] == "headline",
        "lead": item["kind"] == "lead",
        "several events": events > 1 and len(item["text"].split()) >= _LONG,
        "passive": _is_passive(trigger),
        "nominalisation": trigger.tag_.startswith("NN"),
        "symmetric": item["reciprocal"],
        "attribution": "according to" in item["text"].lower()
        or any(token.pos_ == "VERB" and token.lemma_ in _SAYING for token in ancestors),
        "quote": item["kind"] == "quote",
        "negation": item["status"] == "negated",
        "plan": item["status"] == "planned",
        "conditional": bool(lower & _IF) or (item["status"] == "hypothetical" and bool(lower & _WOULD)),
        "history": _is_history(item),
        "subordinate": trigger.dep_ in _SUBORDINATE or any(token.dep_ in _SUBORDINATE for token in ancestors),
        "embedded": trigger.dep_ in _EMBEDDED,
        "lone actor": item["recipient"] is None,
        "recipient first": item["recipient"] is not None and item["recipient"][0] < item["actor"][0],
    }
    return {name for name, is_so in signs.items() if is_so}


def head_of(doc: Doc, span: list[int]) -> Token:
    """The token of a span that governs the others."""
    words = doc.char_span(span[0], span[1], alignment_mode="expand")
    if words is None:
        raise ValueError(f"no word at {span} of {doc.text!r}")
    return words.root


def _is_passive(trigger: Token) -> bool:
    children = {child.dep_ for child in trigger.children}
    participle = trigger.tag_ == "VBN" and (trigger.dep_ == "acl" or "agent" in children)
    return participle or bool(children & {"nsubjpass", "auxpass"})


def _is_history(item: dict[str, Any]) -> bool:
    decade = int(item["period"][:4])
    earlier = any(int(year) < decade for year in _YEARS.findall(item["text"]))
    return earlier or bool(_LONG_AGO.search(item["text"]))
