"""Events in, actions out: the one place where a decision is taken. No I/O; the clock is injected."""

from __future__ import annotations

import math
from dataclasses import replace

from appliance.core.auto_pause import AutoPause
from appliance.core.camera_wish import CameraWish
from appliance.core.corrections import Corrections, corrected, disliked, withdrawn
from appliance.core.faces import Faces
from appliance.core.following import Following
from appliance.core.house import House
from appliance.core.lessons import taught
from appliance.core.model_trial import ModelTrial
from appliance.core.music_wish import MusicWish
from appliance.core.output_choice import OutputChoice
from appliance.core.quiet_keeper import QuietKeeper
from appliance.core.saved_choices import SavedChoices
from appliance.core.tuning import Tuning
from appliance.core.vision_state import VisionState
from appliance.core.volume import Volume
from appliance.domain import commands, events
from appliance.domain.actions import (
    Action,
    ApplyVolume,
    ChangeSpeaker,
    InstallModel,
    KeepSetting,
    Pause,
    Play,
    Power,
    ReadSongs,
    RecordMood,
    RecordPlay,
    Restart,
    Resume,
    Save,
    Say,
    SeekTrack,
    SetFade,
    SkipTrack,
    UpdateBox,
)
from appliance.domain.emotions import Emotion
from appliance.domain.events import Message, PlayerState
from appliance.domain.looks import CameraState, Look
from appliance.domain.moods import Correction, Mood, Policy, Verdict
from appliance.domain.tuning import TuneKey
from appliance.household.kept import NO_FACES, KeptFaces
from appliance.lib.clock import Clock
from appliance.mood.judge import JudgeRules, judge
from appliance.mood.schedule import Schedule
from appliance.mood.window import Window
from appliance.settings.settings import Settings
from appliance.words.english import arrival_in_words, reason_in_words, verdict_in_words

STALE_LOOKS, STALE = 3, 4.0
"""An open camera gives no look if so many that are due, and so many seconds more, have gone by."""


class Conductor:
    """Knows the box's whole state and decides. `handle` each event and carry out the actions it returns, in order."""

    def __init__(self, settings: Settings, clock: Clock, saved: SavedChoices, kept: KeptFaces = NO_FACES) -> None:
        moods, music = settings.mood, settings.music
        self._clock = clock
        self._rules = JudgeRules(moods.min_looks, moods.min_confidence, moods.min_lead, moods.hysteresis)
        self._chosen_interval = saved.interval
        self._schedule = Schedule(moods.first_after, saved.interval or moods.evaluate_every, moods.gone_after)
        self.vision_state = VisionState(moods.gone_after, STALE_LOOKS * settings.camera.idle_seconds + STALE)
        self.faces = Faces(kept.samples, kept.use, kept.corrections)
        self.trial = ModelTrial(settings.model.trial_seconds, settings.model.trial_faces)
        step = settings.controls.volume_step
        self.volume = Volume(music.volume_floor, music.volume_cap, step, saved.volume, saved.volumes)
        self._usual_volume = music.volume
        self.house = House(saved.together)
        self.output = OutputChoice(music.output, saved.output, self.volume)
        self._window = Window()
        self.corrections = Corrections()
        self.began = clock.monotonic()
        self._absence = AutoPause(music.pause_after, self.began, saved.paused)
        self.following = Following(settings, self._absence, self.began)
        self.quiet = QuietKeeper(settings.quiet, clock, self._absence, saved.asleep_until)
        self.mood = Mood(Verdict.UNSURE, since=self.began)
        self._entered = self.mood
        self._music = MusicWish(saved, moods.usual_policy)
        self.camera = CameraWish(saved.camera)
        self.player = PlayerState("lost")
        self.model: events.ModelInForce | None = None
        self._player_at = self.began
        self.tuning = Tuning(settings)

    # What others may read

    @property
    def saved(self) -> SavedChoices:
        """The owner's choices and the last emotion, as they are to be kept over a restart."""
        return SavedChoices(
            override=self.override,
            policy=self._music.policies.chosen,
            camera=self.camera.switch,
            emotion=self._music.last_emotion,
            interval=self._chosen_interval,
            volume=self.volume.chosen,
            volumes=dict(self.volume.by_output),
            output=self.output.chosen,
            paused=self._absence.paused,
            together=self.house.together,
            asleep_until=self.quiet.asleep_until,
        )

    @property
    def house_mood(self) -> Mood:
        """What the music goes by: the mood of this room, or while boxes are together that of the house."""
        now = self._clock.monotonic()
        return self.house.here(self.mood, bool(self.vision_state.presence.someone(now)), now)

    @property
    def override(self) -> Emotion | None:
        """The emotion that the owner set, None while the camera decides."""
        return self._music.override

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._music.policies.policy

    @property
    def wish(self) -> Play | None:
        """What the player was asked for last."""
        return self._music.wish

    @property
    def elapsed(self) -> float:
        """Seconds into the current track now: the player tells of changes only."""
        player = self.player
        passed = self._clock.monotonic() - self._player_at if player.state == "play" else 0.0
        return min(player.elapsed + passed, math.inf if player.duration is None else player.duration)

    @property
    def interval(self) -> float:
        """Seconds from judgement to judgement."""
        return self._schedule.interval

    @property
    def next_judgement(self) -> float | None:
        """The CLOCK_MONOTONIC second of the next judgement, None while nobody is there to judge."""
        return self._schedule.next_due()

    @property
    def judging_since(self) -> float:
        """The CLOCK_MONOTONIC second from which on looks count in the next judgement."""
        return self._schedule.since(self._clock.monotonic())

    def correction(self, really: Emotion, number: int) -> Correction:
        """What a correction of the present mood would be, to be sent as `MoodCorrected`. Raises NothingToCorrect."""
        now = self._clock.monotonic()
        return self.corrections.draft(self.mood, really, number, self._clock.now(), now, self.interval)

    # Events

    def begin(self) -> list[Action]:
        """What to do at the start: look, unless the owner said no, and play what is known before anyone was seen."""
        quiet = self.quiet.begin(self.camera.on)
        return self.following.begin([*quiet, *self.faces.begin(), *self._music.begin(), *self._absence.begin()])

    def handle(self, message: Message) -> list[Action]:
        """The actions that an event calls for, in the order in which they are to be carried out."""
        now, at = self._clock.monotonic(), self._clock.now()
        if (event := self.faces.meant(message, now, at)) is None:
            return []
        asides = [*self.trial.handle(event, now), *self.faces.handle(event, now, at)]
        decided = [*asides, *self.quiet.asked(event, self.camera.on), *self._decide(event)]
        return self.following.handle(event, now, decided)

    def _decide(self, event: Message) -> list[Action]:  # noqa: C901 - one branch for each event is its purpose
        match event:
            case events.Looked(look):
                return self._on_look(look)
            case events.Tick():
                return self._on_tick()
            case events.PlayerChanged(player):
                return self._on_player(player)
            case events.TrackStarted():
                return self._on_track(event)
            case events.TrackSkipped() | events.TrackHeard() | events.SongMoved() | commands.PlaceSong():
                return taught(event)
            case commands.BeginTrip(_, title, _, goal, by):
                return [Say(f"From {title!r} to {goal} ({by})."), *self._music.begin_trip(event)]
            case commands.TakeBackLesson() | commands.ForgetLessons():
                return taught(event)
            case events.MusicWarning(text):
                return [Say(text)]
            case events.SongsChanged(emotion, file):
                return [ReadSongs(emotion, file)]
            case events.SongsKnown(count):
                return self._music.know_songs(count, self.house_mood)
            case commands.Skip(by):
                return [Say(f"Skip ({by})."), SkipTrack()]
            case commands.Override(emotion, by):
                return self._music.choose(emotion, by, self.house_mood)
            case commands.StepOverride(by):
                return self._music.step(by, self.house_mood)
            case commands.SetPolicy(policy, by):
                return self._music.choose_policy(policy, by, self.house_mood)
            case commands.SetCamera():
                return self.camera.asked(event, self.quiet.active)
            case commands.ToggleCamera():
                switched = commands.SetCamera(not self.camera.on, by_button=True, by="button")
                return self.camera.asked(switched, self.quiet.active)
            case commands.TurnVolume(steps, by):
                return self._on_turn(steps, by)
            case commands.SetVolume(volume, by):
                return [Say(f"Volume {volume} ({by})."), ApplyVolume(self.volume.choose(volume)), Save()]
            case commands.SetOutput() | commands.HearOutput():
                return self.output.asked(event)
            case events.OutputChanged():
                return self.output.changed(event, self._usual_volume)
            case commands.SetSpeaker(speaker, change):
                return [ChangeSpeaker(speaker, change)]
            case commands.SetMusic(on, by):
                return self._on_music(on, by)
            case commands.ToggleMusic(by):
                return self._on_music(not self.following.sounds(self.player), by)
            case commands.Seek(seconds):
                return [SeekTrack(seconds)]
            case commands.SetInterval(seconds, by):
                return self._on_interval(seconds, by)
            case commands.Tune():
                return self._on_tune(event)
            case commands.SetQuietHours():
                return self.quiet.choose_hours(event, self.tuning, self.camera.on, self.player.volume)
            case events.RoomFelt() | events.RoomLost() | commands.SetTogether():
                return [*self.house.asked(event, self._clock.monotonic()), *self._on_tick()]
            case commands.JudgeNow():
                return self._judge(asked=True)
            case commands.RejectMood(by):
                return self._on_wrong_mood(by)
            case commands.CorrectMood(correction, by):
                return self._on_correction(correction, by)
            case commands.TakeBackCorrection(number):
                left = tuple(each for each in self.corrections.all if each.id != number)
                return [*withdrawn(event), *self._on_taught(left)]
            case commands.ForgetCorrections():
                return [*withdrawn(event), *self._on_taught(())]
            case commands.ForgiveSong() | commands.EraseHistory():
                return withdrawn(event)
            case events.CorrectionsChanged(corrections):
                return self._on_taught(corrections)
            case commands.DislikeSong():
                return [*disliked(event, self.player.file), *self._music.disliked(self.house_mood)]
            case commands.RestartBox(by):
                return [Say(f"Restart ({by})."), Restart()]
            case commands.SwitchPower(verb, by):
                return [Say(f"{'Power off' if verb == 'off' else 'Restart of the machine'} ({by})."), Power(verb)]
            case commands.InstallLatestModel(by):
                return [Say(f"The latest model is wanted ({by})."), InstallModel()]
            case commands.InstallRelease(by):
                return [Say(f"The new release is wanted ({by})."), UpdateBox()]
            case events.ModelInForce():
                self.model = event
                return []
            case events.LeaderSeen() | events.ButtonPressed() | commands.KeepQuiet() | commands.SetSleepTimer():
                return []
            case commands.FacesCommand() | events.FaceSeen():
                return []
            case events.VisionHello():
                self.corrections.read_by(event.model)
                return self.vision_state.greet(event)
            case events.VisionLost():
                self._schedule.lost(self._clock.monotonic())
                return self.vision_state.lose()

    def _on_look(self, raw: Look) -> list[Action]:
        look = self.corrections.calibrated(raw)
        actions = self.vision_state.see(look)
        if look.camera is CameraState.OPEN and not self.faces.collecting:  # faces that are pulled are no mood
            self._window.add(look, raw)
            if self._schedule.observe(look):
                due = self._schedule.next_due()
                actions.append(Say(arrival_in_words(look, max(0.0, due - look.time) if due is not None else 0.0)))
        if look.faces:
            actions += self._absence.someone(look.time)
        return actions + self._on_tick()

    def _on_tick(self) -> list[Action]:
        now = self._clock.monotonic()
        actions = self.quiet.tick(self.camera.on, self.player.volume)
        actions += self._judge() if self._schedule.due(now) else []
        actions += self._follow_house()
        return actions + self._absence.tick(now, self.vision_state.seeing, self.player.state == "play")

    def _judge(self, asked: bool = False) -> list[Action]:
        now = self._clock.monotonic()
        since = self._schedule.since(now, self._window.reaching(self._rules.min_looks) if asked else None)
        before, evidence = self.mood, self._window.evidence(since)
        mood = judge(evidence, before, self._rules, now)
        self._schedule.judged(now)
        actions: list[Action] = []
        if evidence.looks:
            mood = self.corrections.judged(mood, before, now)
            self.faces.judged(mood)
            actions.append(self._record(mood))
        if mood.emotion or mood.mood != before.mood:
            actions.insert(0, Say(verdict_in_words(before, mood)))
        return actions + self._enter(mood)

    def _record(self, mood: Mood) -> RecordMood:
        return RecordMood(mood, None if mood.mood is Verdict.NOBODY else self.interval)

    def _enter(self, mood: Mood, misfit: bool = False) -> list[Action]:
        """From now on this is the mood; with `misfit` the one before was wrong."""
        self.mood = mood
        self._entered = self.house_mood
        return self._music.enter(self._entered, self.player.emotion, misfit)

    def _follow_house(self) -> list[Action]:
        """What others feel may have changed, or count no longer."""
        before, self._entered = self._entered, self.house_mood
        if self._entered.emotion in (None, before.emotion):
            return []
        return self._music.enter(self._entered, self.player.emotion)

    def _on_player(self, player: PlayerState) -> list[Action]:
        before, self.player = self.player, player
        self._player_at = self._clock.monotonic()
        woken = self.quiet.heard(before, player, self.camera.on)
        return [*woken, *([Save()] if self._absence.music(before.state, player.state, self._player_at) else [])]

    def _on_track(self, track: events.TrackStarted) -> list[Action]:
        name = track.title or track.file
        actions: list[Action] = [RecordPlay(track.file, track.emotion, track.reason)]
        if track.emotion is None:
            return [*actions, Say(f"Playing {name!r}, which someone else queued.")]
        why = f": {reason_in_words(track.reason)}" if track.reason else ""
        actions.append(Say(f"Playing {name!r} from {track.emotion}{why}."))
        return actions + self._music.track_began(self.house_mood, track.reason)

    def _on_music(self, on: bool, by: str) -> list[Action]:
        self._absence.decided(on)
        return [Say(f"Music {'on' if on else 'off'} ({by})."), Resume() if on else Pause(), Save()]

    def _on_turn(self, steps: int, by: str) -> list[Action]:
        volume = self.volume.turn(steps, self.player.volume, self._clock.monotonic())
        return [Say(f"This output has no volume to turn ({by}).")] if volume is None else [ApplyVolume(volume), Save()]

    def _on_interval(self, seconds: float, by: str) -> list[Action]:
        if seconds == self.interval:
            return []
        self._chosen_interval = seconds
        self._schedule.change_interval(seconds, self._clock.monotonic())
        return [Say(f"Judging every {seconds / 60:g} min ({by})."), Save()]

    def _on_tune(self, tune: commands.Tune) -> list[Action]:
        if not self.tuning.change(tune):
            return []
        actions: list[Action] = [Say(f"{tune.key} is {tune.value:g} now ({tune.by}).")]
        match tune.key:
            case TuneKey.MIN_CONFIDENCE:
                self._rules = replace(self._rules, min_confidence=tune.value)
            case TuneKey.GONE_AFTER:
                self._schedule.gone_after = self.vision_state.presence.gone_after = tune.value
            case TuneKey.PAUSE_AFTER:
                self._absence.pause_after = tune.value
            case TuneKey.FADE:
                actions.append(SetFade(tune.value))
        return [*actions, KeepSetting(tune.key, tune.value)] if tune.keep else actions

    def _on_wrong_mood(self, by: str) -> list[Action]:
        """The owner is believed: nothing is claimed any more, and only what is seen from now on counts."""
        wrong, now = self.mood.emotion, self._clock.monotonic()
        if wrong is None:
            return [Say(f"There is no mood to correct: it is {self.mood.mood} ({by}).")]
        self.corrections.doubted()
        self._look_again(Mood(Verdict.UNSURE, people=self.mood.people, since=now, raw=self.mood.raw))
        return [Say(f"The mood is not {wrong}: I look again ({by})."), self._record(self.mood)]

    def _look_again(self, mood: Mood) -> None:
        now = self._clock.monotonic()
        self.mood = mood
        self._window.forget(now)
        self._schedule.judged(now)

    def _on_correction(self, correction: Correction, by: str) -> list[Action]:
        """The owner is believed at once, and the music that was chosen for another mood does not play to its end."""
        mood = self.corrections.believe(correction, self.mood, self._clock.monotonic())
        self._look_again(mood)
        return [*corrected(correction, by), self._record(mood), *self._enter(mood, misfit=True)]

    def _on_taught(self, corrections: tuple[Correction, ...]) -> list[Action]:
        self.corrections.know(corrections)
        mood = self.corrections.withdrawn()
        return [] if mood is None else [self._record(mood), *self._enter(mood, misfit=True)]
