import io
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lib.ssh_signature import ssh_sign
from appliance.releases.container import LONGEST_LINE, open_release, read_head, read_members, unpack
from appliance.releases.errors import ReleaseError
from appliance.releases.places import target_of_this_box
from tests.releases.made import CONTENT, WHEEL, key, release, trusted


def verify(data: bytes, folder: Path) -> None:
    file = folder / "x.release"
    file.write_bytes(data)
    with file.open("rb") as opened:
        head = open_release(opened, trusted(folder).signers, "x.release")
        read_members(opened, head, "x.release")


def test_a_release_is_unpacked_as_it_was_packed(tmp_path: Path) -> None:
    file, signers = tmp_path / "x.release", trusted(tmp_path).signers
    file.write_bytes(release())
    target = tmp_path / "there"
    target.mkdir()
    with file.open("rb") as opened:
        head = open_release(opened, signers, "x.release")
        assert (head.signer, head.manifest.version, head.length) == ("maker", "9.0.0", file.stat().st_size)
        told: list[int] = []
        unpack(opened, head, target, head.manifest.unpacked(target_of_this_box()), "x.release", told.append)
    found = {str(each.relative_to(target)): each.read_bytes() for each in target.rglob("*") if each.is_file()}
    assert found == {f"code/{path}": data for path, data in CONTENT.items()} | {f"wheels/{WHEEL}": WHEEL.encode() * 50}
    assert (target / "code/provisioning/update.sh").stat().st_mode & 0o111
    assert not (target / "code/appliance/__init__.py").stat().st_mode & 0o111
    assert told == sorted(told)
    assert told[-1] == file.stat().st_size


def test_the_same_content_and_key_give_the_same_bytes() -> None:
    assert release() == release()


def test_any_byte_that_is_changed_is_found(tmp_path: Path) -> None:
    data = release()
    chance = random.Random(7)
    places = sorted({*range(3), 30, *chance.sample(range(len(data)), 16), len(data) - 1})
    for place in places:
        damaged = bytearray(data)
        damaged[place] ^= 1 << chance.randrange(8)
        with pytest.raises(ReleaseError, match=r"^x\.release: "):
            verify(bytes(damaged), tmp_path)


def test_a_release_cut_off_anywhere_or_with_more_behind_it_is_found(tmp_path: Path) -> None:
    data = release()
    for length in sorted({0, 1, 40, 60, 200, 600, len(data) // 2, len(data) - 1}):
        with pytest.raises(ReleaseError, match="cut off"):
            verify(data[:length], tmp_path)
    with pytest.raises(ReleaseError, match="too long"):
        verify(data + b"\0", tmp_path)


def test_contents_that_have_changed_places_are_found(tmp_path: Path) -> None:
    data = release(content=CONTENT | {"a": b"<first>", "b": b"<other>"})
    swapped = data.replace(b"<first>", b"<.....>").replace(b"<other>", b"<first>").replace(b"<.....>", b"<other>")
    with pytest.raises(ReleaseError, match="was altered"):
        verify(swapped, tmp_path)


def test_a_strangers_release_is_refused(tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", stranger], check=True)
    with pytest.raises(ReleaseError, match="no signature by a signer listed in"):
        verify(release(signed=lambda data: ssh_sign(data, stranger, "moodbox-release")), tmp_path)


def test_a_key_for_models_signs_no_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="is not for this release"):
        verify(release(signed=lambda data: ssh_sign(data, key(), "moodbox-model")), tmp_path)
    places = trusted(tmp_path, 'namespaces="moodbox-model"')
    with pytest.raises(ReleaseError, match="is not for this release"):
        read_head(io.BytesIO(release()).read, places.signers, "x.release")


def test_where_nobody_is_trusted_it_says_how_to(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r'NAME namespaces="moodbox-release" PUBLIC-KEY'):
        read_head(io.BytesIO(release()).read, tmp_path / "release_signers", "x.release")


def test_of_an_endless_first_line_little_is_read(tmp_path: Path) -> None:
    endless = io.BytesIO(b"{" * 10_000)
    with pytest.raises(ReleaseError, match="not a release"):
        read_head(endless.read, tmp_path, "x.release")
    assert endless.tell() == LONGEST_LINE


@given(st.binary(max_size=300))
def test_whatever_is_no_release_is_refused_in_words(data: bytes) -> None:
    for head in (data, b'{"moodbox_release":1,"signature":5,"manifest":9}\n' + data):
        with pytest.raises(ReleaseError, match=r"^x\.release: "):
            read_head(io.BytesIO(head).read, Path("/nonexistent"), "x.release")


def test_nothing_is_unpacked_over_what_is_there(tmp_path: Path) -> None:
    file, outside = tmp_path / "x.release", tmp_path / "outside"
    file.write_bytes(release())
    target = tmp_path / "there"
    (target / "code" / "appliance").mkdir(parents=True)
    (target / "code" / "appliance" / "__init__.py").symlink_to(outside)
    with file.open("rb") as opened:
        head = open_release(opened, trusted(tmp_path).signers, "x.release")
        with pytest.raises(FileExistsError):
            unpack(opened, head, target, head.manifest.members, "x.release")
    assert not outside.exists()
