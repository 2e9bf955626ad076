#!/bin/sh
# Run by moodbox-rest@UNIT when UNIT has used up its starts: says so where `systemctl status UNIT` shows it, and lets it
# try again after a rest.
set -eu
unit=$1.service
rest=600
# newer systemd also runs this at each failure that is followed by a restart
sleep 3
[ "$(systemctl show --property ActiveState --value "$unit")" = failed ] || exit 0
why=$(systemctl show --property StatusText --value "$unit")
logger --journald <<ENTRY
MESSAGE=$unit gave up: it could not be kept running${why:+ ($why)}. It rests for $((rest / 60)) minutes and is then tried again; at once: systemctl reset-failed $unit && systemctl start $unit
PRIORITY=3
SYSLOG_IDENTIFIER=moodbox
MOODBOX_PART=systemd
OBJECT_SYSTEMD_UNIT=$unit
ENTRY
sleep "$rest"
systemctl reset-failed "$unit"
systemctl start --no-block "$unit"
