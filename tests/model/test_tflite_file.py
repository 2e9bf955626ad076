"""What passes is tried on the real runtime, in a child process each time: it may refuse it, but nothing may crash."""

import os
import random
import struct
from collections import Counter
from dataclasses import replace

import pytest

from appliance.model import bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.errors import ModelError
from appliance.model.flatbuffer import Flatbuffer
from appliance.model.shipped import shipped_model
from appliance.model.tflite_file import verify_tflite
from tests.model import tiny

TRIES = 150
SHIPPED = bundle.read_bundle(shipped_model())
TINY = bundle.parse_bundle(tiny.make())


@pytest.mark.parametrize(
    "model",
    [SHIPPED.model, tiny.tflite(), tiny.tflite(32, burden=4), tiny.tflite(64, burden=3, greedy=True)],
    ids=["shipped", "tiny", "with-convolutions", "with-outputs"],
)
def test_a_whole_model_passes(model: bytes) -> None:
    verify_tflite(model)


def swapped(find: bytes, put: bytes) -> bytes:
    model = tiny.tflite()
    assert model.count(find) == 1
    return model.replace(find, put)


@pytest.mark.parametrize(
    ("damaged", "words"),
    [
        (tiny.crashing(), "points to byte"),
        (b"no model at all " * 20, "TFL3"),
        (tiny.tflite()[:5000], "byte"),
        (swapped(struct.pack("<4i", 3, 1, 2, 3), struct.pack("<4i", 3, 1, 2, 9)), "names tensor 9"),
        (swapped(struct.pack("<4i", 3, 1, 2, 3), struct.pack("<4i", 3, 4, 2, 3)), "before it holds anything"),
        (swapped(struct.pack("<3i", 2, 7, 256), struct.pack("<3i", 2, 7, 255)), "has 7168 bytes, it must have 7140"),
    ],
)
def test_damage_is_named(damaged: bytes, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        verify_tflite(damaged)


def structure(model: bytes) -> list[int]:
    """The places of all bytes but those of large constants, in which any byte is as good as another."""
    spans = [buffer.span(0, 1) for buffer in Flatbuffer(model).root.tables(4)]
    constants = {place for start, count in spans if count > 64 for place in range(start, start + count)}
    return [place for place in range(8, len(model)) if place not in constants]


def ended(good: bundle.Bundle, model: bytes) -> int:
    """How a process ends that loads a model and runs its golden vectors: 0, 1 for a refusal, negative for a signal."""
    if (child := os.fork()) == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        try:
            ExpressionClassifier(replace(good, model=model)).golden()
        except ModelError:
            os._exit(1)
        except BaseException:  # noqa: BLE001 - the child must end here
            os._exit(2)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("good", [TINY, SHIPPED], ids=["tiny", "shipped"])
def test_no_damage_to_a_models_structure_crashes_its_runtime(good: bundle.Bundle) -> None:
    drawn, places = random.Random(1), structure(good.model)
    outcomes: Counter[int] = Counter()
    for _ in range(TRIES):
        model = bytearray(good.model)
        for place in drawn.choices(places, k=drawn.choice([1, 1, 1, 2, 4])):
            model[place] = drawn.choice([0, 1, 0x7F, 0x80, 0xFF, drawn.randrange(256)])
        outcomes[ended(good, bytes(model))] += 1
    assert set(outcomes) <= {0, 1}, outcomes
    assert outcomes[0] > 0
    assert outcomes[1] > 0
