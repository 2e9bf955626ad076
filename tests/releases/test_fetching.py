import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from appliance.releases import fetching, server
from appliance.releases.container import ReleaseHead
from appliance.releases.errors import NotOffered, NotPossible, ReleaseError
from appliance.releases.fetching import TRIES, ReleaseFolder
from appliance.releases.server import ReleaseServer
from tests.releases.loopback import Loopback
from tests.releases.made import release, trusted

NAME = "moodbox-9.0.0.release"


class Box:
    """The update folder of a box, and what was heard of it."""

    def __init__(self, folder: Path) -> None:
        self.places = trusted(folder)
        self.folder = folder / "update"
        self.told: list[tuple[int, int]] = []
        self.slept: list[float] = []

    def fetch(self, url: str, allow: Callable[[ReleaseHead], None] = lambda _: None) -> Path:
        told = lambda done, of: self.told.append((done, of))  # noqa: E731
        return ReleaseFolder(self.folder, self.places, allow, told, self.slept.append).fetch(url, ReleaseServer())

    @property
    def part(self) -> Path:
        (found,) = self.folder.glob("*.part")
        return found


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_a_release_is_fetched_whole(box: Box, web: Loopback) -> None:
    web.files["/x"] = data = release()
    file = box.fetch(f"{web.url}/x")
    assert (file.name, file.read_bytes()) == (NAME, data)
    assert box.told[-1] == (len(data), len(data))
    assert {each.name for each in box.folder.iterdir()} == {NAME, "lock"}


def test_what_is_there_already_is_not_fetched_again(box: Box, web: Loopback) -> None:
    web.files["/x"] = release()
    box.fetch(f"{web.url}/x")
    box.told.clear()
    box.fetch(f"{web.url}/x")
    assert box.told == []


def test_a_download_that_breaks_off_goes_on_where_it_was(box: Box, web: Loopback) -> None:
    web.files["/x"] = data = release()
    web.breaks_after = 40_000
    assert box.fetch(f"{web.url}/x").read_bytes() == data
    ranges = [headers["Range"] for _, headers in web.asked if "Range" in headers]
    assert ranges[0] == "bytes=40000-"
    assert len(ranges) == len(data) // 40_000


def test_a_server_without_ranges_sends_it_all_again(box: Box, web: Loopback) -> None:
    web.files["/x"] = data = release()
    web.breaks_after = 40_000
    web.ranges = False
    with pytest.raises(NotOffered, match="broke off"):
        box.fetch(f"{web.url}/x")
    web.breaks_after = None
    assert box.fetch(f"{web.url}/x").read_bytes() == data


def test_the_next_try_goes_on_with_what_the_last_one_left(box: Box, web: Loopback) -> None:
    web.files["/x"] = data = release()
    head = len(data) - 30_000
    web.deeds["/x"] = lambda handler: broken_after(handler, data, head)
    with pytest.raises(NotOffered):
        box.fetch(f"{web.url}/x")
    assert box.part.read_bytes() == data[:head]
    web.deeds.clear()
    web.asked.clear()
    assert box.fetch(f"{web.url}/x").read_bytes() == data
    assert web.asked[-1][1]["Range"] == f"bytes={head}-"


def broken_after(handler: BaseHTTPRequestHandler, data: bytes, length: int) -> None:
    """The beginning for who asks from the first byte, nothing for who asks for more."""
    if handler.headers.get("Range"):
        handler.send_error(500)
        return
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data[:length])
    handler.wfile.flush()
    handler.connection.close()


def test_a_damaged_download_is_thrown_away_and_fetched_afresh(box: Box, web: Loopback) -> None:
    data = release()
    web.files["/x"] = data[:-9] + b"?" + data[-8:]
    with pytest.raises(ReleaseError, match="was altered"):
        box.fetch(f"{web.url}/x")
    assert list(box.folder.glob("*.part")) == []
    web.files["/x"] = data
    assert box.fetch(f"{web.url}/x").read_bytes() == data


def test_another_release_at_the_same_address_takes_nothing_of_the_first(box: Box, web: Loopback) -> None:
    first, second = release("9.0.0"), release("9.0.1")
    web.deeds["/x"] = lambda handler: broken_after(handler, first, len(first) - 10)
    with pytest.raises(NotOffered):
        box.fetch(f"{web.url}/x")
    web.deeds.clear()
    web.files["/x"] = second
    assert box.fetch(f"{web.url}/x").read_bytes() == second
    assert list(box.folder.glob("*.part")) == []


def test_a_strangers_release_is_refused_before_much_of_it_has_come(box: Box, web: Loopback) -> None:
    sent = 0

    def endless(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        data = release(signed=lambda _: b"-----BEGIN SSH SIGNATURE-----\nnone\n-----END SSH SIGNATURE-----\n")
        while True:
            handler.wfile.write(data)
            sent += len(data)

    web.deeds["/x"] = endless
    with pytest.raises(ReleaseError, match="no signature by a signer"):
        box.fetch(f"{web.url}/x")
    assert sent < 20_000_000
    assert box.told == []


def test_what_is_not_allowed_is_refused_before_it_is_fetched(box: Box, web: Loopback) -> None:
    web.files["/x"] = release()

    def never(head: ReleaseHead) -> None:
        raise ReleaseError(f"not {head.manifest.version}")

    with pytest.raises(ReleaseError, match=r"not 9\.0\.0"):
        box.fetch(f"{web.url}/x", never)
    assert box.told == []


def test_a_server_that_sends_more_than_the_release_is_refused(box: Box, web: Loopback) -> None:
    web.files["/x"] = release() + b"more"
    with pytest.raises(NotOffered, match="sends more than"):
        box.fetch(f"{web.url}/x")


def test_a_server_that_never_gets_on_is_given_up(box: Box, web: Loopback) -> None:
    web.files["/x"] = release()
    web.deeds["/x"] = lambda handler: broken_after(handler, web.files["/x"], len(web.files["/x"]) - 50_000)
    with pytest.raises(NotOffered, match="HTTP 500"):
        box.fetch(f"{web.url}/x")
    assert box.slept == [2.0**n for n in range(1, TRIES)]


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(box: Box, web: Loopback, code: int) -> None:
    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.send_header("Location", f"{web.url}/other")
        handler.end_headers()

    web.deeds["/x"] = elsewhere
    web.files["/other"] = release()
    with pytest.raises(NotOffered, match=r"sends on to .*/other.*, which is not followed"):
        box.fetch(f"{web.url}/x")
    assert [path for path, _ in web.asked] == ["/x"]


def test_another_part_than_was_asked_for_is_refused(box: Box, web: Loopback) -> None:
    data = release()

    def wrong(handler: BaseHTTPRequestHandler) -> None:
        if not handler.headers.get("Range"):
            broken_after(handler, data, len(data) - 10)
            return
        handler.send_response(206)
        handler.send_header("Content-Range", f"bytes 0-{len(data) - 1}/{len(data)}")
        handler.end_headers()
        handler.wfile.write(data)

    web.deeds["/x"] = wrong
    with pytest.raises(NotOffered, match="another part of the file"):
        box.fetch(f"{web.url}/x")


def test_a_compressed_answer_is_refused(box: Box, web: Loopback) -> None:
    def zipped(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()

    web.deeds["/x"] = zipped
    with pytest.raises(NotOffered, match="compressed"):
        box.fetch(f"{web.url}/x")


def test_a_beginning_that_drips_is_given_up(box: Box, web: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "INDEX_SECONDS", 0.3)

    def drips(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)

    web.deeds["/x"] = drips
    with pytest.raises(NotOffered, match="too slow"):
        box.fetch(f"{web.url}/x")


def test_a_release_that_comes_ever_so_slowly_is_given_up(box: Box, web: Loopback) -> None:
    moments = iter(range(0, 1_000_000, 61))
    web.files["/x"] = b"x" * 100
    slow = ReleaseServer(lambda: float(next(moments)))
    with slow.release(f"{web.url}/x") as body, pytest.raises(NotOffered, match="is too slow: 10 bytes in"):
        body.read_steadily(10)


def test_a_silent_server_is_given_up(box: Box, web: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "WAIT", 0.2)
    web.deeds["/x"] = lambda _: time.sleep(1)
    with pytest.raises(NotOffered, match="does not answer"):
        box.fetch(f"{web.url}/x")


def test_a_machine_that_is_not_there_is_named(box: Box) -> None:
    with pytest.raises(NotOffered, match=r"127\.0\.0\.1 cannot be reached"):
        box.fetch("http://127.0.0.1:1/x")


def test_without_room_nothing_is_fetched(box: Box, web: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SPARE", 10**18)
    web.files["/x"] = release()
    with pytest.raises(NotPossible, match=r"MB of free space; \d+ MB are needed"):
        box.fetch(f"{web.url}/x")
    assert box.told == []


def test_two_do_not_fetch_at_once(box: Box, web: Loopback) -> None:
    web.files["/x"] = release()

    def meanwhile(_: ReleaseHead) -> None:
        with pytest.raises(NotPossible, match="another update is being fetched"):
            box.fetch(f"{web.url}/x")

    box.fetch(f"{web.url}/x", meanwhile)


def test_a_file_of_the_owners_is_taken_as_it_is(box: Box, tmp_path: Path) -> None:
    mine = tmp_path / "mine.release"
    mine.write_bytes(release())
    with mine.open("rb") as file:
        taken = ReleaseFolder(box.folder, box.places, lambda _: None).take(file, "mine.release")
    assert (taken.name, taken.read_bytes()) == (NAME, mine.read_bytes())
    mine.write_bytes(release()[:-1])
    with mine.open("rb") as file, pytest.raises(ReleaseError, match="cut off"):
        ReleaseFolder(box.folder, box.places, lambda _: None).take(file, "mine.release")
