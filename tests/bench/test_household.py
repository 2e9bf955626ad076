"""What is taught, what is read, and that a head helps people who are unlike the model's, on people who are made up."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.bench import household, household_choice, performers
from appliance.bench.performers import FaceViewer, SeenFaces, read_performers, read_strangers
from appliance.cli.main import main
from appliance.domain.emotions import EMOTIONS
from appliance.errors import MoodboxError
from appliance.household.head import softened
from tests.portraits import smiling

WAYS = ("facs", "memory", "theatre")
TABLE_HEAD = "file,person,acting,performed\n"


def made_up(people: int = 4, each: int = 2, seed: int = 1) -> SeenFaces:
    """People of whom the model reads every face as the next emotion; `each` pictures by every way of acting."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"{person:02}", way, word)
        for person in range(people)
        for word in range(7)
        for way in (WAYS if EMOTIONS[word] != "neutral" else ("none", "none"))
        for _ in range(each)
    ]
    words = np.array([word for _, _, word in rows])
    habits, faces = 3.0 * rng.normal(size=(people, 24)), 2.0 * rng.normal(size=(people, 7, 24))
    who = np.array([int(name) for name, _, _ in rows])
    places = habits[who] + faces[who, words] + 0.5 * rng.normal(size=(len(rows), 24))
    logits = 3.0 * np.eye(7)[(words + 1) % 7] + 0.1 * rng.normal(size=(len(rows), 7))
    both = np.stack([places, places + 0.1 * rng.normal(size=places.shape)]), np.stack([logits, logits])
    shipped = np.stack([softened(2 * logits)] * 2)
    return SeenFaces(
        *both, shipped, words, np.array([name for name, _, _ in rows]), np.array([way for _, way, _ in rows])
    )


def test_each_emotion_is_taught_once_before_any_is_taught_twice() -> None:
    seen, rng = made_up(), np.random.default_rng(0)
    own = np.flatnonzero(seen.people == "01")
    assert sorted(seen.words[household._drawn(seen, own, 7, rng)].tolist()) == list(range(7))
    counts = np.bincount(seen.words[household._drawn(seen, own, 19, rng)], minlength=7)
    assert counts.min() == 2
    assert counts.max() == 3
    assert len(household._drawn(seen, own, 999, rng)) == len(own)


def test_across_acting_nothing_is_read_that_was_taught_nor_acted_as_it_was() -> None:
    seen = made_up()
    for count in (14, 29):
        splits = household.across(seen, ["02"], count, np.random.default_rng(3))
        assert len(splits) == 3
        for taught, read in splits:
            assert not set(taught.tolist()) & set(read.tolist())
            acted = set(seen.acting[taught].tolist()) - {"none"}
            assert not acted & set(seen.acting[read].tolist())
            assert set(seen.people[[*taught, *read]].tolist()) == {"02"}


def test_a_household_teaches_as_many_pictures_of_each() -> None:
    seen = made_up()
    taught, read = household.within(seen, ["00", "01", "03"], 42, np.random.default_rng(1))
    assert sorted(np.unique(seen.people[taught], return_counts=True)[1].tolist()) == [14, 14, 14]
    assert "02" not in seen.people[read]


def test_people_whom_the_model_misreads_gain_and_the_table_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(household, "read_performers", lambda *_: made_up())
    monkeypatch.setattr(household, "read_strangers", lambda *_: made_up(seed=9))
    monkeypatch.setattr(household, "DRAWS", 1)
    assert main(["bench", "--household", "people.zip", "--pictures", "faces", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    for count in ("14", "19"):
        for how in ("within", "across"):
            row = figures["taught"][count][how]
            assert row["before"] == 0
            assert row["as_the_box_does"] > 60
    assert figures["household"]["within"]["as_the_box_does"] > 40
    assert figures["evenings"]["after"] > figures["evenings"]["before"] + 30
    lines = household.household_table(figures).splitlines()
    assert sum(line.startswith(("| 7,", "| 14,", "| 19,", "| 29,", "| 3 people")) for line in lines) == 10
    assert any(line.startswith(f"| {figures['strangers']['pictures']['pictures']} strangers |") for line in lines)


def test_rules_are_chosen_on_one_half_of_the_people_and_reported_on_the_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(household_choice, "read_performers", lambda *_: made_up())
    monkeypatch.setattr(household_choice, "read_strangers", lambda *_: made_up(seed=9))
    for name, few in (("RIDGES", (1.0, 100.0)), ("SOFTS", (2.0,)), ("ALIKES", ((0.3, 0.4),)), ("WORTHS", (0.0, 5.0))):
        monkeypatch.setattr(household_choice, name, few)
    command = ["bench", "--household", "people.zip", "--choose", "--json"]
    assert main(command) == 1
    assert "--choose needs --pictures" in capsys.readouterr().err
    assert main([*command, "--pictures", "faces"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert sorted(figures["chosen_on"] + figures["reported_on"]) == ["00", "01", "02", "03"]
    assert len(figures["chosen_on"]) == 2
    assert figures["rules"]["chosen"]["values"]["ridge"] in (1.0, 100.0)
    for found in figures["rules"].values():
        assert found["across"]["14"]["as_the_box_does"] > found["across"]["14"]["before"] + 30
    rows = household_choice.choice_table(figures).splitlines()
    assert sum(row.startswith(("| shipped | 100 ", "| chosen | ")) for row in rows) == 2


@pytest.fixture(scope="module")
def viewer() -> FaceViewer:
    return FaceViewer()


def picture() -> bytes:
    return cv2.imencode(".png", smiling())[1].tobytes()


def test_the_faces_of_a_zip_are_seen_as_they_are_and_in_the_mirror(tmp_path: Path, viewer: FaceViewer) -> None:
    source = tmp_path / "people.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("a.png", picture())
        archive.writestr(performers.TABLE, TABLE_HEAD + "a.png,07,none,happy\n")
    seen = read_performers(source, viewer)
    assert (seen.people.tolist(), seen.acting.tolist(), seen.words.tolist()) == (["07"], ["none"], [3])
    assert seen.shipped[0, 0].argmax() == EMOTIONS.index("happy")
    poses = seen.taught(np.array([0]))
    assert poses.places.shape == (2, 192)
    assert poses.pose.tolist() == [0, 0]
    assert (poses.places[0] != poses.places[1]).any()


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (None, r"performers\.csv cannot be read \(No such file or directory\)"),
        ("file,person,acting,performed\na.png,1,none,cheerful\n", "line 2: expected file, person, acting"),
        ("file,person,acting,performed\ngone.png,1,none,happy\n", r"gone\.png cannot be read"),
    ],
)
def test_a_folder_that_will_not_do_is_named_with_what_is_wrong(
    tmp_path: Path, viewer: FaceViewer, table: str | None, complaint: str
) -> None:
    if table:
        (tmp_path / performers.TABLE).write_text(table)
    with pytest.raises(MoodboxError, match=complaint):
        read_performers(tmp_path, viewer)


def test_what_is_no_zip_and_a_folder_without_strangers_are_named(tmp_path: Path, viewer: FaceViewer) -> None:
    (tmp_path / "people.zip").write_bytes(b"no zip")
    with pytest.raises(MoodboxError, match=r"expected a zip file or a folder with performers\.csv"):
        read_performers(tmp_path / "people.zip", viewer)
    with pytest.raises(MoodboxError, match="holds no pictures; name a folder with one for each emotion"):
        read_strangers(tmp_path, viewer)
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "a.png").write_bytes(picture())
    assert read_strangers(tmp_path, viewer).words.tolist() == [3]
