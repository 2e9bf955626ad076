"""A new emotion: what it takes, and that the whole box then knows it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from appliance.domain.emotions import EMOTIONS
from appliance.vision import assets
from tests.ports import free_port
from tests.running_box import ROOT, RunningBox, running_box, write_songs
from tests.web.test_whole_box import Owner

TABLE, SCHEMA = Path("appliance/domain/emotions.py"), Path("appliance/history/schema.py")
ROW = 'Emotion.CALM: Profile("calm", "calm", "😌", "#2f7f86", "#7fd0d6", (0.0, 1.0, 0.6), 315.0),'
QUICK = "[mood]\nfirst_after = 2\nevaluate_every = 5\nmin_looks = 3\n"

MAY_NAME_THEM = {
    str(TABLE),
    str(SCHEMA),
    "appliance/model/labels.py",  # what every model names
    "appliance/mood/policy.py",  # the paths of lift; an emotion without one has a plain one
    "appliance/web/static/face.js",  # how each moves a drawn face; an emotion without moves is a face at rest
    "appliance/composer/moods.py",  # how each sounds; an emotion without a style sounds like its neighbour
    "appliance/composer/sketches.py",
}


def insert(file: Path, before: str, what: str) -> None:
    """Put lines before the only place that begins with `before`."""
    text = file.read_text()
    assert len(re.findall(before, text, re.MULTILINE)) == 1, f"{file} has no one place such as {before}"
    file.write_text(re.sub(before, lambda found: what + found[0], text, count=1, flags=re.MULTILINE))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the product with an eighth emotion: a member and a row of the table, and a column of the history."""
    copy = tmp_path / "source"
    for name in ("appliance", "models"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    insert(copy / TABLE, "^    DISGUST = ", '    CALM = "calm"\n')
    insert(copy / TABLE, r"^    Emotion\.SAD: Profile", f"    {ROW}\n")
    migrations = (copy / SCHEMA).read_text().index("MIGRATIONS")
    end = (copy / SCHEMA).read_text().index("\n)\n", migrations)
    text = (copy / SCHEMA).read_text()
    column = '\n    "ALTER TABLE corrections ADD COLUMN calm REAL NOT NULL DEFAULT 0;",'
    (copy / SCHEMA).write_text(text[:end] + column + text[end:])
    return copy


def asked(source: Path, code: str) -> Any:
    """What an expression of the copy is, by JSON."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json; {code}"], cwd=source, env=os.environ | {"PYTHONPATH": str(source)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_only_these_files_name_the_emotions() -> None:
    found = set()
    for folder in ("appliance", "provisioning", "systemd"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and file.suffix in {".py", ".js", ".css", ".html", ".sh", ".service", ".tmpfiles", ""}:
                text = file.read_text(errors="replace").lower()
                if all(re.search(rf"\b{emotion}\b", text) for emotion in EMOTIONS):
                    found.add(str(file.relative_to(ROOT)))
    assert found == MAY_NAME_THEM


def test_lamp_terminal_and_home_assistant_have_the_new_one(source: Path) -> None:
    told = asked(
        source,
        "from appliance.controls.lamp import COLOURS; from appliance.mqtt.entities import ENTITIES; "
        "from appliance.domain.emotions import PROFILES, Emotion, by_distance; "
        "from appliance.mood.policy import CHEERED, _path; from appliance.domain.moods import Policy; "
        "options = {e.key: e.config['options'] for e in ENTITIES if 'options' in e.config}; "
        "print(json.dumps([COLOURS['calm'], options['mood'], options['override'], PROFILES[Emotion.CALM].emoji, "
        "by_distance(Emotion.CALM)[0], 'calm' in CHEERED, _path(Policy.LIFT, Emotion.CALM)]))",
    )
    colour, moods, overrides, emoji, neighbour, cheered, path = told
    assert colour == [0.0, 1.0, 0.6]
    assert "calm" in moods
    assert "calm" in overrides
    assert emoji == "😌"
    assert neighbour == "neutral"
    assert not cheered
    assert path == ["calm", "calm", "happy"]


@pytest.mark.timeout(600)
@pytest.mark.needs("mpd")
@pytest.mark.skipif(not (assets.assets_folder() / assets.PORTRAIT).exists(), reason="needs the installed face detector")
def test_the_whole_box_knows_the_new_emotion(source: Path, tmp_path: Path) -> None:
    port, songs = free_port(), write_songs(tmp_path / "songs", dict.fromkeys(EMOTIONS, 1))
    with running_box(tmp_path, "portrait", songs, f"{QUICK}[web]\nport = {port}\n", source=source) as box:
        box.wait_printed("The page is at")
        owner = Owner(port)
        assert (songs / "calm").is_dir()
        check_page(owner)
        status = box.wait(lambda status: status["mood"]["mood"] == "happy" and bool(status["vision"]["faces"]))
        assert status["vision"]["faces"][0]["probabilities"]["calm"] == 0.0
        check_correction(box, owner)
        check_override(box, owner)
        box.wait(lambda status: (status["player"]["file"] or "").startswith("calm/house/"), seconds=270)


def check_page(owner: Owner) -> None:
    """Colours, face and words; the folder; and the words that programs may say."""
    assert '"calm": "😌"' in owner.read("/static/emotions.js")
    assert "--calm: #2f7f86;" in owner.read("/static/emotions.css")
    assert "Kept as 8 numbers" in owner.read("/")
    assert "calm" in [folder["emotion"] for folder in owner.ask("GET", "/api/songs")[1]["folders"]]
    described = owner.ask("GET", "/api/openapi.json")[1]["components"]["schemas"]
    assert "calm" in described["OverrideRequest"]["properties"]["emotion"]["enum"]


def check_override(box: RunningBox, owner: Owner) -> None:
    """By the page and by the command line; its house music is what plays, or others' until it is made."""
    assert owner.ask("POST", "/api/override", {"emotion": "calm"})[0] == 204
    box.wait(lambda status: status["override"] == "calm" and status["player"]["state"] == "play")
    assert owner.ask("POST", "/api/override", {"emotion": "auto"})[0] == 204
    done = subprocess.run(
        [sys.executable, "-m", "appliance.cli", "--settings", box.settings, "override", "calm"],
        cwd=box.source, env=os.environ | {"PYTHONPATH": str(box.source)}, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    assert box.wait(lambda status: status["override"] == "calm")


def check_correction(box: RunningBox, owner: Owner) -> None:
    """The history has a column for it."""
    assert owner.ask("POST", "/api/corrections", {"mood": "calm"})[0] < 300
    deadline = time.monotonic() + 90
    while not (corrections := owner.ask("GET", "/api/history")[1]["corrections"]):
        assert time.monotonic() < deadline, f"the correction was not recorded:\n{box.printed}"
        time.sleep(0.2)
    (kept,) = corrections
    assert kept["mood"] == "calm"
    assert kept["probabilities"]["calm"] == 0.0
    assert len(kept["probabilities"]) == 8
