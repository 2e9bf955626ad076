"""`moodbox lists`: lists of songs from files and services, read again every week."""

from __future__ import annotations

import argparse

from appliance.cli.commands import Family
from appliance.domain.emotions import EMOTIONS
from appliance.words.speaking import t


def declare_lists(commands: Family) -> None:
    """Add `moodbox lists` and its commands."""
    lists = commands.add(
        "lists",
        t("lists of songs from files and services, read again every week"),
        "moodbox lists",
        "moodbox lists add --for happy holidays.csv",
        "moodbox lists add https://listenbrainz.org/user/NAME/recommendations",
        description=t(
            "Show the lists, or add, refresh and remove them. A list names songs; those that are on this box "
            "are found by MusicBrainz id, ISRC, or artist, title and length. What a list has named once stays on it."
        ),
    )
    lists.add_argument("--json", action="store_true", help=t("everything, as JSON"))
    lists.set_defaults(do=_do, action="all")
    family = Family(lists, required=False)
    show = family.add("show", t("a list's songs, and which are on this box"), "moodbox lists show holidays")
    show.add_argument("list", metavar="LIST")
    show.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=t("as JSON"))
    show.set_defaults(do=_do, action="show")
    add = family.add(
        "add",
        t("add a list and read it"),
        "moodbox lists add holidays.csv",
        "moodbox lists add --for sad https://open.spotify.com/playlist/…",
        description=t(
            "Add a list and read it: a file (CSV of Exportify or with columns `title` and `artist`, M3U, XSPF, "
            "JSPF), its address, a playlist of ListenBrainz, what ListenBrainz makes for a listener every week, or a "
            "playlist of your own at Spotify."
        ),
    )
    add.add_argument("source", metavar="FILE|URL")
    add.add_argument(
        "--for", dest="emotion", choices=EMOTIONS, metavar="EMOTION", help=t("its songs play for this mood")
    )
    add.add_argument("--name", help=t("what to call it; else what it calls itself"))
    add.set_defaults(do=_do, action="add")
    refresh = family.add(
        "refresh", t("read lists again now"), "moodbox lists refresh", "moodbox lists refresh holidays"
    )
    refresh.add_argument("lists", nargs="*", metavar="LIST")
    refresh.set_defaults(do=_do, action="refresh")
    remove = family.add("remove", t("forget a list; no song is deleted"), "moodbox lists remove holidays")
    remove.add_argument("list", metavar="LIST")
    remove.set_defaults(do=_do, action="remove")
    sign_in = family.add(
        "sign-in", t("let the box read your lists at a service"), "moodbox lists sign-in spotify",
        description=t("Let the box read your private lists at a service. What it gives is asked for at the terminal."),
    )  # fmt: skip
    sign_in.add_argument("service", choices=("spotify", "listenbrainz"))
    sign_in.set_defaults(do=_do, action="sign_in")


def _do(options: argparse.Namespace) -> int:
    from appliance.cli import list_commands  # takes libraries of HTTP with it, which no other command needs

    return list_commands.ACTIONS[options.action](options)
