"""What a store does with each article that comes in: take it, keep what it has, replace it, or refuse it.

In: articles and refusals as they were read, and what the store accepted before. Out: one decision for each. What
does not belong here: the store, its tables, and stories (the same news in another's words).

The rules (DESIGN: identity). What a source says about one article at different times are its *versions*; which of
them the store keeps is a maximum over (updated_at, content hash), so that it depends neither on the order in which
they arrive nor on how they are spread over runs. A version without `updated_at` is older than any with one. Only
two records of one file that share an id, differ, and both say nothing of when they were updated contradict each
other: the one on the later line is refused, also when the stream comes in another order. So hand over a file whole.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, get_args

from schemas.identity import content_hash, id_of, identity_of, normalise
from schemas.refusal import Refusal
from tasks.ingest.checks import refuse
from tasks.ingest.origins import split_origin
from tasks.takedowns import NOTHING_FORGOTTEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from schemas.article import Article
    from schemas.months import Months
    from tasks.takedowns import Forgotten

_Outcome = Literal["new", "unchanged", "corrections", "superseded", "appearances"]
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedArticle:
    """What the rules need to know of an article in the store.

    Attributes:
        article_id: Its id.
        source_identity: What makes it the same article of its source; None if only its content identifies it.
        updated_at: When the source last changed it (UTC), None if the source does not say.
        content_hash: Hash of title, day and text.
        source_name: Who published it.
        source_uri: Its address.
    """

    article_id: str
    source_identity: str | None
    updated_at: datetime | None
    content_hash: str
    source_name: str | None = None
    source_uri: str | None = None

    @property
    def rank(self) -> tuple[bool, datetime, str]:
        """What the versions of an article are compared by; the largest is kept."""
        return self.updated_at is not None, self.updated_at or _NEVER, self.content_hash

    @property
    def versions_of(self) -> str:
        """What all versions of an article have in common."""
        return self.source_identity or self.article_id

    @property
    def same_at_any_address(self) -> tuple[str, str] | None:
        """What the same article at different addresses has in common; None if this one has no address."""
        if not (self.source_uri or "").strip():
            return None
        return self.content_hash, normalise(self.source_name or "")

    @property
    def record_order(self) -> tuple[str, bool, str]:
        """Of records of one article that are as late, the least speaks for it, as in `tasks.article_files`."""
        return self.source_uri or "", self.source_name is None, self.source_name or ""

    @property
    def address_order(self) -> tuple[int, str]:
        """The least of several addresses is the article's."""
        return len(self.source_uri or ""), self.source_uri or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An article that came in, with its ids.

    Attributes:
        article: As read.
        ids: How the store would know it.
        replaces: article_id of the version that it corrects in the store.
    """

    article: Article
    ids: AcceptedArticle
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Every article and refusal that came in, in exactly one of eight lists, each in the order of the input.

    Attributes:
        new: Articles of which the store has no version.
        unchanged: The store has, or takes from this input, the very same article. The record can still say more of
            it than the one that the store has: a later `updated_at`, another address.
        corrections: They replace an older version in the store, `replaces`.
        superseded: Versions older than what the store has or takes from this input.
        appearances: The store has, or takes from this input, the same article of the same source at another address.
        forgotten: Articles that the store has been told to forget.
        passed_over: Articles that would have been accepted, but not by this run (`within`).
        refused: What reading refused, and records that contradict an earlier one in their file.
    """

    new: tuple[Version, ...]
    unchanged: tuple[Version, ...]
    corrections: tuple[Version, ...]
    superseded: tuple[Version, ...]
    appearances: tuple[Version, ...]
    forgotten: tuple[Version | Refusal, ...]
    refused: tuple[Refusal, ...]
    passed_over: tuple[Version, ...] = ()

    def within(self, months: Months | None) -> Decisions:
        """The same, where a run takes only what was published in some months."""
        if months is None:
            return self
        arriving = (*self.new, *self.corrections, *self.appearances)
        return replace(
            self,
            new=tuple(version for version in self.new if _is_within(version, months)),
            corrections=tuple(version for version in self.corrections if _is_within(version, months)),
            appearances=tuple(version for version in self.appearances if _is_within(version, months)),
            passed_over=tuple(version for version in arriving if not _is_within(version, months)),
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many were read and what became of them; `read` is the sum of the others."""
        by_outcome = {
            "accepted": len(self.new),
            "unchanged": len(self.unchanged),
            "corrections": len(self.corrections),
            "superseded": len(self.superseded),
            "appearances": len(self.appearances),
            "forgotten": len(self.forgotten),
            "passed_over": len(self.passed_over),
            "refused": len(self.refused),
        }
        return {"read": sum(by_outcome.values()), **by_outcome}

    @property
    def refused_by_reason(self) -> dict[str, int]:
        """How many were refused, for each reason that occurs, in alphabetical order."""
        return dict(sorted(Counter(refusal.reason for refusal in self.refused).items()))


def decide(
    articles: Iterable[Article | Refusal],
    accepted: Iterable[AcceptedArticle],
    *,
    forgotten: Forgotten = NOTHING_FORGOTTEN,
) -> Decisions:
    """One decision for each article and refusal.

    Args:
        articles: What was read; all of it is held in memory.
        accepted: What the store has, one version for each source identity.
        forgotten: What it may not take.
    """
    everything = [outcome if isinstance(outcome, Refusal) else _identified(outcome) for outcome in articles]
    out = [outcome for outcome in everything if _is_met(forgotten, outcome)]
    gone = set(map(id, out))
    # What is forgotten contradicts nobody: a refusal would keep its words.
    read = [outcome for outcome in everything if id(outcome) not in gone]
    contradicted = _contradicted(read)
    refused: list[Refusal] = []
    versions: list[Version] = []
    for number, outcome in enumerate(read):
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        elif number in contradicted:
            refused.append(_duplicate_id(outcome.article, contradicted[number]))
        else:
            versions.append(outcome)
    by_outcome = _sort_out(versions, accepted)
    return Decisions(**by_outcome, forgotten=tuple(out), refused=tuple(refused))


def _is_met(forgotten: Forgotten, outcome: Version | Refusal) -> bool:
    if isinstance(outcome, Refusal):  # of which no more than its source may be known
        return outcome.source_identity in forgotten.source_identities
    ids = outcome.ids
    return forgotten.has(content_hash=ids.content_hash, source_identity=ids.source_identity)


def _is_within(version: Version, months: Months) -> bool:
    day = version.article.published_date
    return day is not None and months.has(day)


def _identified(article: Article) -> Version:
    ids = AcceptedArticle(
        article_id=id_of(article),
        source_identity=identity_of(article),
        updated_at=article.updated_at,
        content_hash=content_hash(article.title, article.text, article.published_date),
        source_name=article.source_name,
        source_uri=article.source_uri,
    )
    return Version(article=article, ids=ids)


def _contradicted(read: Sequence[Version | Refusal]) -> dict[int, str]:
    """The records that contradict an earlier one of their file, by number, with the origin of that one."""
    same_id: dict[tuple[str, str, str], list[tuple[int, int, Version]]] = defaultdict(list)
    for number, outcome in enumerate(read):
        if isinstance(outcome, Version) and outcome.ids.updated_at is None and outcome.article.origin:
            article = outcome.article
            file, line = split_origin(article.origin)
            same_id[file, article.source_name or "", article.source_id].append((line, number, outcome))
    contradicted: dict[int, str] = {}
    for records in same_id.values():
        _, _, first = min(records, key=lambda record: record[:2])
        for _, number, version in records:
            if version.ids.content_hash != first.ids.content_hash:
                contradicted[number] = first.article.origin
    return contradicted


def _duplicate_id(article: Article, first_origin: str) -> Refusal:
    """The refusal of a record; the record is written anew, under detente's own names for the fields."""
    record = {
        "id": article.source_id,
        "title": article.title,
        "date": _written(article.published_at or article.published_date),
        "text": article.text,
        "source": article.source_name,
        "url": article.source_uri,
    }
    detail = (
        f"Another article has this id at {first_origin}, and neither says when it was updated: "
        "give one of them another id, or both an updated_at."
    )
    refusal = refuse(
        "duplicate_id",
        detail,
        origin=article.origin,
        value=article.source_id,
        record=json.dumps(record, ensure_ascii=False),
    )
    return replace(refusal, source_name=article.source_name, day=article.published_date)


def _written(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


def _sort_out(
    versions: Sequence[Version], accepted: Iterable[AcceptedArticle]
) -> dict[_Outcome, tuple[Version, ...]]:
    """The versions by what becomes of them."""
    in_store = {article.versions_of: article for article in accepted}
    addresses = {article.same_at_any_address for article in in_store.values()}
    best: dict[str, Version] = {}
    for version in sorted(versions, key=lambda other: other.ids.record_order):
        article = version.ids.versions_of
        best[article] = max(best.get(article, version), version, key=lambda other: other.ids.rank)
    own = _own_addresses(best.values())
    by_outcome: dict[_Outcome, list[Version]] = {outcome: [] for outcome in get_args(_Outcome)}
    for version in versions:
        stored = in_store.get(version.ids.versions_of)
        outcome = _outcome(version, best=best[version.ids.versions_of], stored=stored)
        same = version.ids.same_at_any_address
        if outcome == "new" and same and (same in addresses or version.ids.source_uri != own[same]):
            outcome = "appearances"
        corrects = stored.article_id if stored and outcome == "corrections" else None
        by_outcome[outcome].append(replace(version, replaces=corrects))
    return {outcome: tuple(decided) for outcome, decided in by_outcome.items()}


def _own_addresses(versions: Iterable[Version]) -> dict[tuple[str, str], str | None]:
    """Of versions that are the same at different addresses, the address that is the article's."""
    own: dict[tuple[str, str], AcceptedArticle] = {}
    for ids in (version.ids for version in versions):
        if same := ids.same_at_any_address:
            own[same] = min(own.get(same, ids), ids, key=lambda known: known.address_order)
    return {same: ids.source_uri for same, ids in own.items()}


def _outcome(version: Version, *, best: Version, stored: AcceptedArticle | None) -> _Outcome:
    """What becomes of a version, given the best that came in with it and the one in the store."""
    if stored and version.ids.article_id == stored.article_id:
        return "unchanged"
    if stored and best.ids.rank <= stored.rank:
        return "superseded"
    if version.ids.article_id != best.ids.article_id:
        return "superseded"
    if version is not best:
        return "unchanged"
    return "corrections" if stored else "new"
