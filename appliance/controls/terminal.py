"""The terminal as keyboard and lamp: read key by key, given back as it was; the lamp is one coloured mark."""

from __future__ import annotations

import contextlib
import os
import termios
import tty
from collections.abc import Callable, Iterator

from appliance.controls.lamp import Colour
from appliance.errors import MoodboxError

_SHAPES = "○◔◑◕●"


class TerminalMissing(MoodboxError, OSError):
    """There is no keyboard to read."""


def require_terminal(fd: int) -> None:
    """Raises TerminalMissing unless `fd` is a terminal that this process may read."""
    if not os.isatty(fd):
        raise TerminalMissing("--keys reads the keyboard, but standard input is no terminal; leave out --keys")
    try:
        in_front = os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:  # a terminal that controls nobody can be read by everybody
        in_front = True
    if not in_front:
        raise TerminalMissing("--keys reads the keyboard, which a program in the background cannot; bring it in front")


@contextlib.contextmanager
def cbreak(fd: int) -> Iterator[None]:
    """Keys come one by one and unseen; Ctrl-C still stops, Ctrl-Z and Ctrl-Backslash do nothing. Undone at the end."""
    before = termios.tcgetattr(fd)
    try:
        tty.setcbreak(fd, termios.TCSANOW)
        now = termios.tcgetattr(fd)
        for key in (termios.VSUSP, termios.VQUIT):
            now[6][key] = b"\0"
        termios.tcsetattr(fd, termios.TCSANOW, now)
        yield
    finally:
        with contextlib.suppress(termios.error):  # the terminal itself may have gone
            termios.tcsetattr(fd, termios.TCSANOW, before)


class TerminalLamp:
    """The lamp as a mark for the display's live line: its shape tells how bright, its colour the mood."""

    def __init__(self, draw: Callable[[str], None]) -> None:
        self._draw = draw
        self._drawn = ""

    def show(self, level: float, colour: Colour) -> None:
        """Draw so bright a lamp, 0..1."""
        steps = len(_SHAPES) - 1
        # Any light at all shows, as on the real lamp.
        step = min(steps, max(1, round(level * steps))) if level > 0 else 0
        red, green, blue = (round(255 * part * (0.4 + 0.6 * step / steps)) if step else 90 for part in colour)
        mark = f"\x1b[38;2;{red};{green};{blue}m{_SHAPES[step]}\x1b[39m"
        if mark != self._drawn:
            self._drawn = mark
            self._draw(mark)

    def close(self) -> None:
        """The display ends its line by itself."""
