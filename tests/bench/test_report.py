from typing import Any

from appliance.bench.report import figures_table


def test_figures_are_one_aligned_table_with_a_row_for_each_thing() -> None:
    times = {"detect": {"median": 5.35, "p95": 6.19}, "look": {"median": 10.9, "p95": 12.8}}
    figures: dict[str, Any] = {
        "machine": {"moodbox": "0.1.0", "cores": 2},
        "vision": {"model": "edge 1.3.0", "backends": {"MediaPipe": {"640x480": times}}},
        "memory": {"conductor": {"rss_mb": 61.7, "pss_mb": 47.5}},
        "page": {"answer": {"beside_the_crowd": {"median_ms": 1.04, "p99_ms": 2.47}}},
    }
    assert figures_table(figures).splitlines() == [
        "| part    | what                       | figures                             |",
        "|---------|----------------------------|-------------------------------------|",
        "| machine |                            | moodbox 0.1.0, 2 cores              |",
        "| vision  |                            | edge 1.3.0                          |",
        "|         | MediaPipe, 640x480, detect | median 5.35 ms, 95 % within 6.19 ms |",
        "|         | MediaPipe, 640x480, look   | median 10.9 ms, 95 % within 12.8 ms |",
        "| memory  | conductor                  | RSS 61.7 MB, PSS 47.5 MB            |",
        "| page    | answer, beside the crowd   | median 1.04 ms, 99 % within 2.47 ms |",
    ]
