"""What is told of the music."""

from __future__ import annotations

from appliance.domain.emotions import Emotion
from appliance.domain.events import Event, PlayerChanged, PlayerState, TrackSkipped, TrackStarted
from appliance.domain.reasons import InWords
from appliance.music.library import Track
from appliance.music.mpd.client import MpdStatus, QueueEntry
from appliance.music.playback_events import PlaybackEvents
from appliance.music.queue import Ours, Snapshot

OURS = {
    number: Ours(Track(f"happy/{number}", Emotion.HAPPY), Emotion.HAPPY, InWords(text="you smile")) for number in (1, 2)
}


class Hearing:
    """A story with a clock in the test's hands."""

    def __init__(self) -> None:
        self.now = 0.0
        self.events: list[Event] = []
        self.story = PlaybackEvents(self.events.append, lambda: self.now)

    def see(self, *ids: int, state: str = "play", elapsed: float = 0.0, decoding: bool = True, gone: str = "") -> None:
        """MPD plays the first of the entries; each is 100 s long."""
        queue = tuple(QueueEntry(entry, at, f"happy/{entry}", duration=100.0) for at, entry in enumerate(ids))
        current = (0, ids[0]) if ids else (None, None)
        status = MpdStatus(state, len(ids), *current, elapsed=elapsed, duration=100.0, decoding=decoding, volume=50)
        self.story.tell(Snapshot(status, queue), OURS, gone)

    def told(self, kind: type) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def test_a_track_that_starts_is_told_once() -> None:
    hearing = Hearing()
    hearing.see(1, 2)
    hearing.see(1, 2, elapsed=5)
    assert hearing.told(TrackStarted) == [TrackStarted("happy/1", None, Emotion.HAPPY, InWords(text="you smile"))]


def test_a_track_of_someone_elses_has_no_emotion() -> None:
    hearing = Hearing()
    hearing.see(9)
    assert hearing.told(TrackStarted) == [TrackStarted("happy/9", None, None, None)]


def test_what_is_not_heard_yet_has_not_started() -> None:
    hearing = Hearing()
    hearing.see(1, decoding=False)
    hearing.see(2)
    assert [event.file for event in hearing.told(TrackStarted) if isinstance(event, TrackStarted)] == ["happy/2"]


def test_a_natural_end_is_no_skip() -> None:
    hearing = Hearing()
    hearing.see(1, 2)
    hearing.now = 99.8
    hearing.see(2)
    assert not hearing.told(TrackSkipped)


def test_leaving_early_for_the_next_is_a_skip_with_the_share_heard() -> None:
    hearing = Hearing()
    hearing.see(1, 2, elapsed=10)
    hearing.now = 15
    hearing.see(2)
    assert hearing.told(TrackSkipped) == [TrackSkipped("happy/1", Emotion.HAPPY, 0.25)]


def test_time_in_a_pause_is_not_heard() -> None:
    hearing = Hearing()
    hearing.see(1, 2, elapsed=10, state="pause")
    hearing.see(1, 2, elapsed=10)
    hearing.see(1, 2, elapsed=10, state="pause")
    hearing.now = 50
    hearing.see(2)
    assert hearing.told(TrackSkipped) == [TrackSkipped("happy/1", Emotion.HAPPY, 0.1)]


def test_leaving_for_something_that_was_not_next_is_a_choice_and_no_skip() -> None:
    hearing = Hearing()
    hearing.see(1, 2, elapsed=10)
    hearing.see(9)
    assert not hearing.told(TrackSkipped)


def test_a_switch_of_ours_is_no_skip_but_a_skip_of_ours_always_is() -> None:
    hearing = Hearing()
    hearing.see(1, 2, elapsed=10)
    hearing.see(2, gone="switched")
    assert not hearing.told(TrackSkipped)
    hearing.now = 99.9
    hearing.see(gone="skipped", state="stop")
    assert len(hearing.told(TrackSkipped)) == 1


def test_theirs_are_never_skipped() -> None:
    hearing = Hearing()
    hearing.see(9, 1, elapsed=10)
    hearing.see(1, gone="skipped")
    assert not hearing.told(TrackSkipped)


def test_only_changes_are_told() -> None:
    hearing = Hearing()
    hearing.see(1, 2)
    for second in range(1, 20):
        hearing.now = second
        hearing.see(1, 2, elapsed=second + 0.1)
    assert len(hearing.told(PlayerChanged)) == 1
    hearing.see(1, 2, elapsed=60)
    assert len(hearing.told(PlayerChanged)) == 2


def test_the_state_runs_on_while_it_plays() -> None:
    hearing = Hearing()
    hearing.see(1, 2, elapsed=10)
    hearing.now = 4
    assert hearing.story.state.elapsed == 14
    assert hearing.story.state.ahead == ("happy/2",)
    hearing.now = 500
    assert hearing.story.state.elapsed == 100


def test_a_loss_is_told_and_the_return_starts_nothing_twice() -> None:
    hearing = Hearing()
    hearing.see(1, 2)
    hearing.story.lost()
    assert hearing.story.state == PlayerState("lost")
    hearing.story.known(QueueEntry(7, 0, "happy/1", duration=100.0), OURS[1])
    hearing.see(7, elapsed=12)
    assert len(hearing.told(TrackStarted)) == 1
    assert not hearing.told(TrackSkipped)
