"""The vision process as a child of this one: how it is started, and what becomes of the lines that it writes."""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path

from appliance.lib.child_process import ChildProcess

log = logging.getLogger(__name__)

# What TensorFlow Lite and MediaPipe write to standard error whenever they start.
_CHATTER = re.compile(r"INFO: Created TensorFlow|WARNING: All log messages before absl|[IWEF]\d{4} ")


def vision_process(settings: Path, link: Path) -> ChildProcess:
    """The process that reads these settings and tells at the socket `link` what it sees."""
    command = [sys.executable, "-m", "appliance.vision", "--settings", str(settings), "--link", str(link)]
    return ChildProcess("vision", command, pass_on)


def pass_on(line: str) -> None:
    """Log a line of the vision process at its own level; its libraries' chatter is for debugging only."""
    level, _, words = line.partition(" ")
    number = logging.getLevelNamesMapping().get(level)
    if number is not None:
        log.log(number, "%s", words)
    else:
        log.log(logging.DEBUG if _CHATTER.match(line) else logging.WARNING, "vision: %s", line)
