"""Which sound cards there are, as the kernel of a Raspberry Pi and of a desktop say."""

from pathlib import Path

import pytest

from appliance.domain.outputs import OutputKind, SoundOutput
from appliance.outputs.cards import card_is_there, card_of, card_outputs
from appliance.outputs.names import output_name
from appliance.words.speaking import speaking

CARDS = """\
 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones
                      bcm2835 Headphones
 1 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0
                      vc4-hdmi-0
 2 [vc4hdmi1       ]: vc4-hdmi - vc4-hdmi-1
                      vc4-hdmi-1
 3 [C920           ]: USB-Audio - HD Pro Webcam C920
                      HD Pro Webcam C920 at usb-0000:01:00.0-1.2, high speed
 4 [E30            ]: USB-Audio - E30
                      Topping E30 at usb-0000:01:00.0-1.3, high speed
 5 [sndrpihifiberry]: RPi-simple - snd_rpi_hifiberry_dacplus
                      snd_rpi_hifiberry_dacplus
"""
PCM = """\
00-00: bcm2835 Headphones : bcm2835 Headphones : playback 8
01-00: MAI PCM i2s-hifi-0 : MAI PCM i2s-hifi-0 : playback 1
02-00: MAI PCM i2s-hifi-0 : MAI PCM i2s-hifi-0 : playback 1
03-00: USB Audio : USB Audio : capture 1
04-00: USB Audio : USB Audio : playback 1
05-00: HiFiBerry DAC+ HiFi pcm512x-hifi-0 : HiFiBerry DAC+ HiFi pcm512x-hifi-0 : playback 1
"""


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    (tmp_path / "cards").write_text(CARDS)
    (tmp_path / "pcm").write_text(PCM)
    return tmp_path


def test_every_device_that_plays_has_a_name_that_does_not_change_with_its_number(kernel: Path) -> None:
    assert [each.device for each in card_outputs(kernel)] == [
        *("plughw:CARD=Headphones,DEV=0", "plughw:CARD=vc4hdmi0,DEV=0", "plughw:CARD=vc4hdmi1,DEV=0"),
        *("plughw:CARD=E30,DEV=0", "plughw:CARD=sndrpihifiberry,DEV=0"),
    ]


def test_outputs_are_called_as_people_call_them(kernel: Path) -> None:
    names = ["Headphone jack", "HDMI 1", "HDMI 2", "USB: E30", "I2S board: HiFiBerry DAC+"]
    assert [output_name(each) for each in card_outputs(kernel)] == names
    with speaking("de"):
        assert output_name(card_outputs(kernel)[0]) == "Kopfhörerbuchse"


def test_the_only_hdmi_socket_needs_no_number(tmp_path: Path) -> None:
    (tmp_path / "cards").write_text(" 0 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi\n                      vc4-hdmi\n")
    (tmp_path / "pcm").write_text("00-00: MAI PCM i2s-hifi-0 : MAI PCM i2s-hifi-0 : playback 1\n")
    assert [output_name(each) for each in card_outputs(tmp_path)] == ["HDMI"]


def test_the_sockets_of_a_desktops_card_have_the_cards_name(tmp_path: Path) -> None:
    card = " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xf7e30000\n"
    (tmp_path / "cards").write_text(card)
    (tmp_path / "pcm").write_text("00-00: ALC892 Analog : x : playback 1 : capture 1\n00-03: HDMI 0 : x : playback 1\n")
    assert [output_name(each) for each in card_outputs(tmp_path)] == [
        "HDA Intel PCH, ALC892 Analog",
        "HDMI 1 (HDA Intel PCH)",
    ]


def test_two_of_the_same_product_are_told_apart(tmp_path: Path) -> None:
    cards = "".join(
        f" {at} [Device{at or ''}]: USB-Audio - USB Audio Device\n                      x\n" for at in (0, 1)
    )
    (tmp_path / "cards").write_text(cards)
    (tmp_path / "pcm").write_text("00-00: a : a : playback 1\n01-00: a : a : playback 1\n")
    assert [each.detail for each in card_outputs(tmp_path)] == [
        "USB Audio Device (Device)",
        "USB Audio Device (Device1)",
    ]


def test_a_machine_without_a_card_has_none(tmp_path: Path) -> None:
    assert card_outputs(tmp_path) == []
    (tmp_path / "cards").write_text("--- no soundcards ---\n")
    (tmp_path / "pcm").write_text("")
    assert card_outputs(tmp_path) == []


def test_a_device_tells_its_card_unless_it_is_of_alsas_own_configuration(kernel: Path) -> None:
    assert [card_of(device) for device in ("plughw:CARD=E30,DEV=0", "hw:4", "hw:E30,0", "default", "kitchen")] == [
        *("E30", "4", "E30", None, None)
    ]
    assert [card_is_there(card, kernel) for card in ("E30", "4", "6", "E50")] == [True, True, False, False]


def test_a_name_that_no_kind_explains_is_the_devices() -> None:
    assert output_name(SoundOutput("hw:7")) == "hw:7"
    assert output_name(SoundOutput("pulse:x", OutputKind.BLUETOOTH, "Boombox")) == "Bluetooth: Boombox"
