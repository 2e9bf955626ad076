"""Fingers at a machine that boots: its box on pretended pins, and a press of one of them."""

from pathlib import Path

from tests.machines.machine import Machine

SKIP, OVERRIDE, CAMERA = 17, 27, 22


def pretend_pins(machine: Machine) -> None:
    """Have the box started by `button_press.py` from now on, until the machine is off; its settings say `mock` pins."""
    (machine.root / "opt/button_press.py").write_text((Path(__file__).parent / "button_press.py").read_text())
    machine.done(
        """mkdir -p /run/systemd/system/moodbox.service.d
        cat >/run/systemd/system/moodbox.service.d/button-press.conf <<CONF
[Service]
ExecStart=
ExecStart=/usr/bin/env PYTHONPATH=/opt/moodbox/current PYTHONDONTWRITEBYTECODE=1 STATE_DIRECTORY=/var/lib/moodbox \\
    RUNTIME_DIRECTORY=/run/moodbox /opt/moodbox/current/venv/bin/python /opt/button_press.py
CONF
        systemctl daemon-reload"""
    )


def press(machine: Machine, pin: int, seconds: float) -> None:
    """Press a button for so long; returns when it has begun."""
    machine.done(
        f"cd /run/moodbox; echo {pin} {seconds} >press-new; chown moodbox: press-new; mv press-new press-button;"
        " until [ ! -e press-button ]; do sleep 0.1; done",
        patience=60,
    )
