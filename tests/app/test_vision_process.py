"""What the vision process writes reaches the log at the level it was meant for."""

import logging

import pytest

from appliance.app.vision_process import pass_on


@pytest.mark.parametrize(
    ("line", "level", "text"),
    [
        ("WARNING the camera is gone", logging.WARNING, "the camera is gone"),
        ("INFO: Created TensorFlow Lite XNNPACK delegate", logging.DEBUG, "vision: INFO: Created TensorFlow Lite"),
        ("W0000 00:00:1 inference_feedback_manager.cc:114]", logging.DEBUG, "vision: W0000"),
        ("Fatal Python error: Aborted", logging.WARNING, "vision: Fatal Python error: Aborted"),
    ],
)
def test_a_line_is_logged_at_its_own_level(line: str, level: int, text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    pass_on(line)
    (record,) = caplog.records
    assert record.levelno == level
    assert record.getMessage().startswith(text)
