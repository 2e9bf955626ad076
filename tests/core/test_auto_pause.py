from appliance.core.auto_pause import AutoPause, Paused
from appliance.domain.actions import Action, Pause, Resume


def minutes(absence: AutoPause, first: int, last: int, seeing: bool = True, playing: bool = True) -> list[Action]:
    return [action for minute in range(first, last) for action in absence.tick(60.0 * minute, seeing, playing)]


def test_an_empty_room_pauses_the_music_once_and_someone_who_comes_lets_it_go_on_once() -> None:
    absence = AutoPause(600, now=0)
    assert Pause() not in minutes(absence, 0, 10)
    assert minutes(absence, 10, 30).count(Pause()) == 1
    absence.music("play", "pause", 1800)
    assert absence.someone(1800).count(Resume()) == 1
    assert absence.someone(1801) == []


def test_without_a_time_set_nothing_is_ever_paused() -> None:
    assert minutes(AutoPause(0, now=0), 0, 1000) == []


def test_what_is_not_playing_is_not_paused() -> None:
    assert minutes(AutoPause(600, now=0), 0, 100, playing=False) == []


def test_time_without_sight_does_not_count() -> None:
    absence = AutoPause(600, now=0)
    assert minutes(absence, 0, 100, seeing=False) == []
    assert Pause() not in minutes(absence, 100, 109)
    assert Pause() in minutes(absence, 109, 111)


def test_music_that_someone_unseen_lets_go_on_plays_for_as_long_again() -> None:
    absence = AutoPause(600, now=0)
    assert Pause() in minutes(absence, 0, 20)
    absence.music("play", "pause", 1200)
    absence.music("pause", "play", 6000)
    assert Pause() not in minutes(absence, 100, 110)
    assert Pause() in minutes(absence, 110, 112)


def test_mpd_coming_back_is_nobody() -> None:
    absence = AutoPause(600, now=0)
    absence.music("lost", "play", 540)
    assert Pause() in minutes(absence, 9, 12)


def test_the_owners_own_pause_outlasts_someone_coming() -> None:
    absence = AutoPause(600, now=0)
    assert Pause() in minutes(absence, 0, 20)
    absence.decided(on=False)
    assert absence.someone(1300) == []


def test_a_pause_outlasts_a_restart_with_its_reason() -> None:
    assert AutoPause(600, now=0).begin() == []
    for paused in (Paused.BY_SOMEONE, Paused.EMPTY_ROOM):
        absence = AutoPause(600, now=0, paused=paused)
        assert absence.begin() == [Pause()]
        assert bool(absence.someone(5)) == (paused is Paused.EMPTY_ROOM)


def test_a_pause_elsewhere_is_somebodys_until_the_music_plays() -> None:
    absence = AutoPause(600, now=0)
    assert absence.music("play", "pause", 10)
    assert absence.paused is Paused.BY_SOMEONE
    assert absence.music("pause", "play", 20)
    assert absence.paused is Paused.NOT
    assert not absence.music("lost", "pause", 30)
    assert absence.paused is Paused.NOT
