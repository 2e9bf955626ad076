import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.releases.errors import NotOffered
from appliance.releases.index import MOST_RELEASES, check_address, newest_release, parse_index

URL = "https://example.org/moodbox/index.json"


def index(*listed: tuple[str, str]) -> bytes:
    return json.dumps(
        {"moodbox_releases": 1, "releases": [{"version": version, "file": file} for version, file in listed]}
    ).encode()


def newest(above: str, *listed: tuple[str, str]) -> tuple[str, str] | None:
    return newest_release(parse_index(index(*listed), URL), URL, above)


def test_the_newest_by_number_is_offered_and_lies_beside_the_index() -> None:
    found = newest("0.1.0", ("0.9.0", "moodbox-0.9.0.release"), ("0.10.0", "moodbox-0.10.0.release"))
    assert found == ("0.10.0", "https://example.org/moodbox/moodbox-0.10.0.release")
    assert newest("0.1.0", ("0.2.0", "/there/x.release")) == ("0.2.0", "https://example.org/there/x.release")


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9"])
def test_what_is_not_newer_is_no_offer(version: str) -> None:
    assert newest("0.1.0", (version, "x.release")) is None


@pytest.mark.parametrize(
    "file",
    [
        "https://evil.example/x.release", "http://example.org/x.release", "//evil.example/x", "file:///etc/passwd",
        "https://example.org:444/x", "https://user:word@example.org/x", "https://[::1/x", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_a_release_that_lies_elsewhere_is_refused(file: str) -> None:
    with pytest.raises(NotOffered, match="must lie where its index does"):
        newest("0.1.0", ("9.0.0", file))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{}", b"<html>", b"\xff", b'{"moodbox_releases":2,"releases":[]}', b"[" * 100_000,
        b'{"moodbox_releases":1,"releases":{}}', b'{"moodbox_releases":1,"releases":[{"version":1,"file":"x"}]}',
        index(("1.0", "x")), index(("1.0.0", "")), index(*[("1.0.0", "x")] * (MOST_RELEASES + 1)),
    ],
)  # fmt: skip
def test_what_is_no_index_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NotOffered, match=r"example\.org sends no index of Moodbox's releases"):
        parse_index(data, URL)


@given(st.text(max_size=60))
def test_whatever_file_is_named_the_offer_stays_on_the_indexs_machine(file: str) -> None:
    try:
        found = newest("0.1.0", ("9.0.0", file))
    except NotOffered:
        return
    assert found
    assert found[1].startswith("https://example.org/")


@pytest.mark.parametrize(
    "url",
    ["", "index.json", "ftp://example.org/i", "https://", "https://u:p@example.org/i", "https://a b/", "x" * 3_000],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(NotOffered, match="is no address"):
        check_address(url)
