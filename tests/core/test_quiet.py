"""When quiet begins and ends: by the hours, by the sleep timer, and by somebody's word."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.core.quiet import NIGHT, Change, Quiet, QuietRules
from appliance.domain.quiet_hours import read_quiet_hours

EVENING = datetime(2026, 1, 5, 22, 0)  # noqa: DTZ001 - quiet hours are local times


class Night:
    def __init__(self, hours: str = "22:30-07:00", fade: float = 60.0) -> None:
        self.quiet = Quiet(QuietRules(read_quiet_hours(hours), fade, 3600.0))
        self.now = 1000.0
        self.quiet.tick(self.now, self.wall)

    @property
    def wall(self) -> datetime:
        return EVENING + timedelta(seconds=self.now - 1000.0)

    def pass_by(self, minutes: float) -> list[tuple[str, Change]]:
        """What changed meanwhile, with the time of day."""
        found = []
        for _ in range(round(minutes * 2)):
            self.now += 30
            if change := self.quiet.tick(self.now, self.wall):
                found.append((f"{self.wall:%H:%M}", change))
        return found

    def softness(self) -> float:
        return round(self.quiet.softness(self.now, self.wall), 2)


def test_the_hours_begin_and_end_it() -> None:
    night = Night()
    assert night.pass_by(12 * 60) == [("22:30", Change.BEGAN), ("07:00", Change.ENDED)]


def test_who_wants_music_interrupts_the_hours_for_a_while() -> None:
    night = Night()
    night.pass_by(60)
    night.quiet.wake(night.now)
    assert night.pass_by(12 * 60) == [("23:00", Change.ENDED), ("00:00", Change.BEGAN), ("07:00", Change.ENDED)]


def test_the_sleep_timer_begins_it_and_the_morning_ends_it() -> None:
    night = Night()
    night.quiet.sleep_after(15 * 60, night.now)
    assert night.quiet.until(night.now, night.wall) is None
    assert night.pass_by(60) == [("22:15", Change.BEGAN)]
    assert night.quiet.until(night.now, night.wall) == EVENING + timedelta(hours=9)
    assert night.pass_by(12 * 60) == [("07:00", Change.ENDED)]


def test_without_hours_the_sleep_timer_keeps_quiet_for_a_night() -> None:
    night = Night(hours="")
    night.quiet.sleep_after(600, night.now)
    assert night.pass_by(20) == [("22:10", Change.BEGAN)]
    assert night.quiet.until(night.now, night.wall) == EVENING + timedelta(seconds=600 + NIGHT)
    assert night.pass_by(12 * 60) == [("06:10", Change.ENDED)]


def test_a_sleep_timer_can_be_stopped() -> None:
    night = Night(hours="")
    night.quiet.sleep_after(600, night.now)
    night.quiet.sleep_after(None, night.now)
    assert night.pass_by(12 * 60) == []


def test_a_clock_that_has_not_been_set_says_nothing_of_the_hours() -> None:
    quiet = Quiet(QuietRules(read_quiet_hours("00:00-23:59")))
    assert quiet.tick(1.0, datetime(1970, 1, 1, 1, 0)) is None  # noqa: DTZ001
    assert quiet.tick(2.0, EVENING) is Change.BEGAN
    assert quiet.tick(3.0, datetime(1970, 1, 1, 1, 0)) is Change.ENDED  # noqa: DTZ001


def test_the_music_grows_softer_before_it_falls_silent() -> None:
    night = Night()
    night.pass_by(28)
    assert night.softness() == 1.0
    night.now += 90
    assert night.softness() == 0.5
    night.now += 29
    assert night.softness() == 0.02


def test_an_interruption_ends_softly_too() -> None:
    night = Night()
    night.pass_by(60)
    night.quiet.wake(night.now)
    night.pass_by(59)
    assert night.softness() == 1.0
    night.now += 45
    assert night.softness() == 0.25


def test_the_sleep_timer_ends_softly() -> None:
    night = Night(hours="")
    night.quiet.sleep_after(90, night.now)
    assert night.softness() == 1.0
    night.now += 60
    assert night.softness() == 0.5


@given(st.integers(0, 20_000_000), st.sampled_from(["", "22:30-07:00", "mon 1:00-2:00, 1:30-1:10"]))
def test_softness_is_a_share_whatever_the_time(seconds: int, hours: str) -> None:
    night = Night(hours)
    night.now += seconds
    assert 0.0 <= night.softness() <= 1.0
