import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from gpiozero import PinUnknownPi

from appliance.controls.pins import PinsMissing, kind_of, on_a_pi, open_pins
from appliance.settings.controls import ControlsSettings


@pytest.mark.parametrize(
    ("model", "expected"), [(b"Raspberry Pi 4 Model B Rev 1.5\0", True), (b"Radxa ROCK 5B\0", False), (None, False)]
)
def test_a_pi_is_known_by_its_device_tree(tmp_path: Path, model: bytes | None, expected: bool) -> None:
    if model is not None:
        (tmp_path / "model").write_bytes(model)
    assert on_a_pi(tmp_path / "model") is expected


@pytest.mark.parametrize(("is_pi", "kind"), [(True, "lgpio"), (False, "none")])
def test_by_default_a_pi_has_real_pins_and_a_laptop_has_none(
    monkeypatch: pytest.MonkeyPatch, is_pi: bool, kind: str
) -> None:
    monkeypatch.setattr("appliance.controls.pins.on_a_pi", lambda: is_pi)
    assert kind_of(ControlsSettings()) == kind
    assert kind_of(ControlsSettings(pins="mock")) == "mock"


@pytest.fixture
def lgpio(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """As the real one does: it goes to LG_WD when it is imported, and says no where there is no chip."""
    (tmp_path / "lgpio.py").write_text(
        "import os\n"
        "os.chdir(os.environ['LG_WD'])\n"
        "open('.lgd-nfy0', 'w').close()\n"
        "SET_PULL_NONE = BOTH_EDGES = RISING_EDGE = FALLING_EDGE = 0\n"
        "class error(Exception): ...\n"
        "def gpiochip_open(chip): raise error('can not open gpiochip')\n"
    )
    names = ("lgpio", "gpiozero.pins.lgpio")
    monkeypatch.syspath_prepend(tmp_path)
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setenv("LG_WD", "")
    yield
    for name in names:
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("lgpio")
def test_lgpio_is_given_a_folder_of_its_own_and_the_process_stays_where_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", lambda: 0xC03115)
    (folder := tmp_path / "run").mkdir()
    here = Path.cwd()
    with pytest.raises(PinsMissing, match="can not open gpiochip") as caught:
        open_pins("lgpio", folder)
    assert "group gpio" in str(caught.value)
    assert Path.cwd() == here
    assert (folder / ".lgd-nfy0").exists()
    assert os.environ["LG_WD"] == str(folder)


@pytest.mark.usefixtures("lgpio")
def test_on_another_machine_than_a_pi_lgpios_pins_are_refused_with_a_way_to_try(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unknown() -> int:
        raise PinUnknownPi("no revision")

    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", unknown)
    with pytest.raises(PinsMissing, match=r"no Raspberry Pi.*--keys"):
        open_pins("lgpio", tmp_path)


def test_pretended_pins_can_dim() -> None:
    pins = open_pins("mock")
    pin = pins.factory.pin(12)
    pin.function = "output"
    pin.frequency = 200
    pin.state = 0.5
    assert pin.state == 0.5
    pins.factory.close()
