"""Lists over the API: added by address and by file, read again, looked into, forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.songs import SongTags
from appliance.domain.events import SongsChanged
from tests.lists.services import Answer, Service, serving
from tests.web.running_page import Browser, RunningPage

CSV = "title,artist\nRain,The Drops\nSun,The Drops\n"


def with_rain(running: RunningPage) -> None:
    database = CatalogueDatabase(running.settings.state_dir)
    database.begin_scan()
    database.take_page([SongTags(file="library/rain.flac", title="Rain", artist="The Drops", modified="1")])
    database.end_scan(datetime.now(UTC))
    database.close()
    (running.settings.songs_dir / "happy").mkdir(parents=True)


def offering(service: Service, csv: str = CSV) -> str:
    service.on["/mine.csv"] = Answer(csv)
    return f"{service.url}/mine.csv"


async def test_a_list_is_added_by_its_address_and_tells_what_is_here(running: RunningPage, owner: Browser) -> None:
    with_rain(running)
    with serving() as service:
        asked = {"address": offering(service), "emotion": "happy"}
        answer = await owner.ask("POST", "/api/lists", asked)
        assert (answer.status, answer.json["songs"], answer.json["here"], answer.json["new"]) == (201, 2, 1, 2)
        assert answer.json["again"]
        assert (await owner.ask("POST", "/api/lists", asked)).status == 409
    [shown] = (await owner.ask("GET", "/api/lists")).json["lists"]
    assert (shown["list"], shown["emotion"], shown["problem"]) == ("mine", "happy", None)
    assert any(isinstance(each, SongsChanged) and each.emotion == "happy" for each in running.emitted)
    assert (running.settings.songs_dir / "happy/list-mine.m3u").read_text().splitlines()[-1] == "../library/rain.flac"


async def test_its_songs_are_told_and_those_alone_that_are_missing(running: RunningPage, owner: Browser) -> None:
    with_rain(running)
    assert (await owner.ask("PUT", "/api/lists/mine.csv", data=CSV.encode())).status == 201
    both = (await owner.ask("GET", "/api/lists/mine")).json
    assert [(each["here"], each["new"], each["gone"]) for each in both["songs"]] == [
        ("library/rain.flac", True, False),
        (None, True, False),
    ]
    missing = (await owner.ask("GET", "/api/lists/mine?missing=true")).json
    assert (missing["total"], missing["songs"][0]["text"]) == (1, "The Drops – Sun")
    assert (await owner.ask("GET", "/api/lists/other")).status == 404


async def test_a_file_that_is_sent_again_adds_what_is_new(running: RunningPage, owner: Browser) -> None:
    await owner.ask("PUT", "/api/lists/mine.csv", data=CSV.encode())
    running.clock.advance(60)
    again = await owner.ask("PUT", "/api/lists/mine.csv", data=f"{CSV}Snow,The Drops\n".encode())
    assert (again.json["list"], again.json["songs"], again.json["new"], again.json["again"]) == ("mine", 3, 1, False)
    assert (await owner.ask("POST", "/api/lists/mine/refresh", {})).status == 409


async def test_a_service_that_fails_costs_nothing_that_was_there(running: RunningPage, owner: Browser) -> None:
    with serving() as service:
        await owner.ask("POST", "/api/lists", {"address": offering(service)})
        service.on["/mine.csv"] = Answer("", 404)
        answer = (await owner.ask("POST", "/api/lists/mine/refresh", {})).json
        assert (answer["songs"], "no such list" in answer["problem"]) == (2, True)
        running.clock.advance(60)
        offering(service, f"{CSV}Snow,The Drops\n")
        answer = (await owner.ask("POST", "/api/lists/mine/refresh", {})).json
        assert (answer["songs"], answer["new"], answer["problem"]) == (3, 1, None)


async def test_what_is_no_list_is_refused_in_words(running: RunningPage, owner: Browser) -> None:
    for path in ("/etc/passwd", "holidays.csv"):
        assert (await owner.ask("POST", "/api/lists", {"address": path})).status == 409
    refused = await owner.ask("PUT", "/api/lists/nothing.csv", data=b"\0\1\2")
    assert refused.status == 409
    assert (await owner.ask("PUT", "/api/lists/http%3A%2F%2Fa", data=CSV.encode())).status == 409
    assert (await owner.ask("GET", "/api/lists")).json == {"lists": []}


async def test_a_list_that_is_forgotten_takes_its_playlist_along(running: RunningPage, owner: Browser) -> None:
    with_rain(running)
    await owner.ask("PUT", "/api/lists/mine.csv?emotion=happy", data=CSV.encode())
    assert (running.settings.songs_dir / "happy/list-mine.m3u").exists()
    assert (await owner.ask("DELETE", "/api/lists/mine")).status == 204
    assert not (running.settings.songs_dir / "happy/list-mine.m3u").exists()
    assert (await owner.ask("DELETE", "/api/lists/mine")).status == 404
