from appliance.domain.emotions import Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.mood.presence import Presence

FACE = Face((0, 0, 10, 10), 0.9, Reading.of({Emotion.HAPPY: 1.0}))


def look(time: float, faces: int = 0, camera: CameraState = CameraState.OPEN) -> Look:
    return Look(time, camera, (FACE,) * faces)


def test_before_the_first_look_nothing_is_known() -> None:
    assert Presence(30).someone(0) is None
    assert Presence(30).people(0) is None


def test_an_empty_room_is_empty_at_once() -> None:
    presence = Presence(30)
    presence.observe(look(1))
    assert presence.someone(1) is False
    assert presence.people(1) == 0


def test_someone_who_turns_away_for_a_moment_is_still_there() -> None:
    presence = Presence(30)
    presence.observe(look(1, faces=1))
    presence.observe(look(30))
    assert presence.someone(31) is True
    assert presence.people(31) == 1


def test_someone_not_seen_for_longer_has_gone() -> None:
    presence = Presence(30)
    presence.observe(look(1, faces=1))
    presence.observe(look(31.5))
    assert presence.someone(31.5) is False
    assert presence.people(31.5) == 0


def test_people_whose_faces_are_found_in_turn_are_counted_together() -> None:
    presence = Presence(30)
    for time, faces in enumerate([1, 3, 1, 2]):
        presence.observe(look(time, faces))
    assert presence.people(3) == 3
    assert presence.people(11.5) == 2


def test_with_the_camera_closed_nothing_is_known() -> None:
    presence = Presence(30)
    presence.observe(look(1, faces=1))
    presence.observe(look(2, camera=CameraState.OFF))
    assert presence.someone(2) is None
    presence.observe(look(3))
    assert presence.someone(3) is False
