"""`moodbox run --keys` on a terminal, as somebody at a laptop meets it."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.control.messages import SOCKET
from appliance.controls.keyboard import Keyboard, for_trying, strokes
from appliance.controls.terminal import TerminalLamp, TerminalMissing
from appliance.settings.controls import PIN_KEYS, ControlsSettings, check_controls
from appliance.vision import assets
from tests.running_box import ROOT, wait_for_status, write_songs

whole_box = [
    pytest.mark.slow,
    pytest.mark.needs("mpd"),
    pytest.mark.skipif(
        not (assets.assets_folder() / assets.PORTRAIT).exists(), reason="needs the installed face detector"
    ),
]


class Laptop:
    """A box that was started with --keys in a terminal of its own."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder = folder
        songs = write_songs(folder / "songs")
        self.settings = folder / "moodbox.toml"
        self.settings.write_text(
            f'[paths]\nstate = "{folder}/state"\nrun = "{folder}/run"\n[camera]\nsource = "portrait"\n'
            f'[music]\nsongs = "{songs}"\noutput = "null"\nport = 0\n{settings}'
            "[web]\nenabled = false\n"
        )
        self.screen, self._terminal = pty.openpty()
        self.before = termios.tcgetattr(self._terminal)
        self.drawn = ""
        self.process: subprocess.Popen[bytes] | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "appliance.cli", "--settings", str(self.settings), "run", "--keys"],
            stdin=self._terminal,
            stdout=self._terminal,
            stderr=self._terminal,
            cwd=ROOT,
        )

    def _read(self) -> None:
        try:
            while part := os.read(self.screen, 4096):
                self.drawn += part.decode(errors="replace")
        except OSError:
            pass

    def type(self, keys: str) -> None:
        os.write(self.screen, keys.encode())

    def wait(self, what: Callable[[dict[str, Any]], bool], seconds: float = 90.0) -> dict[str, Any]:
        return wait_for_status(self.folder / "run" / SOCKET, what, seconds, lambda: self.drawn)

    def wait_drawn(self, pattern: str, seconds: float = 90.0) -> None:
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.drawn):
            assert time.monotonic() < deadline, f"{pattern!r} was not drawn:\n{self.drawn[-3000:]}"
            time.sleep(0.1)

    def restored(self) -> bool:
        return termios.tcgetattr(self._terminal) == self.before

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        os.close(self._terminal)
        os.close(self.screen)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    laptop = Laptop(tmp_path)
    try:
        yield laptop
    finally:
        laptop.close()


def playing(status: dict[str, Any]) -> bool:
    return status["player"]["state"] == "play" and status["vision"]["camera"] == "open"


class TestWholeBox:
    pytestmark = whole_box

    def test_every_key_does_what_its_button_would_and_the_lamp_shows_it(self, laptop: Laptop) -> None:
        laptop.start()
        before = laptop.wait(playing)
        assert not laptop.restored()  # keys come one by one
        laptop.wait_drawn("Keys: s skip")
        laptop.wait_drawn("●")
        laptop.type("s")
        laptop.wait(lambda status: status["player"]["file"] not in (None, before["player"]["file"]))
        laptop.type("o")
        laptop.wait(lambda status: status["override"] == "happy" and status["player"]["emotion"] == "happy")
        laptop.wait_drawn("[◔◑◕]")  # it breathes
        laptop.type("o")
        laptop.wait(lambda status: status["override"] == "angry")
        laptop.type("O")
        laptop.wait(lambda status: status["override"] == "auto")
        volume = laptop.wait(lambda status: status["player"]["volume"] is not None)["player"]["volume"]
        laptop.type("---\x1b[A")
        laptop.wait(lambda status: status["player"]["volume"] == volume - 10)
        laptop.type("S")
        laptop.wait(lambda status: status["player"]["state"] == "pause")
        laptop.type("S")
        laptop.wait(lambda status: status["player"]["state"] == "play")
        laptop.type("b")
        laptop.wait(lambda status: status["vision"]["camera"] == "off")
        laptop.wait_drawn("○.*camera off by its button")
        laptop.type("c")
        laptop.wait(lambda status: status["vision"]["camera"] == "open")

    def test_a_camera_turned_off_by_its_button_stays_off_over_a_restart_until_the_button(self, laptop: Laptop) -> None:
        laptop.start()
        laptop.wait(playing)
        laptop.type("c")
        laptop.wait(lambda status: status["vision"]["camera"] == "off")
        assert laptop.process
        laptop.process.terminate()
        laptop.process.wait(60)
        assert laptop.restored()
        laptop.start()
        status = laptop.wait(lambda status: status["player"]["state"] == "play")
        assert status["vision"]["switch"] == "off-by-button"
        assert status["vision"]["camera"] in ("off", "starting", "lost")
        laptop.type("c")
        laptop.wait(lambda status: status["vision"]["camera"] == "open")

    def test_what_is_pressed_while_it_starts_is_not_lost(self, laptop: Laptop) -> None:
        laptop.start()
        laptop.wait_drawn("Keys: s skip")
        laptop.type("o")
        laptop.wait(lambda status: status["override"] == "happy")

    @pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
    def test_the_terminal_is_as_it_was_after_every_end(self, laptop: Laptop, by: signal.Signals) -> None:
        laptop.start()
        laptop.wait_drawn("Keys: s skip")
        laptop.wait(bool)
        assert not laptop.restored()
        assert laptop.process
        laptop.process.send_signal(by)
        assert laptop.process.wait(60) == 0
        assert laptop.restored()
        assert "Traceback" not in laptop.drawn


def test_without_a_keyboard_it_is_refused_with_a_word() -> None:
    reading, writing = os.pipe()
    try:
        with pytest.raises(TerminalMissing, match="leave out --keys"):
            Keyboard(ControlsSettings(), print, reading)
    finally:
        os.close(reading)
        os.close(writing)


def test_for_trying_every_button_and_the_knob_have_pins_that_do_not_clash() -> None:
    tried = for_trying(ControlsSettings(skip=-1, camera=-1, override=5, lamp=2))
    assert tried.pins == "mock"
    assert min(tried.skip, tried.override, tried.camera, tried.knob_a, tried.knob_b) >= 0
    assert (tried.override, tried.lamp) == (5, -1)
    check_controls(tried)
    pins = [getattr(tried, key) for key in PIN_KEYS if getattr(tried, key) >= 0]
    assert len(set(pins)) == len(pins)


def test_long_keys_press_long_and_short_ones_short() -> None:
    several, single = (
        strokes(ControlsSettings(long_press=2)),
        strokes(ControlsSettings(mode="single", hold=5, long_press=2)),
    )
    assert several["s"].seconds < 0.2
    assert several["S"].seconds > 2
    assert several["b"].pins == (17, 27)
    assert 2 < single["l"].seconds < 5 < single["h"].seconds
    assert single["d"].times == 2


def test_the_lamp_in_the_terminal_shows_even_a_weak_light_and_is_not_drawn_again_for_nothing() -> None:
    drawn: list[str] = []
    lamp = TerminalLamp(drawn.append)
    for level in (0.0, 0.001, 0.001, 1.0):
        lamp.show(level, (1.0, 0.0, 0.0))
    assert [re.sub(r"\x1b\[[0-9;]*m", "", mark) for mark in drawn] == ["○", "◔", "●"]
