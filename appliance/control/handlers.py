"""What the running box answers to each request on its control socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.control.messages import (
    AskCalibration,
    AskClusters,
    AskCollect,
    AskCorrect,
    AskDislike,
    AskDropFaces,
    AskEndCollect,
    AskErase,
    AskFaces,
    AskForget,
    AskForgetSongs,
    AskForgive,
    AskLearnCorrections,
    AskLike,
    AskModel,
    AskOutput,
    AskOutputs,
    AskOverride,
    AskPage,
    AskPath,
    AskPlace,
    AskPower,
    AskQuiet,
    AskRestart,
    AskSettings,
    AskSkip,
    AskSleep,
    AskSongs,
    AskStatus,
    AskTone,
    AskUseFaces,
    AskWhy,
    FacesRequest,
    FeedbackRequest,
    Request,
)
from appliance.control.song_answers import SongAnswers
from appliance.core.faces_desk import FacesDesk
from appliance.core.feedback import Feedback, describe_correction
from appliance.core.output_desk import OutputDesk
from appliance.domain import commands, events
from appliance.domain.status import Status
from appliance.history.reading import shown
from appliance.settings.edit import Scalar
from appliance.systemd import power

BY = "moodbox command"
"""Who asks, in every command that comes through the control socket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSocketHandlers:
    """One for the whole box; called in the conductor's loop."""

    emit: Callable[[events.Message], None]
    status: Callable[[], Status]
    feedback: Feedback
    faces: FacesDesk
    models_changed: Callable[[], None]
    """Have the running box look which model is in force."""
    run_dir: Path
    songs: SongAnswers
    outputs: OutputDesk
    change_settings: Callable[[Mapping[str, Scalar | None]], dict[str, Scalar | None]]
    """Blocks; what the keys were before."""
    page: Callable[[], str | None]
    """The address of the owner's page; None if there is none."""
    certificate: Callable[[], str] = lambda: ""
    """The fingerprint of its certificate; empty where it is not served by HTTPS."""

    async def answer(self, request: Request) -> Status | dict[str, Any]:  # noqa: C901 - one branch for each request
        """The answer to a request. Raises MoodboxError."""
        match request:
            case AskStatus():
                return self.status()
            case AskPage():
                return {"page": self.page(), "certificate": self.certificate()}
            case AskSkip():
                self.emit(commands.Skip(BY))
            case AskModel():
                self.models_changed()
            case AskPower(verb):
                power.check(self.run_dir)
                self.emit(commands.SwitchPower(verb, BY))
            case AskRestart():
                self.emit(commands.RestartBox(BY))
            case AskSettings(changes):
                return {"was": await asyncio.to_thread(self.change_settings, changes)}
            case AskOverride(emotion):
                self.emit(commands.Override(emotion, BY))
            case AskQuiet(on):
                self.emit(commands.KeepQuiet(on, BY))
            case AskSleep(minutes):
                self.emit(commands.SetSleepTimer(None if minutes is None else minutes * 60.0, BY))
            case AskOutputs():
                return {"outputs": self.outputs.offered()}
            case AskOutput(device):
                self.outputs.choose(device, BY)
            case AskTone(device):
                await self.outputs.test(device, BY)
            case AskSongs(emotion, files, was):
                for file in was:
                    self.emit(events.SongMoved(file, emotion))
                for file in files or [""]:
                    self.emit(events.SongsChanged(emotion, file))
            case AskWhy() | AskLike() | AskClusters() | AskPath():
                return await self.songs.answer(request)
            case AskFaces() | AskCollect() | AskEndCollect() | AskDropFaces() | AskUseFaces() | AskLearnCorrections():
                return self._answer_faces(request)
            case _:
                return await self._answer_feedback(request)
        return {"done": True}

    def _answer_faces(self, request: FacesRequest) -> dict[str, Any]:
        match request:
            case AskFaces():
                return self.faces.describe()
            case AskCollect(agreed, resume):
                self.faces.begin(agreed, resume, BY)
            case AskEndCollect():
                self.faces.end(BY)
            case AskDropFaces(number):
                self.faces.drop(number, BY)
            case AskUseFaces(on):
                self.faces.use(on, BY)
            case AskLearnCorrections(on, agreed):
                self.faces.learn_corrections(on, agreed, BY)
        return {"done": True}

    async def _answer_feedback(self, request: FeedbackRequest) -> dict[str, Any]:
        feedback = self.feedback
        match request:
            case AskCorrect(mood):
                return describe_correction(feedback.correct(mood, BY))
            case AskDislike():
                file, emotion = feedback.dislike(None, BY)
                return {"file": shown(file), "emotion": emotion}
            case AskForget(number):
                if number is None:
                    feedback.forget(BY)
                else:
                    feedback.take_back(number, BY)
            case AskForgive(file):
                feedback.forgive(file, BY)
            case AskPlace(file, emotion):
                feedback.place(file, emotion, None, BY)
            case AskForgetSongs():
                feedback.forget_songs(BY)
            case AskErase():
                await feedback.erase(BY)
            case AskCalibration():
                return feedback.export()
        return {"done": True}
