"""How the household's head comes by its rules: chosen on one half of the people who pose, and tried on the other.

The halves are drawn once, by `SEED`. Strangers are halved too, every other picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.bench.household import (
    ALONE,
    DRAWS,
    Split,
    across,
    judge_evenings,
    read_guests,
    read_homes,
    times,
)
from appliance.bench.performers import FaceViewer, SeenFaces, read_performers, read_strangers
from appliance.household.head import RULES, HeadRules

SEED = 16
RIDGES, SOFTS = (50.0, 100.0, 200.0), (1.5, 2.0, 3.0)
ALIKES = ((0.14, 0.24), (0.18, 0.28), (0.22, 0.32), (0.26, 0.36), (0.3, 0.4))
WORTHS = (0.0, 2.5, 5.0, 7.5, 10.0)
COUNTS = (14, 29)
"""Faces that are taught."""
MOST_LOST = 2.0
"""Points that strangers may lose."""


def choose_rules(source: Path, strangers: Path, draws: int = DRAWS) -> dict[str, Any]:
    """The rules that serve the first half best, and figures of the other half with the shipped and the chosen ones.

    Ridge, softening and likeness are those by which every head gains most, taught by one way of acting and read in the
    others, while strangers lose at most `MOST_LOST` points; `worth` is the largest by which the box gains as much as by
    the best one within half a point, since a head that is refused does no harm. Raises MoodboxError.
    """
    viewer = FaceViewer()
    seen, guests = read_performers(source, viewer), read_strangers(strangers, viewer)
    choosing, reporting = halves_of(seen)
    everybody = np.arange(len(guests.words))
    first, second = _part(guests, everybody[::2]), _part(guests, everybody[1::2])
    tried = [
        _tried(seen, choosing, first, replace(RULES, ridge=ridge, soft=soft, alike=alike))
        for ridge, soft, alike in product(RIDGES, SOFTS, ALIKES)
    ]
    best = max((each for each in tried if each[2] <= MOST_LOST), key=lambda each: each[1], default=tried[0])[0]
    worths = [(worth, _gain(seen, choosing, replace(best, worth=worth), "as_the_box_does")) for worth in WORTHS]
    most = max(gain for _, gain in worths)
    best = replace(best, worth=max(worth for worth, gain in worths if gain >= most - 0.5))
    return {
        "model": viewer.model,
        "seed": SEED,
        "chosen_on": sorted(choosing),
        "reported_on": sorted(reporting),
        "worths": [{"worth": worth, "gain": gain} for worth, gain in worths],
        "rules": {
            name: {"values": asdict(rules), **_reported(seen, reporting, second, rules, draws)}
            for name, rules in (("shipped", RULES), ("chosen", best))
        },
    }


def halves_of(seen: SeenFaces) -> tuple[list[str], list[str]]:
    """The people's names, in two halves."""
    names = np.random.default_rng(SEED).permutation(sorted(set(seen.people.tolist()))).tolist()
    return names[: len(names) // 2], names[len(names) // 2 :]


def _splits(seen: SeenFaces, names: Sequence[str], count: int, draws: int) -> list[Split]:
    return [split for home, rng in times([[name] for name in names], draws) for split in across(seen, home, count, rng)]


def _gain(seen: SeenFaces, names: Sequence[str], rules: HeadRules, by: str) -> float:
    found = [read_homes(seen, _splits(seen, names, count, 1), rules) for count in COUNTS]
    return round(float(np.mean([each[by] - each["before"] for each in found])), 2)


def _tried(
    seen: SeenFaces, names: Sequence[str], guests: SeenFaces, rules: HeadRules
) -> tuple[HeadRules, float, float]:
    """The rules, the points gained with every head, and those that strangers lose."""
    lost = read_guests(seen, _splits(seen, names, ALONE, 1), guests, rules)
    return rules, _gain(seen, names, rules, "every_head"), lost["before"] - lost["after"]


def _reported(seen: SeenFaces, names: Sequence[str], guests: SeenFaces, rules: HeadRules, draws: int) -> dict[str, Any]:
    splits = _splits(seen, names, ALONE, draws)
    return {
        "across": {f"{count}": read_homes(seen, _splits(seen, names, count, draws), rules) for count in COUNTS},
        "strangers": read_guests(seen, splits, guests, rules),
        "evenings": judge_evenings(seen, splits, rules),
    }


def _part(seen: SeenFaces, chosen: NDArray[np.int64]) -> SeenFaces:
    return SeenFaces(
        seen.places[:, chosen], seen.logits[:, chosen], seen.shipped[:, chosen], seen.words[chosen],
        seen.people[chosen], seen.acting[chosen],
    )  # fmt: skip


def choice_table(figures: dict[str, Any]) -> str:
    """The figures as a Markdown table."""
    chosen, reported = len(figures["chosen_on"]), len(figures["reported_on"])
    lines = [
        f"{figures['model']}: chosen on {chosen} people (seed {figures['seed']}), reported on the other {reported}.",
        "",
        "| rules | ridge | soft | alike | worth | 14 taught | 29 taught | strangers | evenings |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, found in figures["rules"].items():
        values = found["values"]
        low, high = values["alike"]
        gains = [each["as_the_box_does"] - each["before"] for each in found["across"].values()]
        lost, judged = found["strangers"], found["evenings"]
        told = [*gains, lost["after"] - lost["before"], judged["after"] - judged["before"]]
        numbers = " | ".join(f"{points:+.1f}" for points in told)
        head = f"| {name} | {values['ridge']:g} | {values['soft']:g} | {low:g}–{high:g} | {values['worth']:g} |"
        lines.append(f"{head} {numbers} |")
    worths = ", ".join(f"{each['worth']:g}: {each['gain']:+.1f}" for each in figures["worths"])
    return "\n".join([*lines, "", f"Gain where it was chosen, by worth: {worths}."])
