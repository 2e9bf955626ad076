"""`moodbox doctor`: looks at every part, one line each: what is wrong and how to mend it."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from appliance import __version__
from appliance.control.client import ask_page, ask_status
from appliance.control.messages import SOCKET, NotRunning, RequestRefused
from appliance.doctor.finding import Finding
from appliance.doctor.rooms import examine_rooms
from appliance.domain.status import Status
from appliance.errors import MoodboxError
from appliance.lib.system_info import free_megabytes
from appliance.lib.text import plural
from appliance.music.mpd import state_files
from appliance.settings import paths, settings
from appliance.settings.settings import Settings
from appliance.settings.vision import NO_CAMERA

_LIBRARIES = ("numpy", "opencv-python-headless", "tflite-runtime", "ai-edge-litert", "mediapipe", "python-mpd2")
_LITTLE = 200  # megabytes free below which an owner should hear of it


def examine_all(file: Path | None) -> Iterator[Finding]:
    """Examine every part, one after the other; nothing stops at the first fault. `file` names the settings."""
    from appliance.doctor import installed

    yield _versions()
    try:
        chosen = settings.load_settings(file)
    except MoodboxError as error:
        yield Finding("settings", False, str(error))
        chosen = Settings()
    else:
        used = file or paths.default_file()
        yield Finding("settings", True, str(used) if used else "no file, so the defaults are in force")
    running, box = _running(chosen)
    yield from _each(
        ("camera", lambda: _camera(chosen, running)),
        ("privacy", _privacy),
        ("faces", lambda: _faces(chosen)),
        ("model", lambda: _model(chosen)),
        ("mpd", lambda: _mpd(chosen, running)),
        ("rooms", lambda: examine_rooms(chosen)),
        ("songs", lambda: _songs(chosen)),
        ("mqtt", lambda: _mqtt(chosen)),
        ("controls", lambda: _controls(chosen, running)),
        ("page", lambda: _page(chosen, running)),
        ("state", lambda: _state(chosen)),
    )
    yield from installed.examine_installed()
    yield box


def examine_running(chosen: Settings, status: Status) -> Iterator[Finding]:
    """The same of a box that runs with these settings and has this status, as far as it costs little: no model is
    loaded and no camera opened. Blocks for a second or two.
    """
    from appliance.doctor import installed

    yield from _each(
        ("camera", lambda: _camera(chosen, status)),
        ("mpd", lambda: _mpd(chosen, status)),
        ("rooms", lambda: examine_rooms(chosen)),
        ("songs", lambda: _songs(chosen)),
        ("mqtt", lambda: _mqtt(chosen)),
        ("controls", lambda: _controls(chosen, status)),
        ("page", lambda: _page(chosen, status)),
        ("state", lambda: _state(chosen)),
    )
    yield from installed.examine_installed()


def _each(*checks: tuple[str, Callable[[], Iterator[Finding]]]) -> Iterator[Finding]:
    """What each check finds; one that cannot be made says why."""
    for part, check in checks:
        try:
            yield from check()
        except MoodboxError as error:
            yield Finding(part, False, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the rest is to be examined too
            yield Finding(part, False, f"cannot be examined: {type(error).__name__}: {error}")


def versions() -> dict[str, str]:
    """What Moodbox, Python, the machine and the libraries are."""
    found = {"moodbox": __version__, "Python": platform.python_version(), "machine": platform.machine()}
    for name in _LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def _versions() -> Finding:
    found = versions()
    libraries = (f"{name} {found[name]}" for name in _LIBRARIES if name in found)
    text = f"moodbox {found['moodbox']}, Python {found['Python']} on {found['machine']}, {', '.join(libraries)}"
    return Finding("versions", True, text)


def _running(chosen: Settings) -> tuple[Status | None, Finding]:
    """The running box's status, if there is one, and what is to be said of it."""
    try:
        status = ask_status(chosen.run_dir / SOCKET)
    except NotRunning:
        return None, Finding("box", None, "not running; start it: moodbox run")
    except RequestRefused as error:
        return None, Finding("box", False, str(error))
    return status, Finding("box", True, f"running for {status.uptime:.0f} s; mood {status.mood.mood}")


def _camera(chosen: Settings, running: Status | None) -> Iterator[Finding]:
    """A running box holds the camera, so it is asked; otherwise one frame is taken."""
    if chosen.camera.source == NO_CAMERA:
        yield Finding("camera", True, f"{NO_CAMERA}, as the settings say")
        return
    if running:
        vision = running.vision
        well = vision.camera in {"open", "off"}
        yield Finding("camera", well, f"{vision.camera}: {vision.problem or vision.source}")
        return
    from appliance.vision.camera import choose_camera

    camera = choose_camera(chosen.camera)
    camera.open()
    try:
        height, width = camera.read().pixels.shape[:2]
    finally:
        camera.close()
    yield Finding("camera", True, f"{camera.name}, {width}x{height}")
    if camera.announcement:
        yield Finding("camera", None, camera.announcement)


def _privacy() -> Iterator[Finding]:
    """How vision confines itself; on an installed box systemd does it, which `installed` examines."""
    from appliance.systemd.layout import INSTALLED
    from appliance.vision import confinement

    if INSTALLED.is_symlink():
        return
    if confinement.landlock_version():
        yield Finding("privacy", True, "vision leaves no core dump, and the kernel lets it write no file (Landlock)")
    else:
        yield Finding(
            "privacy",
            None,
            "vision leaves no core dump and writes no file, but this kernel has no Landlock to hold it to that; "
            "on an installed box systemd does: sudo sh provisioning/install.sh",
        )
    if not confinement.has_seccomp():
        yield Finding(
            "privacy",
            None,
            "vision opens no connection, but without libseccomp the kernel does not hold it to that: "
            "sudo apt install libseccomp2",
        )
    if confinement.swaps_to_disk() and not confinement.can_lock_memory():
        yield Finding(
            "privacy",
            None,
            "vision may not lock its memory, so the kernel may swap a frame to disk; turn swap off (sudo swapoff -a), "
            "or install the box: sudo sh provisioning/install.sh",
        )


def _faces(chosen: Settings) -> Iterator[Finding]:
    from appliance.vision import assets, faces

    for name in assets.SHA256:
        assets.read_asset(name)
    detector = faces.choose_detector(chosen.vision.detector, chosen.vision.min_score)
    detector.close()
    yield Finding("faces", True, f"{detector.name}; the installed files are whole")


def _model(chosen: Settings) -> Iterator[Finding]:
    from appliance.model import bundle
    from appliance.model.classifier import ExpressionClassifier
    from appliance.model.runtime import runtime_name
    from appliance.model.shipped import shipped_model
    from appliance.model.store import ModelStore
    from appliance.vision.expression import model_of
    from appliance.vision.quiet_stderr import quiet_stderr

    for problem in ModelStore(chosen.models_dir, shipped_model()).problems():
        yield Finding("model", False, problem)
    with quiet_stderr():
        classifier = ExpressionClassifier(bundle.read_bundle(model_of(chosen)))
        difference = classifier.golden()
    yield Finding(
        "model", True, f"{classifier.name} on {runtime_name()}; its golden vectors agree within {difference:.3f}"
    )


def _mpd(chosen: Settings, running: Status | None) -> Iterator[Finding]:
    program = shutil.which("mpd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/bin")
    if program is None:
        yield Finding("mpd", False, "there is no program `mpd`; install it: sudo apt install mpd")
        return
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.split("\n")[0]
    if running and running.player.state == "lost":
        yield Finding("mpd", False, f"{version}; the running box cannot reach it")
    else:
        yield Finding("mpd", True, version)
    with contextlib.suppress(OSError):  # not to be seen by everyone
        for file in state_files.broken_files(chosen.state_dir / "mpd"):
            yield Finding(
                "mpd", None, f"{file} was broken and is set aside; MPD began a new one; delete it when you like"
            )


def _mqtt(chosen: Settings) -> Iterator[Finding]:
    from appliance.mqtt.client import port_of, try_once
    from appliance.mqtt.identity import identify

    mqtt = chosen.mqtt
    if not mqtt.host:
        yield Finding("mqtt", None, "not used; for Home Assistant set mqtt.host")
        return
    identity = identify(mqtt, state=chosen.state_dir)
    try_once(mqtt, f"{identity.id}-doctor")
    yield Finding("mqtt", True, f"the broker at {mqtt.host}:{port_of(mqtt)} takes {identity.id}")


def _controls(chosen: Settings, running: Status | None) -> Iterator[Finding]:
    """A running box holds the pins, so it is asked; otherwise each is tried."""
    from appliance.controls.controls import examine as examine_pins
    from appliance.controls.pins import kind_of

    if kind_of(chosen.controls) == "none":
        yield Finding("controls", None, "no buttons and no lamp; try them by keyboard: moodbox run --keys")
        return
    problems = (
        [problem for problem in running.problems if problem.startswith("controls")]
        if running
        else examine_pins(chosen.controls)
    )
    for problem in problems:
        yield Finding("controls", False, problem)
    if not problems:
        yield Finding("controls", True, "every pin in the settings can be used")


def _page(chosen: Settings, running: Status | None) -> Iterator[Finding]:
    from appliance.systemd.layout import INSTALLED
    from appliance.web.address import address_of
    from appliance.web.auth.passwords import FILE, PasswordStore

    if not chosen.web.enabled:
        yield Finding("page", None, "not wanted: web.enabled is false")
        return
    there = address_of(chosen.web, INSTALLED.is_symlink())
    with contextlib.suppress(NotRunning):
        there = ask_page(chosen.run_dir / SOCKET)[0] or there
    passwords = PasswordStore(chosen.state_dir)
    if running:
        problem = next((each for each in running.problems if each.startswith("page: ")), "").removeprefix("page: ")
    else:
        problem = passwords.problem if os.access(chosen.state_dir / FILE, os.R_OK) else ""
    if problem:
        yield Finding("page", False, f"{there}: {problem}")
    elif passwords.is_set:
        yield Finding("page", True, f"{there}, behind a password")
    else:
        yield Finding("page", None, f"{there} has no password yet; open it and set one, or: moodbox page password")


def _songs(chosen: Settings) -> Iterator[Finding]:
    from appliance.songs.survey import survey_folders

    for folder in survey_folders(chosen.songs_dir):
        for problem in folder.problems:
            yield Finding("songs", False, str(problem))
        parts = [
            (folder.songs, "song", "songs"),
            (folder.streams, "stream", "streams"),
            (folder.house, "piece of house music", "pieces of house music"),
        ]
        held = ", ".join(plural(*part) for part in parts if part[0])
        if held:
            yield Finding("songs", True, f"{folder.emotion}: {held}")
        elif not folder.problems:
            stand_in = "house music is composed when Moodbox runs" if chosen.music.house_music else "another stands in"
            yield Finding("songs", None, f"{folder.emotion}: no songs yet; {stand_in}")


def _state(chosen: Settings) -> Iterator[Finding]:
    place = chosen.state_dir
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
        free = free_megabytes(place)
    except PermissionError:
        yield Finding("state", None, f"{place}: not yours to write; ask as root: sudo moodbox doctor")
        return
    except OSError as error:
        yield Finding("state", False, f"{place}: {error.strerror}; name a writable folder as paths.state")
        return
    yield Finding(
        "state", free > _LITTLE, f"{place}: {free} MB free" + ("" if free > _LITTLE else "; delete something")
    )
