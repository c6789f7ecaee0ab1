"""The manifest of a version: every file with its checksum, what it was made with, and what the run counted.

In: the bytes of a manifest.json. Out: frozen models, and one stable text for each of them.
What does not belong here: where a store keeps its files (`tasks.store`), how a version comes to be (`tasks.publish`)
and whether the files still are what the manifest says (`tasks.verify`).
"""

from __future__ import annotations

import json
import re
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import from_json

from schemas.months import Month
from schemas.takedown import TakedownId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from pydantic_core import ErrorDetails

SCHEMA_VERSION = 6
"""Raised whenever a table, a column or a key of the manifest arrives, goes or changes its meaning."""

MANIFEST_NAME = "manifest.json"
DATAPACKAGE_NAME = "datapackage.json"

NOT_IN_DIGEST = frozenset({"quarantine", "quality_periods"})
"""Tables that say what was refused, or count it: that depends on what a run was fed, not on what the store accepted."""

UNSEALED = "0" * 64

_SINCE = {"takedowns": 2, "redactions": 2}
"""Keys that manifests of an earlier schema version do not have."""

_PART = re.compile(r"part-[0-9]{1,6}\.parquet")
_SHOWN_ERRORS = 5  # a manifest that is wrong is often wrong in every entry: a few lines tell as much


class ManifestError(ValueError):
    """The text is not a manifest that detente can have written."""


class NewerSchemaError(ManifestError):
    """A newer detente wrote the manifest."""


def _to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # the first and the last day that a datetime knows, in a distant zone
        raise ValueError("no such time in UTC") from error


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Version = Annotated[str, Field(pattern=r"^v[0-9]{7}$")]
Table = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
PrivatePath = Annotated[
    str,
    Field(pattern=r"^articles/month=[0-9]{4}-(0[1-9]|1[0-2])/[A-Za-z0-9_][A-Za-z0-9_.-]{0,150}\.parquet$"),
]
RunId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]
Utc = Annotated[AwareDatetime, AfterValidator(_to_utc)]
Count = Annotated[int, Field(ge=0)]


class _Frozen(BaseModel):
    """Nothing is guessed: no unknown key, no conversion of types, no change afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class _Told(_Frozen):
    """Facts that come from outside: settings, names of inputs, versions of libraries."""

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        _refuse_unwritable(self.model_dump())
        return self


class FileEntry(_Frozen):
    """A Parquet file of a table.

    Attributes:
        path: Relative to the version's folder, with forward slashes.
        table: The table that it belongs to.
        month: Its partition, None for a table that is not partitioned.
        rows: Number of rows.
        bytes: Size of the file.
        sha256: Checksum of the file.
    """

    path: str
    table: Table
    month: Month | None
    rows: Count
    bytes: Count
    sha256: Sha256

    @model_validator(mode="after")
    def _lies_where_it_belongs(self) -> Self:
        folder = table_folder(self.table, self.month)
        found, _, name = self.path.rpartition("/")
        if found != folder or not _PART.fullmatch(name):
            raise ValueError(f"a file of this table and month lies in {folder}/ as part-N.parquet")
        return self


class PrivateFile(_Frozen):
    """A file with the full texts of accepted articles; `path` is relative to the store's private folder."""

    path: PrivatePath
    rows: Count
    bytes: Count
    sha256: Sha256


class Provenance(_Told):
    """What the content of a version depends on, besides the articles.

    Attributes:
        code_version: Version of detente.
        extractor_version: Changes whenever extraction may give another result for the same text.
        language_model: Name and version of the parser's model.
        event_coder: Name and checksum of the trained coder, None where none took part.
        lexicon_version: Version or checksum of the word lists.
        gemm: Which matrix product the parser ran on (chosen by a fixed rule for the machine).
        settings: Every setting that can change a row, `as_of` included.
        input_digests: Checksum of each input that the run read, by its name: the articles that arrived, and the
            user's own lexicon if there was one.
    """

    code_version: str
    extractor_version: str
    language_model: str
    event_coder: str | None = None
    lexicon_version: str
    gemm: str
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    input_digests: dict[str, Sha256] = Field(default_factory=dict)


class RunInfo(_Told):
    """When and with what a version was computed; nothing in it may identify the machine or its user.

    Attributes:
        run_id: The run's name, which is also that of its staging folder.
        started_at: UTC.
        finished_at: UTC, when the tables were complete.
        workers: Number of processes that extracted.
        environment: Versions of the interpreter and the libraries, family of the processor.
    """

    run_id: RunId
    started_at: Utc
    finished_at: Utc
    workers: Annotated[int, Field(ge=1)]
    environment: dict[str, str] = Field(default_factory=dict)


class RedactedFile(_Frozen):
    """A file that a redaction replaced.

    Attributes:
        path: As in `FileEntry`, or that of a private file behind "private/".
        before: Checksum of what lay there, None if nothing did.
        after: Checksum of what took its place, None if nothing did.
    """

    path: str
    before: Sha256 | None
    after: Sha256 | None


class Redaction(_Told):
    """A published version from which articles that were forgotten later have been removed.

    Attributes:
        takedowns: What had to go.
        redacted_at: UTC.
        code_version: Version of detente that did it.
        data_digest_before: The version's data digest until then.
        files: Every file that changed, by path.
    """

    takedowns: tuple[TakedownId, ...]
    redacted_at: Utc
    code_version: str
    data_digest_before: Sha256
    files: tuple[RedactedFile, ...]


class Manifest(_Frozen):
    """A version, complete: what its files are and how they came to be.

    Attributes:
        version: Name of the version, "v0000012".
        parent: The version that it followed, None for the first.
        schema_version: That of tables and manifest.
        data_digest: See `data_digest`; two versions with the same data have the same one.
        provenance: What the content depends on.
        counts: What came in, went out and was refused; the inner level is by reason or table.
        files: Every file of every table, by path.
        private_files: The texts of exactly the articles that the store had accepted, by path.
        datapackage_sha256: Checksum of datapackage.json.
        takedowns: What the store had to forget when the version was made.
        redactions: What was removed from it afterwards, oldest first; checksums and rows above are those since.
        run: The only part that two equal computations need not share.
        seal: Checksum of this manifest, see `seal_of`.
    """

    version: Version
    parent: Version | None
    schema_version: Annotated[int, Field(ge=1)]
    data_digest: Sha256
    provenance: Provenance
    counts: dict[str, Count | dict[str, Count]]
    files: tuple[FileEntry, ...]
    private_files: tuple[PrivateFile, ...]
    datapackage_sha256: Sha256
    run: RunInfo
    takedowns: tuple[TakedownId, ...] = ()
    redactions: tuple[Redaction, ...] = ()
    seal: Sha256 = UNSEALED

    @field_validator("counts")
    @classmethod
    def _counts_can_be_written(
        cls, counts: dict[str, int | dict[str, int]]
    ) -> dict[str, int | dict[str, int]]:
        _refuse_unwritable(counts)
        return counts

    @field_validator("files")
    @classmethod
    def _files_by_path(cls, files: tuple[FileEntry, ...]) -> tuple[FileEntry, ...]:
        _refuse_repeated(entry.path for entry in files)
        partitioned = {entry.table for entry in files if entry.month is not None}
        mixed = partitioned & {entry.table for entry in files if entry.month is None}
        if mixed:
            raise ValueError(f"partly in months and partly not: {', '.join(sorted(mixed))}")
        return tuple(sorted(files, key=lambda entry: entry.path))

    @field_validator("private_files")
    @classmethod
    def _private_files_by_path(cls, files: tuple[PrivateFile, ...]) -> tuple[PrivateFile, ...]:
        _refuse_repeated(file.path for file in files)
        return tuple(sorted(files, key=lambda file: file.path))

    @model_validator(mode="after")
    def _follows_its_parent(self) -> Self:
        if self.parent is not None and version_number(self.parent) >= version_number(self.version):
            raise ValueError(f"{self.version} cannot follow {self.parent}")
        return self

    @property
    def forgotten(self) -> frozenset[str]:
        """Every takedown whose articles are not in the version, or no more."""
        return frozenset(self.takedowns).union(*(redaction.takedowns for redaction in self.redactions))

    def to_json(self) -> str:
        """The one text of this manifest: keys sorted, indented, ending in a newline."""
        unknown = {key for key, since in _SINCE.items() if since > self.schema_version}
        content = self.model_dump(mode="json", exclude=unknown)
        return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def read_manifest(raw: bytes) -> Manifest:
    """The manifest in the bytes of a manifest.json.

    Raises:
        NewerSchemaError: A newer detente wrote it; said before anything in it is judged.
        ManifestError: It is not JSON, misses a key, has one that is unknown, or a value is impossible.
    """
    try:
        content = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise ManifestError(f"not JSON: {error}") from error
    _refuse_newer(content)
    try:
        return Manifest.model_validate_json(raw)
    except ValidationError as error:
        raise ManifestError(in_words(error)) from error


def data_digest(files: Iterable[FileEntry]) -> str:
    """What a version's data are, in one checksum: sha256 over the sorted paths and checksums of its tables.

    The order of the files does not matter, and neither does a table of NOT_IN_DIGEST.
    """
    lines = sorted(f"{entry.path}\0{entry.sha256}\n" for entry in files if entry.table not in NOT_IN_DIGEST)
    return sha256("".join(lines).encode()).hexdigest()


def seal_of(manifest: Manifest) -> str:
    """The checksum of everything in a manifest but its seal.

    It finds what no file's checksum covers, an edited count or setting for instance. It does not prove who
    wrote the manifest: whoever edits one on purpose can seal it again.
    """
    return sha256(manifest.model_copy(update={"seal": UNSEALED}).to_json().encode()).hexdigest()


def sealed(manifest: Manifest) -> Manifest:
    """The same manifest with its seal."""
    return manifest.model_copy(update={"seal": seal_of(manifest)})


def table_folder(table: str, month: str | None) -> str:
    """Where the files of a table (of a month of it) lie, relative to the version's folder."""
    return table if month is None else f"{table}/month={month}"


def table_path(table: str, month: str | None) -> str:
    """The file that a run writes for a table (for a month of it), relative to the version's folder."""
    return f"{table_folder(table, month)}/part-0.parquet"


def version_name(number: int) -> str:
    """The name of the version with this number, counted from 1.

    Raises:
        ValueError: The number has no name of seven digits.
    """
    if not 1 <= number <= 9_999_999:
        raise ValueError(f"versions are counted from 1 to 9999999, not {number}")
    return f"v{number:07d}"


def version_number(name: str) -> int:
    """The number in the name of a version.

    Raises:
        ValueError: It is not the name of a version.
    """
    if not re.fullmatch(r"v[0-9]{7}", name):
        raise ValueError(f"a version is named like v0000012, not {name!r}")
    return int(name[1:])


def in_words(error: ValidationError) -> str:
    """What is wrong with a manifest, in one line: the first few places and what each should be."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    shown = [_error_in_words(each) for each in errors[:_SHOWN_ERRORS]]
    if len(errors) > _SHOWN_ERRORS:
        shown.append(f"and {len(errors) - _SHOWN_ERRORS} more")
    return "; ".join(shown)


def _refuse_unwritable(facts: Mapping[str, object]) -> None:
    """Raises ValueError for a number that JSON does not know (NaN) or a string that is no text (half a character)."""
    json.dumps(facts, ensure_ascii=False, allow_nan=False, default=str).encode()


def _refuse_newer(content: object) -> None:
    found = content.get("schema_version") if isinstance(content, dict) else None
    if isinstance(found, int) and found > SCHEMA_VERSION:
        raise NewerSchemaError(
            f"written with schema version {found}, and this detente reads up to {SCHEMA_VERSION}: upgrade detente"
        )


def _refuse_repeated(paths: Iterable[str]) -> None:
    seen: set[str] = set()
    for path in paths:
        if path in seen:
            raise ValueError(f"listed twice: {path}")
        seen.add(path)


def _error_in_words(error: ErrorDetails) -> str:
    where = ".".join(str(step)[:80] for step in error["loc"])
    match error["type"]:
        case "extra_forbidden":
            return f"unknown key {where!r}"
        case "missing":
            return f"the key {where!r} is missing"
    return f"{where}: {error['msg']}" if where else error["msg"]
