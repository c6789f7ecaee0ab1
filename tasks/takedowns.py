"""Takedowns: which articles a store has to forget, for ever.

In: a store, and the article that is to go. Out: a file for each takedown, and rows of article files without what falls
under one. What does not belong here: making the next version without it (`tasks.rebuild`) and removing it from
versions that were published before (`tasks.redact`).

    STORE/private/takedowns/tak_0123456789abcdef0123.json    one takedown (`schemas.takedown`); never deleted

What falls under a takedown is everything that came from one of its sources' identities, and everything that says the
same (title, day and text) wherever it came from, before or after: who may not show an article may not show its copy.
The file is written first. From then on no run takes the article again, and the next one, whoever starts it, publishes
without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from pydantic import ValidationError

from schemas.identity import takedown_id
from schemas.takedown import Takedown
from tasks.article_files import latest_versions, same_at_any_address, scan_article_files
from tasks.durable import sync_folder, write_text, written_whole
from tasks.refusal_files import quoting, refusals_of_store
from tasks.release import damage_told
from tasks.store_errors import BrokenStoreError, StoreError, explained

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from tasks.store import Store


class UnknownArticleError(StoreError):
    """No version of the store has the article that is to be forgotten."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What falls under some takedowns.

    Attributes:
        content_hashes: What may not be said.
        source_identities: Who may not say it.
        takedowns: The takedowns' ids, sorted.
        articles: Ids of what a store had of it.
        refusals: Ids of refusals that quote it.
    """

    content_hashes: frozenset[str]
    source_identities: frozenset[str]
    takedowns: tuple[str, ...]
    articles: frozenset[str] = frozenset()
    refusals: frozenset[str] = frozenset()

    def has(self, *, content_hash: str, source_identity: str | None) -> bool:
        """Whether an article falls under one of them."""
        return content_hash in self.content_hashes or source_identity in self.source_identities

    @property
    def is_met(self) -> pl.Expr:
        """The same, as an expression over rows of article files."""
        content = pl.col("content_hash").is_in(sorted(self.content_hashes))
        return content | pl.col("source_identity").is_in(sorted(self.source_identities)).fill_null(
            value=False
        )


_KNOWN_BY = ["article_id", "content_hash", "source_identity"]

NOTHING_FORGOTTEN = Forgotten(frozenset(), frozenset(), ())


def forgotten(takedowns: Iterable[Takedown]) -> Forgotten:
    """What falls under takedowns."""
    known = tuple(takedowns)
    return Forgotten(
        content_hashes=frozenset(each for takedown in known for each in takedown.content_hashes),
        source_identities=frozenset(each for takedown in known for each in takedown.source_identities),
        takedowns=tuple(sorted(takedown.takedown_id for takedown in known)),
        articles=frozenset(each for takedown in known for each in (takedown.article_id, *takedown.others)),
        refusals=frozenset(each for takedown in known for each in takedown.refusals),
    )


def takedowns_of(store: Store) -> tuple[Takedown, ...]:
    """Every takedown of a store, sorted by id.

    Raises:
        BrokenStoreError: A takedown cannot be read; what it forbids is unknown, so nothing may be published.
    """
    return tuple(_read(path) for path in sorted(_folder(store).glob("*.json")))


def forgotten_by(store: Store) -> Forgotten:
    """What falls under the takedowns of a store.

    Raises:
        BrokenStoreError: A takedown cannot be read.
    """
    return forgotten(takedowns_of(store))


def forget(store: Store, article_id: str, *, reason: str, today: date) -> Takedown:
    """Write down that a store has to forget an article. Needs the store's lock.

    An article that was forgotten before keeps its first takedown.

    Args:
        store: Locked.
        article_id: An article of any version of the store.
        reason: Why, for those who ask later.
        today: The day of the decision.

    Raises:
        UnknownArticleError: No version of the store has it.
        LockMisuseError: The store is not locked.
        ReadOnlyStoreError: This user cannot write to the store.
    """
    store.require_lock()
    path = _path(store, article_id)
    if path.exists():
        return _read(path)
    records = _versions_of(store, article_id)
    takedown = Takedown(
        takedown_id=takedown_id(article_id),
        article_id=article_id,
        content_hashes=tuple(sorted(set(records["content_hash"]))),
        source_identities=tuple(sorted(set(records["source_identity"].drop_nulls()))),
        reason=reason,
        decided_on=today,
    )
    takedown = takedown.model_copy(update=_traces(store, takedown))
    with explained(store.root):
        _write(path, takedown)
    return takedown


def add_later_refusals(store: Store) -> None:
    """Write into each takedown what quotes its article and was refused after it. Needs the store's lock.

    Quotations are known by the texts, so this has to come before these are removed.

    Raises:
        LockMisuseError: The store is not locked.
        ReadOnlyStoreError: This user cannot write to the store.
    """
    store.require_lock()
    for takedown in takedowns_of(store):
        refusals = tuple(sorted({*takedown.refusals, *_traces(store, takedown)["refusals"]}))
        if refusals != takedown.refusals:
            with explained(store.root):
                _write(_path(store, takedown.article_id), takedown.model_copy(update={"refusals": refusals}))


def _versions_of(store: Store, article_id: str) -> pl.DataFrame:
    """All that the store has of an article: its corrections and what they correct, and its other addresses."""
    columns = ["article_id", "content_hash", "source_identity", same_at_any_address().alias("same")]
    records = _scan_texts(store).select(columns).unique().collect()
    found = records.filter(pl.col("article_id") == article_id)
    if found.is_empty():
        raise UnknownArticleError(
            f"the store {store.root} has no article {article_id!r} in any version: its id is in the table articles"
        )
    while True:  # from an article to its corrections, to their other addresses, to the corrections there, ...
        met = records.filter(
            pl.col("same").is_in(found["same"].to_list())
            | pl.col("source_identity").is_in(found["source_identity"].drop_nulls().to_list())
        )
        if met.height == found.height:
            return pl.concat([found, _uncovered(store, records, found)]).select(_KNOWN_BY)
        found = met


def _uncovered(store: Store, records: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """All versions of other sources' articles that now say what is forgotten.

    Their latest version goes by what it says. What it replaced must not come to light again, neither from the store nor
    sent once more, so they go as a whole.
    """
    says_it = pl.col("content_hash").is_in(found["content_hash"].to_list())
    now = latest_versions(_scan_texts(store).drop("text")).filter(says_it).collect()
    sources = now["source_identity"].drop_nulls().to_list()
    return records.filter(pl.col("source_identity").is_in(sources))


def _traces(store: Store, takedown: Takedown) -> dict[str, tuple[str, ...]]:
    """What else falls under a takedown, and what was refused of it or with its text: to be found when the texts are gone."""
    with damage_told(store):
        met = _scan_texts(store).filter(forgotten([takedown]).is_met).select("article_id", "text").collect()
    articles, texts = set(met["article_id"]), set(met["text"])
    refused = refusals_of_store(store).filter(quoting(articles, texts))
    return {
        "others": tuple(sorted(articles - {takedown.article_id})),
        "refusals": tuple(refused["refusal_id"].sort()),
    }


def _scan_texts(store: Store) -> pl.LazyFrame:
    """The records of all versions' articles."""
    return scan_article_files(store.texts_of_all_versions())


def _read(path: Path) -> Takedown:
    try:
        return Takedown.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise BrokenStoreError(
            f"{path} is no takedown that can be read: restore it, or take it away if the article may be shown again"
        ) from error


def _write(path: Path, takedown: Takedown) -> None:
    """A takedown is there whole or not at all, and outlives a power cut."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with written_whole(path) as aside:
        aside.unlink(missing_ok=True)
        write_text(aside, takedown.model_dump_json(indent=2) + "\n")
    sync_folder(path.parent)
    sync_folder(path.parent.parent)


def _path(store: Store, article_id: str) -> Path:
    return _folder(store) / f"{takedown_id(article_id)}.json"


def _folder(store: Store) -> Path:
    return store.private_folder / "takedowns"
