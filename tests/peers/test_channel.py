"""Signed messages between two paired boxes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.peers.channel import LARGEST, Channel
from appliance.peers.errors import ForgedMessage

KEY = bytes(range(32))


def met() -> tuple[Channel, Channel]:
    """Two ends that know each other's run."""
    kitchen, attic = Channel("kitchen", "attic", KEY), Channel("attic", "kitchen", KEY)
    assert attic.open("state", kitchen.seal("state", b"1")) is None
    assert kitchen.open("state", attic.seal("state", b"1")) == b"1"
    assert attic.open("state", kitchen.seal("state", b"1")) == b"1"
    return kitchen, attic


@given(st.lists(st.text(max_size=50), max_size=20))
def test_what_one_end_says_the_other_hears_in_order(texts: list[str]) -> None:
    kitchen, attic = met()
    for text in texts:
        assert attic.open("state", kitchen.seal("state", text.encode())) == text.encode()


def test_a_message_counts_once() -> None:
    kitchen, attic = met()
    message = kitchen.seal("ask", b"skip")
    assert attic.open("ask", message) == b"skip"
    with pytest.raises(ForgedMessage, match="second time"):
        attic.open("ask", message)


def test_an_older_message_comes_too_late_and_one_of_another_kind_does_not() -> None:
    kitchen, attic = met()
    first, ask, second = kitchen.seal("state", b"1"), kitchen.seal("ask", b"2"), kitchen.seal("state", b"3")
    assert attic.open("state", second) == b"3"
    assert attic.open("ask", ask) == b"2"
    with pytest.raises(ForgedMessage, match="second time"):
        attic.open("state", first)


def test_a_message_of_an_earlier_run_is_not_taken() -> None:
    kitchen, _ = met()
    old = kitchen.seal("ask", b"skip")
    again = Channel("attic", "kitchen", KEY)
    assert again.open("ask", old) is None
    assert kitchen.open("state", again.seal("state", b"here again")) == b"here again"
    with pytest.raises(ForgedMessage):
        again.open("ask", kitchen.seal("state", b"not an ask"))
    assert again.open("state", kitchen.seal("state", b"now")) == b"now"
    assert again.open("ask", old) is None


def test_a_message_cannot_be_sent_back_or_to_another_box_or_as_another_kind() -> None:
    kitchen, attic = met()
    message = kitchen.seal("state", b"1")
    for end, kind in ((kitchen, "state"), (Channel("bath", "kitchen", KEY), "state"), (attic, "ask")):
        with pytest.raises(ForgedMessage, match="wrong signature"):
            end.open(kind, message)


def test_another_key_is_not_believed() -> None:
    _, attic = met()
    with pytest.raises(ForgedMessage, match="wrong signature"):
        attic.open("state", Channel("kitchen", "attic", bytes(32)).seal("state", b"1"))


@given(st.data())
def test_a_message_with_one_byte_changed_is_not_believed(data: st.DataObject) -> None:
    kitchen, attic = met()
    message = bytearray(kitchen.seal("state", b'{"mood":"happy"}'))
    at = data.draw(st.integers(0, len(message) - 1))
    message[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ForgedMessage):
        attic.open("state", bytes(message))


@given(st.binary(max_size=300))
def test_rubbish_is_not_believed(message: bytes) -> None:
    with pytest.raises(ForgedMessage):
        met()[1].open("state", message)


def test_what_is_too_large_or_too_deep_is_not_believed() -> None:
    for message in (b" " * (LARGEST + 1), b"[" * LARGEST):
        with pytest.raises(ForgedMessage):
            met()[1].open("state", message)
