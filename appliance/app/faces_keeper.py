"""What the conductor has done with the household's faces: kept in the state folder, and used by the vision process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from appliance.domain.actions import KeepFaces, OrderFaces
from appliance.household.kept import KeptFaces, KeptFacesFile
from appliance.link.server import LinkServer


class FacesKeeper:
    """`run` in the background until the box stops."""

    def __init__(self, folder: Path) -> None:
        self._file = KeptFacesFile(folder)

    @property
    def problem(self) -> str:
        """What is wrong with the file, in words; nothing if nothing is."""
        return self._file.problem

    def load(self) -> KeptFaces:
        """What is kept."""
        return self._file.load()

    def carrying_out(self, link: LinkServer) -> Callable[[OrderFaces | KeepFaces], None]:
        """What carries out these actions."""

        def carry_out(action: OrderFaces | KeepFaces) -> None:
            match action:
                case OrderFaces(collect, samples):
                    link.order_faces(collect, samples)
                case KeepFaces(use, samples, corrections):
                    self._file.save(KeptFaces(samples, use, corrections))

        return carry_out

    async def run(self) -> None:
        """Wait to be cancelled, then for the last write."""
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.to_thread(self._file.settle)
