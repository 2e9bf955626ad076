"""All buttons together: presses by name, and two buttons held at once. Pure, as `press` is."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.controls.press import Button, Timing

BOTH = "both_long"


class Panel:
    """Names what is done to the buttons: `skip_short`, `override_long`, `both_long` …

    While both buttons of `pair` are down neither tells a long press, since it may become a press of both; if one is let
    go before that, each press is what it would have been alone.
    """

    def __init__(self, timings: Mapping[str, Timing], pair: tuple[str, str] | None = None) -> None:
        self._buttons = {name: Button(timing) for name, timing in timings.items()}
        self._pair = pair
        self._pair_after = max((timings[name].long for name in pair), default=0.0) if pair else 0.0
        self._now = float("-inf")

    def edge(self, name: str, down: bool, time: float) -> list[str]:
        """A button's pin changed at `time`, in seconds; what has become certain. A time that goes back is held."""
        done = self.advance(time)
        self._buttons[name].edge(down, self._now)
        return done

    def due(self) -> float | None:
        """When to call `advance` if no edge comes before; None: never."""
        return min((time for time, _ in self._agenda()), default=None)

    def advance(self, time: float) -> list[str]:
        """Let time pass; what has become certain, in order."""
        self._now = max(self._now, time)
        done: list[str] = []
        while (first := min(self._agenda(), default=None)) and first[0] <= self._now:
            done += self._step(first[1])
        return done

    def _agenda(self) -> list[tuple[float, str]]:
        both_at = self._both_at()
        agenda = [] if both_at is None else [(both_at, BOTH)]
        for name, button in self._buttons.items():
            due = button.due(waiting=self._waits(name))
            if due is not None:
                agenda.append((due, name))
        return agenda

    def _step(self, name: str) -> list[str]:
        if name == BOTH:
            assert self._pair
            before = [f"{name}_{press}" for name in self._pair for press in self._buttons[name].spend()]
            return [*before, BOTH]
        return [f"{name}_{press}" for press in self._buttons[name].step()]

    def _waits(self, name: str) -> bool:
        if not self._pair or name not in self._pair:
            return False
        other = self._buttons[self._pair[1] if name == self._pair[0] else self._pair[0]]
        return other.down and not other.spent

    def _both_at(self) -> float | None:
        if not self._pair:
            return None
        both = [self._buttons[name] for name in self._pair]
        if not all(button.down and button.settled and not button.spent for button in both):
            return None
        return max(button.since for button in both) + self._pair_after
