"""When the access point is open."""

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.wifi.plan import AT_THE_PAGE, PATIENCE, PATIENCE_KNOWING, RETRY, SETTLED, SetupPlan, Situation, Step

NOWHERE = Situation(online=False, radio=True, knows=False)
KNOWING = Situation(online=False, radio=True, knows=True)
ONLINE = Situation(online=True, radio=True, knows=True)
situations = st.builds(Situation, online=st.booleans(), radio=st.booleans(), knows=st.booleans())


class Played:
    """A plan whose steps are taken at once, and what there was of them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.plan = SetupPlan(self.now)
        self.steps: list[tuple[float, Step]] = []

    def pass_by(self, seconds: float, there: Situation, looked: float | None = None) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + 5.0, end)
            step = self.plan.next(self.now, there, looked)
            if step == "open":
                self.plan.opened(self.now)
            elif step == "close":
                self.plan.closed(self.now)
            if step != "wait":
                self.steps.append((self.now, step))


def test_it_opens_after_its_patience_and_closes_with_a_cable() -> None:
    played = Played()
    played.pass_by(PATIENCE - 5, NOWHERE)
    assert played.steps == []
    played.pass_by(5, NOWHERE)
    assert played.steps == [(PATIENCE, "open")]
    played.pass_by(1000, NOWHERE)
    played.pass_by(5, ONLINE)
    assert [step for _, step in played.steps] == ["open", "close"]


def test_a_known_network_is_waited_for_longer_and_tried_again() -> None:
    played = Played()
    played.pass_by(PATIENCE_KNOWING + RETRY + PATIENCE_KNOWING, KNOWING)
    first = PATIENCE_KNOWING
    assert played.steps == [(first, "open"), (first + RETRY, "close"), (first + RETRY + PATIENCE_KNOWING, "open")]


def test_it_does_not_close_on_somebody_at_the_page() -> None:
    played = Played()
    played.pass_by(PATIENCE_KNOWING + RETRY - 10, KNOWING)
    looked = played.now
    played.pass_by(AT_THE_PAGE - 5, KNOWING, looked)
    assert [step for _, step in played.steps] == ["open"]
    played.pass_by(5, KNOWING, looked)
    assert [step for _, step in played.steps] == ["open", "close"]


def test_a_network_for_long_enough_ends_the_set_up_and_a_break_begins_anew() -> None:
    played = Played()
    played.pass_by(SETTLED, ONLINE)
    played.pass_by(5, KNOWING)
    assert played.steps == []
    played.pass_by(SETTLED, ONLINE)
    assert played.steps == []
    played.pass_by(5, ONLINE)
    assert [step for _, step in played.steps] == ["over"]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(0.1, 400), situations, st.booleans()), max_size=60))
def test_it_opens_only_offline_with_a_radio_and_is_never_over_while_open(
    passing: list[tuple[float, Situation, bool]],
) -> None:
    now, plan, offline_since = 0.0, SetupPlan(0.0), 0.0
    for seconds, there, looked in passing:
        now += seconds
        was_open = plan.is_open
        step = plan.next(now, there, now if looked else None)
        if there.online:
            offline_since = now
        if step == "open":
            assert not was_open
            assert there.radio
            assert not there.online
            assert now - offline_since >= PATIENCE
            plan.opened(now)
        elif step == "close":
            assert was_open
            plan.closed(now)
        assert not (step == "over" and (was_open or not there.online))
