#!/bin/sh
# Run by moodbox-name.service: announces moodbox.local beside the machine's own name, and again when its address changes.
# A box that finds the name taken by another one is moodbox-2.local, and so on; the name that holds stands in the file `name`.
set -eu
publisher='' sleeper='' number=1
said=$RUNTIME_DIRECTORY/said
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
    name=moodbox.local
    [ "$number" = 1 ] || name=moodbox-$number.local
    avahi-publish-address --no-reverse "$name" "$now" 2>"$said" &
    publisher=$!
    rest 5
    if kill -0 "$publisher" 2>/dev/null; then
        echo "$name" >"$RUNTIME_DIRECTORY/name.new"
        mv "$RUNTIME_DIRECTORY/name.new" "$RUNTIME_DIRECTORY/name"
    fi
    while kill -0 "$publisher" 2>/dev/null && [ "$(address)" = "$now" ]; do rest 30; done
    kill "$publisher" 2>/dev/null || true
    wait "$publisher" || true
    publisher=''
    if grep -qi collision "$said"; then
        echo "$name is another box's" >&2
        number=$((number % 9 + 1))
    else
        rest 5
    fi
done
