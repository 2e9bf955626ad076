"""How a command of the command line is declared: with a description, an example and `--settings`."""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path
from typing import Any, NoReturn

from appliance.control.messages import SOCKET
from appliance.settings.last_good import load_or_last_good
from appliance.words.retelling import retold
from appliance.words.speaking import t

_COLUMNS = 79


class SpokenParser(argparse.ArgumentParser):
    """A parser that complains about wrong usage in the reader's language, as its commands' parsers do."""

    def error(self, message: str) -> NoReturn:
        """Say how the command is used and what is wrong, and end with exit status 2."""
        self.print_usage(sys.stderr)
        self.exit(2, t("{program}: error: {message}", program=self.prog, message=retold(message)) + "\n")


class Family:
    """The commands of `moodbox`, or of one of its commands such as `moodbox model`."""

    def __init__(self, parser: argparse.ArgumentParser, *, required: bool = True) -> None:
        self._commands = parser.add_subparsers(title=t("commands"), required=required, metavar="COMMAND")

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
            epilog="\n".join(
                [t("examples:") if len(examples) > 1 else t("example:"), *(f"  {each}" for each in examples)]
            ),
            formatter_class=SpokenHelp,
            add_help=False,
            **options,
        )
        add_help(parser)
        # Left out, it is not set at all, so that what stood before the command holds.
        add_settings(parser, default=argparse.SUPPRESS)
        return parser


class SpokenHelp(argparse.RawDescriptionHelpFormatter):
    """Help whose headings are the reader's."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin with the reader's word for `usage`."""
        super().add_usage(usage, actions, groups, t("usage: ") if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """Begin what stands below a heading."""
        words = {"positional arguments": t("positional arguments"), "options": t("options")}
        super().start_section(words.get(heading, heading) if heading else heading)


def add_help(parser: argparse.ArgumentParser) -> None:
    """Add `--help`, explained in the reader's language."""
    parser.add_argument("-h", "--help", action="help", default=argparse.SUPPRESS, help=t("show this help and end"))


def add_settings(parser: argparse.ArgumentParser, default: Any = None) -> None:
    """Add the option that names the settings, as `settings`."""
    parser.add_argument("--settings", type=Path, metavar="FILE", default=default, help=t("the settings to use (TOML)"))


def socket_of(options: argparse.Namespace) -> Path:
    """The control socket of the box with these settings, also while they are broken. Raises SettingsError."""
    return load_or_last_good(options.settings)[0].run_dir / SOCKET
