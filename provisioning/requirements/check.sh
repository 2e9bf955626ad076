#!/bin/sh
# Whether everything that a box installs can be had for a machine, resolved as there but without one:
#
#     provisioning/requirements/make.sh --check MACHINE [FOLDER]     aarch64 or x86_64
#
# The wheels of each Python's lock are fetched into FOLDER/pyNNN-MACHINE (build/wheels unless given), which is what
# `install.sh --offline` and releases take; Debian's packages are resolved from its archives by an apt of their own.
set -eu
cd -- "$(dirname -- "$(readlink -f -- "$0")")/../.."
machine=${1:?"which machine: aarch64 or x86_64"}
folder=${2:-build/wheels}
python=${MOODBOX_PYTHON:-.venv/bin/python}
mirror=${MOODBOX_DEBIAN:-http://deb.debian.org/debian}
case $machine in
    aarch64) architecture=arm64 ;;
    x86_64) architecture=amd64 ;;
    *) echo "$machine: aarch64 or x86_64 is wanted" >&2 && exit 2 ;;
esac
command -v "$python" >/dev/null || {
    echo "$python is not there: ./moodbox doctor makes it" >&2
    exit 1
}

for name in py311 py313; do
    echo "$name-$machine: $("$python" -m tools.release wheels "$name-$machine" "$folder/$name-$machine")"
done

# shellcheck source=/dev/null
. provisioning/packages.sh # sets needed and welcome
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for suite in bookworm trixie; do
    root=$work/$suite
    mkdir -p "$root/etc/apt/preferences.d" "$root/etc/apt/apt.conf.d" "$root/var/lib/dpkg" \
        "$root/var/lib/apt/lists/partial" "$root/var/cache/apt/archives/partial"
    : >"$root/var/lib/dpkg/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$root/etc/apt/sources.list"
    for tool in apt-get apt-cache; do
        printf '#!/bin/sh\nexec %s -q -o Dir=%s -o Dir::State::status=%s -o APT::Architecture=%s -o APT::Architectures=%s "$@"\n' \
            "$tool" "$root" "$root/var/lib/dpkg/status" "$architecture" "$architecture" >"$root/$tool"
        chmod +x "$root/$tool"
    done
    "$root/apt-get" -o APT::Sandbox::User=root update >"$root/log" 2>&1 || {
        cat "$root/log" >&2
        exit 1
    }
    # shellcheck disable=SC2086 # words on purpose
    "$root/apt-get" --simulate --no-install-recommends install $needed >"$root/log" || exit 1
    echo "$suite $architecture: $(grep -c '^Inst ' "$root/log") packages of Debian's for: $needed"
    for package in $welcome; do
        "$root/apt-cache" policy "$package" | grep -q 'Candidate: [^(]' ||
            echo "$suite $architecture: $package is not Debian's; where it is on offer, as on Raspberry Pi OS, the box takes it"
    done
done
