"""How well what is heard agrees with listeners, and how well one half of a song finds the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from appliance.sound.ear import Ear
from appliance.sound.hear import heard_from
from appliance.sound.index import SoundIndex
from appliance.sound.library import index_of
from tools.music_model.fit import Songs

Numbers = npt.NDArray[np.float64]


def agreement(ear: Ear, songs: Songs, feelings: Numbers) -> dict[str, Any]:
    """For valence and arousal, ranked within these songs: `r`, and the area under the curve of ratings above zero
    (`auc`), above their mean (`auc_mean`: the sign of a rating that has no zero of its own) and above their median
    (`auc_median`).

    Also `halves_mrr` and `halves_first`: how a half of a song ranks the other among all other halves.
    """
    places = _index(ear, songs.whole).places.astype(np.float64)
    result: dict[str, Any] = {"songs": len(places)}
    for column, axis in enumerate(("valence", "arousal")):
        said, heard = feelings[:, column], places[:, column]
        result[axis] = {
            "r": round(float(np.corrcoef(said, heard)[0, 1]), 3),
            "auc": _rounded(area_under_curve(said > 0, heard)),
            "auc_mean": _rounded(area_under_curve(said > said.mean(), heard)),
            "auc_median": _rounded(area_under_curve(said > np.median(said), heard)),
        }
    return result | other_halves(ear, songs)


def other_halves(ear: Ear, songs: Songs) -> dict[str, float]:
    """`halves_mrr`, the mean of 1/rank of a half's other half among all halves by sound, and `halves_first`."""
    sounds = _index(ear, np.concatenate((songs.first, songs.second))).sounds.astype(np.float64)
    alike = sounds @ sounds.T / np.maximum(np.outer(*[np.linalg.norm(sounds, axis=1)] * 2), 1e-9)
    np.fill_diagonal(alike, -np.inf)
    count = len(songs.whole)
    other = np.concatenate((np.arange(count) + count, np.arange(count)))
    ranks = (alike > alike[np.arange(2 * count), other][:, None]).sum(axis=1) + 1
    return {"halves_mrr": round(float((1 / ranks).mean()), 3), "halves_first": round(float((ranks == 1).mean()), 3)}


def area_under_curve(positive: npt.NDArray[np.bool_], scores: Numbers) -> float:
    """The chance that a positive scores above a negative (Mann & Whitney 1947), half for ties; NaN without both."""
    above, below = scores[positive], scores[~positive]
    if not len(above) or not len(below):
        return float("nan")
    difference = above[:, None] - below
    return float((difference > 0).mean() + (difference == 0).mean() / 2)


def _rounded(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None


def _index(ear: Ear, features: Numbers) -> SoundIndex:
    return index_of([heard_from(0.0, row.astype(np.float32), ear) for row in features])
