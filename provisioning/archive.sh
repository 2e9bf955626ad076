#!/bin/sh
# Packs this clone into the archive from which a box installs itself at its first boot (cloud-init/user-data):
#
#     sh provisioning/archive.sh [FILE]      FILE: moodbox.tar.gz in this folder, unless given
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/lib.sh"

case ${1:-} in -*) die "usage: sh provisioning/archive.sh [FILE]" ;; esac
file=${1:-moodbox.tar.gz}
trap 'rm -f "$file.new"' EXIT
# shellcheck disable=SC2086 # parts are words
tar -C "$here/.." --exclude='__pycache__' --exclude='*/.*' --transform='s,^,moodbox/,' --owner=0 --group=0 -czf "$file.new" $parts
mv "$file.new" "$file"
printf '%s  (%s bytes)\nsha256  %s\n' "$file" "$(wc -c <"$file")" "$(sha256sum "$file" | cut -d' ' -f1)"
echo "Copy it beside user-data onto the boot partition of the flashed card."
