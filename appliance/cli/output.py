"""`moodbox output`: where the sound goes, another output, a test tone."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec

from appliance.cli.commands import Family, socket_of
from appliance.control.client import ask
from appliance.control.messages import AskOutput, AskOutputs, AskTone
from appliance.core.output_desk import TONE_SECONDS, OfferedOutput, OutputError
from appliance.domain.outputs import AUTO_OUTPUT
from appliance.words.speaking import t

TEST = "test"


def declare_output(commands: Family) -> None:
    """Add `moodbox output`."""
    parser = commands.add(
        "output",
        t("say where the sound can go, choose an output, or hear a test tone"),
        "moodbox output",
        "moodbox output HDMI 1",
        f"moodbox output {AUTO_OUTPUT}",
        f"moodbox output {TEST}",
        f"moodbox output {TEST} USB",
        description=t(
            "List the outputs of the running box, have the music go to another one, or have two notes played through "
            "one, left and then right. An output is meant by its name, a part of it, or its device."
        ),
    )
    parser.add_argument("words", nargs="*", metavar=f"[{TEST}] [NAME|DEVICE]")
    parser.set_defaults(do=_output)


def pick_output(wanted: str, offered: list[OfferedOutput]) -> OfferedOutput:
    """The output that a text means: a device, a name, or the beginning of one name or of its last words.

    Raises OutputError, which lists the outputs there are.
    """
    text = wanted.casefold()
    ways = (
        lambda each: each.device == wanted,
        lambda each: each.name.casefold() == text,
        lambda each: each.name.casefold().startswith(text),
        lambda each: text in each.name.casefold(),
    )
    names = ", ".join(each.name for each in offered)
    for way in ways:
        found = [each for each in offered if way(each)]
        if len(found) == 1:
            return found[0]
        if found:
            raise OutputError(t("{wanted} may be each of these: {names}", wanted=wanted, names=_names(found)))
    raise OutputError(t("there is no output {wanted}; those there are: {names}", wanted=wanted, names=names))


def _names(outputs: list[OfferedOutput]) -> str:
    return ", ".join(f"{each.name} ({each.device})" for each in outputs)


def _output(options: argparse.Namespace) -> None:
    words: list[str] = options.words
    socket = socket_of(options)
    answer: dict[str, Any] = ask(socket, AskOutputs())
    offered = msgspec.convert(answer["outputs"], list[OfferedOutput])
    test = words[:1] == [TEST]
    name = " ".join(words[1:] if test else words)
    if test:
        device = pick_output(name, offered).device if name else None
        ask(socket, AskTone(device), timeout=TONE_SECONDS + 5)
        print(t("Two notes were played, the first from the left, the second from the right."))
    elif name:
        output = pick_output(name, offered)
        ask(socket, AskOutput(output.device))
        print(t("The music goes to: {name}", name=output.name))
    else:
        print("\n".join(_row(each) for each in offered))


def _row(output: OfferedOutput) -> str:
    """`> HDMI 1   plughw:CARD=vc4hdmi0,DEV=0   chosen, in use`."""
    marks = ", ".join([*([t("chosen")] if output.chosen else []), *([t("in use")] if output.in_use else [])])
    return f"{'>' if output.in_use else ' '} {output.name:<40} {output.device:<40} {marks}".rstrip()
