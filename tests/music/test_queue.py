"""The plan for MPD's queue."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.reasons import InWords
from appliance.music.library import Track
from appliance.music.mpd.client import MpdStatus, QueueEntry
from appliance.music.queue import Ours, Plan, Snapshot, blamed, needed, passed_over, plan, read_mark

emotions = st.sampled_from(EMOTIONS)
HAPPY, SAD = Emotion.HAPPY, Emotion.SAD


def ours(wish: Emotion, folder: Emotion | None = None) -> Ours:
    return Ours(Track("x", folder or wish), wish, InWords(text="why"))


def snapshot(files: list[str], at: int | None = 0, state: str = "play") -> Snapshot:
    """A queue whose ids are 100, 101, …"""
    entries = tuple(QueueEntry(100 + number, number, file) for number, file in enumerate(files))
    return Snapshot(MpdStatus(state, len(files), at, None if at is None else 100 + at), entries)


@st.composite
def queues(draw: st.DrawFn) -> tuple[Snapshot, dict[int, Ours]]:
    owners = draw(st.lists(st.one_of(st.none(), emotions), max_size=8))
    at = draw(st.one_of(st.none(), st.integers(0, len(owners) - 1))) if owners else None
    state = "stop" if at is None else draw(st.sampled_from(["play", "pause", "stop"]))
    known = {100 + number: ours(owner) for number, owner in enumerate(owners) if owner}
    return snapshot(["file"] * len(owners), at, state), known


@given(queues(), emotions, st.integers(1, 2))
def test_theirs_are_never_removed_nor_what_plays(
    case: tuple[Snapshot, dict[int, Ours]], wish: Emotion, ahead: int
) -> None:
    now, known = case
    wanted = plan(now, known, wish, ahead)
    assert set(wanted.remove) <= set(known)
    assert now.sounding is None or now.sounding.id not in wanted.remove
    assert wanted.add >= 0


@given(queues(), emotions, st.integers(1, 2))
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(
    case: tuple[Snapshot, dict[int, Ours]], wish: Emotion, ahead: int
) -> None:
    now, known = case
    wanted = plan(now, known, wish, ahead)
    left = [entry for entry in now.queue if entry.id not in wanted.remove]
    added = [QueueEntry(500 + number, 0, "new") for number in range(wanted.add)]
    queue = tuple(QueueEntry(entry.id, at, entry.file) for at, entry in enumerate([*left, *added]))
    here = next((entry.position for entry in queue if entry.id == now.status.entry), None)
    state = now.status.state if here is not None else "stop"
    then = Snapshot(MpdStatus(state, len(queue), here, now.status.entry if here is not None else None), queue)
    known = known | {entry.id: ours(wish) for entry in added}
    if here is not None or now.status.position is None:
        assert plan(then, known, wish, ahead) == Plan((), 0)
    coming = [entry for entry in then.upcoming if entry.id in known]
    theirs = [entry.position for entry in then.upcoming if entry.id not in known]
    assert all(entry.position > max(theirs, default=-1) for entry in coming)
    assert all(known[entry.id].wish == wish for entry in coming)


def test_one_track_is_added_behind_what_plays() -> None:
    assert plan(snapshot(["a"]), {100: ours(HAPPY)}, HAPPY, 1) == Plan((), 1)


def test_a_new_mood_replaces_what_is_ahead() -> None:
    known = {100: ours(HAPPY), 101: ours(HAPPY)}
    assert plan(snapshot(["a", "b"]), known, SAD, 1) == Plan((101,), 1)


def test_ours_make_way_for_what_someone_adds_behind_them() -> None:
    known = {100: ours(HAPPY), 101: ours(HAPPY)}
    assert plan(snapshot(["a", "b", "theirs"]), known, HAPPY, 1) == Plan((101,), 0)


def test_ours_that_were_left_behind_go() -> None:
    assert plan(snapshot(["a", "theirs", "more"], at=1), {100: ours(HAPPY)}, HAPPY, 1) == Plan((100,), 0)


def test_a_stopped_queue_gets_one_to_play_and_one_ahead() -> None:
    assert plan(snapshot([], at=None, state="stop"), {}, HAPPY, 1) == Plan((), 2)


@given(emotions, emotions)
def test_a_mark_tells_wish_and_folder_and_fits_a_priority(wish: Emotion, folder: Emotion) -> None:
    mark = ours(wish, folder).mark
    assert 0 < mark <= 255
    assert read_mark(mark) == (wish, folder)


@given(st.integers(0, 99) | st.integers(149, 255))
def test_other_priorities_are_nobodys_mark(prio: int) -> None:
    assert read_mark(prio) is None


def test_what_lay_between_and_has_gone_was_passed_over() -> None:
    before = snapshot(["a", "junk", "b", "c"])
    now = Snapshot(MpdStatus("play", 2, 0, 102), (QueueEntry(102, 0, "b"), QueueEntry(103, 1, "c")))
    assert passed_over(before, now) == [101]


def test_what_someone_removes_or_clears_was_not_passed_over() -> None:
    before = snapshot(["a", "b", "c"])
    assert (
        passed_over(before, Snapshot(MpdStatus("play", 2, 0, 100), (QueueEntry(100, 0, "a"), QueueEntry(102, 1, "c"))))
        == []
    )
    assert passed_over(before, Snapshot(MpdStatus("stop", 0))) == []
    assert passed_over(before, Snapshot(MpdStatus("play", 1, 0, 900), (QueueEntry(900, 0, "theirs"),))) == []


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_little_is_read_of_a_long_queue_but_always_the_current_entry_and_the_end(length: int, at: int) -> None:
    position = at % length if length else None
    ranges = needed(MpdStatus("play", length, position, 1))
    read = [number for start, stop in ranges for number in range(start, stop)]
    assert len(read) == len(set(read)) <= 48
    if position is not None:
        assert {position, length - 1} <= set(read)


def test_the_entry_that_an_error_names_is_found() -> None:
    now = snapshot(["happy/a.flac", "happy/a.flac; b.flac", "sad/c.flac"])
    assert (found := blamed("Failed to decode happy/a.flac; b.flac", now.queue))
    assert found.id == 101
    assert (found := blamed('Failed to decode "happy/a.flac"; b.flac', now.queue))
    assert found.file == "happy/a.flac"
    assert (found := blamed("Failed to decode /srv/songs/sad/c.flac; Failed to open '/srv'", now.queue))
    assert found.id == 102
    assert blamed("Failed to decode elsewhere.flac", now.queue) is None
