"""What Lighthouse says of every section on a phone: `python -m tests.web.page.lighthouse FOLDER [RUNS [SLOWDOWN]]`.

FOLDER is one in which `npm install lighthouse@12` was run. A whole box that looks at the portrait and plays is visited
by Debian's Chromium, each page RUNS times (3 unless given); printed is the best run of each as a Markdown table with
what costs points, because what else runs on the machine only ever adds to that. The processor is slowed down SLOWDOWN
times (Lighthouse itself takes 4); unless that is given, until it is as fast as a slow phone's by Lighthouse's own
measure (`benchmarkIndex`), so that a machine that is busy with other work is not slowed down twice.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.web.page.visitor import COOKIE, House, running_house

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
SECTIONS = ("/#now", "/#history", "/#songs", "/#map", "/#lists", "/#aim", "/#box")
PAGES = (*SECTIONS, "/mirror", "/first-days", "/plain")
SLOW_PHONE = 264
"""The `benchmarkIndex` of a slow phone: that of Chromium's developer tools, panels/mobile_throttling."""
WELL = 0.9
"""An audit below this costs points worth a word."""


def audited(lighthouse: Path, house: House, path: str, report: Path, slowdown: float) -> dict[str, Any]:
    """One run's report; `slowdown` says how many times slower the phone is than this machine."""
    command = [
        str(lighthouse), house.url + path, "--quiet", "--output=json", f"--output-path={report}",
        f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        f"--extra-headers={json.dumps({'Cookie': f'{COOKIE}={house.cookie}'})}", "--max-wait-for-load=15000",
        f"--throttling.cpuSlowdownMultiplier={slowdown}",
    ]  # fmt: skip
    environ = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    subprocess.run(command, env=environ, check=True, timeout=300, stderr=subprocess.DEVNULL)
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def costly(report: Mapping[str, Any]) -> list[str]:
    """The audits that cost points, with what was measured."""
    weighed = {
        ref["id"] for category in report["categories"].values() for ref in category["auditRefs"] if ref["weight"] > 0
    }
    return [
        f"{name} ({audit.get('displayValue') or audit['score']})"
        for name, audit in report["audits"].items()
        if name in weighed and audit["score"] is not None and audit["score"] < WELL
    ]


def performance(report: Mapping[str, Any]) -> float:
    """Its score, 0..1."""
    return float(report["categories"]["performance"]["score"] or 0.0)


def main(folder: Path, runs: int, slowdown: float | None = None) -> None:
    """Print the table, and keep each last report in the folder."""
    lighthouse = folder / "node_modules" / ".bin" / "lighthouse"
    with tempfile.TemporaryDirectory() as place, running_house(Path(place)) as house:
        index = audited(lighthouse, house, "/", folder / "first.json", 1.0)["environment"]["benchmarkIndex"]
        slowdown = slowdown or round(max(1.0, index / SLOW_PHONE), 1)
        print(
            f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}, benchmarkIndex {index:.0f}"
        )
        print(f"slowed down {slowdown} times, {runs} runs of each page\n")
        print(f"| page | {' | '.join(CATEGORIES)} | costs points |\n|---|{'---|' * (len(CATEGORIES) + 1)}", flush=True)
        for path in PAGES:
            report = folder / f"{path.strip('/#').replace('/', '-')}.json"
            best = max((audited(lighthouse, house, path, report, slowdown) for _ in range(runs)), key=performance)
            scores = [100 * (best["categories"][name]["score"] or 0.0) for name in CATEGORIES]
            told = ", ".join(costly(best)) or "–"
            print(f"| `{path}` | {' | '.join(f'{score:.0f}' for score in scores)} | {told} |", flush=True)


if __name__ == "__main__":
    main(
        Path(sys.argv[1]).resolve(),
        int(sys.argv[2]) if sys.argv[2:] else 3,
        float(sys.argv[3]) if sys.argv[3:] else None,
    )
