"""Table `evidence`."""

from __future__ import annotations

import pandera.polars as pa

from schemas.columns import InArticle, Report, id_pattern


class _OfEvent(InArticle):
    """The event; a class of its own, so that its columns come before those of the report."""

    event_id: str = pa.Field(str_matches=id_pattern("evt"), description="The event reported.")


class Evidence(Report, _OfEvent):
    """One row per sentence that reports an event, keyed by (`event_id`, `start`)."""

    class Config(Report.Config):
        """Key and name."""

        name = "evidence"
        unique = ["event_id", "start"]
        metadata = {
            **Report.Config.metadata,
            "references": {"article_id": "articles", "event_id": "events"},
        }
