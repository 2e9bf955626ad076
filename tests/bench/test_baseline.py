"""A usual face that was learnt without corrections, and what it does to people who lean to sad and to others."""

import json
import math
import random

import pytest

from appliance.bench import baseline
from appliance.bench.baseline import HOMES, MOST, Household, baseline_table, measure_baseline
from appliance.bench.calibration import imagined, usual_leaning
from appliance.cli.main import main
from appliance.domain.emotions import Emotion, Reading
from appliance.model.labels import EXPRESSIONS


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline, "HOUSEHOLDS", 8)
    monkeypatch.setattr(baseline, "JUDGED", 12)


def test_who_leans_to_sad_is_more_often_read_as_neutral(few: None) -> None:
    usual = usual_leaning(imagined)
    many = [owner for number in range(8) for owner in baseline._people(HOMES["anybody, carried 1"], usual, number)]
    typical = baseline._face(many, baseline.LIFE, random.Random(1))
    found = baseline._measure(Household(1.0), usual, typical, owners=5, judgements=4)
    assert found["change_each"][str(Emotion.NEUTRAL)] > 15


def test_a_usual_face_like_everybodys_changes_nothing() -> None:
    face = [-3.0, -5.0, -5.0, -1.5, -0.7, -2.0, -4.0]
    reading = Reading.of(dict.fromkeys(EXPRESSIONS, 1 / 7))
    assert baseline._baseline(face, face).apply(reading) == reading


def test_a_usual_face_shifts_odds_no_further_than_it_may() -> None:
    shift = baseline._baseline([0.0, -60.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0] * 7).shift
    assert max(shift) - min(shift) == pytest.approx(MOST)
    assert math.fsum(shift) == pytest.approx(0, abs=1e-9)


def test_the_table_has_a_line_for_each_household(few: None) -> None:
    lines = baseline_table(measure_baseline(1, 1)).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == list(HOMES)
    assert len({line.count("|") for line in lines}) == 1


def test_the_figures_come_as_json_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(baseline, "measure_baseline", lambda owners: {"anybody": {"before": float(owners)}})
    assert main(["bench", "--baseline", "--owners", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"anybody": {"before": 3.0}}
