"""What is asked of the music, until it is done."""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.domain.commands import Reply
from appliance.domain.emotions import Emotion
from appliance.domain.reasons import NobodyJudged, Reason
from appliance.domain.roads import Road


@dataclass(slots=True)
class ToneOrder:
    """Two notes that are to be heard through an output."""

    device: str
    reply: Reply
    again: bool = False
    """MPD has been started anew for it."""


@dataclass(slots=True)
class PlaybackOrders:
    """What is asked of the music. The player writes it at any time, also while MPD is away."""

    wish: Emotion | None = None
    reason: Reason = field(default_factory=NobodyJudged)
    road: Road | None = None
    """The way over the plane on which songs are to be chosen."""
    switch: bool = False
    """Change to the wish at once."""
    skips: int = 0
    seek: float | None = None
    """The second of the present track to go on from."""
    pause: bool | None = None
    """Pause (True) or go on (False); None for no order."""
    volume: int | None = None
    """A volume still to be set."""
    fade: float = 0.0
    """Seconds that a change by override takes to fade out."""
    output: str | None = None
    """The device that the sound is to go to; None as long as nobody has said."""
    tone: ToneOrder | None = None
    read: set[Emotion] = field(default_factory=set)
    """Folders still to be looked through by MPD."""
    new: list[str] = field(default_factory=list)
    """Files put in, of which it is to be seen whether MPD takes them."""
