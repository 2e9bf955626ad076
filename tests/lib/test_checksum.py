from pathlib import Path

from appliance.lib.checksum import sha256_of, sha256_of_file, sha256_of_text

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_bytes_a_text_and_a_file_hash_alike(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"moodb\xc3\xb6x" * 100_000)
    assert sha256_of(file.read_bytes()) == sha256_of_file(file) == sha256_of_text("moodböx" * 100_000)
    assert sha256_of(b"") == sha256_of_text("") == EMPTY


def test_a_text_that_utf8_cannot_hold_has_a_hash() -> None:
    assert sha256_of_text("\udcff") == sha256_of("\udcff".encode(errors="surrogatepass"))
