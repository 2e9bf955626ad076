"""What is kept of the owner's password."""

import asyncio
import json
import logging
from pathlib import Path

import pytest

from appliance.web.auth.passwords import FILE, PasswordError, PasswordStore


async def test_the_right_password_matches_and_others_do_not(tmp_path: Path) -> None:
    passwords = PasswordStore(tmp_path)
    await passwords.change("pässword ☺")
    assert await passwords.matches("pässword ☺")
    for other in ("", "passwort", "pässword ☺ ", "PÄSSWORD ☺", "\udc80" * 8):
        assert not await passwords.matches(other)


async def test_without_a_password_nothing_matches(tmp_path: Path) -> None:
    passwords = PasswordStore(tmp_path)
    assert not passwords.is_set
    assert passwords.generation == ""
    assert not await passwords.matches("")


async def test_a_password_has_its_own_salt_each_time(tmp_path: Path) -> None:
    passwords = PasswordStore(tmp_path)
    await passwords.change("the same one")
    first, generation = json.loads((tmp_path / FILE).read_text()), passwords.generation
    await passwords.change("the same one")
    second = json.loads((tmp_path / FILE).read_text())
    assert first["key"] != second["key"]
    assert generation != passwords.generation


async def test_of_two_first_visitors_at_the_same_time_one_sets_the_password(tmp_path: Path) -> None:
    passwords = PasswordStore(tmp_path)
    both = [passwords.change(f"password {who}", first=True) for who in "ab"]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert [type(result) for result in results].count(PasswordError) == 1
    assert await passwords.matches("password a") != await passwords.matches("password b")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"n":3,"r":8,"p":1,"salt":"AA==","key":"AA=="}'])
async def test_a_damaged_file_opens_nothing_and_cannot_be_taken_for_a_first_visit(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_text(content)
    passwords = PasswordStore(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert passwords.is_set
        assert not await passwords.matches("")
        assert not await passwords.matches("whatever")
        with pytest.raises(PasswordError, match="already"):
            await passwords.change("a new password", first=True)
    await passwords.change("a new password")
    assert await passwords.matches("a new password")


async def test_a_damaged_file_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_text("?")
    passwords = PasswordStore(tmp_path)
    for _ in range(3):
        assert passwords.generation == ""
    assert len(caplog.records) == 1
    assert "moodbox page password" in caplog.text


async def test_a_file_cut_off_anywhere_is_a_problem_until_a_password_is_set(tmp_path: Path) -> None:
    passwords = PasswordStore(tmp_path)
    assert passwords.problem == ""
    await passwords.change("a password")
    whole = (tmp_path / FILE).read_bytes()
    for length in range(len(whole)):
        (tmp_path / FILE).write_bytes(whole[:length])
        assert "moodbox page password" in passwords.problem, length
    await passwords.change("another password")
    assert passwords.problem == ""
    assert await passwords.matches("another password")


@pytest.mark.parametrize(
    "change", [{"n": 3}, {"n": 0}, {"r": -8}, {"p": 0}, {"salt": "AA=="}, {"key": ""}, {"n": 2**30}]
)
async def test_a_file_that_no_password_can_match_is_a_problem(tmp_path: Path, change: dict[str, object]) -> None:
    passwords = PasswordStore(tmp_path)
    await passwords.change("a password")
    record = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps(record | change))
    assert passwords.problem
    assert not await passwords.matches("a password")


def test_a_link_that_leads_nowhere_is_a_problem_that_a_new_password_ends(tmp_path: Path) -> None:
    (tmp_path / FILE).symlink_to("nowhere")
    passwords = PasswordStore(tmp_path)
    assert passwords.problem
    passwords.set("a password")
    assert passwords.problem == ""


async def test_costs_beyond_reason_are_not_paid(tmp_path: Path) -> None:
    passwords = PasswordStore(tmp_path)
    await passwords.change("a password")
    record = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps(record | {"n": 2**30}))
    assert not await passwords.matches("a password")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(PasswordError, match="cannot be written"):
        PasswordStore(tmp_path / "state").set("a password")
