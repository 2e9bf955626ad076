"""The mood of a house."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.moods import Mood, Verdict
from appliance.peers.weighing import LINGER, RoomMood, house_mood

NOW = 1000.0
UNSURE = Mood(Verdict.UNSURE)
SHARE, PLANE = st.floats(0, 1), st.floats(-1, 1)
NAMES, PEOPLE = st.sampled_from([*EMOTIONS, *Verdict]), st.integers(0, 9)
MOODS = st.builds(Mood, NAMES, confidence=SHARE, valence=PLANE, arousal=PLANE, people=PEOPLE)
ROOMS = st.lists(
    st.builds(RoomMood, MOODS, st.integers(0, 9), st.none() | st.floats(NOW - 2 * LINGER, NOW)), max_size=6
)


def feels(emotion: Emotion, people: int = 1, left: float | None = None, confidence: float = 0.8) -> RoomMood:
    return RoomMood(Mood(emotion, confidence), people, left)


def test_most_people_decide_and_not_most_rooms() -> None:
    rooms = [feels(Emotion.SAD), feels(Emotion.SAD), feels(Emotion.HAPPY, people=3)]
    found = house_mood(rooms, NOW, UNSURE)
    assert found
    assert (found.emotion, found.people) == (Emotion.HAPPY, 5)


def test_who_is_seen_leads_after_a_while_alone() -> None:
    rooms = [feels(Emotion.SAD, people=3, left=NOW), feels(Emotion.HAPPY)]
    for later, emotion in ((0, Emotion.SAD), (LINGER - 1, Emotion.SAD), (LINGER, Emotion.HAPPY)):
        found = house_mood(rooms, NOW + later, UNSURE)
        assert found
        assert found.emotion is emotion


def test_of_two_that_are_equal_the_one_before_stays() -> None:
    rooms = [feels(Emotion.SAD), feels(Emotion.HAPPY)]
    for emotion in (Emotion.SAD, Emotion.HAPPY):
        found = house_mood(rooms, NOW, Mood(emotion, since=5))
        assert found
        assert (found.emotion, found.since) == (emotion, 5)


def test_a_house_in_which_nobody_shows_anything_has_no_mood() -> None:
    assert house_mood([], NOW, UNSURE) is None
    assert house_mood([RoomMood(UNSURE, 4), feels(Emotion.SAD, people=0)], NOW, UNSURE) is None


@given(ROOMS, st.randoms(use_true_random=False))
def test_the_order_of_the_rooms_does_not_matter(rooms: list[RoomMood], random: object) -> None:
    shuffled = list(rooms)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = house_mood(rooms, NOW, UNSURE), house_mood(shuffled, NOW, UNSURE)
    assert (one and (one.emotion, one.people)) == (other and (other.emotion, other.people))


@given(ROOMS)
def test_a_houses_mood_is_one_of_its_rooms_and_within_its_bounds(rooms: list[RoomMood]) -> None:
    found = house_mood(rooms, NOW, UNSURE)
    counted = [room for room in rooms if room.weight(NOW)]
    assert (found is None) == (not counted)
    if found:
        assert found.emotion in {room.mood.emotion for room in counted}
        assert 0 <= found.confidence <= 1
        assert -1 <= found.valence <= 1
        assert -1 <= found.arousal <= 1
        assert found.people == sum(room.people for room in counted)


@given(ROOMS, st.floats(0.1, 1))
def test_one_more_person_who_feels_as_the_house_does_changes_nothing(rooms: list[RoomMood], confidence: float) -> None:
    before = house_mood(rooms, NOW, UNSURE)
    if before:
        assert before.emotion
        more = house_mood([*rooms, feels(before.emotion, confidence=confidence)], NOW, before)
        assert more
        assert more.emotion is before.emotion
