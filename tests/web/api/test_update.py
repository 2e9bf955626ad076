"""New releases on the page's API."""

from __future__ import annotations

from msgspec.structs import replace

from appliance import __version__
from appliance.domain import commands
from appliance.domain.status import UpdateStatus
from appliance.releases.offer import ReleaseOffer
from appliance.releases.places import FOLDER
from appliance.web.api.status import without_problems
from tests.web.running_page import Browser, RunningPage

OFFER = ReleaseOffer(
    version="9.0.0", notes="- It sings.\n", created="2026-11-29T12:00:00Z", signer="maker", length=12_345_678
)


async def test_without_an_offer_the_version_is_told(running: RunningPage, owner: Browser) -> None:
    answer = (await owner.ask("GET", "/api/update")).json
    assert (answer["version"], answer["notes"], answer["update"]["latest"]) == (__version__, "", None)


async def test_an_offer_is_told_with_its_notes_and_signer(running: RunningPage, owner: Browser) -> None:
    running.offer, running.update = OFFER, UpdateStatus(possible=True, index=True, latest="9.0.0")
    answer = (await owner.ask("GET", "/api/update")).json
    assert (answer["notes"], answer["signer"], answer["megabytes"]) == ("- It sings.\n", "maker", 12.3)
    assert answer["update"]["latest"] == "9.0.0"


async def test_the_index_is_asked_when_somebody_says_so(running: RunningPage, owner: Browser) -> None:
    refused = await owner.ask("POST", "/api/update", {"do": "look"})
    assert (refused.status, "updates.index" in refused.json["error"]) == (409, True)
    running.update = UpdateStatus(possible=True, index=True)
    assert (await owner.ask("POST", "/api/update", {"do": "look"})).status == 202
    assert running.looked_for_releases == [True]


async def test_the_installation_is_asked_of_the_conductor(running: RunningPage, owner: Browser) -> None:
    running.update = UpdateStatus(possible=True, index=True, latest="9.0.0")
    refused = await owner.ask("POST", "/api/update", {"do": "install"})
    assert (refused.status, "only a Moodbox installed for good" in refused.json["error"]) == (409, True)
    (running.settings.run_dir / FOLDER).mkdir(parents=True)
    assert (await owner.ask("POST", "/api/update", {"do": "install"})).status == 202
    assert running.emitted == [commands.InstallRelease("page")]
    running.update = replace(running.update, latest=None)
    assert (await owner.ask("POST", "/api/update", {"do": "install"})).status == 409


async def test_a_guest_hears_nothing_of_updates(running: RunningPage, owner: Browser) -> None:
    running.update = UpdateStatus(possible=True, index=True, problem="example.org has no such file")
    assert without_problems(running.context.status()).update is None
