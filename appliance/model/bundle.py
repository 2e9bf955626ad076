"""`.moodmodel` files: a model, its manifest and its golden vectors in one verified file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from appliance.lib import atomic_file
from appliance.lib.checksum import sha256_of
from appliance.model import archive, golden, manifest
from appliance.model.errors import BundleError
from appliance.model.golden import Golden
from appliance.model.manifest import Manifest
from appliance.model.population import Population, parse_population

SUFFIX = ".moodmodel"
LIMITS = {"manifest.json": 100_000, "model.tflite": 4_000_000, "golden.npz": 2_100_000}
"""Largest size of each member in bytes."""
OPTIONAL_LIMITS = {manifest.POPULATION: 300_000}
"""The same of a member that only bundles with features have."""

LARGEST = sum(LIMITS.values()) + sum(OPTIONAL_LIMITS.values()) + 1_000
"""No bundle file is larger; reading stops there."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that passed every check that needs no interpreter."""

    manifest: Manifest
    model: bytes
    """The TFLite flatbuffer."""
    golden: Golden
    sha256: str
    """Of the whole file, in hex: it tells two builds of the same version apart."""
    population: Population | None = None
    """What the features of faces are like in general; None in a bundle without features."""


def read_bundle(path: Path) -> Bundle:
    """Read and verify a bundle file. Raises BundleError or ManifestError naming the file and what is wrong."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise BundleError(f"{path}: no such model bundle") from None
    except OSError as error:
        raise BundleError(f"{path}: cannot be read: {error.strerror or error}") from None
    return parse_bundle(data, str(path))


def parse_bundle(data: bytes, where: str = "bundle") -> Bundle:
    """Verify the bytes of a bundle; `where` names it in errors."""
    members = archive.unpack_archive(data, LIMITS, where, OPTIONAL_LIMITS)
    described = manifest.parse_manifest(members["manifest.json"], f"{where}: manifest.json")
    if unnamed := set(members) - set(described.members) - {"manifest.json"}:
        raise BundleError(f"{where}: holds {', '.join(unnamed)}, of which a manifest of format {described.format} "
                          "says nothing")  # fmt: skip
    for name, right in described.members.items():
        if name not in members:
            raise BundleError(f"{where}: must hold {name}, which the manifest names")
        if (found := sha256_of(members[name])) != right:
            raise BundleError(f"{where}: {name} was altered: sha256 {found}, the manifest says {right}")
    vectors = golden.parse_golden(
        members["golden.npz"], described.input.shape, f"{where}: golden.npz", len(described.labels)
    )
    population = None
    if features := described.outputs.features:
        where_features = f"{where}: {manifest.POPULATION}"
        population = parse_population(members[manifest.POPULATION], features.width, where_features)
    return Bundle(described, members["model.tflite"], vectors, sha256_of(data), population)


def pack_bundle(described: Manifest, model: bytes, vectors: Golden, population: Population | None = None) -> bytes:
    """The bytes of a bundle. The manifest's hashes are set here. The same parts always give the same bytes."""
    members = {"model.tflite": model, "golden.npz": vectors.to_bytes()}
    if population is not None:
        members[manifest.POPULATION] = population.to_bytes()
    hashes = {name: sha256_of(content) for name, content in members.items()}
    data = archive.pack_archive(members | {"manifest.json": replace(described, members=hashes).to_json()})
    parse_bundle(data)
    return data


def write_bundle(
    path: Path, described: Manifest, model: bytes, vectors: Golden, population: Population | None = None
) -> None:
    """Write a bundle so that `path` is either what it was before or the whole new file."""
    atomic_file.write(path, pack_bundle(described, model, vectors, population))
