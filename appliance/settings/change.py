"""Changing the owner's settings file from the page: which keys, checked as a whole, written in one step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from appliance.lib import atomic_file
from appliance.settings.base import SettingsError
from appliance.settings.described import described_settings
from appliance.settings.edit import Scalar, change_keys
from appliance.settings.reference import settings_reference
from appliance.settings.toml_file import read_toml

LARGEST = 512 * 1024
"""Bytes of a settings file that is changed; the one with every key in it has 12,000."""


def change_settings_file(file: Path, changes: Mapping[str, Scalar | None]) -> dict[str, Scalar | None]:
    """Set keys (`music.fade`) in the file; None takes a key out, so that its default holds again.

    Returns what stood there before, of the same form: to change it back, pass that. A file that is not there is made,
    with every key commented out. Raises SettingsError, and then nothing has changed.
    """
    _check_keys(changes)
    text, mode = _read(file)
    changed = change_keys(text, changes)
    tables = read_toml(text)
    was = {key: tables.get(key.partition(".")[0], {}).get(key.partition(".")[2]) for key in changes}
    if changed != text:
        try:
            atomic_file.write(file, changed.encode(), mode)
        except OSError as error:
            raise SettingsError(f"{file} cannot be written ({error.strerror}); nothing has changed") from error
    return was


def _check_keys(changes: Mapping[str, Scalar | None]) -> None:
    levels = {each.key: each.level for each in described_settings()}
    for key in changes:
        if key not in levels:
            raise SettingsError(f"there is no setting {key[:80]!r}")
        if levels[key] == "by hand":
            raise SettingsError(
                f"{key} names a file, a folder or whom to trust; it is changed in the settings file alone",
                *key.split("."),
            )


def _read(file: Path) -> tuple[str, int]:
    """The file's text and its permissions."""
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            return settings_reference(), 0o644
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise SettingsError(f"{file} has more than {LARGEST} bytes; make it shorter by hand")
        return data.decode("utf-8-sig"), file.stat().st_mode & 0o777
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror}); nothing has changed") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8 text") from error
