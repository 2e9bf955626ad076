"""How far the owner has come."""

from pathlib import Path

import pytest

from appliance.web.first_days import FILE
from tests.web.running_page import Browser, RunningPage, staged, until

AT_AIM = {"step": "aim", "begun": True, "over": False}


async def test_the_way_is_resumed_where_it_was_left_also_after_a_restart(tmp_path: Path) -> None:
    async with staged(tmp_path) as running:
        owner = await running.owner()
        assert (await owner.ask("GET", "/api/first-days")).json == {"step": "name", "begun": False, "over": False}
        assert (await owner.ask("POST", "/api/first-days", AT_AIM)).status == 204
        assert (await owner.ask("GET", "/api/first-days")).json == AT_AIM
        file = running.settings.state_dir / FILE
        await until(lambda: file.exists() and not file.with_name(f"{FILE}.part").exists())
    async with staged(tmp_path) as running:
        assert (await (await running.owner()).ask("GET", "/api/first-days")).json == AT_AIM


@pytest.mark.parametrize("content", ["[{", '{"step": "nowhere"}'])
async def test_a_damaged_file_has_it_begin_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / FILE).write_text(content)
    async with staged(tmp_path) as running:
        assert (await (await running.owner()).ask("GET", "/api/first-days")).json["step"] == "name"


async def test_a_step_that_is_none_is_refused(owner: Browser) -> None:
    assert (await owner.ask("POST", "/api/first-days", {"step": "nowhere"})).status == 400


async def test_its_page_is_the_owners(running: RunningPage, owner: Browser) -> None:
    assert 'id="steps"' in (await owner.ask("GET", "/first-days")).text
    answer = await running.browser().ask("GET", "/first-days")
    assert (answer.status, answer.headers["Location"]) == (303, "/")
