"""Whether a name is a place, by the words around it and the gazetteer, whatever the model took it for.

In: a name's tokens in a parsed text. Out: yes or no, by signs of falling strength: words that only a place has beside
it ("the town of X", "the X river", "X, Ohio"), a preposition for a name that the gazetteer knows ("at X"), and for what
may be a person's name, one of the two. What does not belong here: in which country a place lies (`toponyms.py`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tasks.extract.dependents import head_of
from tasks.extract.gazetteer import is_known_place
from tasks.extract.lexicon import Place
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from tasks.extract.lexicon import Lexicon

_LOCATIVE = frozenset({"in", "at", "near", "outside"})
_IN_OR_TO = _LOCATIVE | {"into", "to", "from", "through", "off", "around", "across", "above"}
_COMMA = re.compile(r",\s+")
_LONGEST_STATE = 32
"""Characters in which the name of a state stands: "New South Wales"."""


def is_named_a_place(name: Span, lexicon: Lexicon) -> bool:
    """Whether the words beside a name say that it is a place: "the town of X", "the X river"."""
    doc, first = name.doc, name.start
    if first > 0 and doc[first - 1].lower_ == "the":
        first -= 1  # "the headwaters of the X"
    if first > 1 and doc[first - 1].lower_ == "of" and doc[first - 2].lower_ in lexicon.cues["place_noun"]:
        return True
    if name.end >= len(doc) or doc[name.end].lower_ not in lexicon.cues["landscape_noun"]:
        return False
    return doc[head_of(doc, name.start, name.end)].head.i == name.end


def is_in_state(name: Span, lexicon: Lexicon) -> bool:
    """Whether the gazetteer knows a name and a state stands behind it: "FARGO, N.D."."""
    if not is_known_place(name.text):
        return False
    following = name.doc[name.end : name.end + _LONGEST_STATE // 4].text
    return state_after(following, 0, lexicon) is not None


def state_after(text: str, end: int, lexicon: Lexicon) -> Place | None:
    """The state behind a name that ends there: "Paris, Texas"."""
    comma = _COMMA.match(text, end)
    if not comma:
        return None
    following = lexicon.names.find(text[comma.end() : comma.end() + _LONGEST_STATE])
    if following and following[0].start == 0:
        entry = following[0].meaning
        return entry if isinstance(entry, Place) and entry.kind == "state" else None
    return None


def is_known_scene(name: Span) -> bool:
    """Whether a preposition puts something in, at or near a name that the gazetteer knows, or moves it there."""
    doc, first = name.doc, name.start
    root = doc[head_of(doc, first, name.end)]
    if first > 0 and doc[first - 1].lower_ == "the":
        first -= 1
    is_object = root.dep_ == "pobj" and first > 0 and root.head.i == first - 1
    return is_object and doc[first - 1].lower_ in _IN_OR_TO and is_known_place(name.text)


def is_scene(name: Span, lexicon: Lexicon) -> bool:
    """Whether what may be a person stands where a place would: "held at X", "the X air base", or the gazetteer knows it."""
    doc = name.doc
    root = doc[head_of(doc, name.start, name.end)]
    is_object = name.start > 0 and root.dep_ == "pobj"
    if is_object and _is_locative(doc[name.start - 1], is_one_word=len(name) == 1):
        return True
    if root.dep_ in {"compound", "nmod"} and root.head.lower_ in lexicon.cues["facility_noun"]:
        return True
    return len(name) == 1 and is_known_place(name.text)


def speaks(token: Token) -> bool:
    """Whether somebody of that name says something, which places do not."""
    return token.dep_ == "nsubj" and token.head.lower_ in word_class("reporting_verb")


def _is_locative(preposition: Token, *, is_one_word: bool) -> bool:
    """Whether something happens "in" it: not "confidence in Larsen", and a full name seldom is a place."""
    words = _LOCATIVE if is_one_word else _LOCATIVE - {"at"}
    return preposition.lower_ in words and preposition.head.tag_.startswith("VB")
