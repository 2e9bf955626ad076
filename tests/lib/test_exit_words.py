import signal

import pytest

from appliance.lib.child_process import exit_words


@pytest.mark.parametrize(
    ("status", "words"),
    [(0, "with status 0"), (3, "with status 3"), (-signal.SIGKILL, "by signal SIGKILL"), (-40, "by signal 40")],
)
def test_an_end_is_told_in_words(status: int, words: str) -> None:
    assert exit_words(status) == words
