#!/bin/sh
# Installs Moodbox for good on Raspberry Pi OS (Lite, 64-bit) or Debian, Bookworm or Trixie:
#
#     sudo sh provisioning/install.sh [OPTIONS]
#
#     --mqtt HOST        the broker through which Home Assistant sees the box
#     --mqtt-user USER   its user; the password is read from MOODBOX_MQTT_PASSWORD or asked for on a terminal
#     --page-password-file FILE
#                        the first line is the password of the owner's page; without it the first visitor at home sets one
#     --with-samba       share the songs' folder with the computers at home
#     --no-start         install, but do not start it (it starts at the next power-on)
#     --into-image       this is an image that does not run yet (provisioning/image/build.sh): nothing is started
#     --offline WHEELS   take Python's packages from this folder and not from the network
#
# May be run again at any time: what is as it should be stays as it is. What it does stands in /var/log/moodbox-install.log.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
source=$(dirname -- "$here")
. "$here/lib.sh"
. "$here/progress.sh"

usage() {
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d' >&2
    exit 2
}
mqtt='' mqtt_user='' page_password='' samba='' start=yes wheels='' image=''
while [ $# -gt 0 ]; do
    case $1 in
    --mqtt | --mqtt-user | --offline | --page-password-file) [ $# -ge 2 ] || usage ;;
    esac
    case $1 in
    --mqtt) mqtt=$2 && shift ;;
    --mqtt-user) mqtt_user=$2 && shift ;;
    --page-password-file) page_password=$2 && shift ;;
    --with-samba) samba=yes ;;
    --no-start) start= ;;
    --into-image) start='' image=yes ;;
    --offline) wheels=$(readlink -f -- "$2") && shift ;;
    *) usage ;;
    esac
    shift
done
need_root "$0"
[ -n "$mqtt" ] || [ -z "$mqtt_user" ] || die "--mqtt-user $mqtt_user: name the broker too: --mqtt HOST --mqtt-user $mqtt_user"
[ -z "$page_password" ] || [ -r "$page_password" ] || die "--page-password-file $page_password: cannot be read"
[ -z "$wheels" ] || [ -d "$wheels" ] || die "--offline $wheels: there is no such folder; name one that holds the wheels"
only_one
note "
$(date -Is) install.sh from $source"
if ! command -v systemctl >/dev/null || { [ -z "$image" ] && [ ! -d /run/systemd/system ]; }; then
    die "this machine does not run systemd; use ./moodbox run"
fi

say "Debian's packages"
. "$here/packages.sh"
bring_packages "$samba"
find_python

say "Users and folders"
. "$here/accounts.sh"
make_accounts
make_folders

say "The program"
make_release "$source" "$wheels"
if [ -e "$opt/trial" ]; then die "an update is on trial; wait until it has passed (journalctl -u moodbox-judge -f)"; fi
before=$(current_release)
if [ "$before" = "$release" ]; then
    as_it_was "$opt/current"
else
    try_out || die "the program does not find the smile in its own portrait; nothing has been switched. See $log"
    point "$opt/current" "$release"
    done_now "$opt/current, now $(basename "$release")"
fi
make_command
place_judge "$release"

say "Settings"
. "$here/settings.sh"
. "$here/network.sh"
offer_settings
[ -z "$mqtt" ] || set_broker "$mqtt" "$mqtt_user"
[ -z "$page_password" ] || set_page_password "$page_password"

say "Services"
link_units
[ -z "$samba" ] || share_songs
name_in_network
[ "$changes" = 0 ] || systemctl daemon-reload
systemd-tmpfiles --create "$run_folders"
# Where it is installed there is a network; an image is yet to be brought into one.
if in_image && present network-manager; then our_doors="$our_doors moodbox-wifi.service"; fi
for unit in moodbox.target $our_doors; do
    if systemctl -q is-enabled "$unit" 2>/dev/null; then
        as_it_was "$unit starts at power-on"
    else
        systemctl -q enable "$unit"
        done_now "$unit starts at power-on"
    fi
done

if [ -n "$start" ]; then
    if [ "$changes" != 0 ]; then
        systemctl reset-failed 'moodbox*' 2>/dev/null || true
        systemctl restart moodbox.target
    else
        systemctl start moodbox.target
    fi
    say "Waiting for the music"
    healthy_within 120 || die "it does not play yet; look at: moodbox doctor; systemctl status 'moodbox*'"
    say "$(moodbox status | sed 's/^/  /')"
    # what earlier installations left would fill a card in time
    tidy_up "$release" ${before:+"$before"}
fi
[ "$changes" != 0 ] || say "Nothing had to be changed."
say "Moodbox $(basename "$(current_release)") is installed. Songs go into $songs/<emotion>; settings are in $etc/moodbox.toml."
[ -n "$image" ] || page_in_words
