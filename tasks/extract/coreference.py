"""What needs the context: pronouns, "the two countries", "both leaders", "the country", "his counterpart".

In: what the lexicon sees in a parsed text, and the mentions that stand on their own. Out: these and the ones that
refer to them, in the order of the text. Precise rather than complete: a reference with more than one plausible
antecedent gives no mention. Short forms of a person's name belong to `people`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from tasks.extract.annotations import Mention
from tasks.extract.dependents import SUBJECTS
from tasks.extract.lexicon import CountryName
from tasks.extract.people import COUNTERPART
from tasks.extract.references import SHE, Reference, find_references

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spacy.tokens import Doc, Token

    from tasks.extract.annotations import How
    from tasks.extract.sightings import Sightings

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

# What may stand between the two of a pair: "Norway and Chile", "Norway-Chile", "Norway, together with Chile".
_LINK = re.compile(
    r"\s*(?:,?\s*(?:and|with|together with|along with)(?:\s+the)?|[-\u2010\u2013/&])\s*", re.IGNORECASE
)
_LIST = re.compile(r"\s*,\s*(?:the\s+)?", re.IGNORECASE)
_STATE_SECTORS = frozenset({"GOV", "MIL", "LEG", "JUD", "POL", "INT"})

SENTENCES_FOR_PERSONS = 3
"""How many sentences, its own included, a reference to two persons reaches back."""
SENTENCES_FOR_COUNTRIES = 12
"""The same for two countries: an article keeps to its pair far longer than to its persons."""
MENTIONS_LOOKED_AT = 40
"""The last mentions of a sentence or window that are weighed: one huge sentence must not make this quadratic."""
MENTIONS_AHEAD = 10
"""The mentions behind a pronoun that it cannot mean."""
LONGEST_CLIMB = 12
"""Steps up the parse from a pronoun to the subject that governs it."""


def resolve(sightings: Sightings, mentions: Sequence[Mention], *, title: str = "") -> tuple[Mention, ...]:
    """The mentions with those that refer to them, sorted and without overlap.

    Args:
        sightings: What the lexicon sees in the text.
        mentions: What stands on its own, sorted.
        title: The headline: "the two countries" may be the two that it names.
    """
    discourse = _Discourse(sightings, title=title)
    position = 0
    for sentence in sightings.doc.sents:
        begin = position
        while position < len(mentions) and mentions[position].start < sentence.end_char:
            position += 1
        discourse.sentences.append([])
        references = find_references(sightings, sentence)
        discourse.ahead = mentions[begin:position]
        for item in _in_text_order(discourse.ahead, references):
            discourse.read(item)
    return discourse.shared()


def _in_text_order(own: Sequence[Mention], references: list[Reference]) -> list[Mention | Reference]:
    """Mentions and references by their start; of two that overlap the one that says more stands.

    A mention with a code or a name says more than a reference, a reference more than a bare noun ("ministers" in
    "the two ministers").
    """
    firm = [mention for mention in own if mention.code or mention.how != "nominal"]
    free = _without_overlap(references, firm)
    bare = [mention for mention in own if not mention.code and mention.how == "nominal"]
    items: list[Mention | Reference] = [*firm, *free, *_without_overlap(bare, free)]
    return sorted(items, key=lambda item: item.start)


_Spanned = TypeVar("_Spanned", "Mention", Reference)


def _without_overlap(items: Sequence[_Spanned], others: Sequence[Mention | Reference]) -> list[_Spanned]:
    spans = sorted((other.start, other.end) for other in others)
    kept = []
    for item in items:
        after = bisect_left(spans, (item.end, 0))  # the first that starts at or behind the item's end
        if after == 0 or spans[after - 1][1] <= item.start:
            kept.append(item)
    return kept


class _Discourse:
    """What the article has mentioned so far, sentence by sentence."""

    def __init__(self, sightings: Sightings, *, title: str) -> None:
        self._doc: Doc = sightings.doc
        self._text = sightings.text
        self._dependents = sightings.dependents
        self._countries = sightings.lexicon.countries
        self._cues = sightings.lexicon.cues
        self._title_pair = _codes_of_title(sightings, title)
        self._lone_country = sightings.lone_country
        self._last_of_code: dict[str, Mention] = {}
        self._last_by_role: dict[str, dict[str, Mention]] = {}
        self._completed: dict[str, Mention] = {}
        self._gender: dict[str, str] = {}
        self._end = 0
        self.sentences: list[list[Mention]] = []
        self.ahead: Sequence[Mention] = ()

    def read(self, item: Mention | Reference) -> None:
        """Take in the next mention, or the next reference if it can be resolved."""
        if item.start < self._end:  # a mention reaches over the end of its sentence
            return
        mention = self._referent(item) if isinstance(item, Reference) else self._complete(item)
        if mention is None:
            return
        self._end = mention.end
        self.sentences[-1].append(mention)
        if mention.code and not mention.members:
            self._last_of_code[mention.code] = mention
        if mention.kind == "person" and not mention.members:
            self._note_person(mention)

    def shared(self) -> tuple[Mention, ...]:
        """All mentions; what is known of a person at the end is true of each mention of that person."""
        mentions = (mention for sentence in self.sentences for mention in sentence)
        return tuple(self._with_known(mention) for mention in mentions)

    def _note_person(self, mention: Mention) -> None:
        gender = self._gender_said(mention)
        if gender:
            self._gender.setdefault(mention.name, gender)
        if mention.how == "name" and (mention.code or mention.role):
            self._completed[mention.name] = mention
            if mention.role:
                noun = mention.role.split()[-1].lower()
                self._last_by_role.setdefault(noun, {})[mention.name] = mention

    def _with_known(self, mention: Mention) -> Mention:
        known = self._completed.get(mention.name) if mention.kind == "person" else None
        if mention.members:
            return replace(mention, members=tuple(self._with_known(member) for member in mention.members))
        if known is None:
            return mention
        return replace(
            mention,
            code=mention.code or known.code,
            country=mention.country or known.country,
            sector=known.sector or mention.sector,
            role=known.role or mention.role,
        )

    # A mention that stands on its own, completed from the context

    def _complete(self, mention: Mention) -> Mention:
        mention = self._with_known(mention)
        if mention.kind == "person" and mention.role and mention.role.split()[-1].lower() == COUNTERPART:
            return self._as_counterpart(mention)
        if mention.code:
            return mention
        if mention.how == "nominal":
            mention = self._by_owner(mention) or self._by_role(mention) or mention
        elif mention.kind == "person" and mention.role:
            mention = self._by_leadership(mention)
        if not mention.code and mention.sector in _STATE_SECTORS and self._lone_country:
            return replace(mention, code=self._lone_country, country=self._lone_country)
        return mention

    def _as_counterpart(self, mention: Mention) -> Mention:
        """For "his Danish counterpart": in the office of the one that "his" refers to."""
        owner = self._owner(mention.start)
        if owner is None or owner.kind != "person":
            return mention
        owner = self._completed.get(owner.name, owner)
        return replace(mention, role=owner.role or mention.role, sector=owner.sector)

    def _owner(self, start: int) -> Mention | None:
        """The mention that possesses what begins at a character, a few words to its left."""
        window = self._text[max(0, start - 80) : start]
        for mention in reversed(self.sentences[-1][-4:]):
            if mention.end <= start and mention.end >= start - len(window):
                between = self._text[mention.end : start]
                is_possessive = mention.how == "pronoun" or between.lstrip().startswith(("'s", "\u2019s"))
                if is_possessive and not re.search(r"[.;:]", between):
                    return mention
        return None

    def _by_owner(self, mention: Mention) -> Mention | None:
        """For "its parliament": of the country that "its" stands for."""
        last = self.sentences[-1][-1] if self.sentences[-1] else None
        if last is None or last.how != "pronoun" or not last.code or last.kind == "person":
            return None
        if self._text[last.end : mention.start].strip():
            return None
        return replace(mention, code=last.code, country=last.country)

    def _by_role(self, mention: Mention) -> Mention | None:
        """For "the president", where the article has named one president so far."""
        if mention.kind != "person" or not mention.role:
            return None
        named = self._last_by_role.get(mention.role.split()[-1].lower(), {})
        if len(named) != 1:
            return None
        (person,) = named.values()
        return replace(
            mention,
            name=person.name,
            code=person.code,
            country=person.country,
            sector=person.sector,
            role=person.role,
        )

    def _by_leadership(self, mention: Mention) -> Mention:
        """For "Chile's progress under Prime Minister Larsen": the leader of what possesses the progress."""
        at = {item.head: item for item in self.sentences[-1] if item.kind == "country"}
        token, is_under = self._doc[mention.head], False
        for _ in range(LONGEST_CLIMB):
            if token.head is token:
                break
            token = token.head
            is_under = is_under or token.lower_ == "under"
            owner = (
                next((at[index] for index in self._possessors(token.i) if index in at), None)
                if is_under
                else None
            )
            if owner:
                return replace(mention, code=owner.code, country=owner.country)
        return mention

    # References

    def _referent(self, reference: Reference) -> Mention | None:
        match reference.refers_to:
            case "he" | "she":
                return self._pronoun(reference, self._person(reference))
            case "it":
                return self._pronoun(reference, self._body(reference))
            case "persons":
                return self._group(reference, self._two_persons())
            case "countries" | "sides":
                return self._group(reference, self._two_countries(reference))
            case "pair":
                return self._group(reference, self._two_persons() or self._two_countries(reference))
            case _:
                return self._lone(reference)

    def _person(self, reference: Reference) -> Mention | None:
        """The nearest person that is a subject, in this sentence or the one before; else the only person in both."""
        excluded = {self._subject_of_same_verb(reference), *self._named_after(reference)}
        here, before = self._persons(self._sentence(0)), self._persons(self._sentence(1))
        fitting = [
            [person for person in persons if self._fits(person, reference) and person.name not in excluded]
            for persons in (here, before)
        ]
        for persons in fitting:
            subjects = [person for person in persons if self._is_subject(person)]
            if subjects and not self._is_coordinated(subjects[-1], persons):
                return subjects[-1]
        everyone = [*fitting[1], *fitting[0]]
        return everyone[-1] if len({person.name for person in everyone}) == 1 else None

    def _named_after(self, reference: Reference) -> list[str]:
        """Whom a subject pronoun cannot mean: in "he thanked Larsen", he is not Larsen."""
        if self._doc[reference.head].dep_ != "nsubj":
            return []
        later = self.ahead[bisect_left(self.ahead, reference.end, key=_start) :][:MENTIONS_AHEAD]
        return [mention.name for mention in later if mention.kind == "person" and mention.how == "name"]

    def _is_coordinated(self, person: Mention, persons: Sequence[Mention]) -> bool:
        """Whether the person is one of several: "Larsen and Berg spoke. He ..."."""
        heads = {other.head for other in persons}
        return not heads.isdisjoint(self._dependents.of(person.head, "conj"))

    def _fits(self, person: Mention, reference: Reference) -> bool:
        return self._gender.get(person.name, reference.refers_to) == reference.refers_to

    def _subject_of_same_verb(self, reference: Reference) -> str | None:
        """Who cannot be meant by "him": "Larsen told him" is not about Larsen."""
        token = self._doc[reference.head]
        if token.dep_ not in {"dobj", "pobj", "dative"}:
            return None
        verb = token.head.head if token.dep_ == "pobj" else token.head
        subjects = self._dependents.of(verb.i, *SUBJECTS)
        return next((person.name for person in self._sentence(0) if person.head in subjects), None)

    def _gender_said(self, mention: Mention) -> str | None:
        """He or she, where a title or the pronoun itself says so."""
        if mention.how == "pronoun":
            return "she" if mention.text.lower() in SHE else "he"
        words = f"{self._text[max(0, mention.start - 12) : mention.start]} {mention.role or ''}"
        if _FEMALE.search(words):
            return "she"
        return "he" if _MALE.search(words) else None

    def _body(self, reference: Reference) -> Mention | None:
        """The country or organisation that is the subject over "it" or "its"."""
        token = self._doc[reference.head]
        if token.lower_ == "it" and (token.dep_ not in SUBJECTS or self._is_impersonal(token)):
            return None
        at = {mention.head: mention for mention in self._sentence(0)}
        subject = self._governing_subject(token)
        if subject is not None:
            antecedent = at.get(subject.i)
        else:
            antecedent = self._main_subject(self._sentence(1)) if token.dep_ == "nsubj" else None
        if antecedent and antecedent.kind in {"country", "organization"} and not antecedent.members:
            return antecedent if antecedent.code or antecedent.how == "name" else None
        return None

    def _main_subject(self, mentions: Sequence[Mention]) -> Mention | None:
        for mention in mentions:
            token = self._doc[mention.head]
            if token.dep_ in SUBJECTS and token.head.dep_ == "ROOT":
                return mention
        return None

    def _two_persons(self) -> tuple[Mention, ...] | None:
        """The two persons last mentioned, if going back sentence by sentence meets exactly two at once."""
        latest: dict[str, Mention] = {}
        for back in range(SENTENCES_FOR_PERSONS):
            for person in reversed(self._persons(self._sentence(back))):
                if person.how == "nominal":  # "a spokesman" is hardly one of "the two leaders"
                    continue
                latest.setdefault(person.name, person)
            if len(latest) >= 2:
                break
        return _in_order(latest.values()) if len(latest) == 2 else None

    def _two_countries(self, reference: Reference) -> tuple[Mention, ...] | None:
        with_bodies = reference.refers_to == "sides"
        for back in range(SENTENCES_FOR_COUNTRIES if reference.is_counted else SENTENCES_FOR_PERSONS):
            pair = self._pair_in(self._sentence(back), with_bodies=with_bodies)
            if pair:
                return pair
        members = [self._last_of_code[code] for code in self._title_pair if code in self._last_of_code]
        return _in_order(map(self._as_country, members)) if len(members) == 2 else None

    def _pair_in(self, mentions: Sequence[Mention], *, with_bodies: bool) -> tuple[Mention, ...] | None:
        """The two sides of a sentence: an earlier group, the only two linked by "and", or the only two."""
        for mention in reversed(mentions):
            if len(mention.members) == 2 and mention.kind == "country":
                return mention.members
        sides = [
            mention
            for mention in mentions
            if mention.code and not mention.members and (with_bodies or not mention.code.startswith("IGO:"))
        ]
        linked = self._linked(sides)
        if len(linked) == 1:
            return _in_order(map(self._as_country, linked[0]))
        for candidates in ([side for side in sides if side.kind != "place"], sides):
            latest = {side.code: side for side in candidates}
            if len(latest) == 2:
                return _in_order(map(self._as_country, latest.values()))
        return None

    def _linked(self, sides: Sequence[Mention]) -> list[tuple[Mention, Mention]]:
        """Pairs of neighbours joined by "and" or a hyphen, each pair of codes once; not the end of a list."""
        pairs: dict[frozenset[str | None], tuple[Mention, Mention]] = {}
        previous_gap = ""
        for first, second in pairwise(sides):
            gap = self._text[first.end : second.start] if second.start - first.end < 30 else "..."
            if first.code != second.code and _LINK.fullmatch(gap) and not _LIST.fullmatch(previous_gap):
                pairs[frozenset({first.code, second.code})] = (first, second)
            previous_gap = gap
        return list(pairs.values())

    def _lone(self, reference: Reference) -> Mention | None:
        """For "the country", "the bloc": the only one that this sentence and the last speak of."""
        sides = [side for back in (1, 0) for side in self._sentence(back) if side.code and not side.members]
        is_bloc = reference.refers_to == "bloc"
        wanted = [side for side in sides if (side.code or "").startswith("IGO:") == is_bloc]
        codes = {side.code for side in wanted}
        if len(codes) != 1 or any(len(m.members) > 1 for back in (0, 1) for m in self._sentence(back)):
            return None
        antecedent = wanted[-1] if is_bloc else self._as_country(wanted[-1])
        is_kingdom = antecedent.code in self._cues["kingdom_code"]
        if reference.refers_to in {"kingdom", "republic"} and is_kingdom != (
            reference.refers_to == "kingdom"
        ):
            return None
        return self._refer(reference, antecedent, how="nominal")

    # Syntax

    def _is_subject(self, mention: Mention) -> bool:
        return self._doc[mention.head].dep_ in SUBJECTS

    def _governing_subject(self, token: Token) -> Token | None:
        """The subject of the nearest verb over a token, or a noun on the way that it is coordinated with."""
        start = token.i
        if token.dep_ in SUBJECTS:
            token = token.head
        for _ in range(LONGEST_CLIMB):
            if token.head is token:
                return None
            previous, token = token, token.head
            if previous.dep_ == "conj" and token.dep_ in SUBJECTS and token.i < start:
                return token  # "Norway and its allies"
            subjects = self._dependents.of(token.i, *SUBJECTS)
            if subjects and subjects[0] < start:
                return self._doc[subjects[0]]
        return None

    def _possessors(self, index: int) -> list[int]:
        """Who possesses a noun, or the subject or object of a verb."""
        nouns = [index, *self._dependents.of(index, *SUBJECTS, "dobj")]
        return [owner for noun in nouns for owner in self._dependents.of(noun, "poss")]

    def _is_impersonal(self, token: Token) -> bool:
        """Whether "it" only fills the subject's place: "it is likely", "it was announced that"."""
        verb = token.head
        return verb.lower_ in self._cues["impersonal_verb"] or bool(
            self._dependents.of(verb.i, "ccomp", "csubj")
        )

    # Making mentions

    def _pronoun(self, reference: Reference, antecedent: Mention | None) -> Mention | None:
        return self._refer(reference, antecedent, how="pronoun") if antecedent else None

    def _refer(self, reference: Reference, antecedent: Mention, *, how: How) -> Mention:
        return replace(
            antecedent,
            start=reference.start,
            end=reference.end,
            text=self._text[reference.start : reference.end],
            how=how,
            head=reference.head,
        )

    def _group(self, reference: Reference, members: tuple[Mention, ...] | None) -> Mention | None:
        if members is None:
            return None
        is_of_persons = all(member.kind == "person" for member in members)
        return Mention(
            start=reference.start,
            end=reference.end,
            text=self._text[reference.start : reference.end],
            kind="person" if is_of_persons else "country",
            how="nominal",
            name=" and ".join(member.name for member in members),
            head=reference.head,
            members=members,
        )

    def _as_country(self, mention: Mention) -> Mention:
        """The side that a mention stands for, as a mention of that country in the same words."""
        country = self._countries.get(mention.code or "")
        if country is None or mention.kind == "country":
            return mention
        return replace(
            mention,
            kind="country",
            name=country.name,
            country=country.code,
            sector=None,
            role=None,
            latitude=None,
            longitude=None,
        )

    def _sentence(self, back: int) -> Sequence[Mention]:
        """The last mentions of the sentence so many back; none before the first."""
        return self.sentences[-1 - back][-MENTIONS_LOOKED_AT:] if back < len(self.sentences) else ()

    def _persons(self, mentions: Sequence[Mention]) -> list[Mention]:
        return [mention for mention in mentions if mention.kind == "person" and not mention.members]


def _start(mention: Mention) -> int:
    return mention.start


def _in_order(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    return tuple(sorted(mentions, key=lambda mention: mention.start))


def _codes_of_title(sightings: Sightings, title: str) -> tuple[str, ...]:
    """The codes of a headline's countries, in its order."""
    entries = [match.meaning for match in sightings.lexicon.names.find(title)]
    return tuple(dict.fromkeys(entry.country.code for entry in entries if isinstance(entry, CountryName)))
