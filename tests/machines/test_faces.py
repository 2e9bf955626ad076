"""A performer teaches an installed box faces, by the page and by its buttons; the head is used, and taken back.

No picture is kept or sent meanwhile. What was taken survives a power cut, is in the backup, and goes with the history.
"""

import json
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.faults import begin_broker
from tests.machines.listening import CARRIED, SAID, begin_listening, end_listening, holding_pictures, inside
from tests.machines.machine import NEEDS, Machine
from tests.machines.performer import FILM, OTHERWISE, PERFORMERS, Performer
from tests.machines.picture_search import is_text, message_holds_a_picture, payloads, picture_within
from tests.machines.pressing import OVERRIDE, SKIP, press, pretend_pins
from tests.machines.test_power import ask

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs(*NEEDS),
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not PERFORMERS.exists(), reason=f"no pictures of people who pose: {PERFORMERS} is not there"),
]

PERSON, PASSWORD, PORT = "03", "a long enough one", 18_842
KEPT = "/var/lib/moodbox/faces.json"
BACKUP = "/root/faces.moodbackup"


class Home:
    """A box with a performer before its camera, and its owner's session at the page."""

    def __init__(self, machine: Machine) -> None:
        self.machine, self.performer = machine, Performer(machine, PERSON)
        self._page, self._cookie = f"http://{machine.network.there}", ""

    def sign_in(self) -> None:
        self.machine.done(f"printf '{PASSWORD}' | moodbox page password")
        self._cookie, _ = ask(self._page, "/api/session", {"password": PASSWORD})

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        return ask(self._page, path, body, self._cookie, method)[1]

    def faces(self) -> dict[str, Any]:
        told: dict[str, Any] = self.ask("/api/faces")
        return told

    def begin(self, resume: bool = False) -> dict[str, Any]:
        """A session by the page, as soon as it runs."""
        self.ask("/api/faces/session", {"agreed": True, "resume": resume})
        told = self.until(lambda told: told["session"] is not None and told["session"]["end"] is None)
        session: dict[str, Any] = told["session"]
        return session

    def collect(self) -> dict[str, Any]:
        """All faces, by the page; a session that ends for its ten minutes is gone on with."""
        self.forget()
        end = "time"
        while end == "time":
            self.begin(resume=bool(self.faces()["samples"]))
            end = self.performer.perform(self.faces, lambda session: session["end"] is not None)["end"]
        told = self.until(lambda told: told["head"] is not None and told["head"]["samples"] == len(told["samples"]))
        assert (end, len(told["samples"])) == ("done", 28)
        return told

    def forget(self) -> None:
        """Delete all faces, and wait until none is in use."""
        self.ask("/api/faces", method="DELETE")
        self.until(lambda told: not told["samples"] and told["head"] is None)

    def until(self, what: Callable[[dict[str, Any]], bool], seconds: float = 120) -> dict[str, Any]:
        """What is told of faces, as soon as it is so."""
        end = time.monotonic() + seconds
        while not what(told := self.faces()):
            assert time.monotonic() < end, json.dumps(told, indent=1)[:3000]
            time.sleep(0.3)
        return told

    def seen(self, what: Callable[[dict[str, Any]], bool], seconds: float = 120) -> dict[str, Any]:
        """The first status that is so."""
        end = time.monotonic() + seconds
        while True:
            status = self.machine.status()
            if status and what(status):
                return status
            assert time.monotonic() < end, json.dumps(status)
            time.sleep(0.3)

    def looking(self) -> None:
        """Wait until the camera sees somebody."""
        self.seen(lambda status: status["vision"]["camera"] == "open" and bool(status["vision"]["faces"]))


@pytest.fixture(scope="module")
def home(installed: Machine) -> Iterator[Home]:
    broker = begin_broker(installed.network.here, PORT) if shutil.which("mosquitto") else None
    home = Home(installed)
    settings = f'[camera]\nsource = "{FILM}"\n[controls]\npins = "mock"\ncollect = true\n'
    if broker:
        settings += f'[mqtt]\nhost = "{installed.network.here}"\nport = {PORT}\n'
    try:
        pretend_pins(installed)
        begin_listening(installed, settings)
        home.sign_in()
        home.looking()
        yield home
        end_listening(installed)
    finally:
        if broker:
            broker.kill()
            broker.wait()


def test_what_a_performer_shows_is_learnt_and_no_picture_is_kept_or_sent(home: Home) -> None:
    machine, performer = home.machine, home.performer
    head = home.collect()["head"]
    print(json.dumps(head))
    assert head["used"]
    assert head["after"] >= head["before"] + 5
    assert machine.done(f"stat -c '%a %U' {KEPT}").split() == ["600", "moodbox"]

    performer.pull("neutral")
    press(machine, OVERRIDE, 3.4)
    home.seen(lambda status: status["collect_phase"] == "asking")
    press(machine, OVERRIDE, 0.1)
    home.seen(lambda status: status["collecting"] is not None)
    performer.perform(home.faces, lambda session: session["taken"] >= 2)
    performer.leave()
    before = home.seen(lambda status: status["collect_phase"] == "waiting")["collecting"]
    press(machine, SKIP, 0.1)
    home.seen(lambda status: status["collecting"] not in (None, before))
    press(machine, OVERRIDE, 3.4)
    told = home.until(lambda told: told["session"]["end"] is not None)
    assert told["session"]["end"] == "asked"
    assert [each["word"] for each in told["samples"][28:30]] == ["happy", "surprise"]
    assert before not in [each["word"] for each in told["samples"][28:]]

    messages = inside(machine, SAID).read_bytes().splitlines()
    assert any(b'"face"' in line[:20] for line in messages)
    assert [line for line in messages if message_holds_a_picture(line)] == []
    left = list(payloads(inside(machine, CARRIED).read_bytes()))
    assert [payload for payload in left if picture_within(payload) or not is_text(payload)] == []
    written, found = holding_pictures(machine, {FILM})
    assert (found, written > 0) == (set(), True)


def test_a_head_is_used_until_the_vision_process_goes_twice_with_it(home: Home) -> None:
    machine, performer = home.machine, home.performer
    taught = len(home.until(lambda told: told["head"] is not None and told["head"]["used"])["samples"])
    performer.pull("sad", ways=(OTHERWISE,))

    def reading() -> dict[str, float]:
        """What is read of the face on average: every other look is at its mirror image."""
        told: list[dict[str, float]] = []

        def enough(status: dict[str, Any]) -> bool:
            told.extend(face["probabilities"] for face in status["vision"]["faces"][:1])
            return len(told) >= 40

        home.seen(enough)
        return {word: statistics.mean(each[word] for each in told[-30:]) for word in told[-1]}

    with_it = reading()
    for _ in range(2):
        process = "$(systemctl show -P MainPID moodbox-vision)"
        begun_anew = f'while [ {process} = "$was" ] || [ {process} = 0 ]; do sleep 0.2; done'
        machine.done(f'was={process}; kill -KILL "$was"; {begun_anew}', patience=120)
        told = home.until(lambda told: not told["use"] or (told["head"] is not None and told["head"]["used"]))
    assert (told["use"], len(told["samples"])) == (False, taught)
    home.looking()
    without = reading()
    print(with_it, without)
    assert max(abs(with_it[word] - without[word]) for word in with_it) > 0.05


def test_faces_are_in_the_backup_and_go_with_the_history(home: Home) -> None:
    machine = home.machine
    (machine.root / "root/passphrase").write_text("many words that nobody knows\n")
    before = [each["id"] for each in home.until(lambda told: bool(told["samples"]))["samples"]]
    machine.done(f"rm -f {BACKUP}; moodbox backup --passphrase-file /root/passphrase {BACKUP}")
    machine.done("moodbox history erase --yes")
    home.until(lambda told: not told["samples"])
    machine.done(f"until [ ! -e {KEPT} ]; do sleep 0.2; done", patience=60)
    machine.done(f"moodbox restore --yes --passphrase-file /root/passphrase {BACKUP}")
    home.looking()
    home.sign_in()
    assert [each["id"] for each in home.faces()["samples"]] == before
    assert machine.done(f"stat -c '%a %U' {KEPT}").split() == ["600", "moodbox"]


def test_a_power_cut_takes_no_more_than_the_face_of_that_moment(home: Home) -> None:
    machine = home.machine
    home.forget()
    home.begin()
    taken = home.performer.perform(home.faces, lambda session: session["taken"] >= 3)["taken"]
    machine.crash()
    machine.boot()
    pretend_pins(machine)
    home.looking()
    home.sign_in()
    told = home.faces()
    assert len(told["samples"]) >= taken - 1
    assert told["session"] is None
    assert told["resume"]
    assert home.begin(resume=True)["left"] == 28 - len(told["samples"])
    home.performer.beside("happy")
    assert home.until(lambda told: told["session"]["end"] is not None)["session"]["end"] == "company"
