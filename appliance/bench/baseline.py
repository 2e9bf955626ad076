"""`moodbox bench --baseline`: what a household's own usual face, learnt without any correction, would do as a prior.

The box does not do this; the bench says why. People are those of `calibration`. A household's usual face is the mean of
the logarithms of all its readings over some days; by how far it is from that of many households, each reading is put
back: q ∝ p · exp(-SHARE · difference), where no odds change more than MOST.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from appliance.bench.calibration import LEANING, LIFE, Owner, imagined, usual_leaning
from appliance.domain.emotions import Reading
from appliance.model.labels import EXPRESSIONS
from appliance.mood.calibration import Calibration
from appliance.words.english import mood_word
from appliance.words.retelling import retold
from appliance.words.speaking import t

SHARE = 0.5
"""How much of the difference is taken away."""
MOST = math.log(6.0)
"""In log-odds."""
JUDGED = 60
"""Judgements of which a usual face is made, in all."""
HOUSEHOLDS = 60
"""Households whose usual faces are the usual one."""
SAD_WEEKS = (0.03, 0.02, 0.01, 0.09, 0.25, 0.57, 0.03)
"""How often expressions are worn in bad weeks, in `EXPRESSIONS` order."""
_FLOOR = 1e-3
_ANYBODY = (-math.inf, math.inf)

Logs = list[float]


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives there, and how."""

    carried: float
    """How much of what is peculiar at rest is in a person's other expressions."""
    leaning: tuple[float, float] = LEANING
    others: int = 0
    """Anybody who lives there too and is seen as often."""
    life: Sequence[float] = LIFE
    """How often each expression was worn while the usual face was learnt."""


HOMES = {
    "leans to sad, carried 1": Household(1.0),
    "leans to sad, carried 0.5": Household(0.5),
    "leans to sad, carried 0": Household(0.0),
    "leans to sad, carried 1, lives with two others": Household(1.0, others=2),
    "anybody, carried 1": Household(1.0, _ANYBODY),
    "anybody, carried 0": Household(0.0, _ANYBODY),
    "anybody, after sad weeks": Household(1.0, _ANYBODY, life=SAD_WEEKS),
}


def measure_baseline(owners: int = 60, judgements: int = 20) -> dict[str, Any]:
    """For each of HOMES: judged-mood accuracy without and with the baseline in percent, as `measure_calibration`."""
    usual = usual_leaning(imagined)
    many = [Owner(imagined, random.Random(5000 + number), usual, 1.0, _ANYBODY) for number in range(HOUSEHOLDS)]
    typical = _mean(_face([one], LIFE, random.Random(number)) for number, one in enumerate(many))
    return {name: _measure(home, usual, typical, owners, judgements) for name, home in HOMES.items()}


def baseline_table(figures: dict[str, Any]) -> str:
    """The figures as a Markdown table."""
    head = [t("household"), t("all, before"), t("all, after"), *map(mood_word, EXPRESSIONS)]
    rows = [
        [retold(name), f"{each['before']:.1f}", f"{each['after']:.1f}",
         *(f"{each['before_each'][e]:.0f} {each['change_each'][e]:+.1f}" for e in EXPRESSIONS)]
        for name, each in figures.items()
    ]  # fmt: skip
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


@dataclass(frozen=True, slots=True)
class _Baseline(Calibration):
    """A shift of every face alike."""

    def likeness(self, reading: Reading) -> float:  # noqa: ARG002 - faces that are unlike are shifted too
        return 1.0


def _measure(home: Household, usual: float, typical: Logs, owners: int, judgements: int) -> dict[str, Any]:
    without: list[list[float]] = []
    with_it: list[list[float]] = []
    for number in range(owners):
        owner, *others = _people(home, usual, number)
        learnt = _baseline(_face([owner, *others], home.life, random.Random(number)), typical)
        found = [owner.right(emotion, learnt, judgements) for emotion in EXPRESSIONS]
        without.append([before for before, _ in found])
        with_it.append([after for _, after in found])
    before, after = ([100 * share for share in _mean(rows)] for rows in (without, with_it))
    return {
        "before": round(math.fsum(a * b for a, b in zip(before, LIFE, strict=True)), 1),
        "after": round(math.fsum(a * b for a, b in zip(after, LIFE, strict=True)), 1),
        "before_each": {str(e): round(before[i], 1) for i, e in enumerate(EXPRESSIONS)},
        "change_each": {str(e): round(after[i] - before[i], 1) for i, e in enumerate(EXPRESSIONS)},
    }


def _people(home: Household, usual: float, number: int) -> Iterator[Owner]:
    yield Owner(imagined, random.Random(1000 + number), usual, home.carried, home.leaning)
    for other in range(home.others):
        yield Owner(imagined, random.Random(9000 + number * home.others + other), usual, home.carried, _ANYBODY)


def _face(people: Sequence[Owner], life: Sequence[float], rng: random.Random) -> Logs:
    """The usual face: the mean of what is said of all looks at everybody, in logarithms."""
    readings = (
        reading
        for number in range(JUDGED)
        for reading in people[number % len(people)].looks(*rng.choices(EXPRESSIONS, life))
    )
    return _mean([math.log(max(p, _FLOOR)) for p in reading.probabilities] for reading in readings)


def _baseline(face: Logs, typical: Logs) -> _Baseline:
    shift = [SHARE * (usually - own) for own, usually in zip(face, typical, strict=True)]
    middle, extent = fmean(shift), max(shift) - min(shift)
    scale = min(1.0, MOST / extent) if extent else 1.0
    return _Baseline(tuple(scale * (each - middle) for each in shift))


def _mean(rows: Iterator[Logs] | Sequence[Logs]) -> Logs:
    return [fmean(column) for column in zip(*rows, strict=True)]
