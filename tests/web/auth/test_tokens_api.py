"""Keys for other programs."""

import stat
from pathlib import Path

from appliance.web.auth.tokens import FILE, MOST, TokenStore
from tests.web.running_page import Browser, RunningPage, staged


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_program_with_a_key_may_do_what_the_owner_may_without_saying_where_it_comes_from(
    running: RunningPage, owner: Browser
) -> None:
    answer = await owner.ask("POST", "/api/tokens", {"name": "kitchen"})
    assert answer.status == 201
    program = running.browser()
    headers = bearing(answer.json["token"])
    assert (await program.ask("GET", "/api/status", origin=False, headers=headers)).status == 200
    assert (await program.ask("POST", "/api/skip", {}, origin=False, headers=headers)).status == 204
    assert len(running.emitted) == 1


async def test_a_key_is_shown_once_and_kept_as_a_hash(running: RunningPage, owner: Browser) -> None:
    made = (await owner.ask("POST", "/api/tokens", {"name": "kitchen"})).json
    [listed] = (await owner.ask("GET", "/api/tokens")).json
    assert set(listed) == {"id", "name", "created"}
    file = running.settings.state_dir / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made["token"] not in file.read_text()


async def test_a_key_outlasts_a_restart_and_ends_when_it_is_deleted(tmp_path: Path) -> None:
    async with staged(tmp_path) as running:
        made = (await (await running.owner()).ask("POST", "/api/tokens", {"name": "x"})).json
    async with staged(tmp_path) as running:
        owner, headers = await running.owner(), bearing(made["token"])
        assert (await running.browser().ask("GET", "/api/status", headers=headers)).status == 200
        assert (await owner.ask("DELETE", f"/api/tokens/{made['id']}")).status == 204
        assert (await running.browser().ask("GET", "/api/status", headers=headers)).status == 401
        assert (await owner.ask("DELETE", f"/api/tokens/{made['id']}")).status == 404


async def test_a_key_makes_no_keys_and_changes_no_password(running: RunningPage, owner: Browser) -> None:
    headers = bearing((await owner.ask("POST", "/api/tokens", {"name": "x"})).json["token"])
    program = running.browser()
    body = {"password": "new password", "old": "correct horse"}
    assert (await program.ask("POST", "/api/tokens", {"name": "y"}, headers=headers)).status == 403
    assert (await program.ask("GET", "/api/tokens", headers=headers)).status == 403
    assert (await program.ask("POST", "/api/password", body, headers=headers)).status == 403


async def test_a_wrong_key_is_refused_even_beside_a_good_session(owner: Browser) -> None:
    for words in ("Bearer nonsense", "Bearer ", "Basic b3duZXI6eA==", "moodbox_x"):
        answer = await owner.ask("GET", "/api/status", headers={"Authorization": words})
        assert answer.status == 401, words


async def test_there_are_so_many_keys_and_no_more(running: RunningPage, owner: Browser) -> None:
    for number in range(MOST):
        assert (await owner.ask("POST", "/api/tokens", {"name": str(number)})).status == 201
    assert (await owner.ask("POST", "/api/tokens", {"name": "one more"})).status == 409
    assert (await owner.ask("POST", "/api/tokens", {"name": ""})).status == 400


async def test_a_damaged_file_means_no_keys_and_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    file = tmp_path / "state" / FILE
    file.write_text("[{")
    async with staged(tmp_path) as running:
        owner = await running.owner()
        assert (await owner.ask("GET", "/api/tokens")).json == []
        answer = await owner.ask("POST", "/api/tokens", {"name": "x"})
        assert answer.status == 409
        assert FILE in answer.json["error"]
    assert file.read_text() == "[{"


async def test_a_full_disk_is_said(running: RunningPage, owner: Browser) -> None:
    folder = running.settings.state_dir / f"{FILE}.part"
    folder.mkdir()
    answer = await owner.ask("POST", "/api/tokens", {"name": "x"})
    assert answer.status == 507
    assert TokenStore(running.settings.state_dir, running.clock.now).listed() == []
