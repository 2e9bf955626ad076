"""A performer before the camera of a machine that boots: the picture it shows changes as the performer pulls faces.

The performers' pictures are not Moodbox's to pass on; they lie beside the clone, or nowhere.
"""

import csv
import io
import time
import zipfile
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

import cv2
import numpy as np

from tests.boxes.box import ROOT
from tests.machines.machine import Machine

PERFORMERS = ROOT.parent / "shared" / "data" / "performers.zip"
FILM = "/opt/film/now.png"
TAUGHT, OTHERWISE = ("theatre", "facs", "none"), "memory"
"""Ways of acting by which faces are taught, and by which others are acted."""
ROUNDS = ("usual", "nearer", "farther", "stronger")


class Performer:
    """Pulls faces before the camera of a machine whose camera.source is `FILM`."""

    def __init__(self, machine: Machine, person: str) -> None:
        self._film = machine.root / FILM.lstrip("/")
        self._film.parent.mkdir(exist_ok=True)
        self._archive = zipfile.ZipFile(PERFORMERS)
        rows = csv.DictReader(io.StringIO(self._archive.read("performers.csv").decode()))
        self._rows = [row for row in rows if row["person"] == person]
        self.pull("neutral")

    def pull(self, word: str, number: int = 0, ways: tuple[str, ...] = TAUGHT) -> None:
        """Wear an expression, acted so; further numbers are other faces of it."""
        files = [row["file"] for row in self._rows if row["performed"] == word and row["acting"] in (*ways, "none")]
        self._show([next(islice(cycle(files), number, None))])

    def beside(self, word: str) -> None:
        """Sit there with somebody else, who is the same one."""
        self._show([row["file"] for row in self._rows if row["performed"] == word][:2])

    def leave(self) -> None:
        """Nobody is there."""
        self._show([])

    def _show(self, files: list[str]) -> None:
        frame = np.full((720, 1280, 3), 110, np.uint8)
        for number, file in enumerate(files):
            portrait = cv2.imdecode(np.frombuffer(self._archive.read(file), np.uint8), cv2.IMREAD_COLOR)
            left = 440 - 240 * (len(files) - 1) + 480 * number
            frame[160:560, left : left + 400] = cv2.resize(portrait, (400, 400))
        new = self._film.with_suffix(".new")
        new.write_bytes(cv2.imencode(".png", frame)[1].tobytes())
        new.replace(self._film)

    def perform(
        self, faces: Callable[[], dict[str, Any]], until: Callable[[dict[str, Any]], bool], patience: float = 900
    ) -> dict[str, Any]:
        """Pull what is asked for until the session is so."""
        asked, end = None, time.monotonic() + patience
        while True:
            session: dict[str, Any] = faces()["session"]
            if until(session):
                return session
            if session["word"] and (session["word"], session["round"]) != asked:
                asked = session["word"], session["round"]
                self.pull(session["word"], ROUNDS.index(session["round"]))
            assert time.monotonic() < end, session
            time.sleep(0.2)
