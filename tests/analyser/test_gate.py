"""When songs are listened to, and what comes first."""

from appliance.analyser.gate import SETTLE, ListeningGate


def test_a_quiet_cool_box_listens() -> None:
    assert ListeningGate(70).reason_to_wait(0, None, None, False) == ""
    assert ListeningGate(70).reason_to_wait(0, False, 50.0, False) == ""


def test_who_has_just_come_has_the_machine_to_himself() -> None:
    gate = ListeningGate(70)
    assert gate.reason_to_wait(0, False, None, False) == ""
    assert "come" in gate.reason_to_wait(1, True, None, False)
    assert "come" in gate.reason_to_wait(SETTLE, True, None, False)
    assert gate.reason_to_wait(SETTLE + 2, True, None, False) == ""
    assert gate.reason_to_wait(SETTLE + 3, False, None, False) == ""
    assert "come" in gate.reason_to_wait(SETTLE + 9, True, None, False)


def test_a_hot_processor_cools_down_for_a_while() -> None:
    gate = ListeningGate(70)
    assert "70" in gate.reason_to_wait(0, None, 70.0, False)
    assert "hot" in gate.reason_to_wait(1, None, 66.0, False)
    assert gate.reason_to_wait(2, None, 64.9, False) == ""
    assert gate.reason_to_wait(3, None, 69.0, False) == ""


def test_a_throttled_machine_is_left_alone() -> None:
    assert "slowed down" in ListeningGate(70).reason_to_wait(0, None, 50.0, True)
