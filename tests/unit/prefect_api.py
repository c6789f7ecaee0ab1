"""Asking a Prefect server as the tests do, beside Prefect's own client."""

from __future__ import annotations

import time
from typing import Any

import httpx

TRIES = 60


class PrefectApi:
    """The REST interface of a server.

    It is asked again, as Prefect's own client does, while the server's SQLite file is locked (503).
    """

    def __init__(self, address: str, *, may_be_away: bool = False) -> None:
        """Of the server at an address without `/api`; one that may be away is asked again until it is there."""
        self._client = httpx.Client(base_url=f"{address}/api", timeout=60)
        self._passing: tuple[type[Exception], ...] = (httpx.TransportError,) if may_be_away else ()

    def get(self, path: str) -> Any:
        """What is at a path."""
        return self._ask("GET", path)

    def post(self, path: str, body: Any) -> Any:
        """The answer to a body."""
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        for _ in range(TRIES):
            try:
                response = self._client.request(method, path, json=body)
            except self._passing:
                time.sleep(1)
                continue
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                response.raise_for_status()
                return response.json() if response.content else None
            time.sleep(1)
        raise AssertionError(f"no answer: {method} {path}")
