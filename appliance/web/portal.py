"""The page that a phone is shown in the box's own access point: which Wi-Fi the box is to join.

It is there only while the access point is open, and only for who comes through it. Every other name leads to it there:
so a phone that looks whether it has got into the internet finds that it must sign in somewhere first, and shows it.
"""

from __future__ import annotations

import asyncio
from html import escape
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from appliance.web import static_files
from appliance.web.auth.authenticator import SAFE, check_origin
from appliance.web.auth.forms import read_fields
from appliance.web.noscript.markup import Markup, join, tag
from appliance.wifi.messages import FOLDER, JoinWish, SetupState, note_look, read_state, state_file, wish_to_join
from appliance.wifi.networks import Trouble, WifiNetwork, is_name, is_password
from appliance.words.speaking import t

PATH = "/wifi"
_ADDRESS = "http://moodbox.local"
"""Of the box in the home's network (provisioning/name.sh)."""
_OTHER = "other"
"""The value for a network that does not show itself."""
_BARS = (75, 50, 25)
"""Of 100, from which on a network has four, three and two bars."""


def make_portal(run_dir: Path) -> Middleware:
    """Answers in the access point; everywhere else nothing changes."""
    state_at, wishes = state_file(run_dir), run_dir / FOLDER

    @web.middleware
    async def portal(request: web.Request, handler: Handler) -> web.StreamResponse:
        state = read_state(state_at)
        if state is None or _arrived_at(request) != state.address:
            return await handler(request)
        if request.path == PATH and request.method in {*SAFE, "POST"}:
            note_look(wishes)
            if request.method == "POST":
                check_origin(request, needed=True, behind_tls=False)
                return await _join(request, state, wishes)
            return _page(state, _what_failed(state))
        if request.method in SAFE and not _is_own(request.url.host or "", state):
            raise web.HTTPFound(f"http://{state.address}{_port(request)}{PATH}")
        return await handler(request)

    return portal


def _arrived_at(request: web.Request) -> str:
    """The box's own address that the request came to."""
    place = request.transport.get_extra_info("sockname") if request.transport else None
    return str(place[0]) if place else ""


def _port(request: web.Request) -> str:
    place = request.transport.get_extra_info("sockname") if request.transport else None
    return "" if not place or place[1] == 80 else f":{place[1]}"


def _is_own(host: str, state: SetupState) -> bool:
    name = host.lower().rstrip(".")
    return name == state.address or name.endswith(".local")


async def _join(request: web.Request, state: SetupState, wishes: Path) -> web.Response:
    fields = await read_fields(request)
    chosen, password = fields.get("network", ""), fields.get("password", "")
    ssid = fields.get("name", "").encode().hex() if chosen == _OTHER else chosen
    known = {network.ssid: network for network in state.networks}
    if chosen != _OTHER and chosen not in known:
        return _page(state, t("Choose a network first."), 400)
    if not is_name(bytes.fromhex(ssid)):
        return _page(state, t("A network's name has 1 to 32 characters."), 400, chosen)
    network = known.get(ssid)
    if not is_password(password) or (network and network.is_locked and not password):
        return _page(state, t("A Wi-Fi password has 8 to 63 characters. Look at it again."), 400, chosen)
    try:
        await asyncio.to_thread(wish_to_join, wishes, JoinWish(ssid=ssid, password=password))
    except OSError:
        return _page(state, t("The box cannot take that down; its disk may be full."), 500, chosen)
    name = network.name if network else fields["name"]
    return static_files.wifi_joining_page({"network": name, "point": state.name, "address": _ADDRESS})


def _page(state: SetupState, problem: str, status: int = 200, chosen: str = "") -> web.Response:
    chosen = chosen or state.tried
    response = static_files.wifi_page(_choices(state, chosen), problem)
    response.set_status(status)
    return response


def _choices(state: SetupState, chosen: str) -> Markup:
    rows = [_choice(network, chosen) for network in state.networks]
    other = state.networks and chosen in {network.ssid for network in state.networks}
    return join(*rows, _option(_OTHER, t("Another network"), "", checked=bool(chosen) and not other))


def _choice(network: WifiNetwork, chosen: str) -> Markup:
    if network.kind == "other":
        about = t("needs more than a password; the box cannot join it")
        return _option(network.ssid, network.name, about, usable=False)
    bars = next((4 - number for number, least in enumerate(_BARS) if network.signal >= least), 1)
    strength = t("signal {bars} of 4", bars=bars)
    about = f"{strength} · {t('with a password') if network.is_locked else t('without a password')}"
    return _option(network.ssid, network.name, about, checked=network.ssid == chosen)


def _option(value: str, name: str, about: str, checked: bool = False, usable: bool = True) -> Markup:
    marks = (" checked" if checked else "") + ("" if usable else " disabled")
    button = Markup(f'<input type="radio" name="network" value="{escape(value)}" required{marks}>')
    words = tag("span", name, *((tag("span", about, class_="soft small"),) if about else ()))
    return tag("label", button, words, class_="network")


def _what_failed(state: SetupState) -> str:
    """Why the network that was tried could not be joined, in words; empty if none was."""
    if state.trouble is None:
        return ""
    name = WifiNetwork(ssid=state.tried, kind="open", signal=0).name
    return said_of(state.trouble, name)


def said_of(trouble: Trouble, name: str) -> str:
    """A trouble with a network of this name, and what helps."""
    match trouble:
        case "password":
            return t("{name} did not take the password. Type it again; capitals matter.", name=name)
        case "gone":
            return t("{name} is not in reach. Is it on, and near enough?", name=name)
        case "address":
            return t("{name} let the box in, but gave it no address. Start its router again.", name=name)
        case "failed":
            return t("{name} could not be joined. Try it once more.", name=name)
