import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import Emotion
from appliance.domain.events import PlayerState
from appliance.domain.status import Status
from appliance.mqtt.entities import ENTITIES
from appliance.mqtt.identity import Identity
from appliance.mqtt.publish import Publisher, payload
from tests.statuses import a_status, changed

BY_KEY = {entity.key: entity for entity in ENTITIES}

BOX = Identity("kitchen")


class Line:
    """A publisher, and what it has sent."""

    def __init__(self) -> None:
        self.publisher = Publisher(BOX)
        self.status = a_status()

    def at(self, now: float, **changes: Any) -> dict[str, bytes]:
        """What is sent at this second, by entity key; `mood="happy"` changes the status first."""
        self.status = changed(self.status, **changes)
        sent = list(self.publisher.due(self.status, now))
        assert all(message.retain for message in sent)
        return {message.topic.removeprefix("moodbox/kitchen/"): message.payload for message in sent}


def test_at_first_every_state_is_published() -> None:
    sent = Line().at(0)
    assert {key for key in sent if "/" not in key} == {entity.key for entity in ENTITIES if entity.state}
    assert sent["now_playing/attributes"]


def test_while_nothing_changes_nothing_is_published() -> None:
    line = Line()
    line.at(0)
    assert line.at(59) == {}


def test_a_change_is_published_at_once() -> None:
    line = Line()
    line.at(0)
    assert line.at(5, override="happy") == {"override": b"happy"}


def test_of_many_changes_the_last_is_kept_and_follows() -> None:
    line = Line()
    line.at(0)
    sent = [line.at(1 + number / 10, player={"volume": 40 + number}) for number in range(8)]
    assert [messages.get("volume") for messages in sent] == [b"40", *[None] * 7]
    assert line.at(2.5) == {"volume": b"47"}


def test_a_change_that_is_taken_back_in_time_is_not_published() -> None:
    line = Line()
    line.at(0)
    line.at(1, override="happy")
    assert line.at(1.5, override="sad") == {}
    assert line.at(3, override="happy") == {}


def test_values_that_age_are_repeated() -> None:
    line = Line()
    line.at(0)
    assert set(line.at(61)) == {entity.key for entity in ENTITIES if entity.refresh < 100}


def test_after_forgetting_everything_is_published_again() -> None:
    line = Line()
    first = line.at(0)
    line.publisher.forget()
    assert line.at(0.1) == first


def test_a_refused_command_is_answered_at_once_with_the_state_as_it_is() -> None:
    line = Line()
    line.at(0)
    line.publisher.answer("override", 0.1, refused=True)
    assert line.at(0.1) == {"override": b"auto"}
    assert line.at(0.2) == {}


def test_a_command_that_changes_nothing_is_answered_too() -> None:
    line = Line()
    line.at(0)
    line.publisher.answer("override", 5, refused=False)
    assert line.at(5.5) == {}
    assert line.at(6) == {"override": b"auto"}


def test_a_command_that_changes_something_is_not_kept_waiting() -> None:
    line = Line()
    line.at(0)
    line.publisher.answer("override", 5, refused=False)
    assert line.at(5.1, override="happy") == {"override": b"happy"}


def test_a_second_command_within_a_second_is_shown_as_soon_as_it_is_carried_out() -> None:
    line = Line()
    line.at(0)
    line.publisher.answer("override", 5, refused=False)
    assert line.at(5.1, override="happy") == {"override": b"happy"}
    assert line.at(5.2, override="sad") == {}
    line.publisher.answer("override", 5.3, refused=False)
    assert line.at(5.4, override="sad") == {"override": b"sad"}


def test_figures_of_the_mood_are_unknown_while_the_camera_does_not_see() -> None:
    line = Line()
    assert line.at(0)["confidence"] != b"None"
    blind = line.at(2, vision={"camera": "off"})
    assert {blind[key] for key in ("confidence", "valence", "arousal")} == {b"None"}


def test_a_button_has_no_state_to_answer_with() -> None:
    line = Line()
    line.at(0)
    line.publisher.answer("skip", 1, refused=True)
    assert line.at(1) == {}


def test_attributes_that_change_alone_are_published_before_their_state() -> None:
    line = Line()
    line.at(0)
    sent = line.at(2, player={"why": "another reason"})
    assert list(sent) == ["now_playing/attributes", "now_playing"]
    assert json.loads(sent["now_playing/attributes"])["why"] == "another reason"


@pytest.mark.parametrize(
    ("state", "words"), [(None, b"None"), (True, b"ON"), (False, b"OFF"), (3, b"3"), (0.5, b"0.5"), ("a", b"a")]
)
def test_states_are_written_in_home_assistants_words(state: Any, words: bytes) -> None:
    assert payload(state) == words


def test_a_title_that_is_no_unicode_does_no_harm() -> None:
    assert payload("caf\udce9") == b"caf?"


def shown(key: str, status: Status) -> Any:
    state = BY_KEY[key].state
    assert state is not None
    return state(status)


@pytest.mark.parametrize(
    ("player", "title", "music", "volume"),
    [
        (PlayerState("play", "a/b.ogg", "Song", volume=50), "Song", True, 50),
        (PlayerState("pause", "a/b.ogg", None, volume=5), "b", False, 20),
        (PlayerState("play", "a/b.ogg", " ", volume=99), "b", True, 80),
        (PlayerState("stop"), None, False, None),
        (PlayerState("lost"), None, None, None),
        (PlayerState("play", "a/b.ogg", "x" * 300), "x" * 255, True, None),
    ],
)
def test_what_the_player_does_is_shown(player: PlayerState, title: str, music: bool, volume: int) -> None:
    status = a_status("[music]\nvolume_floor = 20\nvolume_cap = 80", player)
    assert (shown("now_playing", status), shown("music", status), shown("volume", status)) == (title, music, volume)


@pytest.mark.parametrize(
    ("switch", "camera", "state"),
    [
        ("on", "open", "open"),
        ("on", "failed", "failed"),
        ("on", "lost", "lost"),
        ("off", "off", "off"),
        ("off-by-button", "off", "off-by-button"),
        ("off-by-button", "open", "off-by-button"),
        ("off-by-button", "lost", "lost"),
    ],
)
def test_the_cameras_state_tells_who_turned_it_off(switch: str, camera: str, state: str) -> None:
    status = changed(a_status(), vision={"switch": switch, "camera": camera})
    assert shown("camera_state", status) == state
    assert state in BY_KEY["camera_state"].config["options"]


def test_the_model_is_up_to_date_until_a_newer_one_is_there() -> None:
    status = a_status()
    title = {"title": "Moodbox expression model"}
    assert shown("model", status) == {"installed_version": "edge 1.0.0", "latest_version": "edge 1.0.0"} | title
    status = changed(status, model={"installed": "edge 1.0.0", "latest": "edge 1.1.0", "on_trial": False})
    assert shown("model", status) == {"installed_version": "edge 1.0.0", "latest_version": "edge 1.1.0"} | title
    status = changed(status, model={"installed": "shipped", "latest": "edge 1.1.0", "on_trial": False})
    assert shown("model", status) == {"installed_version": "edge 1.0.0", "latest_version": "edge 1.1.0"} | title
    status = changed(status, model={"installed": "shipped", "latest": "shipped"}, vision={"model": None})
    assert shown("model", status) == {"installed_version": "shipped", "latest_version": "shipped"} | title


@pytest.mark.parametrize(("seconds", "minutes"), [(5, 0.1), (6, 0.1), (300, 5.0), (90, 1.5), (86_400, 1440.0)])
def test_the_interval_is_shown_in_minutes_that_may_be_set(seconds: float, minutes: float) -> None:
    assert shown("interval", a_status(f"[mood]\nevaluate_every = {seconds}")) == minutes


@given(st.lists(st.tuples(st.floats(0.01, 3), st.sampled_from(list(Emotion))), max_size=30))
def test_whatever_happens_the_broker_has_the_true_state_in_the_end(changes: list[tuple[float, Emotion]]) -> None:
    line, now, last = Line(), 0.0, b""
    for wait, emotion in changes:
        now += wait
        last = line.at(now, override=emotion.value).get("override", last)
    last = line.at(now + 2).get("override", last)
    assert last.decode() == line.status.override
