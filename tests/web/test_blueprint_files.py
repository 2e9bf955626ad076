"""The blueprints for Home Assistant; `tests/mqtt/test_home_assistant.py` has a real one run them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from appliance.domain.buttons import BUTTON_KINDS
from appliance.domain.emotions import EMOTIONS
from appliance.web.blueprint_files import FOLDER, blueprint_paths
from tests.web.running_page import Browser, RunningPage

FILES = sorted(FOLDER.iterdir())
PAGE = Path(__file__).resolve().parents[2] / "docs" / "owner" / "home-assistant.md"


class _Input(str):
    """The name of an input that a blueprint uses."""


class _Loader(yaml.SafeLoader):
    pass


_Loader.add_constructor("!input", lambda loader, node: _Input(loader.construct_scalar(node)))


def blueprint(name: str) -> dict[str, Any]:
    return dict(_Loader((FOLDER / name).read_text()).get_single_data())


def used(part: Any) -> set[str]:
    match part:
        case _Input():
            return {str(part)}
        case dict():
            return set().union(*map(used, part.values()))
        case list():
            return set().union(*map(used, part))
    return set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_blueprint_says_what_it_is_and_uses_every_input_that_it_asks_for(file: Path) -> None:
    content = blueprint(file.name)
    head = content.pop("blueprint")
    assert file.suffix == ".yaml"
    assert head["domain"] == "automation"
    assert head["name"].startswith("Moodbox: ")
    assert "starts anew" in head["description"]
    assert used(content) == set(head["input"])
    assert all({"name", "selector"} <= each.keys() for each in head["input"].values())


def test_there_is_an_action_for_every_use_of_a_button() -> None:
    content = blueprint("buttons.yaml")
    assert list(content["blueprint"]["input"]) == ["button", *BUTTON_KINDS]
    choices = {choice["conditions"]: choice["sequence"] for choice in content["actions"][0]["choose"]}
    assert choices == {f"{{{{ kind == '{kind}' }}}}": kind for kind in BUTTON_KINDS}


def test_there_is_a_hue_for_every_emotion() -> None:
    hues = blueprint("lights-by-mood.yaml")["blueprint"]["input"]["hues"]["default"]
    assert hues.keys() == {str(emotion) for emotion in EMOTIONS}


def test_the_owners_page_tells_the_address_of_each() -> None:
    told = re.findall(r"/blueprints/[\w.-]+", PAGE.read_text())
    assert set(told) == blueprint_paths() == {f"/blueprints/{file.name}" for file in FILES}


async def test_home_assistant_may_fetch_them_without_signing_in(running: RunningPage) -> None:
    stranger = running.browser()
    for file in FILES:
        answer = await stranger.ask("GET", f"/blueprints/{file.name}")
        assert (answer.status, answer.body) == (200, file.read_bytes())
        assert answer.headers["Content-Type"].startswith("text/yaml")
    for path in ("/blueprints/", "/blueprints/nothing.yaml", "/blueprints/..%2fapp.py"):
        assert (await stranger.ask("GET", path)).status in (401, 404)


async def test_the_owner_gets_them_too(owner: Browser) -> None:
    assert (await owner.ask("GET", f"/blueprints/{FILES[0].name}")).status == 200
