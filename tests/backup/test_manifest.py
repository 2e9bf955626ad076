import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.backup.errors import DamagedBackup
from appliance.backup.manifest import LARGEST_MANIFEST, MOST_FILES, BackupContent, BackupEntry, BackupManifest, written

HASH = "0" * 64


def manifest(*files: BackupEntry) -> BackupManifest:
    return BackupManifest(release="1.0.0", made="2026-01-31T12:00:00Z", machine="box", device="moodbox-1", files=files)


def content_of(data: bytes, size: int = 7) -> BackupContent:
    return BackupContent(data[at : at + size] for at in range(0, len(data), size))


@given(st.lists(st.binary(max_size=40), max_size=4), st.integers(1, 50))
def test_files_come_out_in_their_order_however_the_pieces_fall(contents: list[bytes], size: int) -> None:
    files = [BackupEntry(f"models/m/{number}.json", len(each), HASH) for number, each in enumerate(contents)]
    content = content_of(written(manifest(*files)) + b"".join(contents), size)
    assert content.manifest().files == tuple(files)
    assert [b"".join(content.take(file.size)) for file in files] == contents
    content.end()


@pytest.mark.parametrize("name", ["../x", "/etc", "models/../../x", "a//b", "", "models/./x", "a b", "a/b/c/d/e"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(DamagedBackup, match="cannot be"):
        content_of(written(manifest(BackupEntry(name, 0, HASH)))).manifest()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (struct.pack(">I", LARGEST_MANIFEST + 1), "at most"),
        (struct.pack(">I", 5) + b"[" * 5, "cannot be understood"),
        (struct.pack(">I", 50) + b"{}", "ends before"),
        (b"\0", "ends before"),
        (written(manifest(*[BackupEntry(f"n{number}", 0, HASH) for number in range(MOST_FILES + 1)])), "at most"),
        (written(manifest(BackupEntry("a", 0, HASH), BackupEntry("a", 0, HASH))), "cannot be"),
        (written(manifest(BackupEntry("a", -1, HASH))), "cannot be"),
        (struct.pack(">I", 2) + msgspec.json.encode({}), "cannot be understood"),
    ],
)
def test_what_cannot_be_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(DamagedBackup, match=words):
        content_of(data).manifest()


def test_what_is_left_at_the_end_is_refused() -> None:
    content = content_of(written(manifest()) + b"x")
    content.manifest()
    with pytest.raises(DamagedBackup, match="more than"):
        content.end()
