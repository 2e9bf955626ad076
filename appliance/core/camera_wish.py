"""The owner's switch of the camera. What its button turned off, its button alone turns on again. No I/O."""

from __future__ import annotations

from appliance.domain.actions import Action, OrderCamera, Save, Say
from appliance.domain.commands import SetCamera
from appliance.domain.looks import CameraSwitch


class CameraWish:
    """Holds the switch, as it is to be kept over a restart."""

    def __init__(self, switch: CameraSwitch) -> None:
        self.switch = switch

    @property
    def on(self) -> bool:
        """Whether the owner wants it open."""
        return self.switch is CameraSwitch.ON

    def asked(self, command: SetCamera, quiet: bool) -> list[Action]:
        """What a command calls for; while it is `quiet` the camera stays closed all the same."""
        if self.switch is CameraSwitch.OFF_BY_BUTTON and not command.by_button:
            told = Say(f"The camera was turned off by its button; only the button turns it on again ({command.by}).")
            return [told] if command.on else []
        off = CameraSwitch.OFF_BY_BUTTON if command.by_button else CameraSwitch.OFF
        wanted = CameraSwitch.ON if command.on else off
        if wanted is self.switch:
            return []
        self.switch = wanted
        opened = command.on and not quiet
        return [Say(f"Camera {'on' if command.on else 'off'} ({command.by})."), Save(), OrderCamera(opened)]
