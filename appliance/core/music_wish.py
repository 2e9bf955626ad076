"""What the music is asked to follow: the owner's override, else the policy's next step for the mood. No I/O."""

from __future__ import annotations

from dataclasses import replace

from appliance.core.policy_in_force import PolicyInForce
from appliance.core.saved_choices import SavedChoices
from appliance.core.trip import Trip
from appliance.domain.actions import Action, Play, Save, Say
from appliance.domain.commands import BeginTrip
from appliance.domain.emotions import Emotion
from appliance.domain.moods import Mood, Policy, Verdict
from appliance.domain.reasons import Chosen, ChosenBefore, LastMood, NobodyJudged, Reason
from appliance.mood.policy import plan

_STEPS = (None, Emotion.HAPPY, *(emotion for emotion in Emotion if emotion is not Emotion.HAPPY))


class MusicWish:
    """The wish in force, and what it was made from. Every method returns the actions that the change calls for.

    `mood` is always the present one; `playing` is the emotion whose song plays.
    """

    def __init__(self, saved: SavedChoices, usual: Policy | None) -> None:
        """`usual` is the policy that the settings name, None if it goes by what is known of the songs."""
        self.override = saved.override
        self.last_emotion = saved.emotion
        self.policies = PolicyInForce(saved.policy, usual)
        self.wish: Play | None = None
        self._followed: Emotion | None = None
        self._tracks = 0  # begun since the mood or the policy changed
        self._plans = 0  # each has a number, so that the same road is planned afresh after a judgement
        self._trip = Trip()
        self._provisional = True  # what plays was chosen before anyone was seen

    def begin(self) -> list[Action]:
        """At the start: what is known before anyone was seen."""
        if self.override:
            return self._follow_override()
        if self.last_emotion:
            return self._wish_for(Play(self.last_emotion, LastMood(emotion=self.last_emotion)))
        return self._wish_for(Play(Emotion.NEUTRAL, NobodyJudged()))

    def enter(self, mood: Mood, playing: Emotion | None, misfit: bool = False) -> list[Action]:
        """The mood was judged or told; with `misfit` the one before was wrong."""
        self._plans += 1
        if mood.mood is Verdict.NOBODY:
            self._followed = None
        if mood.emotion is None:
            return []
        if mood.emotion is not self._followed:  # a moment of doubt does not begin the policy's path again
            self._followed = mood.emotion
            self._tracks = 0
        actions: list[Action] = []
        if mood.emotion is not self.last_emotion:
            self.last_emotion = mood.emotion
            actions.append(Save())
        return actions + self._follow(mood, playing, misfit)

    def track_began(self, mood: Mood, reason: Reason | None) -> list[Action]:
        """A song of an emotion began, for this reason: the policy, or the trip, goes on by one step."""
        self._tracks += 1
        if self._trip.under_way:
            if self._trip.over_with(reason):  # back to what was before
                return self._follow_override(at_once=False) if self.override else self._follow_camera(mood)
            return self._follow(mood)
        return self._follow(mood) if mood.emotion and not self.override else []

    def begin_trip(self, asked: BeginTrip) -> list[Action]:
        """Somebody wants to go on from a song, whatever is judged meanwhile."""
        self._plans += 1
        self._provisional = False
        return self._wish_for(self._trip.begin(asked, self._plans))

    def disliked(self, mood: Mood) -> list[Action]:
        """A song did not fit: the road is planned again."""
        self._plans += 1
        return self._follow(mood)

    def choose(self, emotion: Emotion | None, by: str, mood: Mood) -> list[Action]:
        """The owner sets what to play, or with None lets the camera decide again."""
        if emotion is self.override and not self._trip.under_way:
            return []
        self._trip.end()
        self.override = emotion
        if emotion:
            self._provisional = False
            return [Say(f"Override: {emotion} ({by})."), Save(), *self._follow_override()]
        self._tracks = 0
        return [Say(f"Override off: the camera decides again ({by})."), Save(), *self._follow_camera(mood)]

    def step(self, by: str, mood: Mood) -> list[Action]:
        """The next override in the order of the button: none, happy, and the rest."""
        return self.choose(_STEPS[(_STEPS.index(self.override) + 1) % len(_STEPS)], by, mood)

    def choose_policy(self, policy: Policy, by: str, mood: Mood) -> list[Action]:
        """The owner sets how the music follows the mood."""
        if policy is self.policies.policy:
            return []
        self._trip.end()
        self.policies.chosen = policy
        self._tracks = 0
        seen = mood if mood.emotion or not self.last_emotion else Mood(self.last_emotion)
        return [Say(f"Policy: {policy} ({by})."), Save(), *self._follow(seen)]

    def know_songs(self, count: int, mood: Mood) -> list[Action]:
        """So many songs have been heard by the analyser."""
        if not self.policies.know(count):
            return []
        return [Say(f"{count} songs are known: the policy is {self.policies.policy}."), *self._follow(mood)]

    def _follow(self, mood: Mood, playing: Emotion | None = None, misfit: bool = False) -> list[Action]:
        if self._trip.under_way:
            return self._wish_for(self._trip.replanned(self._plans))
        step = plan(self.policies.policy, mood, self._tracks)
        if self.override or step is None:
            return []
        # A track that was chosen before anyone was seen has no claim to be played to its end.
        # Nor has one that was chosen for a mood which the owner has just called wrong.
        at_once = self._provisional or (misfit and playing is not step.emotion)
        self._provisional = False
        road = step.road and replace(step.road, number=self._plans)
        return self._wish_for(Play(step.emotion, step.reason, at_once, road))

    def _follow_override(self, at_once: bool = True) -> list[Action]:
        assert self.override
        return self._wish_for(Play(self.override, Chosen(emotion=self.override), at_once))

    def _follow_camera(self, mood: Mood) -> list[Action]:
        """After an override: the mood; while there is none the music goes on as it was chosen, and says so."""
        if mood.emotion or self.wish is None:
            return self._follow(mood)
        chosen = self.wish.emotion
        return self._wish_for(Play(chosen, ChosenBefore(emotion=chosen, mood=mood.mood.value)))

    def _wish_for(self, wish: Play) -> list[Action]:
        before, self.wish = self.wish, wish
        if before and replace(before, at_once=False) == wish:
            return []
        return [wish]
