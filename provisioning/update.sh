#!/bin/sh
# Brings a new release of Moodbox onto an installed box:
#
#     sudo sh NEW/provisioning/update.sh [--offline WHEELS]
#
# NEW is the new source. The release is made beside the one that runs and tried without touching it; then it goes on trial
# (moodbox-judge.service): the box plays with it for a while, or goes back by itself. May be stopped anywhere, the plug
# pulled included: what runs is always one whole release, the old one or the new one.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/lib.sh"
. "$here/progress.sh"
. "$here/packages.sh"
. "$here/accounts.sh"
. "$here/settings.sh"

wheels=''
case ${1:-} in
'') ;;
--offline) [ $# = 2 ] && [ -d "$2" ] && wheels=$(readlink -f -- "$2") || die "--offline takes a folder that holds the wheels" ;;
*) die "usage: sudo sh NEW/provisioning/update.sh [--offline WHEELS]" ;;
esac

main() {
    need_root "$0"
    only_one
    note "
$(date -Is) update.sh from $here"
    [ ! -e "$opt/trial" ] || die "an update is on trial; wait until it has passed (journalctl -u moodbox-judge -f)"
    previous=$(current_release)
    [ -n "$previous" ] || die "Moodbox is not installed here; run install.sh"
    bring_packages ''
    find_python
    make_accounts
    make_folders
    make_release "$(dirname -- "$here")" "$wheels"
    if [ "$release" = "$previous" ]; then
        say "This release runs already."
        exit 0
    fi
    try_out || {
        tidy_up "$previous"
        die "the new release fails its trial; nothing has been switched. See $log"
    }
    note_newest "$previous"
    place_judge "$previous"
    systemctl start moodbox-judge.path
    printf '%s\n%s\n' "$release" "$previous" >"$opt/trial.new"
    sync -f "$opt"
    mv "$opt/trial.new" "$opt/trial" # from here on everything is the judge's doing
    sync -f "$opt"
    exec 8<&-
    say "On trial: $(basename "$release") in place of $(basename "$previous")"
    while [ -e "$opt/trial" ]; do sleep 1; done
    if [ "$(current_release)" != "$release" ]; then
        say "moodbox: the update was not taken: $(cat "$opt/refused"). $(basename "$previous") runs as before." >&2
        exit 1
    fi
    offer_settings
    say "Moodbox $(basename "$release") runs."
}
main
exit
