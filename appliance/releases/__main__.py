"""Asks the index, or fetches a release, beside the running box: python -m appliance.releases check|fetch … FOLDER.

It prints a JSON line for every bit that has come, and one for what came of it.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from appliance.errors import MoodboxError
from appliance.lib.clock import utc
from appliance.releases.fetching import ReleaseFolder, Told, check_for_this_box
from appliance.releases.news import FetchNews
from appliance.releases.offer import check_index, read_offer, write_offer
from appliance.releases.places import UpdatePlaces, target_of_this_box
from appliance.releases.server import ReleaseServer

_STEPS = 200  # lines at most that tell of bytes


def main() -> None:
    """Do one thing, and tell what came of it."""
    parser = argparse.ArgumentParser(prog="python -m appliance.releases", description=__doc__)
    parser.add_argument("do", choices=["check", "fetch"])
    parser.add_argument("url", help="of the index, or of the release")
    parser.add_argument("folder", type=Path, help="the box's update folder")
    parser.add_argument("--opt", type=Path, default=UpdatePlaces().opt, help="where releases are installed")
    parser.add_argument("--answers", type=Path, default=UpdatePlaces().answers, help="where root answers")
    options = parser.parse_args()
    places = UpdatePlaces(options.opt, options.answers)
    try:
        if options.do == "check":
            now = utc(datetime.now(UTC))
            offer = check_index(
                read_offer(options.folder, options.url), ReleaseServer(), places, target_of_this_box(), now
            )
            write_offer(options.folder, offer)
            _tell(FetchNews(problem=offer.problem))
        else:
            folder = ReleaseFolder(options.folder, places, lambda head: check_for_this_box(head, places), _told())
            _tell(FetchNews(file=folder.fetch(options.url, ReleaseServer()).name))
    except (MoodboxError, OSError) as error:
        _tell(FetchNews(problem=str(error)))


def _told() -> Told:
    last = -1

    def told(done: int, of: int) -> None:
        nonlocal last
        if (step := _STEPS * done // of) != last:
            last = step
            _tell(FetchNews(done=done, of=of))

    return told


def _tell(news: FetchNews) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(news) + b"\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
