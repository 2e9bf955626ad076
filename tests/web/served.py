"""A page that is served beside the test, for clients that block."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.web.auth import passwords
from tests.web.running_page import RunningPage, staged


class Served:
    """A page in a thread of its own, and the headers of a program with a key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready, self._over = threading.Event(), threading.Event()
        self.running: RunningPage
        self.headers: dict[str, str]
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self) -> None:
        async with staged(self._folder) as running:
            owner = await running.owner()
            token = (await owner.ask("POST", "/api/tokens", {"name": "fuzz"})).json["token"]
            self.running, self.headers = running, {"Authorization": f"Bearer {token}"}
            self._ready.set()
            await asyncio.to_thread(self._over.wait)

    def __enter__(self) -> Served:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)


@contextmanager
def with_quick_passwords() -> Iterator[None]:
    """Passwords that are hashed at little cost."""
    costs, passwords._COSTS = passwords._COSTS, (2, 8, 1)
    try:
        yield
    finally:
        passwords._COSTS = costs
