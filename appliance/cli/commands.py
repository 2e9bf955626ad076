"""How a command of the command line is declared: with a description, an example and `--settings`."""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path
from typing import Any

from appliance.control.messages import SOCKET
from appliance.settings.last_good import load_or_last_good

_COLUMNS = 79


class Family:
    """The commands of `moodbox`, or of one of its commands such as `moodbox model`."""

    def __init__(self, parser: argparse.ArgumentParser, *, required: bool = True) -> None:
        self._commands = parser.add_subparsers(title="commands", required=required, metavar="COMMAND")

    def add(
        self, name: str, about: str, *examples: str, description: str = "", **options: Any
    ) -> argparse.ArgumentParser:
        """The parser of a new command.

        `about` is its line in the list of commands, and its description unless another is given. Each of the
        `examples` is a line as it is typed. `options` go to the parser.
        """
        parser: argparse.ArgumentParser = self._commands.add_parser(
            name,
            help=about,
            description=textwrap.fill(description or f"{about[0].upper()}{about[1:]}.", _COLUMNS),
            epilog="\n".join(["examples:" if len(examples) > 1 else "example:", *(f"  {each}" for each in examples)]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **options,
        )
        # Left out, it is not set at all, so that what stood before the command holds.
        add_settings(parser, default=argparse.SUPPRESS)
        return parser


def add_settings(parser: argparse.ArgumentParser, default: Any = None) -> None:
    """Add the option that names the settings, as `settings`."""
    parser.add_argument("--settings", type=Path, metavar="FILE", default=default, help="the settings to use (TOML)")


def socket_of(options: argparse.Namespace) -> Path:
    """The control socket of the box with these settings, also while they are broken. Raises SettingsError."""
    return load_or_last_good(options.settings)[0].run_dir / SOCKET
