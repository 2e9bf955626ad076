"""What a model's features are like over many people's faces, so that a face can be placed among them.

Some features vary much from face to face and many vary together. Where that is divided out, two faces of one person
wearing one expression lie close, and those of strangers lie apart: heads that learn from a few faces need it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.model import archive
from appliance.model.errors import BundleError
from appliance.model.golden import pack_arrays, read_array

_LIMITS = {"mean.npy": 4_000, "whitening.npy": 280_000}


@dataclass(frozen=True, slots=True)
class Population:
    """Of the square roots of features: they are means of what is never below 0, with long tails."""

    mean: NDArray[np.float32]
    """(features,)."""
    whitening: NDArray[np.float32]
    """(features, features): after it all differences between faces that wear one expression are about equally large."""

    def place(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Real features (n, features) → where these faces lie, float32 (n, features), the usual face at 0."""
        return np.asarray((np.sqrt(np.maximum(features, 0)) - self.mean) @ self.whitening, np.float32)

    def to_bytes(self) -> bytes:
        """As stored in a bundle."""
        return pack_arrays({"mean.npy": self.mean, "whitening.npy": self.whitening})


def parse_population(data: bytes, width: int, where: str) -> Population:
    """Read what a bundle says of features that are `width` wide. Raises BundleError naming what does not fit."""
    members = archive.unpack_archive(data, _LIMITS, where)
    mean = read_array(members["mean.npy"], np.float32, f"{where}: mean")
    whitening = read_array(members["whitening.npy"], np.float32, f"{where}: whitening")
    for name, array, right in (("mean", mean, (width,)), ("whitening", whitening, (width, width))):
        if array.shape != right or not np.isfinite(array).all():
            raise BundleError(f"{where}: {name}: expected finite numbers of shape {right}, found {array.shape}")
    return Population(mean, whitening)
