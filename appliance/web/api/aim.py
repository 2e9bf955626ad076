"""Aiming the camera without a picture: where the faces are in the frame, how far, how light it is, and what to do."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from msgspec import Struct

from appliance.domain.looks import CameraState, Look
from appliance.web.api.context import Context
from appliance.web.api.json_body import json_answer
from appliance.web.api.openapi import Operation
from appliance.words.retelling import retold
from appliance.words.speaking import t

DARK, BRIGHT = 0.12, 0.93
"""Mean brightness below and above which faces are hard to read."""
_OFF, _FAR_OFF = 0.14, 0.28  # of the frame's side: how far its middle may be from the faces'
_HEIGHT = 0.42  # where the faces are best, as a share from the top: people stand up more often than they lie down
_NEAR, _FAR = 0.5, 4.5  # metres


def describe_aim(look: Look | None) -> dict[str, Any]:
    """The keys frame (width and height), faces (box in its pixels, distance in metres), light (0..255) and advice.

    `well`: there is nothing left to do.
    """
    if look is None:
        return {"frame": None, "faces": [], "light": None, "advice": advice(None), "well": False}
    width, height = look.size
    return {
        "frame": {"width": width, "height": height} if width and height else None,
        "faces": [
            {
                "box": [round(value, 1) for value in face.box],
                "distance": None if face.distance is None else round(face.distance, 2),
            }
            for face in look.faces
        ],
        "light": None if look.light is None else round(look.light * 255),
        "advice": advice(look),
        "well": advice(look) == _well(),
    }


def _well() -> str:
    return t("it is aimed well")


def advice(look: Look | None) -> str:
    """The one thing to do next, in words; left and right as the camera has them, which looks at you."""
    if look is None:
        return t("the camera is not there yet; wait a moment")
    if look.camera is CameraState.OFF:
        return t("the camera is off; turn it on first")
    if look.problem:
        return retold(look.problem)
    if look.light is not None and look.light < DARK:
        return t("it is too dark to read a face; put a light in front of you")
    if not look.faces or 0 in look.size:
        return t("nobody is in sight; sit or stand where you usually do, and turn the camera towards you")
    if move := _move(look):
        return move
    if look.light is not None and look.light > BRIGHT:
        return t("it is too bright; keep the camera from looking into a lamp or a window")
    return _walk(look) or _well()


def _move(look: Look) -> str:
    """How to turn the camera so that the faces are where they are best, if they are not."""
    width, height = look.size
    left, top = (min(face.box[axis] for face in look.faces) for axis in (0, 1))
    right, bottom = (max(face.box[axis] + face.box[axis + 2] for face in look.faces) for axis in (0, 1))
    aside, below = (left + right) / 2 / width - 0.5, (top + bottom) / 2 / height - _HEIGHT
    if abs(aside) >= max(_OFF, abs(below)):
        if abs(aside) < _FAR_OFF:
            return (
                t("turn the camera a little to your left") if aside > 0 else t("turn the camera a little to your right")
            )
        return t("turn the camera to your left") if aside > 0 else t("turn the camera to your right")
    if abs(below) >= _OFF:
        if abs(below) < _FAR_OFF:
            return t("tilt the camera a little down") if below > 0 else t("tilt the camera a little up")
        return t("tilt the camera down") if below > 0 else t("tilt the camera up")
    return ""


def _walk(look: Look) -> str:
    distances = [face.distance for face in look.faces if face.distance is not None]
    if distances and min(distances) < _NEAR:
        return t("move the camera a little further away")
    if distances and max(distances) > _FAR:
        return t("move the camera a little nearer")
    return ""


class AimFrame(Struct):
    """What the camera sees in, in pixels."""

    width: int
    height: int


class AimFace(Struct):
    """A face: its box (x, y, width, height in pixels of the frame), and its distance in metres."""

    box: tuple[float, float, float, float]
    distance: float | None


class AimAnswer(Struct):
    """How the camera is aimed, without a picture."""

    frame: AimFrame | None
    faces: list[AimFace]
    light: int | None
    advice: str
    well: bool


class AimHandlers:
    """What is asked about the camera's aim."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _show(self, _: web.Request) -> web.Response:
        return json_answer(describe_aim(self._context.look()))


AIM = (
    Operation(
        handler=AimHandlers._show, does="How the camera is aimed", method="GET", path="/api/aim", answer=AimAnswer
    ),
)
