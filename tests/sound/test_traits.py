"""What is told of a song's sound."""

from __future__ import annotations

import math

import numpy as np

from appliance.domain.sounding import Sounding
from appliance.sound.traits import sounding


def test_what_stands_out_is_told_and_what_is_unknown_left_out() -> None:
    told = sounding(71.6, 0, np.array([10, -70, 60], np.int8))
    assert told == Sounding(bpm=72, mode="minor", traits=("soft-attacks", "bright"))
    assert sounding(math.nan, -1, np.zeros(3, np.int8)) == Sounding()
