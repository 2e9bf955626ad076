from pathlib import Path

import pytest

from appliance.lib.json_file import MOST_BYTES, read_json


def test_what_is_of_the_kind_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b'{"a": 1}')
    assert read_json(tmp_path / "file", dict[str, int]) == {"a": 1}


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[1]", b'{"a": "1"}', b'{"a":' * 100_000, b"[" * 100_000, b" " * MOST_BYTES + b"{}"]
)
def test_whatever_else_there_is_is_a_value_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        read_json(tmp_path / "file", dict[str, int])


def test_a_file_that_is_missing_or_a_folder_is_an_os_error(tmp_path: Path) -> None:
    for path in (tmp_path / "file", tmp_path):
        with pytest.raises(OSError, match=r"."):
            read_json(path, dict[str, int])
