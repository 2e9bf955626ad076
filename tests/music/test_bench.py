"""The bench of choosing and queueing."""

from __future__ import annotations

from appliance.music.bench import bench


def test_the_bench_measures_a_library_of_the_size_asked_for() -> None:
    figures = bench(files=140, rounds=5)
    assert figures["files"] == 140
    assert 0 < figures["median"] <= figures["p95"]
