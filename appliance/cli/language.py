"""In which language the command line answers: the owner's setting, else the system's."""

from __future__ import annotations

import os
from pathlib import Path

from appliance.errors import MoodboxError
from appliance.settings.settings import load_settings
from appliance.words.languages import Language, system_language


def readers_language(file: Path | None) -> Language:
    """The language for whoever reads the terminal; `file` names the settings. Settings that are broken say nothing."""
    try:
        chosen = load_settings(file).box.language
    except MoodboxError:
        chosen = "auto"
    return system_language(os.environ) if chosen == "auto" else chosen
