"""What the household teaches of its faces: the session, the samples, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from appliance.core.collecting import ROUNDS, CollectEnd, CollectSession, CollectStep, steps
from appliance.core.corrected_face import CorrectedFace
from appliance.domain import commands, events
from appliance.domain.actions import Action, KeepFaces, OrderFaces, Say
from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraState
from appliance.domain.moods import Correction, Mood
from appliance.domain.samples import FaceSample, HeadReport, SeenFace
from appliance.domain.status import CollectPhaseName
from appliance.errors import MoodboxError
from appliance.lib.clock import utc

MOST_SAMPLES = 140
"""Five people's; they go through the link in one message."""
ANSWER, LATELY = 15.0, 3600.0
"""Seconds in which it is to be said at the box that everyone in sight agrees; and in which a session that was left off
is gone on with by its buttons.
"""
TRIAL, LOSSES = 600.0, 2
"""Seconds for which a head is on trial, and how often the vision process may go meanwhile until it is taken back."""
_ENDS = {
    CollectEnd.DONE: "all faces have been pulled",
    CollectEnd.COMPANY: "a second face appeared",
    CollectEnd.TIME: "ten minutes are over",
    CollectEnd.ASKED: "it was asked to",
    CollectEnd.BLIND: "the camera shows nothing",
    CollectEnd.MODEL: "another model has come into force",
}


class CannotCollect(MoodboxError, ValueError):
    """Faces cannot be collected, or a sample cannot be deleted; the text says why."""


class Faces:
    """Fed with everything that the conductor is told; times are CLOCK_MONOTONIC seconds."""

    def __init__(self, samples: Sequence[FaceSample], use: bool, corrections: bool = False) -> None:
        self.samples, self.use, self.corrections = tuple(samples), use, corrections
        self._corrected = CorrectedFace()
        self.session: CollectSession | None = None
        self._hello: events.VisionHello | None = None
        self._open = False
        self._offered_at = float("-inf")
        self._used_at, self._losses = 0.0, 0

    @property
    def report(self) -> HeadReport | None:
        """What the vision process made of the samples; None if it was given none, or is not there."""
        return self._hello.head if self._hello else None

    @property
    def collecting(self) -> bool:
        """Whether a session runs."""
        return self.session is not None and self.session.end is None

    @property
    def asked_for(self) -> Emotion | None:
        """The face that is to be pulled now; None without a session."""
        step = self.session.step if self.session else None
        return step.word if step else None

    def phase(self, now: float) -> CollectPhaseName | None:
        """How far a session is, or whether everyone in sight is still to agree to one."""
        if self.offered(now):
            return "asking"
        return self.session.phase.value if self.session and self.collecting else None

    def offered(self, now: float) -> bool:
        """Whether somebody at the box has asked for a session, and is to say whether everyone in sight agrees."""
        return not self.collecting and now - self._offered_at < ANSWER

    def check(self, resume: bool) -> None:
        """Whether a session may begin. Raises CannotCollect."""
        if self._hello is None or not self._open:
            raise CannotCollect("the camera is not open: turn it on, and wait until it looks")
        if not self._hello.features:
            raise CannotCollect(f"{self._hello.model} cannot learn faces: it is a model of an older kind")
        if self.collecting:
            raise CannotCollect("faces are being collected already")
        if len(self.samples) >= MOST_SAMPLES:
            raise CannotCollect(f"{len(self.samples)} faces are kept, there is no room for more: delete some first")
        if resume and not self._left_over():
            raise CannotCollect("there is no session to go on with: begin a new one")

    def begin(self) -> list[Action]:
        """What to order at the start."""
        return [self._order()] if self.samples or self.corrections else []

    def judged(self, mood: Mood) -> None:
        """The room was judged: a correction is about the face that was seen until now."""
        self._corrected.judged(mood)

    def handle(self, event: events.Message, now: float, at: datetime) -> list[Action]:  # noqa: C901 - one branch each
        """The actions that an event calls for as far as faces are concerned."""
        match event:
            case commands.OfferCollect(by):
                return self._offer(by, now)
            case commands.BeginCollect(resume, by):
                return self._begin(resume, by, now)
            case commands.SkipFace() if self.session and self.collecting:
                self.session.skip(now)
                return self._ended(now) if self.session.end else []
            case commands.EndCollect(by):
                offered, self._offered_at = self.offered(now), float("-inf")
                if offered:
                    return [Say(f"No faces are collected ({by}).")]
                return self._end(CollectEnd.ASKED, f" ({by})") if self.collecting else []
            case commands.DropSamples(number, by):
                return self._drop(by, now, lambda each: number in (None, each.id), all_=number is None)
            case commands.EraseHistory(_, by) if self.samples:
                return self._drop(by, now, lambda _: True, all_=True)
            case commands.LearnCorrections(on, by) if on is not self.corrections:
                self.corrections, self._corrected = on, CorrectedFace()
                return [Say(f"Corrections {'teach' if on else 'do not teach'} faces ({by})."), *self._kept()]
            case commands.CorrectMood(correction) if self.corrections:
                return self._learn(correction, now, at)
            case commands.TakeBackCorrection(number, by):
                return self._drop(by, now, lambda each: each.correction == number)
            case commands.ForgetCorrections(by):
                return self._drop(by, now, lambda each: each.correction is not None)
            case commands.UseFaces(on, by) if on is not self.use:
                self.use, self._losses, self._used_at = on, 0, now
                return [Say(f"The household's own faces are {'used' if on else 'not used'} ({by})."), *self._kept()]
            case events.VisionHello():
                return self._greet(event, now)
            case events.VisionLost():
                return self._lose(now)
            case events.Looked(look):
                self._open = look.camera is CameraState.OPEN
                if not self._open:
                    self._offered_at = float("-inf")
                if self.session and self.collecting:
                    self.session.look(look, now)
                    return self._tick(now, at) if self._open else self._end(CollectEnd.BLIND)
            case events.FaceSeen(face):
                if self.collecting and self.session:
                    self.session.face(face)
                elif self.corrections:
                    self._corrected.see(face)
            case events.Tick() if self.collecting:
                return self._tick(now, at)
        return []

    def describe(self, now: float) -> dict[str, Any]:
        """Everything about faces, for people and programs: no features, no logits."""
        model = self._hello.bundle if self._hello else ""
        report = self.report
        return {
            "use": self.use,
            "corrections": self.corrections,
            "session": self._describe_session(now),
            "samples": [
                {"id": s.id, "at": s.at, "session": s.session, "round": ROUNDS[s.round % len(ROUNDS)], "word": s.word,
                 "fits": s.model == model, "corrected": s.correction is not None} for s in self.samples
            ],
            "resume": bool(self._left_over()),
            "head": None if report is None else {
                "samples": report.samples, "used": report.used, "why": report.why, "before": report.before,
                "after": report.after, "each": [
                    {"emotion": emotion, "poses": poses, "before": before, "after": after}
                    for emotion, poses, before, after in report.each
                ],
            },
        }  # fmt: skip

    def _describe_session(self, now: float) -> dict[str, Any] | None:
        session = self.session
        if session is None:
            return None
        step = session.step
        return {
            "phase": session.phase,
            "end": session.end,
            "word": step.word if step else None,
            "round": ROUNDS[step.round] if step else None,
            "seconds": round(session.seconds_left(now), 1),
            "dark": session.dark and session.end is None,
            "taken": session.taken,
            "left": session.left,
        }

    def meant(self, event: events.Message, now: float, at: datetime) -> events.Message | None:
        """What a press of the box's buttons asks for while faces are collected, or are about to be; None: nothing."""
        collecting, offered = self.collecting, self.offered(now)
        match event:
            case commands.OfferCollect(by) if collecting or offered:
                return commands.EndCollect(by)
            case commands.Skip("button") if collecting:
                return commands.SkipFace("button")
            case commands.Skip("button") if offered:
                return commands.EndCollect("button")
            case commands.StepOverride("button") if offered:
                return commands.BeginCollect(self._left_lately(at), "button")
            case commands.StepOverride("button") | commands.Override(None, "button") if collecting or offered:
                return None
        return event

    def _left_lately(self, at: datetime) -> bool:
        """Whether there is a session to go on with that was left a short while ago."""
        earliest = utc(at - timedelta(seconds=LATELY))
        return any(each.at > earliest for each in self.samples) and bool(self._left_over())

    def _offer(self, by: str, now: float) -> list[Action]:
        try:
            self.check(resume=False)
        except CannotCollect as error:
            return [Say(f"Faces cannot be collected ({by}): {error}.")]
        self._offered_at = now
        return [Say(f"Faces are collected as soon as override is pressed: everyone in sight must agree ({by}).")]

    def _begin(self, resume: bool, by: str, now: float) -> list[Action]:
        if self.collecting or not self._open:
            return []
        self._offered_at = float("-inf")
        latest = self._latest_session()
        wanted = self._left_over() if resume else steps()
        self.session = CollectSession(latest if resume else latest + 1, wanted, now)
        return [Say(f"Faces are collected ({by})."), self._order()]

    def _left_over(self) -> list[CollectStep]:
        """What the latest session, if it was with this model, has not had yet."""
        model = self._hello.bundle if self._hello else ""
        latest = self._latest_session()
        done = [each for each in self.samples if each.session == latest and latest]
        if not done or any(each.model != model for each in done):
            return []
        return steps({(each.word, each.round) for each in done})

    def _tick(self, now: float, at: datetime) -> list[Action]:
        session = self.session
        assert session
        actions: list[Action] = []
        if taken := session.tick(now):
            step, face = taken
            self._add(face, step.word, at, session.number, step.round)
            actions.append(KeepFaces(self.use, self.samples, self.corrections))
            if len(self.samples) >= MOST_SAMPLES:
                session.stop(CollectEnd.DONE)
        if session.end:
            actions += self._ended(now)
        return actions

    def _latest_session(self) -> int:
        """The number of the session that a face was taken in last; 0 before the first."""
        return max((each.session for each in self.samples), default=0)

    def _add(
        self,
        face: SeenFace,
        word: Emotion,
        at: datetime,
        session: int = 0,
        round_: int = 0,
        correction: int | None = None,
    ) -> None:
        number = max((each.id for each in self.samples), default=0) + 1
        sample = FaceSample(number, utc(at), session, round_, word, face.model, face.views, correction)
        self.samples = (*self.samples, sample)

    def _end(self, why: CollectEnd, by: str = "") -> list[Action]:
        assert self.session
        self.session.stop(why)
        return self._ended(self._used_at, by)

    def _ended(self, now: float, by: str = "") -> list[Action]:
        assert self.session
        assert self.session.end
        self._used_at, self._losses = now, 0
        said = f"Collecting faces has ended: {_ENDS[self.session.end]}{by}; {self.session.taken} were taken."
        return [Say(said), self._order()]

    def _learn(self, correction: Correction, now: float, at: datetime) -> list[Action]:
        """The face that was judged wears what the owner says."""
        again = [each for each in self.samples if each.correction == correction.id]
        face = self._corrected.face
        if again:
            changed = replace(again[0], word=correction.mood)
            self.samples = tuple(changed if each is again[0] else each for each in self.samples)
        elif face and len(self.samples) < MOST_SAMPLES:
            self._add(face, correction.mood, at, correction=correction.id)
        else:
            return []
        self._used_at = now
        return [Say(f"The face that was judged is kept as {correction.mood}."), *self._kept()]

    def _drop(self, by: str, now: float, which: Callable[[FaceSample], bool], all_: bool = False) -> list[Action]:
        before = len(self.samples)
        self.samples = tuple(each for each in self.samples if not which(each))
        actions: list[Action] = []
        if all_ and self.collecting:
            actions += self._end(CollectEnd.ASKED)
        if len(self.samples) < before:
            self._used_at = now
            actions += [
                Say(f"{before - len(self.samples)} of the household's faces are deleted ({by})."),
                *self._kept(),
            ]
        return actions

    def _greet(self, hello: events.VisionHello, now: float) -> list[Action]:
        before, self._hello = self.report, hello
        if self.collecting and self.session and before is None and not hello.features:
            return self._end(CollectEnd.MODEL)
        report = hello.head
        if report is None or report == before:
            return []
        if report.used:
            self._used_at = now
            return [Say(f"The household's faces are read by a head of their own: of {report.samples} poses it reads "
                        f"{report.after:.0f} % as they were meant, the model {report.before:.0f} %.")]  # fmt: skip
        return [Say(f"What the household taught of its faces is not used: {report.why}.")]

    def _lose(self, now: float) -> list[Action]:
        """A head that is new may be why the vision process goes."""
        used = self.report is not None and self.report.used
        self._hello, self._open, self._offered_at = None, False, float("-inf")
        actions = self._end(CollectEnd.BLIND) if self.collecting else []
        if not used or now - self._used_at > TRIAL:
            return actions
        self._losses += 1
        if self._losses < LOSSES:
            return actions
        self.use = False
        why = "The household's head is taken back: the vision process has gone twice while it was new."
        return [*actions, Say(why), *self._kept()]

    def _kept(self) -> list[Action]:
        return [KeepFaces(self.use, self.samples, self.corrections), self._order()]

    def _order(self) -> OrderFaces:
        return OrderFaces(self.collecting or self.corrections, () if self.collecting else self._in_use())

    def _in_use(self) -> tuple[FaceSample, ...]:
        return self.samples if self.use else ()
