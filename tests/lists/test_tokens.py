"""The token of ListenBrainz."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.lists.errors import ListError
from appliance.lists.tokens import FILE, keep_listenbrainz_token, read_listenbrainz_token
from tests.damage import every_damage

TOKEN = "6f0ee11c-4be8-4a0e-9a3c-2a4c8f7d7d3e"


def test_a_token_is_kept_for_its_owner_alone_until_it_is_forgotten(tmp_path: Path) -> None:
    assert read_listenbrainz_token(tmp_path) == ""
    keep_listenbrainz_token(tmp_path, f" {TOKEN}\n")
    assert read_listenbrainz_token(tmp_path) == TOKEN
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    keep_listenbrainz_token(tmp_path, "")
    assert read_listenbrainz_token(tmp_path) == ""


@pytest.mark.parametrize("token", ["two\nlines", "ä", "x" * 201, "\x1b[2J"])
def test_what_is_no_token_is_refused_in_words(token: str, tmp_path: Path) -> None:
    with pytest.raises(ListError, match="one short line"):
        keep_listenbrainz_token(tmp_path, token)


def test_no_damage_of_the_token_is_sent_to_anybody(tmp_path: Path) -> None:
    for content in every_damage(TOKEN.encode() + b"\n", 1000):
        (tmp_path / FILE).write_bytes(content)
        token = read_listenbrainz_token(tmp_path)
        assert token.isascii()
        assert token == "" or token.isprintable()
