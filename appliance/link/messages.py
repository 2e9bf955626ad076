"""The socket between vision and conductor: newline-delimited JSON, looks one way, orders the other.

Each side sends messages of its own kinds only. Each message is complete in itself, so one that is lost costs nothing:
`orders` always holds all of them, and a look that cannot be sent at once is dropped in favour of the next one.
"""

from __future__ import annotations

import logging
import math

import msgspec

from appliance.domain.events import VisionHello
from appliance.domain.looks import Look
from appliance.domain.samples import FaceSample, SeenFace
from appliance.errors import MoodboxError

log = logging.getLogger(__name__)

LINE_LIMIT = 512 * 1024
"""Longest message in bytes, its newline included."""


MOST_FEATURES = 256
"""Of a face, at most."""
OLDEST, NEWEST = 60.0, 1.0
"""Seconds that a look may be old, or from the future, when it arrives: both processes read the same clock."""


class LinkError(MoodboxError, ValueError):
    """A message that is not part of the protocol, or a socket that cannot be used."""


class HelloMessage(msgspec.Struct, frozen=True, tag="hello", forbid_unknown_fields=True):
    """Vision → conductor: what it works with; again whenever that changes."""

    hello: VisionHello


class LookMessage(msgspec.Struct, frozen=True, tag="look", forbid_unknown_fields=True):
    """Vision → conductor: one look."""

    look: Look


class FaceMessage(msgspec.Struct, frozen=True, tag="face", forbid_unknown_fields=True):
    """Vision → conductor: a face that may become a sample, while they are collected."""

    face: SeenFace


class OrdersMessage(msgspec.Struct, frozen=True, tag="orders", forbid_unknown_fields=True):
    """Conductor → vision: all that is wanted of it, on connecting and after every change."""

    camera: bool
    model: str = ""
    """The bundle file to use; empty for the one that vision began with."""
    collect: bool = False
    """Whether to send faces that may become samples."""
    samples: tuple[FaceSample, ...] = ()
    """What the household has taught of its faces, if it is to be used."""


Report = HelloMessage | LookMessage | FaceMessage
_reports: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)
_orders: msgspec.json.Decoder[OrdersMessage] = msgspec.json.Decoder(OrdersMessage)


def encode(message: Report | OrdersMessage) -> bytes:
    """One line. Raises LinkError if it exceeds `LINE_LIMIT`."""
    line = msgspec.json.encode(message) + b"\n"
    if len(line) > LINE_LIMIT:
        raise LinkError(f"a message of {len(line)} bytes; at most {LINE_LIMIT} are sent")
    return line


def decode_report(line: bytes, now: float) -> Report:
    """What the vision process said, at `now` in CLOCK_MONOTONIC seconds. Raises LinkError for anything else."""
    try:
        message = _reports.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise LinkError(f"not a report from the vision process: {error}") from error
    if isinstance(message, LookMessage) and (fault := _fault(message.look, now)):
        raise LinkError(f"not a look: {fault}")
    if isinstance(message, FaceMessage) and (fault := _face_fault(message.face, now)):
        raise LinkError(f"not a face: {fault}")
    return message


def decode_orders(line: bytes) -> OrdersMessage:
    """What the conductor wants. Raises LinkError for anything else."""
    try:
        return _orders.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise LinkError(f"not orders from the conductor: {error}") from error


def _face_fault(face: SeenFace, now: float) -> str | None:
    """What no honest sample contains, in words."""
    if not -OLDEST <= face.time - now <= NEWEST:
        return f"it is of {face.time:g} s and it is {now:.0f} s now"
    if not (math.isfinite(face.sharpness) and face.sharpness >= 0):
        return f"its sharpness is {face.sharpness}"
    if not 0 <= face.light <= 1:
        return f"its light is {face.light}, not 0..1"
    for view in face.views:
        if not 0 < len(view.features) <= MOST_FEATURES:
            return f"it has {len(view.features)} features"
        if not (all(map(math.isfinite, view.logits)) and all(0 <= share <= 1 for share in view.shipped)):
            return "what the model says of it is no reading"
    return None


def _fault(look: Look, now: float) -> str | None:
    """What no honest look contains, in words."""
    if not -OLDEST <= look.time - now <= NEWEST:
        return f"it is of {look.time:g} s and it is {now:.0f} s now"
    if not 0 <= look.milliseconds <= 1000 * OLDEST:
        return f"it took {look.milliseconds:g} ms"
    if look.light is not None and not 0 <= look.light <= 1:
        return f"its light is {look.light}, not 0..1"
    for face in look.faces:
        if not (all(map(math.isfinite, face.box)) and face.box[2] > 0 and face.box[3] > 0):
            return f"a face's box is {face.box}"
        if not 0 <= face.score <= 1:
            return f"a face's score is {face.score}, not 0..1"
    return None
