#!/bin/sh
# Run by moodbox-name.service: announces moodbox.local beside the machine's own name, and again when its address changes.
set -eu
publisher='' sleeper=''
# A shell hears a signal at once only while it waits; and whatever it has begun ends with it.
rest() { # SECONDS
    sleep "$1" &
    sleeper=$!
    wait "$sleeper"
}
trap 'kill $publisher $sleeper 2>/dev/null || true; exit 0' TERM INT
address() { ip -4 -o address show scope global up | awk '{ sub("/.*", "", $4); print $4; exit }'; }
while :; do
    now=$(address)
    if [ -z "$now" ]; then
        rest 5
        continue
    fi
    avahi-publish-address --no-reverse moodbox.local "$now" &
    publisher=$!
    while rest 30 && kill -0 "$publisher" 2>/dev/null && [ "$(address)" = "$now" ]; do :; done
    kill "$publisher" 2>/dev/null || true
    wait "$publisher" || true
    publisher=''
    rest 5
done
