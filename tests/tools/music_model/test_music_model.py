"""Composing for a feeling, fitting the ear, and measuring it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from appliance.composer.synth import RATE
from appliance.domain.emotions import EMOTIONS
from appliance.sound.ear import FILE, load_ear, shipped_ear
from appliance.sound.features import FEATURES, POSITION
from appliance.sound.index import SOUND_SIZE
from tools.music_model.__main__ import main, write_ear
from tools.music_model.fit import Songs, fit_ear
from tools.music_model.measures import area_under_curve, other_halves
from tools.music_model.variants import HOUSE_FEELINGS, sounding, variant


def made_up(count: int, seed: int) -> tuple[Songs, np.ndarray]:  # type: ignore[type-arg]
    """Songs of which valence shows in `major` and arousal in `flux`; halves differ a little."""
    random = np.random.default_rng(seed)
    feelings = random.uniform(-1, 1, (count, 2))
    whole = random.standard_normal((count, len(FEATURES)))
    whole[:, POSITION["major"]] += 3 * feelings[:, 0]
    whole[:, POSITION["flux"]] += 3 * feelings[:, 1]
    return Songs(whole, *(whole + 0.4 * random.standard_normal(whole.shape) for _ in (1, 2))), feelings


def test_a_variant_is_always_the_same_and_all_feelings_are_composed_for() -> None:
    assert variant(7) == variant(7)
    places = np.array([(variant(number).valence, variant(number).arousal) for number in range(300)])
    assert np.abs(places.mean(axis=0)).max() < 0.1
    assert places.min() < -0.95
    assert places.max() > 0.95
    quick = [variant(number).sketch.bpm for number in range(300) if variant(number).arousal > 0.5]
    slow = [variant(number).sketch.bpm for number in range(300) if variant(number).arousal < -0.5]
    assert np.median(quick) > 1.5 * np.median(slow)
    assert list(HOUSE_FEELINGS) == list(EMOTIONS)


def test_a_variant_sounds_for_half_a_minute_as_loud_as_it_was_meant() -> None:
    samples = sounding(variant(3))
    assert 15 < len(samples) / RATE < 45
    assert 0.01 < float(np.sqrt((samples**2).mean())) < 0.5
    assert np.abs(samples).max() <= 1


def test_an_ear_learns_what_shows_a_feeling_and_what_makes_a_song_itself(tmp_path: Path) -> None:
    composed, feelings = made_up(400, 1)
    free, _ = made_up(200, 2)
    write_ear(fit_ear(composed, feelings, free), tmp_path / "ear.npz")
    ear = load_ear(tmp_path / "ear.npz")
    new, said = made_up(200, 3)
    heard = ear.feeling(ear.standardised(new.whole.astype(np.float32)))
    for axis in (0, 1):
        assert np.corrcoef(heard[:, axis], said[:, axis])[0, 1] > 0.3
        assert heard[:, axis].std() == pytest.approx(1, abs=0.25)
        assert np.abs(ear.house[axis]).argmax() == POSITION[("major", "flux")[axis]]
    assert other_halves(ear, new)["halves_mrr"] > 0.9


def test_the_shipped_ear_is_whole_and_sure_of_little_numbers() -> None:
    ear = shipped_ear()
    assert FILE.stat().st_size < 40_000
    assert ear.projection.shape == (len(FEATURES), SOUND_SIZE)
    assert (ear.deviation > 0).all()
    assert (ear.high >= ear.low).all()
    usual = ear.standardised(ear.mean[None])
    assert np.abs(ear.feeling(usual)).max() < 1e-3


def test_an_ear_for_other_features_is_refused(tmp_path: Path) -> None:
    ear = shipped_ear()
    kept = {name: getattr(ear, name) for name in ear.__dataclass_fields__}
    np.savez(tmp_path / "ear.npz", **kept | {"projection": ear.projection[:-1]})
    with pytest.raises(ValueError, match="not for"):
        load_ear(tmp_path / "ear.npz")


@given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=30))
def test_the_area_under_the_curve_is_the_chance_of_the_right_order(pairs: list[tuple[bool, int]]) -> None:
    positive, scores = np.array([p for p, _ in pairs]), np.array([s for _, s in pairs], float)
    area = area_under_curve(positive, scores)
    if positive.all() or not positive.any():
        assert np.isnan(area)
    else:
        assert area == pytest.approx(1 - area_under_curve(~positive, scores))
        assert area_under_curve(positive, positive.astype(float)) == 1


def test_rated_recordings_are_measured_by_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feelings = ("joyful_activation", "power", "tension", "calmness", "tenderness", "sadness")
    with (tmp_path / "labels.csv").open("w", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(["file", *feelings])
        for number in range(4):
            at = np.arange(8 * 8000) / 8000
            wave = np.sin(2 * np.pi * 200 * (1 + number) * at) * np.exp(-6 * (at % (0.2 + 0.2 * number)))
            soundfile.write(tmp_path / f"{number}.wav", 0.3 * wave, 8000)
            table.writerow([f"{number}.wav", *([0.6, 0.2, 0, 0, 0, 0] if number < 2 else [0, 0, 0, 0.2, 0, 0.6])])
    assert main(["evaluate", "--emotify", str(tmp_path), "--work", str(tmp_path / "work"), "--jobs", "1"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["set"] == "emotify"
    assert said["songs"] == 4
    assert 0 <= said["valence"]["auc"] <= 1
    assert 0 < said["halves_mrr"] <= 1
