"""The settings of where new releases of Moodbox are looked for."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from appliance.lib.web_address import is_web_address
from appliance.settings.base import OWNER, Section, SettingsError


class UpdatesSettings(Section, frozen=True):
    """`[updates]`: new releases of Moodbox (`moodbox update`)."""

    index: Annotated[
        str,
        Meta(
            description="Address of an index of releases, asked once a day; empty, and nobody is asked. Installed is "
            "only what you say, and what is signed by someone whom this box trusts."
        ),
        OWNER,
    ] = ""


def check_updates(updates: UpdatesSettings) -> None:
    """Raises SettingsError for an address that is none."""
    if updates.index and not is_web_address(updates.index):
        raise SettingsError(
            f'updates.index is {updates.index[:80]!r}; it must be "" or an address, as '
            '"https://example.org/moodbox/index.json"',
            "updates",
            "index",
        )
