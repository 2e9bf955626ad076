"""`moodbox history`, `moodbox correct` and `moodbox calibration`."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from appliance.catalogue.lessons import erase_lessons
from appliance.cli.commands import Family
from appliance.control.client import ask
from appliance.control.messages import (
    SOCKET,
    AskCalibration,
    AskCorrect,
    AskDislike,
    AskErase,
    AskForget,
    AskForgetSongs,
    AskForgive,
    NotRunning,
    Request,
)
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.errors import MoodboxError
from appliance.history.erase import wipe
from appliance.history.export import FORMATS, pieces
from appliance.history.in_ram import folder_in_use
from appliance.history.periods import PERIODS, midnight, period_bounds, today
from appliance.history.reading import between
from appliance.household import kept
from appliance.lib.text import padded
from appliance.settings.last_good import load_or_last_good
from appliance.settings.settings import Settings
from appliance.words.dates import weekday_name, weekday_word
from appliance.words.english import mood_word
from appliance.words.numbers import listed
from appliance.words.speaking import t, tn


def declare_history(commands: Family) -> None:
    """Add the three commands."""
    history = commands.add(
        "history",
        t("what the mood was and what played, by day, week or month"),
        "moodbox history week --date 2026-03-01",
        "moodbox history export --format json >history.json",
        "moodbox history erase",
    )
    history.add_argument("what", nargs="?", choices=[*PERIODS, "export", "erase"], default="day", metavar="WHAT",
                         help=t("day (the default), week, month, export or erase"))  # fmt: skip
    history.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help=t("a day in it; today unless given"))
    history.add_argument("--json", action="store_true", help=t("as JSON"))
    history.add_argument("--format", choices=FORMATS, default="csv", help=t("of the export; csv unless given"))
    history.add_argument("--yes", action="store_true", help=t("erase without asking"))
    history.set_defaults(do=_history)

    correct = commands.add(
        "correct",
        t("say what the mood really is, or that the song does not fit"),
        "moodbox correct neutral",
        "moodbox correct song",
    )
    correct.add_argument("mood", choices=[*map(str, EMOTIONS), "song"], metavar="EMOTION|song")
    correct.set_defaults(do=_correct)

    calibration = commands.add(
        "calibration",
        t("what your corrections have taught; take them back"),
        "moodbox calibration",
        "moodbox calibration forget 1719230400000",
        "moodbox calibration forget happy/song.flac",
        "moodbox calibration forget songs",
    )
    calibration.add_argument("what", nargs="?", choices=["show", "export", "forget"], default="show", metavar="WHAT",
                             help=t("show (the default), export or forget"))  # fmt: skip
    calibration.add_argument("one", nargs="?", help=t("forget this correction alone, by its number, what is held "
                             "against this song, such as happy/song.flac, or all about songs: songs"))  # fmt: skip
    calibration.set_defaults(do=_calibration)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; give one as 2026-03-01") from error


def _settings(options: argparse.Namespace) -> Settings:
    return load_or_last_good(options.settings)[0]


def _ask(options: argparse.Namespace, request: Request) -> dict[str, Any]:
    return ask(_settings(options).run_dir / SOCKET, request)


def _history(options: argparse.Namespace) -> None:
    settings = _settings(options)
    if options.what == "erase":
        _erase(options, settings)
        return
    folder = _place(settings)
    if options.what == "export":
        for piece in pieces(folder, options.format):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    now = datetime.now(UTC)
    start, end = period_bounds(options.what, options.date or today(now))
    if options.json:
        print(json.dumps(between(folder, start, end, now), indent=1, ensure_ascii=False))
        return
    if options.what == "day":
        found = between(folder, start, end, now)
        lines = [
            f"{weekday_name(start.astimezone())} {start.astimezone():%Y-%m-%d}",
            *(f"  {line}" for line in _lines(found)),
        ]
    else:
        lines = list(_days(folder, start, end, now))
    print("\n".join(lines))


def _place(settings: Settings) -> Path:
    """Where the history is now."""
    return folder_in_use(settings.state_dir, settings.run_dir, settings.paths.history_in_ram)


def _erase(options: argparse.Namespace, settings: Settings) -> None:
    if not options.yes:
        told = t("This erases all moods, songs played, corrections and what they taught. Type yes to go on: ")
        print(told, end="", flush=True)
        if sys.stdin.readline().strip().lower() != "yes":
            raise MoodboxError("nothing was erased")
    try:
        _ask(options, AskErase())
    except NotRunning:
        with at_rest(settings.run_dir):
            for folder in {settings.state_dir, settings.run_dir}:
                wipe(folder)
            erase_lessons(settings.state_dir)
            kept.erase_kept(settings.state_dir)
    print(t("The history is erased."))


@contextlib.contextmanager
def at_rest(run_dir: Path) -> Iterator[None]:
    """Keep a box from starting. Raises MoodboxError if one runs, though it does not answer."""
    try:
        lock = (run_dir / "lock").open("a")
    except FileNotFoundError:  # none has ever run here
        yield
        return
    except OSError as error:
        raise MoodboxError(f"{error.filename}: {error.strerror}; run this as its owner, or with sudo") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise MoodboxError(f"a Moodbox runs in {run_dir} but does not answer you; try sudo, or stop it") from error
        yield


def _lines(found: dict[str, Any]) -> Iterator[str]:
    """A day as lines, in the order of time."""
    lines: list[tuple[datetime, str]] = []
    for mood in found["moods"]:
        at, until = datetime.fromisoformat(mood["at"]), datetime.fromisoformat(mood["until"])
        words = padded(mood_word(mood["mood"]), 9)
        if mood["mood"] in EMOTIONS:
            words += f"{mood['confidence']:4.0%}"
        if mood["people"]:
            words += f"  {tn('{count} person', '{count} people', mood['people'])}"
        lines.append((at, f"{at:%H:%M}–{until:%H:%M}  {words.rstrip()}"))
    for play in found["plays"]:
        skipped = "" if play["heard"] is None else f"  ({t('skipped after {share}', share=_share(play['heard']))})"
        lines.append((datetime.fromisoformat(play["at"]), f"{play['at'][11:16]}        ♪ {play['file']}{skipped}"))
    for each in found["corrections"]:
        at = datetime.fromisoformat(each["at"])
        named = {"mood": mood_word(each["mood"]), "was": mood_word(each["was"]), "number": each["id"]}
        lines.append((at, f"{at:%H:%M}        {t('you: {mood}, not {was} (correction {number})', **named)}"))
    return iter([line for _, line in sorted(lines)] or [t("nothing is remembered")])


def _days(folder: Path, start: datetime, end: datetime, now: datetime) -> Iterator[str]:
    """A longer time as a line for each of its days."""
    day, last = start.astimezone().date(), end.astimezone().date()
    while day < last:
        after = day + timedelta(days=1)
        found = between(folder, midnight(day), midnight(after), now)
        hours: Counter[str] = Counter()
        for mood in found["moods"]:
            length = datetime.fromisoformat(mood["until"]) - datetime.fromisoformat(mood["at"])
            hours[mood["mood"]] += round(length.total_seconds())
        words = [f"{mood_word(mood)} {_length(seconds)}" for mood, seconds in hours.most_common() if seconds >= 60]
        if songs := len(found["plays"]):
            words.append(tn("{count} song", "{count} songs", songs))
        if corrections := len(found["corrections"]):
            words.append(tn("{count} correction", "{count} corrections", corrections))
        yield f"{weekday_word(day)} {day:%Y-%m-%d}  {listed(words) or '–'}"
        day = after


def _share(part: float) -> str:
    return f"{part:.0%}"


def _length(seconds: int) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours:
        return t("{hours} h {minutes} min", hours=hours, minutes=f"{minutes:02}")
    return t("{count} min", count=minutes)


def _correct(options: argparse.Namespace) -> None:
    if options.mood == "song":
        told = _ask(options, AskDislike())
        named = {"song": told["file"], "mood": mood_word(told["emotion"])}
        print(t("{song} will seldom play for {mood} from now on.", **named))
    else:
        told = _ask(options, AskCorrect(Emotion(options.mood)))
        named = {"mood": mood_word(told["mood"]), "was": mood_word(told["was"]), "number": told["id"]}
        print(
            t("The mood is {mood}; it was taken for {was}. Take it back: moodbox calibration forget {number}", **named)
        )


def _row(name: str, words: str) -> str:
    return f"{padded(name, 11)}  {words}"


def _lesson(kind: str) -> str:
    words = {
        "placed": t("placed"),
        "moved": t("moved"),
        "misfit": t("misfit"),
        "skipped": t("skipped"),
        "heard": t("heard out"),
    }
    return words.get(kind, kind)


def _forget(options: argparse.Namespace) -> str:
    """Take back one thing or all corrections; what was done, in words."""
    one: str | None = options.one
    if one is None:
        _ask(options, AskForget())
        return t("All corrections are forgotten.")
    if one == "songs":
        _ask(options, AskForgetSongs())
        return t("All that was taught of where songs lie is forgotten.")
    if re.fullmatch("[0-9]{1,16}", one):
        _ask(options, AskForget(int(one)))
        return t("The correction is taken back.")
    _ask(options, AskForgive(one))
    return t("Nothing is held against {song} any more.", song=one)


def _calibration(options: argparse.Namespace) -> None:
    if options.what == "forget":
        print(_forget(options))
        return
    taught = _ask(options, AskCalibration())
    if options.what == "export":
        print(json.dumps(taught, indent=1))
        return
    corrections = taught["corrections"]
    shifts = [f"{mood_word(mood)} {shift:+.2f}" for mood, shift in taught["shift"].items() if abs(shift) >= 0.005]
    print(_row(t("strength"), t("{share} of the most that it may do", share=_share(taught["strength"]))))
    print(_row(t("shift"), listed(shifts) or t("none")))
    print(_row(t("corrections"), str(len(corrections))))
    for each in corrections:
        at = datetime.fromisoformat(each["at"]).astimezone()
        words = t("{mood}, not {was}", mood=mood_word(each["mood"]), was=mood_word(each["was"]))
        print(f"  {each['id']:>16}  {at:%Y-%m-%d %H:%M}  {words}")
    for lesson in taught["songs"]:
        at = datetime.fromisoformat(lesson["at"]).astimezone()
        mood, place = lesson["emotion"], f"{lesson['valence']:+.2f} {lesson['arousal']:+.2f}"
        kind, where = _lesson(lesson["kind"]), mood_word(mood) if mood else place
        print(_row(t("song"), f"{lesson['id']}  {at:%Y-%m-%d %H:%M}  {kind} {where}: {lesson['file']}"))
    for song in taught["dislikes"]:
        about = t("for {mood}: {song}", mood=mood_word(song["emotion"]), song=song["file"])
        print(_row(t("disliked"), f"{song['dislike']:4.0%}  {about}"))
