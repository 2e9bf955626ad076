"""The broker's password, as it is typed during the installation."""

import os
import subprocess
import termios
from pathlib import Path

import pytest

from tests.provisioning.shell import PROVISIONING, words

ASK = f". '{PROVISIONING}/settings.sh'; page() {{ :; }}; chown() {{ :; }}; set_broker broker home"


def typed(folder: Path, keys: bytes) -> tuple[int, str, bool]:
    """Type keys on a terminal: exit status, the password that was kept, and whether the terminal echoes again."""
    terminal, line = os.openpty()
    try:
        asking = subprocess.Popen(
            ["sh", "-euc", words(folder) + ASK], stdin=line, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        assert asking.stderr
        asking.stderr.read(len("Password of home at the broker: "))
        os.write(terminal, keys)
        asking.communicate(timeout=30)
        kept = folder / "etc" / "mqtt-password"
        echoes = bool(termios.tcgetattr(line)[3] & termios.ECHO)
        return asking.returncode, kept.read_text() if kept.exists() else "", echoes
    finally:
        os.close(terminal)
        os.close(line)


@pytest.mark.parametrize(
    "password", ["plain", "  blanks around ", "back\\slash", "'quo\"tes'", "$(id) `id` %s", "grün"]
)
def test_it_is_kept_as_it_was_typed(tmp_path: Path, password: str) -> None:
    assert typed(tmp_path, f"{password}\n".encode()) == (0, f"{password}\n", True)
    assert (tmp_path / "etc" / "mqtt-password").stat().st_mode & 0o777 == 0o640


def test_without_one_the_installation_goes_on_and_the_terminal_echoes_again(tmp_path: Path) -> None:
    assert typed(tmp_path, b"\x04") == (0, "", True)
