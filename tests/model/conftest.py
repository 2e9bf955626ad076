"""A bundle that is quick to make, and the one that ships."""

from pathlib import Path

import numpy as np
import pytest

from appliance.domain.emotions import EMOTIONS
from appliance.model import bundle as bundles
from appliance.model.bundle import Bundle
from appliance.model.golden import Golden
from appliance.model.manifest import Crop, Input, Manifest, Metric, Outputs

SHIPPED = Path(__file__).parents[2] / "models" / "moodbox-edge.moodmodel"


@pytest.fixture(scope="session")
def shipped() -> Bundle:
    return bundles.read_bundle(SHIPPED)


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return Manifest(
        name="test-model",
        version="1.2.3",
        created="2026-01-31T12:00:00Z",
        labels=tuple(reversed([emotion.value for emotion in EMOTIONS])),
        input=Input(height=48, width=48, channels=1, layout="nhwc", colour="grey", dtype="uint8"),
        crop=Crop(scale=1.05, up=0.05, shape="square", align="none"),
        quantization="int8",
        outputs=Outputs(
            tensor=0,
            kind="logits",
            width=15,
            emotions=tuple(range(7, 14)),
            others={"contempt": 14},
            benchmarks={"fer2013": tuple(range(7))},
        ),
        temperature=1.5,
        metrics=(Metric(name="accuracy", value=84.1, data="FER+", split="validation", runtime="none 1.0"),),
        members={"golden.npz": "0" * 64, "model.tflite": "0" * 64},
    )


@pytest.fixture(scope="session")
def vectors() -> Golden:
    rng = np.random.default_rng(1)
    inputs = rng.integers(0, 256, (3, 48, 48, 1), dtype=np.uint8)
    return Golden(inputs, np.full((3, 7), 1 / 7, np.float32))


@pytest.fixture(scope="session")
def packed(manifest: Manifest, vectors: Golden) -> bytes:
    return bundles.pack_bundle(manifest, b"not a real model" * 50, vectors)
