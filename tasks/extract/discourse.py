"""What an article has mentioned so far, sentence by sentence, as those ask who look for an antecedent.

In: mentions in the order of the text. Out: who stands at a token, who was named last, in which office, how often. What
refers to whom is decided by those who ask (`pronouns`, `groups`, `nominals`, `allegiance`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.extract.binding import Binding
from tasks.extract.lexicon import CountryName
from tasks.extract.paragraphs import find_paragraphs
from tasks.extract.quotation_marks import find_passages
from tasks.extract.spans import span_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc, Span

    from tasks.extract.annotations import Mention
    from tasks.extract.sightings import Sightings

MENTIONS_AHEAD = 20
"""The mentions behind a word that are weighed."""
MENTIONS_LOOKED_AT = 40
"""The last mentions of a sentence that are weighed: one huge sentence must not make this quadratic."""

MOST_HOLDERS = 20
"""Holders of one office that are weighed; a list of a thousand ministers must not make this quadratic."""

# What is before a name or in a role that tells he from she; not "\w*man", which would make Germans men.
_GENDERED = r"spokes{0}|chair{0}|states{0}|congress{0}|business{0}|police{0}|{0}"
_FEMALE = re.compile(
    rf"\b(?:mrs|ms|miss|madame|lady|queen|princess|actress|mother|sister|{_GENDERED.format('woman')})\b",
    re.IGNORECASE,
)
_MALE = re.compile(
    rf"\b(?:mr|sir|lord|king|prince|emir|sheikh|pope|ayatollah|father|brother|{_GENDERED.format('man')})\b",
    re.IGNORECASE,
)
SHE = frozenset({"she", "her", "hers"})


class Discourse:
    """The mentions of an article up to the sentence that is being read.

    Attributes:
        sentences: The mentions of each sentence so far, the present one last.
        ahead: All mentions of the present sentence that stand on their own, also those not yet read.
        title_codes: The codes of the countries in the headline, in its order.
        lone_country: The only country that the article speaks of, None if there are others.
        home: The country at whose affairs it looks, None if it is about several.
        named_in_all: How often the whole article names each country.
        named: How often it has named each so far.
        last_of_code: The last mention of each code.
        capitals: The last mention of each country's capital as a place.
    """

    def __init__(self, sightings: Sightings, *, title: str) -> None:
        """Begin an article; its headline only tells which countries it is about."""
        self.doc: Doc = sightings.doc
        self.text = sightings.text
        self.dependents = sightings.dependents
        self.binding = Binding(
            sightings.doc, sightings.dependents, robbing_verbs=sightings.lexicon.cues["robbing_verb"]
        )
        self.lexicon = sightings.lexicon
        self.countries = sightings.lexicon.countries
        self.cues = sightings.lexicon.cues
        self.office_at = sightings.office_at
        self.title_codes = _codes_of_title(sightings, title)
        self.lone_country = sightings.lone_country
        self.home = sightings.home
        self.named_in_all = sightings.countries
        self.named = Counter[str]()
        self.last_of_code: dict[str, Mention] = {}
        self.capitals: dict[str, Mention] = {}
        self.spans: list[Span] = []
        self.sentences: list[list[Mention]] = []
        self.ahead: Sequence[Mention] = ()
        self._grid = sightings.grid
        self._passages = find_passages(self.text, find_paragraphs(self.text))
        self._paragraph = 0
        self._main_subjects: dict[int, list[int]] = {}
        self._words: dict[int, frozenset[str]] = {}
        self._ahead_at: dict[int, Mention] = {}
        self._at: dict[int, Mention] = {}
        self._by_role: dict[str, dict[str, Mention]] = {}
        self._known: dict[str, Mention] = {}
        self._gender: dict[str, str] = {}

    def begin(self, sentence: Span, ahead: Sequence[Mention]) -> None:
        """Go on to the next sentence."""
        before = self.text[self.spans[-1].end_char - 1 : sentence.start_char] if self.spans else "\n"
        if "\n" in before:
            self._paragraph = sentence.start_char
        self.spans.append(sentence)
        self.sentences.append([])
        self.ahead = ahead
        self._ahead_at = {mention.head: mention for mention in ahead}

    def is_heard(self, position: int, listener: int) -> bool:
        """Whether words at a position are at hand for those at another: what is quoted is not for those outside."""
        passage = span_at(self._passages, position)
        return passage is None or passage == span_at(self._passages, listener)

    def is_seat(self, mention: Mention) -> bool:
        """Whether a mention names the seat of a country's government."""
        country = self.countries.get(mention.code or "")
        return country is not None and mention.text in country.seats

    def note(self, mention: Mention) -> None:
        """Take in the next mention."""
        self.sentences[-1].append(mention)
        if mention.kind == "organization" and not mention.members:
            self._words[id(mention)] = words_of_name(mention)
        for index in range(*self._grid.tokens_of(mention.start, mention.end)):
            self._at[index] = mention
        if mention.code and not mention.members:
            self.last_of_code[mention.code] = mention
            self.named[mention.code] += 1
        if mention.kind == "person" and not mention.members:
            self._note_person(mention)
        country = self.countries.get(mention.code or "") if mention.kind == "place" else None
        if country and mention.text in country.seats:
            self.capitals[country.code] = mention

    def _note_person(self, mention: Mention) -> None:
        gender = self._gender_said(mention)
        if gender:
            self._gender.setdefault(mention.name, gender)
        if mention.how in {"name", "title"} and mention.role:
            holders = self._by_role.setdefault(role_noun(mention), {})
            if len(holders) < MOST_HOLDERS or mention.name in holders:
                holders[mention.name] = mention
        known = self._known.get(mention.name)
        says_more = mention.code or (mention.role and not (known and known.code))
        if mention.how == "name" and says_more:
            self._known[mention.name] = mention

    def _gender_said(self, mention: Mention) -> str | None:
        """He or she, where a title or the pronoun itself says so."""
        if mention.how == "pronoun":
            return "she" if mention.text.lower() in SHE else "he"
        words = f"{self.text[max(0, mention.start - 12) : mention.start]} {mention.role or ''}"
        if _FEMALE.search(words):
            return "she"
        return "he" if _MALE.search(words) else None

    # Questions

    def at(self, index: int) -> Mention | None:
        """Who stands at a token, or in apposition to it: "the minister, Eva Berg"."""
        found = self._at.get(index)
        if found is not None:
            return found
        appositions = (self._at.get(other) for other in self.dependents.of(index, "appos"))
        return next((mention for mention in appositions if mention is not None), None)

    def main_subjects_before(self) -> Sequence[int]:
        """Whom the sentence before is about, by their tokens."""
        if len(self.spans) < 2:
            return ()
        position = len(self.spans) - 2
        if position not in self._main_subjects:  # looked for once: the walk is as long as the sentence
            self._main_subjects = {position: list(self.binding.main_subjects(self.spans[position]))}
        return self._main_subjects[position]

    def start_of_paragraph(self) -> int:
        """The first character of the paragraph that is being read."""
        return self._paragraph

    def first_token(self, mention: Mention) -> int:
        """The token that a mention begins with."""
        return self._grid.tokens_of(mention.start, mention.end)[0]

    def words(self, body: Mention) -> frozenset[str]:
        """The words by which a body can be called, as `words_of_name` gives them; taken apart once."""
        return self._words.get(id(body)) or words_of_name(body)

    def ahead_at(self, index: int) -> Mention | None:
        """Who stands at a token of the present sentence, also further on."""
        return self.at(index) or self._ahead_at.get(index)

    def ahead_of(self, end: int) -> Sequence[Mention]:
        """The next mentions of the present sentence that stand on their own, from a character on."""
        after = bisect_left(self.ahead, end, key=lambda mention: mention.start)
        return self.ahead[after : after + MENTIONS_AHEAD]

    def sentence(self, back: int) -> Sequence[Mention]:
        """The last mentions of the sentence so many back; none before the first."""
        return self.sentences[-1 - back][-MENTIONS_LOOKED_AT:] if back < len(self.sentences) else ()

    def persons(self, back: int, *, listener: int | None = None) -> list[Mention]:
        """The persons of the sentence so many back; with a position, those who are at hand for the words there."""
        return [
            mention
            for mention in self.sentence(back)
            if mention.kind == "person" and not mention.members
            if listener is None or self.is_heard(mention.start, listener)
        ]

    def in_office(self, noun: str) -> list[Mention]:
        """Everyone whom the article has so far called by an office ("minister"), each once."""
        return list(self._by_role.get(noun, {}).values())

    def can_be(self, pronoun: str, person: Mention) -> bool:
        """Whether nothing says that "he" or "she" is somebody else."""
        return self._gender.get(person.name, pronoun) == pronoun

    def completed(self, mention: Mention) -> Mention:
        """The mention with what the article says of the same person elsewhere."""
        if mention.members:
            return replace(mention, members=tuple(self.completed(member) for member in mention.members))
        known = self._known.get(mention.name) if mention.kind == "person" else None
        if known is None:
            return mention
        is_told = mention.code is not None or known.code is None
        return replace(
            mention,
            code=mention.code or known.code,
            country=mention.country or known.country,
            sector=known.sector or mention.sector,
            role=known.role or mention.role,
            confidence=mention.confidence if is_told else min(mention.confidence, known.confidence),
        )

    def as_country(self, mention: Mention) -> Mention:
        """The side that a mention stands for, as a mention of that country in the same words."""
        country = self.countries.get(mention.code or "")
        if country is None or mention.kind == "country":
            return mention
        return mention.as_country(country.code, country.name)


def words_of_name(mention: Mention) -> frozenset[str]:
    """The words of a mention and of its name in lower case, plurals and possessives also without their s."""
    words = {
        word.removesuffix("'s").removesuffix("\u2019s").lower()
        for word in f"{mention.name} {mention.text}".split()
    }
    return frozenset(words | {word.removesuffix("s") for word in words})


def role_noun(mention: Mention) -> str:
    """The noun of an office, which stands last: "minister" of "deputy foreign minister"."""
    return (mention.role or "").split()[-1].lower()


def _codes_of_title(sightings: Sightings, title: str) -> tuple[str, ...]:
    """The codes of a headline's countries, in its order."""
    entries = [match.meaning for match in sightings.lexicon.names.find(title)]
    return tuple(dict.fromkeys(entry.country.code for entry in entries if isinstance(entry, CountryName)))
