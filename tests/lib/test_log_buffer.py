"""The last lines that the box has said."""

import logging
from datetime import UTC, datetime

from appliance.lib.log_buffer import KEPT, LogBuffer


def tail() -> LogBuffer:
    return LogBuffer(lambda: datetime(2026, 1, 1, 18, 0, tzinfo=UTC))


def record(level: int, text: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("appliance.test", level, __file__, 1, text, values, None)


def test_lines_of_the_log_and_of_the_box_stand_in_the_order_in_which_they_were_said() -> None:
    kept = tail()
    kept.note("Moodbox is running.")
    kept.handle(record(logging.WARNING, "the page cannot listen at port %d", 80))
    at = datetime(2026, 1, 1, 18, 0, tzinfo=UTC).astimezone().strftime("%H:%M:%S")
    assert kept.lines == [f"{at}  Moodbox is running.", f"{at}  warning: the page cannot listen at port 80"]


def test_only_the_last_lines_are_kept_and_none_without_end() -> None:
    kept = tail()
    for number in range(KEPT + 50):
        kept.note(f"{number} " + "x" * 10_000)
    assert len(kept.lines) == KEPT
    assert kept.lines[0].split()[1] == "50"
    assert max(map(len, kept.lines)) < 600


def test_of_a_trace_only_its_message_is_kept() -> None:
    kept, failure = tail(), record(logging.ERROR, "it failed")
    failure.exc_info = (ValueError, ValueError("inside"), None)
    kept.handle(failure)
    assert len(kept.lines) == 1
    assert kept.lines[0].endswith("error: it failed")
