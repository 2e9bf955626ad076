"""The names by which the box is called."""

from pathlib import Path

import pytest

from appliance.web.api.errors import WebError
from appliance.web.auth.hosts import Hosts
from tests.web.running_page import PASSWORD, staged


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "moodbox.local",
        "MOODBOX.local.",
        "a.b.local:80",
        "192.168.1.2:8080",
        "[fe80::1]",
        "[::1]:80",
        "10.0.0.1",
    ],
)
def test_addresses_and_local_names_are_the_boxs_own(host: str) -> None:
    assert Hosts("").check(host) is False


@pytest.mark.parametrize(
    "host",
    ["", "a b", "evil.example/", "http://moodbox.local", "[::1", "moodbox.local:x", "a\r\nb", "moodbox.local:123456"],
)
def test_what_is_no_host_is_a_bad_request(host: str) -> None:
    with pytest.raises(WebError) as refused:
        Hosts("").check(host)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "host", ["evil.example", "local", "xlocal", "moodbox.local.evil.example", "1.2.3", "1.2.3.4.nip.io"]
)
def test_every_other_name_is_refused(host: str) -> None:
    with pytest.raises(WebError) as refused:
        Hosts("").check(host)
    assert refused.value.status == 403


def test_a_name_that_the_owner_adds_is_the_boxs_too() -> None:
    hosts = Hosts("Moodbox.Example  music.home.arpa")
    assert hosts.check("moodbox.example:8443") is True
    assert hosts.check("music.home.arpa") is True


async def test_behind_a_proxy_of_the_owners_the_page_may_be_https(tmp_path: Path) -> None:
    async with staged(tmp_path, web__names="music.home.arpa") as running:
        owner = await running.owner()
        cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in owner.session.cookie_jar)

        async def skip(host: str, origin: str) -> int:
            headers = {"Host": host, "Origin": origin, "Cookie": cookies}
            status: int = (await owner.ask("POST", "/api/skip", {}, headers=headers)).status
            return status

        assert await skip("music.home.arpa", "https://music.home.arpa") == 204
        assert await skip("music.home.arpa", "https://evil.example") == 403
        assert await skip("moodbox.local", "https://moodbox.local") == 403


async def test_a_session_that_began_by_https_is_never_sent_without(tmp_path: Path) -> None:
    async with staged(tmp_path, web__names="music.home.arpa") as running:
        await running.owner()
        body = {"password": PASSWORD}
        for path, sent in (("/api/session", {"json": body}), ("/sign-in", {"data": body})):
            for scheme, secure in (("http", False), ("https", True)):
                headers = {"Host": "music.home.arpa", "Origin": f"{scheme}://music.home.arpa"}
                answer = await running.browser().ask("POST", path, headers=headers, **sent)
                assert ("Secure" in answer.headers["Set-Cookie"]) is secure, (path, scheme)
