#!/bin/sh
# Run early at a start by moodbox-read-only.service, as root in full: from then on nothing can be written to the root file
# system but what is listed here as kept. What else is written is in memory, and gone with the power.
set -eu
# What must last: the box's own, the networks that were joined, and what an update of Moodbox changes.
kept="/etc/moodbox /etc/NetworkManager/system-connections /etc/systemd/system /etc/udev/rules.d /etc/tmpfiles.d
    /var/lib/moodbox /var/lib/moodbox-wifi /var/lib/bluetooth /opt/moodbox /srv/moodbox"
# What programs write to, and may lose.
loose="/etc /var /home /root /media /mnt"
memory=/run/moodbox-loose

mkdir "$memory"
mount -t tmpfs -o mode=0755,nosuid,nodev,size=25% moodbox-loose "$memory"
mkdir "$memory/root"
mount --bind / "$memory/root" # as it is, below what is laid over it
mount --make-private "$memory/root" # nor is taken away with it
for path in $loose; do
    [ -d "$path" ] || continue
    mkdir -p "$memory/new$path" "$memory/work$path"
    chmod --reference="$path" "$memory/new$path"
    chown --reference="$path" "$memory/new$path"
    mount -t overlay -o "lowerdir=$memory/root$path,upperdir=$memory/new$path,workdir=$memory/work$path" overlay "$path"
done
for path in $kept; do
    [ ! -d "$memory/root$path" ] || mount --bind "$memory/root$path" "$path"
done
mountpoint -q /tmp || mount -t tmpfs -o mode=1777,nosuid,nodev moodbox-tmp /tmp
mount -o remount,bind,ro /
umount -l "$memory/root"
