"""A root file system that is mounted read-only, as on a card that is to live long; and a box that writes nothing."""

import time

import pytest

from tests.machines.machine import NEEDS, Machine

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

READ_ONLY = """[Unit]
DefaultDependencies=no
Before=local-fs.target
[Service]
Type=oneshot
ExecStart=mount -o remount,bind,ro /
"""
WRITTEN = ("/var/lib/moodbox", "/srv/moodbox/songs")
SETTINGS, KEPT = "/etc/moodbox/moodbox.toml", "/root/kept.toml"


def plays(machine: Machine, patience: float = 60) -> bool:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        status = machine.status()
        if status and status["player"]["state"] == "play" and status["vision"]["camera"] == "open":
            return True
        time.sleep(0.5)
    return False


def boot_read_only(machine: Machine) -> None:
    """As with `ro` in fstab, /tmp in memory, and what is written on a mount of its own."""
    unit = machine.root / "etc/systemd/system/read-only.service"
    unit.write_text(READ_ONLY)
    wanted = machine.root / "etc/systemd/system/local-fs.target.wants"
    wanted.mkdir(exist_ok=True)
    wanted.joinpath(unit.name).symlink_to(f"../{unit.name}")
    binds = [f"--bind={machine.root}{path}:{path}" for path in WRITTEN]
    machine.boot("--resolv-conf=off", *binds, SYSTEMD_NSPAWN_TMPFS_TMP="1")
    wanted.joinpath(unit.name).unlink()
    unit.unlink()


def test_it_plays_obeys_and_remembers_with_a_read_only_root(installed: Machine) -> None:
    installed.off()
    boot_read_only(installed)
    try:
        assert plays(installed)
        assert installed.run("touch /etc/x /var/x /opt/x /root/x /srv/x /home/x").stderr.count("Read-only") == 6
        installed.done("moodbox override sad; moodbox skip")
        assert installed.done("systemctl --failed --no-legend --plain | grep moodbox || true") == ""
        assert "Read-only" not in installed.done("journalctl -b --no-pager -t moodbox")
        installed.done("systemctl restart moodbox")
        assert plays(installed)
        status = installed.status()
        assert status is not None
        assert status["override"] == "sad"
        installed.done("moodbox override auto")
    finally:
        installed.off()
        installed.boot()
    assert plays(installed)


def test_nothing_is_written_while_nothing_changes(installed: Machine) -> None:
    """With the history in memory, songs of the owner's and an override that holds, not one file is touched."""
    installed.done(
        f"""cp {SETTINGS} {KEPT}; printf '[paths]\\nhistory_in_ram = true\\n' >{SETTINGS}
        cd /srv/moodbox/songs; for emotion in *; do cp happy/house/*.ogg $emotion/; done; chown -R moodbox: .
        systemctl restart moodbox.target"""
    )
    try:
        assert plays(installed)
        installed.done("moodbox override happy; sleep 20; pkill -f '[m]usic.composer'; sleep 10; touch /run/began")
        time.sleep(120)
        newer = installed.done(f"find {' '.join(WRITTEN)} -newer /run/began").split()
        assert plays(installed)
    finally:
        installed.done(
            f"""moodbox override auto; cp {KEPT} {SETTINGS}; rm -f /srv/moodbox/songs/*/*.ogg
            systemctl restart moodbox.target"""
        )
    assert newer == []
