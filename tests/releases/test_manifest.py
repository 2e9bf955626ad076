import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.releases.errors import ReleaseError
from appliance.releases.manifest import (
    LARGEST_MEMBER,
    LONGEST_NOTES,
    MOST_MEMBERS,
    ReleaseManifest,
    ReleaseMember,
    in_order,
    pack_manifest,
    parse_manifest,
)
from tests.releases.made import manifest_of

GOOD = {"code/appliance/__init__.py": b"", "code/provisioning/update.sh": b""}
HASH = "0" * 64


def good(*more: ReleaseMember) -> ReleaseManifest:
    plain = manifest_of(GOOD, "1.2.3", {})
    return msgspec.structs.replace(plain, members=tuple(sorted((*plain.members, *more), key=lambda each: each.path)))


def member(path: str, size: int = 1) -> ReleaseMember:
    return ReleaseMember(path=path, size=size, sha256=HASH)


def refused(manifest: ReleaseManifest, match: str) -> None:
    with pytest.raises(ReleaseError, match=match):
        parse_manifest(pack_manifest(manifest), "x.release")


def test_a_manifest_is_read_back_as_it_was_written() -> None:
    manifest = good(member("code/models/a.bin"))
    assert parse_manifest(pack_manifest(manifest), "x.release") == manifest


@pytest.mark.parametrize(
    "path",
    [
        "code", "code/", "/etc/passwd", "code/../x", "code/./x", "code//x", "other/x", "code/a b", "code/a\\b",
        "code/a\nb", "code/.hidden/x", "code/.x", "code/-x", "wheels/a/b.whl", "code/ä", "code/x\0", "../code/x", "",
    ],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    refused(good(member(path)), "no place for a file of a release")


@given(st.text(alphabet=string.printable + "äß\0\u202e", max_size=40))
def test_whatever_path_is_taken_stays_below_its_folder(path: str) -> None:
    try:
        parse_manifest(pack_manifest(good(member(path))), "x.release")
    except ReleaseError:
        return
    folder, *parts = path.split("/")
    assert folder == "code"
    assert parts
    assert all(part and part[0] != "." and part.isascii() and part.isprintable() and "\\" not in part for part in parts)


def test_a_file_that_is_also_a_folder_is_refused() -> None:
    refused(good(member("code/a"), member("code/a/b")), "'code/a' is a file and a folder")


def test_a_member_twice_or_out_of_order_is_refused() -> None:
    refused(good(member("code/a"), member("code/a")), "there twice, or not in its order")
    refused(
        msgspec.structs.replace(good(), members=(member("code/b"), member("code/a"), *good().members)),
        "there twice, or not in its order",
    )


def test_a_release_without_its_updater_is_none() -> None:
    plain = manifest_of({"code/appliance/__init__.py": b""}, "1.2.3", {})
    refused(plain, "'code/provisioning/update.sh' is not in it")


def test_wheels_and_targets_must_agree() -> None:
    refused(good(member("wheels/a.whl")), "the wheel 'a.whl' is of no target")
    refused(msgspec.structs.replace(good(), targets={"py313-aarch64": ("a.whl",)}), "the wheel 'a.whl' is not in it")


@pytest.mark.parametrize(
    "change",
    [
        {"version": "1.2"}, {"version": "1.2.3-rc1"}, {"created": "yesterday"}, {"debs": ("mpd; rm -rf /",)},
        {"debs": ("-o",)}, {"targets": {"py313": ()}}, {"format": 2}, {"notes": "x" * (LONGEST_NOTES + 1)},
        {"members": tuple(member(f"code/{n:05}") for n in range(MOST_MEMBERS + 1))},
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    refused(msgspec.structs.replace(good(), **change), "its manifest is wrong")


def test_a_file_or_release_that_is_far_too_large_is_refused() -> None:
    refused(good(member("code/a", LARGEST_MEMBER + 1)), "its manifest is wrong")
    refused(good(*(member(f"code/{n}", LARGEST_MEMBER) for n in range(6))), "at most 1000000000 are allowed")


def test_what_is_written_otherwise_is_refused_though_it_says_the_same() -> None:
    data = pack_manifest(good())
    for other in (b" " + data, data.rstrip(), data.replace(b'"format":1,', b'"format":1,"format":1,')):
        with pytest.raises(ReleaseError, match="not written as one is"):
            parse_manifest(other, "x.release")
    with pytest.raises(ReleaseError, match="its manifest is wrong"):
        parse_manifest(data.replace(b'"format":1,', b'"format":1,"more":1,'), "x.release")
    with pytest.raises(ReleaseError, match="its manifest is wrong"):
        parse_manifest(b"[" * 100_000, "x.release")


def test_versions_are_compared_by_their_numbers() -> None:
    assert in_order("0.10.0") > in_order("0.9.9")


def test_a_box_of_another_kind_gets_nothing() -> None:
    manifest = manifest_of(GOOD | {"wheels/a.whl": b""}, "1.2.3", {"py313-aarch64": ("a.whl",)})
    assert {each.path for each in manifest.unpacked("py313-aarch64")} == {*GOOD, "wheels/a.whl"}
    with pytest.raises(ReleaseError, match="has packages for py313-aarch64, and this box is py311-x86_64"):
        manifest.unpacked("py311-x86_64")
