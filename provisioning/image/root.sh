# shellcheck shell=sh
# shellcheck disable=SC2154 # build.sh sets work, cache, offline, read_only, project, root and epoch
# Sourced by build.sh: Moodbox in the root file system, and nothing in it that tells of the build.

authorities=/etc/ssl/certs/ca-certificates.crt

inside() { # COMMAND...: run in the root file system, by qemu-user where it is another machine's
    # an index of Python's packages, or an authority, of this network's own
    if [ -e /etc/pip.conf ]; then set -- --bind-ro=/etc/pip.conf:/run/moodbox-pip.conf --setenv=PIP_CONFIG_FILE=/run/moodbox-pip.conf "$@"; fi
    if [ -e "$authorities" ]; then set -- --bind-ro="$authorities:/run/moodbox-ca.crt" --setenv=PIP_CERT=/run/moodbox-ca.crt "$@"; fi
    systemd-nspawn --quiet --register=no --keep-unit --pipe --as-pid2 --directory="$root" --timezone=off --suppress-sync=yes \
        --link-journal=no --resolv-conf=off --bind-ro="$project:/run/moodbox-source" --bind-ro="$cache/wheels:/run/moodbox-wheels" \
        --bind="$cache/debs/archives:/var/cache/apt/archives" --bind="$cache/debs/lists:/var/lib/apt/lists" \
        --setenv=SOURCE_DATE_EPOCH="$epoch" --setenv=SYSTEMD_OFFLINE=1 --setenv=PYTHONHASHSEED=0 "$@"
}

# Services that a package brings are not started by its installation: the machine isn't running.
hold_services() {
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
}

install_moodbox() {
    for folder in wheels debs/archives/partial debs/lists/partial; do mkdir -p "$cache/$folder"; done
    cp -P "$root/etc/resolv.conf" "$work/resolv.conf" 2>/dev/null || : >"$work/no-resolv.conf"
    rm -f "$root/etc/resolv.conf"
    [ -n "$offline" ] || cp /etc/resolv.conf "$root/etc/resolv.conf"
    [ ! -e "$root/usr/sbin/policy-rc.d" ] || die "the image has a policy-rc.d of its own, which Raspberry Pi OS has not"
    hold_services
    command='sh /run/moodbox-source/provisioning/install.sh --into-image'
    if wheels_there; then command="$command --offline /run/moodbox-wheels"; fi
    inside sh -c "$command" || die "the installation failed; its reason stands above"
    [ -z "$read_only" ] || inside systemctl -q enable moodbox-read-only-soon.service
    rm -f "$root/usr/sbin/policy-rc.d" "$root/etc/resolv.conf"
    [ -e "$work/no-resolv.conf" ] || cp -P "$work/resolv.conf" "$root/etc/resolv.conf"
}

wheels_there() { [ -n "$(find "$cache/wheels" -name '*.whl' | head -n 1)" ]; }

# What differs from build to build, or must differ from box to box.
forget_traces() {
    rm -f "$root/var/log/moodbox-install.log" "$root/var/log/dpkg.log" "$root/var/log/alternatives.log" "$root/var/log/bootstrap.log"
    rm -rf "$root/var/log/apt" "$root/var/cache/apt/pkgcache.bin" "$root/var/cache/apt/srcpkgcache.bin"
    rm -f "$root/var/cache/ldconfig/aux-cache" "$root/var/cache/debconf/"*-old "$root/var/lib/dpkg/"*-old "$root/var/lib/systemd/random-seed"
    find "$root/run" "$root/tmp" "$root/var/tmp" -mindepth 1 -delete
    [ ! -e "$root/etc/machine-id" ] || : >"$root/etc/machine-id"
    [ ! -e "$root/var/lib/dbus/machine-id" ] || rm -f "$root/var/lib/dbus/machine-id"
    find "$root" -xdev -newermt "@$epoch" -exec touch -h -d "@$epoch" {} +
}
