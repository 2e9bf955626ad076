# shellcheck shell=sh
# shellcheck disable=SC2154 # lib.sh sets notes and log
# Sourced by install.sh: what Moodbox needs of Debian. What it brings in is noted, so that uninstall.sh can take it out.

needed="ca-certificates python3 python3-venv python3-systemd mpd avahi-daemon avahi-utils iproute2 openssh-client openssl tar"
welcome="python3-picamera2 python3-lgpio snapserver snapclient" # where apt does not have them the box does without

present() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }
on_offer() { [ -n "$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p' | grep -v '(none)')" ]; }
installed_packages() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort; }
apt() { apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"; }

bring_packages() { # SAMBA
    [ -z "$1" ] || needed="$needed samba"
    # for the access point of an image's first boot (moodbox-wifi.service)
    if in_image && present network-manager; then needed="$needed wpasupplicant dnsmasq-base"; fi
    missing=
    for package in $needed; do present "$package" || missing="$missing $package"; done
    if [ -n "$missing" ]; then show_progress "$log" apt update || say "  note      apt-get update failed; going on with what is known"; fi
    for package in $welcome; do
        if ! present "$package" && on_offer "$package"; then missing="$missing $package"; fi
    done
    if [ -z "$missing" ]; then
        as_it_was "$(echo "$needed" | wc -w) packages"
        return
    fi
    # an installation that was cut off leaves packages that apt will not go past
    dpkg --configure -a >>"$log" 2>&1 || true
    # noted first, so that one that is cut off is taken out as well
    mkdir -p "$notes"
    installed_packages >"$notes/.before"
    # shellcheck disable=SC2086 # words on purpose
    apt-get -s --no-install-recommends install $missing 2>>"$log" | sed -n 's/^Inst \([^ :]*\).*/\1/p' | sort |
        comm -13 "$notes/.before" - >>"$notes/packages"
    rm "$notes/.before"
    # What others start, and how, is not ours to change: Debian's own mpd, samba and Snapcast come in asleep.
    asleep=
    for package in mpd snapserver snapclient; do
        if ! present "$package" || grep -qx "$package" "$notes/packages"; then asleep="$asleep $package.service"; fi
    done
    case $asleep in *mpd*) asleep="$asleep mpd.socket" ;; esac
    say "  bringing$missing (minutes on a small box)"
    # shellcheck disable=SC2086 # words on purpose
    show_progress "$log" apt install $missing || {
        tail -n 15 "$log" >&2
        die "apt-get could not install:$missing. Mend it (see above and $log) and try again"
    }
    for unit in $asleep; do systemctl -q disable --now "$unit" >>"$log" 2>&1 || true; done
    done_now "installed$missing"
}
