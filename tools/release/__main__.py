"""Makes releases of this clone, and the index that tells boxes of them.

python -m tools.release make --key ~/.ssh/moodbox-release     dist/moodbox-X.Y.Z.release
python -m tools.release index dist                            dist/index.json
python -m tools.release show dist/moodbox-X.Y.Z.release --signers FILE
python -m tools.release wheels py311-aarch64 FOLDER           only the wheels of one Python on one machine

Wheels are fetched once and kept in `build/wheels`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from appliance.errors import MoodboxError
from appliance.lib.ssh_signature import ssh_sign
from appliance.releases.container import NAMESPACE, open_release, read_members
from tools.release.making import make_release, write_index
from tools.release.source import ROOT, read_source
from tools.release.wheels import TARGETS, fetch_wheels

REQUIREMENTS = ROOT / "provisioning" / "requirements"


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; 1 with a line on standard error if it cannot be done."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.release", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    make = commands.add_parser("make", help="pack and sign the release of the last commit")
    make.add_argument("--key", type=Path, required=True, help="the private key that signs, or the agent's public one")
    make.add_argument("--wheels", type=Path, default=ROOT / "build" / "wheels", metavar="FOLDER",
                      help="where the wheels are kept; build/wheels unless given")  # fmt: skip
    make.add_argument("--no-wheels", action="store_true", help="a small one, whose boxes fetch Python's packages")
    make.add_argument("--to", type=Path, default=ROOT / "dist", metavar="FOLDER", help="dist unless given")
    make.set_defaults(do=_make)
    index = commands.add_parser("index", help="write the index of the releases in a folder")
    index.add_argument("folder", type=Path)
    index.set_defaults(do=lambda options: print(write_index(options.folder)))
    show = commands.add_parser("show", help="verify a release and say what it is")
    show.add_argument("file", type=Path)
    show.add_argument("--signers", type=Path, required=True, metavar="FILE", help="who is trusted (allowed_signers)")
    show.set_defaults(do=_show)
    wheels = commands.add_parser("wheels", help="fetch the wheels that one Python on one machine needs")
    wheels.add_argument("target", choices=[target.name for target in TARGETS])
    wheels.add_argument("folder", type=Path)
    wheels.set_defaults(do=_wheels)
    options = parser.parse_args(arguments)
    try:
        options.do(options)
    except (MoodboxError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _make(options: argparse.Namespace) -> None:
    source = read_source()
    targets = () if options.no_wheels else TARGETS
    wheels = {each.name: fetch_wheels(REQUIREMENTS, each, options.wheels / each.name) for each in targets}
    file = make_release(source, wheels, lambda data: ssh_sign(data, options.key, NAMESPACE), options.to)
    print(f"{file}  ({file.stat().st_size} bytes)")


def _wheels(options: argparse.Namespace) -> None:
    (target,) = (each for each in TARGETS if each.name == options.target)
    wheels = fetch_wheels(REQUIREMENTS, target, options.folder)
    print(f"{len(wheels)} wheels are in {options.folder}")


def _show(options: argparse.Namespace) -> None:
    with options.file.open("rb") as file:
        head = open_release(file, options.signers, str(options.file))
        read_members(file, head, str(options.file))
    manifest = head.manifest
    print(f"Moodbox {manifest.version} of {manifest.created}, signed by {head.signer}, {head.length} bytes")
    print(f"{len(manifest.members)} files; wheels for {', '.join(sorted(manifest.targets)) or 'nothing'}")
    print(f"Debian's packages: {' '.join(manifest.debs)}\n\n{manifest.notes}", end="")


if __name__ == "__main__":
    sys.exit(main())
