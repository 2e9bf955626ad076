"""The share in the network: how it is mounted, and settings that name none."""

import pytest

from appliance.settings.library import LibrarySettings
from appliance.settings.settings import SettingsError, parse_settings
from appliance.systemd.network_share import mounting


def test_nfs_and_samba_are_mounted_so_that_reads_end() -> None:
    kind, options = mounting(LibrarySettings(share="nas:/music"))
    assert (kind, options) == ("nfs", "ro,nosuid,nodev,noexec,soft,timeo=50,retrans=2")
    kind, options = mounting(LibrarySettings(share="//nas/music", share_credentials="/etc/moodbox/nas"))
    assert kind == "cifs"
    assert {"ro", "credentials=/etc/moodbox/nas", "soft"} <= set(options.split(","))
    assert "guest" in mounting(LibrarySettings(share="//nas/music", share_writable=True))[1].split(",")


@pytest.mark.parametrize("share", ["nas", "/music", "//nas", "nas/music", "nas,rw:/music"])
def test_what_is_no_share_is_named_with_what_would_be(share: str) -> None:
    with pytest.raises(SettingsError, match="a share is named //nas/music or nas:/music"):
        parse_settings(f'[library]\nshare = "{share}"')
