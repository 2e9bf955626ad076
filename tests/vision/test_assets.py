import sys

import pytest

from appliance.vision import assets


@pytest.mark.parametrize("name", assets.SHA256)
def test_the_installed_files_are_the_right_ones(name):
    assert len(assets.read_asset(name)) > 100_000


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("MOODBOX_SHARE", str(tmp_path))
    with pytest.raises(assets.AssetError, match=rf"{tmp_path}/{assets.FULL_RANGE}: cannot be read .* run the install"):
        assets.read_asset(assets.FULL_RANGE)


def test_where_pip_installed_it_the_command_that_fetches_the_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("MOODBOX_SHARE", str(tmp_path))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    fetch = tmp_path / "share" / "moodbox" / "provisioning" / "fetch_assets.py"
    fetch.parent.mkdir(parents=True)
    fetch.touch()
    with pytest.raises(assets.AssetError) as told:
        assets.read_asset(assets.FULL_RANGE)
    assert str(told.value).endswith(f"fetch it: {sys.executable} {fetch}")


def test_an_altered_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("MOODBOX_SHARE", str(tmp_path))
    (tmp_path / assets.PORTRAIT).write_bytes(b"something else")
    with pytest.raises(assets.AssetError, match=r"sha256 is .* it should be 88431cd9653c"):
        assets.read_asset(assets.PORTRAIT)
