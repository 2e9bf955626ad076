import pytest

from appliance.model.bundle import Bundle
from appliance.model.errors import ModelError
from appliance.model.runtime import load_interpreter, runtime_name


def test_the_runtime_says_its_name_and_version() -> None:
    name, version = runtime_name().split()
    assert name in {"ai-edge-litert", "tflite-runtime"}
    assert version[0].isdigit()


def test_a_model_is_loaded_from_its_bytes(shipped: Bundle) -> None:
    assert len(load_interpreter(shipped.model).get_input_details()) == 1


@pytest.mark.parametrize("content", [b"", b"TFL3", b"\x1c\0\0\0TFL3", b"PK\x03\x04" * 1000])
def test_bytes_that_are_no_model_are_refused_before_the_runtime_sees_them(content: bytes) -> None:
    with pytest.raises(ModelError, match="not a TFLite model"):
        load_interpreter(content)
