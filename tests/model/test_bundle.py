import dataclasses
from pathlib import Path

import pytest

from appliance.model import archive
from appliance.model import bundle as bundles
from appliance.model.bundle import Bundle
from appliance.model.errors import BundleError, ModelError
from appliance.model.golden import Golden
from appliance.model.manifest import Manifest


def test_a_bundle_that_was_written_is_read_back(tmp_path: Path, manifest: Manifest, vectors: Golden) -> None:
    path = tmp_path / "x.moodmodel"
    bundles.write_bundle(path, manifest, b"model", vectors)
    found = bundles.read_bundle(path)
    assert found.model == b"model"
    assert dataclasses.replace(found.manifest, members=manifest.members) == manifest
    assert (found.golden.inputs == vectors.inputs).all()
    assert (found.golden.probabilities == vectors.probabilities).all()
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.moodmodel"]


def test_the_same_parts_give_the_same_bytes(manifest: Manifest, vectors: Golden) -> None:
    assert bundles.pack_bundle(manifest, b"model", vectors) == bundles.pack_bundle(manifest, b"model", vectors)


@pytest.mark.parametrize("tenth", range(10))
def test_a_bundle_cut_off_anywhere_is_refused(packed: bytes, tenth: int) -> None:
    with pytest.raises(BundleError, match="here: truncated or damaged"):
        bundles.parse_bundle(packed[: len(packed) * tenth // 10], "here")
    with pytest.raises(BundleError):
        bundles.parse_bundle(packed[: -1 - tenth], "here")


def test_a_byte_altered_anywhere_is_refused_or_changes_nothing(packed: bytes) -> None:
    good = bundles.parse_bundle(packed)
    refused = 0
    for position in range(0, len(packed), 23):
        altered = packed[:position] + bytes([packed[position] ^ 0x20]) + packed[position + 1 :]
        try:
            found = bundles.parse_bundle(altered)
        except ModelError:
            refused += 1
        else:
            assert (found.model, found.manifest) == (good.model, good.manifest)
            assert found.sha256 != good.sha256
    assert refused > 0.9 * len(packed) / 23


def test_a_member_exchanged_with_a_right_checksum_is_refused(packed: bytes) -> None:
    members = archive.unpack_archive(packed, bundles.LIMITS, "x")
    members["model.tflite"] = b"another model"
    with pytest.raises(BundleError, match=r"x: model\.tflite was altered: sha256 [0-9a-f]{64}, the manifest says"):
        bundles.parse_bundle(archive.pack_archive(members), "x")


def test_a_path_that_climbs_out_is_refused(packed: bytes) -> None:
    members = archive.unpack_archive(packed, bundles.LIMITS, "x")
    members["../../etc/cron.d/x"] = members.pop("model.tflite")
    with pytest.raises(BundleError, match="must hold exactly"):
        bundles.parse_bundle(archive.pack_archive(members), "x")


def test_a_bundle_with_features_is_read_back_with_what_they_are_like(shipped: Bundle) -> None:
    population = shipped.population
    assert population is not None
    assert population.whitening.shape == (192, 192)
    again = bundles.pack_bundle(shipped.manifest, shipped.model, shipped.golden, population)
    assert bundles.parse_bundle(again).sha256 == shipped.sha256


def test_what_the_manifest_says_of_features_and_the_members_must_agree(shipped: Bundle, packed: bytes) -> None:
    whole = bundles.pack_bundle(shipped.manifest, shipped.model, shipped.golden, shipped.population)
    members = archive.unpack_archive(whole, bundles.LIMITS, "x", bundles.OPTIONAL_LIMITS)
    fewer = archive.pack_archive({name: members[name] for name in bundles.LIMITS})
    with pytest.raises(BundleError, match=r"x: must hold features\.npz, which the manifest names"):
        bundles.parse_bundle(fewer, "x")
    members = archive.unpack_archive(packed, bundles.LIMITS, "x")
    with pytest.raises(BundleError, match=r"x: holds features\.npz, of which a manifest of format 1 says nothing"):
        bundles.parse_bundle(archive.pack_archive(members | {"features.npz": b""}), "x")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"none\.moodmodel: no such model bundle"):
        bundles.read_bundle(tmp_path / "none.moodmodel")


def test_a_folder_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="cannot be read"):
        bundles.read_bundle(tmp_path)


def test_an_endless_file_is_read_only_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "huge.moodmodel"
    with path.open("wb") as file:
        file.truncate(50_000_000_000)
    with pytest.raises(BundleError, match="too many"):
        bundles.read_bundle(path)


def test_the_old_bundle_stays_when_the_new_one_is_wrong(tmp_path: Path, manifest: Manifest, vectors: Golden) -> None:
    path = tmp_path / "x.moodmodel"
    bundles.write_bundle(path, manifest, b"old", vectors)
    with pytest.raises(ModelError):
        bundles.write_bundle(path, dataclasses.replace(manifest, temperature=-1.0), b"new", vectors)
    assert bundles.read_bundle(path).model == b"old"


def test_the_shipped_bundle_is_whole_and_small(shipped: Bundle) -> None:
    assert shipped.manifest.name == "moodbox-edge"
    assert len(shipped.model) <= 1_500_000
