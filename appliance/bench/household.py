"""What a head of the household's own would do, on people who pose emotions by several ways of acting.

A person teaches some pictures and is read in the others: *within*, both of them by any way of acting; *across*, taught
by some ways and read in the rest, which is what an owner may expect whose faces in the evening are none of those pulled
for the camera. Strangers are read by everybody's heads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.bench.performers import FaceViewer, SeenFaces, read_performers, read_strangers
from appliance.domain.emotions import EMOTIONS, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.moods import Mood, Verdict
from appliance.household import head as heads
from appliance.household.head import RULES, Head, HeadRules, Proof
from appliance.mood.judge import JudgeRules, judge
from appliance.mood.window import Window

TAUGHT = (7, 14, 19, 29)
"""Pictures that are taught."""
ALONE, TOGETHER = 14, 3
"""Pictures by which strangers, households and evenings are measured, and people in a household."""
DRAWS = 3
"""Times that each person teaches, with other pictures."""
LOOKS = 40
"""In a judgement of a simulated evening, one every half second."""
_NONE = "none"

_Home = Sequence[str]
Split = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Pictures taught, and others of the same people."""


def measure_household(source: Path, strangers: Path | None = None, draws: int = DRAWS) -> dict[str, Any]:
    """Accuracies in percent, without a head and with one: `taught` within and across acting, `household`, `strangers`,
    `evenings`. `source` is a zip file or a folder of performers, `strangers` a folder of face crops by emotion.

    Raises MoodboxError.
    """
    viewer = FaceViewer()
    seen = read_performers(source, viewer)
    names = sorted(set(seen.people.tolist()))
    alone = [[name] for name in names]
    measured: dict[str, Any] = {"model": viewer.model, "people": len(names), "pictures": len(seen.words), "taught": {}}
    for count in TAUGHT:
        measured["taught"][f"{count}"] = {
            "within": read_homes(seen, [within(seen, home, count, rng) for home, rng in times(alone, draws)]),
            "across": read_homes(
                seen, [s for home, rng in times(alone, draws) for s in across(seen, home, count, rng)]
            ),
        }
    households = [names[first : first + TOGETHER] for first in range(0, len(names) - TOGETHER + 1, TOGETHER)]
    each = ALONE * TOGETHER
    measured["household"] = {
        "within": read_homes(seen, [within(seen, home, each, rng) for home, rng in times(households, draws)]),
        "across": read_homes(
            seen, [s for home, rng in times(households, draws) for s in across(seen, home, each, rng)]
        ),
    }
    splits = [split for home, rng in times(alone, draws) for split in across(seen, home, ALONE, rng)]
    measured["strangers"] = {"others": _others(seen, splits)}
    if strangers:
        measured["strangers"]["pictures"] = read_guests(seen, splits, read_strangers(strangers, viewer))
    measured["evenings"] = judge_evenings(seen, splits)
    return measured


def times(homes: Sequence[_Home], draws: int) -> Iterator[tuple[_Home, np.random.Generator]]:
    """Each household so many times, with dice of its own."""
    for number, home in enumerate(homes):
        for draw in range(draws):
            yield home, np.random.default_rng([number, draw])


def within(seen: SeenFaces, home: _Home, count: int, rng: np.random.Generator) -> Split:
    """So many pictures of a household to teach, as many of each person, whatever the acting; all others."""
    parts = [(_drawn(seen, own, count // len(home), rng), own) for own in _owns(seen, home)]
    taught = np.concatenate([part for part, _ in parts])
    return taught, np.setdiff1d(np.concatenate([own for _, own in parts]), taught)


def across(seen: SeenFaces, home: _Home, count: int, rng: np.random.Generator) -> list[Split]:
    """For each way of acting, or each pair of ways where one has too few pictures: taught by it, read in the others.

    Half of the neutral faces, which are acted in no way, belong to what may be taught, the others to what is read.
    """
    ways = sorted(set(seen.acting.tolist()) - {_NONE})
    pairs = [{way} for way in ways] if count <= ALONE * len(home) else [set(ways) - {way} for way in ways]
    splits = []
    for shown in pairs:
        taught, read = [], []
        for own in _owns(seen, home):
            plain = rng.permutation(own[seen.acting[own] == _NONE])
            half = (len(plain) + 1) // 2
            pool = np.concatenate([own[np.isin(seen.acting[own], list(shown))], plain[:half]])
            taught.append(_drawn(seen, pool, count // len(home), rng))
            read.append(np.concatenate([own[~np.isin(seen.acting[own], [*shown, _NONE])], plain[half:]]))
        splits.append((np.concatenate(taught), np.concatenate(read)))
    return splits


def _owns(seen: SeenFaces, home: _Home) -> list[NDArray[np.int64]]:
    return [np.flatnonzero(seen.people == name) for name in home]


def _drawn(seen: SeenFaces, pool: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """So many of the pictures, at most as many as there are: of each emotion one, then of each another, and so on."""
    shuffled = rng.permutation(pool)
    turn = np.array([(seen.words[shuffled[:place]] == seen.words[one]).sum() for place, one in enumerate(shuffled)])
    return np.asarray(shuffled[np.argsort(turn, kind="stable")][:count], np.int64)


def _learnt(seen: SeenFaces, taught: NDArray[np.int64], rules: HeadRules) -> tuple[Head, Proof | None]:
    """A head, and what it is worth as far as that can be told."""
    poses = seen.taught(taught)
    proof = heads.prove(poses, rules) if heads.enough(poses) else None
    return heads.make(poses, proof.heat if proof else heads.HEATS[-1], rules), proof


def _shown(seen: SeenFaces, head: Head, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    return head.read(seen.places[0, chosen], seen.logits[0, chosen], seen.shipped[0, chosen])


def _right(seen: SeenFaces, shown: NDArray[np.float64], chosen: NDArray[np.int64]) -> float:
    return float((shown.argmax(axis=1) == seen.words[chosen]).mean())


def read_homes(seen: SeenFaces, splits: Sequence[Split], rules: HeadRules = RULES) -> dict[str, float]:
    """Accuracy of the model, with every head, and as the box does it: heads without proof stay unused."""
    rows = []
    for taught, read in splits:
        head, proof = _learnt(seen, taught, rules)
        before, after = (_right(seen, shown, read) for shown in (seen.shipped[0, read], _shown(seen, head, read)))
        used = proof is not None and proof.good
        rows.append((len(taught), before, after, after if used else before, used))
    taught_, before_, after_, box, used_ = np.mean(rows, axis=0)
    return {
        "pictures": round(float(taught_), 1),
        **_percent(before=before_, every_head=after_, as_the_box_does=box, heads_used=used_),
    }


def _others(seen: SeenFaces, splits: Sequence[Split]) -> dict[str, float]:
    """The other performers, read by a head that is none of theirs."""
    rows = []
    for taught, _ in splits:
        others = np.flatnonzero(seen.people != seen.people[taught[0]])
        head, _ = _learnt(seen, taught, RULES)
        rows.append((_right(seen, seen.shipped[0, others], others), _right(seen, _shown(seen, head, others), others)))
    before, after = np.mean(rows, axis=0)
    return _percent(before=before, after=after)


def read_guests(
    seen: SeenFaces, splits: Sequence[Split], strangers: SeenFaces, rules: HeadRules = RULES
) -> dict[str, float]:
    """People of whom there is one picture each, read by everybody's head; `ungated` heads have all the say."""
    everybody = np.arange(len(strangers.words))
    before = _right(strangers, strangers.shipped[0], everybody)
    rows = []
    for taught, _ in splits:
        head, _ = _learnt(seen, taught, rules)
        scores = head.scores(strangers.places[0], strangers.logits[0])
        rows.append((_right(strangers, _shown(strangers, head, everybody), everybody),
                     _right(strangers, scores, everybody), float(head.say(strangers.places[0]).mean())))  # fmt: skip
    after, ungated, say = np.mean(rows, axis=0)
    return {"pictures": len(everybody), **_percent(before=before, after=after, ungated=ungated, say=say)}


def judge_evenings(seen: SeenFaces, splits: Sequence[Split], rules: HeadRules = RULES) -> dict[str, float]:
    """Judged moods of people who wear one expression, acted in another way than was taught, for as long as a judgement.

    The looks are drawn from what is read of the pictures of that expression; a head that does not prove itself stays
    unused.
    """
    rows = []
    for number, (taught, read) in enumerate(splits):
        head, proof = _learnt(seen, taught, rules)
        used = proof is not None and proof.good
        shown = _shown(seen, head, read) if used else seen.shipped[0, read]
        rng = np.random.default_rng(number)
        for word, emotion in enumerate(EMOTIONS):
            if len(worn := np.flatnonzero(seen.words[read] == word)):
                looks = rng.choice(worn, LOOKS)
                rows.append([_judged(of[looks]) is emotion for of in (seen.shipped[0, read], shown)])
    before, after = np.mean(rows, axis=0)
    return {"judgements": len(rows), **_percent(before=before, after=after)}


def _judged(readings: NDArray[np.float64]) -> object:
    window = Window()
    for number, row in enumerate(readings):
        reading = Reading(tuple((row / row.sum()).tolist()))
        look = Look(number / 2, CameraState.OPEN, (Face((0.0, 0.0, 100.0, 100.0), 1.0, reading),), (640, 480))
        window.add(look, look)
    return judge(window.evidence(0), Mood(Verdict.UNSURE), JudgeRules(), LOOKS / 2).mood


def _percent(**shares: float) -> dict[str, float]:
    return {name: round(100 * float(share), 1) for name, share in shares.items()}


def household_table(figures: dict[str, Any]) -> str:
    """The figures as Markdown tables."""

    def row(name: str, found: dict[str, float]) -> str:
        box = found["as_the_box_does"]
        return (f"| {name} | {found['pictures']:g} | {found['before']:.1f} | {found['every_head']:.1f} | {box:.1f} "
                f"| {box - found['before']:+.1f} | {found['heads_used']:.0f} |")  # fmt: skip

    rows = [row(f"{count}, {how}", found) for count, both in figures["taught"].items() for how, found in both.items()]
    rows += [row(f"{TOGETHER} people, {how}", found) for how, found in figures["household"].items()]
    lines = [
        f"{figures['model']}, {figures['people']} people, {figures['pictures']} pictures.",
        "",
        "| taught | pictures | model % | every head % | as the box does % | gain | heads used % |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
        "| read by somebody else's head | model % | with it % | change |",
        "|---|---|---|---|",
    ]
    for name, found in figures["strangers"].items():
        ungated = f" (ungated {found['ungated']:.1f})" if "ungated" in found else ""
        change = found["after"] - found["before"]
        what = "other performers" if name == "others" else f"{found['pictures']:g} strangers"
        lines.append(f"| {what} | {found['before']:.1f} | {found['after']:.1f}{ungated} | {change:+.1f} |")
    evenings = figures["evenings"]
    before, after = evenings["before"], evenings["after"]
    judged = f"Judged moods in {evenings['judgements']} simulated judgements: "
    said = f"{before:.1f} % right without, {after:.1f} % with a head ({after - before:+.1f})."
    lines += ["", judged + said]
    return "\n".join(lines)
