"""Capitals: does "Beijing" act, as the government that sits there, or is it where something happens?

In: a token that names a capital. Out: whether it stands for the government. The syntax decides: what says, agrees,
is accused or talked with acts; what things happen in, are flown to or hit by is a place. A wrong actor costs more
than a missed one, so what the syntax leaves open is a place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.extract.dependents import head_of

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from tasks.extract.lexicon import Lexicon
    from tasks.extract.sightings import Sightings

_PLACE_AFFIXES = frozenset({"based", "born", "bound", "area"})
_NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})


def stands_for_government(name: Span, sightings: Sightings) -> bool:
    """Whether a capital (the span of its name) acts or is acted on as a government."""
    return not (_is_dateline(name) or _has_place_beside(name)) and _acts(
        _first_conjunct(name.doc[head_of(name.doc, name.start, name.end)]), sightings
    )


def _acts(token: Token, sightings: Sightings) -> bool:
    """Whether the slot in which a capital stands is one for somebody who acts or is acted on."""
    governor, cues = token.head, sightings.lexicon.cues
    match token.dep_:
        case "nsubj":
            return not _is_described_as_place(governor, sightings)
        case "nsubjpass" | "dobj":  # accusing a capital is accusing its government, bombing it is not
            return governor.lower_.startswith(tuple(cues["social_verb_stem"]))
        case "pobj":
            return _is_object_of_relation(governor, sightings.lexicon)
        case "poss":
            return governor.lower_ not in cues["city_noun"]
        case "compound" | "nmod" | "amod":
            return governor.lower_ in cues["government_noun"]
    return token.dep_ == "dative"  # one gives to a government, not to a town: "Japan offered Manila boats"


def _first_conjunct(token: Token) -> Token:
    """The first of "Beijing and Washington": the others are what it is."""
    for _ in range(20):  # longer lists are not read to their beginning
        if token.dep_ != "conj" or token.head.tag_ not in _NOUN_TAGS:
            break
        token = token.head
    return token


def _is_dateline(name: Span) -> bool:
    """Whether a report begins with the name: "MOSCOW (Agency) -", "Moscow - "."""
    if name.end >= len(name.doc) or not name.doc[name.start].is_sent_start:
        return False
    following = name.doc[name.end]
    is_set_off = bool(name[-1].whitespace_) and following.text in {"-", "--", "\u2013", "\u2014"}
    return is_set_off or following.text in {"(", "\u2014"} or (name.text.isupper() and following.text == ",")


def _has_place_beside(name: Span) -> bool:
    """Whether the name goes on as a place: "Moscow, Russia", "Moscow-based"."""
    doc = name.doc
    after = doc[name.end : name.end + 2]
    if len(after) < 2:
        return False
    if after[0].text == ",":
        return after[1].ent_type_ in {"GPE", "LOC"} and after[1].dep_ == "appos"
    return after[0].text in {"-", "\u2010", "\u2011"} and after[1].lower_ in _PLACE_AFFIXES


def _is_described_as_place(verb: Token, sightings: Sightings) -> bool:
    cues = sightings.lexicon.cues
    if verb.lower_.startswith(tuple(cues["place_verb_stem"])):
        return True
    attributes = {verb.doc[index].lower_ for index in sightings.dependents.of(verb.i, "attr")}
    return not attributes.isdisjoint(cues["city_noun"] | {"home", "scene"})


def _is_object_of_relation(preposition: Token, lexicon: Lexicon) -> bool:
    word, governor, cues = preposition.lower_, preposition.head, lexicon.cues
    if word in cues["locative_preposition"]:
        return False
    if word in cues["relational_preposition"]:
        return not (word == "by" and governor.lower_ in {"stop", "stopped", "passed", "pass"})
    if word in cues["directed_preposition"]:
        return governor.lower_ in cues["government_relation"] and governor.lower_ not in cues["city_noun"]
    return False
