"""Listening at a machine: all that its eyes send, all that leaves it, and which files hold a picture since it began."""

from collections.abc import Collection
from pathlib import Path

from tests.machines.machine import Machine
from tests.machines.picture_search import file_holds_a_picture

SAID, CARRIED, COPY = "/root/said.jsonl", "/root/carried", "/root/copy"


def inside(machine: Machine, path: str) -> Path:
    return machine.root / path.lstrip("/")


def begin_listening(machine: Machine, settings: str) -> None:
    """With these settings, the relay between eyes and conductor, and the tap at every way out."""
    for script in ("relay.py", "wiretap.py"):
        inside(machine, f"/opt/{script}").write_text((Path(__file__).parent / script).read_text())
    inside(machine, "/root/listening.toml").write_text(settings)
    machine.done(
        f"""touch /root/began; rm -f {SAID} {CARRIED}; cp /etc/moodbox/moodbox.toml /root/kept.toml
        cat /root/listening.toml >/etc/moodbox/moodbox.toml
        systemctl stop apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service
        systemctl stop moodbox-vision; systemd-run -q --unit wiretap python3 /opt/wiretap.py {CARRIED}
        systemctl restart moodbox; cd /run/moodbox/vision; mv link.sock real.sock
        systemd-run -q --unit relay python3 /opt/relay.py $PWD/link.sock $PWD/real.sock {SAID}; sleep 1
        systemctl start moodbox-vision"""
    )


def end_listening(machine: Machine) -> None:
    """As it was before."""
    machine.done(
        "systemctl stop relay wiretap; cat /root/kept.toml >/etc/moodbox/moodbox.toml; systemctl restart moodbox.target"
    )


def written_since(machine: Machine) -> list[str]:
    """Every file of the machine that was written, or made, since the listening began; also those in memory."""
    listed = machine.done(
        "find / -xdev \\( -path /proc -o -path /sys -o -path /opt/source \\) -prune -o"
        " -type f -newer /root/began -print; find /run /dev/shm /tmp -type f -newer /root/began"
    )
    of_the_test = {SAID, CARRIED, COPY, "/opt/relay.py", "/opt/wiretap.py"}
    return [path for path in listed.splitlines() if path not in of_the_test]


def holding_pictures(machine: Machine, known: Collection[str] = ()) -> tuple[int, set[str]]:
    """How many files were written, and which of them hold a picture, but those that are `known`.

    Copied from within: /run is not in the folder.
    """
    written, found = 0, set()
    for path in written_since(machine):
        if path not in known and machine.run(f"cat '{path}' >{COPY}").returncode == 0:
            written += 1
            if file_holds_a_picture(inside(machine, COPY)):
                found.add(path)
    return written, found
