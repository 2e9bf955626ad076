"""The bench of hearing songs."""

from __future__ import annotations

import shutil

from appliance.bench.hearing import measure_hearing


def test_hearing_is_measured_beside_ffmpeg_and_an_index_of_the_size_asked_for() -> None:
    figures = measure_hearing(rounds=1, songs=500)
    for ending in ("mp3", "flac"):
        assert 0 < figures[ending]["cpu_s_minute"] < 20
        assert 20 < figures[ending]["rss_mb"] < 110
        assert ("times_ffmpeg" in figures[ending]) is bool(shutil.which("ffmpeg"))
    assert figures["index"]["songs"] == 500
    assert figures["index"]["nearest_ms"] > 0
