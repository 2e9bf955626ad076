#!/bin/sh
# Run by moodbox-judge.service whenever /opt/moodbox/trial exists, also after a power cut: switches to the release on
# trial, keeps it if the box plays with it, else goes back to the one before. It may be stopped anywhere; what it finds
# tells it where it stood. A copy lies at /opt/moodbox/judge, so that no release is judged by itself.
#
# trial holds: NEW, PREVIOUS, `camera lost` if it was before the new release was tried, and one line `attempt` for each
# time it was begun.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/judge-lib.sh"
need_root "$0"
only_one
[ -e "$opt/trial" ] || exit 0
new=$(sed -n 1p "$opt/trial")
previous=$(sed -n 2p "$opt/trial")
attempts=$(grep -c '^attempt$' "$opt/trial" || true)

use() { # RELEASE
    [ "$(current_release)" = "$1" ] || point "$opt/current" "$1"
    link_units
    systemctl daemon-reload
    systemctl reset-failed 'moodbox*' 2>/dev/null || true
    # the right to do so is that unit's alone; a release from before it has no such unit
    systemctl start moodbox-folders.service || true
    systemctl restart moodbox.target
    # the target does not wait for them; which of them cannot start is told by whether the box plays
    # shellcheck disable=SC2086 # unit names are words
    systemctl start $our_units || true
}

go_back() { # WHY
    say "The release $(basename "$new") is not taken: $1. Going back to $(basename "$previous")."
    use "$previous"
    # on a full disk the reason is lost, and only that
    { printf '%s: %s\n' "$(basename "$new")" "$1" >"$opt/refused.new"; } 2>/dev/null &&
        mv "$opt/refused.new" "$opt/refused" || rm -f "$opt/refused" "$opt/refused.new"
    sync -f "$opt"
    rm -f "$opt/trial"
    sync -f "$opt"
    tidy_up "$previous"
    healthy_within 120 || say "The release $(basename "$previous") does not play yet either; look at: moodbox doctor"
    exit 0
}

[ -d "$previous" ] || {
    rm -f "$opt/trial"
    die "$opt/trial named no release to go back to; nothing is done"
}
[ -e "$new/.digest" ] || go_back "it is not whole"
[ "$attempts" -lt 3 ] || go_back "the box was stopped $attempts times while it was on trial"
if [ "$attempts" = 0 ] && [ "$(current_release)" = "$previous" ]; then
    case $(state_now) in
    lost*) { echo 'camera lost' >>"$opt/trial"; } 2>/dev/null || go_back "there is no room on the disk" ;;
    esac
fi
if grep -qx 'camera lost' "$opt/trial"; then
    say "The camera was lost before, so the release $(basename "$new") need not see."
    # shellcheck disable=SC2034 # read by works_now
    camera_may_be_lost=yes
fi
{ echo attempt >>"$opt/trial"; } 2>/dev/null || go_back "there is no room on the disk"
sync -f "$opt"

say "Trying the release $(basename "$new")"
use "$new" >>"$log" 2>&1 || go_back "its units cannot be started"
healthy_within 120 || go_back "the box did not play with it"
# It has to keep playing for a while: what dies after its first song is no good either.
pids() { systemctl show -P MainPID moodbox.service moodbox-vision.service | tr '\n' ' '; }
first=$(pids)
sleep 20
works_now && [ "$(pids)" = "$first" ] || go_back "a part of it died while it was on trial"
rm -f "$opt/trial" "$opt/refused"
sync -f "$opt"
tidy_up "$new" "$previous"
say "Moodbox $(basename "$new") has proved itself and stays."
