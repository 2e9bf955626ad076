"""`moodbox bench --calibration`: what ten corrections do for owners whose resting face the model calls sad.

The owners are simulated, the rest is real: their looks go through the window, the judge and the calibration of the box.

A person is a point in the seven log-probabilities for each expression. People differ around the model's habits: the
logarithm of its confusion table (models/CARD.md), stretched by STRETCH. Taken are people whose resting face leans to
sad by 0.3 to 1.5 log-odds; most lean to neutral by far. What is peculiar in their face, `carried` times
that surplus, is in all their other expressions too (1: it is the shape of their face; 0: it shows at rest alone). From
one judgement to the next a person varies by EVENING, from look to look by LOOK. With a folder of face crops, one folder
for each emotion, a person's expressions are what the model really says of pictures of it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

from appliance.domain.emotions import Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.moods import Correction, Mood, Verdict
from appliance.errors import MoodboxError
from appliance.model.labels import EXPRESSIONS
from appliance.mood.calibration import Calibration, learn
from appliance.mood.judge import JudgeRules, judge
from appliance.mood.window import Window
from appliance.words.english import mood_word
from appliance.words.speaking import t

CONFUSION = (
    (240, 8, 4, 3, 18, 8, 6),
    (4, 15, 0, 1, 1, 3, 0),
    (1, 0, 41, 0, 2, 5, 13),
    (3, 0, 0, 828, 19, 5, 10),
    (10, 1, 0, 32, 1018, 104, 17),
    (8, 1, 5, 6, 60, 270, 1),
    (7, 0, 9, 8, 11, 0, 380),
)
"""Of pictures of each emotion, how many the model names how: FER+, validation split, in `EXPRESSIONS` order."""
STRETCH, PERSON, EVENING, LOOK = 1.3, 1.0, 0.8, 1.0
LEANING = (0.3, 1.5)
"""Log-odds of sad against neutral in the resting faces that are taken."""
LIFE = (0.04, 0.02, 0.01, 0.25, 0.5, 0.12, 0.06)
"""How often an owner wears each expression, in `EXPRESSIONS` order."""
CORRECTIONS = 10
SLIPS = 0.1
"""Share of the corrections in which the owner taps another emotion than is meant."""
LOOKS = 40
"""In a judgement, one every half second."""
CARRIED = (1.0, 0.5, 0.0)

Logits = list[float]
Person = Callable[[Emotion], Logits]
_NEUTRAL, _SAD = EXPRESSIONS.index(Emotion.NEUTRAL), EXPRESSIONS.index(Emotion.SAD)


def measure_calibration(owners: int = 60, judgements: int = 30, pictures: Path | None = None) -> dict[str, Any]:
    """For each `carried`: judged-mood accuracy before and after, overall and for each emotion, in percent.

    `before` and `after` weigh the emotions as they are worn (`LIFE`); `change` is in points. Raises MoodboxError.
    """
    people = photographed(pictures) if pictures else imagined
    usual = usual_leaning(people)
    return {f"carried {carried:g}": _measure(people, usual, carried, owners, judgements) for carried in CARRIED}


def usual_leaning(people: Callable[[random.Random], Person]) -> float:
    """By how much resting faces lean to sad on average, in log-odds."""
    rng = random.Random(1)
    return fmean(leaning_to_sad(people(rng)(Emotion.NEUTRAL)) for _ in range(400))


def _measure(
    people: Callable[[random.Random], Person], usual: float, carried: float, owners: int, judgements: int
) -> dict[str, Any]:
    before, after, strengths, taught = [], [], [], []
    for number in range(owners):
        owner = Owner(people, random.Random(1000 + number), usual, carried)
        corrections = owner.teach(CORRECTIONS)
        calibration = learn(corrections, "")
        shown = [owner.right(emotion, calibration, judgements) for emotion in EXPRESSIONS]
        before.append([without for without, _ in shown])
        after.append([with_it for _, with_it in shown])
        strengths.append(calibration.strength)
        taught.append(len(corrections))

    def of_life(rows: Sequence[Sequence[float]]) -> float:
        return 100 * fmean(math.fsum(a * b for a, b in zip(row, LIFE, strict=True)) for row in rows)

    return {
        "before": round(of_life(before), 1),
        "after": round(of_life(after), 1),
        "strength": round(fmean(strengths), 2),
        "corrections": round(fmean(taught), 1),
        "before_each": {str(e): round(100 * fmean(row[i] for row in before), 1) for i, e in enumerate(EXPRESSIONS)},
        "change_each": {
            str(e): round(100 * fmean(b[i] - a[i] for a, b in zip(before, after, strict=True)), 1)
            for i, e in enumerate(EXPRESSIONS)
        },
    }


class Owner:
    """Someone whose resting face leans to sad, by as much as the model calls sad unless another `leaning` is given."""

    def __init__(
        self,
        people: Callable[[random.Random], Person],
        rng: random.Random,
        usual: float,
        carried: float,
        leaning: tuple[float, float] = LEANING,
    ) -> None:
        """`usual`: by how much resting faces lean to sad on average, in log-odds."""
        self._rng = rng
        while True:
            person = people(rng)
            resting = person(Emotion.NEUTRAL)
            if leaning[0] <= (found := leaning_to_sad(resting)) <= leaning[1]:
                break
        surplus = carried * (found - usual)
        self._faces = [resting if e is Emotion.NEUTRAL else _leaned(person(e), surplus) for e in EXPRESSIONS]

    def teach(self, wanted: int) -> list[Correction]:
        """Live until so many judgements were wrong and have been corrected, at most for a thousand."""
        corrections: list[Correction] = []
        calibration = Calibration()
        for number in range(1, 1001):
            if len(corrections) == wanted:
                break
            (worn,) = self._rng.choices(EXPRESSIONS, LIFE)
            mood = self._judged(self.looks(worn), calibration)
            if mood.mood is worn or mood.raw is None:
                continue
            said = self._rng.choice(EXPRESSIONS) if self._rng.random() < SLIPS else worn
            at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
            corrections.append(Correction(number, at, mood.mood, said, mood.raw))
            calibration = learn(corrections, "")
        return corrections

    def right(self, worn: Emotion, calibration: Calibration, judgements: int) -> tuple[float, float]:
        """The share of judgements that name the emotion worn, without and with the calibration, on the same looks."""
        found = [0, 0]
        for _ in range(judgements):
            looks = self.looks(worn)
            for index, each in enumerate((Calibration(), calibration)):
                found[index] += self._judged(looks, each).mood is worn
        return found[0] / judgements, found[1] / judgements

    def looks(self, worn: Emotion) -> list[Reading]:
        """What the model says in the looks of one judgement."""
        evening = [value + self._rng.gauss(0, EVENING) for value in self._faces[EXPRESSIONS.index(worn)]]
        return [_reading([value + self._rng.gauss(0, LOOK) for value in evening]) for _ in range(LOOKS)]

    def _judged(self, readings: Sequence[Reading], calibration: Calibration) -> Mood:
        window = Window()
        for number, reading in enumerate(readings):
            raw, read = (_look(number / 2, each) for each in (reading, calibration.apply(reading)))
            window.add(read, raw)
        return judge(window.evidence(0), Mood(Verdict.UNSURE), JudgeRules(), LOOKS / 2)


def imagined(rng: random.Random) -> Person:
    """A person made up around the model's habits."""

    def wears(emotion: Emotion) -> Logits:
        row = CONFUSION[EXPRESSIONS.index(emotion)]
        return [STRETCH * math.log((seen + 0.5) / (sum(row) + 3.5)) + rng.gauss(0, PERSON) for seen in row]

    return wears


def photographed(folder: Path) -> Callable[[random.Random], Person]:
    """People whose expressions are what the shipped model says of pictures: face crops, a folder for each emotion.

    Raises MoodboxError if there is none for some emotion.
    """
    from appliance.model.shipped import shipped_model
    from appliance.vision.expression import ExpressionReader
    from appliance.vision.image_file import read_image

    reader = ExpressionReader(shipped_model())
    known: list[list[Logits]] = []
    for emotion in EXPRESSIONS:
        files = sorted(file for file in (folder / emotion).glob("*") if file.is_file())
        if not files:
            raise MoodboxError(f"{folder / emotion} holds no pictures; name a folder with one for each emotion")
        readings = (reader.read_aligned(read_image(file)).reading for file in files)
        known.append([[math.log(max(p, 1e-4)) for p in map(reading.__getitem__, EXPRESSIONS)] for reading in readings])
    return lambda rng: lambda emotion: rng.choice(known[EXPRESSIONS.index(emotion)])


def calibration_table(figures: dict[str, Any]) -> str:
    """The figures as a Markdown table."""
    head = [t("carried"), t("all, before"), t("all, after"), t("strength"), *map(mood_word, EXPRESSIONS)]
    rows = [
        [
            name.removeprefix("carried "),
            f"{each['before']:.1f}",
            f"{each['after']:.1f}",
            f"{each['strength']:.2f}",
            *(f"{each['before_each'][e]:.0f} {each['change_each'][e]:+.1f}" for e in EXPRESSIONS),
        ]
        for name, each in figures.items()
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def leaning_to_sad(resting: Logits) -> float:
    """Log-odds of sad against neutral."""
    return resting[_SAD] - resting[_NEUTRAL]


def _leaned(face: Logits, surplus: float) -> Logits:
    moved = list(face)
    moved[_SAD] += surplus / 2
    moved[_NEUTRAL] -= surplus / 2
    return moved


def _reading(logits: Logits) -> Reading:
    top = max(logits)
    values = [math.exp(value - top) for value in logits]
    total = math.fsum(values)
    return Reading.of({emotion: value / total for emotion, value in zip(EXPRESSIONS, values, strict=True)})


def _look(time: float, reading: Reading) -> Look:
    return Look(time, CameraState.OPEN, (Face((0.0, 0.0, 100.0, 100.0), 1.0, reading),), (640, 480))
