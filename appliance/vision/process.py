"""The vision process: `python -m appliance.vision --settings FILE --link SOCKET`."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2

from appliance.errors import MoodboxError
from appliance.link.client import LinkClient
from appliance.model.shipped import shipped_model
from appliance.settings import settings
from appliance.settings.last_good import load_or_last_good
from appliance.systemd.journal import Journal, JournalHandler, under_systemd
from appliance.systemd.layout import LINK
from appliance.systemd.notify import Notifier
from appliance.vision import faces
from appliance.vision.expression import model_of
from appliance.vision.loop import VisionLoop
from appliance.vision.model_slot import ModelSlot
from appliance.vision.pipeline import LookPipeline
from appliance.vision.scan import CANDIDATE, Scanner

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Watch until SIGTERM or SIGINT; 0 then, 1 after an error, which is written to standard error in one line."""
    parser = argparse.ArgumentParser(prog="python -m appliance.vision", description="Moodbox's eyes")
    parser.add_argument("--settings", type=Path, help="the settings file (default: the one in force)")
    parser.add_argument("--link", type=Path, help="the conductor's socket (default: link.sock in the run directory)")
    parser.add_argument("--debug", action="store_true", help="log more")
    options = parser.parse_args(arguments)
    level = logging.DEBUG if options.debug else logging.INFO
    unit = under_systemd()
    handlers: list[logging.Handler] = [JournalHandler(Journal("vision")) if unit else logging.StreamHandler(sys.stderr)]
    logging.basicConfig(level=level, format="%(message)s" if unit else "%(levelname)s %(message)s", handlers=handlers)
    notifier = Notifier()
    try:
        # A unit whose settings are broken leaves it to the conductor to say so.
        loaded = load_or_last_good(options.settings)[0] if unit else settings.load_settings(options.settings)
        watch_until_told(loaded, options.link or loaded.run_dir / (LINK if unit else "link.sock"), notifier)
    except MoodboxError as error:
        notifier.status(f"cannot watch: {error}")
        print(f"vision: {error}", file=sys.stderr)
        return 1
    return 0


def watch_until_told(loaded: settings.Settings, socket: Path, notifier: Notifier) -> None:
    """Build the parts, watch, and take them down in reverse. Raises MoodboxError for what keeps it from watching."""
    cv2.setNumThreads(1)
    chosen = model_of(loaded)
    # An owner who names a model wants that one or an error.
    fallback = chosen if loaded.vision.model else shipped_model()
    models = ModelSlot(chosen, fallback, loaded.model.latency_limit)
    detector = faces.choose_detector(loaded.vision.detector, min(CANDIDATE, loaded.vision.min_score))
    analyser = LookPipeline(Scanner(detector, loaded.vision.min_score, loaded.vision.far), models, loaded.camera.rotate)
    watch = VisionLoop(loaded.camera, analyser, detector.name, models, progress=notifier.progress)
    link = LinkClient(socket, watch.poke)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: watch.stop())
    link.start()
    notifier.ready(f"watching with {detector.name} and {models.name}")
    try:
        watch.run(link)
        notifier.stopping()
    finally:
        link.stop()
        detector.close()
