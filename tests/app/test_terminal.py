import contextlib
import io
import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.app.terminal import TerminalDisplay, TerminalLogHandler, summary
from appliance.domain.emotions import Emotion
from appliance.domain.status import FaceStatus, Status
from appliance.lib.clock import ManualClock
from appliance.lib.text import fit_columns, printable
from tests.statuses import a_status, changed


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


FACE = FaceStatus(
    box=(0, 0, 90, 90), score=1.0, emotion=Emotion.HAPPY, probabilities={"happy": 0.914, "sad": 0.086}, distance=None
)


def status(clock: ManualClock, **changes: Any) -> Status:
    usual = {
        "mood": {"mood": "sad"},
        "next_judgement": (clock.now() + timedelta(seconds=125)).isoformat(),
        "player": {"state": "play", "file": "sad/house/01 Rain.ogg", "title": "Rain", "elapsed": 63.9},
        "vision": {"camera": "open", "faces": (FACE,)},
    }
    return changed(a_status(), **(usual | changes))


def test_the_live_line_says_what_is_seen_decided_and_played() -> None:
    clock = ManualClock()
    assert summary(status(clock), clock.now()) == "😊 happy 91% · mood sad · ♪ Rain 1:03 · judging in 2:05"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vision": {"camera": "open", "faces": ()}}, "nobody in sight"),
        ({"vision": {"camera": "off", "faces": ()}}, "camera off"),
        ({"override": "happy"}, "override happy"),
        ({"player": {"state": "pause", "file": "a/b.ogg", "title": None, "elapsed": 0}}, "‖ b 0:00"),
        ({"player": {"state": "lost", "file": None, "title": None, "elapsed": 0}}, "music lost"),
    ],
)
def test_the_live_line_names_every_other_state(changes: dict[str, Any], words: str) -> None:
    clock = ManualClock()
    assert words in summary(status(clock, **changes), clock.now())


def test_where_there_is_no_terminal_lines_are_plain_and_no_live_line_is_drawn() -> None:
    stream, clock = io.StringIO(), ManualClock()
    display = TerminalDisplay(clock, stream)
    display.live(status(clock))
    display.say("The mood is happy.")
    display.close()
    assert stream.getvalue().endswith("  The mood is happy.\n")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


def test_on_a_terminal_a_said_line_stands_above_the_live_line() -> None:
    stream, clock = Terminal(), ManualClock()
    display = TerminalDisplay(clock, stream)
    display.live(status(clock))
    display.say("hello")
    lines = stream.getvalue().split("\n")
    assert lines[0].endswith("hello")
    assert lines[1].startswith("😊 happy")


def test_an_unchanged_live_line_is_not_drawn_again() -> None:
    stream, clock = Terminal(), ManualClock()
    display = TerminalDisplay(clock, stream)
    display.live(status(clock))
    drawn = len(stream.getvalue())
    display.live(status(clock))
    assert len(stream.getvalue()) == drawn


def test_log_records_are_shown_with_their_level_from_warnings_up() -> None:
    stream = io.StringIO()
    handler = TerminalLogHandler(TerminalDisplay(ManualClock(), stream))
    handler.emit(logging.makeLogRecord({"msg": "MPD is back", "levelno": logging.INFO, "levelname": "INFO"}))
    handler.emit(logging.makeLogRecord({"msg": "disk full", "levelno": logging.WARNING, "levelname": "WARNING"}))
    first, second = stream.getvalue().splitlines()
    assert first.endswith("  MPD is back")
    assert second.endswith("  warning: disk full")


def test_a_camera_that_its_button_closed_is_shown_so() -> None:
    clock = ManualClock()
    vision = {"camera": "off", "switch": "off-by-button", "faces": ()}
    assert summary(status(clock, vision=vision), clock.now()).startswith("camera off by its button")


def test_the_lamp_stands_before_the_live_line_once_there_is_one() -> None:
    stream, clock = Terminal(), ManualClock()
    display = TerminalDisplay(clock, stream)
    display.lamp("●")
    assert stream.getvalue() == ""
    display.live(status(clock))
    assert stream.getvalue().endswith("● " + summary(status(clock), clock.now()))
    display.lamp("○")
    display.say("hello")
    assert stream.getvalue().rpartition("\n")[2].startswith("○ 😊")


def test_what_the_stream_cannot_show_is_escaped() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    TerminalDisplay(ManualClock(), stream).say("Playing '\N{GRINNING FACE} b\udcff'")
    assert raw.getvalue().endswith(b"  Playing '\\U0001f600 b\\udcff'\n")


def test_a_stream_that_has_gone_stops_nothing() -> None:
    read, write = os.pipe()
    os.close(read)
    with contextlib.suppress(BrokenPipeError), os.fdopen(write, "w") as gone:
        display = TerminalDisplay(ManualClock(), gone)
        display.say("hello")
        display.say("is anybody there?")
    with contextlib.suppress(OSError), Path("/dev/full").open("w") as full:
        TerminalDisplay(ManualClock(), full).say("hello")


def test_a_songs_name_cannot_steer_the_terminal() -> None:
    stream, clock = Terminal(), ManualClock()
    display = TerminalDisplay(clock, stream)
    player = {"state": "play", "file": "happy/a.ogg", "title": "\x1b[2Jred\r", "elapsed": 0}
    display.live(status(clock, player=player))
    display.say("happy/\x1b[2J.ogg cannot be played")
    assert "[2J" in stream.getvalue()
    assert "\x1b[2J" not in stream.getvalue()
    assert printable("two\nlines") == "two\nlines"


@pytest.mark.parametrize(
    ("text", "columns", "shown"), [("漢字かな", 5, "漢字"), ("e\u0301tat", 2, "e\u0301t"), ("ab", 2, "ab")]
)
def test_the_live_line_is_cut_by_what_a_terminal_has_room_for(text: str, columns: int, shown: str) -> None:
    assert fit_columns(text, columns) == shown


def test_the_terminal_goes_on_in_a_language_that_is_chosen_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    stream = io.StringIO()
    display = TerminalDisplay(ManualClock(), stream)
    for choice in ("de", "auto", "en"):
        display.speak(choice)
        display.say("Nobody is there. The music plays on.")
    lines = [line[10:] for line in stream.getvalue().splitlines()]
    assert lines == [
        "Niemand ist da. Die Musik läuft weiter.",
        "No hay nadie. La música sigue.",
        "Nobody is there. The music plays on.",
    ]


def test_the_terminal_says_it_in_the_owners_language() -> None:
    stream = io.StringIO()
    display = TerminalDisplay(ManualClock(), stream, language="de")
    display.say("I am unsure of the mood. The music stays as it is.")
    display.say("The mood is still happy (80%, 2 people).")
    display.say("Something that nobody has foreseen.")
    lines = [line[10:] for line in stream.getvalue().splitlines()]
    assert lines == [
        "Ich bin mir der Stimmung nicht sicher. Die Musik bleibt, wie sie ist.",
        "Die Stimmung ist immer noch „fröhlich“ (80%, 2 Personen).",
        "Something that nobody has foreseen.",
    ]
