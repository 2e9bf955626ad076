"""Whole histories of a store, with the power cut at any step, invented by Hypothesis."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from appliance.model import bundle
from appliance.model.store import SHIPPED, ModelStore, StoreError
from tests.model import tiny

BUNDLES = [(data, bundle.parse_bundle(data)) for data in (tiny.make(f"{number}.0.0") for number in range(1, 6))]
BY_SHA256 = {parsed.sha256: parsed for _, parsed in BUNDLES}
KEEP = 2
MEMORY = Path("/dev/shm")
"""A real disk takes its time for every fsync; these are thousands."""


class PowerCut(Exception):
    """Everything ends here; only the disk remains."""


class Histories(RuleBasedStateMachine):
    """Knows which models have ever proved themselves, and which the owner or a trial has left since."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        self._shipped = Path(self._folder.name) / "shipped.moodmodel"
        self._shipped.write_bytes(tiny.make("0.1.0"))
        self.steps_left: int | None = None
        self.store = self.boot()
        self.proved = {SHIPPED}

    def boot(self) -> ModelStore:
        return ModelStore(Path(self._folder.name) / "models", self._shipped, KEEP, self.step)

    def step(self, _name: str) -> None:
        if self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise PowerCut

    def teardown(self) -> None:
        self._folder.cleanup()

    @rule(steps=st.integers(0, 8))
    def let_the_power_fail_soon(self, steps: int) -> None:
        self.steps_left = steps

    @rule(number=st.integers(0, len(BUNDLES) - 1))
    def install(self, number: int) -> None:
        data, parsed = BUNDLES[number]
        before = self.store.proven().id
        try:
            self.store.install(data, parsed, None, 0.0, 1.0, "")
        except StoreError:
            assert self.store.current().id == before
        except PowerCut:
            self.restart()
        assert self.store.proven().id == before

    @precondition(lambda self: self.store.trial())
    @rule()
    def prove(self) -> None:
        trial = self.store.trial()
        assert trial
        self.proved.add(trial.model)
        try:
            self.store.commit(trial.sha256)
        except PowerCut:
            self.restart()
        else:
            assert self.store.trial() is None
        assert self.store.current().id == trial.model

    @precondition(lambda self: self.store.trial())
    @rule()
    def fail(self) -> None:
        trial = self.store.trial()
        assert trial
        try:
            self.store.fail(trial.sha256, "it failed")
        except PowerCut:
            self.restart()
        else:
            assert self.store.current().id == trial.previous
        assert self.store.current().id in {trial.model, trial.previous}

    @rule()
    def roll_back(self) -> None:
        before = self.store.current().id
        try:
            back = self.store.roll_back().id
        except StoreError:
            assert before == SHIPPED
        except PowerCut:
            self.restart()
        else:
            assert back != before
            assert back in self.proved

    @rule()
    def restart(self) -> None:
        self.steps_left = None
        self.store = self.boot()

    @invariant()
    def a_whole_model_is_in_force_and_another_waits_behind_a_trial(self) -> None:
        for model in (self.store.current(), self.store.proven()):
            parsed = bundle.read_bundle(model.file)
            assert model.record is None or BY_SHA256[parsed.sha256].manifest == parsed.manifest
        assert self.store.proven().id in self.proved

    @invariant()
    def the_disk_does_not_fill_up(self) -> None:
        needed_whatever_their_age, just_coming, shipped = 2, 1, 1
        assert len(self.store.models()) <= KEEP + needed_whatever_their_age + just_coming + shipped


Histories.TestCase.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
TestHistories = Histories.TestCase
