"""A backup is saved on the phone, and put back from there."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.page.visitor import House, Visitor, until
from tests.web.running_page import PASSWORD

PASSPHRASE = "words and more words"
RUNS = "Moodbox is running"


def saved(page: Page, folder: Path) -> Path:
    page.get_by_label("Password of this page").fill(PASSWORD)
    page.get_by_label("Passphrase of the backup").fill(PASSPHRASE)
    page.get_by_label("The passphrase once more").fill(PASSPHRASE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Make and save it").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    expect(page.locator("#backup-told")).to_contain_text("is saved on this device")
    return file


def opened(page: Page, file: Path, passphrase: str = PASSPHRASE) -> None:
    page.locator("#restore-file").set_input_files(file)
    page.get_by_label("Its passphrase").fill(passphrase)
    page.get_by_role("button", name="Open it").click()


def test_what_is_wrong_with_it_is_said_beside_it(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.go("box/backup")
    visitor.expected |= {400, 403}
    page.get_by_label("Password of this page").fill("a guess, no more")
    page.get_by_label("Passphrase of the backup").fill(PASSPHRASE)
    page.get_by_label("The passphrase once more").fill("something else")
    page.get_by_role("button", name="Make and save it").click()
    visitor.told("not the same")
    page.get_by_label("The passphrase once more").fill(PASSPHRASE)
    page.get_by_role("button", name="Make and save it").click()
    expect(page.locator("#backup-told")).to_contain_text("not the page's password")
    file = tmp_path / "holiday.moodbackup"
    file.write_bytes(b"no backup")
    opened(page, file)
    expect(page.locator("#restore-told")).to_contain_text("This is no backup of a Moodbox")
    expect(page.locator("#restore-confirm")).to_be_hidden()


def test_what_was_opened_is_forgotten_when_the_owner_says_so(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.go("box/backup")
    opened(page, saved(page, tmp_path))
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator("#restore-confirm")).to_be_hidden()
    expect(page.locator("#restore-summary")).to_be_empty()


@pytest.mark.slow
def test_a_backup_is_saved_opened_and_put_back(visitor: Visitor, house: House, tmp_path: Path) -> None:
    page = visitor.go("box/backup")
    file = saved(page, tmp_path)
    assert re.fullmatch(r"moodbox-[\w.-]+-\d{4}-\d\d-\d\d\.moodbackup", file.name)
    house.ask("POST", "/api/override", {"emotion": "sad"})
    until(lambda: house.box.status()["override"] == "sad")
    opened(page, file)
    expect(page.locator("#restore-summary")).to_contain_text("history, and what you taught")
    page.get_by_label("This page’s password").fill(PASSWORD)
    before = house.box.printed.count(RUNS)
    page.get_by_role("button", name="Put it back").click()
    visitor.expected |= {0, 401, 503}
    visitor.confirm("Put it back")
    visitor.told("The box restarts with it")
    visitor.faults.clear()
    until(lambda: has_started_anew(house, before), 60)
    assert house.box.status()["override"] == "auto"
    page.goto("about:blank")
    visitor.faults.clear()  # while the box was away, nothing answered
    until(lambda: not (house.box.folder / "state" / "restore").exists(), 60)


def has_started_anew(house: House, before: int) -> bool:
    if house.box.printed.count(RUNS) == before:
        return False
    try:
        status = house.box.status()
    except ConnectionError:
        return False
    return bool(status["player"]["state"] == "play")
