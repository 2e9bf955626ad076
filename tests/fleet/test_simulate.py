"""The simulated fleet, in small."""

from pathlib import Path

import pytest

from tests.fleet.simulate import simulate


@pytest.mark.slow
@pytest.mark.needs("mosquitto")
def test_every_box_is_back_after_a_storm_and_after_the_brokers_death(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MOODBOX_TEST_HASS", raising=False)
    figures = simulate(tmp_path, 6, steady=5, apart=0.05)
    assert list(figures) == ["machine", "begin", "steady", "command to state", "storm of restarts", "broker dies"]
    assert figures["begin"]["messages a box"] > 20
    assert figures["command to state"]["commands"] == 100
