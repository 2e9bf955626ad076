"""The settings of the disks that are offered as music."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import Meta

from appliance.settings.base import BY_HAND, OWNER, Section, SettingsError

LIBRARY = "library"
"""The folder beside the emotions' for songs that the owner has not sorted, in any tree."""
_SHARE = re.compile(r"(//[^/\s,]+/[^\0\n]+|[^/:\s,]+:/[^\0\n]*)")


class LibrarySettings(Section, frozen=True):
    """`[library]`: music on disks that come and go; each is offered below songs/library while it is there."""

    usb: Annotated[
        Literal["read-only", "writable", "off"],
        Meta(description="Offer the music of a USB stick while it is plugged in (an installed box only)."),
        OWNER,
    ] = "read-only"
    share: Annotated[
        str,
        Meta(
            description="A share in the network that is offered too: `//nas/music` (Windows, Samba) or `nas:/music` "
            "(NFS). Empty for none."
        ),
        BY_HAND,
    ] = ""
    share_credentials: Annotated[
        str,
        Meta(description="A file with `username=` and `password=` for a Samba share; empty for a guest."),
        BY_HAND,
    ] = ""
    share_writable: Annotated[bool, Meta(description="Let other programs write into the share."), BY_HAND] = False


def check_library(library: LibrarySettings) -> None:
    """Raises SettingsError."""
    if library.share and not _SHARE.fullmatch(library.share):
        raise SettingsError(
            f"library.share is {library.share!r}; a share is named //nas/music or nas:/music", "library", "share"
        )
