"""`moodbox status`, as it is read."""

from typing import Any

import pytest

from appliance.cli.status import status_lines
from appliance.domain.emotions import Emotion
from appliance.domain.status import CatalogueStatus, FaceStatus, FollowStatus, Status
from appliance.words.speaking import speaking
from tests.statuses import a_status, changed

HAPPY = FaceStatus(box=(0, 0, 9, 9), score=0.9, emotion=Emotion.HAPPY, probabilities={"happy": 0.9}, distance=None)


def mood_line(status: Status) -> str:
    return next(iter(status_lines(status)))


def test_before_the_first_judgement_no_people_are_counted() -> None:
    status = changed(a_status(), vision={"faces": (HAPPY,)}, next_judgement="2026-03-01T10:31:20+00:00")
    status = changed(status, mood={"mood": "unsure", "since": "2026-03-01T10:31:00+00:00"})
    lines = list(status_lines(status))
    assert lines[0] == "mood      unsure since 10:31, to be judged at 10:31"
    assert "seeing    happy" in lines


def test_a_mood_is_told_with_how_sure_it_is_and_of_how_many() -> None:
    seen = {"mood": "sad", "confidence": 0.871, "people": 1, "since": "2026-03-01T10:31:00+00:00"}
    assert mood_line(changed(a_status(), mood=seen)) == "mood      sad (87%) since 10:31, 1 person"
    assert mood_line(changed(a_status(), mood=seen | {"people": 2})).endswith(", 2 people")
    assert mood_line(changed(a_status(), mood=seen | {"people": 0})).endswith(" since 10:31")


def test_an_empty_room_is_told_without_figures() -> None:
    status = changed(a_status(), mood={"mood": "nobody", "since": "2026-03-01T10:31:00+00:00"})
    assert mood_line(status) == "mood      nobody since 10:31"


def test_every_problem_has_its_line() -> None:
    lines = list(status_lines(changed(a_status(), problems=("camera: gone", "music: gone"))))
    assert lines[-2:] == ["problem   camera: gone", "problem   music: gone"]


@pytest.mark.parametrize(
    ("catalogue", "words"),
    [
        (
            {"songs": 10_000, "heard": 3412, "done_at": "2026-03-01T04:10+00:00"},
            "3,412 of 10,000 heard, done about 04:10",
        ),
        (
            {"songs": 9, "heard": 2, "waiting": "somebody has just come"},
            "2 of 9 heard; waiting: somebody has just come",
        ),
        ({"songs": 9, "heard": 7, "broken": 2}, "7 of 9 heard, 2 cannot be"),
        ({"songs": 0, "heard": 0}, "0 of 0 heard"),
    ],
)
def test_how_many_songs_have_been_heard_is_told(catalogue: dict[str, Any], words: str) -> None:
    status = changed(a_status(), catalogue=CatalogueStatus(**{"broken": 0, "changes": 1} | catalogue))
    assert f"songs     {words}" in list(status_lines(status))


def test_the_status_is_told_in_the_readers_language() -> None:
    seen = {"mood": "sad", "confidence": 0.871, "people": 1, "since": "2026-03-01T10:31:00+00:00"}
    songs = CatalogueStatus(songs=10_000, heard=3412, broken=0, changes=1)
    with speaking("de"):
        lines = list(status_lines(changed(a_status(), mood=seen, catalogue=songs)))
    assert lines[0] == "Stimmung  traurig (87%) seit 10:31, 1 Person"
    assert "Songs     3.412 von 10.000 angehört" in lines


@pytest.mark.parametrize(
    ("follow", "words"),
    [
        (FollowStatus(box="kitchen", address="192.168.1.7", playing=True), "kitchen (192.168.1.7)"),
        (FollowStatus(box="kitchen", address="192.168.1.7", playing=False), "kitchen (192.168.1.7), silent here"),
        (FollowStatus(box="kitchen", address=None, playing=False), "kitchen, which is away"),
    ],
)
def test_the_box_whose_music_is_heard_is_named(follow: FollowStatus, words: str) -> None:
    assert f"follows   {words}" in list(status_lines(changed(a_status(), follow=follow)))
