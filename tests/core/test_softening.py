"""The volume goes down before silence and comes back, and whoever turns it has the last word."""

from appliance.core.softening import Softening


def test_it_follows_the_softness_and_comes_back() -> None:
    softening = Softening()
    assert softening.step(1.0, 60) is None
    assert [softening.step(share, 60) for share in (0.5, 0.5, 0.25)] == [30, None, 15]
    assert softening.restore() == 60
    assert softening.restore() is None


def test_it_comes_back_if_the_silence_is_called_off() -> None:
    softening = Softening()
    softening.step(0.5, 60)
    assert softening.step(1.0, 30) == 60


def test_whoever_turns_it_has_the_last_word() -> None:
    softening = Softening()
    softening.step(0.5, 60)
    softening.heard(31)
    assert softening.step(0.4, 31) == 24
    softening.heard(80)
    assert softening.step(0.2, 80) is None
    assert softening.restore() is None
    softening.step(1.0, 80)
    assert softening.step(0.5, 80) == 40


def test_an_output_without_a_volume_is_left_alone() -> None:
    softening = Softening()
    assert softening.step(0.5, None) is None
    assert softening.restore() is None
