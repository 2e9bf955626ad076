"""What the page is told of the emotions."""

import json
import re

from appliance.domain.emotions import EMOTIONS, PROFILES, Emotion
from appliance.web.emotion_files import GENERATED
from tests.web.running_page import Browser


def told(name: str) -> object:
    found = re.search(rf"^export const {name} = (.*);$", GENERATED["emotions.js"], re.MULTILINE)
    assert found
    return json.loads(found[1])


def test_the_script_has_each_emotions_name_face_and_place() -> None:
    assert told("CHOICES") == ["happy", "surprise", "neutral", "sad", "fear", "angry", "disgust"]
    assert all(f'"{emotion}": t("{PROFILES[emotion].name}")' in GENERATED["emotions.js"] for emotion in EMOTIONS)
    assert told("EMOJI") == {emotion: PROFILES[emotion].emoji for emotion in EMOTIONS}
    assert told("ANGLES") == {"happy": 30, "surprise": 90, "sad": 215, "fear": 120, "angry": 130, "disgust": 165}
    assert told("ORIGIN") == ["neutral"]
    assert told("UNPLEASANT") == ["angry", "disgust", "fear", "sad"]


def test_the_style_has_each_emotions_colours_for_light_and_dark() -> None:
    light, _, dark = GENERATED["emotions.css"].partition("@media (prefers-color-scheme: dark)")
    for emotion in EMOTIONS:
        assert f"--{emotion}: {PROFILES[emotion].light};" in light
        assert f"--{emotion}: {PROFILES[emotion].dark};" in dark
        assert f'[data-mood="{emotion}"] {{\n  --mood: var(--{emotion});\n}}' in dark
    assert "--happy: #b47a00;" in light
    assert f"--happy: {PROFILES[Emotion.HAPPY].dark};" in dark


async def test_both_are_given_to_the_owner_with_their_types(owner: Browser) -> None:
    for name, kind in (("emotions.js", "text/javascript"), ("emotions.css", "text/css")):
        answer = await owner.ask("GET", f"/static/{name}")
        assert answer.status == 200
        assert answer.body.decode() == GENERATED[name]
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"


async def test_the_owners_page_is_whole(owner: Browser) -> None:
    page = (await owner.ask("GET", "/")).body.decode()
    assert "Kept as 7 numbers" in page
    assert re.search(r'<link rel="stylesheet" href="/static/[\w-]+\.css">', page)
    assert "<!--" not in page
