"""The source that an article's own dateline names: "(MENAFN) ...", "WASHINGTON (Reuters) - ...".

In: the text. Out: the source's name. The text is left as it is; offsets count the dateline.
"""

from __future__ import annotations

import re

# A place and a day at most, then the name in brackets (or between the slashes of press releases), then a dash.
_DATELINE = re.compile(
    r"(?P<place>[^()/\n]{0,80}?)\s*[(/]\s*(?P<name>[^()/\n]{2,50}?)\s*[)/]\s*(?P<dash>--?|[–—])?"
)
_LOOKED_AT = 160  # characters: the longest that the pattern can match
_PARTICLES = frozenset(
    {"al", "da", "de", "del", "des", "do", "du", "el", "la", "le", "of", "and", "sur", "the"}
)
_MOST_WORDS = 8
_MOST_WORDS_OF_A_TOWN = 3  # not in capitals; more of them are a sentence that begins with a name

_ABOUT_THE_STORY = """
add adds advertisement advisory analysis blog breaking column commentary correct correction corrected corrects
corrections editorial exclusive explainer feature file filed graphic interview lead live opinion photo photos recap
recasts refiles releads removes repeat repeats rewrites sponsored update updated updates urgent video watch wrap
"""
"""First words of what desks put in brackets before a story."""

_DESK_NOTES = frozenset(_ABOUT_THE_STORY.split())


def source_in_dateline(text: str) -> str | None:
    """The agency or paper that the dateline at the start of a text names; None if there is no such dateline.

    A name in brackets that begins the text is enough; behind a place it takes the dash that ends a dateline.
    """
    match = _DATELINE.match(text.lstrip()[:_LOOKED_AT])
    if not match:
        return None
    place, name = match["place"].split(), re.split(r"\s*[-–—]+\s+", match["name"])[0]
    if place and not (match["dash"] and _is_place(place)):
        return None
    return name if _is_source(name.split(), after_place=bool(place)) else None


def _is_place(words: list[str]) -> bool:
    """Whether words can be the place and day of a dateline: "NEW DELHI, Aug 7", "Berlin", "Rio de Janeiro, 7 August"."""
    town = " ".join(words).partition(",")[0]
    is_short = town.isupper() or len(town.split()) <= _MOST_WORDS_OF_A_TOWN
    return is_short and len(words) <= _MOST_WORDS and _are_capitalised(words)


def _is_source(words: list[str], *, after_place: bool) -> bool:
    if not words or len(words) > _MOST_WORDS or words[0].strip(":.").casefold() in _DESK_NOTES:
        return False
    if not any(character.isalpha() for character in words[0]):
        return False
    return _are_capitalised(words) or (after_place and len(words) == 1)  # "BERLIN (dpa) -"


def _are_capitalised(words: list[str]) -> bool:
    return all(word[0].isupper() or word[0].isdigit() or word in _PARTICLES for word in words)
