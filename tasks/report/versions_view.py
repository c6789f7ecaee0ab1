"""The versions of a store, as plain rows and as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.store import Store


def version_rows(store: Store) -> list[dict[str, Any]]:
    """One row per version, oldest first.

    Raises:
        tasks.store_errors.StoreError: There is no store, or a manifest cannot be read.
    """
    latest = store.latest_version()
    rows = []
    for name in store.versions():
        manifest = store.manifest(name)
        tables = manifest.counts.get("tables", {})
        counts = tables if isinstance(tables, dict) else {}
        rows.append(
            {
                "version": name,
                "is_latest": name == latest,
                "published_at": manifest.run.finished_at.isoformat(timespec="seconds"),
                "articles": counts.get("articles", 0),
                "events": counts.get("events", 0),
                "parent": manifest.parent,
                "schema_version": manifest.schema_version,
                "data_digest": manifest.data_digest,
                "redactions": len(manifest.redactions),
            }
        )
    return rows


def versions_view(rows: Sequence[dict[str, Any]]) -> Table:
    """The versions as a table."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("version", "published (UTC)", "data digest"):
        table.add_column(column, no_wrap=True)
    for column in ("articles", "events"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(
            row["version"]
            + ("  (latest)" if row["is_latest"] else "")
            + ("  (redacted)" if row["redactions"] else ""),
            row["published_at"].replace("T", " ").removesuffix("+00:00"),
            row["data_digest"][:12],
            f"{row['articles']:,}",
            f"{row['events']:,}",
            style="bold" if row["is_latest"] else None,
        )
    return table
