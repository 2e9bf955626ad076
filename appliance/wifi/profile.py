"""Connections as NetworkManager keeps them: files in its keyfile format (nm-settings-keyfile(5))."""

from __future__ import annotations

import uuid

from appliance.wifi.networks import Kind

_OURS = uuid.UUID("4f2ae1de-6a4b-4c3e-9a5d-8c0f7a1b2c3d")
ACCESS_POINT = "moodbox-setup"
ACCESS_POINT_ID = str(uuid.uuid5(_OURS, ACCESS_POINT))
_KEYS: dict[Kind, str] = {"wpa": "wpa-psk", "sae": "sae", "owe": "owe"}


def profile_name(ssid: bytes) -> str:
    """Of the file and the connection for a network."""
    return f"moodbox-{uuid.uuid5(_OURS, ssid.hex()).hex[:12]}"


def profile_id(ssid: bytes) -> str:
    """The UUID of the connection for a network: the same each time."""
    return str(uuid.uuid5(_OURS, ssid.hex()))


def network_profile(ssid: bytes, kind: Kind, password: str, hidden: bool) -> str:
    """A connection to a network, preferred to one that was there before."""
    lines = ["[connection]", f"id={profile_name(ssid)}", f"uuid={profile_id(ssid)}", "type=wifi"]
    lines += ["autoconnect-priority=10", "", "[wifi]", "mode=infrastructure", f"ssid={_bytes(ssid)}"]
    lines += ["hidden=true"] if hidden else []
    if kind in _KEYS:
        lines += ["", "[wifi-security]", f"key-mgmt={_KEYS[kind]}"]
        lines += [f"psk={escaped(password)}"] if password else []
    return "\n".join([*lines, "", "[ipv4]", "method=auto", "", "[ipv6]", "method=auto", ""])


def access_point_profile(name: str, password: str, address: str) -> str:
    """The access point itself. NetworkManager's dnsmasq gives out addresses in it (method `shared`)."""
    lines = ["[connection]", f"id={ACCESS_POINT}", f"uuid={ACCESS_POINT_ID}", "type=wifi", "autoconnect=false", ""]
    lines += ["[wifi]", "mode=ap", "band=bg", f"ssid={_bytes(name.encode())}", "", "[wifi-security]"]
    # protected management frames, which the radio of a Pi does not do, keep some phones out even if they are optional
    lines += ["key-mgmt=wpa-psk", "proto=rsn;", "pairwise=ccmp;", "group=ccmp;", "pmf=1", f"psk={escaped(password)}"]
    lines += ["", "[ipv4]", "method=shared", f"address1={address}/24", "", "[ipv6]", "method=disabled", ""]
    return "\n".join(lines)


def escaped(text: str) -> str:
    """A text as GLib's key files have it: blanks would else be lost at its beginning, and a backslash escapes."""
    return text.replace("\\", "\\\\").replace(" ", "\\s")


def _bytes(ssid: bytes) -> str:
    return "".join(f"{byte};" for byte in ssid)
