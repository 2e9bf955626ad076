"""The command line of the tool."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from appliance.errors import MoodboxError
from appliance.model.shipped import shipped_model
from tools.train_and_quantize import collect, household, landmarks, making, measuring

LIBRARIES = ("keras", "torch", "tensorflow", "jax")
"""Only training needs them."""


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand; 0 when it succeeded, 1 when it could not, with one line why."""
    options = _parser().parse_args(arguments)
    try:
        options.function(options)
        sys.stdout.flush()
    except MoodboxError as error:
        return _say(str(error))
    except KeyboardInterrupt:
        return _say("stopped")
    except BrokenPipeError:  # who read our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ImportError as error:
        if (library := (error.name or "").partition(".")[0]) not in LIBRARIES:
            raise
        return _say(f"this needs {library}, which is not installed here, or not as it should be "
                    "(tools/train_and_quantize/requirements.txt)")  # fmt: skip
    except MemoryError:
        return _say("not enough memory; training needs five gigabytes")
    except OSError as error:
        return _say(f"{error.filename or 'input or output'}: {error.strerror or error}")
    return 0


def _say(why: str) -> int:
    print(f"train_and_quantize: {why}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.train_and_quantize", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    data = _data(argparse.ArgumentParser(add_help=False))
    making.declare(commands, data)
    measuring.declare(commands, data)
    collect.declare(commands)
    household.declare(commands)
    landmarks.declare(commands, data)
    push = commands.add_parser("push", help="sign a bundle and send it to boxes over SSH")
    push.add_argument("hosts", nargs="+", metavar="HOST", help="as ssh takes it: a name of its own, USER@HOST")
    push.add_argument("--bundle", type=Path, default=shipped_model(), help="the bundle (default: the one that ships)")
    push.add_argument("--key", type=Path, help="the key that signs (default: the usual one in ~/.ssh)")
    push.add_argument("--dry-run", action="store_true", help="have it checked there and change nothing")
    push.set_defaults(function=_push)
    return parser


def _data(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("data", type=Path, help="FER2013's CSV file, or a folder of emotions")
    parser.add_argument("--votes", type=Path, help="FER+ votes (fer2013new.csv), or own: ten for each picture's folder")
    parser.add_argument("--add", type=Path, action="append", default=[], metavar="FOLDER",
                        help="a folder of emotions with more pictures to learn from; may be given again")  # fmt: skip
    return parser


def _push(options: argparse.Namespace) -> None:
    from tools.train_and_quantize.push import push

    push(options.hosts, options.bundle, options.key, options.dry_run)
