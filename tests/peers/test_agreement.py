"""Two boxes agree on a key, and people compare six digits."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.peers.agreement import Agreement, Answer, Commitment, Consent, Opening
from appliance.peers.errors import PairingError


def two() -> tuple[Agreement, Agreement]:
    return Agreement("kitchen", "attic", asks=True), Agreement("attic", "kitchen", asks=False)


def talked(asking: Agreement, asked: Agreement) -> None:
    """Until both show their digits."""
    answer = asked.hear(asking.begin())
    assert answer
    opening = asking.hear(answer)
    assert opening
    assert asked.hear(opening) is None


def test_both_show_the_same_digits_and_have_one_key_once_both_consent() -> None:
    asking, asked = two()
    talked(asking, asked)
    assert asking.code == asked.code
    assert asking.code
    assert len(asking.code) == 6
    asked.hear(asking.consent())
    assert asked.key is None
    asking.hear(asked.consent())
    assert asking.key == asked.key
    assert len(asking.key or b"") == 32


def test_every_pairing_has_another_key() -> None:
    codes = set()
    for _ in range(20):
        asking, asked = two()
        talked(asking, asked)
        codes.add(asking.code)
    assert len(codes) > 15


def test_somebody_in_between_has_other_digits_on_both_sides() -> None:
    asking, asked = two()
    to_asking, to_asked = Agreement("attic", "kitchen", asks=False), Agreement("kitchen", "attic", asks=True)
    talked(asking, to_asking)
    talked(to_asked, asked)
    assert asking.code != asked.code


def test_a_key_that_was_not_committed_to_is_refused() -> None:
    asking, asked = two()
    answer = asked.hear(asking.begin())
    assert isinstance(answer, Answer)
    other = Agreement("kitchen", "attic", asks=True)
    other.begin()
    opening = other.hear(answer)
    assert opening
    with pytest.raises(PairingError, match="bound to"):
        asked.hear(opening)


def test_a_consent_with_another_key_is_refused() -> None:
    asking, asked = two()
    talked(asking, asked)
    with pytest.raises(PairingError, match="another key"):
        asked.hear(Consent(bytes(32)))
    with pytest.raises(PairingError, match="another key"):
        asked.hear(asked.consent())  # its own, sent back
    assert asked.key is None


def test_no_consent_before_there_are_digits() -> None:
    asking, _ = two()
    with pytest.raises(PairingError, match="no digits"):
        asking.consent()


STEPS = st.one_of(
    st.builds(Commitment, st.binary(max_size=40)),
    st.builds(Answer, st.binary(max_size=40), st.binary(max_size=40)),
    st.builds(Answer, st.just(bytes(32)), st.just(bytes(32))),
    st.builds(Opening, st.binary(max_size=40), st.binary(max_size=40)),
    st.builds(Consent, st.binary(max_size=40)),
)


@settings(max_examples=60)
@given(st.lists(STEPS, max_size=6), st.booleans())
def test_whatever_is_heard_never_gives_a_key_without_consent(steps: list[Commitment], asks: bool) -> None:
    box = Agreement("kitchen", "attic", asks=asks)
    for step in steps:
        with contextlib.suppress(PairingError):
            box.hear(step)
        assert box.key is None
