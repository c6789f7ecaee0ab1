"""Holds what detente found in an article against what is marked in it.

In: an `AnnotatedArticle` and the `Extraction` of its text. Out: for each aspect the `Tally` of one article; tallies
add up to those of the set. Which figures have a floor, and what they are called, is in `quality.py`.

Spans count as the same when they overlap. A predicted event is matched with one marked event at most, the best match
first: type, then participants, then status, then date.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from schemas.precision import at_precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from annotated_articles import AnnotatedArticle, Entity
    from annotated_articles import Mention as Marked

    from tasks.extract.annotations import Amount, Event, Evidence, Extraction, Mention

Errors = list[str]
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}


class Spanned(Protocol):
    """Anything with a span of characters."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass
class Tally:
    """How many of what was predicted and of what is marked are right; `errors` says in words what is not."""

    right: int = 0
    predicted: int = 0
    marked: int = 0
    errors: Errors = field(default_factory=list, repr=False)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.right + other.right,
            self.predicted + other.predicted,
            self.marked + other.marked,
            self.errors + other.errors,
        )

    @property
    def precision(self) -> float:
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.marked if self.marked else 0.0

    @property
    def f1(self) -> float:
        total = self.predicted + self.marked
        return 2 * self.right / total if total else 0.0


def score(article: AnnotatedArticle, extraction: Extraction) -> dict[str, Tally]:
    """The tallies of one article, by aspect."""
    links, referring = _links(article, extraction)
    return {
        "country codes": _country_codes(article, extraction),
        "places": _places(article, extraction),
        "unnamed actors": _unnamed_actors(article, extraction),
        "organizations": _organizations(article, extraction),
        "people": _people(article, extraction, lambda marked, found: marked.country == found.country),
        "people's roles": _roles(article, extraction),
        "people's sectors": _sectors(article, extraction),
        "coreference": links,
        "pronouns and nominals": referring,
        "dates": _dates(article, extraction, with_value=False),
        "values of dates": _dates(article, extraction, with_value=True),
        "quotes": _quotes(article, extraction),
        "mixed quotes": _mixed_quotes(article, extraction),
        "speakers": _speakers(article, extraction),
        "amounts": _amounts(article, extraction),
        "modifiers of amounts": _modifiers(article, extraction),
        "events of amounts": _amounts_of_events(article, extraction),
        "amounts of no event": _amounts_of_no_event(article, extraction),
        **_events(article, extraction),
    }


def overlaps(one: Spanned, other: Spanned) -> bool:
    """Whether two spans share a character."""
    return min(one.end, other.end) > max(one.start, other.start)


def _best(span: Spanned, others: Iterable[Any]) -> Any | None:
    """What shares most with a span, the first of equals; None if nothing does."""
    shared = [(min(span.end, other.end) - max(span.start, other.start), other) for other in others]
    found = max(shared, key=lambda item: item[0], default=(0, None))
    return found[1] if found[0] > 0 else None


def _place(article: AnnotatedArticle, span: Spanned) -> str:
    """Where an error stands, with a few words around it."""
    around = article.text[max(0, span.start - 40) : span.end + 30].replace("\n", " ")
    return f"{article.id} {article.text[span.start : span.end]!r} in {around!r}"


# Mentions


def _country_codes(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Countries by name, demonym, adjective, capital: the code is right, and a capital that acts is no place."""
    tally = Tally()
    entities = article.entities
    countries = [m for m in article.mentions if m.how == "name" and entities[m.entity].kind == "country"]
    for marked in countries:
        tally.marked += 1
        found = _best(marked, extraction.mentions)
        if found and found.code == entities[marked.entity].code and found.kind != "place":
            tally.right += 1
        else:
            said = f"{found.kind} {found.code}" if found else "nothing"
            tally.errors.append(f"{_place(article, marked)}: {entities[marked.entity].code}, not {said}")
    for found in extraction.mentions:
        if found.kind == "country" and found.how == "name":
            tally.predicted += 1
            marked = _best(found, article.mentions)
            if marked is None or entities[marked.entity].code != found.code:
                tally.errors.append(f"{_place(article, found)}: predicted {found.code}")
    return tally


def _places(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Places: found, and in the right country."""
    return _codes_of(
        article, extraction, lambda mention, entity: entity.kind == "place" and mention.how == "name"
    )


def _unnamed_actors(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Offices and bodies without a name ("Chinese officials"): found, with the right code."""
    return _codes_of(
        article, extraction, lambda mention, entity: mention.how == "title" and entity.kind != "group"
    )


def _organizations(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Organisations by name: found, with the right code."""
    return _codes_of(
        article, extraction, lambda mention, entity: mention.how == "name" and entity.kind == "organization"
    )


def _codes_of(
    article: AnnotatedArticle, extraction: Extraction, is_wanted: Callable[[Marked, Entity], bool]
) -> Tally:
    tally = Tally()
    for marked in article.mentions:
        entity = article.entities[marked.entity]
        if is_wanted(marked, entity):
            found = _best(marked, extraction.mentions)
            tally.marked += 1
            tally.predicted += found is not None
            if found and found.code == entity.code:
                tally.right += 1
            else:
                said = f"{found.kind} {found.text!r} {found.code}" if found else "nothing"
                tally.errors.append(f"{_place(article, marked)}: {entity.code}, not {said}")
    return tally


# People


@dataclass
class _Found:
    """What the mentions of one person say: the most frequent country and sector, all roles."""

    country: str | None
    sector: str | None
    roles: set[str]


def _last_name(name: str) -> str:
    words = [word.strip(".,'\"’").lower() for word in name.split()]
    words = [word for word in words if word and word not in _SUFFIXES]
    return words[-1] if words else ""


def _marked_people(article: AnnotatedArticle) -> dict[str, Entity]:
    people: dict[str, Entity] = {}
    for entity in article.entities.values():
        if entity.kind == "person" and article.is_named(entity.id):
            people.setdefault(_last_name(entity.name), entity)
    return people


def _found_people(extraction: Extraction) -> dict[str, _Found]:
    by_name: dict[str, list[Mention]] = {}
    for mention in extraction.mentions:
        if mention.kind == "person" and mention.how == "name":
            by_name.setdefault(_last_name(mention.name), []).append(mention)
    return {
        name: _Found(
            country=_most_frequent(mention.country for mention in mentions),
            sector=_most_frequent(mention.sector for mention in mentions),
            roles={mention.role.lower() for mention in mentions if mention.role},
        )
        for name, mentions in by_name.items()
    }


def _most_frequent(values: Iterable[str | None]) -> str | None:
    counts = Counter(value for value in values if value)
    return counts.most_common(1)[0][0] if counts else None


def _people(
    article: AnnotatedArticle, extraction: Extraction, is_right: Callable[[Entity, _Found], bool]
) -> Tally:
    marked, found = _marked_people(article), _found_people(extraction)
    tally = Tally(predicted=len(found), marked=len(marked))
    for name, entity in marked.items():
        if name in found and is_right(entity, found[name]):
            tally.right += 1
        else:
            tally.errors.append(f"{article.id} {entity.name}: {entity.country}, not {found.get(name)}")
    tally.errors += [
        f"{article.id} predicted {name}: {found[name]}" for name in sorted(found.keys() - marked.keys())
    ]
    return tally


def _roles(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Of the people found who have a role: the words of one contain those of the other."""
    return _of_found(
        article,
        extraction,
        lambda entity: entity.role,
        lambda role, found: any(
            set(role.lower().split()) <= set(said.split()) or set(said.split()) <= set(role.lower().split())
            for said in found.roles
        ),
    )


def _sectors(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    return _of_found(
        article, extraction, lambda entity: entity.sector, lambda sector, found: sector == found.sector
    )


def _of_found(
    article: AnnotatedArticle,
    extraction: Extraction,
    value: Callable[[Entity], str | None],
    is_right: Callable[[str, _Found], bool],
) -> Tally:
    tally = Tally()
    found = _found_people(extraction)
    for name, entity in _marked_people(article).items():
        wanted = value(entity)
        if wanted and name in found:
            tally.marked += 1
            tally.predicted += 1
            if is_right(wanted, found[name]):
                tally.right += 1
            else:
                tally.errors.append(f"{article.id} {entity.name}: {wanted}, not {found[name]}")
    return tally


# Coreference

_Referent = tuple[str, ...]


def _links(article: AnnotatedArticle, extraction: Extraction) -> tuple[Tally, Tally]:
    """Later references and whom they mean: all of them, and pronouns and nominals alone.

    Marked as links are pronouns, nominals whose entity is named or introduced elsewhere, groups, and shortened names
    of persons; predicted are mentions that were resolved to somebody else's words.
    """
    names = _entities_by_referent(article, extraction)
    links, referring = Tally(), Tally()
    wanted = {mention.start: mention for mention in article.mentions if _is_marked_link(article, mention)}
    for mention in wanted.values():
        links.marked += 1
        referring.marked += mention.how != "name"
    right: set[int] = set()
    for found in extraction.mentions:
        marked = _best(found, article.mentions)
        if not _is_predicted_link(found) or _is_inside(found, marked):
            continue
        is_right = marked is not None and _means(article, marked, found, names)
        for tally in (links, referring):
            if tally is links or found.how != "name":
                tally.predicted += 1
                tally.right += is_right
        if is_right:
            right.add(marked.start)
        else:
            meant = article.entities[marked.entity].name if marked else "nothing"
            links.errors.append(f"{_place(article, found)}: means {meant}, predicted {found.name}")
    for start, mention in wanted.items():
        if start not in right:
            links.errors.append(
                f"{_place(article, mention)}: {article.entities[mention.entity].name} not linked"
            )
    return links, referring


def _is_inside(found: Mention, marked: Marked | None) -> bool:
    """Whether it is a part of a longer marked phrase, within which nothing is marked: "diplomats from the two states"."""
    return marked is not None and marked.start < found.start and found.end <= marked.end


def _is_marked_link(article: AnnotatedArticle, mention: Marked) -> bool:
    entity = article.entities[mention.entity]
    if mention.how == "name":
        return entity.kind == "person" and mention.text != entity.name
    if entity.kind == "group" or mention.how == "pronoun":
        return True
    first = min(other.start for other in article.mentions if other.entity == mention.entity)
    return mention.how == "nominal" and mention.start > first and _is_introduced(article, mention.entity)


def _is_introduced(article: AnnotatedArticle, entity: str) -> bool:
    return any(other.entity == entity and other.how in {"name", "title"} for other in article.mentions)


def _is_predicted_link(mention: Mention) -> bool:
    if mention.members or mention.how == "pronoun":
        return True
    is_resolved = " ".join(mention.text.split()) != mention.name
    return is_resolved and (mention.how == "nominal" or (mention.how == "name" and mention.kind == "person"))


def _referent(mention: Mention) -> _Referent:
    """A person is one by name, however late the text says of which country; other actors by name and country."""
    return (
        (mention.kind, mention.name)
        if mention.kind == "person"
        else (mention.kind, mention.name, mention.country or "")
    )


def _entities_by_referent(article: AnnotatedArticle, extraction: Extraction) -> dict[_Referent, str]:
    """The marked entity that each predicted actor is, by the words that name it."""
    votes: dict[_Referent, Counter[str]] = {}
    for mention in extraction.mentions:
        marked = _best(mention, article.mentions)
        if marked and marked.how != "pronoun" and not _is_predicted_link(mention):
            votes.setdefault(_referent(mention), Counter())[marked.entity] += 1
    return {referent: counts.most_common(1)[0][0] for referent, counts in votes.items()}


def _means(article: AnnotatedArticle, marked: Marked, found: Mention, names: dict[_Referent, str]) -> bool:
    entity = article.entities[marked.entity]
    if entity.members or found.members:
        members = [
            names.get(_referent(member)) or _country_entity(article, member) for member in found.members
        ]
        return set(members) == set(entity.members)
    if entity.kind == found.kind == "country":
        return entity.code == found.code
    if (
        entity.kind == found.kind == "organization"
        and (entity.code or "").startswith("IGO:")
        and entity.code == found.code
    ):
        return True  # the lexicon gives all parts of a body one name
    return names.get(_referent(found)) == marked.entity


def _country_entity(article: AnnotatedArticle, mention: Mention) -> str | None:
    """The marked country with the mention's code: a group of countries may be reached by their people."""
    same = (e.id for e in article.entities.values() if e.kind == "country" and e.code == mention.code)
    return next(same, None) if mention.kind == "country" else None


# Dates, quotes, amounts


def _dates(article: AnnotatedArticle, extraction: Extraction, *, with_value: bool) -> Tally:
    tally = Tally(predicted=len(extraction.dates), marked=len(article.timex))
    free = list(extraction.dates)
    for marked in article.timex:
        found = _best(marked, free)
        if found is not None:
            free.remove(found)
        if found and (not with_value or found.value == marked.value):
            tally.right += 1
        else:
            tally.errors.append(
                f"{_place(article, marked)}: {marked.value}, not {found.value if found else None}"
            )
    tally.errors += [f"{_place(article, found)}: predicted {found.value}" for found in free]
    return tally


def _quotes(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Direct quotations, as spans."""
    mixed = [_Span(marked) for marked in article.quotes if marked["kind"] == "mixed"]
    found = [
        quote for quote in extraction.quotes if quote.kind == "direct" and not _best(quote, mixed)
    ]  # whether a mixed one is found is another question
    tally = Tally(predicted=sum(len(quote.text.split()) > 3 for quote in found))
    for marked in article.quotes:
        if marked["kind"] == "direct":
            tally.marked += 1
            best = _best(_Span(marked), found)
            if best and _jaccard(best, _Span(marked)) >= 0.8:
                tally.right += 1
            else:
                tally.errors.append(f"{article.id} {marked['text']!r}, not {best.text if best else None!r}")
    return tally


def _mixed_quotes(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Of the marked parts of reported clauses: whether a quote holds the words, with their speaker."""
    tally = Tally()
    for marked in article.quotes:
        if marked["kind"] == "mixed":
            tally.marked += 1
            tally.predicted += 1
            holding = [
                quote
                for quote in extraction.quotes
                if quote.kind != "indirect"
                and quote.start <= marked["start"]
                and marked["end"] <= quote.end + 1
            ]
            said = {
                _last_name(name)
                for quote in holding
                for name in (quote.speaker_text, quote.speaker.name if quote.speaker else None)
                if name
            }
            if holding and (not marked["speaker"] or _last_name(marked["speaker"]) in said):
                tally.right += 1
            else:
                tally.errors.append(f"{article.id} {marked['text']!r}: {marked['speaker']}, not {said}")
    return tally


def _speakers(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Of the direct quotations found: the speaker's name, or the words for the speaker."""
    tally = Tally()
    for marked in article.quotes:
        best = _best(_Span(marked), [quote for quote in extraction.quotes if quote.kind == "direct"])
        if marked["kind"] == "direct" and best and marked["speaker"]:
            tally.marked += 1
            tally.predicted += 1
            said = {
                _last_name(best.speaker.name if best.speaker else ""),
                _last_name(best.speaker_text or ""),
            }
            if _last_name(marked["speaker"]) in said:
                tally.right += 1
            else:
                tally.errors.append(f"{article.id} {marked['text']!r}: {marked['speaker']}, not {said}")
    return tally


def _amounts(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Amounts: the span overlaps, value and unit are equal; the unit of money is its currency's code."""
    tally = Tally(predicted=len(extraction.amounts), marked=len(article.amounts))
    free = list(extraction.amounts)
    for marked in article.amounts:
        found = _best(_Span(marked), free)
        if found is not None:
            free.remove(found)
        if found and found.value == marked["value"] and _unit(found).lower() == marked["unit"].lower():
            tally.right += 1
        else:
            said = f"{found.value:g} {_unit(found)}" if found else None
            tally.errors.append(
                f"{article.id} {marked['text']!r}: {marked['value']:g} {marked['unit']}, not {said}"
            )
    tally.errors += [f"{article.id} predicted {found.text!r}" for found in free]
    return tally


def _found_amounts(article: AnnotatedArticle, extraction: Extraction) -> list[tuple[dict[str, Any], Amount]]:
    """The marked amounts that were found, whatever was made of them, each with what was found."""
    free = list(extraction.amounts)
    pairs: list[tuple[dict[str, Any], Amount]] = []
    for marked in article.amounts:
        found = _best(_Span(marked), free)
        if found is not None:
            free.remove(found)
            pairs.append((marked, found))
    return pairs


def _modifiers(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Of the amounts found: about, at least, at most, and the upper end of a range."""
    tally = Tally()
    for marked, found in _found_amounts(article, extraction):
        wanted, said = (marked.get("modifier"), marked.get("high")), (found.modifier, found.upper)
        tally.marked += wanted != (None, None)
        tally.predicted += said != (None, None)
        tally.right += wanted == said != (None, None)
        if wanted != said:
            tally.errors.append(f"{_place(article, found)}: {wanted}, not {said}")
    return tally


def _amounts_of_events(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Of the amounts found whose marked event was found too: they are linked to it.

    The event was found where a report's trigger is the marked one, whatever type and participants it was given; if there
    is none, where one has its type and a participant in its sentence and is not by its trigger another marked event.
    An amount may be linked to any such report.
    """
    tally = Tally()
    for marked, found in _found_amounts(article, extraction):
        event = article.events[marked["event"] - 1] if marked["event"] else None
        same = _reports_of(event, article, extraction) if event else []
        if event and same:
            tally.marked += 1
            tally.predicted += 1
            if any(found.event is one for one in same):
                tally.right += 1
            else:
                said = (
                    f"{found.event.event_type} {found.event.evidence[0].trigger!r}" if found.event else None
                )
                tally.errors.append(
                    f"{_place(article, found)}: {event['type']} {event['trigger']!r}, not {said}"
                )
    return tally


def _amounts_of_no_event(article: AnnotatedArticle, extraction: Extraction) -> Tally:
    """Of the amounts found for which no event is marked: they are linked to none."""
    tally = Tally()
    for marked, found in _found_amounts(article, extraction):
        if marked["event"] is None:
            tally.marked += 1
            tally.predicted += 1
            if found.event is None:
                tally.right += 1
            else:
                evidence = found.event.evidence[0]
                tally.errors.append(
                    f"{_place(article, found)}: {found.event.event_type} {evidence.trigger!r}"
                )
    return tally


def _reports_of(marked: dict[str, Any], article: AnnotatedArticle, extraction: Extraction) -> list[Event]:
    with_trigger = [one for one in extraction.events if _has_trigger_of(one, marked, article)]
    return with_trigger or [
        one
        for one in extraction.events
        if _level(marked, one, article)
        and not any(_has_trigger_of(one, other, article) for other in article.events)
    ]


def _has_trigger_of(event: Event, marked: dict[str, Any], article: AnnotatedArticle) -> bool:
    """Whether the words that carry an event are those that are marked."""
    start = article.text.index(marked["trigger"], marked["sentence"][0])
    end = start + len(marked["trigger"])
    return any(min(end, one.trigger_end) > max(start, one.trigger_start) for one in event.evidence)


def _unit(amount: Amount) -> str:
    """The unit as the golden set writes it: a release has the code of a currency in a column of its own."""
    return amount.currency or amount.unit if amount.kind == "money" else amount.unit


class _Span:
    """The span of a JSON object."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.start: int = item["start"]
        self.end: int = item["end"]


def _jaccard(one: Spanned, other: Spanned) -> float:
    shared = max(0, min(one.end, other.end) - max(one.start, other.start))
    return shared / (one.end - one.start + other.end - other.start - shared)


# Events

_LEVELS = ("events: type", "events: participants", "events: status", "events: date")


def _events(article: AnnotatedArticle, extraction: Extraction) -> dict[str, Tally]:
    """Events at four levels, each with all before it; and of the matched ones, status, date and place alone."""
    found = [event for event in extraction.events if _codes(event, "actor") | _codes(event, "recipient")]
    pairs = sorted(
        (
            (-_level(marked, event, article), first, second)
            for first, marked in enumerate(article.events)
            for second, event in enumerate(found)
        ),
    )
    matched: dict[int, int] = {}
    for level, first, second in pairs:
        if level < 0 and first not in matched and second not in matched.values():
            matched[first] = second
    tallies = {name: Tally(0, len(found), len(article.events)) for name in _LEVELS}
    status, modes, dates, places = Tally(), Tally(), Tally(), Tally()
    reporters: dict[str, Tally] = {}
    for first, second in matched.items():
        marked, event = article.events[first], found[second]
        for name, tally in _reporters(article, marked, event).items():
            reporters[name] = reporters.get(name, Tally()) + tally
        for name in _LEVELS[: _level(marked, event, article)]:
            tallies[name].right += 1
        for tally, is_right in (
            (status, event.status == marked["status"]),
            (dates, _same_date(marked, event, article)),
        ):
            tally.right += is_right
            tally.predicted += 1
            tally.marked += 1
            if not is_right:
                tally.errors.append(
                    f"{article.id} {marked['trigger']!r}: {marked['status']} {marked['date']}, not {event.status} {event.event_date} ({event.date_source})"
                )
        if event.event_type == marked["type"]:
            modes += _mode(article, marked, event)
        places += _event_place(article, marked, event)
    return {
        **tallies,
        "repeated reports": _repeated(article, found),
        "status of events": status,
        "modes of events": modes,
        "dates of events": dates,
        "places of events": places,
        **reporters,
    }


def _mode(article: AnnotatedArticle, marked: dict[str, Any], event: Event) -> Tally:
    """Of a matched event of the marked type: its mode; where none is marked, none is right."""
    if event.mode == marked["mode"]:
        return Tally(1, 1, 1)
    return Tally(0, 1, 1, [f"{article.id} {marked['trigger']!r}: {marked['mode']}, not {event.mode}"])


def _repeated(article: AnnotatedArticle, found: Sequence[Event]) -> Tally:
    """Reports of one occurrence in several sentences: pairs of reports that are joined, against pairs that are marked.

    A report is a row of evidence that tells a marked event: of its type, with one of its parties, in one of its
    sentences. Reports of nothing that is marked are left out, and so are marked ones that nobody found: what the coder
    misses is measured elsewhere.
    """
    reports = [
        (at, told, evidence.start)
        for at, event in enumerate(found)
        for evidence in event.evidence
        if (told := _told(article, event, evidence)) is not None
    ]
    tally = Tally()
    for index, (event, told, start) in enumerate(reports):
        for other, other_told, other_start in reports[:index]:
            if start != other_start:
                joined, same = event == other, told == other_told
                tally += Tally(joined and same, joined, same)
                if joined != same:
                    tally.errors.append(
                        f"{article.id} {article.events[told]['trigger']!r}, {article.events[other_told]['trigger']!r}: "
                        + ("joined" if joined else "not joined")
                    )
    return tally


def _told(article: AnnotatedArticle, event: Event, evidence: Evidence) -> int | None:
    """Which marked event a report tells: the one that its event fits best, the nearest trigger first."""
    reported = replace(event, evidence=(evidence,))
    levels = [
        (_level(marked, reported, article), _has_trigger(marked, evidence), -at)
        for at, marked in enumerate(article.events)
    ]
    level, _, at = max(levels, default=(0, False, 0))
    return -at if level > 0 else None


def _has_trigger(marked: dict[str, Any], evidence: Evidence) -> bool:
    return evidence.trigger in marked["trigger"] or marked["trigger"] in evidence.sentence


def _reporters(article: AnnotatedArticle, marked: dict[str, Any], event: Event) -> dict[str, Tally]:
    """On whose word a matched event is reported.

    `reporters`: the words of one hold those of the other, articles and capitals apart; a reporter where none is marked
    is wrong, one that is not found is missed. `reporters with their kind`: the same, where the kind has to be right and
    the words need not be. `kinds of reporters` and `reporters that are parties`: of those with the right words, how
    many have the right kind, and the right answer to whether they take part.
    """
    wanted, said = marked["attribution"], event.reporter
    words, with_kind = (
        Tally(0, said is not None, wanted is not None),
        Tally(0, said is not None, wanted is not None),
    )
    kinds, parties = Tally(), Tally()
    if wanted and said:
        with_kind.right = int(said.kind == wanted["kind"])
        words.right = int(_same_words(said.words, wanted["words"]))
        if words.right:
            kinds = Tally(with_kind.right, 1, 1)
            parties = Tally(int(said.is_party == wanted["party"]), 1, 1)
    error = f"{article.id} {marked['trigger']!r}: {wanted}, not {said}"
    tallies = {
        "reporters": words,
        "reporters with their kind": with_kind,
        "kinds of reporters": kinds,
        "reporters that are parties": parties,
    }
    for tally in tallies.values():
        if tally.right < max(tally.predicted, tally.marked):
            tally.errors.append(error)
    return tallies


def _same_words(one: str, other: str) -> bool:
    first, second = (_bare(words) for words in (one, other))
    return first in second or second in first


def _bare(words: str) -> str:
    """The words with a space around each, in small letters and without articles."""
    kept = [word for word in words.casefold().split() if word not in {"a", "an", "the"}]
    return f" {' '.join(kept)} "


def _event_place(article: AnnotatedArticle, marked: dict[str, Any], event: Event) -> Tally:
    """Where an event is: one of the names holds the other, and the countries are equal.

    Precision is of the places given, recall of those marked; events without a place on either side do not count.
    """
    wanted, said = marked["place"], event.place
    tally = Tally(predicted=said is not None, marked=wanted is not None)
    if said is not None and wanted is not None:
        names = (said.name.casefold(), wanted["name"].casefold())
        is_named = names[0] in names[1] or names[1] in names[0]
        tally.right += is_named and said.country == (wanted["country"] or None)
    if not tally.right and tally.predicted + tally.marked:
        named = f"{wanted['name']} {wanted['country']}" if wanted else None
        found = f"{said.name} {said.country} ({said.source})" if said else None
        tally.errors.append(
            f"{article.id} {event.evidence[0].trigger!r}: {named}, not {found}: {event.evidence[0].sentence}"
        )
    return tally


def _level(marked: dict[str, Any], event: Event, article: AnnotatedArticle) -> int:
    actors, recipients = _codes(event, "actor"), _codes(event, "recipient")
    wanted, suffering = set(marked["actors"]), set(marked["recipients"])
    sentence = event.evidence[0]
    is_reported_there = any(
        min(end, sentence.end) > max(start, sentence.start)
        for start, end in [marked["sentence"], *marked["also"]]
    )
    is_type = event.event_type in {marked["type"], *marked["also_ok"]}
    if not (is_type and is_reported_there and (actors | recipients) & (wanted | suffering)):
        return 0
    if marked["reciprocal"]:
        are_same = actors | recipients == wanted
    else:
        are_same = (actors, recipients) == (wanted, suffering)
    if not are_same:
        return 1
    if event.status != marked["status"]:
        return 2
    return 4 if _same_date(marked, event, article) else 3


def _codes(event: Event, role: str) -> set[str]:
    mentions: Sequence[Mention] = [
        member
        for participant in event.participants
        if participant.role == role
        for member in (participant.mention.members or (participant.mention,))
    ]
    return {mention.code for mention in mentions if mention.code}


def _same_date(marked: dict[str, Any], event: Event, article: AnnotatedArticle) -> bool:
    """Equal as far as the marked date goes; where none is marked, the day of publication is right as well."""
    said = (
        at_precision(event.event_date, event.date_precision)
        if event.event_date and event.date_precision
        else None
    )
    if marked["date"] is None:
        return said is None or said == article.date
    return said is not None and said[: len(marked["date"])] == marked["date"]
