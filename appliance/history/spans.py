"""Stretches of mood for a drawing: few enough to be drawn and read, each as long as a slot at least. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from appliance.history.periods import Period
from appliance.history.timeline import MoodSpan

SLOTS: Mapping[Period, timedelta] = {
    "day": timedelta(minutes=4),
    "week": timedelta(minutes=20),
    "month": timedelta(minutes=40),
}
"""What is shorter than so long is not drawn by itself: a slot has the mood that took most of it.

A day has at most 360 stretches so, a week 504, and a month 1116.
"""
_LEAST = 0.5  # of a slot that must be known for it to be drawn, but for the first and the last of a stretch


def drawn_spans(spans: Sequence[MoodSpan], period: Period) -> list[MoodSpan]:
    """The same stretches as a drawing of this period shows them, in the order of time.

    Neighbours of one mood are one, with the most people that were seen in them and the mean of their numbers.
    """
    slot = SLOTS[period]
    fine = _merged(spans)
    if not fine or all(each.until - each.at >= slot for each in fine):
        return fine
    return _merged(_by_slots(fine, slot))


def _merged(spans: Iterable[MoodSpan]) -> list[MoodSpan]:
    done: list[MoodSpan] = []
    for span in spans:
        if done and done[-1].mood == span.mood and done[-1].until >= span.at:
            done[-1] = _joined([done[-1], span], done[-1].at, span.until)
        else:
            done.append(span)
    return done


def _by_slots(spans: Sequence[MoodSpan], slot: timedelta) -> list[MoodSpan]:
    """One stretch for each slot of which half is known, of the mood that has most of it."""
    in_slot: dict[datetime, list[MoodSpan]] = defaultdict(list)
    start = spans[0].at
    for span in spans:
        at = start + (span.at - start) // slot * slot
        while at < span.until:
            in_slot[at].append(_cut(span, at, at + slot))
            at += slot
    done = []
    for at, parts in sorted(in_slot.items()):
        lasted: dict[str, timedelta] = defaultdict(timedelta)
        for part in parts:
            lasted[part.mood] += part.until - part.at
        if sum(lasted.values(), timedelta()) < _LEAST * slot and len(in_slot) > 1:
            continue
        mood = max(lasted, key=lambda each: lasted[each])
        done.append(_joined([part for part in parts if part.mood == mood], at, min(at + slot, parts[-1].until)))
    return done


def _cut(span: MoodSpan, at: datetime, until: datetime) -> MoodSpan:
    return _joined([span], max(span.at, at), min(span.until, until))


def _joined(parts: Sequence[MoodSpan], at: datetime, until: datetime) -> MoodSpan:
    weights = [max((part.until - part.at).total_seconds(), 1e-6) for part in parts]

    def mean(values: Iterable[float]) -> float:
        return round(sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights), 4)

    return MoodSpan(
        at,
        until,
        parts[0].mood,
        mean(part.confidence for part in parts),
        mean(part.valence for part in parts),
        mean(part.arousal for part in parts),
        max(part.people for part in parts),
    )
