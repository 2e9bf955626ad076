from pathlib import Path

import pytest

from appliance.bench.reaction import measure_reaction
from appliance.settings.music import MusicSettings
from appliance.settings.settings import Settings
from tests.running_box import write_songs

pytestmark = [pytest.mark.slow, pytest.mark.needs("mosquitto", "mpd")]


def test_reactions_are_measured_and_prompt(tmp_path: Path) -> None:
    figures = measure_reaction(Settings(music=MusicSettings(songs=str(write_songs(tmp_path)))), rounds=20)
    assert figures["rounds"] == 20
    for what in ("command_to_mpd", "event_to_state"):
        # Ten times the budget for a button: a broken path takes longer, a busy machine does so now and then at most.
        assert 0 < figures[what]["median_ms"] < 500
        assert figures[what]["median_ms"] <= figures[what]["p99_ms"] < 5000


def test_without_a_broker_the_figures_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.bench.reaction._PLACES", str(tmp_path))
    assert "apt install mosquitto" in measure_reaction(Settings())["left_out"]
