"""The manifest: its stable text, its digest and seal, and what it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.manifest import (
    SCHEMA_VERSION,
    FileEntry,
    Manifest,
    ManifestError,
    NewerSchemaError,
    PrivateFile,
    Provenance,
    RedactedFile,
    Redaction,
    RunInfo,
    data_digest,
    read_manifest,
    seal_of,
    sealed,
    table_path,
    version_name,
    version_number,
)

A, B = "a" * 64, "b" * 64


def entry(table: str = "events", month: str | None = "2025-08", sha256: str = A, rows: int = 1) -> FileEntry:
    path = table_path(table, month)
    return FileEntry(path=path, table=table, month=month, rows=rows, bytes=9, sha256=sha256)


def private(batch: str = "b1", sha256: str = A) -> PrivateFile:
    path = f"articles/month=2025-08/{batch}.parquet"
    return PrivateFile(path=path, rows=1, bytes=9, sha256=sha256)


def manifest(**changes: object) -> Manifest:
    moment = datetime(2025, 9, 1, tzinfo=UTC)
    fields: dict[str, object] = {
        "version": "v0000002",
        "parent": "v0000001",
        "schema_version": SCHEMA_VERSION,
        "data_digest": A,
        "provenance": Provenance(
            code_version="0.1",
            extractor_version="1",
            language_model="small",
            lexicon_version="1",
            gemm="numpy",
            settings={"as_of": "2025-09-01"},
        ),
        "counts": {"articles": 2, "quarantined": {"no date": 1}},
        "files": (entry(), entry("actors", None)),
        "private_files": (private(),),
        "datapackage_sha256": B,
        "run": RunInfo(run_id="r1", started_at=moment, finished_at=moment, workers=2),
    }
    return Manifest(**(fields | changes))


def edited(**changes: object) -> bytes:
    """A manifest's JSON after somebody has set or (with None) removed keys at its top."""
    content = json.loads(manifest().to_json()) | changes
    return json.dumps({key: value for key, value in content.items() if value is not None}).encode()


months = st.one_of(st.none(), st.builds("{:04d}-{:02d}".format, st.integers(0, 9999), st.integers(1, 12)))
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
takedowns = st.lists(st.integers(0, 9).map("tak_{:020d}".format), max_size=3).map(tuple)
redactions = st.builds(
    Redaction,
    takedowns=takedowns,
    redacted_at=st.datetimes(timezones=st.just(UTC)),
    code_version=words,
    data_digest_before=digests,
    files=st.lists(
        st.builds(RedactedFile, path=words, before=st.none() | digests, after=st.none() | digests), max_size=2
    ).map(tuple),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def entries(draw: st.DrawFn) -> FileEntry:
    table, month = draw(st.text(ascii_lowercase, min_size=1, max_size=4)), draw(months)
    table = f"{table}_month" if month else table
    return entry(table, month, draw(digests), draw(st.integers(0, 2**40)))


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    files = draw(st.lists(entries(), max_size=6, unique_by=lambda each: each.path))
    number = draw(st.integers(2, 9_999_999))
    zone = timezone(timedelta(hours=draw(st.integers(-12, 14))))
    moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(zone))  # noqa: DTZ001
    return sealed(
        manifest(
            version=version_name(number),
            parent=draw(st.none() | st.integers(1, number - 1).map(version_name)),
            data_digest=data_digest(files),
            provenance=Provenance(
                code_version=draw(words),
                extractor_version=draw(words),
                language_model=draw(words),
                event_coder=draw(st.none() | words),
                lexicon_version=draw(words),
                gemm=draw(words),
                settings=draw(st.dictionaries(words, json_values, max_size=4)),
                input_digests=draw(st.dictionaries(words, digests, max_size=3)),
            ),
            counts=draw(
                st.dictionaries(
                    words, st.integers(0) | st.dictionaries(words, st.integers(0), max_size=2), max_size=3
                )
            ),
            files=tuple(files),
            private_files=tuple(private(f"b{n}") for n in range(draw(st.integers(0, 3)))),
            takedowns=draw(takedowns),
            redactions=draw(st.lists(redactions, max_size=2).map(tuple)),
            run=RunInfo(
                run_id="r",
                started_at=draw(moments),
                finished_at=draw(moments),
                workers=draw(st.integers(1, 64)),
                environment=draw(st.dictionaries(words, words, max_size=3)),
            ),
        )
    )


@settings(max_examples=60, deadline=None)
@given(manifests())
def test_a_manifest_is_read_back_as_it_was_written(original: Manifest) -> None:
    text = original.to_json()
    again = read_manifest(text.encode())
    assert again == original
    assert again.to_json() == text
    assert seal_of(again) == again.seal


def takedown(number: int) -> str:
    return f"tak_{number:020d}"


def redaction(*takedowns: str) -> Redaction:
    return Redaction(
        takedowns=takedowns,
        redacted_at=datetime(2025, 9, 2, tzinfo=UTC),
        code_version="0.1",
        data_digest_before=A,
        files=(RedactedFile(path=table_path("events", "2025-08"), before=A, after=None),),
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param({"takedowns": (takedown(1),)}, {takedown(1)}, id="when it was made"),
        pytest.param({"redactions": (redaction(takedown(2)),)}, {takedown(2)}, id="afterwards"),
        pytest.param(
            {
                "takedowns": (takedown(1),),
                "redactions": (redaction(takedown(1), takedown(2)), redaction(takedown(3))),
            },
            {takedown(1), takedown(2), takedown(3)},
            id="both, and twice",
        ),
    ],
)
def test_what_a_version_does_not_hold_any_more(changes: dict[str, object], expected: set[str]) -> None:
    assert manifest(**changes).forgotten == expected


def test_an_earlier_schema_version_is_written_without_the_keys_that_it_did_not_have() -> None:
    keys = {number: set(json.loads(manifest(schema_version=number).to_json())) for number in (1, 2)}
    assert keys[2] - keys[1] == {"takedowns", "redactions"}
    assert keys[1] < keys[2]
    earlier = manifest(schema_version=1)
    assert read_manifest(earlier.to_json().encode()) == earlier


@given(st.lists(entries(), max_size=8), st.randoms(use_true_random=False))
def test_the_data_digest_does_not_depend_on_the_order_of_files(files: list[FileEntry], order) -> None:
    shuffled = files.copy()
    order.shuffle(shuffled)
    assert data_digest(shuffled) == data_digest(files)


@pytest.mark.parametrize(
    ("files", "is_same"),
    [
        pytest.param([entry(), entry("dyads")], False, id="a file more"),
        pytest.param([entry(sha256=B)], False, id="other content"),
        pytest.param([entry(month="2025-09")], False, id="other month"),
        pytest.param([entry("dyads")], False, id="other table"),
        pytest.param([], False, id="no file"),
        pytest.param([entry(), entry("quarantine", "2025-08")], True, id="what was refused is left out"),
        pytest.param([entry(), entry("quality_periods", None)], True, id="what counts it is left out"),
        pytest.param([entry(rows=2)], True, id="only paths and checksums count"),
    ],
)
def test_what_the_data_digest_covers(files: list[FileEntry], *, is_same: bool) -> None:
    assert (data_digest(files) == data_digest([entry()])) is is_same


def test_the_text_is_sorted_indented_and_ends_in_a_newline() -> None:
    text = manifest(files=(entry("stories"), entry("events"))).to_json()
    keys = list(json.loads(text))
    assert keys == sorted(keys)
    assert text.endswith("}\n")
    assert '\n  "counts": {\n' in text
    assert text.index("events/month=2025-08") < text.index("stories/month=2025-08")
    assert "2025-09-01T00:00:00Z" in text


def test_the_order_in_which_files_are_listed_does_not_matter() -> None:
    one, two = entry("actors", None), entry()
    assert manifest(files=(one, two)) == manifest(files=(two, one))


def test_times_are_written_in_utc() -> None:
    tokyo = datetime(2025, 9, 1, 8, tzinfo=timezone(timedelta(hours=9)))
    run = RunInfo(run_id="r", started_at=tokyo, finished_at=tokyo, workers=1)
    assert '"2025-08-31T23:00:00Z"' in manifest(run=run).to_json()


@pytest.mark.parametrize("field", ["version", "counts", "settings", "run", "takedowns", "redactions"])
def test_the_seal_covers_every_part(field: str) -> None:
    original = sealed(manifest())
    changed = {
        "version": lambda: original.model_copy(update={"version": "v0000003"}),
        "counts": lambda: original.model_copy(update={"counts": {"articles": 3}}),
        "settings": lambda: original.model_copy(
            update={"provenance": original.provenance.model_copy(update={"settings": {}})}
        ),
        "run": lambda: original.model_copy(update={"run": original.run.model_copy(update={"workers": 3})}),
        "takedowns": lambda: original.model_copy(update={"takedowns": (takedown(1),)}),
        "redactions": lambda: original.model_copy(update={"redactions": (redaction(takedown(1)),)}),
    }[field]()
    assert seal_of(changed) != original.seal


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        pytest.param(b"", "not JSON", id="empty"),
        pytest.param(b" \n", "not JSON", id="white space"),
        pytest.param(b"{", "not JSON", id="cut off"),
        pytest.param(b"\xff\xfe{}", "not JSON", id="not UTF-8"),
        pytest.param(b"[" * 200_000, "not JSON", id="nested without end"),
        pytest.param(b"[]", "valid dictionary|object", id="a list"),
        pytest.param(b"{}", "'version' is missing", id="nothing in it"),
        pytest.param(edited(colour="red"), "unknown key 'colour'", id="unknown key"),
        pytest.param(edited(run=None), "the key 'run' is missing", id="missing key"),
        pytest.param(edited(version="12"), "version", id="not the name of a version"),
        pytest.param(edited(version="v000000\u0661"), "version", id="digits of another script"),
        pytest.param(edited(version="v0000002\n"), "version", id="newline after the version"),
        pytest.param(edited(parent="v0000002"), "cannot follow", id="its own parent"),
        pytest.param(edited(schema_version=0), "schema_version", id="schema version 0"),
        pytest.param(edited(schema_version="1"), "schema_version", id="schema version as a string"),
        pytest.param(edited(counts={"articles": -1}), "counts", id="negative count"),
        pytest.param(edited(counts={"articles": 1.5}), "counts", id="count that is no integer"),
        pytest.param(edited(data_digest="A" * 64), "data_digest", id="upper-case checksum"),
        pytest.param(edited(files={}), "files", id="files that are no list"),
        pytest.param(edited().replace(b'"workers": 2', b'"workers": NaN'), "not JSON", id="NaN"),
        pytest.param(
            edited().replace(b"2025-09-01T00:00:00Z", b"2025-09-01T00:00:00"),
            "timezone",
            id="time without a zone",
        ),
        pytest.param(
            edited().replace(b"2025-09-01T00:00:00Z", b"0001-01-01T00:00:00+14:00"),
            "UTC",
            id="before all time",
        ),
        pytest.param(
            edited().replace(b"actors/part-0", b"../../actors/part-0"), "lies in actors/", id="path leads out"
        ),
        pytest.param(
            edited().replace(b"month=2025-08/part", b"month=2025-07/part"),
            "lies in",
            id="path of another month",
        ),
        pytest.param(edited(takedowns=["art_0"]), "takedowns.0", id="a takedown without its id"),
        pytest.param(edited(redactions=[{}]), "redactions.0", id="a redaction of nothing"),
        pytest.param(
            edited().replace(b"articles/month", b"../latest/month"),
            "private_files",
            id="private path leads out",
        ),
    ],
)
def test_what_is_no_manifest_is_refused_with_a_reason(raw: bytes, message: str) -> None:
    with pytest.raises(ManifestError, match=message) as refused:
        read_manifest(raw)
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize("extra", [{}, {"of_the_future": 1}], ids=["known keys", "unknown keys"])
def test_a_newer_schema_says_to_upgrade(extra: dict[str, int]) -> None:
    with pytest.raises(NewerSchemaError, match=r"schema version 99.*upgrade detente"):
        read_manifest(edited(schema_version=99, **extra))


def test_many_errors_are_told_in_a_few_lines() -> None:
    content = json.loads(manifest().to_json())
    content["files"] = [{"path": "x" * 10_000}] * 500
    with pytest.raises(ManifestError, match=r"and [0-9]+ more") as refused:
        read_manifest(json.dumps(content).encode())
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"files": (entry(), entry(sha256=B))}, "listed twice", id="file twice"),
        pytest.param({"files": (entry(), entry(month=None))}, "partly in months", id="a month and the whole"),
        pytest.param(
            {"private_files": (private(), private(sha256=B))}, "listed twice", id="private file twice"
        ),
    ],
)
def test_files_that_contradict_each_other_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        manifest(**changes)


@pytest.mark.parametrize(
    "path",
    ["/articles/month=2025-08/b.parquet", "articles/month=2025-13/b.parquet", "articles/month=2025-08/.b.parquet",
     "articles/month=2025-08/../b.parquet", "articles/month=2025-08/b.csv", "quarantine/b.parquet"],
)  # fmt: skip
def test_private_paths_stay_inside(path: str) -> None:
    with pytest.raises(ValidationError):
        PrivateFile(path=path, rows=1, bytes=1, sha256=A)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"settings": {"x": float("nan")}}, id="NaN"),
        pytest.param({"settings": {"x": [float("inf")]}}, id="infinite"),
        pytest.param({"settings": {"x": "\udce9"}}, id="half a character"),
        pytest.param({"input_digests": {"caf\udce9.jsonl": A}}, id="file name that is not UTF-8"),
    ],
)
def test_facts_that_a_manifest_cannot_hold_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Provenance(**(manifest().provenance.model_dump() | changes))


def test_counts_by_a_reason_that_is_no_text_are_refused() -> None:
    with pytest.raises(ValidationError):
        manifest(counts={"quarantined": {"\udce9": 1}})


@pytest.mark.parametrize(("number", "name"), [(1, "v0000001"), (12, "v0000012"), (9_999_999, "v9999999")])
def test_names_of_versions(number: int, name: str) -> None:
    assert version_name(number) == name
    assert version_number(name) == number


@pytest.mark.parametrize("number", [0, -1, 10_000_000])
def test_numbers_without_a_name(number: int) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        version_name(number)


@pytest.mark.parametrize("name", ["", "v1", "0000001", "v0000001\n", "v00000001"])
def test_names_that_are_no_version(name: str) -> None:
    with pytest.raises(ValueError, match="named like"):
        version_number(name)
