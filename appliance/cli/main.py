"""The command line: `moodbox run`, `status`, `skip`, `history`, `doctor` and the rest."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from appliance import __version__
from appliance.cli import backup, history, listen
from appliance.cli import model as model_commands
from appliance.cli import page as page_command
from appliance.cli import songs as song_commands
from appliance.cli.collect import declare_collect
from appliance.cli.commands import Family, SpokenHelp, SpokenParser, add_help, add_settings, socket_of
from appliance.cli.fleet import declare_fleet
from appliance.cli.language import readers_language
from appliance.cli.lists import declare_lists
from appliance.cli.music import declare_music
from appliance.cli.music_map import declare_map
from appliance.cli.output import declare_output
from appliance.cli.quiet import declare_quiet
from appliance.cli.settings import declare_settings
from appliance.cli.status import status_lines
from appliance.cli.update import declare_update
from appliance.control.client import ask, ask_status
from appliance.control.messages import AskOverride, AskPower, AskSkip, AskStatus, Request
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.status import AUTO
from appliance.errors import MoodboxError
from appliance.lib.text import columns_of, padded
from appliance.settings.paths import default_file
from appliance.settings.settings import Settings, load_settings, override_with
from appliance.words.english import mood_word
from appliance.words.languages import Language
from appliance.words.numbers import percent
from appliance.words.retelling import retold
from appliance.words.speaking import speaking, t


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 done, 1 something is wrong (said in words), 2 wrong usage."""
    with contextlib.suppress(AttributeError):  # names of songs may hold what the terminal cannot show
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    with speaking(_helps_in(sys.argv[1:] if arguments is None else arguments)):
        options = _parser().parse_args(arguments)
    # what a box says while it runs goes to logs and to Home Assistant too; its terminal translates for itself
    with speaking("en" if options.do is _run else readers_language(options.settings)):
        return _done(options)


def _helps_in(arguments: Sequence[str]) -> Language:
    """The language of the help: the settings' that are named among the arguments, before those are understood."""
    named = [value for name, value in pairwise([*arguments, ""]) if name == "--settings"]
    named += [each.partition("=")[2] for each in arguments if each.startswith("--settings=")]
    return readers_language(Path(named[-1]) if named else None)


def _done(options: argparse.Namespace) -> int:
    try:
        return int(options.do(options) or 0)
    except MoodboxError as error:
        print(f"moodbox: {retold(str(error))}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # `moodbox look … | head`
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = SpokenParser(
        prog="moodbox",
        description=t("Plays music by the mood on the faces in the room."),
        formatter_class=SpokenHelp,
        add_help=False,
    )
    add_help(parser)
    parser.add_argument("--version", action="version", version=f"moodbox {__version__}", help=t("show the version"))
    add_settings(parser)
    commands = Family(parser)

    run = commands.add(
        "run", t("look, judge and play until Ctrl-C"), "moodbox run", "moodbox run --camera /dev/video0 --keys"
    )
    run.add_argument(
        "--camera", metavar="SOURCE", help=t("a device, picture, film or folder of pictures, as camera.source")
    )
    run.add_argument("--songs", metavar="FOLDER", help=t("the folder of emotion folders, as music.songs"))
    run.add_argument("--output", help=t("where the sound goes, as music.output"))
    run.add_argument("--unit", action="store_true", help=t("as a systemd unit, beside those of vision and MPD"))
    run.add_argument(
        "--keys", action="store_true", help=t("press buttons by keyboard and see the lamp in the terminal")
    )
    run.set_defaults(do=_run)

    status = commands.add(
        "status", t("what the running box sees, decides and plays"), "moodbox status", "moodbox status --json"
    )
    status.add_argument("--json", action="store_true", help=t("everything, as JSON"))
    status.set_defaults(do=_status)

    skip = commands.add("skip", t("play the next track"), "moodbox skip")
    skip.set_defaults(do=_skip)

    override = commands.add(
        "override",
        t("play by this emotion until `auto` returns to the camera"),
        "moodbox override happy",
        "moodbox override auto",
        description=t(
            "Play by an emotion, whatever the camera sees, until `auto` returns to it. EMOTION is one of {moods}.",
            moods=", ".join(EMOTIONS),
        ),
    )
    override.add_argument("emotion", choices=[*map(str, EMOTIONS), AUTO], metavar=f"EMOTION|{AUTO}")
    override.set_defaults(do=_override)

    declare_quiet(commands)
    declare_collect(commands)
    declare_output(commands)
    history.declare_history(commands)
    page_command.declare_page(commands)
    backup.declare_backup(commands)
    declare_settings(commands)
    declare_update(commands)
    declare_fleet(commands)

    power = commands.add("power", t("turn an installed box off, or restart the machine"), "moodbox power off")
    power.add_argument("verb", choices=["off", "restart"])
    power.set_defaults(do=_power)

    look = commands.add(
        "look", t("find and read the faces in pictures"), "moodbox look portrait.jpg", "moodbox look --json pictures/"
    )
    look.add_argument("paths", nargs="+", type=Path, metavar="PICTURE|FOLDER")
    look.add_argument("--aligned", action="store_true", help=t("the pictures are crops of one face each"))
    look.add_argument("--json", action="store_true", help=t("one line of JSON for each file"))
    look.set_defaults(do=_look)

    listen.declare_listen(commands)

    doctor = commands.add(
        "doctor", t("check camera, model, MPD, songs and settings, and say how to mend them"), "moodbox doctor"
    )
    doctor.set_defaults(do=_doctor)

    bench = commands.add(
        "bench", t("measure speed and memory on this machine"), "moodbox bench", "moodbox bench --distance --json"
    )
    bench.add_argument("--json", action="store_true", help=t("the figures as JSON"))
    bench.add_argument("--music", action="store_true", help=t("only choosing, hearing and comparing songs (a minute)"))
    bench.add_argument("--calibration", action="store_true", help=t("instead, what ten corrections do (some minutes)"))
    bench.add_argument("--baseline", action="store_true",
                       help=t("instead, what a household's usual face would do as a prior (some minutes)"))  # fmt: skip
    bench.add_argument("--distance", action="store_true", help=t("instead, from how far faces are found"))
    bench.add_argument("--household", type=Path, metavar="FILE",
                       help=t("instead, what learning a household's faces does, on performers in a zip"))  # fmt: skip
    bench.add_argument(
        "--choose",
        action="store_true",
        help=t("with --household, choose its rules by half of the people and try them on the others"),
    )
    bench.add_argument("--pictures", type=Path, metavar="FOLDER",
                       help=t("for --calibration and --household, face crops in folders by emotion; "
                       "for --distance, pictures of nobody"))  # fmt: skip
    bench.add_argument("--film", type=Path, metavar="FOLDER",
                       help=t("instead, what is read of people who move through light and dark, made of face crops in "
                       "folders by emotion"))  # fmt: skip
    bench.add_argument(
        "--films", type=int, default=70, metavar="N", help=t("for --film, films of each scene; 70 unless given")
    )
    bench.add_argument(
        "--model",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help=t("for --film, .moodmodel bundles instead of the shipped one, side by side"),
    )
    bench.add_argument(
        "--owners",
        type=int,
        default=60,
        metavar="N",
        help=t("for --calibration and --baseline, people; 60 unless given"),
    )
    bench.set_defaults(do=_bench)

    song_commands.declare_songs(commands)
    declare_map(declare_music(commands))
    declare_lists(commands)
    model_commands.declare_model(commands)

    test = commands.add("test", t("run the project's checks (in a clone of the project)"), "./moodbox test --slow")
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
    return ask(socket_of(options), request)


def _skip(options: argparse.Namespace) -> None:
    _ask(options, AskSkip())
    print(t("On to the next track."))


def _override(options: argparse.Namespace) -> None:
    if options.emotion == AUTO:
        _ask(options, AskOverride(None))
        print(t("The camera decides what plays."))
    else:
        _ask(options, AskOverride(Emotion(options.emotion)))
        print(t("Playing by {mood} until: moodbox override auto", mood=mood_word(options.emotion)))


def _power(options: argparse.Namespace) -> None:
    _ask(options, AskPower(options.verb))
    print(t("The machine turns itself off.") if options.verb == "off" else t("The machine restarts."))


def _status(options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(_ask(options, AskStatus()), indent=2))
        return
    for line in status_lines(ask_status(socket_of(options))):
        print(line)


def _look(options: argparse.Namespace) -> int:
    from appliance.vision.look_at_files import look_at

    failed = 0
    for result in look_at(options.paths, options.aligned, _settings(options)):
        failed += "error" in result
        if options.json:
            print(json.dumps(result), flush=True)
        else:
            faces = (
                f"{mood_word(face['emotion'])} {percent(face['probabilities'][face['emotion']])}"
                for face in result.get("faces", ())
            )
            words = result.get("error") or ", ".join(faces) or t("no face")
            print(words if words.startswith(result["file"]) else f"{result['file']}: {words}", flush=True)
    return 1 if failed else 0


def _doctor(options: argparse.Namespace) -> int:
    from appliance.doctor.checks import examine_all

    marks = {True: t("ok"), None: t("note"), False: t("BAD")}
    wide = max(map(columns_of, marks.values()))
    healthy = True
    for finding in examine_all(options.settings):
        print(f"{padded(marks[finding.well], wide)}  {finding.part:<9} {retold(finding.text)}", flush=True)
        healthy = healthy and finding.well is not False
    return 0 if healthy else 1


def _bench(options: argparse.Namespace) -> None:
    from appliance.bench import calibration, report

    if options.calibration:
        figures = calibration.measure_calibration(max(1, options.owners), pictures=options.pictures)
        table = calibration.calibration_table
    elif options.baseline:
        from appliance.bench import baseline

        figures = baseline.measure_baseline(max(1, options.owners))
        table = baseline.baseline_table
    elif options.household and options.choose:
        from appliance.bench import household_choice

        if options.pictures is None:
            raise MoodboxError(t("--choose needs --pictures too: strangers must lose little"))
        figures = household_choice.choose_rules(options.household, options.pictures)
        table = household_choice.choice_table
    elif options.household:
        from appliance.bench import household

        figures = household.measure_household(options.household, options.pictures)
        table = household.household_table
    elif options.distance:
        from appliance.bench import distance

        figures = distance.measure_distance(_settings(options).vision.min_score, pictures=options.pictures)
        table = distance.distance_table
    elif options.film:
        from appliance.bench import film

        films = film.measure_film(options.film, max(1, options.films), options.model)
        print(json.dumps(films if films[1:] else films[0], indent=2) if options.json else film.film_tables(films))
        return
    elif options.music:
        figures, table = report.measure_for_music(), report.figures_table
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
