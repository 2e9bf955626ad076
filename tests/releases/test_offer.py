import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from appliance import __version__
from appliance.releases import server
from appliance.releases.index import LARGEST_INDEX
from appliance.releases.offer import OFFER, ReleaseOffer, check_index, read_offer, write_offer
from appliance.releases.places import UpdatePlaces, target_of_this_box
from appliance.releases.server import ReleaseServer
from tests.damage import each_value_changed, every_damage
from tests.releases.loopback import Loopback
from tests.releases.made import release, trusted

NOW, LATER = "2026-11-29T12:00:00Z", "2026-11-30T12:00:00Z"


def publish(web: Loopback, *versions: str, file: bytes | None = None) -> str:
    """Have these versions in the index; its address."""
    listed = [{"version": version, "file": f"moodbox-{version}.release"} for version in versions]
    web.files["/index.json"] = json.dumps({"moodbox_releases": 1, "releases": listed}).encode()
    for version in versions:
        web.files[f"/moodbox-{version}.release"] = file or release(version)
    return f"{web.url}/index.json"


def asked(url: str, places: UpdatePlaces, before: ReleaseOffer | None = None, now: str = NOW) -> ReleaseOffer:
    return check_index(before or ReleaseOffer(index=url), ReleaseServer(), places, target_of_this_box(), now)


def test_what_is_offered_has_been_signed(tmp_path: Path, web: Loopback) -> None:
    url = publish(web, "9.0.0", "0.0.1")
    offer = asked(url, trusted(tmp_path))
    assert (offer.version, offer.signer, offer.notes, offer.problem) == ("9.0.0", "maker", "- It sings.\n", "")
    assert offer.url == f"{web.url}/moodbox-9.0.0.release"
    assert offer.length == len(release("9.0.0"))
    assert offer.newer_than(__version__)
    assert not offer.newer_than("9.0.0")


def test_an_index_that_has_not_changed_is_not_sent_again(tmp_path: Path, web: Loopback) -> None:
    url, places = publish(web, "9.0.0"), trusted(tmp_path)
    first = asked(url, places)
    web.asked.clear()
    second = asked(url, places, first, LATER)
    assert [path for path, _ in web.asked] == ["/index.json"]
    assert (second.version, second.checked) == ("9.0.0", LATER)


def test_an_index_that_takes_its_offer_back_offers_nothing(tmp_path: Path, web: Loopback) -> None:
    url, places = publish(web, "9.0.0"), trusted(tmp_path)
    first = asked(url, places)
    publish(web, "0.0.1")
    assert asked(url, places, first, LATER).version == ""


def test_a_version_that_the_box_has_had_is_no_offer(tmp_path: Path, web: Loopback) -> None:
    places = trusted(tmp_path)
    places.newest.write_text("9.0.0\n")
    assert asked(publish(web, "8.9.9", "9.0.0"), places).version == ""


def large(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b" " * (LARGEST_INDEX + 1))


def elsewhere(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://192.0.2.1/index.json")
    handler.end_headers()


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (large, "an index has fewer"),
        (elsewhere, "is not followed"),
        (lambda handler: handler.send_error(404), "has no such file"),
        (lambda handler: handler.send_error(500), "HTTP 500"),
        (lambda handler: handler.connection.close(), "cannot be reached"),
    ],
)
def test_a_hostile_index_is_refused_in_words_and_the_offer_stays(
    tmp_path: Path, web: Loopback, deed: Callable[[BaseHTTPRequestHandler], None], words: str
) -> None:
    url, places = publish(web, "9.0.0"), trusted(tmp_path)
    first = asked(url, places)
    web.deeds["/index.json"] = deed
    second = asked(url, places, first, LATER)
    assert words in second.problem
    assert (second.version, second.checked, second.etag) == ("9.0.0", LATER, "")
    web.deeds.clear()
    assert asked(url, places, second, LATER).problem == ""


def test_an_index_that_names_anothers_release_offers_nothing(tmp_path: Path, web: Loopback) -> None:
    offer = asked(publish(web, "9.0.1", file=release("9.0.0")), trusted(tmp_path))
    assert (offer.version, "says 9.0.1, and the file is of 9.0.0" in offer.problem) == ("", True)


def test_a_release_for_other_machines_is_no_offer(tmp_path: Path, web: Loopback) -> None:
    other = release("9.0.0", targets={"py399-abacus": ("a-1-py3-none-any.whl",)})
    offer = asked(publish(web, "9.0.0", file=other), trusted(tmp_path))
    assert (offer.version, "has packages for py399-abacus" in offer.problem) == ("", True)


def test_an_unsigned_release_is_no_offer(tmp_path: Path, web: Loopback) -> None:
    offer = asked(publish(web, "9.0.0", file=b"MZ" * 500), trusted(tmp_path))
    assert (offer.version, "not a release of Moodbox" in offer.problem) == ("", True)


def test_an_index_that_drips_is_given_up(tmp_path: Path, web: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(0, 10**6, int(server.INDEX_SECONDS) + 1))
    url = publish(web, "9.0.0")
    slow = ReleaseServer(lambda: float(next(moments)))
    offer = check_index(ReleaseOffer(index=url), slow, trusted(tmp_path), target_of_this_box(), NOW)
    assert "is too slow" in offer.problem


def test_what_was_offered_is_kept_for_its_index_alone(tmp_path: Path) -> None:
    kept = ReleaseOffer(index="https://a/", checked=NOW, version="9.0.0", url="https://a/x")
    write_offer(tmp_path / "update", kept)
    assert read_offer(tmp_path / "update", "https://a/") == kept
    assert read_offer(tmp_path / "update", "https://b/") == ReleaseOffer(index="https://b/")
    (tmp_path / "update" / "offer.json").write_bytes(b"{")
    assert read_offer(tmp_path / "update", "https://a/") == ReleaseOffer(index="https://a/")


def test_no_damage_of_what_is_kept_of_an_offer_stops_anything(tmp_path: Path) -> None:
    kept = ReleaseOffer(index="https://a/", checked=NOW, version="9.0.0", url="https://a/x", length=5)
    write_offer(tmp_path, kept)
    file = tmp_path / OFFER
    data = file.read_bytes()
    for content in (*every_damage(data, 200), *each_value_changed(data)):
        file.write_bytes(content)
        assert read_offer(tmp_path, "https://a/").newer_than(__version__) in {True, False}
