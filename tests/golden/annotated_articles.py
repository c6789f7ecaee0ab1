"""Reads the articles of the golden set: one marked text a file, to records with character offsets.

In: the files of `tests/golden/annotated/`, whose format its README describes. Out: an `AnnotatedArticle`, or its JSON
record in the form of annotated articles that the scorers read. What the marks mean is in the README; how the product
is held against them is in `quality_scores.py`.

    python tests/golden/annotated_articles.py check FILE...    says of each file what is wrong with it
    python tests/golden/annotated_articles.py print FILE...    the records, one a line
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "annotated"

HOWS = {"n": "name", "t": "title", "p": "pronoun", "m": "nominal"}
KINDS = {"person", "organization", "country", "place", "group"}
SECTORS = set(
    "GOV MIL INT LEG JUD PTY OPP REB POL BUS LAB CVL MED EDU REL NGO IGO ELI REF CRM".split()  # noqa: SIM905
)
EVENT_TYPES = set(
    "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE"  # noqa: SIM905
    " ASSAULT".split()
)
STATUSES = {"actual", "planned", "hypothetical", "negated"}
TIMEX_TYPES = {"DATE", "TIME", "DURATION", "SET"}
ATTRIBUTIONS = {"official", "media", "anonymous", "other"}
AMOUNTS = {"money", "percent", "count"}
MODIFIERS = {None, "about", "min", "max"}
CODE = re.compile(r"[A-Z]{3}|IGO:[A-Z0-9]{2,12}")
EVENT_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
SECTIONS = ["text", "entities", "events", "quotes", "amounts", "countries"]

# {entity:h words} or {TYPE=VALUE words}; marks never nest.
MARK = re.compile(
    r"\{(?:(?P<entity>\w+):(?P<how>[ntpm])|(?P<type>[A-Z]+)=(?P<value>[^\s{}]+)) (?P<words>[^{}]+)\}"
)


class AnnotationError(ValueError):
    """An article is not marked as the README asks; the message names the file and the place."""


@dataclass(frozen=True)
class Entity:
    """Somebody or something that the article speaks of; a group has members and nothing else."""

    id: str
    kind: str
    name: str
    code: str | None = None
    sector: str | None = None
    role: str | None = None
    members: tuple[str, ...] = ()

    @property
    def country(self) -> str | None:
        """The country that it stands for; none for intergovernmental bodies."""
        return None if self.code is None or self.code.startswith("IGO:") else self.code


@dataclass(frozen=True)
class Mention:
    """Words that refer to an entity."""

    start: int
    end: int
    text: str
    how: str
    entity: str


@dataclass(frozen=True)
class Timex:
    """An expression of time."""

    start: int
    end: int
    text: str
    type: str
    value: str


@dataclass(frozen=True)
class AnnotatedArticle:
    """One article with all that is marked in it; offsets are characters of `text`, sentences are its spans in order."""

    id: str
    date: str | None
    title: str
    region: str
    text: str
    sentences: list[tuple[int, int]]
    entities: dict[str, Entity]
    mentions: list[Mention]
    timex: list[Timex]
    events: list[dict[str, Any]]
    quotes: list[dict[str, Any]]
    amounts: list[dict[str, Any]]
    countries: list[str]

    def record(self) -> dict[str, Any]:
        """The JSON form: the article as `detente extract` reads it, and what is marked under `gold`."""
        people = [
            {"name": one.name, "country": one.country, "sector": one.sector, "role": one.role}
            for one in self.entities.values()
            if one.kind == "person" and self.is_named(one.id)
        ]
        return {
            "id": self.id,
            "date": self.date,
            "title": self.title,
            "text": self.text,
            "region": self.region,
            "gold": {
                "mentions": [self._mention_record(mention) for mention in self.mentions],
                "timex": [asdict(timex) for timex in self.timex],
                "events": self.events,
                "people": people,
                "quotes": self.quotes,
                "amounts": self.amounts,
                "countries": self.countries,
            },
        }

    def is_named(self, entity: str) -> bool:
        """Whether the text names the entity at all."""
        return any(mention.entity == entity and mention.how == "name" for mention in self.mentions)

    def _mention_record(self, mention: Mention) -> dict[str, Any]:
        entity = self.entities[mention.entity]
        return {
            **asdict(mention),
            "kind": entity.kind,
            "name": entity.name,
            "code": entity.code,
            "country": entity.country,
            "sector": entity.sector,
            "role": entity.role,
            "members": list(entity.members),
        }


def read_folder(folder: Path = FOLDER) -> list[AnnotatedArticle]:
    """All articles of the set, by id."""
    return sorted((read(path) for path in folder.glob("*.txt")), key=lambda article: article.id)


def read(path: Path) -> AnnotatedArticle:
    """One article.

    Raises:
        AnnotationError: The file does not follow the format, or a list names what is not in the text.
    """
    return parse(path.read_text(encoding="utf-8"), origin=path.name)


def parse(marked: str, *, origin: str) -> AnnotatedArticle:
    """One article from its marked text; `origin` names it in errors."""
    head, sections = _parts(marked, origin)
    text, sentences, mentions, timex = _unmark(sections["text"], origin)
    entities = _entities(sections["entities"], origin)
    article = AnnotatedArticle(
        id=head["id"],
        date=_publication_date(head["date"], origin),
        title=head["title"],
        region=head["region"],
        text=text,
        sentences=sentences,
        entities=entities,
        mentions=mentions,
        timex=timex,
        events=_objects(sections["events"], f"{origin}, events"),
        quotes=_objects(sections["quotes"], f"{origin}, quotes"),
        amounts=_objects(sections["amounts"], f"{origin}, amounts"),
        countries=" ".join(line for _, line in sections["countries"]).split(),
    )
    _check_entities(article, origin)
    for number, event in enumerate(article.events, 1):
        _complete_event(article, event, f"{origin}, event {number}")
    for number, quote in enumerate(article.quotes, 1):
        _complete_quote(article, quote, f"{origin}, quote {number}")
    for number, amount in enumerate(article.amounts, 1):
        _complete_amount(article, amount, f"{origin}, amount {number}")
    for code in article.countries:
        _demand(re.fullmatch(r"[A-Z]{3}", code), f"{origin}, countries", f"{code!r} is no country's code")
    return article


def _parts(marked: str, origin: str) -> tuple[dict[str, str], dict[str, list[tuple[int, str]]]]:
    """The head's fields, and the numbered lines of each section."""
    head: dict[str, str] = {}
    sections: dict[str, list[tuple[int, str]]] = {name: [] for name in SECTIONS}
    current: str | None = None
    for number, line in enumerate(marked.splitlines(), 1):
        place = f"{origin}, line {number}"
        if line.startswith("# "):
            current = line[2:].strip()
            _demand(current in sections, place, f"no section is called {current!r}")
        elif current == "text" or (current is not None and line.strip()):
            sections[current].append((number, line.strip()))
        elif current is None and line.strip():
            name, colon, value = line.partition(":")
            _demand(colon, place, "a line of the head is `name: value`")
            head[name.strip()] = value.strip()
    for name in ("id", "date", "title", "region"):
        _demand(name in head, origin, f"the head lacks {name!r}")
    return head, sections


def _publication_date(value: str, origin: str) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if value else None
    except ValueError:
        raise AnnotationError(f"{origin}: {value!r} is no date") from None


def _unmark(
    lines: list[tuple[int, str]], origin: str
) -> tuple[str, list[tuple[int, int]], list[Mention], list[Timex]]:
    """The bare text (sentences joined by a space, paragraphs by an empty line), its sentences and marks."""
    text = ""
    sentences: list[tuple[int, int]] = []
    mentions: list[Mention] = []
    timex: list[Timex] = []
    opens_paragraph = True
    for number, line in lines:
        if not line:
            opens_paragraph = True
            continue
        if text:
            text += "\n\n" if opens_paragraph else " "
        opens_paragraph = False
        sentence_start, done = len(text), 0
        for mark in MARK.finditer(line):
            text += line[done : mark.start()]
            span = (len(text), len(text) + len(mark["words"]), mark["words"])
            text += mark["words"]
            done = mark.end()
            if mark["entity"]:
                mentions.append(Mention(*span, how=HOWS[mark["how"]], entity=mark["entity"]))
            else:
                _demand(
                    mark["type"] in TIMEX_TYPES,
                    f"{origin}, line {number}",
                    f"no type of date is {mark['type']!r}",
                )
                timex.append(Timex(*span, type=mark["type"], value=mark["value"]))
        text += line[done:]
        sentences.append((sentence_start, len(text)))
        bare = text[sentence_start:]
        _demand(not re.search(r"[{}]", bare), f"{origin}, line {number}", f"a broken mark in {bare!r}")
    _demand(sentences, origin, "there is no text")
    return text, sentences, mentions, timex


def _entities(lines: list[tuple[int, str]], origin: str) -> dict[str, Entity]:
    entities: dict[str, Entity] = {}
    for number, line in lines:
        place = f"{origin}, line {number}"
        cells = [cell.strip() for cell in line.split("|")]
        _demand(3 <= len(cells) <= 6, place, "an entity is `id | kind | name | code | sector | role`")
        entity_id, kind, name = cells[:3]
        _demand(kind in KINDS, place, f"no kind of entity is {kind!r}")
        _demand(entity_id not in entities, place, f"the entity {entity_id!r} is there already")
        if kind == "group":
            members = tuple(member.strip() for member in name.split(","))
            entities[entity_id] = Entity(entity_id, kind, name, members=members)
            continue
        code, sector, role = (cell or None for cell in [*cells[3:], "", "", ""][:3])
        _demand(code is None or CODE.fullmatch(code), place, f"{code!r} is no code")
        _demand(sector is None or sector in SECTORS, place, f"{sector!r} is no sector")
        entities[entity_id] = Entity(entity_id, kind, name, code, sector, role)
    return entities


def _check_entities(article: AnnotatedArticle, origin: str) -> None:
    mentioned = {mention.entity for mention in article.mentions}
    for mention in article.mentions:
        _demand(
            mention.entity in article.entities,
            origin,
            f"{mention.text!r} is marked as {mention.entity!r}, no entity",
        )
    members = {member for entity in article.entities.values() for member in entity.members}
    for member in members:
        _demand(member in article.entities, origin, f"a group has the member {member!r}, no entity")
    for entity in article.entities:
        _demand(entity in mentioned | members, origin, f"the entity {entity!r} is never marked")


def _objects(lines: list[tuple[int, str]], origin: str) -> list[dict[str, Any]]:
    found = []
    for number, line in lines:
        try:
            found.append(json.loads(line))
        except ValueError as error:
            raise AnnotationError(f"{origin}, line {number}: not JSON ({error})") from None
        _demand(isinstance(found[-1], dict), f"{origin}, line {number}", "not an object")
    return found


def _complete_event(article: AnnotatedArticle, event: dict[str, Any], place: str) -> None:
    """Checks an event, fills what may be left out, and puts spans in the place of sentence numbers."""
    for key in ("type", "actors", "recipients", "status", "date", "s", "trigger"):
        _demand(key in event, place, f"lacks {key!r}")
    event.setdefault("also_ok", [])
    event.setdefault("mode", None)
    event.setdefault("reciprocal", False)
    event.setdefault("core", True)
    event.setdefault("place", None)
    event.setdefault("attribution", None)
    for category in [event["type"], *event["also_ok"]]:
        _demand(category in EVENT_TYPES, place, f"no category is {category!r}")
    _demand(event["actors"] or event["recipients"], place, "has no participant with a code")
    for code in [*event["actors"], *event["recipients"]]:
        _demand(CODE.fullmatch(code), place, f"{code!r} is no code")
    _demand(not (event["reciprocal"] and event["recipients"]), place, "is reciprocal and has recipients")
    _demand(event["status"] in STATUSES, place, f"no status is {event['status']!r}")
    _demand(
        event["date"] is None or EVENT_DATE.fullmatch(event["date"]),
        place,
        f"{event['date']!r} is no date of an event",
    )
    start, end = event["sentence"] = list(_sentence(article, event.pop("s"), place))
    event["also"] = [list(_sentence(article, number, place)) for number in event.get("also", [])]
    _demand(
        event["trigger"] in article.text[start:end], place, f"{event['trigger']!r} is not in its sentence"
    )
    if event["attribution"] is not None:
        words = event["attribution"].get("words")
        _demand(words and words in article.text, place, f"the attribution {words!r} is not in the text")
        _demand(
            event["attribution"].get("kind") in ATTRIBUTIONS, place, "its attribution has no kind of these"
        )


def _complete_quote(article: AnnotatedArticle, quote: dict[str, Any], place: str) -> None:
    _demand(quote.get("kind") in {"direct", "mixed"}, place, "is neither direct nor mixed")
    start, _ = _sentence(article, quote.pop("s", None), place)
    quote["start"], quote["end"] = _find(article, quote["text"], place, start=start)
    speaker = quote.get("speaker")
    _demand(speaker is None or speaker in article.entities, place, f"the speaker {speaker!r} is no entity")
    entity = article.entities[speaker] if speaker else None
    quote["entity"] = speaker
    quote["speaker"] = entity.name if entity else quote.get("speaker_text")
    quote["country"] = entity.country if entity else None


def _complete_amount(article: AnnotatedArticle, amount: dict[str, Any], place: str) -> None:
    _demand(amount.get("kind") in AMOUNTS, place, "has no kind of these")
    _demand(isinstance(amount.get("value"), int | float), place, "has no value")
    _demand(amount.get("modifier") in MODIFIERS, place, f"no modifier is {amount.get('modifier')!r}")
    start, end = _sentence(article, amount.pop("s", None), place)
    amount["start"], amount["end"] = _find(article, amount["text"], place, start=start, end=end)
    event = amount.setdefault("event", None)
    _demand(event is None or 1 <= event <= len(article.events), place, f"there is no event {event!r}")


def _sentence(article: AnnotatedArticle, number: object, place: str) -> tuple[int, int]:
    is_one = isinstance(number, int) and 1 <= number <= len(article.sentences)
    _demand(is_one, place, f"there is no sentence {number!r}; there are {len(article.sentences)}")
    return article.sentences[int(str(number)) - 1]


def _find(
    article: AnnotatedArticle, words: str, place: str, *, start: int, end: int | None = None
) -> tuple[int, int]:
    """Where the words first stand at or after `start` (words of several paragraphs have their empty lines)."""
    at = article.text.find(words, start, len(article.text) if end is None else end)
    _demand(at >= 0, place, f"{words!r} is not in its sentence")
    return at, at + len(words)


def _demand(holds: object, place: str, message: str) -> None:
    if not holds:
        raise AnnotationError(f"{place}: {message}")


def main(arguments: list[str]) -> int:
    """`check` or `print`; 1 if a file is not as it should be."""
    command, *names = arguments or ["check"]
    paths = [Path(name) for name in names] or sorted(FOLDER.glob("*.txt"))
    failed = 0
    for path in paths:
        try:
            article = read(path)
        except AnnotationError as error:
            failed = 1
            print(error, file=sys.stderr)
        else:
            if command == "print":
                print(json.dumps(article.record(), ensure_ascii=False))
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
