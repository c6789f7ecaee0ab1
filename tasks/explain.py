"""Why an event of a release is coded as it is: its article is read again, by the code of today.

In: a version of a store and an event_id. Out: the event with the reasons for it. Where the article's text is not there
(a copy of what is published, another user) the tables alone explain it, as far as they can. What does not belong here:
the words of the reasons (`tasks.extract.explanations`).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.article import Article
from tasks.article_files import articles_of, scan_article_files
from tasks.code_version import extractor_version
from tasks.extract.annotations import Event, EventPlace, Evidence, Mention, Participant, Reporter
from tasks.extract.document import extract
from tasks.extract.json_form import explained_form
from tasks.extract.lexicon import LexiconError
from tasks.extract.resources import OURS, Resources, read_resources
from tasks.extract.rows import identified
from tasks.release import damage_told
from tasks.store import Store
from tasks.store_errors import StoreError
from tasks.takedowns import forgotten_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.release import Release

Row = dict[str, Any]

UNCERTAIN = "The coder is not sure enough of this event to publish it: it is in uncertain_events."
NO_TEXT = (
    "Explained from the tables alone, since the article's full text is not in this store, or not for this user: by which "
    "words or rule each column was set, and how probable other categories were, can only be said with the text."
)
NOT_FOUND_AGAIN = (
    "The code of today does not find this event in its article: explained from the tables alone."
)

_COMPARED = ("event_type", "mode", "status", "date", "place", "attribution", "confidence")
"""Keys of an event's JSON that are said to differ, if they do, between a release and the code of today."""


class UnknownEventError(StoreError):
    """A version has no event of this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An event with its reasons.

    Attributes:
        event: Its JSON object, as that of `detente extract --explain`.
        article: The row of its article.
        notes: What else is to be said, a sentence each: that it is uncertain, made by other code, coded otherwise today.
    """

    event: dict[str, Any]
    article: Row
    notes: tuple[str, ...]


def explain(release: Release, event_id: str) -> Explained:
    """An event of a release with the reasons for it.

    Raises:
        UnknownEventError: The version has no such event.
        tasks.store_errors.BrokenStoreError: A file of the store is damaged.
    """
    with damage_told(Store(release.store)):
        table, row = _row_of(release, event_id)
        (article,) = _rows(release, "articles", article_id=row["article_id"])
        published = explained_form(_event_of(release, table, row), event_id, text=None)
        text = _article_with_text(release, article)
    notes = [UNCERTAIN] if table == "uncertain_events" else []
    if text is None:
        return Explained(event=published, article=article, notes=(*notes, NO_TEXT))
    resources, lacking = _resources_of(release)
    notes += [*lacking, *_said_of_extractor(release, resources)]
    again = _found_again(text, article["article_id"], event_id, resources)
    if again is None:
        return Explained(event=published, article=article, notes=(*notes, NOT_FOUND_AGAIN))
    return Explained(event=again, article=article, notes=(*notes, *_differences(release, published, again)))


def _row_of(release: Release, event_id: str) -> tuple[str, Row]:
    for table in ("events", "uncertain_events"):
        for row in _rows(release, table, event_id=event_id):
            return table, row
    raise UnknownEventError(
        f"{release.version} of the store {release.store} has no event {event_id}: ids are in the tables events and "
        "uncertain_events, and those of other versions need --version"
    )


def _rows(release: Release, table: str, **values: str) -> list[Row]:
    is_meant = [pl.col(column) == value for column, value in values.items()]
    return release[table].filter(*is_meant).collect().to_dicts()


def _found_again(
    article: Article, article_id: str, event_id: str, resources: Resources
) -> dict[str, Any] | None:
    """The event as the code of today finds it, None if it does not."""
    found = identified(article_id, extract(article, resources=resources))
    for key, event in (*found.events, *found.uncertain):
        if key == event_id:
            return explained_form(event, key, text=article.text)
    return None


def _article_with_text(release: Release, row: Row) -> Article | None:
    """The article, by the texts of the release or of the store's owner; nothing that is to be forgotten."""
    store = Store(release.store)
    if store.is_private_readable:
        month = f"month={row['published_date']:%Y-%m}/"
        files = [store.private_path_of(file) for file in release.manifest.private_files if month in file.path]
        records = scan_article_files([path for path in files if path.exists()])
        kept = records.filter(pl.col("article_id") == row["article_id"], ~forgotten_by(store).is_met)
        for article in articles_of(kept.head(1).collect()):
            return article
    if row["text"] is None:
        return None
    known = ("source_id", "title", "text", "published_date", "published_at", "source_name", "source_uri")
    return Article(**{name: row[name] for name in known})


def _resources_of(release: Release) -> tuple[Resources, list[str]]:
    """What the release was made with, and what of it is not here any more."""
    settings = release.manifest.provenance.settings
    model, lexicon = str(settings.get("language_model", OURS.model)), settings.get("lexicon")
    try:
        metadata.version(model)
    except metadata.PackageNotFoundError:
        return OURS, [f"The language model {model} of this version is not installed: read with {OURS.model}."]
    try:
        return read_resources(model=model, lexicon=Path(str(lexicon)) if lexicon else None), []
    except (LexiconError, OSError):
        return Resources(model=model), [
            f"The lexicon {lexicon} of this version cannot be read: read without it."
        ]


def _said_of_extractor(release: Release, resources: Resources) -> Iterator[str]:
    """Whether the release was made by other code than that of today."""
    made = release.manifest.provenance.extractor_version
    today = extractor_version(resources.model, lexicon=resources.lexicon_sha256)
    if made != today:
        yield (
            f"{release.version} was made by another extractor ({made}) than this one ({today}), whose reasons these are."
        )


def _differences(release: Release, published: Row, today: Row) -> Iterator[str]:
    for key in _COMPARED:
        if published[key] != today[key]:
            before, after = _value(published[key]), _value(today[key])
            yield f"{key} is {before} in {release.version} and {after} by the code of today."


def _value(value: Any) -> str:
    return str(value["name"] if isinstance(value, dict) else "none" if value is None else value)


# An event as the tables hold it


def _event_of(release: Release, table: str, row: Row) -> Event:
    """The event of a row, as far as the tables tell it."""
    of_event = {"article_id": row["article_id"], "event_id": row["event_id"]}
    is_published = table == "events"
    reports = _rows(release, "evidence", **of_event) if is_published else [row]
    mentions = _rows(release, "mentions", article_id=row["article_id"])
    if is_published:
        participants = [
            _participant(part, _mention_at(part["start"], mentions))
            for part in _rows(release, "participants", **of_event)
        ]
    else:
        participants = list(_participants_of_uncertain(row, mentions))
    participants.sort(key=lambda part: (part.role, part.mention.start))
    place, reporter = row.get("place"), row.get("reporter")
    return Event(
        event_type=row["event_type"],
        mode=row["mode"],
        status=row["status"],
        event_date=row["event_date"],
        date_precision=row["date_precision"],
        date_source=row["date_source"],
        confidence=row["confidence"],
        participants=tuple(participants),
        evidence=tuple(_evidence(report) for report in sorted(reports, key=lambda one: one["start"])),
        place=EventPlace(
            name=place,
            country=row["place_country"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            source=row["place_source"],
        )
        if place
        else None,
        reporter=Reporter(words=reporter, kind=row["reporter_kind"], is_party=row["reporter_is_party"])
        if reporter
        else None,
        contexts=tuple(row.get("contexts") or ()),
    )


def _evidence(row: Row) -> Evidence:
    known = ("start", "end", "sentence", "trigger_start", "trigger_end", "trigger")
    return Evidence(**{name: row[name] for name in known})


def _mention_at(start: int, mentions: list[Row]) -> Row:
    """The row of the mention at a place; empty for one that a quotation's "we" stands for, which has none."""
    return next((mention for mention in mentions if mention["start"] == start), {})


def _participant(row: Row, mention: Row) -> Participant:
    return Participant(
        role=row["role"],
        mention=Mention(
            start=row["start"],
            end=row["end"],
            text=mention.get("text", ""),
            kind=row["kind"],
            how=mention.get("how", "name"),
            name=row["name"],
            code=row["code"],
            country=row["country"],
            sector=row["sector"],
            confidence=mention.get("confidence", 1.0),
        ),
    )


def _participants_of_uncertain(row: Row, mentions: list[Row]) -> Iterator[Participant]:
    """Those whom the row names, at their mentions in its sentence where these have the same names."""
    inside = [mention for mention in mentions if row["start"] <= mention["start"] < row["end"]]
    for role, names, codes in (
        ("actor", row["actors"], row["actor_codes"]),
        ("recipient", row["recipients"], row["recipient_codes"]),
    ):
        for name in names:
            mention = next((one for one in inside if one["name"] == name), {})
            code = codes[0] if len(codes) == 1 else mention.get("code")
            unknown = {"start": 0, "end": 0, "kind": "country", "country": None, "sector": None}
            yield _participant({**unknown, **mention, "role": role, "name": name, "code": code}, mention)
