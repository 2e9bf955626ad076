"""What the page knows of the emotions, made from their one table: a script of data and a style sheet of colours."""

from __future__ import annotations

import json
from collections.abc import Mapping

from appliance.domain.emotions import EMOTIONS, PROFILES, UNPLEASANT, Emotion


def _script() -> str:
    tables = {
        "CHOICES": ("For choosing: the pleasant ones first.", list(PROFILES)),
        "EMOJI": ("Their faces.", {emotion: profile.emoji for emotion, profile in PROFILES.items()}),
        "ANGLES": (
            "Places on the circumplex (Russell 1980) in degrees.",
            {emotion: profile.angle for emotion, profile in PROFILES.items() if profile.angle is not None},
        ),
        "ORIGIN": (
            "Those in the circumplex's middle.",
            [emotion for emotion, profile in PROFILES.items() if profile.angle is None],
        ),
        "ORDER": ("The canonical order, that of probabilities.", list(EMOTIONS)),
        "FACE_COLOURS": (
            "Of drawn faces, light and dark alike.",
            {emotion: each.dark for emotion, each in PROFILES.items()},
        ),
        "UNPLEASANT": ("Those on its left half.", list(UNPLEASANT)),
    }
    names = ", ".join(f'"{emotion}": t("{profile.name}")' for emotion, profile in PROFILES.items())
    return f"const t = (text) => text;\n/** As they are shown. */\nexport const NAMES = {{{names}}};\n" + "\n".join(
        f"/** {does} */\nexport const {name} = {json.dumps(table, ensure_ascii=False)};\n"
        for name, (does, table) in tables.items()
    )


def _colours() -> str:
    light = {emotion: profile.light for emotion, profile in PROFILES.items()}
    dark = {emotion: profile.dark for emotion, profile in PROFILES.items()}
    worn = "".join(f'[data-mood="{emotion}"] {{\n  --mood: var(--{emotion});\n}}\n' for emotion in PROFILES)
    return f"{_root(light)}@media (prefers-color-scheme: dark) {{\n{_root(dark)}}}\n{worn}"


def _root(colours: Mapping[Emotion, str]) -> str:
    return ":root {\n" + "".join(f"  --{emotion}: {colour};\n" for emotion, colour in colours.items()) + "}\n"


GENERATED: Mapping[str, str] = {"emotions.js": _script(), "emotions.css": _colours()}
"""Files of the page that are not in `static/`, by name."""
