"""People of the place: "In Kitwe, policemen fired at crowds", "residents of Mopti", "students marched in Khartoum".

In: a group without a side, and the sentence around it. Out: the country in which the sentence has the group act or live. Only
groups who are nearly always at home (`home_noun` in `word_classes.tsv`) have one: tourists, doctors and peacekeepers may
be anybody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.extract.discourse import MENTIONS_LOOKED_AT
from tasks.extract.gazetteer import only_country
from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from spacy.tokens import Token

    from tasks.extract.annotations import Mention
    from tasks.extract.discourse import Discourse

_SCENE_PREPOSITIONS = frozenset(
    {"in", "at", "near", "outside", "inside", "around", "across", "through", "throughout", "of", "on"}
)
_MOST_STEPS = 8
"""From a place up to what happens there; a deeper phrase says something else."""
_OTHER_CLAUSE = frozenset({"ccomp", "relcl", "advcl", "acl", "parataxis", "conj"})


def country_of_scene(discourse: Discourse, group: Mention) -> str | None:
    """The code of the only country in which the clause has the group, None if it has none or several."""
    noun = discourse.doc[group.head]
    if noun.lower_ not in word_class("home_noun"):
        return None
    verb = _verb_of(noun)
    codes = {
        place.country
        for place in discourse.ahead[:MENTIONS_LOOKED_AT]
        if place.country in discourse.countries
        and _is_sure(discourse, place)
        and place.kind in {"place", "country"}
        and _is_where(discourse, place)
        and _is_scene_of(discourse.doc[place.head], noun, verb)
    }
    return codes.pop() if len(codes) == 1 else None


def _verb_of(noun: Token) -> Token | None:
    """The verb that a noun is a party of: also of "thousands of students marched" and "fired at crowds"."""
    token = noun
    for _ in range(_MOST_STEPS):
        if token.dep_ not in {"nsubj", "nsubjpass", "dobj", "pobj", "prep", "agent"}:
            return None
        token = token.head
        if token.tag_.startswith("VB"):
            return token
    return None


def _is_sure(discourse: Discourse, place: Mention) -> bool:
    """Whether a name means a place of that country: some towns have namesakes abroad ("Valencia")."""
    is_named = place.country is not None and discourse.named_in_all[place.country] > 0
    return place.confidence == 1 or is_named or only_country(place.name) == place.country


def _is_where(discourse: Discourse, place: Mention) -> bool:
    """Whether a mention says where and not whose: "in Chile" and "in the Chilean capital", not "at the Chilean embassy"."""
    token = discourse.doc[place.head]
    if place.kind == "place" or token.dep_ == "pobj":
        return True
    return token.dep_ in {"amod", "poss"} and token.head.lower_ in discourse.cues["settlement_noun"]


def _is_scene_of(place: Token, noun: Token, verb: Token | None) -> bool:
    """Whether a preposition of place leads from a place up to the noun or to its verb."""
    token, is_scene = place, False
    for _ in range(_MOST_STEPS):
        if token in {noun, verb}:
            return is_scene
        if token.head is token or (is_scene and token.dep_ in _OTHER_CLAUSE):
            return False
        token = token.head
        if token.dep_ == "prep":
            if token.lower_ not in _SCENE_PREPOSITIONS:
                return False
            is_scene = True
    return False
