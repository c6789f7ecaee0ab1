"""Redacting: removing from a published version what the store was told to forget afterwards.

In: a version, and what is forgotten. Out: a new folder in its place, in which the rows of forgotten articles are gone
from every table, what was derived from them is derived anew, and the manifest names every file that changed with its
old and new checksum, so that the version verifies as redacted and not as corrupt. Nothing is written in place: files
that stay are links, the others are new.
What does not belong here: the next version, which never has those rows (`tasks.rebuild`), and what else a store holds
of an article (`tasks.housekeeping`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.articles import Articles
from schemas.manifest import (
    DATAPACKAGE_NAME,
    SCHEMA_VERSION,
    FileEntry,
    Manifest,
    RedactedFile,
    Redaction,
    data_digest,
    sealed,
)
from schemas.quarantine import Quarantine
from schemas.tables import TABLES, contract_of, key_of, name_of
from tasks.article_files import scan_article_files
from tasks.rebuild import (
    BY_PUBLICATION,
    Rebuild,
    add_quality_periods,
    files_to_forget_in,
    originals_in,
    rebuild_aggregates,
    split_by_month,
    stories_of_articles,
    texts_without,
    write_table,
)
from tasks.release import scan_table
from tasks.store_errors import StoreError
from tasks.stories import story_columns
from tasks.version_files import BUILD_FOLDER, VersionFile, build_version, place_texts, table_entry, text_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from schemas.columns import Table
    from schemas.manifest import PrivateFile
    from tasks.store import Store
    from tasks.takedowns import Forgotten
    from tasks.version_files import StagedTable, TextFile


class OtherSchemaError(StoreError):
    """The version was written with another schema, whose derived tables this detente cannot derive anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redactor:
    """What redacts the versions of a store.

    Attributes:
        store: Locked.
        forgotten: What has to go.
        workspace: A run's staging folder.
        code_version: Of this detente, for the record.
        now: The time, for the record.
        known: Files that were written so far, by checksum: versions share them as they shared the old ones.
    """

    store: Store
    forgotten: Forgotten
    workspace: Path
    code_version: str
    now: datetime
    known: dict[str, Path] = field(default_factory=dict)

    def concerns(self, version: str) -> bool:
        """Whether a version holds an article that is forgotten, or a refusal that quotes one."""
        manifest = self.store.manifest(version)
        quarantine = scan_table(self.store, manifest, name_of(Quarantine))
        quoting = quarantine.filter(pl.col("refusal_id").is_in(sorted(self.forgotten.refusals)))
        return (
            any(files_to_forget_in(self.store, manifest, self.forgotten)) or not quoting.collect().is_empty()
        )

    def redact(self, version: str) -> None:
        """Remove from a version what is forgotten.

        Raises:
            OtherSchemaError: The version has another schema version than this detente.
        """
        before = self.store.manifest(version)
        replaced = tuple(files_to_forget_in(self.store, before, self.forgotten))
        if before.schema_version != SCHEMA_VERSION:
            raise OtherSchemaError(
                f"{version} has schema version {before.schema_version}, and this detente redacts {SCHEMA_VERSION} only: "
                "run detente once, so that a version follows that has it, and purge again"
            )
        folder = self.workspace / version
        gone = set(forgotten_articles(self.store, replaced, self.forgotten))
        plan = _plan(self.store, before, replaced, self.forgotten, folder)
        plan = _rebuilt(self.store, plan, gone, self.forgotten.refusals, folder)
        files = self._version_files(plan)
        texts = text_files(self.store, plan.private, plan.kept_private, self.workspace)
        self._replace(before, plan, files, texts)

    def _version_files(self, plan: Rebuild) -> list[VersionFile]:
        parent = _parent_of(plan)
        new = [_sharing(self.known, table_entry(table, self.workspace), table) for table in plan.tables]
        stay = [
            VersionFile(entry=entry, source=self.store.path_of(entry, parent.version), is_new=False)
            for entry in plan.kept
        ]
        return [*new, *stay]

    def _replace(
        self, before: Manifest, plan: Rebuild, files: Sequence[VersionFile], texts: Sequence[TextFile]
    ) -> None:
        entries = tuple(file.entry for file in files)
        private = tuple(text.file for text in texts)
        redaction = Redaction(
            takedowns=tuple(sorted(set(self.forgotten.takedowns) - before.forgotten)),
            redacted_at=self.now,
            code_version=self.code_version,
            data_digest_before=before.data_digest,
            files=tuple(_differences(before, entries, private)),
        )
        changes = {
            "files": tuple(sorted(entries, key=lambda entry: entry.path)),
            "private_files": tuple(sorted(private, key=lambda file: file.path)),
            "data_digest": data_digest(entries),
            "counts": {**before.counts, "tables": plan.rows_by_table, "not_in_dyads": plan.left_out},
            "redactions": (*before.redactions, redaction),
        }
        manifest = sealed(before.model_copy(update=changes))
        folder = self.store.version_folder(before.version)
        datapackage = (folder / DATAPACKAGE_NAME).read_text(encoding="utf-8")
        build = self.workspace / BUILD_FOLDER
        build_version(build, files, manifest, datapackage)
        place_texts(self.store, texts)
        self.store.replace_version(before.version, build)
        for entry in entries:
            self.known.setdefault(entry.sha256, self.store.path_of(entry, before.version))


def forgotten_articles(store: Store, files: Sequence[PrivateFile], forgotten: Forgotten) -> Iterator[str]:
    """The ids of the articles in some files of texts that are to be forgotten."""
    records = scan_article_files([store.private_path_of(file) for file in files])
    yield from records.filter(forgotten.is_met).select("article_id").collect()["article_id"]


def _plan(
    store: Store, version: Manifest, replaced: tuple[PrivateFile, ...], forgotten: Forgotten, folder: Path
) -> Rebuild:
    """The version as if it had to be rebuilt: with the texts that remain, and no month yet."""
    remaining = [texts_without(store.private_path_of(file), forgotten) for file in replaced]
    private = tuple(split_by_month(pl.concat(remaining), folder / "private")) if remaining else ()
    plan = Rebuild(
        parent=version,
        articles=folder / "articles.parquet",
        article_files=(),
        private=private,
        months=(),
        replaced=replaced,
        takedowns=version.takedowns,
    )
    stay = tuple(store.private_path_of(file) for file in plan.kept_private)
    return replace(plan, article_files=(*stay, *(file.path for file in private)))


def _rebuilt(
    store: Store, plan: Rebuild, gone: Collection[str], refusals: Collection[str], folder: Path
) -> Rebuild:
    """The tables of every month that lost an article, or in which an article is now told by another story.

    And the quarantine, without some refusals, and what counts both.
    """
    version = _parent_of(plan)
    is_gone = pl.col("article_id").is_in(sorted(gone))
    articles = scan_table(store, version, name_of(Articles)).collect()
    remaining = articles.filter(~is_gone).with_columns(month=pl.col("published_date").dt.strftime("%Y-%m"))
    told = originals_in(store, version)
    now = story_columns(stories_of_articles(plan.article_files, remaining, told))
    moved = now.join(story_columns(told), on=now.columns, how="anti", nulls_equal=True)
    lost = articles.filter(is_gone)["published_date"].dt.strftime("%Y-%m")
    changed = remaining.join(moved, on="article_id", how="semi")["month"]
    plan = replace(plan, months=tuple(sorted({*lost, *changed})))
    tables: list[StagedTable] = []
    for month in plan.months:
        if remaining.filter(month=month).height:
            for name in BY_PUBLICATION:
                rows = scan_table(store, version, name, [month]).filter(~is_gone).collect()
                tables.append(write_table(folder, name, month, _told_by(TABLES[name], rows, now)))
    plan = rebuild_aggregates(replace(plan, tables=tuple(tables)), store, workspace=folder)
    refused = scan_table(store, version, name_of(Quarantine))
    refused = refused.filter(~pl.col("refusal_id").is_in(sorted(refusals)))
    quarantine = write_table(folder, name_of(Quarantine), None, refused.collect())
    plan = replace(plan, tables=(*plan.tables, quarantine))
    return add_quality_periods(plan, store, workspace=folder)


def _told_by(table: type[Table], rows: pl.DataFrame, stories: pl.DataFrame) -> pl.DataFrame:
    """Rows of a table with the stories of today, where it says of rows which story they belong to."""
    lent = contract_of(table).get("of_article", ())
    told = [column for column in stories.columns[1:] if table is Articles or column in lent]
    if not told:
        return rows
    anew = rows.drop(told).join(stories.select("article_id", *told), on="article_id", how="left")
    return anew.select(rows.columns).sort(key_of(table))


def _sharing(known: dict[str, Path], entry: FileEntry, table: StagedTable) -> VersionFile:
    """A new file, or the one with its content that an earlier version already has."""
    if entry.sha256 in known:
        return VersionFile(entry=entry, source=known[entry.sha256], is_new=False)
    return VersionFile(entry=entry, source=table.path, is_new=True)


def _differences(
    before: Manifest, entries: Sequence[FileEntry], private: Sequence[PrivateFile]
) -> Iterator[RedactedFile]:
    old = {entry.path: entry.sha256 for entry in before.files}
    old |= {f"private/{file.path}": file.sha256 for file in before.private_files}
    new = {entry.path: entry.sha256 for entry in entries}
    new |= {f"private/{file.path}": file.sha256 for file in private}
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            yield RedactedFile(path=path, before=old.get(path), after=new.get(path))


def _parent_of(plan: Rebuild) -> Manifest:
    if plan.parent is None:
        raise StoreError("there is no version to redact")
    return plan.parent
