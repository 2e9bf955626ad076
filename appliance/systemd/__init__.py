"""How the box lives under systemd: notifications, journal, layout of the units, power."""
