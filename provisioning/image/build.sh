#!/bin/sh
# Puts Moodbox into an image of Raspberry Pi OS Lite (Bookworm or Trixie), ready to be flashed:
#
#     sudo sh provisioning/image/build.sh [OPTIONS] RASPIOS.img[.xz] MOODBOX.img[.xz]
#
#     --cache FOLDER     keep Debian's packages here and do not fetch them again; Python's wheels are taken from its folder
#                        `wheels` if that has any (python -m tools.release wheels py311-aarch64 FOLDER/wheels)
#     --offline          fetch nothing: everything comes from the cache
#     --key FILE         sign the image by this SSH key (MOODBOX.img.xz.sig)
#     --url URL          the folder from which the image will be fetched, for Raspberry Pi Imager's entry
#     --read-only        have the root file system read-only from the second start on (docs/owner/appliance.md)
#     --slack MB         room left in the root file system (256); the first boot grows it to the card
#
# Beside the image lie MOODBOX.cdx.json (what is in it, CycloneDX 1.5) and MOODBOX.imager.json (for Imager's custom repository).
# The same input and cache give the same bytes. Programs of another machine (a Pi's, on a PC) are run by qemu-user.
# Needs root, a loop device, systemd-container, fdisk, e2fsprogs and xz-utils; for a Pi's image on a PC qemu-user-static.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
# shellcheck disable=SC2034 # root.sh uses it
project=$(dirname -- "$(dirname -- "$here")")
export LC_ALL=C.UTF-8
umask 022

say() { printf '%s\n' "$*"; }
die() {
    printf 'moodbox: %s\n' "$*" >&2
    exit 1
}
usage() {
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d' >&2
    exit 2
}

cache='' offline='' key='' url='' slack=256 read_only=''
while [ $# -gt 0 ]; do
    case $1 in
    --cache | --key | --url | --slack) [ $# -ge 2 ] || usage ;;
    esac
    case $1 in
    --cache) cache=$2 && shift ;;
    --offline) offline=yes ;;
    --read-only) read_only=yes ;;
    --key) key=$2 && shift ;;
    --url) url=$2 && shift ;;
    --slack) slack=$2 && shift ;;
    -*) usage ;;
    *) break ;;
    esac
    shift
done
[ $# = 2 ] || usage
base=$1 out=$2
case $slack in '' | *[!0-9]*) die "--slack $slack: a number of megabytes, such as 256" ;; esac
[ "$(id -u)" = 0 ] || die "$0 must be run as root: sudo sh $0"
[ -r "$base" ] || die "$base: cannot be read; name an image of Raspberry Pi OS Lite, .img or .img.xz"
[ -z "$key" ] || [ -r "$key" ] || die "--key $key: cannot be read"
[ -z "$offline" ] || { [ -d "$cache/debs/archives" ] && [ -d "$cache/wheels" ]; } || die "--offline: ${cache:-without --cache} has not both packages and wheels; build once without it, and fetch the wheels"
case $out in *.img | *.img.xz) ;; *) die "$out: the image's name must end in .img or .img.xz" ;; esac
for program in systemd-nspawn sfdisk mke2fs debugfs dumpe2fs blkid xz python3; do
    command -v "$program" >/dev/null || die "$program is missing: apt-get install systemd-container fdisk e2fsprogs xz-utils python3"
done

stem=${out%.xz}
stem=${stem%.img}
mkdir -p "$(dirname -- "$out")"
work=$(mktemp -d "$(dirname -- "$(readlink -f -- "$out")")/.moodbox-image.XXXXXX")
# shellcheck source=provisioning/image/parts.sh
. "$here/parts.sh"
# shellcheck source=provisioning/image/root.sh
. "$here/root.sh"
finish() {
    status=$?
    mountpoint -q "$work/mnt" && umount "$work/mnt"
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

say "Reading $base"
read_base "$base"
[ -n "$cache" ] || cache=$work/cache
mkdir -p "$cache"
cache=$(readlink -f -- "$cache")
unpack_root
say "Installing Moodbox into it"
install_moodbox
forget_traces
say "Writing $out"
make_root_partition
assemble "$work/new.img"
python3 "$here/describe.py" bom "$root" "$epoch" >"$work/bom"
size=$(stat -c %s "$work/new.img")
sum=$(sha256sum "$work/new.img" | cut -d' ' -f1)
case $out in
*.xz) xz -T2 -6 --block-size=16MiB -c "$work/new.img" >"$work/out" ;;
*) mv "$work/new.img" "$work/out" ;;
esac
python3 "$here/describe.py" entry "$root" "$epoch" "$work/out" "$size" "$sum" "$url" "$(basename -- "$out")" >"$work/entry"
[ -z "$key" ] || ssh-keygen -q -Y sign -n moodbox-image -f "$key" "$work/out"
mv "$work/bom" "$stem.cdx.json"
mv "$work/entry" "$stem.imager.json"
[ -z "$key" ] || mv "$work/out.sig" "$out.sig"
mv "$work/out" "$out"
say "$out: $(stat -c %s "$out") bytes, $size when flashed"
