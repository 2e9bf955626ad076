import pytest

from appliance.bench.buttons import measure_buttons


@pytest.mark.slow
@pytest.mark.needs("mpd")
def test_a_pressed_button_is_answered_by_a_real_mpd_every_time() -> None:
    figures = measure_buttons(rounds=5)
    assert figures["rounds"] == 5
    assert 10 <= figures["median_ms"] <= figures["p99_ms"]  # the contact must rest for 10 ms
