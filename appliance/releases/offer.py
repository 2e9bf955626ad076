"""What the index offered last, kept in the update folder."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from appliance.lib import atomic_file
from appliance.lib.json_file import read_json
from appliance.releases.container import ReleaseHead, read_head
from appliance.releases.errors import NotOffered, ReleaseError
from appliance.releases.index import host_of, newest_release, parse_index
from appliance.releases.manifest import in_order
from appliance.releases.places import UpdatePlaces

if TYPE_CHECKING:
    from appliance.releases.server import ReleaseServer  # brings requests, which takes a while

OFFER = "offer.json"


class ReleaseOffer(Struct, frozen=True, kw_only=True):
    """The last answer of an index; `version` is empty where it has nothing newer."""

    index: str = ""
    """Its address."""
    checked: str = ""
    """UTC, as 2026-01-31T12:00:00Z: when it was asked."""
    etag: str = ""
    version: str = ""
    url: str = ""
    """Where that release lies."""
    notes: str = ""
    created: str = ""
    length: int = 0
    """Bytes of the file."""
    signer: str = ""
    problem: str = ""
    """Why the last try came to nothing."""

    def newer_than(self, version: str) -> bool:
        """Whether it offers a release that is newer than this version."""
        return bool(self.version) and in_order(self.version) > in_order(version)


def read_offer(folder: Path, index: str) -> ReleaseOffer:
    """What the index at this address offered last; an empty offer if it was never asked, or what is kept is damaged."""
    with contextlib.suppress(OSError, ValueError):
        kept = read_json(folder / OFFER, ReleaseOffer)
        if kept.index == index and (not kept.version or len(in_order(kept.version)) == 3):
            return kept
    return ReleaseOffer(index=index)


def write_offer(folder: Path, offer: ReleaseOffer) -> None:
    """Keep it. Raises OSError."""
    atomic_file.make_folder(folder, 0o2770)
    atomic_file.write(folder / OFFER, msgspec.json.encode(offer), 0o664)


def fetch_head(server: ReleaseServer, url: str, places: UpdatePlaces) -> ReleaseHead:
    """The signed beginning of the release at an address. Raises ReleaseError or NotOffered."""
    with server.release(url) as body:
        return read_head(body.read_in_time, places.signers, host_of(url))


def check_index(
    before: ReleaseOffer, server: ReleaseServer, places: UpdatePlaces, target: str, now: str
) -> ReleaseOffer:
    """Ask the index that `before` names; what it offers a box of this target `now`.

    Where it offers something, the beginning of that release is fetched and its signature verified, so that what is
    shown of it has been signed. A try that fails leaves what was offered before, with the problem.
    """
    url = before.index
    try:
        answer = server.index(url, before.etag)
        if answer.data is None:
            return msgspec.structs.replace(before, checked=now, problem="")
        newest = newest_release(parse_index(answer.data, url), url, places.floor())
        if newest is None:
            return ReleaseOffer(index=url, checked=now, etag=answer.etag)
        version, address = newest
        head = fetch_head(server, address, places)
        _check(head, version, target, url)
    except (ReleaseError, NotOffered) as error:
        return msgspec.structs.replace(before, checked=now, etag="", problem=str(error))
    return ReleaseOffer(
        index=url,
        checked=now,
        etag=answer.etag,
        version=version,
        url=address,
        notes=head.manifest.notes,
        created=head.manifest.created,
        length=head.length,
        signer=head.signer,
    )


def _check(head: ReleaseHead, version: str, target: str, index: str) -> None:
    """Raises NotOffered for another version than the index says, ReleaseError for one that is not for this target."""
    if (found := head.manifest.version) != version:
        raise NotOffered(f"the index of {host_of(index)} says {version}, and the file is of {found}")
    head.manifest.unpacked(target)
