#!/bin/sh
# Takes Moodbox out again:
#
#     sudo sh /opt/moodbox/current/provisioning/uninstall.sh [--purge]
#
# Settings, state and songs stay. With --purge they go too, with the users and the Debian packages that the installation
# brought in; only songs of the owner's own stay, where they are.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/lib.sh"
. "$here/packages.sh"

stop_units() {
    systemctl -q disable --now moodbox-judge.path moodbox-poweroff.path moodbox-reboot.path moodbox-name.service \
        moodbox-wifi.service moodbox-read-only.service moodbox-read-only-soon.service moodbox.target 2>/dev/null || true
    # shellcheck disable=SC2046 # unit names are words
    systemctl -q stop $(systemctl list-units --all --plain --no-legend 'moodbox*' | awk '{ print $1 }') 2>/dev/null || true
    # folders of changes (systemctl edit) are the owner's
    find "$units" -maxdepth 2 -name 'moodbox*' ! -type d -delete
    rm -f "$run_folders" "$usb_rules"
    systemctl daemon-reload
    systemctl reset-failed 'moodbox*' 2>/dev/null || true
}

unshare_songs() {
    [ -e /etc/samba/moodbox.conf ] || return 0
    rm -f /etc/samba/moodbox.conf
    [ ! -e /etc/samba/smb.conf ] || sed -i '\|^include = /etc/samba/moodbox.conf$|d' /etc/samba/smb.conf
    systemctl -q reload-or-restart smbd.service 2>/dev/null || true
}

# Only what would not take anything else along.
remove_packages() { # LIST
    [ -s "$1" ] || return 0
    brought=$(while read -r package; do if present "$package"; then echo "$package"; fi; done <"$1")
    [ -n "$brought" ] || return 0
    # shellcheck disable=SC2086
    taken=$(apt-get -s purge $brought | sed -n 's/^Purg \([^ ]*\).*/\1/p' | sort)
    if [ "$taken" != "$(echo "$brought" | sort)" ]; then
        say "  note      these packages came with Moodbox, but others need them now, so they stay: $(echo "$brought" | tr '\n' ' ')"
        return 0
    fi
    # shellcheck disable=SC2086
    apt purge $brought >/dev/null 2>&1 || say "  note      apt-get could not remove: $brought"
}

# Whatever still runs as this user (a model that is being received, a process that is about to end) ends now.
remove_user() { # USER
    for try in 1 2 3 4 5 6 7 8 9 10; do
        for process in /proc/[0-9]*; do
            [ "$(stat -c %U "$process" 2>/dev/null)" != "$1" ] || kill -KILL "${process#/proc/}" 2>/dev/null || true
        done
        [ "$try" = 10 ] || ! userdel "$1" 2>/dev/null || return 0
        sleep 0.5
    done
    userdel "$1"
}

purge() { # LIST OF PACKAGES
    rm -rf "$etc" "$state" "$state-wifi" "$units"/moodbox*
    rmdir /media/moodbox/* /media/moodbox 2>/dev/null || true
    systemctl daemon-reload # which else goes on knowing a unit by its changes
    find "$songs" -path '*/house/*' -delete 2>/dev/null || true
    find /srv/moodbox -depth -type d -empty -delete 2>/dev/null || true
    if [ -d "$songs" ]; then
        chown -R root: "$songs"
        say "  note      songs of your own stay in $songs"
    fi
    for user in moodbox-vision moodbox; do
        if getent passwd "$user" >/dev/null; then remove_user "$user"; fi
        if getent group "$user" >/dev/null; then groupdel "$user"; fi
    done
    remove_packages "$1"
}

main() {
    need_root "$0"
    only_one
    list=$(mktemp)
    [ ! -e "$notes/packages" ] || sort -u "$notes/packages" >"$list"
    say "Stopping and removing Moodbox"
    stop_units
    unshare_songs
    rm -rf "$opt" /usr/local/bin/moodbox /run/moodbox /run/moodbox-update
    if [ "$1" = --purge ]; then
        purge "$list"
        say "Moodbox is gone."
    else
        say "Moodbox is removed. Kept: $etc, $state, $songs and the users; remove them with --purge."
        # what --purge must know later
        if [ -s "$list" ]; then install -D -m 644 "$list" "$notes/packages"; fi
    fi
    rm -f "$list" "$lock"
    [ "$1" != --purge ] || rm -f "$log"
}
case ${1:-} in '' | --purge) ;; *) die "usage: sudo sh uninstall.sh [--purge]" ;; esac
main "${1:-}"
exit
