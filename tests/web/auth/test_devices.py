"""Browsers in which the owner has signed in."""

import stat
from pathlib import Path

import pytest

from appliance.web.auth.devices import FILE, MOST, DeviceStore


def test_a_browser_is_known_for_its_password_alone(tmp_path: Path) -> None:
    devices = DeviceStore(tmp_path)
    secret = devices.welcome("", "first")
    assert devices.known(secret, "first")
    assert not devices.known(secret, "second")
    assert not devices.known("other", "first")
    assert not devices.known(devices.welcome("", ""), "")


def test_a_known_browser_keeps_its_secret_and_nobody_chooses_one(tmp_path: Path) -> None:
    devices = DeviceStore(tmp_path)
    secret = devices.welcome("", "x")
    assert devices.welcome(secret, "x") == secret
    assert devices.welcome("chosen", "x") != "chosen"


def test_known_browsers_outlast_a_restart_and_secrets_are_not_kept(tmp_path: Path) -> None:
    devices = DeviceStore(tmp_path)
    secret = devices.welcome("", "x")
    assert devices.settle(10)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert secret not in (tmp_path / FILE).read_text()
    assert DeviceStore(tmp_path).known(secret, "x")


def test_too_many_browsers_push_out_the_one_with_the_oldest_sign_in(tmp_path: Path) -> None:
    devices = DeviceStore(tmp_path)
    secrets = [devices.welcome("", "x") for _ in range(MOST)]
    devices.welcome(secrets[0], "x")
    devices.welcome("", "x")
    assert devices.known(secrets[0], "x")
    assert not devices.known(secrets[1], "x")
    assert all(devices.known(secret, "x") for secret in secrets[2:])


def test_browsers_of_an_older_password_are_forgotten(tmp_path: Path) -> None:
    devices = DeviceStore(tmp_path)
    old = devices.welcome("", "old")
    devices.welcome("", "new")
    assert not devices.known(old, "old")


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"x": {"began": "y"}}', b"\xff"])
def test_a_damaged_file_means_that_no_browser_is_known(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    devices = DeviceStore(tmp_path)
    assert devices.known(devices.welcome("", "x"), "x")


def test_without_a_place_to_write_browsers_are_known_until_the_end(tmp_path: Path) -> None:
    devices = DeviceStore(tmp_path / "missing")
    assert devices.known(devices.welcome("", "x"), "x")
