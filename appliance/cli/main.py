"""The command line: `moodbox run`, `status`, `skip`, `history`, `doctor` and the rest."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance import __version__
from appliance.cli import history
from appliance.cli import model as model_commands
from appliance.cli import page as page_command
from appliance.cli import songs as song_commands
from appliance.control.client import ask, ask_status
from appliance.control.messages import SOCKET, AskOverride, AskPower, AskSkip, AskStatus, Request
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.errors import MoodboxError
from appliance.lib.text import printable
from appliance.settings.last_good import load_or_last_good
from appliance.settings.paths import default_file
from appliance.settings.settings import Settings, load_settings, override_with


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 done, 1 something is wrong (said in words), 2 wrong usage."""
    with contextlib.suppress(AttributeError):  # names of songs may hold what the terminal cannot show
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    options = _parser().parse_args(arguments)
    try:
        return int(options.do(options) or 0)
    except MoodboxError as error:
        print(f"moodbox: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # `moodbox look … | head`
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="moodbox", description="Plays music by the mood on the faces in the room.")
    parser.add_argument("--version", action="version", version=f"moodbox {__version__}")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="the settings to use (TOML)")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="look, judge and play until Ctrl-C")
    run.add_argument(
        "--camera", metavar="SOURCE", help="a device, picture, film or folder of pictures, as camera.source"
    )
    run.add_argument("--songs", metavar="FOLDER", help="the folder of emotion folders, as music.songs")
    run.add_argument("--output", help="where the sound goes, as music.output")
    run.add_argument("--unit", action="store_true", help="as a systemd unit, beside those of vision and MPD")
    run.add_argument("--keys", action="store_true", help="press buttons by keyboard and see the lamp in the terminal")
    run.set_defaults(do=_run)

    status = commands.add_parser("status", help="what the running box sees, decides and plays")
    status.add_argument("--json", action="store_true", help="everything, as JSON")
    status.set_defaults(do=_status)

    skip = commands.add_parser("skip", help="play the next track")
    skip.set_defaults(do=_skip)

    override = commands.add_parser("override", help="play by this emotion until `auto` returns to the camera")
    override.add_argument("emotion", choices=[*map(str, EMOTIONS), "auto"], metavar="EMOTION|auto")
    override.set_defaults(do=_override)

    history.declare_history(commands.add_parser)
    page_command.declare_page(
        commands.add_parser("page", help="where the owner's page is; `page password` sets a password")
    )

    power = commands.add_parser("power", help="turn an installed box off, or restart the machine")
    power.add_argument("verb", choices=["off", "restart"])
    power.set_defaults(do=_power)

    look = commands.add_parser("look", help="find and read the faces in pictures")
    look.add_argument("paths", nargs="+", type=Path, metavar="PICTURE|FOLDER")
    look.add_argument("--aligned", action="store_true", help="the pictures are crops of one face each")
    look.add_argument("--json", action="store_true", help="one line of JSON for each file")
    look.set_defaults(do=_look)

    doctor = commands.add_parser(
        "doctor", help="check camera, model, MPD, songs and settings, and say how to mend them"
    )
    doctor.set_defaults(do=_doctor)

    bench = commands.add_parser("bench", help="measure speed and memory on this machine")
    bench.add_argument("--json", action="store_true", help="the figures as JSON")
    bench.add_argument("--calibration", action="store_true", help="instead, what ten corrections do (some minutes)")
    bench.add_argument("--distance", action="store_true", help="instead, from how far faces are found")
    bench.add_argument("--pictures", type=Path, metavar="FOLDER",
                       help="for --calibration, face crops in folders by emotion; "
                       "for --distance, pictures of nobody")  # fmt: skip
    bench.add_argument("--owners", type=int, default=60, metavar="N", help="for --calibration, people; 60 unless given")
    bench.set_defaults(do=_bench)

    song_commands.declare_songs(commands.add_parser("songs", help="list, add, move and remove songs"))
    model_commands.declare_model(commands.add_parser("model", help="list, install, receive and go back to models"))

    test = commands.add_parser("test", help="run the project's checks (in a clone of the project)", add_help=False)
    test.add_argument("rest", nargs=argparse.REMAINDER)
    test.set_defaults(do=_test)
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    return load_settings(options.settings)


def _run(options: argparse.Namespace) -> int:
    from appliance.app.main import run, run_as_unit

    if options.unit:
        return run_as_unit()
    changes = {"camera.source": options.camera, "music.songs": options.songs, "music.output": options.output}
    settings = override_with(_settings(options), {key: value for key, value in changes.items() if value is not None})
    return run(settings, keys=options.keys, file=options.settings or default_file())


def _ask(options: argparse.Namespace, request: Request) -> dict[str, Any]:
    return ask(_socket(options), request)


def _socket(options: argparse.Namespace) -> Path:
    return load_or_last_good(options.settings)[0].run_dir / SOCKET  # also of a box with broken settings


def _skip(options: argparse.Namespace) -> None:
    _ask(options, AskSkip())


def _override(options: argparse.Namespace) -> None:
    _ask(options, AskOverride(None if options.emotion == "auto" else Emotion(options.emotion)))


def _power(options: argparse.Namespace) -> None:
    _ask(options, AskPower(options.verb))


def _status(options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(_ask(options, AskStatus()), indent=2))
        return
    status = ask_status(_socket(options))
    mood, vision, player = status.mood, status.vision, status.player
    since = datetime.fromisoformat(mood.since).strftime("%H:%M")
    print(f"mood      {mood.mood} ({mood.confidence:.0%}) since {since}, people {mood.people}")
    print(f"override  {status.override}, policy {status.policy}")
    print(f"playing   {printable(player.title or player.file or player.state)}")
    if player.why:
        print(f"why       {player.emotion}: {player.why}")
    by_button = " by its button" if vision.switch == "off-by-button" else ""
    print(f"camera    {vision.camera}{by_button}: {vision.problem or vision.source}")
    print(f"seeing    {', '.join(face.emotion for face in vision.faces) or 'nobody'}")
    print(f"model     {vision.model}{' (on trial)' if vision.model_on_trial else ''}")
    for problem in status.problems:
        print(f"problem   {problem}")


def _look(options: argparse.Namespace) -> int:
    from appliance.vision.look_at_files import look_at

    failed = 0
    for result in look_at(options.paths, options.aligned, _settings(options)):
        failed += "error" in result
        if options.json:
            print(json.dumps(result), flush=True)
        else:
            faces = (
                f"{face['emotion']} {face['probabilities'][face['emotion']]:.0%}" for face in result.get("faces", ())
            )
            words = result.get("error") or ", ".join(faces) or "no face"
            print(words if words.startswith(result["file"]) else f"{result['file']}: {words}", flush=True)
    return 1 if failed else 0


def _doctor(options: argparse.Namespace) -> int:
    from appliance.doctor.checks import examine_all

    marks = {True: "ok  ", None: "note", False: "BAD "}
    healthy = True
    for finding in examine_all(options.settings):
        print(f"{marks[finding.well]}  {finding.part:<9} {finding.text}", flush=True)
        healthy = healthy and finding.well is not False
    return 0 if healthy else 1


def _bench(options: argparse.Namespace) -> None:
    from appliance.bench import calibration, report

    if options.calibration:
        figures = calibration.measure_calibration(max(1, options.owners), pictures=options.pictures)
        table = calibration.calibration_table
    elif options.distance:
        from appliance.bench import distance

        figures = distance.measure_distance(_settings(options).vision.min_score, pictures=options.pictures)
        table = distance.distance_table
    else:
        figures, table = report.measure_all(_settings(options)), report.figures_table
    print(json.dumps(figures, indent=2) if options.json else table(figures))


def _test(options: argparse.Namespace) -> int:
    root = Path(__file__).resolve().parents[2]
    if not (root / "tools" / "test_suite.py").is_file():
        raise MoodboxError(f"{root} holds no tests; run `./moodbox test` in a clone of the project")
    command = [sys.executable, "-m", "tools.test_suite", *options.rest]
    os.chdir(root)
    os.execv(command[0], command)  # noqa: S606 - a program without a shell is what is wanted
