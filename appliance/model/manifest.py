"""What a bundle says about its model: `manifest.json`, checked key by key."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import asdict, dataclass

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.model.errors import ManifestError
from appliance.model.fields import Fields
from appliance.model.labels import EXPRESSIONS
from appliance.model.tempering import Tempering

FORMAT, WITH_FEATURES = 1, 2
"""The manifest formats that this code reads and writes: the second is of models that give features beside logits."""

NAME, VERSION = r"[a-z0-9][a-z0-9-]{0,63}", r"\d{1,4}(\.\d{1,4}){2}"
"""What a model and its version may be called, as regular expressions for the whole of it."""

MEMBERS = ("golden.npz", "model.tflite")
"""The members of a bundle besides the manifest."""
MOST_FEATURES = 256
POPULATION = "features.npz"
"""One more, of a bundle with features."""


@dataclass(frozen=True, slots=True)
class Input:
    """The model's input tensor: (1, height, width, channels) of raw bytes."""

    height: int
    width: int
    channels: int
    layout: str
    """Always "nhwc"."""
    colour: str
    """"grey" (one channel) or "rgb" (three)."""
    dtype: str
    """Always "uint8": the bytes of the picture, unscaled."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        return self.height, self.width, self.channels


@dataclass(frozen=True, slots=True)
class Crop:
    """How a face is cut from a frame, relative to the detector's box."""

    scale: float
    """Side of the square, as a multiple of the box."""
    up: float
    """Shift of the centre upwards, as a share of the box."""
    shape: str
    """Always "square"."""
    align: str
    """Always "none": turning faces upright gained nothing."""


@dataclass(frozen=True, slots=True)
class FeatureOutput:
    """A second output of the network: what its last layer decides on, int8 (1, width)."""

    tensor: int
    width: int


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the product's numbers are in the model's output tensor (1, width)."""

    tensor: int
    kind: str
    """Always "logits"."""
    width: int
    emotions: tuple[int, ...]
    """Index of each label, in the order of `labels`."""
    others: dict[str, int]
    """Classes that the product leaves out, such as contempt."""
    benchmarks: dict[str, tuple[int, ...]]
    """Heads for measurements only: name → indices in the order of `labels`."""
    features: FeatureOutput | None = None
    """None in a bundle of format 1."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured figure."""

    name: str
    value: float
    data: str
    split: str
    runtime: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A checked manifest."""

    name: str
    version: str
    created: str
    """UTC, as 2026-01-31T12:00:00Z."""
    labels: tuple[str, ...]
    """The emotions that it names, in the model's own order."""
    input: Input
    crop: Crop
    quantization: str
    """"int8" or "float32"."""
    outputs: Outputs
    temperature: float
    """Logits are divided by it before the softmax."""
    metrics: tuple[Metric, ...]
    members: dict[str, str]
    """Member name → sha256 in hex."""
    tempering: Tempering | None = None
    """How the temperature rises on poor crops; None for a model that has one temperature for all."""
    format: int = FORMAT

    def to_json(self) -> bytes:
        """The manifest as it is stored."""
        table = {key: value for key, value in asdict(self).items() if value is not None}
        if self.outputs.features is None:
            del table["outputs"]["features"]
        return json.dumps(table, indent=1, sort_keys=True, allow_nan=False).encode() + b"\n"

    @property
    def named(self) -> tuple[Emotion, ...]:
        """The emotions that the model names, in EMOTIONS order."""
        return tuple(emotion for emotion in EMOTIONS if emotion in self.labels)

    @property
    def canonical(self) -> tuple[int, ...]:
        """Index into the output tensor of each emotion in `named`."""
        return tuple(self.outputs.emotions[self.labels.index(emotion.value)] for emotion in self.named)


def parse_manifest(data: bytes, where: str = "manifest.json") -> Manifest:
    """Read and check a manifest. Raises ManifestError naming the key, what was found and what would be right."""
    try:
        table = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{where}: not JSON: {error}") from None
    top = Fields(table, where, "")
    found = top.integer("format", 0, 10**6)
    if found not in (FORMAT, WITH_FEATURES):
        raise top.wrong("format", f"{FORMAT} or {WITH_FEATURES}", found)
    labels = top.strings("labels")
    if len(set(labels)) < len(labels) or not set(EXPRESSIONS) <= set(labels) <= set(EMOTIONS):
        raise top.wrong("labels", "each of " + " ".join(EXPRESSIONS) + " once", labels)
    manifest = Manifest(
        name=top.matching("name", NAME),
        version=top.matching("version", VERSION),
        created=top.matching("created", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        labels=labels,
        input=_input(top.table("input")),
        crop=_crop(top.table("crop")),
        quantization=top.one_of("quantization", "int8", "float32"),
        outputs=_outputs(top.table("outputs"), len(labels), found == WITH_FEATURES),
        temperature=top.number("temperature", 0.05, 20.0),
        metrics=tuple(_metric(entry) for entry in top.tables("metrics")),
        members=_members(top.table("members"), found == WITH_FEATURES),
        tempering=_tempering(top.table("tempering")) if "tempering" in top.names() else None,
        format=found,
    )
    top.done()
    return manifest


def _input(fields: Fields) -> Input:
    found = Input(
        height=fields.integer("height", 16, 256),
        width=fields.integer("width", 16, 256),
        channels=fields.integer("channels", 1, 3),
        layout=fields.one_of("layout", "nhwc"),
        colour=fields.one_of("colour", "grey", "rgb"),
        dtype=fields.one_of("dtype", "uint8"),
    )
    fields.done()
    if found.channels != (right := 1 if found.colour == "grey" else 3):
        raise fields.wrong("channels", f"{right} for colour {found.colour}", found.channels)
    if found.height != found.width:
        raise fields.wrong("height", f"{found.width} like the width, as the crop is square", found.height)
    return found


def _crop(fields: Fields) -> Crop:
    found = Crop(
        scale=fields.number("scale", 0.5, 3.0),
        up=fields.number("up", -0.5, 0.5),
        shape=fields.one_of("shape", "square"),
        align=fields.one_of("align", "none"),
    )
    fields.done()
    return found


def _outputs(fields: Fields, count: int, featured: bool) -> Outputs:
    width = fields.integer("width", count, 1000)
    others, benchmarks = fields.table("others"), fields.table("benchmarks")
    found = Outputs(
        tensor=fields.integer("tensor", 0, 15),
        kind=fields.one_of("kind", "logits"),
        width=width,
        emotions=fields.indices("emotions", count, width),
        others={name: others.integer(name, 0, width - 1) for name in others.names()},
        benchmarks={name: benchmarks.indices(name, count, width) for name in benchmarks.names()},
        features=_features(fields.table("features")) if featured else None,
    )
    fields.done()
    return found


def _features(fields: Fields) -> FeatureOutput:
    found = FeatureOutput(tensor=fields.integer("tensor", 0, 15), width=fields.integer("width", 1, MOST_FEATURES))
    fields.done()
    return found


def _metric(fields: Fields) -> Metric:
    found = Metric(
        name=fields.text("name"),
        value=fields.number("value", -math.inf, math.inf),
        data=fields.text("data"),
        split=fields.text("split"),
        runtime=fields.text("runtime"),
    )
    fields.done()
    return found


def _tempering(fields: Fields) -> Tempering:
    found = Tempering(*(fields.number(each.name, 0.0, 2.0) for each in dataclasses.fields(Tempering)))
    fields.done()
    return found


def _members(fields: Fields, featured: bool) -> dict[str, str]:
    right = (POPULATION, *MEMBERS) if featured else MEMBERS
    if sorted(fields.names()) != sorted(right):
        raise fields.wrong("", " and ".join(right), ", ".join(fields.names()) or "nothing")
    return {name: fields.matching(name, r"[0-9a-f]{64}") for name in sorted(right)}
