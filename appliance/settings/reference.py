"""The settings as a page for the owner: every key with its default and what it means. Used by the installation.

python -m appliance.settings.reference                         print it
python -m appliance.settings.reference --new FILE              print the keys that FILE does not mention
python -m appliance.settings.reference --set FILE KEY VALUE    set a key of text in FILE; prints it if it changed
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import msgspec

from appliance.lib import atomic_file
from appliance.settings.base import SettingsError
from appliance.settings.described import described_settings, table_description
from appliance.settings.edit import change_keys
from appliance.settings.settings import Settings, as_toml

_HEAD = """\
# Moodbox's settings. Every key stands here with its default: take away the `#` and change what you like, then
#     sudo systemctl restart moodbox.target
# A mistake does no harm: the box goes on with the settings of its last good start and says so (`moodbox status`).
"""


def settings_reference() -> str:
    """TOML text in which every key is commented out, so that it means the defaults."""
    descriptions = {each.key: each.description for each in described_settings()}
    lines = [_HEAD]
    section = ""
    for line in as_toml(Settings()).splitlines():
        if line.startswith("["):
            section = line[1:-1]
            lines += ["", *_comment(table_description(section), ""), line]
        else:
            lines += [*_comment(descriptions[f"{section}.{line.partition(' ')[0]}"], "  "), f"# {line}"]
    return "\n".join(lines) + "\n"


def _comment(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text.replace("`", ""), 116, initial_indent=f"#{indent} ", subsequent_indent=f"#{indent} ")


def unmentioned(text: str) -> list[str]:
    """The dotted keys that neither stand in the text nor are commented out in it."""
    mentioned, section = set(), ""
    for line in text.splitlines():
        if table := re.match(r"\s*#?\s*\[(\w+)\]\s*$", line):
            section = table[1]
        elif key := re.match(r"\s*#?\s*(\w+)\s*=", line):
            mentioned.add(f"{section}.{key[1]}")
    known = msgspec.to_builtins(Settings())
    return [f"{table}.{key}" for table, keys in known.items() for key in keys if f"{table}.{key}" not in mentioned]


def main(arguments: Sequence[str]) -> int:
    """Do what the words ask; 0 done, 1 with a line on standard error."""
    match list(arguments):
        case []:
            print(settings_reference(), end="")
        case ["--new", name]:
            # a file that is no text is told of elsewhere, and keeps nobody from installing
            print(" ".join(unmentioned(Path(name).read_text(errors="replace"))))
        case ["--set", name, key, value]:
            file = Path(name)
            try:
                before = file.read_text("utf-8-sig")
                after = change_keys(before, {key: value})
            except UnicodeDecodeError as error:
                print(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8 text", file=sys.stderr)
                return 1
            except SettingsError as error:
                print(f"{file}: {error}", file=sys.stderr)
                return 1
            if after != before:
                atomic_file.write(file, after.encode(), file.stat().st_mode & 0o777)
                print(key)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
