"""What `moodbox run` shows: lines of plain words, and on a terminal one live line below them."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
from datetime import datetime
from pathlib import PurePosixPath
from typing import TextIO

from appliance.domain.emotions import PROFILES
from appliance.domain.status import AUTO, FaceStatus, Status
from appliance.lib.clock import Clock
from appliance.lib.text import fit_columns, printable
from appliance.words.english import mood_word
from appliance.words.languages import Language, LanguageChoice, system_language
from appliance.words.retelling import retold
from appliance.words.speaking import speaking, t

_CLEAR = "\r\x1b[K"


class TerminalDisplay:
    """Prints lines as they come; on a terminal the last line is alive and shows the box's present state.

    What the stream cannot show is escaped; a stream that has gone stops nothing.
    """

    def __init__(self, clock: Clock, stream: TextIO | None = None, language: Language = "en") -> None:
        self._clock, self._language = clock, language
        self._stream = stream or sys.stdout
        with contextlib.suppress(AttributeError):  # a stream that takes every character
            self._stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        self._alive = self._stream.isatty()
        self._line = self._lamp = ""

    def speak(self, choice: LanguageChoice) -> None:
        """Go on in the owner's language; where none is chosen, in that of the system."""
        self._language = system_language(os.environ) if choice == "auto" else choice

    def say(self, text: str) -> None:
        """Print one line with the time of day before it."""
        with speaking(self._language):
            text = retold(text)
        at = self._clock.now().astimezone().strftime("%H:%M:%S")
        self._write(f"{_CLEAR if self._alive else ''}{at}  {printable(text)}\n{self._drawn}")

    def live(self, status: Status) -> None:
        """Redraw the live line from a status; does nothing where there is no terminal."""
        if not self._alive:
            return
        with speaking(self._language):
            words = summary(status, self._clock.now())
        line = fit_columns(printable(words), shutil.get_terminal_size().columns - 3)
        if line != self._line:
            self._line = line
            self._write(_CLEAR + self._drawn)

    def lamp(self, mark: str) -> None:
        """Redraw the live line with this mark before it."""
        self._lamp = mark
        if self._line:
            self._write(_CLEAR + self._drawn)

    def close(self) -> None:
        """Leave the cursor on a line of its own."""
        if self._line:
            self._line = ""
            self._write("\n")

    @property
    def _drawn(self) -> str:
        return f"{self._lamp} {self._line}" if self._lamp and self._line else self._line

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # the terminal or the other program has gone, or the disk is full
            self._stream.write(text)
            self._stream.flush()


class TerminalLogHandler(logging.Handler):
    """Passes log records to a display, so that they do not tear the live line."""

    def __init__(self, display: TerminalDisplay) -> None:
        super().__init__()
        self._display = display

    def emit(self, record: logging.LogRecord) -> None:
        """Print the record's text, with its level from a warning upwards."""
        level = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        self._display.say(level + self.format(record))


def summary(status: Status, now: datetime) -> str:
    """The box's state in one line: what it sees, what it takes the mood for, what plays, when it judges next."""
    vision, mood, player = status.vision, status.mood, status.player
    parts = []
    if vision.camera == "open":
        seen = ", ".join(_face(face) for face in vision.faces)
        parts.append(seen or t("nobody in sight"))
    else:
        by_button = vision.camera == "off" and vision.switch == "off-by-button"
        parts.append(t("camera off by its button") if by_button else _camera(vision.camera))
    if status.override != AUTO:
        parts.append(t("override {mood}", mood=mood_word(status.override)))
    else:
        parts.append(t("mood {mood}", mood=mood_word(mood.mood)))
    if player.file:
        minutes, seconds = divmod(int(player.elapsed), 60)
        mark = "♪" if player.state == "play" else "‖"
        parts.append(f"{mark} {player.title or PurePosixPath(player.file).stem} {minutes}:{seconds:02}")
    else:
        parts.append(t("music {state}", state=t(player.state)))
    if next_at := status.next_judgement:
        left = max(0, int((datetime.fromisoformat(next_at) - now).total_seconds()))
        parts.append(t("judging in {time}", time=f"{left // 60}:{left % 60:02}"))
    return " · ".join(parts)


def _camera(state: str) -> str:
    words = {
        "open": t("camera open"),
        "off": t("camera off"),
        "failed": t("camera failed"),
        "lost": t("camera lost"),
        "starting": t("camera starting"),
    }
    return words[state]


def _face(face: FaceStatus) -> str:
    emotion = face.emotion
    return f"{PROFILES[emotion].emoji} {mood_word(emotion)} {face.probabilities[emotion]:.0%}"
