import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import Emotion
from appliance.history.memory import REMEMBERED, Memory

HAPPY, SAD = Emotion.HAPPY, Emotion.SAD


def test_what_played_is_remembered_once_and_the_newest_first() -> None:
    memory = Memory()
    for file in ("a", "b", "c", "a"):
        memory.played(HAPPY, file)
    assert memory.recent(HAPPY, 10) == ["a", "c", "b"]
    assert memory.recent(HAPPY, 2) == ["a", "c"]


def test_folders_are_remembered_apart() -> None:
    memory = Memory()
    memory.played(HAPPY, "a")
    memory.skipped(HAPPY, "a", 0.1)
    assert memory.recent(SAD, 10) == []
    assert memory.dislike(SAD, "a") == 0


def test_a_file_never_skipped_is_not_disliked() -> None:
    memory = Memory()
    memory.played(HAPPY, "a")
    assert memory.dislike(HAPPY, "a") == 0


def test_a_skip_in_the_first_half_speaks_against_a_track_and_a_later_one_does_not() -> None:
    memory = Memory()
    for file in ("early", "late"):
        memory.played(HAPPY, file)
    memory.skipped(HAPPY, "early", 0.49)
    memory.skipped(HAPPY, "late", 0.5)
    assert memory.dislike(HAPPY, "early") == 0.5
    assert memory.dislike(HAPPY, "late") == 0


def test_every_further_skip_goes_half_of_the_way_to_full_dislike() -> None:
    memory = Memory()
    dislikes = []
    for _ in range(3):
        memory.played(HAPPY, "a")
        memory.skipped(HAPPY, "a", 0.1)
        dislikes.append(memory.dislike(HAPPY, "a"))
    assert dislikes == [0.5, 0.75, 0.875]


def test_plays_that_are_heard_out_win_a_track_back() -> None:
    memory = Memory()
    memory.played(HAPPY, "a")
    memory.skipped(HAPPY, "a", 0.1)
    dislikes = []
    for _ in range(8):
        memory.played(HAPPY, "a")
        dislikes.append(memory.dislike(HAPPY, "a"))
    assert dislikes[:2] == [0.25, 0.125]
    assert dislikes[-1] == 0


def test_a_skip_counts_for_the_latest_play_even_if_the_next_track_began_before_it_was_told() -> None:
    memory = Memory()
    memory.played(HAPPY, "a")
    memory.played(HAPPY, "b")
    memory.skipped(HAPPY, "a", 0.2)
    assert memory.dislike(HAPPY, "a") == 0.5
    assert memory.dislike(HAPPY, "b") == 0


def test_the_memory_of_a_folder_is_bounded() -> None:
    memory = Memory()
    for number in range(REMEMBERED + 500):
        memory.played(HAPPY, str(number))
    recent = memory.recent(HAPPY, 10**6)
    assert len(recent) == REMEMBERED
    assert recent[0] == str(REMEMBERED + 499)


@pytest.mark.parametrize("limit", [0, -3])
def test_no_limit_left_is_nothing(limit: int) -> None:
    memory = Memory()
    memory.played(HAPPY, "a")
    assert memory.recent(HAPPY, limit) == []


events = st.lists(st.tuples(st.sampled_from(Emotion), st.sampled_from("abcd"), st.none() | st.floats(0, 1)))


@given(events, st.integers(0, 10))
def test_dislikes_stay_in_range_and_recent_files_are_distinct(
    happened: list[tuple[Emotion, str, float | None]], limit: int
) -> None:
    memory = Memory()
    for folder, file, heard in happened:
        if heard is None:
            memory.played(folder, file)
        else:
            memory.skipped(folder, file, heard)
        assert 0 <= memory.dislike(folder, file) <= 1
        recent = memory.recent(folder, limit)
        assert len(recent) == len(set(recent)) <= limit


def test_the_owners_word_counts_at_once_for_one_folder_and_fades_slowly() -> None:
    memory = Memory()
    memory.played(HAPPY, "a")
    memory.disliked(HAPPY, "a")
    assert memory.dislike(HAPPY, "a") == 1
    assert memory.dislike(SAD, "a") == 0
    memory.skipped(HAPPY, "a", 0.1)
    assert memory.dislike(HAPPY, "a") == 1
    memory.played(HAPPY, "a")
    assert memory.dislike(HAPPY, "a") == pytest.approx(0.9)


def test_what_is_disliked_is_listed_the_most_disliked_first() -> None:
    memory = Memory()
    for file in ("a", "b"):
        memory.played(HAPPY, file)
        memory.skipped(HAPPY, file, 0.1)
    memory.disliked(SAD, "c")
    assert memory.dislikes() == [(SAD, "c", 1.0), (HAPPY, "a", 0.5), (HAPPY, "b", 0.5)]


def test_what_is_forgiven_is_as_if_it_had_never_been_disliked() -> None:
    memory = Memory()
    memory.disliked(SAD, "c")
    assert memory.forgive(SAD, "c")
    assert not memory.forgive(SAD, "c")
    memory.skipped(SAD, "c", 0.1)
    memory.played(SAD, "c")
    assert memory.dislike(SAD, "c") == 0.25
