"""The expression classifier: prepared faces in, calibrated probabilities of the emotions out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.model.bundle import Bundle
from appliance.model.errors import ModelError
from appliance.model.manifest import Manifest
from appliance.model.runtime import load_interpreter
from appliance.model.tempering import tempered
from appliance.model.tflite_file import verify_tflite

TOLERANCE = 0.15
"""Largest difference of a golden probability between machines: integer kernels round differently.

Between tflite-runtime 2.14 and ai-edge-litert 2.3 it is up to 0.08; labels in a wrong order give far more.
"""


class ExpressionClassifier:
    """One loaded model."""

    def __init__(self, bundle: Bundle, threads: int = 1) -> None:
        """Raises ModelError when the model's file is damaged, the runtime refuses it or its tensors are not those of
        the manifest.
        """
        self._bundle = bundle
        self._shape = bundle.manifest.input.shape
        verify_tflite(bundle.model)
        self._interpreter = load_interpreter(bundle.model, threads)
        outputs = self._interpreter.get_output_details()
        described = bundle.manifest.outputs
        if described.tensor >= len(outputs):
            raise ModelError(f"the model has {len(outputs)} outputs, the manifest says number {described.tensor}")
        self._input = _sole(self._interpreter.get_input_details())
        self._output = outputs[described.tensor]
        self._expect(self._input, (1, *self._shape), "input")
        self._expect(self._output, (1, described.width), "output")
        if self._input["dtype"] is not np.uint8:
            raise ModelError(f"the model's input must be uint8, found {np.dtype(self._input['dtype'])}")
        self._features = self._feature_output(outputs)
        self._columns = [EMOTIONS.index(emotion) for emotion in bundle.manifest.named]

    @property
    def name(self) -> str:
        """Name and version of the model, for example `moodbox-edge 1.0.0`."""
        return f"{self._bundle.manifest.name} {self._bundle.manifest.version}"

    @property
    def named_emotions(self) -> tuple[Emotion, ...]:
        """The emotions that it names, in canonical order."""
        return self._bundle.manifest.named

    @property
    def features(self) -> int:
        """How many features it gives of a face; 0 for a bundle without."""
        outputs = self._bundle.manifest.outputs
        return outputs.features.width if outputs.features else 0

    def classify(self, inputs: NDArray[np.uint8], widths: Sequence[float] | None = None) -> NDArray[np.float32]:
        """Faces uint8 (n, height, width, channels) from `preprocess` → float32 (n, emotions) in EMOTIONS order.

        `widths` are those of the faces in their frames, in pixels, where they are known: a model whose bundle says so
        is less sure of small faces, as it is of dark and blurred ones. Rows sum to 1; an emotion that the model does
        not name has 0. Raises ModelError for another shape or type, or when the model gives a number that is not
        finite.
        """
        return self.spread(self.named(inputs, widths))

    def spread(self, named: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities of the emotions that the model names (n, named) as those of all (n, emotions)."""
        found = np.zeros((len(named), len(EMOTIONS)), np.float32)
        found[:, self._columns] = named
        return found

    def named(self, inputs: NDArray[np.uint8], widths: Sequence[float] | None = None) -> NDArray[np.float32]:
        """The probabilities of the emotions that the model names alone, as `classify` gives them."""
        return self.meaning(self.logits(inputs), inputs, widths)

    def meaning(
        self, logits: NDArray[np.float32], inputs: NDArray[np.uint8], widths: Sequence[float] | None = None
    ) -> NDArray[np.float32]:
        """The same of logits that `run` gave for these faces."""
        return probabilities(self._bundle.manifest, logits, inputs, widths)

    def named_logits(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of the model's whole output those of the emotions that it names, (n, named)."""
        return logits[:, list(self._bundle.manifest.canonical)]

    def logits(self, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The model's whole output, float32 (n, width): for measurements of its other heads."""
        return self.run(inputs)[0]

    def run(self, inputs: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
        """The model's whole output, float32 (n, width), and its features, int8 (n, features): 0 wide if it has none.

        Both come of one run.
        """
        if inputs.dtype != np.uint8 or inputs.ndim != 4 or inputs.shape[1:] != self._shape:
            raise ModelError(f"expected uint8 faces (n, {', '.join(map(str, self._shape))}), "
                             f"found {inputs.dtype} {inputs.shape}")  # fmt: skip
        outputs = self._bundle.manifest.outputs
        found = np.empty((len(inputs), outputs.width), np.float32)
        features = np.empty((len(inputs), outputs.features.width if outputs.features else 0), np.int8)
        for index in range(len(inputs)):
            self._interpreter.set_tensor(self._input["index"], inputs[index : index + 1])
            self._interpreter.invoke()
            found[index] = self._real(self._interpreter.get_tensor(self._output["index"]))[0]
            if self._features:
                features[index] = self._interpreter.get_tensor(self._features["index"])[0]
        if not np.isfinite(found).all():
            raise ModelError("the model gave a number that is not finite")
        return found, features

    def placed(self, features: NDArray[np.int8]) -> NDArray[np.float32]:
        """Features as `run` gives them (n, features), as places among those of faces in general, float32: see
        `Population`. Raises ModelError if the model has none.
        """
        if self._features is None or self._bundle.population is None:
            raise ModelError(f"{self.name} gives no features")
        scale, zero = self._features["quantization"]
        return self._bundle.population.place((features.astype(np.float32) - zero) * np.float32(scale))

    def golden(self) -> float:
        """Run the golden vectors; the largest difference of a probability.

        Raises ModelError when it exceeds TOLERANCE: the runtime computes something else than what was measured.
        """
        vectors = self._bundle.golden
        difference = float(np.abs(self.named(vectors.inputs) - vectors.probabilities).max())
        if difference > TOLERANCE:
            raise ModelError(f"golden vectors differ by {difference:.3f}, at most {TOLERANCE} is allowed")
        return difference

    def _feature_output(self, outputs: list[dict[str, Any]]) -> dict[str, Any] | None:
        if (described := self._bundle.manifest.outputs.features) is None:
            return None
        if described.tensor >= len(outputs):
            raise ModelError(f"the model has {len(outputs)} outputs, the manifest says features in {described.tensor}")
        found = outputs[described.tensor]
        self._expect(found, (1, described.width), "features")
        if found["dtype"] is not np.int8:
            raise ModelError(f"the model's features must be int8, found {np.dtype(found['dtype'])}")
        return found

    def _real(self, raw: NDArray[Any]) -> NDArray[np.float32]:
        """Undo the quantization of an integer output."""
        if raw.dtype == np.float32:
            return raw
        scale, zero = self._output["quantization"]
        return np.asarray((raw.astype(np.float32) - zero) * scale, np.float32)

    def _expect(self, tensor: dict[str, Any], shape: tuple[int, ...], what: str) -> None:
        if (found := tuple(int(size) for size in tensor["shape"])) != shape:
            raise ModelError(f"the model's {what} has shape {found}, the manifest says {shape}")


def probabilities(
    manifest: Manifest, logits: NDArray[np.float32], inputs: NDArray[np.uint8], widths: Sequence[float] | None = None
) -> NDArray[np.float32]:
    """What the model's whole output (n, width) for these faces means: (n, named), rows that sum to 1."""
    heat: float | NDArray[np.float64] = manifest.temperature
    if manifest.tempering is not None:
        heat = heat * tempered(inputs, manifest.tempering, widths)[:, None]
    cooled = logits[:, list(manifest.canonical)].astype(np.float64) / heat
    raised = np.exp(cooled - cooled.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _sole(details: list[dict[str, Any]]) -> dict[str, Any]:
    if len(details) != 1:
        raise ModelError(f"the model must have one input, it has {len(details)}")
    return details[0]
