import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model import archive
from appliance.model.errors import BundleError

LIMITS = {"a": 100, "b.bin": 100}


def a_zip(members: list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in members:
            file.writestr(name, content)
    return buffer.getvalue()


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_what_is_packed_is_unpacked(first: bytes, second: bytes) -> None:
    members = {"a": first, "b.bin": second}
    assert archive.unpack_archive(archive.pack_archive(members), LIMITS, "x") == members


def test_the_same_members_give_the_same_bytes_in_any_order() -> None:
    assert archive.pack_archive({"a": b"1", "b.bin": b"2"}) == archive.pack_archive({"b.bin": b"2", "a": b"1"})


@pytest.mark.parametrize(
    "names",
    [["a"], [], ["a", "b.bin", "c"], ["a", "../b.bin"], ["a", "/etc/passwd"], ["a", "b.bin/"], ["a", "B.BIN"]],
)
def test_other_names_than_the_expected_are_refused(names: list[str]) -> None:
    with pytest.raises(BundleError, match=r"x: must hold exactly a, b\.bin; found"):
        archive.unpack_archive(a_zip([(name, b"") for name in names]), LIMITS, "x")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused() -> None:
    with pytest.raises(BundleError, match="must hold exactly"):
        archive.unpack_archive(a_zip([("a", b""), ("b.bin", b"1"), ("b.bin", b"2")]), LIMITS, "x")


def test_a_compressed_bomb_is_refused_before_it_is_opened() -> None:
    bomb = a_zip([("a", b"0" * 10_000_000), ("b.bin", b"")], zipfile.ZIP_DEFLATED)
    with pytest.raises(BundleError, match="too many"):
        archive.unpack_archive(bomb, LIMITS, "x")
    with pytest.raises(BundleError, match="a is compressed"):
        archive.unpack_archive(bomb, {"a": 100_000, "b.bin": 100}, "x")


def test_a_member_over_its_limit_is_refused() -> None:
    with pytest.raises(BundleError, match="a claims 120 bytes, at most 100 are allowed"):
        archive.unpack_archive(a_zip([("a", b"0" * 120), ("b.bin", b"")]), LIMITS, "x")


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(archive.pack_archive({"a": b"12345678", "b.bin": b""}))
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = (99).to_bytes(4, "little")
    with pytest.raises(BundleError, match="a claims 99 bytes"):
        archive.unpack_archive(bytes(data), LIMITS, "x")


@pytest.mark.parametrize("where", ["before", "after"])
def test_bytes_outside_the_members_are_refused(where: str) -> None:
    good = archive.pack_archive({"a": b"1", "b.bin": b"2"})
    with pytest.raises(BundleError):
        archive.unpack_archive(b"hidden" + good if where == "before" else good + b"hidden", LIMITS, "x")


@given(st.binary(max_size=400))
def test_junk_is_refused_with_our_own_error(junk: bytes) -> None:
    with pytest.raises(BundleError):
        archive.unpack_archive(junk, LIMITS, "x")


@given(st.data())
def test_altered_bytes_are_refused_or_change_nothing(data: st.DataObject) -> None:
    members = {"a": b"first member", "b.bin": bytes(range(60))}
    altered = bytearray(archive.pack_archive(members))
    for _ in range(data.draw(st.integers(1, 4))):
        altered[data.draw(st.integers(0, len(altered) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = archive.unpack_archive(bytes(altered), LIMITS, "x")
    except BundleError:
        return
    assert found == members
