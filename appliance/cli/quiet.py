"""`moodbox quiet` and `moodbox sleep`: silence now, an end to it, and silence after some minutes."""

from __future__ import annotations

import argparse

from appliance.cli.commands import Family, socket_of
from appliance.control.client import ask, ask_status
from appliance.control.messages import AskQuiet, AskSleep
from appliance.domain.quiet_hours import SLEEP_MINUTES
from appliance.domain.status import QuietStatus
from appliance.lib.text import time_of_day
from appliance.words.speaking import t, tn

OFF = "off"


def declare_quiet(commands: Family) -> None:
    """Add `moodbox quiet` and `moodbox sleep`."""
    quiet = commands.add(
        "quiet",
        t("close the camera and pause the music until the morning, or end that"),
        "moodbox quiet",
        "moodbox quiet on",
        "moodbox quiet off",
        description=t(
            "Say whether the box keeps quiet, begin it, or interrupt it for an hour. Quiet hours that come by "
            "themselves stand in the settings (quiet.hours)."
        ),
    )
    quiet.add_argument("switch", nargs="?", choices=["on", OFF], metavar=f"on|{OFF}")
    quiet.set_defaults(do=_quiet)
    sleep = commands.add(
        "sleep",
        t("let the music end in some minutes"),
        "moodbox sleep 30",
        "moodbox sleep off",
        description=t(
            "Set the sleep timer, 1 to {most} minutes, or stop it. The music grows softer, pauses, and goes on when "
            "the quiet hours end, or after eight hours.",
            most=SLEEP_MINUTES,
        ),
    )
    sleep.add_argument("minutes", type=_minutes, metavar=f"MINUTES|{OFF}")
    sleep.set_defaults(do=_sleep)


def quiet_words(quiet: QuietStatus) -> str:
    """How quiet it is: `until 07:00`, `in 12 minutes`, or `no`."""
    if quiet.active:
        return t("until {time}", time=time_of_day(quiet.until)) if quiet.until else t("yes")
    if quiet.sleep_minutes is None:
        return t("no")
    return tn("in {count} minute", "in {count} minutes", quiet.sleep_minutes)


def _minutes(text: str) -> int | None:
    if text == OFF:
        return None
    minutes = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= minutes <= SLEEP_MINUTES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes from 1 to {SLEEP_MINUTES}, nor `{OFF}`")
    return minutes


def _quiet(options: argparse.Namespace) -> None:
    if options.switch is None:
        print(f"{t('quiet')}     {quiet_words(ask_status(socket_of(options)).quiet)}")
        return
    ask(socket_of(options), AskQuiet(options.switch == "on"))
    began, over = t("Quiet from now on. It ends by: moodbox quiet off"), t("The quiet is over.")
    print(began if options.switch == "on" else over)


def _sleep(options: argparse.Namespace) -> None:
    minutes: int | None = options.minutes
    ask(socket_of(options), AskSleep(minutes))
    if minutes is None:
        print(t("The sleep timer is off."))
    else:
        print(tn("The music ends in {count} minute.", "The music ends in {count} minutes.", minutes))
