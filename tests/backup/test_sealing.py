import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.backup import sealing
from appliance.backup.errors import BackupError, DamagedBackup, PassphraseError, UnknownFormat
from appliance.backup.sealing import HEAD, PIECE, seal, sealed_size, unseal

SECRET = "eight or more"


def sealed(content: bytes, passphrase: str = SECRET) -> bytes:
    return b"".join(seal([content], passphrase))


def opened(data: bytes, passphrase: str = SECRET) -> bytes:
    return b"".join(unseal(io.BytesIO(data), passphrase))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_comes_out_again_and_its_size_is_known(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    data = sealed(content[:size])
    assert opened(data) == content[:size]
    assert len(data) == sealed_size(size)


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_it_does_not_matter_in_what_parts_the_content_comes(parts: list[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sealing, "PIECE", 64)
        data = b"".join(seal(parts, SECRET))
        assert opened(data) == b"".join(parts)


def test_nothing_of_the_content_or_passphrase_can_be_seen() -> None:
    data = sealed(b"rosebud" * 100)
    assert b"rosebud" not in data
    assert SECRET.encode() not in data
    assert sealed(b"rosebud" * 100) != data


def test_another_passphrase_is_told_from_damage() -> None:
    with pytest.raises(PassphraseError, match="not the passphrase"):
        opened(sealed(b"content"), "something else")


def test_the_same_letters_open_it_however_they_are_typed() -> None:
    assert opened(sealed(b"content", "caf\u00e9 au lait"), "cafe\u0301 au lait") == b"content"


@pytest.mark.parametrize("passphrase", ["", "seven..", "x" * 257])
def test_a_passphrase_of_a_wrong_length_seals_nothing(passphrase: str) -> None:
    with pytest.raises(PassphraseError, match="8 to 256"):
        sealed(b"content", passphrase)


def test_every_changed_byte_is_refused() -> None:
    data = sealed(b"some content")
    for at in range(len(data)):
        with pytest.raises(BackupError):
            opened(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def test_every_place_at_which_it_is_cut_off_is_refused() -> None:
    data = sealed(b"some content")
    for at in range(len(data)):
        with pytest.raises(DamagedBackup):
            opened(data[:at])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data + b"x", "more follows"),
        (lambda data: data[: HEAD + PIECE + 17], "cut off"),
        (lambda data: data[:HEAD] + data[HEAD + PIECE + 17 :], "damaged"),
        (lambda data: data[: HEAD + 100], "cut off"),
        (lambda data: b"PK\x03\x04" + data, "no backup"),
        (lambda data: data[:0], "no backup"),
        (lambda data: data[:20], "cut off"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(change: object, words: str) -> None:
    data = sealed(bytes(2 * PIECE))
    with pytest.raises(DamagedBackup, match=words):
        opened(change(data))  # type: ignore[operator]


def test_a_newer_format_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "FORMAT", 2)
    data = sealed(b"content")
    monkeypatch.setattr(sealing, "FORMAT", 1)
    with pytest.raises(UnknownFormat, match="format 2"):
        opened(data)
    with pytest.raises(UnknownFormat, match="update"):
        opened(data[:40] + b"another kind of head" * 10)


@pytest.mark.parametrize(("name", "value"), [("_PASSES", 17), ("_MEMORY", 256 * 1024 + 1)])
def test_a_file_cannot_make_the_box_work_without_end(name: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = sealed(b"content")
    monkeypatch.setattr(sealing, name, value)
    monkeypatch.setattr(sealing, "_derive", lambda *_: (bytes(32), bytes(16)))
    data = sealed(b"content")
    with pytest.raises(DamagedBackup, match="no Moodbox does"):
        opened(data)


def test_a_key_costs_what_the_rfc_recommends() -> None:
    text = Path(sealing.__file__).read_text()  # the constants themselves are lower in tests
    assert "_PASSES, _MEMORY = 3, 64 * 1024" in text
