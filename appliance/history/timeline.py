"""Judgements → stretches of mood: pure. Of the time that no judgement speaks for nothing is said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

SLACK = timedelta(seconds=60)
"""A judgement that comes so much later than expected still continues the one before."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A row of the history's."""

    at: datetime
    mood: str
    confidence: float
    valence: float
    arousal: float
    people: int
    lasts: timedelta | None
    """After which the next one was to be expected; None: it holds until there is another."""


@dataclass(frozen=True, slots=True)
class MoodSpan:
    """A time in which the mood and the people stayed what they were; the numbers are means over it."""

    at: datetime
    until: datetime
    mood: str
    confidence: float
    valence: float
    arousal: float
    people: int


def mood_spans(judgements: Sequence[Judgement], start: datetime, end: datetime, now: datetime) -> list[MoodSpan]:
    """What the mood was from `start` to `end`, as far as it is known at `now`, in the order of time.

    `judgements` are those of that time, with the last one before it and the first one after it, if there are such.
    """
    done: list[MoodSpan] = []
    run: list[tuple[Judgement, datetime]] = []
    for judgement, until in _held(sorted(judgements, key=lambda each: each.at), min(end, now)):
        if run and (run[-1][1] < judgement.at or not _same(run[-1][0], judgement)):
            done += _joined(run, start)
            run = []
        run.append((judgement, until))
    return [*done, *_joined(run, start)]


def _held(judgements: Sequence[Judgement], end: datetime) -> Iterator[tuple[Judgement, datetime]]:
    """Each judgement with the time until which it held."""
    for judgement, after in zip_longest(judgements, judgements[1:]):
        until = end if after is None else min(after.at, end)
        if judgement.lasts is not None and until > judgement.at + judgement.lasts + SLACK:
            until = judgement.at + judgement.lasts
        if until > judgement.at:
            yield judgement, until


def _same(one: Judgement, other: Judgement) -> bool:
    return (one.mood, one.people) == (other.mood, other.people)


def _joined(run: Sequence[tuple[Judgement, datetime]], start: datetime) -> list[MoodSpan]:
    shown = [(each, max(each.at, start), until) for each, until in run if until > start]
    if not shown:
        return []
    first, last = shown[0], shown[-1]
    weights = [(until - at).total_seconds() for _, at, until in shown]

    def mean(values: Iterable[float]) -> float:
        total = math.fsum(value * weight for value, weight in zip(values, weights, strict=True))
        return round(total / math.fsum(weights), 4)

    return [
        MoodSpan(
            first[1],
            last[2],
            first[0].mood,
            mean(each.confidence for each, _, _ in shown),
            mean(each.valence for each, _, _ in shown),
            mean(each.arousal for each, _, _ in shown),
            first[0].people,
        )
    ]
