"""Counted groups: whom "the two countries", "both leaders" and "the five governments" stand for.

In: what the article has mentioned so far. Out: the members, or None where nothing says clearly who they are. Pronouns
for several belong to `pronouns`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.extract.annotations import Mention

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.tokens import Token

    from tasks.extract.discourse import Discourse

SENTENCES_FOR_PERSONS = 3
"""How many sentences, its own included, a group of persons reaches back."""
SENTENCES_FOR_COUNTRIES = 12
"""The same for countries: an article keeps to its pair far longer than to its persons."""
SENTENCES_AT_HAND = 2
"""What is linked in this sentence or the one before goes before the pair that the article is about."""

# What may stand between two of a group: "Norway and Chile", "Norway-Chile", "Norway, together with Chile".
_LINK = re.compile(
    r"\s*(?:,?\s*(?:and|with|together with|along with|or)(?:\s+the)?|,(?:\s+the)?|[-\u2010\u2013/&])\s*",
    re.IGNORECASE,
)
_NO_OFFICE = frozenset(
    {
        "the",
        "these",
        "their",
        "both",
        "all",
        "of",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
    }
)
_LONGEST_LINK = 30
_BY_MENTION, _BY_ABOUT, _BY_SENTENCE = 0.9, 0.8, 0.75


@dataclass(frozen=True, slots=True)
class Group:
    """Several mentions that one phrase stands for, and how sure that is."""

    members: tuple[Mention, ...]
    confidence: float


def persons(discourse: Discourse, count: int, *, words: str) -> Group | None:
    """The persons that are meant: all who hold the office that the words tell, else the last that were named.

    Args:
        discourse: The article so far.
        count: How many.
        words: "the two foreign ministers", "both leaders".
    """
    *before, noun = words.split()
    office = set(before) - _NO_OFFICE
    holders = [
        person
        for person in discourse.in_office(noun.removesuffix("s"))
        if person.how == "name" and office <= set((person.role or "").lower().split())
    ]
    if len(holders) == count:
        return Group(_in_order(holders), _BY_MENTION)
    if noun in {"men", "women"}:
        return None  # whoever they are: of few persons a report says which of the two
    latest: dict[str, Mention] = {}
    for back in range(SENTENCES_FOR_PERSONS):
        for person in reversed(discourse.persons(back)):
            if person.how != "nominal":  # "a spokesman" is hardly one of "the two leaders"
                latest.setdefault(person.name, person)
        if len(latest) >= count:
            break
    return Group(_in_order(latest.values()), _BY_SENTENCE) if len(latest) == count else None


def of_one_name(discourse: Discourse, noun: Token) -> Group | None:
    """North and South Korea, for "the two Koreas", named before or not."""
    if not noun.text[:1].isupper():
        return None
    name = noun.text.removesuffix("s").removesuffix("ie").removesuffix("y")
    called = [
        country
        for country in discourse.countries.values()
        if any(word.removesuffix("y") == name for word in country.name.split())
    ]
    if len(called) != 2:
        return None
    members = tuple(
        Mention(
            start=noun.idx,
            end=noun.idx + len(noun),
            text=noun.text,
            kind="country",
            how="name",
            name=country.name,
            code=country.code,
            country=country.code,
            head=noun.i,
        )
        for country in sorted(called, key=lambda country: country.name)
    )
    return Group(members, _BY_MENTION)


def countries(
    discourse: Discourse,
    count: int,
    *,
    with_bodies: bool,
    is_counted: bool,
    besides: frozenset[str] = frozenset(),
) -> Group | None:
    """The sides that are meant: linked by "and" at hand, those that the article is about, or all of one sentence.

    Args:
        discourse: The article so far.
        count: How many.
        with_bodies: Whether intergovernmental bodies can be among them ("the two sides").
        is_counted: "the two", "both": so many there must be, however far back.
        besides: The codes of those who do something to them and are none of them.
    """
    reach = SENTENCES_FOR_COUNTRIES if is_counted else SENTENCES_FOR_PERSONS
    for back in range(SENTENCES_AT_HAND):
        linked = _linked_once(discourse, back, count, with_bodies=with_bodies, besides=besides)
        if linked:
            return Group(linked, _BY_MENTION)
    if count == 2:
        here = _only(discourse, 0, with_bodies=with_bodies, besides=besides)
        about = here or _about(discourse, besides)
        if about:
            return Group(about, _BY_ABOUT)
    for back in range(reach):
        found = _linked_once(discourse, back, count, with_bodies=with_bodies, besides=besides)
        found = found or (
            _only(discourse, back, with_bodies=with_bodies, besides=besides) if count == 2 else None
        )
        if found:
            return Group(found, _BY_SENTENCE)
    members = [
        discourse.last_of_code[code] for code in discourse.title_codes if code in discourse.last_of_code
    ]
    if len(members) == count:
        return Group(_in_order(map(discourse.as_country, members)), _BY_ABOUT)
    return None


def _sides(discourse: Discourse, back: int, *, with_bodies: bool, besides: frozenset[str]) -> list[Mention]:
    return [
        mention
        for mention in discourse.sentence(back)
        if mention.code
        and mention.code not in besides
        and not mention.members
        and (with_bodies or not mention.code.startswith("IGO:"))
    ]


def _linked_once(
    discourse: Discourse, back: int, count: int, *, with_bodies: bool, besides: frozenset[str]
) -> tuple[Mention, ...] | None:
    """A group of so many that a sentence has named, their ministers included, or the only list of so many in it."""
    for mention in reversed(discourse.sentence(back)):
        if len(mention.members) == count and mention.kind == "country":
            return mention.members
        codes = {member.code for member in mention.members} & discourse.countries.keys()
        if len(codes) == len(mention.members) == count:
            return _in_order(map(discourse.as_country, mention.members))
    sides = _sides(discourse, back, with_bodies=with_bodies, besides=besides)
    lists = {frozenset(side.code for side in run): run for run in _runs(discourse.text, sides)}
    fitting = [run for codes, run in lists.items() if len(codes) == len(run) == count]
    return _in_order(map(discourse.as_country, fitting[0])) if len(fitting) == 1 else None


def _runs(text: str, sides: Sequence[Mention]) -> Iterator[list[Mention]]:
    """The mentions of a sentence that "and" and commas make one list."""
    run: list[Mention] = []
    for side in sides:
        gap = text[run[-1].end : side.start] if run else ""
        if run and not (len(gap) < _LONGEST_LINK and _LINK.fullmatch(gap)):
            yield run
            run = []
        run.append(side)
    if run:
        yield run


def _about(discourse: Discourse, besides: frozenset[str]) -> tuple[Mention, ...] | None:
    """The two countries that the article has named most, each more than once and twice as often as any third."""
    counts = [
        (n, code)
        for code, n in discourse.named.most_common()
        if code in discourse.countries and code not in besides
    ]
    if len(counts) < 2 or counts[1][0] < 2 or (len(counts) > 2 and 2 * counts[2][0] > counts[1][0]):
        return None
    return _in_order(discourse.as_country(discourse.last_of_code[code]) for _, code in counts[:2])


def _only(
    discourse: Discourse, back: int, *, with_bodies: bool, besides: frozenset[str]
) -> tuple[Mention, ...] | None:
    """The only two sides of a sentence; its capitals stand for theirs if that makes it two, other places never."""
    sides = _sides(discourse, back, with_bodies=with_bodies, besides=besides)
    acting = [side for side in sides if side.kind != "place"]
    seats = [side for side in sides if side.kind == "place" and discourse.is_seat(side)]
    for candidates in (acting, acting + seats):
        latest = {side.code: side for side in candidates}
        if len(latest) == 2:
            return _in_order(map(discourse.as_country, latest.values()))
    return None


def _in_order(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    return tuple(sorted(mentions, key=lambda mention: mention.start))
