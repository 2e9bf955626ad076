#!/bin/sh
# Writes the requirement locks of every Python and machine that Moodbox supports, from the .in files beside it:
#
#     pip install uv && provisioning/requirements/make.sh [--upgrade]
#
# A lock names every package to install (pip is run with --no-deps) with the hashes of all its wheels, so that one
# file serves x86-64 and aarch64. Without --upgrade what is locked stays, as far as the .in files allow.
# With --check MACHINE nothing is written: check.sh says whether all of it can be had for that machine.
set -eu
cd -- "$(dirname -- "$(readlink -f -- "$0")")"
if [ "${1:-}" = --check ]; then
    shift
    exec ./check.sh "$@"
fi

# The newest glibc that a supported system of this Python has is the limit for wheels: Bookworm 2.36, Trixie 2.41.
lock() { # OUTPUT PYTHON GLIBC UV-ARGUMENTS...
    output=$1 python=$2 glibc=$3
    shift 3
    for machine in aarch64 x86_64; do
        [ ! -e "$output" ] || cp "$output" "$work/$machine.txt"
        uv pip compile --quiet --no-config --python-version "$python" --python-platform "$machine-manylinux_$glibc" \
            --only-binary :all: --generate-hashes --no-header --no-annotate --output-file "$work/$machine.txt" "$@" \
            >/dev/null
    done
    if ! cmp -s "$work/aarch64.txt" "$work/x86_64.txt"; then
        echo "$output: aarch64 and x86-64 need different packages:" >&2
        diff "$work/aarch64.txt" "$work/x86_64.txt" >&2 || true
        exit 1
    fi
    {
        echo "# Made by provisioning/requirements/make.sh: do not edit. Install with pip's --no-deps and --require-hashes."
        cat "$work/x86_64.txt"
    } >"$output.new"
    mv "$output.new" "$output"
    rm "$work"/*.txt
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for version in 3.11:2_36 3.13:2_40; do
    python=${version%:*} glibc=${version#*:}
    name=py$(echo "$python" | tr -d .)
    overrides=''
    [ ! -e "$name-overrides.in" ] || overrides="--overrides $name-overrides.in"
    # shellcheck disable=SC2086 # option and file are two words
    lock "$name.txt" "$python" "$glibc" --excludes "$name-left-out.txt" $overrides "$@" "$name.in"
    lock "$name-dev.txt" "$python" "$glibc" --constraints "$name.txt" "$@" dev.in
done
