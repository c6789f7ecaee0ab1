"""Of what kind a source of news is: a state's or body's own word, media, somebody who is not named, or another.

In: the words of a source, the words after it, the mention that it is. Out: its kind and the sides that it belongs to.
What does not belong here: which words of a sentence are the source (`tasks.extract.reporters`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.extract.annotations import Mention, ReporterKind

_OFFICIAL_SECTORS = frozenset({"GOV", "MIL", "POL", "LEG", "JUD", "INT", "IGO"})
_PUBLIC_BODIES = frozenset({"IGO", "MIL", "JUD", "LEG", "INT"})
_SOURCES = frozenset({"source", "sources", "insider", "insiders"})
_UNNAMED = frozenset({"unnamed", "unidentified"})
_DIPLOMATS = frozenset({"diplomat", "diplomats", "envoy", "envoys"})
_LOCALS = frozenset(
    """activist activists doctor doctors farmer farmers hospital lawyer lawyers local locals resident residents student
    students townspeople villager villagers witness witnesses""".split()
)
_OFFICERS = frozenset({"official", "officials", "officer", "officers"})
# Whose officials and spokesmen are no state's.
_PRIVATE = frozenset(
    """airline association business chamber club companies company co corp corporation employers federation firm firms
    foundation group inc industry institute ltd market plc union unions""".split()
)
# Officials of no country: "Western officials" are as unnamed as "diplomats", "Turkish officials" speak for Turkey.
_NO_COUNTRY = frozenset({"Western", "foreign", "regional", "European", "Asian", "Arab", "African"})
_MEDIA = frozenset(
    """agency broadcaster channel daily gazette herald journalist journalists magazine media network newspaper newspapers
    news paper papers press radio reporter reporters report reports station tabloid television times tv weekly
    website""".split()
)
_OFFICIAL = frozenset(
    """administration admiral agency aide aides ambassador army authorities brigadier cabinet captain chairman chancellor colonel
    commander commission consul council court defence delegate delegates delegation department embassy envoy envoys general government governor headquarters junta king
    lieutenant major mayor military minister ministers ministry mission navy negotiator negotiators officer officers
    official officials parliament police policeman policemen premier presidency president prosecutor prosecutors
    secretary senator spokesman spokesmen spokesperson spokeswoman troops""".split()
)
_DOCUMENTS = frozenset({"report", "reports", "statement", "communique", "document", "documents", "summary"})
_ANONYMOUS = re.compile(
    r"\b(?:anonymity|anonymously"
    r"|(?:not (?:to )?be|not being|(?:declined|refused) to be|without being) (?:further )?(?:named|identified|quoted))\b"
)
_CONFIDANTS = re.compile(
    r"\b(?:people|persons?|those|someone|somebody|executives?|traders?|man|woman|official|officials)"
    r" (?:\w+ )?(?:familiar with|close to|briefed|with (?:direct )?knowledge|involved in)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who reports.

    Attributes:
        words: The source as written, without an article.
        noun: The head of the words, in lower case.
        aside: The source with what is said about it and how it speaks, in lower case.
        mention: The mention that it is, or whose word it is ("Turkey" of "a Turkish statement").
        is_named: Whether the mention is the source itself.
        codes: The countries and bodies for which it stands, or in which it is.
    """

    words: str
    noun: str
    aside: str
    mention: Mention | None
    is_named: bool
    codes: frozenset[str]


def kind_of(source: Source) -> ReporterKind:
    """What kind of source it is: first whether it hides its name, then what its mention is, then its noun."""
    words = source.words.lower().split()
    sector = source.mention.sector if source.mention else None
    if (
        source.noun in _SOURCES
        or not _UNNAMED.isdisjoint(words)
        or _ANONYMOUS.search(source.aside)
        or _CONFIDANTS.search(source.aside)
    ):
        return "anonymous"
    if not source.codes and is_nameless(source.words):
        return "anonymous"
    if sector == "MED":
        return "media"
    if sector is None and source.noun in _MEDIA and source.noun not in _DOCUMENTS:
        return "media"
    if sector not in _PUBLIC_BODIES and not _PRIVATE.isdisjoint(words):
        return "other"
    if sector in _OFFICIAL_SECTORS:
        return "official"
    speaks_itself = source.is_named or is_document(source.noun)
    if speaks_itself and source.mention and source.mention.kind in {"country", "place"}:
        return "official"
    if sector is None and not _OFFICIAL.isdisjoint(words):
        return "official"
    if source.noun in {"report", "reports"}:
        return "media"
    return "other"


def is_nameless(words: str) -> bool:
    """Whether words mean officials or diplomats of no country in particular: "diplomats", "Western officials"."""
    each = words.split()
    return each[-1] in _DIPLOMATS or (each[-1] in _OFFICERS and not _NO_COUNTRY.isdisjoint(each))


def is_document(noun: str) -> bool:
    """Whether a noun means a text, which speaks for whoever issued it."""
    return noun in _DOCUMENTS


def is_briefing(source: Source) -> bool:
    """Whether an unnamed person only tells of what his side does: "an EU diplomat" promises nothing for the EU."""
    return source.noun in _DIPLOMATS | _OFFICERS and not _is_name(source)


def is_of_the_scene(source: Source) -> bool:
    """Whether a source is of where it all happens: residents and witnesses are, aid workers and travellers are not."""
    return source.noun in _LOCALS


def _is_name(source: Source) -> bool:
    return source.words.endswith(source.noun.capitalize())


def is_word_for_source(noun: str) -> bool:
    """Whether a noun means somebody or something that news is taken from."""
    return noun in _SOURCES | _MEDIA | _OFFICIAL | _DIPLOMATS | _DOCUMENTS


def side_codes(mention: Mention | None) -> frozenset[str]:
    """The countries and bodies that a mention stands for, those of its members for a group."""
    if mention is None:
        return frozenset()
    each = mention.members or (mention,)
    return frozenset(code for one in each if (code := one.code or one.country))
