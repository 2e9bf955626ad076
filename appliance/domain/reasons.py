"""Why a song or music of an emotion plays: a code with its parameters, of which `appliance.words` makes sentences.

The history and the API keep reasons as JSON, so a code and the names of its parameters stay what they are.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from appliance.domain.emotions import Emotion
from appliance.domain.moods import Policy

Trait = Literal["loud", "quiet", "sharp-attacks", "soft-attacks", "bright", "dark"]
"""What may stand out about how a song sounds."""


class _Reason(Struct, frozen=True, kw_only=True, tag_field="code", omit_defaults=True):
    empty: Emotion | None = None
    """The emotion whose folder was wanted and has nothing to play."""
    instead: Emotion | None = None
    """The emotion whose folder stood in for it."""
    library: bool = False
    """A song from outside the folders stood in, which the catalogue takes for one of the emotion in `instead`."""


class NobodyJudged(_Reason, frozen=True, kw_only=True, tag="nobody-judged"):
    """Nobody has been judged yet."""


class LastMood(_Reason, frozen=True, kw_only=True, tag="last-mood"):
    """The last mood that was seen, before the box was started again."""

    emotion: Emotion


class MoodSeen(_Reason, frozen=True, kw_only=True, tag="mood-seen"):
    """The mood, and the policy's step from it."""

    emotion: Emotion
    people: int = 1
    seen: int = 0
    """Whole units of time in which a face was seen; 0: less than one was judged."""
    led: int = 0
    """Those of them in which the mood led."""
    unit: Literal["second", "minute"] = "second"
    policy: Policy
    step: int = 1
    steps: int = 1


class MoodTold(_Reason, frozen=True, kw_only=True, tag="mood-told"):
    """The owner has said what the mood is; and the policy's step from it."""

    emotion: Emotion
    policy: Policy
    step: int = 1
    steps: int = 1


class FromSong(_Reason, frozen=True, kw_only=True, tag="from-song"):
    """Somebody has wanted to hear a song, and to go on from it to an emotion."""

    emotion: Emotion
    """Where it leads."""
    song: str
    """The title of the song that it began with."""
    step: int = 1
    steps: int = 1


JourneyCause = MoodSeen | MoodTold | FromSong
"""What a journey is begun for."""


class OnJourney(_Reason, frozen=True, kw_only=True, tag="on-journey"):
    """The song is the next one on a journey: what it is like, and how it follows the song before it."""

    because: JourneyCause
    """What the journey began for, and which song of it this is."""
    bpm: int | None = None
    mode: Literal["major", "minor"] | None = None
    traits: tuple[Trait, ...] = ()
    """What stands out about its sound within the library."""
    after: str = ""
    """The song before it; empty if there is none, or nothing is known of it."""
    alike: bool = False
    """It sounds like that song."""
    valence: float = 0.0
    """How much more pleasant it is than that song, -2..2."""
    arousal: float = 0.0
    """How much livelier it is than that song, -2..2."""


class Chosen(_Reason, frozen=True, kw_only=True, tag="chosen"):
    """The owner's override."""

    emotion: Emotion


class ChosenBefore(_Reason, frozen=True, kw_only=True, tag="chosen-before"):
    """An override that has ended, while no mood takes its place."""

    emotion: Emotion
    mood: str
    """`unsure` or `nobody`."""


class QueuedBefore(_Reason, frozen=True, kw_only=True, tag="queued-before"):
    """Moodbox had queued it before it or MPD was started again."""

    emotion: Emotion


class InWords(_Reason, frozen=True, kw_only=True, tag="in-words"):
    """A reason that is known in words only: an earlier version wrote it down."""

    text: str


class Unreadable(_Reason, frozen=True, kw_only=True, tag="unreadable"):
    """A reason that this version cannot read: a newer one wrote it down, or it is damaged."""


Reason = (
    NobodyJudged
    | LastMood
    | MoodSeen
    | MoodTold
    | FromSong
    | OnJourney
    | Chosen
    | ChosenBefore
    | QueuedBefore
    | InWords
    | Unreadable
)
