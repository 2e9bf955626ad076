"""Ten corrections help owners whose resting face the model calls sad, and harm nothing else much."""

import json
import random
from pathlib import Path

import pytest

from appliance.bench import calibration
from appliance.bench.calibration import (
    CORRECTIONS,
    Owner,
    calibration_table,
    imagined,
    measure_calibration,
    photographed,
)
from appliance.cli.main import main
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.errors import MoodboxError
from appliance.mood.calibration import Calibration, learn

USUAL = -2.6


def test_the_owners_are_called_sad_at_rest_before_they_correct_it_and_seldom_after() -> None:
    before, after = [], []
    for number in range(8):
        owner = Owner(imagined, random.Random(number), USUAL, 1.0)
        corrections = owner.teach(CORRECTIONS)
        assert len(corrections) == CORRECTIONS
        without, with_it = owner.right(Emotion.NEUTRAL, learn(corrections, ""), 6)
        before.append(without)
        after.append(with_it)
    assert sum(before) / 8 < 0.35
    assert sum(after) / 8 > sum(before) / 8 + 0.2


def test_without_corrections_both_figures_are_the_same() -> None:
    owner = Owner(imagined, random.Random(3), USUAL, 0.5)
    for emotion in EMOTIONS:
        without, with_it = owner.right(emotion, Calibration(), 2)
        assert without == with_it


def test_the_same_owners_give_the_same_figures() -> None:
    assert measure_calibration(2, 2) == measure_calibration(2, 2)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_corrections_raise_accuracy_by_ten_points_and_cost_no_emotion_more_than_two() -> None:
    figures = calibration._measure(imagined, USUAL, 1.0, owners=40, judgements=20)
    assert figures["after"] - figures["before"] >= 10
    assert min(figures["change_each"].values()) >= -2


def test_the_table_has_a_line_for_each_kind_of_owner() -> None:
    figures = measure_calibration(1, 1)
    lines = calibration_table(figures).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["1", "0.5", "0"]
    assert len({line.count("|") for line in lines}) == 1


def test_a_folder_without_pictures_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(MoodboxError, match=f"{tmp_path}/angry holds no pictures"):
        photographed(tmp_path)
    assert main(["bench", "--calibration", "--pictures", str(tmp_path)]) == 1
    assert "angry holds no pictures" in capsys.readouterr().err


def test_the_figures_come_as_json_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(calibration, "measure_calibration", lambda *_, **__: {"carried 1": {"before": 50.0}})
    assert main(["bench", "--calibration", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"carried 1": {"before": 50.0}}
