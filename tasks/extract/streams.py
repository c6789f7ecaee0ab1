"""Extract a stream of articles in its order, on as many processes as the work is worth.

In: articles, one after the other. Out: the JSON object of each, in the same order. Holds a few batches at a time, so
that a pipe can be as long as it likes.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from schemas.refusal import Refusal
from tasks.extract.document import extract
from tasks.extract.json_form import json_form
from tasks.extract.workers import POOL_CHARACTERS, cores, worker_pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from schemas.article import Article
    from tasks.extract.resources import Resources

BATCH_CHARACTERS = 100_000
"""Some seconds of work: short enough to keep the output moving, long enough to hide what transport costs."""

_BATCHES_AHEAD = 3


def extract_stream(
    articles: Iterable[Article],
    *,
    resources: Resources,
    workers: int | None = None,
    with_reasons: bool = False,
) -> Iterator[tuple[Article, dict[str, Any] | Refusal]]:
    """Each article with its JSON object, or the refusal that it ended in, in the order of the input.

    Args:
        articles: As they come; only some batches are held.
        resources: The language model to parse with, and the user's lexicon and coder.
        workers: Processes; None for one per core if there is enough to do for a pool, else for this one alone.
        with_reasons: Each event says why it is coded so (see `json_form`).
    """
    batches = _batched(articles)
    ahead = [] if workers else list(_taken(batches, POOL_CHARACTERS))
    is_much = sum(map(_characters, ahead)) >= POOL_CHARACTERS
    processes = workers or (cores() if is_much else 1)
    everything = chain(ahead, batches)
    read = partial(extract_json, resources=resources, with_reasons=with_reasons)
    if processes > 1:
        yield from _on_pool(everything, read, processes=processes)
        return
    for batch in everything:
        yield from zip(batch, read(batch), strict=True)


def extract_json(
    articles: Sequence[Article], *, resources: Resources, with_reasons: bool
) -> list[dict[str, Any] | Refusal]:
    """The JSON object of each article, or why there is none; runs in a worker."""
    return [_extracted(article, resources, with_reasons=with_reasons) for article in articles]


def _extracted(article: Article, resources: Resources, *, with_reasons: bool) -> dict[str, Any] | Refusal:
    try:
        return json_form(article, extract(article, resources=resources), with_reasons=with_reasons)
    except (MemoryError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - one text that we cannot read must not stop the others
        return Refusal(
            stage="extract",
            table=None,
            reason="extraction_failed",
            detail=f"Extraction stopped with an error ({type(error).__name__}): {error}",
            origin=article.origin,
            value=article.title or article.text,
            record=None,
        )


def _on_pool(
    batches: Iterator[list[Article]],
    read: Callable[[Sequence[Article]], list[dict[str, Any] | Refusal]],
    *,
    processes: int,
) -> Iterator[tuple[Article, dict[str, Any] | Refusal]]:
    with worker_pool(processes) as pool:
        running: deque[tuple[list[Article], Future[list[dict[str, Any] | Refusal]]]] = deque()
        for batch in batches:
            running.append((batch, pool.submit(read, batch)))
            if len(running) >= processes * _BATCHES_AHEAD:
                done, future = running.popleft()
                yield from zip(done, future.result(), strict=True)
        for done, future in running:
            yield from zip(done, future.result(), strict=True)


def _batched(articles: Iterable[Article]) -> Iterator[list[Article]]:
    batch: list[Article] = []
    characters = 0
    for article in articles:
        batch.append(article)
        characters += len(article.text)
        if characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _taken(batches: Iterator[list[Article]], characters: int) -> Iterator[list[Article]]:
    """Batches until there are so many characters of them, or no more."""
    taken = 0
    while taken < characters and (batch := next(batches, None)):
        yield batch
        taken += _characters(batch)


def _characters(batch: Sequence[Article]) -> int:
    return sum(len(article.text) for article in batch)
