"""Backups by the API: for the owner alone, with the password, in words where it is refused."""

import contextlib

import pytest

from appliance.backup.plan import read_plan
from appliance.domain.commands import RestartBox
from appliance.settings.settings import as_toml
from appliance.web.api import backup as api
from tests.web.running_page import PASSWORD, Browser, RunningPage, until

PASSPHRASE = "words and more words"


@pytest.fixture(autouse=True)
def settings_file(running: RunningPage) -> None:
    (running.folder / "moodbox.toml").write_text(as_toml(running.settings))


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.backup.sealing._PASSES", 1)
    monkeypatch.setattr("appliance.backup.sealing._MEMORY", 8)


async def made(owner: Browser) -> bytes:
    answer = await owner.ask("POST", "/api/backup", {"password": PASSWORD, "passphrase": PASSPHRASE})
    assert answer.status == 200, answer.text
    assert "attachment" in answer.headers["Content-Disposition"]
    body: bytes = answer.body
    return body


async def opened(owner: Browser, sealed: bytes) -> None:
    assert (await owner.ask("PUT", "/api/restore", data=sealed)).json == {"bytes": len(sealed)}
    assert (await owner.ask("POST", "/api/restore/open", {"passphrase": PASSPHRASE})).status == 200


async def test_a_backup_is_made_sent_opened_and_put_back(owner: Browser, running: RunningPage) -> None:
    sealed = await made(owner)
    answer = await owner.ask("PUT", "/api/restore", data=sealed)
    assert answer.status == 201
    answer = await owner.ask("POST", "/api/restore/open", {"passphrase": PASSPHRASE})
    assert answer.status == 200
    assert "the page's password" in answer.json["parts"]
    assert read_plan(running.settings.state_dir) is None
    assert (await owner.ask("POST", "/api/restore", {"password": PASSWORD})).status == 202
    assert read_plan(running.settings.state_dir)
    assert RestartBox("page") in running.emitted
    answer = await owner.ask("PUT", "/api/restore", data=sealed)
    assert answer.status == 409
    assert "is being put back" in answer.json["error"]


async def test_another_password_makes_and_puts_back_nothing(owner: Browser, running: RunningPage) -> None:
    answer = await owner.ask("POST", "/api/backup", {"password": "a guess, no more", "passphrase": PASSPHRASE})
    assert answer.status == 403
    await opened(owner, await made(owner))
    assert (await owner.ask("POST", "/api/restore", {"password": "a guess, no more"})).status == 403
    assert read_plan(running.settings.state_dir) is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/backup", {"password": PASSWORD, "passphrase": PASSPHRASE}),
        ("POST", "/api/restore", {"password": PASSWORD}),
        ("POST", "/api/restore/open", {"passphrase": PASSPHRASE}),
        ("DELETE", "/api/restore", None),
    ],
)
async def test_a_programs_key_does_not_do(
    method: str, path: str, body: object, owner: Browser, running: RunningPage
) -> None:
    token = (await owner.ask("POST", "/api/tokens", {"name": "program"})).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = await running.browser().ask(method, path, body, origin=False, headers=headers)
    assert answer.status == 403
    assert "program's key" in answer.json["error"]


@pytest.mark.parametrize(
    ("change", "passphrase", "words"),
    [
        (lambda sealed: sealed, "another passphrase", "not the passphrase"),
        (lambda sealed: sealed[:-1], PASSPHRASE, "cut off"),
        (lambda sealed: b"PK" + sealed, PASSPHRASE, "no backup"),
        (lambda sealed: sealed[:500] + b"x" + sealed[501:], PASSPHRASE, "damaged"),
    ],
)
async def test_what_is_wrong_with_a_file_is_said(change, passphrase: str, words: str, owner: Browser) -> None:  # type: ignore[no-untyped-def]
    await owner.ask("PUT", "/api/restore", data=change(await made(owner)))
    answer = await owner.ask("POST", "/api/restore/open", {"passphrase": passphrase})
    assert answer.status == 400
    assert words in answer.json["error"]
    assert (await owner.ask("POST", "/api/restore", {"password": PASSWORD})).status == 409


async def test_a_wrong_passphrase_may_be_followed_by_the_right_one(owner: Browser) -> None:
    await owner.ask("PUT", "/api/restore", data=await made(owner))
    assert (await owner.ask("POST", "/api/restore/open", {"passphrase": "another passphrase"})).status == 400
    assert (await owner.ask("POST", "/api/restore/open", {"passphrase": PASSPHRASE})).status == 200


async def test_a_passphrase_that_is_too_short_makes_no_backup(owner: Browser) -> None:
    answer = await owner.ask("POST", "/api/backup", {"password": PASSWORD, "passphrase": "short"})
    assert answer.status == 400
    assert "8 to 256" in answer.json["error"]


async def test_what_was_sent_can_be_forgotten(owner: Browser, running: RunningPage) -> None:
    await opened(owner, await made(owner))
    assert (await owner.ask("DELETE", "/api/restore")).status == 204
    assert not any((running.settings.state_dir / "restore").iterdir())
    assert (await owner.ask("POST", "/api/restore", {"password": PASSWORD})).status == 409


async def test_a_backup_that_is_too_large_is_not_taken(
    owner: Browser, running: RunningPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = await made(owner)
    monkeypatch.setattr(api, "LARGEST", len(sealed) - 1)
    assert (await owner.ask("PUT", "/api/restore", data=sealed)).status == 413

    async def unannounced():  # type: ignore[no-untyped-def]
        yield sealed

    assert (await owner.ask("PUT", "/api/restore", data=unannounced())).status == 413
    assert not (running.settings.state_dir / "restore" / "incoming").exists()


async def test_without_room_a_backup_is_refused_before_it_is_sent(
    owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = await made(owner)
    monkeypatch.setattr("appliance.backup.desk.SPARE", 1 << 60)
    answer = await owner.ask("PUT", "/api/restore", data=sealed)
    assert answer.status == 507
    assert "make room" in answer.json["error"]


async def test_an_upload_that_breaks_off_leaves_nothing(owner: Browser, running: RunningPage) -> None:
    sealed = await made(owner)

    async def broken():  # type: ignore[no-untyped-def]
        yield sealed[:1000]
        raise ConnectionError

    with contextlib.suppress(Exception):
        await owner.ask("PUT", "/api/restore", data=broken())
    await until(lambda: not (running.settings.state_dir / "restore" / "incoming").exists())
