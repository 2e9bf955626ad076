"""How a child process ended, in words."""

from __future__ import annotations

import signal


def in_words(status: int) -> str:
    """`by signal SIGKILL` or `with status 3`, for a status as `subprocess` gives it."""
    if status >= 0:
        return f"with status {status}"
    try:
        return f"by signal {signal.Signals(-status).name}"
    except ValueError:  # a real-time signal, of which only the first and the last have names
        return f"by signal {-status}"
