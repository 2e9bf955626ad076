"""`moodbox history`, `correct` and `calibration`, with a conductor behind the control socket or with none."""

import asyncio
import fcntl
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.cli.main import main
from appliance.control.handlers import ControlSocketHandlers
from appliance.control.messages import SOCKET
from appliance.control.server import ControlServer
from appliance.control.song_answers import SongAnswers
from appliance.core.faces_desk import FacesDesk
from appliance.core.feedback import Feedback
from appliance.core.output_desk import OutputDesk
from appliance.domain import events
from appliance.domain.emotions import Emotion, Reading
from appliance.domain.events import PlayerState
from appliance.domain.moods import Correction, Mood
from appliance.domain.reasons import InWords
from appliance.history import History
from appliance.history.erase import FILE
from appliance.history.periods import today
from appliance.household import kept
from tests.recording import recording_performer
from tests.room import Room

SAD, HAPPY = Emotion.SAD, Emotion.HAPPY
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    (tmp_path / "state").mkdir()
    (tmp_path / "moodbox.toml").write_text(f'[paths]\nstate = "{tmp_path}/state"\nrun = "{tmp_path}/run"\n')
    return tmp_path


@pytest.fixture
def run(place: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, str, str]:
        status = main(["--settings", str(place / "moodbox.toml"), *words])
        said = capfd.readouterr()
        return status, said.out, said.err

    return command


@asynccontextmanager
async def box(place: Path) -> AsyncIterator[tuple[Room, History]]:
    """A room with someone who was judged sad, and the control socket."""
    room = Room()
    with closing(History(place / "state")) as history:
        performer = recording_performer(history, room.clock)

        def emit(event: events.Event) -> None:
            performer.perform(room.send(event))

        feedback = Feedback(room.conductor, history, emit)

        handlers = ControlSocketHandlers(
            emit=emit,
            status=dict,
            feedback=feedback,
            faces=FacesDesk(room.conductor.faces, emit, room.clock.monotonic),
            models_changed=lambda: None,
            run_dir=place / "run",
            songs=SongAnswers(no_song, lambda: None, no_genres),
            outputs=OutputDesk(list, lambda: None, emit),
            change_settings=dict,
            page=lambda: None,
        )
        server = ControlServer(place / "run" / SOCKET, handlers.answer)
        await server.start()
        try:
            room.show(SAD, seconds=25)
            emit(events.PlayerChanged(PlayerState("play", "sad/rain.flac", emotion=SAD)))
            yield room, history
        finally:
            await server.stop()


async def no_genres() -> dict[str, str]:
    return {}


async def no_song(file: str) -> tuple[None, str]:
    return None, ""


def fill(place: Path) -> datetime:
    """A short evening of two days ago."""
    noon = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)
    with closing(History(place / "state")) as history:
        history.record_mood(Mood(SAD, 0.61, people=1), noon, 300.0)
        history.record_mood(Mood(HAPPY, 0.9, people=2), noon + timedelta(minutes=5), 300.0)
        history.record_play("sad/rain.flac", SAD, InWords(text="why"), noon + timedelta(minutes=1))
        history.record_skip("sad/rain.flac", SAD, 0.25, noon + timedelta(minutes=2))
        reading = Reading.of({SAD: 0.6, HAPPY: 0.4})
        history.record_correction(Correction(77, noon + timedelta(minutes=3), SAD, HAPPY, reading, "edge 1.0.0"))
    return noon


async def test_the_mood_is_corrected_and_the_correction_taken_back(place: Path, run: Run) -> None:
    async with box(place) as (room, history):
        status, said, _ = await asyncio.to_thread(run, "correct", "happy")
        assert status == 0
        assert "The mood is happy; it was taken for sad." in said
        assert room.conductor.mood.mood is HAPPY
        (correction,) = history.corrections()
        shown = (await asyncio.to_thread(run, "calibration"))[1]
        assert f"{correction.id}" in shown
        assert "happy, not sad" in shown
        assert "happy +0" in shown
        assert (await asyncio.to_thread(run, "calibration", "forget", str(correction.id)))[0] == 0
        assert history.corrections() == []
        status, _, wrong = await asyncio.to_thread(run, "calibration", "forget", str(correction.id))
        assert status == 1
        assert "there is no correction" in wrong


async def test_all_that_was_taught_is_exported_and_forgotten(place: Path, run: Run) -> None:
    many = [
        Correction(number, datetime(2026, 3, 1, tzinfo=UTC), SAD, HAPPY, Reading.of({SAD: 0.6, HAPPY: 0.4}), "e" * 60)
        for number in range(1, 201)
    ]
    async with box(place) as (room, history):
        for correction in many:
            history.record_correction(correction)
        room.send(events.CorrectionsChanged(tuple(many)))
        exported = json.loads((await asyncio.to_thread(run, "calibration", "export"))[1])
        assert len(exported["corrections"]) == 200
        assert exported["strength"] > 0.5
        assert (await asyncio.to_thread(run, "calibration", "forget"))[0] == 0
        assert history.corrections() == []
        assert room.conductor.corrections.calibration.strength == 0
        assert "shift        none" in (await asyncio.to_thread(run, "calibration", "show"))[1]


async def test_the_song_that_plays_is_said_not_to_fit(place: Path, run: Run) -> None:
    async with box(place) as (_, history):
        status, said, _ = await asyncio.to_thread(run, "correct", "song")
        assert (status, said) == (0, "sad/rain.flac will seldom play for sad from now on.\n")
        assert history.dislike(SAD, "sad/rain.flac") == 1
        assert "disliked     100%  for sad: sad/rain.flac" in (await asyncio.to_thread(run, "calibration"))[1]


async def test_a_song_that_fits_after_all_is_forgiven(place: Path, run: Run) -> None:
    async with box(place) as (_, history):
        await asyncio.to_thread(run, "correct", "song")
        status, _, wrong = await asyncio.to_thread(run, "calibration", "forget", "sad/sun.flac")
        assert (status, "nothing is held against 'sad/sun.flac'" in wrong) == (1, True)
        assert (await asyncio.to_thread(run, "calibration", "forget", "sad/rain.flac"))[0] == 0
        assert history.dislike(SAD, "sad/rain.flac") == 0
        assert "disliked" not in (await asyncio.to_thread(run, "calibration"))[1]


async def test_a_running_box_erases_what_it_remembers(place: Path, run: Run) -> None:
    async with box(place) as (_, history):
        history.record_play("sad/rain.flac", SAD, InWords(text="why"), datetime.now(UTC))
        assert (await asyncio.to_thread(run, "history", "erase", "--yes"))[0] == 0
        assert history.recent(SAD, 9) == []


def test_without_a_running_box_nothing_can_be_corrected(run: Run) -> None:
    status, _, wrong = run("correct", "happy")
    assert status == 1
    assert "no running Moodbox" in wrong


def test_a_day_is_told_in_the_order_of_time(place: Path, run: Run) -> None:
    noon = fill(place)
    _, said, _ = run("history", "--date", f"{noon:%Y-%m-%d}")
    assert said.splitlines() == [
        f"{noon:%A %Y-%m-%d}",
        "  12:00–12:05  sad       61%  1 person",
        "  12:01        ♪ sad/rain.flac  (skipped after 25%)",
        "  12:03        you: happy, not sad (correction 77)",
        "  12:05–12:10  happy     90%  2 people",
    ]


def test_a_week_and_a_month_are_told_day_by_day(place: Path, run: Run) -> None:
    noon = fill(place)
    _, week, _ = run("history", "week", "--date", f"{noon:%Y-%m-%d}")
    assert f"{noon:%a %Y-%m-%d}  sad 5 min, happy 5 min, 1 song, 1 correction" in week.splitlines()
    assert len(week.splitlines()) == 7
    _, month, _ = run("history", "month", "--date", "2026-02-10")
    assert month.splitlines()[0] == "Sun 2026-02-01  –"
    assert len(month.splitlines()) == 28


def test_a_box_that_remembers_nothing_says_so(run: Run) -> None:
    _, said, _ = run("history")
    assert said.splitlines()[1] == "  nothing is remembered"
    assert str(today(datetime.now(UTC))) in said


def test_a_period_is_given_as_json_too(place: Path, run: Run) -> None:
    noon = fill(place)
    shown = json.loads(run("history", "--json", "--date", f"{noon:%Y-%m-%d}")[1])
    assert [each["mood"] for each in shown["moods"]] == ["sad", "happy"]


def test_the_history_is_exported_while_the_box_is_off(place: Path, run: Run) -> None:
    fill(place)
    assert run("history", "export")[1].startswith("kind,at,mood")
    assert len(json.loads(run("history", "export", "--format", "json")[1])["plays"]) == 1


def test_nothing_is_erased_without_a_yes(place: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(place)
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    status, _, wrong = run("history", "erase")
    assert status == 1
    assert "nothing was erased" in wrong
    assert (place / "state" / FILE).exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert run("history", "erase")[0] == 0
    assert not (place / "state" / FILE).exists()


def test_what_a_box_that_died_left_in_memory_is_erased_too(place: Path, run: Run) -> None:
    fill(place)
    (place / "state" / FILE).rename(place / "run" / FILE)
    assert run("history", "erase", "--yes")[0] == 0
    assert not (place / "run" / FILE).exists()


def test_what_was_taught_of_faces_is_erased_with_the_history(place: Path, run: Run) -> None:
    fill(place)
    faces = place / "state" / kept.FILE
    faces.write_text("{}")
    assert run("history", "erase", "--yes")[0] == 0
    assert not faces.exists()


def test_what_a_running_box_uses_is_not_taken_from_under_it(place: Path, run: Run) -> None:
    fill(place)
    with (place / "run" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, _, wrong = run("history", "erase", "--yes")
    assert status == 1
    assert "does not answer" in wrong
    assert (place / "state" / FILE).exists()


def test_a_day_that_is_none_is_wrong_usage(run: Run) -> None:
    with pytest.raises(SystemExit):
        run("history", "--date", "yesterday")
