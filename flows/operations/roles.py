"""What goes on in the background when detente is up."""

from __future__ import annotations

SERVER, WORKER, FEEDER = "server", "worker", "feeder"

POOL = "detente"
"""The work pool; prefect.yaml names it, too."""

RUNS_AT_A_TIME = 2
"""Of the worker. One would let a run that waits for another one's lock keep housekeeping away; more would only wait,
since one run at a time publishes, and extraction takes every core as it is."""
