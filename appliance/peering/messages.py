"""What boxes tell each other, and ask: the whole list. Everything but the card and the steps of a pairing is signed."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from appliance.domain.emotions import Emotion
from appliance.domain.moods import Mood, Verdict
from appliance.domain.status import MoodName

PAIR, STATE, ASK = "pair", "state", "ask"
"""The kinds of message, each with a topic of its own."""


class Card(Struct, frozen=True):
    """That there is a box, which everyone may read; retained."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]


class Feeling(Struct, frozen=True, kw_only=True):
    """The mood of a room."""

    mood: MoodName
    confidence: Annotated[float, Meta(ge=0, le=1)]
    valence: Annotated[float, Meta(ge=-1, le=1)]
    arousal: Annotated[float, Meta(ge=-1, le=1)]
    people: Annotated[int, Meta(ge=0, le=1000)]
    told: bool = False
    done: Annotated[str, Meta(max_length=16)] = ""
    """The number of what the receiver asked last and this box has done."""

    @property
    def as_mood(self) -> Mood:
        """The same as the judge says it. Raises ValueError for a word that is no mood."""
        mood = Verdict(self.mood) if self.mood in list(Verdict) else Emotion(self.mood)
        return Mood(mood, self.confidence, self.valence, self.arousal, self.people, told=self.told)


class AskSkip(Struct, frozen=True, tag="skip", tag_field="ask"):
    """The next song, please: asked by a box that plays what the other one plays."""


class AskOverride(Struct, frozen=True, tag="override", tag_field="ask"):
    """Music of this emotion, please; null for what the cameras see."""

    emotion: Emotion | None


class AskTogether(Struct, frozen=True, tag="together", tag_field="ask"):
    """One music for the house, please, or each by its own room again."""

    on: bool


class AskParting(Struct, frozen=True, tag="parting", tag_field="ask"):
    """The pairing is over."""


class Asked(Struct, frozen=True):
    """Something that is asked, until the other box says that it is done."""

    number: Annotated[str, Meta(min_length=1, max_length=16)]
    """Drawn at random."""
    ask: AskSkip | AskOverride | AskTogether | AskParting


Ask = AskSkip | AskOverride | AskTogether | AskParting
