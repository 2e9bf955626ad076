"""Which sound cards there are, as the kernel of a Raspberry Pi says."""

from pathlib import Path

from appliance.web.sound_outputs import SoundOutput, sound_outputs

CARDS = """\
 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones
                      bcm2835 Headphones
 1 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0
                      vc4-hdmi-0
 2 [C920           ]: USB-Audio - HD Pro Webcam C920
                      HD Pro Webcam C920 at usb-0000:01:00.0-1.2, high speed
"""
PCM = """\
00-00: bcm2835 Headphones : bcm2835 Headphones : playback 8
01-00: MAI PCM i2s-hifi-0 : MAI PCM i2s-hifi-0 : playback 1
02-00: USB Audio : USB Audio : capture 1
"""


def test_every_device_that_plays_has_a_name_that_does_not_change_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "cards").write_text(CARDS)
    (tmp_path / "pcm").write_text(PCM)
    assert sound_outputs(tmp_path) == [
        SoundOutput("plughw:CARD=Headphones,DEV=0", "Headphones: bcm2835 Headphones"),
        SoundOutput("plughw:CARD=vc4hdmi0,DEV=0", "vc4hdmi0: MAI PCM i2s-hifi-0"),
    ]


def test_a_machine_without_a_card_has_none(tmp_path: Path) -> None:
    assert sound_outputs(tmp_path) == []
    (tmp_path / "cards").write_text("--- no soundcards ---\n")
    (tmp_path / "pcm").write_text("")
    assert sound_outputs(tmp_path) == []
