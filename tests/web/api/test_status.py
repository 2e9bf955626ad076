"""Why it plays, in a sentence, and what comes next."""

from appliance.domain import events
from appliance.domain.emotions import Emotion
from appliance.domain.events import PlayerState
from appliance.domain.reasons import Chosen, InWords
from appliance.web.api.status import sentence as words_of
from appliance.words.english import COMPOSING
from tests.statuses import a_status, changed
from tests.web.running_page import Browser, RunningPage


async def test_the_status_says_why_it_plays_and_what_comes_next(owner: Browser) -> None:
    now = (await owner.ask("GET", "/api/status")).json["now"]
    assert now["sentence"] == "From sad: you looked sad."
    assert now["next"] == {"file": "happy/sun.flac", "title": "sun", "emotion": "happy"}


async def sentence(running: RunningPage, owner: Browser, player: PlayerState) -> str:
    running.send(events.PlayerChanged(player))
    answer: str = (await owner.ask("GET", "/api/status")).json["now"]["sentence"]
    return answer


async def test_a_pause_a_guest_and_silence_are_said(running: RunningPage, owner: Browser) -> None:
    sad, why = Emotion.SAD, InWords(text="x")
    assert "Paused. From sad" in await sentence(
        running, owner, PlayerState("pause", "sad/a.ogg", emotion=sad, reason=why)
    )
    assert "by hand" in await sentence(running, owner, PlayerState("play", "guests/a.ogg"))
    assert "Nothing" in await sentence(running, owner, PlayerState("stop"))
    assert "does not answer" in await sentence(running, owner, PlayerState("lost"))
    assert (await owner.ask("GET", "/api/status")).json["now"]["next"] is None


async def test_a_song_from_no_emotions_folder_has_none(running: RunningPage, owner: Browser) -> None:
    running.send(events.PlayerChanged(PlayerState("play", "a.ogg", queue=(events.QueuedSong("http://radio/live"),))))
    assert (await owner.ask("GET", "/api/status")).json["now"]["next"]["emotion"] is None


def test_while_the_first_piece_is_composed_the_sentence_says_so() -> None:
    silent = a_status(player=PlayerState("stop"))
    assert "Nothing" in words_of(silent)
    assert "being composed" in words_of(changed(silent, problems=(COMPOSING,)))


async def test_back_at_the_camera_a_song_had_been_chosen(running: RunningPage, owner: Browser) -> None:
    sad = Emotion.SAD
    chosen = PlayerState("play", "sad/a.ogg", emotion=sad, reason=Chosen(emotion=sad))
    await owner.ask("POST", "/api/override", {"emotion": "sad"})
    assert await sentence(running, owner, chosen) == "From sad: you chose sad."
    await owner.ask("POST", "/api/override", {"emotion": "auto"})
    assert await sentence(running, owner, chosen) == "You had chosen sad; the camera decides what comes next."
