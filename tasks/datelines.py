"""The dateline at the start of a text: "(MENAFN) ...", "WASHINGTON (Reuters) - ...", "MUSCAT, 30 June - ...".

In: the text. Out: where the dateline ends and what it names. The text is left as it is, since offsets count the
dateline too; ingestion reads the source's name from it, and extraction does not parse it as a part of the sentence.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# A place and a day at most, then the name in brackets (or between the slashes of press releases), then a dash.
_WITH_SOURCE = re.compile(
    r"(?P<place>[^()/\n]{0,80}?)\s*[(/]\s*(?P<name>[^()/\n]{2,50}?)\s*[)/]\s*(?P<dash>--?|[–—])?"
)
# A town in capitals and a day at most, then a dash: without a source, only capitals tell a dateline from a sentence.
_TOWN_ONLY = re.compile(r"(?P<place>[^()/\n–—]{2,60}?)\s*(?:\s--?\s|[–—])\s*")
_LOOKED_AT = 160  # characters: the longest that the patterns can match
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


class Dateline(NamedTuple):
    """A dateline: how many characters of the text it takes, the source and the place that it names, if any.

    The place stands as it is written, with the day or the country behind it: "NEW DELHI, Aug 7", "KHARKIV, Ukraine".
    """

    end: int
    source: str | None
    place: str | None = None


def find_dateline(text: str) -> Dateline | None:
    """The dateline that a text begins with; None if it begins otherwise.

    A name in brackets at the very start is enough; behind a place it takes the dash that ends a dateline. Without a
    name, it takes a town in capitals and the dash.
    """
    indent = len(text) - len(text.lstrip())
    head = text[indent : indent + _LOOKED_AT]
    match = _WITH_SOURCE.match(head)
    if match and (found := _named(match)):
        return Dateline(indent + match.end(), found, match["place"].strip() or None)
    town = _TOWN_ONLY.match(head)
    if town and _is_place(words := town["place"].split()) and _town(words).isupper():
        return Dateline(indent + town.end(), None, town["place"].strip())
    return None


def _named(match: re.Match[str]) -> str | None:
    place, name = match["place"].split(), re.split(r"\s*[-–—]+\s+", match["name"])[0]
    if place and not (match["dash"] and _is_place(place)):
        return None
    return name if _is_source(name.split(), after_place=bool(place)) else None


def _town(words: list[str]) -> str:
    return " ".join(words).partition(",")[0]


def _is_place(words: list[str]) -> bool:
    """Whether words can be the place and day of a dateline: "NEW DELHI, Aug 7", "Berlin", "Rio de Janeiro, 7 August"."""
    town = _town(words)
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
