"""`detente run` without Prefect: the same five stages on a fresh store, as plain calls.

python plain_stages.py FILE WORKERS
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.settings import RunSettings
from tasks import stages
from tasks.store import Store


def main(articles: Path, *, workers: int) -> None:
    """Publish the articles of a file as the first version of a store."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder, "store"))
        store.create()
        with store.stage("bench") as workspace:
            run = stages.start_run(store, "bench", workspace, RunSettings(workers=workers))
            arrivals = stages.ingest_stage(run, [str(articles)])
            extraction = stages.extract_stage(run, arrivals)
            with store.lock():
                rebuilt = stages.aggregate_stage(run, stages.validate_stage(run, arrivals))
                findings = stages.check_stage(run, arrivals, rebuilt)
                stages.publish_stage(run, arrivals, extraction, rebuilt, findings)


if __name__ == "__main__":
    main(Path(sys.argv[1]), workers=int(sys.argv[2]))
