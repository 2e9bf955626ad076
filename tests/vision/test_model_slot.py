from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from appliance.model.errors import ModelError
from appliance.vision.geometry import Detection
from appliance.vision.model_slot import TIMED, ModelSlot
from tests.model import tiny

FRAME = np.full((100, 100, 3), 128, np.uint8)
SOMEONE = [Detection((20.0, 20.0, 50.0, 50.0), 0.9)]
SLOW = 10_000.0
"""A limit in milliseconds that every model keeps."""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(version: str, model: bytes | None = None) -> Path:
        file = tmp_path / f"{version}.moodmodel"
        file.write_bytes(tiny.make(version, model))
        return file

    return write


def test_a_wanted_model_is_used_from_the_next_look_on(write: Callable[..., Path]) -> None:
    old, new = write("1.0.0"), write("2.0.0")
    slot = ModelSlot(old, old, SLOW)
    assert not slot.follow("")
    assert len(slot.read(FRAME, SOMEONE)) == 1
    assert slot.follow(str(new))
    assert slot.name == "tiny 2.0.0"
    assert len(slot.read(FRAME, SOMEONE)) == 1
    assert not slot.follow(str(new))
    assert slot.refused == ""


def test_a_model_that_cannot_be_loaded_leaves_the_old_one_at_work(write: Callable[..., Path]) -> None:
    old, bad = write("1.0.0"), write("2.0.0", b"no model " * 9)
    slot = ModelSlot(old, old, SLOW)
    assert slot.follow(str(bad))
    assert (slot.name, slot.refused) == ("tiny 1.0.0", str(bad))
    assert "TFL3" in slot.refusal
    assert not slot.follow(str(bad))
    assert len(slot.read(FRAME, SOMEONE)) == 1


def test_a_model_that_fails_at_work_gives_way_within_the_same_look(write: Callable[..., Path]) -> None:
    old, bad = write("1.0.0"), write("2.0.0", tiny.tflite(bias=float("nan")))
    slot = ModelSlot(old, old, SLOW)
    slot.follow(str(bad))
    assert slot.name == "tiny 2.0.0"
    assert len(slot.read(FRAME, SOMEONE)) == 1
    assert (slot.name, slot.refused) == ("tiny 1.0.0", str(bad))
    assert "not finite" in slot.refusal
    assert slot.follow(str(bad))
    assert slot.name == "tiny 1.0.0"


def test_a_model_that_is_too_slow_gives_way(write: Callable[..., Path]) -> None:
    old, new = write("1.0.0"), write("2.0.0")
    slot = ModelSlot(old, old, limit=0.0001)
    slot.follow(str(new))
    for look in range(TIMED):
        assert slot.name == "tiny 2.0.0", look
        slot.read(FRAME, SOMEONE)
    assert slot.name == "tiny 1.0.0"
    assert "at most 0.0001 ms" in slot.refusal


def test_looks_without_a_face_say_nothing_about_speed(write: Callable[..., Path]) -> None:
    old, new = write("1.0.0"), write("2.0.0")
    slot = ModelSlot(old, old, limit=0.0001)
    slot.follow(str(new))
    for _ in range(2 * TIMED):
        slot.read(FRAME, [])
    assert slot.name == "tiny 2.0.0"


def test_a_refused_model_may_be_tried_again_after_the_old_one_was_wanted(write: Callable[..., Path]) -> None:
    old, new = write("1.0.0"), write("2.0.0", b"no model " * 9)
    slot = ModelSlot(old, old, SLOW)
    slot.follow(str(new))
    assert slot.follow(str(old))
    assert slot.refused == ""
    write("2.0.0")
    slot.follow(str(new))
    assert slot.name == "tiny 2.0.0"


def test_a_damaged_model_at_the_start_is_replaced_by_the_shipped_one(write: Callable[..., Path]) -> None:
    bad, shipped = write("1.0.0", b"no model " * 9), write("0.1.0")
    slot = ModelSlot(bad, shipped, SLOW)
    assert (slot.name, slot.refused) == ("tiny 0.1.0", str(bad))
    slot.follow(str(bad))
    assert slot.name == "tiny 0.1.0"


def test_a_proven_model_that_fails_one_day_gives_way_to_the_shipped_one(write: Callable[..., Path]) -> None:
    bad, shipped = write("1.0.0", tiny.tflite(bias=float("nan"))), write("0.1.0")
    slot = ModelSlot(bad, shipped, SLOW)
    assert len(slot.read(FRAME, SOMEONE)) == 1
    assert slot.name == "tiny 0.1.0"


def test_only_when_the_shipped_model_fails_too_is_there_an_error(write: Callable[..., Path]) -> None:
    bad = write("1.0.0", tiny.tflite(bias=float("nan")))
    slot = ModelSlot(bad, bad, SLOW)
    with pytest.raises(ModelError, match="not finite"):
        slot.read(FRAME, SOMEONE)
    junk = write("2.0.0", b"no model " * 9)
    with pytest.raises(ModelError):
        ModelSlot(junk, junk, SLOW)
