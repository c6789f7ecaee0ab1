"""Of what kind a source of news is: a state's or body's own word, media, somebody who is not named, or another.

In: the words of a source, the words after it, the mention that it is. Out: its kind and the sides that it belongs to.
What does not belong here: which words of a sentence are the source (`tasks.extract.citations`), nor which mentions
and whose words after it are its own (`tasks.extract.reporters`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.extract.word_classes import word_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from tasks.extract.annotations import Mention, ReporterKind

_PUBLIC_BODIES = frozenset({"IGO", "MIL", "JUD", "LEG", "INT"})
_OFFICIAL_SECTORS = _PUBLIC_BODIES | {"GOV", "POL"}
_AGENCIES = frozenset({"agency", "agencies"})
_REPORTS = frozenset({"report", "reports"})
_REPORTING = _REPORTS | {"reported", "reporting"}
_SOURCES = frozenset({"source", "sources", "insider", "insiders", "someone", "somebody"})
_UNNAMED = frozenset({"unnamed", "unidentified"})
_DIPLOMATS = frozenset({"diplomat", "diplomats", "envoy", "envoys"})
_OFFICERS = frozenset({"official", "officials", "officer", "officers"})
# Officials of no country: "Western officials" are as unnamed as "diplomats", "Turkish officials" speak for Turkey.
_NO_COUNTRY = frozenset({"Western", "foreign", "regional", "European", "Asian", "Arab", "African"})
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
        cue: The word that says that it reports, in lower case; empty for the speaker of a quotation.
        words: The source as written, without an article.
        noun: The head of the words, in lower case.
        aside: The source with what is said about it and how it speaks, in lower case.
        mention: The mention that it is, or whose word it is ("Turkey" of "a Turkish statement").
        is_named: Whether the mention is the source itself.
        codes: The countries and bodies for which it stands, or in which it is.
    """

    cue: str
    words: str
    noun: str
    aside: str
    mention: Mention | None
    is_named: bool
    codes: frozenset[str]

    @property
    def sector(self) -> str | None:
        """The sector of its mention."""
        return self.mention.sector if self.mention else None

    def holds(self, nouns: frozenset[str]) -> bool:
        """Whether one of its words is one of some nouns."""
        return not nouns.isdisjoint(self.words.lower().split())


def kind_of(source: Source) -> ReporterKind:
    """What kind of source it is: first whether it hides its name, then what its mention is, then its noun."""
    return next((kind for kind, holds in _KINDS if holds(source)), "other")


def is_nameless(words: str) -> bool:
    """Whether words mean officials or diplomats of no country in particular: "diplomats", "Western officials"."""
    each = words.split()
    return each[-1] in _DIPLOMATS or (each[-1] in _OFFICERS and not _NO_COUNTRY.isdisjoint(each))


def is_document(noun: str) -> bool:
    """Whether a noun means a text, which speaks for whoever issued it."""
    return noun in word_class("document_noun")


def is_briefing(source: Source) -> bool:
    """Whether an unnamed person only tells of what his side does: "an EU diplomat" promises nothing for the EU."""
    return source.noun in _DIPLOMATS | _OFFICERS


def is_of_the_scene(source: Source) -> bool:
    """Whether a source is of where it all happens: residents and witnesses are, aid workers and travellers are not."""
    return source.noun in word_class("local_noun")


def is_word_for_source(noun: str) -> bool:
    """Whether a noun means somebody or something that news is taken from."""
    classes = ("media_noun", "official_noun", "document_noun")
    return noun in _SOURCES | _DIPLOMATS or any(noun in word_class(name) for name in classes)


def side_codes(mention: Mention | None) -> frozenset[str]:
    """The countries and bodies that a mention stands for, those of its members for a group."""
    if mention is None:
        return frozenset()
    each = mention.members or (mention,)
    return frozenset(code for one in each if (code := one.code or one.country))


def _hides_its_name(source: Source) -> bool:
    return (
        source.noun in _SOURCES
        or source.holds(_UNNAMED)
        or bool(_ANONYMOUS.search(source.aside) or _CONFIDANTS.search(source.aside))
        or (not source.codes and is_nameless(source.words))
    )


def _is_media(source: Source) -> bool:
    """Whether it is media, a state's own among them: "Syrian state television"; a state's agency may be any office."""
    if source.sector not in {None, "GOV"}:
        return source.sector == "MED"
    is_office = source.sector == "GOV" and source.noun in _AGENCIES
    return source.noun in word_class("media_noun") and not is_document(source.noun) and not is_office


def _is_private(source: Source) -> bool:
    """Whether its officials and spokesmen are no state's: "a union official"."""
    return source.sector not in _PUBLIC_BODIES and source.holds(word_class("private_noun"))


def _is_official(source: Source) -> bool:
    if source.sector is not None:
        if source.sector in _OFFICIAL_SECTORS:
            return True
    elif source.holds(word_class("official_noun")):
        return True
    speaks_itself = source.is_named or (is_document(source.noun) and source.noun not in _REPORTS)
    return speaks_itself and source.mention is not None and source.mention.kind in {"country", "place"}


def _is_report(source: Source) -> bool:
    """Whether it is a report that is nobody's ("Chadian reports"), or a name that is only said to report.

    Newspapers often have the names of things ("Dawn reported that"); who holds an office "said" it.
    """
    is_name = source.words.split()[-1][:1].isupper()
    is_unknown = source.mention is None or (source.mention.kind == "organization" and source.sector is None)
    return source.noun in _REPORTS or (is_name and is_unknown and source.cue in _REPORTING)


_KINDS: tuple[tuple[ReporterKind, Callable[[Source], bool]], ...] = (
    ("anonymous", _hides_its_name),
    ("media", _is_media),
    ("other", _is_private),
    ("official", _is_official),
    ("media", _is_report),
)
"""Each kind with what tells it, the strongest sign first."""
