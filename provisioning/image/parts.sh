# shellcheck shell=sh
# shellcheck disable=SC2154 # build.sh sets work, slack, root and epoch
# Sourced by build.sh: the image's two partitions, taken apart and put together.

# What all files are at most as new as, and what every program is told that the time is: the base's own last change.
newest_in() { find "$1" -xdev -printf '%T@\n' | sort -n | tail -n 1 | cut -d. -f1; }

# Raspberry Pi OS has a FAT partition to boot from and an ext4 one with everything else.
read_base() { # IMAGE
    case $1 in
    *.xz) xz -dc "$1" >"$work/base.img" || die "$1 is no whole .xz file; fetch it again" ;;
    *) cp --reflink=auto --sparse=always "$1" "$work/base.img" ;;
    esac
    table=$(sfdisk --dump "$work/base.img" 2>/dev/null) || die "$1 has no partitions: an image of Raspberry Pi OS Lite is wanted"
    [ "$(printf '%s\n' "$table" | grep -c 'start=')" = 2 ] || die "$1 has not just two partitions, as Raspberry Pi OS Lite has"
    boot_start=$(field 1 start) boot_size=$(field 1 size) root_start=$(field 2 start) root_size=$(field 2 size)
    [ "$(tag "$root_start" TYPE)" = ext4 ] || die "$1: its second partition is not ext4, as Raspberry Pi OS's is"
    [ "$(tag "$boot_start" TYPE)" = vfat ] || die "$1: its first partition is not FAT, as Raspberry Pi OS's is"
    uuid=$(tag "$root_start" UUID) label=$(tag "$root_start" LABEL)
}

field() { # PARTITION NAME
    printf '%s\n' "$table" | grep 'start=' | sed -n "$1s/.*$2= *\([0-9]*\).*/\1/p"
}

tag() { # START NAME
    blkid -p -O $(($1 * 512)) -o value -s "$2" "$work/base.img" || true
}

unpack_root() {
    root=$work/root
    mkdir "$work/mnt" "$root"
    mount -o "loop,ro,noload,offset=$((root_start * 512)),sizelimit=$((root_size * 512))" "$work/base.img" "$work/mnt"
    epoch=$(newest_in "$work/mnt")
    tar -C "$work/mnt" --numeric-owner --xattrs --xattrs-include='*' --acls -cf - . |
        tar -C "$root" --numeric-owner --xattrs --xattrs-include='*' --acls -xpf -
    umount "$work/mnt"
    [ -x "$root/usr/bin/dpkg" ] || die "there is no Debian in the second partition"
}

# A file system just large enough, in which neither the order of work nor the time can be seen.
make_root_partition() {
    blocks=$(find "$root" -xdev -printf '%i %s\n' | sort -u | awk '{ n += int(($2 + 4095) / 4096) } END { print n }')
    inodes=$(find "$root" -xdev -printf '%i\n' | sort -u | wc -l)
    mb=$(((blocks * 21 / 20 + inodes / 10) / 256 + slack))
    truncate -s "$(((mb + 3) / 4 * 4))M" "$work/root.img"
    E2FSPROGS_FAKE_TIME=$epoch mke2fs -q -t ext4 -O ^orphan_file,^metadata_csum_seed -U "$uuid" -L "$label" \
        -E "hash_seed=$uuid,lazy_itable_init=0,lazy_journal_init=0" -d "$root" "$work/root.img"
    # mke2fs takes the moments of access and of change from the files; nobody can set the latter
    python3 "$here/describe.py" moments "$work/root.img" "$epoch" >"$work/moments"
    E2FSPROGS_FAKE_TIME=$epoch debugfs -w -f "$work/moments" "$work/root.img" >/dev/null 2>&1
    E2FSPROGS_FAKE_TIME=$epoch e2fsck -fn "$work/root.img" >/dev/null 2>&1 || die "the new file system is not sound"
}

assemble() { # IMAGE
    sectors=$(($(stat -c %s "$work/root.img") / 512))
    truncate -s $(((root_start + sectors) * 512)) "$1"
    # what lies before the partitions too: some boards keep their loader there
    dd if="$work/base.img" of="$1" bs=1M count=$(((boot_start + boot_size) * 512)) iflag=count_bytes conv=notrunc,sparse status=none
    printf '%s\n' "$table" | sed "\$s/size= *[0-9]*/size=$sectors/" | grep -v '^sector-size' >"$work/table"
    sfdisk -q --no-reread --no-tell-kernel "$1" <"$work/table" >/dev/null
    dd if="$work/root.img" of="$1" bs=1M seek=$((root_start * 512)) oflag=seek_bytes conv=notrunc,sparse status=none
}
