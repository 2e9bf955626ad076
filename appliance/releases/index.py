"""The index: a small JSON file at an address of the owner's choice that says which releases there are, and where.

    {"moodbox_releases": 1, "releases": [{"version": "0.2.0", "file": "moodbox-0.2.0.release"}]}

It is not signed and need not be: nothing that it says counts until the release itself has been seen to be signed.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urljoin

import msgspec
from msgspec import Meta, Struct

from appliance.lib.web_address import LONGEST_ADDRESS, is_web_address, origin
from appliance.releases.errors import NotOffered
from appliance.releases.manifest import Version, in_order

LARGEST_INDEX = 262_144
"""Bytes."""
MOST_RELEASES = 500


class ListedRelease(Struct, frozen=True):
    """One release of an index. Further keys are left for indexes to come."""

    version: Version
    file: Annotated[str, Meta(min_length=1, max_length=LONGEST_ADDRESS)]
    """Its address, seen from the index."""


class ReleaseIndex(Struct, frozen=True):
    """What an index says."""

    moodbox_releases: Literal[1]
    releases: Annotated[tuple[ListedRelease, ...], Meta(max_length=MOST_RELEASES)]


def parse_index(data: bytes, url: str) -> ReleaseIndex:
    """Read an index that came from `url`. Raises NotOffered."""
    try:
        return msgspec.json.decode(data, type=ReleaseIndex)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise NotOffered(f"{host_of(url)} sends no index of Moodbox's releases: {error}") from None


def newest_release(index: ReleaseIndex, url: str, above: str) -> tuple[str, str] | None:
    """(version, address) of the newest release that is newer than the version `above`; None if there is none.

    Raises NotOffered for one that lies on another machine than the index.
    """
    newer = [each for each in index.releases if in_order(each.version) > in_order(above)]
    if not newer:
        return None
    newest = max(newer, key=lambda each: in_order(each.version))
    try:
        address = urljoin(url, newest.file)
    except ValueError:
        address = ""
    if origin(address) != origin(url):
        raise NotOffered(
            f"the index of {host_of(url)} wants {newest.version} fetched from elsewhere ({newest.file[:80]!r}); "
            "a release must lie where its index does"
        )
    return newest.version, address


def check_address(url: str) -> str:
    """The address, if it is one of HTTP or HTTPS without a name and password in it. Raises NotOffered."""
    if is_web_address(url):
        return url
    raise NotOffered(f"{url[:80]!r} is no address; one is like https://example.org/moodbox/index.json")


def host_of(url: str) -> str:
    """The machine that an address names, as errors tell it."""
    found = origin(url)
    return found[1] if found else url[:60]
