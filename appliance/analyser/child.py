"""A child that listens to one song, with limits: a decoder that is led astray by a file takes nothing along."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
from pathlib import Path
from typing import NoReturn

from appliance.analyser.content import NoFile, content_of
from appliance.analyser.messages import Content, Failed, HeardSong, Report, encode
from appliance.lib.child_process import exit_words
from appliance.sound.hear import Heard, Unhearable, analyse_file

CPU_SECONDS = 90
"""Processor time for one song; a minute and a half of one is two or three seconds on a Pi 4."""
DATA_BYTES = 400_000_000
"""Memory that the child, and each program that it starts, may have for itself."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None, use_errno=True)


class SongChild:
    """A forked child. Reports come as lines from `output`; it listens on after `go_on`."""

    def __init__(self, number: int, path: Path) -> None:
        self.number = number
        self.output, ours = os.pipe2(os.O_CLOEXEC)
        theirs, self._input = os.pipe2(os.O_CLOEXEC)
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.output)
            os.close(self._input)
            _be_the_child(number, path, ours, theirs)
        os.close(ours)
        os.close(theirs)
        self._ended: str | None = None

    def go_on(self) -> None:
        """Nobody knows the content: listen to it."""
        with contextlib.suppress(OSError):
            os.write(self._input, b"\n")

    def rest(self, on: bool) -> None:
        """Hold the child, and whatever it has started, or let it go on."""
        self._signal(signal.SIGSTOP if on else signal.SIGCONT)

    def kill(self) -> None:
        """End it, wherever it is; a child that waits for a disk ends only when the disk answers."""
        self._signal(signal.SIGKILL)

    def ended(self) -> str | None:
        """None while it runs; afterwards how it ended, in words, empty if it ended well."""
        if self._ended is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self._ended = exit_words(code) if code else ""
        return self._ended

    def close(self) -> None:
        """Close the pipes."""
        os.close(self.output)
        os.close(self._input)

    def _signal(self, number: signal.Signals) -> None:
        if self._ended is not None:  # the number may be another's by now
            return
        for send in (os.killpg, os.kill):  # it has a group of its own from its first moments on
            with contextlib.suppress(ProcessLookupError, PermissionError):
                send(self.pid, number)


def _be_the_child(number: int, path: Path, output: int, go: int) -> NoReturn:
    """Never returns into the parent's code, whatever happens."""
    status = 1
    try:
        _confine()
        _report(output, _listen(number, path, output, go))
        status = 0
    finally:
        os._exit(status)


def _confine() -> None:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders write there whatever they dislike
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_DATA, DATA_BYTES),
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(0, limit, (value, value))  # the system call that a unit may use


def _listen(number: int, path: Path, output: int, go: int) -> Report:
    try:
        _report(output, Content(number, content_of(path)))
        if not os.read(go, 1):  # the parent has gone
            os._exit(0)
        heard = analyse_file(path)
    except Unhearable as error:
        return Failed(number, str(error))
    except NoFile as error:
        return Failed(number, str(error))
    except MemoryError:
        return Failed(number, "takes more memory to decode than a song may")
    except OSError as error:
        return Failed(number, f"cannot be read ({error.strerror or error})", passing=True)
    except Exception as error:  # noqa: BLE001 - one file's fault stops nothing
        return Failed(number, f"leads the analyser astray ({error!r})")
    return _as_report(number, heard)


def _as_report(number: int, heard: Heard) -> HeardSong:
    return HeardSong(
        number=number,
        version=heard.version,
        valence=float(heard.valence),
        arousal=float(heard.arousal),
        tempo=None if math.isnan(heard.tempo) else float(heard.tempo),
        mode=int(heard.mode),
        traits=heard.traits.tobytes(),
        sound=heard.sound.tobytes(),
        features=heard.features.astype("<f4").tobytes(),
    )


def _report(output: int, report: Report) -> None:
    line = encode(report)
    while line:
        line = line[os.write(output, line) :]
