"""What extraction finds in one article, as plain values.

Each class is one kind of finding; its fields are named as the columns of the table that it ends in (`schemas/`),
which also say what each means. Offsets are characters of the article's text, [start, end). `head` is the index of a
token in the parsed document: it lets one step of extraction look at the syntax around another's finding, and never
leaves this package.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from schemas.plover import Status

MentionKind = Literal["person", "organization", "country", "place"]
How = Literal["name", "title", "pronoun", "nominal"]
TimexType = Literal["DATE", "TIME", "DURATION", "SET"]
QuoteKind = Literal["direct", "mixed", "indirect"]
AmountKind = Literal["money", "percent", "count"]
AmountModifier = Literal["about", "min", "max"]
ReporterKind = Literal["official", "media", "anonymous", "other"]
Role = Literal["actor", "recipient"]
DatePrecision = Literal["day", "month", "year"]
DateSource = Literal["clause", "sentence", "publication"]
PlaceSource = Literal["clause", "sentence", "dateline"]
StatusRule = Literal["coder", "grammar", "refusal", "date"]
Words = tuple[int, int]
"""Where some words of an article stand, [start, end)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A span that names or refers to an actor or a place. Mentions of one article never overlap.

    Attributes:
        start: First character.
        end: One past the last character.
        text: The words, `article.text[start:end]`.
        kind: What it is.
        how: How the text refers to it: by name, by title or nationality word ("Turkish officials", "the Indian
            foreign minister"), by pronoun, or by a noun phrase that needs the context ("the two countries").
        name: The resolved name ("Vladimir Putin" for "Putin"); the lexicon's short name for a country.
        code: ISO 3166-1 alpha-3 or `IGO:...` of the side it stands for; None if neither words nor context say.
        country: ISO 3166-1 alpha-3 (or a documented code of a historical state); None for IGOs and the unknown.
        sector: PLOVER sector (GOV, MIL, ...), None if the text does not say.
        role: The office or function as the text states it ("National Security Adviser").
        latitude: Degrees, of places where known.
        longitude: Degrees, of places where known.
        head: Token index of the mention's syntactic head in the parsed document.
        confidence: How sure it is that the words mean this actor and side: 1 where the text says so.
        members: For a group ("the two countries", "both leaders"): the resolved mentions that it stands for.
    """

    start: int
    end: int
    text: str
    kind: MentionKind
    how: How
    name: str
    code: str | None = None
    country: str | None = None
    sector: str | None = None
    role: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    head: int = -1
    confidence: float = 1.0
    members: tuple[Mention, ...] = ()

    def as_country(self, code: str, name: str) -> Mention:
        """The country that it stands for, as a mention in the same words."""
        return replace(
            self,
            kind="country",
            name=name,
            code=code,
            country=code,
            sector=None,
            role=None,
            latitude=None,
            longitude=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DateExpression:
    """A TIMEX3 expression: its value and the span of days that it can mean (None where it has none)."""

    start: int
    end: int
    text: str
    type: TimexType
    value: str
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words that somebody said, or their content. A direct quotation's span holds its marks.

    Attributes:
        start: First character.
        end: One past the last character.
        text: The words, `article.text[start:end]`.
        kind: Whole in quotation marks, partly ("mixed"), or without ("indirect").
        speaker_text: Who says it, as written; None if nobody is told.
        speaker: The mention that the speaker's words are, resolved.
        cue: The words that say that it is said ("told", "according to").
        event: The event that it carries, if one is reported in its words.
    """

    start: int
    end: int
    text: str
    kind: QuoteKind
    speaker_text: str | None = None
    speaker: Mention | None = None
    cue: str | None = None
    event: Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number with what it counts.

    Attributes:
        start: First character, of the number or its currency; words like "about" stand before it.
        end: One past the last character.
        text: The words, `article.text[start:end]`.
        kind: What sort of amount.
        value: The normalised number ("2.5 bn dlrs" is 2500000000.0); of a range the lower end.
        unit: `percent`, the currency's name, or the noun counted, in the singular.
        currency: ISO 4217, of money where one is meant.
        upper: The upper end of a range ("10 to 15 people").
        modifier: Whether the words say about, at least or at most so much; None if just so much.
        event: The event that it measures.
    """

    start: int
    end: int
    text: str
    kind: AmountKind
    value: float
    unit: str
    currency: str | None = None
    upper: float | None = None
    modifier: AmountModifier | None = None
    event: Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlace:
    """Where an event happens.

    Attributes:
        name: The place's name as the text writes it, or the country's short name.
        country: ISO 3166-1 alpha-3; None where nobody knows.
        latitude: Degrees; None for countries and where nobody knows.
        longitude: Degrees.
        source: Where it is said: with the event, elsewhere in its sentence, or at the head of the dispatch.
    """

    name: str
    country: str | None
    latitude: float | None
    longitude: float | None
    source: PlaceSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who the text says reports an event; nobody where the article speaks for itself.

    Attributes:
        words: The source as written ("a Bangladeshi official").
        kind: A government's or body's own word, media, one who is not named, or another.
        is_party: Whether it is of a country or body that takes part in the event.
    """

    words: str
    kind: ReporterKind
    is_party: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A mention in its role in an event. A group stands for each of its members."""

    role: Role
    mention: Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where an event is reported: the sentence and the words that carry the event."""

    start: int
    end: int
    sentence: str
    trigger_start: int
    trigger_end: int
    trigger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why an event is coded as it is, for people (`explanations.py`): in no table, and nothing is decided by it.

    Attributes:
        coded_as: The coder's category; a plan may have made another of it.
        probabilities: Over the categories and NONE, of the pair of which the coder is surest.
        statuses: Probabilities over the statuses, of the same pair.
        status_rule: What set the status: the coder, the grammar, a date that is still to come, or that it refuses.
        status_words: The words by which the grammar or the date did, if any.
        date_words: The expression that dates it; None where the publication does.
        other_dates: The sentence's expressions that do not date it, where none does.
        place_words: The words that say where; None where the dateline does or nobody.
        source: The source beside it, whether it reports the event or does it by these words.
        cue: The words that say that the source says it.
        second_party: The trigger of the report that the second party is taken over from.
    """

    coded_as: str
    probabilities: Mapping[str, float]
    statuses: Mapping[Status, float]
    status_rule: StatusRule
    status_words: Words | None = None
    date_words: Words | None = None
    other_dates: tuple[Words, ...] = ()
    place_words: Words | None = None
    source: str | None = None
    cue: Words | None = None
    second_party: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Who did what to whom, when, with what status, and the sentences that say so (the first report first).

    Attributes:
        event_type: One of the 16 PLOVER categories.
        mode: The category's mode, None where the text gives none.
        status: Whether it happened, will, may, or was denied.
        event_date: The first day of the day, month or year in which it happens; None without any date at all.
        date_precision: How exact `event_date` is.
        date_source: Where it comes from.
        confidence: The coder's confidence in the type, 0 to 1, rounded to 3 places.
        participants: Actors first, each in the order of the text.
        evidence: At least one, in the order of the text.
        place: Where it happens, None if neither the text nor a dateline says so.
        reporter: On whose word it is reported.
        contexts: What it is about, each once, sorted (`schemas.plover.CONTEXTS`).
        explanation: Why all this; two events are the same whatever explains them.
    """

    event_type: str
    mode: str | None
    status: Status
    event_date: date | None
    date_precision: DatePrecision | None
    date_source: DateSource | None
    confidence: float
    participants: tuple[Participant, ...]
    evidence: tuple[Evidence, ...]
    place: EventPlace | None = None
    reporter: Reporter | None = None
    contexts: tuple[str, ...] = ()
    explanation: Explanation | None = field(default=None, compare=False, repr=False)

    def codes(self, role: Role | None = None) -> set[str]:
        """The codes of those who take part, of all or in one role."""
        return {
            part.mention.code for part in self.participants if part.mention.code and role in {None, part.role}
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything found in one article, each list in the order of the text.

    `uncertain` are the events that the coder is not sure enough of; neither quotes nor amounts point at them.
    """

    mentions: tuple[Mention, ...]
    events: tuple[Event, ...]
    quotes: tuple[Quote, ...]
    amounts: tuple[Amount, ...]
    dates: tuple[DateExpression, ...]
    uncertain: tuple[Event, ...] = ()
