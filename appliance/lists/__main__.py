"""Reads the lists that are due again, beside the running box: python -m appliance.lists --settings FILE --at MOMENT.

It prints a JSON line for each list that has new songs, cannot be read or plays other songs than before.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

import msgspec

from appliance.lists.known_songs import known_songs
from appliance.lists.matching import Matcher
from appliance.lists.refresh import Refreshed, refresh_list, rewrite_playlists
from appliance.lists.schedule import due_lists
from appliance.lists.sources import sources_of
from appliance.lists.store import ListStore, is_address
from appliance.lists.weekly import ListNews
from appliance.settings.settings import load_settings


def main() -> None:
    """Read what is due, then write the playlists that other songs of the box change."""
    parser = argparse.ArgumentParser(prog="python -m appliance.lists", description=__doc__)
    parser.add_argument("--settings", type=Path, required=True, metavar="FILE")
    parser.add_argument("--at", type=datetime.fromisoformat, required=True, metavar="MOMENT", help="now, with its zone")
    options = parser.parse_args()
    settings = load_settings(options.settings)
    os.nice(10)
    store, songs, now = ListStore(settings.lists_dir), settings.songs_dir, options.at
    lists = store.all()
    known = list(known_songs(settings)) if lists else []
    matcher, sources, done = Matcher(known), sources_of(settings), set[str]()
    for kept in due_lists(lists, now, settings.lists.day):
        # a file that was read once by the owner's hand, from where the box itself may not look, stays as it is
        if is_address(kept.source) or Path(kept.source).exists():
            _tell(refresh_list(store, kept, sources.read, matcher, songs, now))
            done.add(kept.key)
    for kept in rewrite_playlists([each for each in lists if each.key not in done], known, songs):
        _tell(Refreshed(kept, changed=True))


def _tell(refreshed: Refreshed) -> None:
    kept = refreshed.kept
    news = ListNews(
        name=kept.name,
        new=len(refreshed.new),
        here=refreshed.here,
        problem=kept.problem,
        changed=kept.emotion if refreshed.changed else None,
    )
    sys.stdout.buffer.write(msgspec.json.encode(news) + b"\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
