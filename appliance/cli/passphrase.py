"""The passphrase of a backup: from a file, the terminal, or standard input where nobody types."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from appliance.backup.errors import PassphraseError
from appliance.words.speaking import t


def add_passphrase_file(parser: argparse.ArgumentParser) -> None:
    """Let a command take it from a file."""
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help=t("take it from the file's first line"))


def read_passphrase(file: Path | None, again: bool = False) -> str:
    """The passphrase; at a terminal it is asked for, twice with `again`. Raises PassphraseError."""
    if file:
        try:
            return file.read_text().partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise PassphraseError(f"{file}: the passphrase cannot be read ({error})") from error
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    passphrase = getpass.getpass(f"{t('Passphrase of the backup')}: ")
    if again and getpass.getpass(f"{t('Once more')}: ") != passphrase:
        raise PassphraseError("the two are not the same; nothing has been changed")
    return passphrase
