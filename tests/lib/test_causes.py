import pytest

from appliance.lib.causes import causes


class Wrapped(Exception):
    """As urllib3's, which keep the cause in `reason`."""

    def __init__(self, reason: object) -> None:
        super().__init__("wrapped")
        self.reason = reason


def test_an_error_without_a_cause_stands_alone() -> None:
    alone = ValueError("odd")
    assert list(causes(alone)) == [alone]


def test_causes_are_found_in_arguments_reasons_and_chains() -> None:
    last = OSError(111, "Connection refused")
    chained = ValueError("odd")
    chained.__cause__ = last
    wrapped = Wrapped(chained)
    assert list(causes(RuntimeError("failed", wrapped)))[1:] == [wrapped, chained, last]


@pytest.mark.parametrize("reason", ["no such host", 7, None])
def test_a_reason_in_words_ends_the_chain(reason: object) -> None:
    wrapped = Wrapped(reason)
    assert list(causes(wrapped)) == [wrapped]
