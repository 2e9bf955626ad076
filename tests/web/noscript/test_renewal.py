"""A plain page renews itself only for whoever asks for it."""

import pytest

from tests.web.running_page import Browser


@pytest.mark.parametrize(("path", "seconds"), [("/plain", 20), ("/plain/aim", 5)])
async def test_it_renews_itself_when_asked_to_and_stops_again(owner: Browser, path: str, seconds: int) -> None:
    refresh = f'<meta http-equiv="refresh" content="{seconds}">'
    still = (await owner.ask("GET", path)).text
    assert refresh not in still
    assert f'href="{path}?renew=1"' in still
    moving = (await owner.ask("GET", f"{path}?renew=1")).text
    assert refresh in moving
    assert f'<a href="{path}">' in moving
