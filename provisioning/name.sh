#!/bin/sh
# Run by moodbox-name.service: announces moodbox.local beside the machine's own name, and again when its address changes.
set -eu
address() { ip -4 -o address show scope global up | awk '{ sub("/.*", "", $4); print $4; exit }'; }
while :; do
    now=$(address)
    if [ -z "$now" ]; then
        sleep 5
        continue
    fi
    avahi-publish-address --no-reverse moodbox.local "$now" &
    publisher=$!
    while sleep 30 && kill -0 "$publisher" 2>/dev/null && [ "$(address)" = "$now" ]; do :; done
    kill "$publisher" 2>/dev/null || true
    wait "$publisher" || true
    sleep 5
done
