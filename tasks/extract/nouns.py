"""Nouns: the singular of an English plural.

In: a noun as tagged NNS. Out: its singular in lower case. What does not belong here: finding nouns.
"""

from __future__ import annotations

_IRREGULAR = {
    "aircraft": "aircraft",
    "analyses": "analysis",
    "bases": "base",
    "buses": "bus",
    "caches": "cache",
    "cattle": "cattle",
    "chassis": "chassis",
    "children": "child",
    "debris": "debris",
    "clothes": "clothes",
    "crises": "crisis",
    "consortia": "consortium",
    "criteria": "criterion",
    "feet": "foot",
    "gases": "gas",
    "geese": "goose",
    "grandchildren": "grandchild",
    "heroes": "hero",
    "hypotheses": "hypothesis",
    "headquarters": "headquarters",
    "lenses": "lens",
    "media": "medium",
    "memoranda": "memorandum",
    "men": "man",
    "mice": "mouse",
    "movies": "movie",
    "news": "news",
    "oxen": "ox",
    "people": "person",
    "phenomena": "phenomenon",
    "premises": "premise",
    "referenda": "referendum",
    "series": "series",
    "shoes": "shoe",
    "species": "species",
    "teeth": "tooth",
    "tranches": "tranche",
    "theses": "thesis",
    "ties": "tie",
    "axes": "axe",
    "lies": "lie",
    "pies": "pie",
    "zombies": "zombie",
    "calories": "calorie",
    "toes": "toe",
    "canoes": "canoe",
    "foes": "foe",
    "uses": "use",
    "abuses": "abuse",
    "excuses": "excuse",
    "fuses": "fuse",
    "refuses": "refuse",
    "ruses": "ruse",
    "muses": "muse",
    "calves": "calf",
    "elves": "elf",
    "halves": "half",
    "hooves": "hoof",
    "leaves": "leaf",
    "lives": "life",
    "loaves": "loaf",
    "scarves": "scarf",
    "selves": "self",
    "thieves": "thief",
    "wolves": "wolf",
}
_ENDINGS = (
    ("men", "man"),
    ("wives", "wife"),
    ("knives", "knife"),
    ("shelves", "shelf"),
    ("ouses", "ouse"),
    ("auses", "ause"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("sses", "ss"),
    ("xes", "x"),
    ("oes", "o"),
    ("uses", "us"),
    ("ies", "y"),
    ("ss", "ss"),
    ("us", "us"),
    ("sis", "sis"),
    ("is", "i"),
    ("s", ""),
)
"""The first that fits is replaced."""


def singular(noun: str) -> str:
    """The singular of a plural noun, in lower case: "Warships" gives "warship", "people" gives "person".

    A word that does not look like a plural is given back as it is, in lower case.
    """
    word = noun.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for plural, ending in _ENDINGS:
        if word.endswith(plural) and len(word) > len(plural):
            return word.removesuffix(plural) + ending
    return word
