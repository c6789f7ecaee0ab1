"""Who may publish: one run at a time, on this machine and among all workers of a Prefect server.

The store's lock is what keeps versions whole, and it is enough where all runs are on one machine. Workers on several
machines may see a store through a file system that does not lock, so a run that a shared server knows takes a slot of a
global concurrency limit besides. The limit is made here if it is not there, and a run without a slot does not publish.
A dead run's slot is free again after a minute or two, when its lease has run out; after a restart of the server, too, if
it keeps leases in files (docs/how-to/production.md). The slot is no replacement for the lock: it does not guard what
other runs build in staging.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.store import Store

LOCK_TIMEOUT_SECONDS = 10 * 3600.0
"""How long a run waits for another one to publish: more than the limits of the stages that hold the lock, in sum."""
PUBLISHING = "detente-publish"
"""The global concurrency limit, as the Prefect UI shows it."""
LEASE_SECONDS = 60.0


@contextmanager
def sole_publisher(store: Store) -> Iterator[None]:
    """Hold the store's lock, and where there is a shared server the slot for publishing, inside the block.

    A lease that cannot be renewed, because the server is away, ends nothing: the lock still holds.

    Raises:
        tasks.store_errors.StoreError: Another run held the lock for too long.
        TimeoutError: Another run held the slot for too long.
    """
    with store.lock(timeout=LOCK_TIMEOUT_SECONDS):
        if get_current_settings().api.url is None:
            yield
            return
        with get_client(sync_client=True) as client:
            client.upsert_global_concurrency_limit_by_name(PUBLISHING, 1)
        with concurrency(
            PUBLISHING,
            occupy=1,
            timeout_seconds=LOCK_TIMEOUT_SECONDS,
            lease_duration=LEASE_SECONDS,
            strict=True,
            raise_on_lease_renewal_failure=False,
        ):
            yield
