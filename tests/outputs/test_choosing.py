"""Which output the music goes to."""

from __future__ import annotations

import socket
from pathlib import Path

from appliance.outputs.choosing import FoundOutputs, OutputDecision, decide_output, find_outputs
from tests.outputs.test_cards import CARDS, PCM

USB = "plughw:CARD=E30,DEV=0"


def found(tmp_path: Path, *asked: str, cards: str = CARDS) -> FoundOutputs:
    kernel, devices = tmp_path / "asound", tmp_path / "snd"
    kernel.mkdir(exist_ok=True)
    devices.mkdir(exist_ok=True)
    (kernel / "cards").write_text(cards)
    (kernel / "pcm").write_text(PCM)
    (devices / "pcmC0D0p").touch()
    return find_outputs({"XDG_RUNTIME_DIR": str(tmp_path)}, asked, kernel, devices)


def test_the_wanted_output_is_used_where_it_is_there(tmp_path: Path) -> None:
    assert decide_output(USB, found(tmp_path, USB)) == OutputDecision(USB)
    assert decide_output("auto", found(tmp_path)) == OutputDecision("alsa")


def test_while_the_wanted_one_is_missing_the_automatic_one_stands_in(tmp_path: Path) -> None:
    without = CARDS.replace("[E30  ", "[E50  ")
    assert decide_output(USB, found(tmp_path, USB, cards=without)) == OutputDecision("alsa", missing=USB)
    assert decide_output("hw:9", found(tmp_path, "hw:9")) == OutputDecision("alsa", missing="hw:9")
    assert decide_output(USB, found(tmp_path, USB)) == OutputDecision(USB)


def test_what_makes_no_sound_is_tried_last_and_hdmi_before_it(tmp_path: Path) -> None:
    there = found(tmp_path, USB)
    assert decide_output(USB, there, {USB}) == OutputDecision("alsa", silent=USB)
    assert decide_output(USB, there, {USB, "alsa"}) == OutputDecision("plughw:CARD=Headphones,DEV=0", silent=USB)
    assert decide_output("auto", there, {"alsa"}) == OutputDecision("plughw:CARD=Headphones,DEV=0")
    hdmi = ("plughw:CARD=vc4hdmi0,DEV=0", "plughw:CARD=vc4hdmi1,DEV=0")
    others = {each.device for each in there.outputs} - set(hdmi)
    assert decide_output("auto", there, {"alsa", *others}) == OutputDecision(hdmi[0])
    assert decide_output("auto", there, {"alsa", *others, *hdmi}) == OutputDecision("alsa")


def test_silence_is_kept_where_it_is_wanted_or_all_that_there_is(tmp_path: Path) -> None:
    nothing = FoundOutputs((), "null")
    assert decide_output("auto", nothing) == OutputDecision("null")
    assert decide_output("null", found(tmp_path)) == OutputDecision("null")
    assert decide_output("attic", nothing, {"attic"}) == OutputDecision("attic")


def test_a_sink_is_missing_without_its_server(tmp_path: Path) -> None:
    assert decide_output("pulse:kitchen", found(tmp_path, "pulse:kitchen")).missing == "pulse:kitchen"


def test_a_name_of_alsas_own_configuration_is_never_taken_for_missing(tmp_path: Path) -> None:
    for device in ("dmixer", "null", "alsa", "fifo:/run/sound"):
        assert decide_output(device, found(tmp_path, device)) == OutputDecision(device)


def test_a_sound_server_that_does_not_answer_leaves_the_cards(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "pipewire-0"))  # and nobody listens
        there = found(tmp_path)
    assert there.automatic == "pipewire"
    assert USB in {each.device for each in there.outputs}
