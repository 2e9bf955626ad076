"""The bench of choosing and queueing."""

from __future__ import annotations

from appliance.bench.music import measure_music


def test_the_bench_measures_a_library_of_the_size_asked_for() -> None:
    figures = measure_music(files=140, rounds=5)
    assert figures["files"] == 140
    assert 0 < figures["median"] <= figures["p95"]
    assert 0 < figures["journey"]["median"] <= figures["journey"]["p95"]
