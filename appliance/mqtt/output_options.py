"""The sound outputs as options of a select: by their English names, since automations name them."""

from __future__ import annotations

from appliance.domain.outputs import AUTO_OUTPUT, SoundOutput
from appliance.domain.status import Status
from appliance.outputs.names import output_name
from appliance.words.speaking import speaking


def output_options(status: Status) -> dict[str, SoundOutput]:
    """What can be chosen, by the options' names; `auto` first. Outputs of one name are told apart by their devices."""
    outputs = status.output.offered if status.output else ()
    options = {AUTO_OUTPUT: SoundOutput(AUTO_OUTPUT)}
    for output in outputs:
        if output.device != AUTO_OUTPUT:
            name = _name(output)
            options[f"{name} ({output.device})" if name in options else name] = output
    return options


def wanted_output(status: Status) -> str | None:
    """The option that is chosen; None where the output is not Moodbox's to say."""
    if status.output is None:
        return None
    options = output_options(status).items()
    return next((name for name, output in options if output.device == status.output.wanted), None)


def _name(output: SoundOutput) -> str:
    with speaking("en"):
        return output_name(output)
