"""A new card is as the old one: backed up, taken out, installed anew on another machine, put back; also by the page."""

import http.client
import json
import secrets
import time
import urllib.error
from dataclasses import replace
from typing import Any

import pytest

from appliance.model import bundle
from appliance.model.shipped import shipped_model
from tests.machines.machine import NEEDS, Machine, install
from tests.machines.test_power import ask

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

PASSWORD, PASSPHRASE = "a long enough one", "many words that nobody knows"
BACKUP = "/root/kitchen.moodbackup"
PYTHON = "PYTHONPATH=/opt/moodbox/current STATE_DIRECTORY=/var/lib/moodbox /opt/moodbox/current/venv/bin/python -P"
IDENTITY = f"""{PYTHON} -c '
from appliance.mqtt.identity import identify
from appliance.settings.settings import load_settings
chosen = load_settings()
print(identify(chosen.mqtt, state=chosen.state_dir).id)'"""
TAUGHT = """python3 -c '
import sqlite3
database = sqlite3.connect("/var/lib/moodbox/history.sqlite")
print(*database.execute("SELECT emotion, file FROM dislikes ORDER BY 1, 2"))
print(*database.execute("SELECT at, mood FROM corrections ORDER BY 1"))
print(*database.execute("SELECT min(id), min(at) FROM plays"))'"""
# Has the conductor die whenever it has started with what was put back.
MURDERER = """
[Service]
ExecStart=sh -c 'while sleep 0.5; do grep -q switched /var/lib/moodbox/restore/plan.json && \
    systemctl -q is-active moodbox.service && systemctl kill -s KILL moodbox.service; done'
[Install]
WantedBy=multi-user.target
"""
LIVE = f"""
printf '{PASSWORD}' | moodbox page password
printf 'rosebud\\n' >/etc/moodbox/mqtt-password; chown root:moodbox /etc/moodbox/mqtt-password
chmod 640 /etc/moodbox/mqtt-password
{PYTHON} -m appliance.settings.reference --set /etc/moodbox/moodbox.toml mqtt.host 127.0.0.1
{PYTHON} -m appliance.settings.reference --set /etc/moodbox/moodbox.toml mqtt.password_file /etc/moodbox/mqtt-password
sed -i 's/^#* *latency_limit = .*/latency_limit = 5000.0/' /etc/moodbox/moodbox.toml
sed -i 's/^#* *trial_seconds = .*/trial_seconds = 5.0/' /etc/moodbox/moodbox.toml
echo 'desktop namespaces="moodbox-model" ssh-ed25519 AAAA' >/etc/moodbox/allowed_signers
mkdir -p /var/lib/moodbox/.ssh; echo 'ssh-ed25519 AAAA push' >/var/lib/moodbox/.ssh/authorized_keys
chown -R moodbox: /var/lib/moodbox/.ssh; chmod 700 /var/lib/moodbox/.ssh
systemctl restart moodbox.target
"""


def until(machine: Machine, what: Any, seconds: float = 120) -> dict[str, Any]:
    """The first status for which something holds."""
    end = time.monotonic() + seconds
    while True:
        status = machine.status()
        if status and what(status):
            return status
        assert time.monotonic() < end, json.dumps(status, indent=1)
        time.sleep(0.5)


def plays(status: dict[str, Any]) -> bool:
    return status["player"]["state"] == "play" and status["vision"]["camera"] == "open"


def as_it_is(machine: Machine) -> dict[str, Any]:
    """What an owner has made of a box."""
    status = until(machine, plays)
    return {
        "choices": [status["override"], status["policy"], status["interval"]],
        "model": status["vision"]["model"],
        "identity": machine.done(IDENTITY).strip(),
        "taught": machine.done(TAUGHT),
        "files": machine.done(
            "cd /etc/moodbox; sha256sum moodbox.toml mqtt-password allowed_signers;"
            "stat -c '%n %a %U' moodbox.toml mqtt-password allowed_signers; stat -c %G mqtt-password;"
            "cd /var/lib/moodbox; sha256sum page-password.json .ssh/authorized_keys models/*/*;"
            "stat -c '%n %a %U' page-password.json .ssh models state.json history.sqlite; readlink models/current"
        ),
    }


def live(machine: Machine) -> None:
    """Have an owner live with a box for a minute."""
    shipped = bundle.read_bundle(shipped_model())
    packed = bundle.pack_bundle(
        replace(shipped.manifest, version="99.0.0"), shipped.model, shipped.golden, shipped.population
    )
    (machine.root / "root" / "new.moodmodel").write_bytes(packed)
    machine.done(LIVE)
    until(machine, plays)
    machine.run("moodbox model install /root/new.moodmodel")  # on a machine that is kept it is there already
    machine.done("moodbox correct sad; moodbox correct song; moodbox override sad")
    until(
        machine,
        lambda status: (
            status["override"] == "sad"
            and "99.0.0" in status["vision"]["model"]
            and not status["vision"]["model_on_trial"]
        ),
    )
    time.sleep(3)  # choices are saved at most once a second
    (machine.root / "root" / "passphrase").write_text(PASSPHRASE + "\n")


@pytest.fixture(scope="module")
def lived_in(installed: Machine) -> Machine:
    live(installed)
    return installed


def test_a_new_card_is_as_the_old_one_after_a_restore(lived_in: Machine) -> None:
    machine = lived_in
    before = as_it_is(machine)
    print(json.dumps(before, indent=1))
    print(machine.done(f"moodbox backup --passphrase-file /root/passphrase {BACKUP}"))
    assert machine.done(f"stat -c '%a' {BACKUP}").strip() == "600"
    machine.done("sh /opt/moodbox/current/provisioning/uninstall.sh --purge")
    machine.off()
    (machine.root / "etc" / "machine-id").write_text(secrets.token_hex(16) + "\n")
    machine.boot()
    install(machine)
    fresh = as_it_is_new(machine)
    assert fresh != before["identity"]

    wrong = machine.run(f"echo 'not the passphrase' | moodbox restore --yes {BACKUP}")
    assert wrong.returncode == 1
    assert "not the passphrase" in wrong.stderr
    began = time.monotonic()
    print(machine.done(f"moodbox restore --yes --passphrase-file /root/passphrase {BACKUP}"))
    print(f"put back after {time.monotonic() - began:.1f} s")
    assert as_it_is(machine) == before
    assert machine.run("ls -d /var/lib/moodbox/restore /var/lib/moodbox/backup.*").stdout == ""
    machine.reboot()
    assert as_it_is(machine) == before
    cookie = ask(f"http://{machine.network.there}", "/api/session", {"password": PASSWORD})[0]
    assert cookie
    assert machine.done("systemctl --failed --no-legend --plain").strip() == ""


def as_it_is_new(machine: Machine) -> str:
    until(machine, plays)
    assert machine.run("test -e /etc/moodbox/mqtt-password").returncode != 0
    return machine.done(IDENTITY).strip()


def test_the_page_sends_and_puts_back_a_backup(lived_in: Machine) -> None:
    machine, page = lived_in, Page(lived_in.network.there)
    before = as_it_is(machine)
    status, sealed = page.ask("POST", "/api/backup", {"password": PASSWORD, "passphrase": PASSPHRASE})
    assert (status, sealed[:8]) == (200, b"MOODBACK")
    machine.done(
        "moodbox override happy; moodbox calibration forget; sed -i 's/^host = .*/host = \"127.0.0.2\"/' "
        "/etc/moodbox/moodbox.toml; sleep 3; systemctl restart moodbox.target"
    )
    until(machine, lambda status: plays(status) and status["override"] == "happy")
    eyes = machine.done("systemctl show -P MainPID moodbox-vision.service")
    assert page.ask("PUT", "/api/restore", sealed)[0] == 201
    assert page.ask("POST", "/api/restore/open", {"passphrase": "not the passphrase"})[0] == 400
    status, told = page.ask("POST", "/api/restore/open", {"passphrase": PASSPHRASE})
    assert status == 200, told
    assert json.loads(told)["machine"] == machine.done("hostname").strip()
    assert page.ask("POST", "/api/restore", {"password": PASSWORD})[0] == 202
    end = time.monotonic() + 120
    while machine.run("test -e /var/lib/moodbox/restore").returncode == 0:
        assert time.monotonic() < end
        time.sleep(0.5)
    assert as_it_is(machine) == before
    # who reads the settings at the start has started anew
    assert machine.done("systemctl show -P MainPID moodbox-vision.service") != eyes


@pytest.mark.parametrize("power_cut", [False, True])
def test_a_box_that_does_not_run_with_it_goes_back_by_itself(lived_in: Machine, power_cut: bool) -> None:
    machine = lived_in
    machine.done(f"rm -f {BACKUP}; moodbox backup --passphrase-file /root/passphrase {BACKUP}")
    machine.done(
        f"{PYTHON} -m appliance.settings.reference --set /etc/moodbox/moodbox.toml mqtt.user {secrets.token_hex(4)};"
        "systemctl restart moodbox.target"
    )
    before = as_it_is(machine)
    (machine.root / "etc" / "systemd" / "system" / "murderer.service").write_text(MURDERER)
    machine.done("systemctl daemon-reload; systemctl enable --now murderer")
    restore = f"moodbox restore --yes --passphrase-file /root/passphrase {BACKUP}"
    if power_cut:
        machine.run(f"setsid {restore} >/dev/null 2>&1 &")
        while machine.run("test -e /var/lib/moodbox/restore/old").returncode:
            time.sleep(0.1)
        machine.crash()
        machine.boot(settled=False)
    else:
        refused = machine.run(restore)
        assert refused.returncode == 1
        assert "all is as it was before" in refused.stderr
    went_back = until(
        machine, lambda status: plays(status) and any("was not put back" in p for p in status["problems"]), 300
    )
    print(went_back["problems"])
    assert as_it_is(machine) == before
    machine.done("systemctl disable --now murderer; rm /etc/systemd/system/murderer.service; systemctl daemon-reload")


def test_with_a_read_only_root_it_is_refused_and_nothing_changes(lived_in: Machine) -> None:
    machine = lived_in
    before = as_it_is(machine)
    machine.done(f"rm -f {BACKUP}; moodbox backup --passphrase-file /root/passphrase {BACKUP}; moodbox override fear")
    machine.done("mkdir -p /run/systemd/system/moodbox-restore.service.d; sleep 3")
    machine.done(
        "printf '[Service]\\nReadWritePaths=\\nReadWritePaths=/var/lib/moodbox/restore\\n' "
        ">/run/systemd/system/moodbox-restore.service.d/read-only.conf; systemctl daemon-reload"
    )
    refused = machine.run(f"moodbox restore --yes --passphrase-file /root/passphrase {BACKUP}")
    assert refused.returncode == 1
    assert "Read-only file system" in refused.stderr
    after = as_it_is(machine)
    assert after.pop("choices")[0] == "fear"
    before.pop("choices")
    assert after == before
    machine.done("rm -r /run/systemd/system/moodbox-restore.service.d; systemctl daemon-reload; moodbox override sad")


class Page:
    """The owner in a browser."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._cookie = ""
        end = time.monotonic() + 60
        while not self._cookie:
            try:
                self._cookie = ask(f"http://{host}", "/api/session", {"password": PASSWORD})[0]
            except urllib.error.URLError:
                assert time.monotonic() < end
                time.sleep(1)

    def ask(self, method: str, path: str, body: Any) -> tuple[int, bytes]:
        """An answer's status and content."""
        headers = {"Cookie": self._cookie, "Origin": f"http://{self._host}", "Content-Type": "application/json"}
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/octet-stream"
        else:
            body = json.dumps(body).encode()
        connection = http.client.HTTPConnection(self._host, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
