"""The songs by their tags, over the API."""

from datetime import UTC, datetime

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.songs import SongTags
from tests.web.running_page import Browser, RunningPage


async def test_songs_are_searched_sorted_and_sent_by_pages(running: RunningPage, owner: Browser) -> None:
    assert (await owner.ask("GET", "/api/library")).json == {"total": 0, "songs": []}
    database = CatalogueDatabase(running.settings.state_dir)
    database.begin_scan()
    database.take_page([SongTags(file=f"happy/{n}.flac", title=f"Song {n}", artist="A", modified="1") for n in "uvw"])
    database.end_scan(datetime.now(UTC))
    database.close()
    page = (await owner.ask("GET", "/api/library?offset=1&limit=1")).json
    assert page["total"] == 3
    assert page["songs"] == [
        {
            "file": "happy/v.flac",
            "title": "Song v",
            "artist": "A",
            "album": "",
            "duration": None,
            "mood": "happy",
            "plays": "happy",
            "suggested": False,
        }
    ]
    assert (await owner.ask("GET", "/api/library?search=song%20w&mood=happy")).json["total"] == 1
    assert (await owner.ask("GET", "/api/library?mood=sad")).json["total"] == 0
    assert (await owner.ask("GET", "/api/library?order=loudness")).status == 400
