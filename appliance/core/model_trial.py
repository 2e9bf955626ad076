"""The trial of a new model: what happens tells whether it proves itself. Pure: no I/O, the time is given."""

from __future__ import annotations

from appliance.domain import events
from appliance.domain.actions import Action, DropModel, KeepModel, OrderModel, Say, TryModel

ATTEMPTS = 3
"""So often may a model be taken up without getting through its trial: one power cut, or crash, may be a coincidence."""


class ModelTrial:
    """Follows the model in force. A model on trial is kept after so many seconds and looks with a face in use."""

    def __init__(self, seconds: float, faces: int) -> None:
        self._seconds, self._faces = seconds, faces
        self._model: events.ModelInForce | None = None
        self._attempts = 0
        self._since: float | None = None
        self._seen = 0
        self._hello: events.VisionHello | None = None
        self._interrupted = False

    @property
    def on_trial(self) -> bool:
        """Whether the model in force has yet to prove itself."""
        return self._model is not None

    def handle(self, event: events.Message, now: float) -> list[Action]:
        """What an event means for the trial. `now` is in CLOCK_MONOTONIC seconds."""
        match event:
            case events.ModelInForce():
                return self._begin(event, now)
            case events.VisionHello():
                self._hello = event
                return self._on_hello(event, now)
            case events.VisionLost():
                self._hello, self._since, self._seen, self._interrupted = None, None, 0, True
            case events.Looked(look) if look.faces and self._since is not None:
                self._seen += 1
        return self._on_time(now)

    def _begin(self, model: events.ModelInForce, now: float) -> list[Action]:
        if model.on_trial and self._model and self._model.sha256 == model.sha256:
            return []
        self._model, self._since, self._seen, self._interrupted = None, None, 0, False
        if not model.on_trial:
            return [OrderModel(model.file)]
        self._model, self._attempts = model, model.attempts
        actions = [Say(f"The model {model.id} is on trial."), *self._attempt()]
        # A vision process that outlived the last conductor may have it in use, or have refused it, already.
        return [*actions, *(self._on_hello(self._hello, now) if self._hello else [])]

    def _attempt(self) -> list[Action]:
        model = self._model
        assert model
        if self._attempts >= ATTEMPTS:
            return self._drop(f"taken up {self._attempts} times without getting through its trial")
        self._attempts += 1
        return [TryModel(model.sha256, model.file)]

    def _on_hello(self, hello: events.VisionHello, now: float) -> list[Action]:
        model = self._model
        if model is None:
            return []
        if hello.refused == model.file and hello.bundle != model.sha256:
            return self._drop(hello.refusal)
        # Only now: whoever stops the whole box stops vision too, and that is no fault of the model's.
        actions = self._attempt() if self._interrupted else []
        self._interrupted = False
        if self._model and hello.bundle == model.sha256 and self._since is None:
            self._since = now
        return actions

    def _on_time(self, now: float) -> list[Action]:
        model = self._model
        if model is None or self._since is None or now - self._since < self._seconds or self._seen < self._faces:
            return []
        self._model = None
        return [Say(f"The model {model.id} has proved itself."), KeepModel(model.sha256)]

    def _drop(self, reason: str) -> list[Action]:
        model, self._model = self._model, None
        assert model
        return [Say(f"The model {model.id} failed its trial: {reason}."), DropModel(model.sha256, reason)]
