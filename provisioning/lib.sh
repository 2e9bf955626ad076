# shellcheck shell=sh
# Sourced by install.sh, update.sh, judge.sh and uninstall.sh: where everything lies, and how a release is made (which
# wants progress.sh as well).
# What is made and what is asked for stands in functions; sourcing this changes nothing.

opt=/opt/moodbox
etc=/etc/moodbox
state=/var/lib/moodbox
songs=/srv/moodbox/songs
units=/etc/systemd/system
lock=/run/moodbox-install.lock
run_folders=/etc/tmpfiles.d/moodbox.conf
usb_rules=/etc/udev/rules.d/90-moodbox-usb-stick.rules
notes=$opt/installed # what uninstall.sh must know: packages, memberships
log=/var/log/moodbox-install.log
space_mb=900 # 330 for a new environment, the rest for pip's downloads

export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
umask 022

changes=0
# A log that cannot be written, on a full disk for one, stops nothing.
note() { { printf '%s\n' "$*" >>"$log"; } 2>/dev/null || :; }
say() {
    printf '%s\n' "$*"
    note "$@"
}
[ "$(id -u)" != 0 ] || : >>"$log" 2>/dev/null || log=/dev/null
done_now() {
    changes=$((changes + 1))
    say "  changed   $*"
}
as_it_was() { say "  as it was $*"; }
die() {
    say "moodbox: $*" >&2
    exit 1
}

need_root() { # SCRIPT
    [ "$(id -u)" = 0 ] || {
        echo "moodbox: $1 must be run as root: sudo sh $1" >&2
        exit 1
    }
}

in_image() { [ -n "${image:-}" ]; } # install.sh --into-image: nothing runs there

# One of install, update, judge, uninstall at a time. Not in /run/lock, where everyone may put a file or a link.
only_one() {
    exec 8>"$lock"
    flock --nonblock 8 || {
        say "moodbox: another installation or update is under way; waiting for it"
        flock 8
    }
}

# Sets python and version (3.11 or 3.13): always Debian's, the only one that sees apt's picamera2 and lgpio.
find_python() {
    python=/usr/bin/python3
    version=$($python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || version=none
    case $version in 3.11 | 3.13) ;; *)
        die "$python is $version; Moodbox needs Raspberry Pi OS (or Debian) Bookworm with 3.11 or Trixie with 3.13" ;;
    esac
}

free_mb() { df -Pk "$1" | awk 'NR == 2 { print int($4 / 1024) }'; }

# Replaces the link LINK by one to TARGET in a single step that a power cut cannot halve.
point() { # LINK TARGET
    rm -f "$1.new"
    ln -s "$2" "$1.new"
    mv -T "$1.new" "$1"
    sync -f "$(dirname "$1")"
}

# --- environments: shared by all releases with the same lock ---------------------------------------------------------

environment_key() { # SOURCE
    requirements=$1/provisioning/requirements
    {
        echo "$version"
        cat "$requirements/py$(echo "$version" | tr -d .).txt" "$requirements/assets.txt" "$1/provisioning/assets.sha256"
    } | sha256sum | cut -c1-12
}

# Makes the virtual environment that SOURCE wants, unless it is there; sets venv. Its stamp is the last thing written.
make_environment() { # SOURCE WHEELS
    venv=$opt/venvs/$(environment_key "$1")
    if [ -e "$venv/.complete" ]; then
        as_it_was "the Python environment $venv"
        return
    fi
    mkdir -p "$opt/venvs"
    rm -rf "$venv"
    free=$(free_mb "$opt")
    [ "$free" -ge "$space_mb" ] || die "$opt has $free MB of free space; $space_mb MB are needed. Make room and try again"
    say "  making    the Python environment $venv (about 120 MB to fetch; minutes on a small box)"
    mkdir -p "$venv/tmp"
    show_progress "$log" fill_environment "$1" "$2" || {
        tail -n 5 "$log" >&2
        rm -rf "$venv"
        die "the Python environment cannot be made; the cause stands above and in $log"
    }
    rm -rf "$venv/tmp"
    sync -f "$venv"
    : >"$venv/.complete"
    done_now "the Python environment $venv"
}

fill_environment() ( # SOURCE WHEELS
    export TMPDIR="$venv/tmp" # /tmp is memory on Trixie
    # by a link, because pip takes a space for the end of a folder's name
    [ -z "$2" ] || { ln -s "$2" "$venv/tmp/wheels" && export PIP_NO_INDEX=1 PIP_FIND_LINKS="$venv/tmp/wheels"; }
    "$python" -m venv --system-site-packages --prompt moodbox "$venv" &&
        "$venv/bin/python" -m pip install --progress-bar off --no-deps --require-hashes --only-binary=:all: \
            --no-cache-dir -r "$1/provisioning/requirements/py$(echo "$version" | tr -d .).txt" &&
        "$venv/bin/python" "$1/provisioning/fetch_assets.py"
)

# --- releases --------------------------------------------------------------------------------------------------------

parts="appliance models provisioning systemd docs/owner/appliance.md docs/reference/units.md LICENSE README.md"

digest_of() { # SOURCE
    # shellcheck disable=SC2086 # parts are words
    (cd "$1" && find $parts -type f ! -name '*.pyc' ! -path '*/.*' | sort | xargs -d '\n' sha256sum | sha256sum | cut -d' ' -f1)
}

# Makes the release of SOURCE beside the others, unless it is there; sets release. It appears by a rename, whole.
make_release() { # SOURCE WHEELS
    for part in $parts; do
        [ -e "$1/$part" ] || die "$1 is no Moodbox: it has no $part"
    done
    number=$(sed -n 's/^__version__ = "\([^"]*\)".*/\1/p' "$1/appliance/__init__.py")
    [ -n "$number" ] || die "$1/appliance/__init__.py names no version"
    digest=$(digest_of "$1")
    release=$opt/releases/$number
    # The same number on other content (a clone that was worked on) is another release.
    if [ -e "$release" ] && [ "$(cat "$release/.digest" 2>/dev/null)" != "$digest" ]; then
        release=$release+$(echo "$digest" | cut -c1-8)
    fi
    make_environment "$1" "$2"
    if [ "$(cat "$release/.digest" 2>/dev/null)" = "$digest" ] && [ "$(readlink "$release/venv")" = "$venv" ]; then
        as_it_was "the release $release"
        return
    fi
    mkdir -p "$opt/releases"
    rm -rf "$opt"/releases/.new-*
    fresh=$opt/releases/.new-$$
    mkdir "$fresh"
    # shellcheck disable=SC2086
    tar -C "$1" --exclude='__pycache__' --exclude='.*' --no-same-owner -cf - $parts | tar -C "$fresh" --no-same-owner -xf -
    chmod -R u=rwX,go=rX "$fresh"
    chown -R root:root "$fresh"
    ln -s "$venv" "$fresh/venv"
    "$venv/bin/python" -m compileall -q -s "$fresh" -p "$release" "$fresh/appliance" >>"$log" 2>&1 ||
        die "the release does not compile; see $log"
    echo "$digest" >"$fresh/.digest"
    sync -f "$fresh"
    rm -rf "$release"
    mv -T "$fresh" "$release"
    sync -f "$opt/releases"
    done_now "the release $release"
}

# Without touching what runs: the release loads, finds the face in the portrait and reads it, as the user that will do so.
try_out() {
    portrait=$release/venv/share/moodbox/astronaut.png
    PYTHONPATH=$release PYTHONDONTWRITEBYTECODE=1 "$release/venv/bin/python" -c 'import appliance.app.main' 2>>"$log" &&
        seen=$(runuser -u moodbox-vision -- "$release/provisioning/start" appliance.cli look --json "$portrait" 2>>"$log") &&
        case $seen in *'"happy"'*) ;; *) false ;; esac
}

# The release that `current` points to, or nothing.
current_release() { readlink -f "$opt/current" 2>/dev/null | grep "^$opt/releases/" || true; }

# Removes releases and environments that neither KEEP (paths) nor a release kept uses.
tidy_up() { # KEEP...
    for old in "$opt"/releases/* "$opt"/releases/.new-*; do
        [ -d "$old" ] || continue
        case " $* " in *" $old "*) ;; *) rm -rf "$old" ;; esac
    done
    for old in "$opt"/venvs/*; do
        [ -d "$old" ] || continue
        used=
        for kept in "$@"; do [ "$(readlink "$kept/venv")" != "$old" ] || used=yes; done
        [ -n "$used" ] || rm -rf "$old"
    done
}

# The newest version that the box has had: a release file may bring no older one (appliance/releases/places.py).
note_newest() { # RELEASE
    {
        cat "$opt/newest" 2>/dev/null || true
        sed -n 's/^__version__ = "\([^"]*\)".*/\1/p' "$1/appliance/__init__.py"
    } | grep -Ex '[0-9]{1,4}(\.[0-9]{1,4}){2}' | sort -V | tail -n 1 >"$opt/newest.new"
    mv "$opt/newest.new" "$opt/newest"
    sync -f "$opt"
}

# --- systemd ---------------------------------------------------------------------------------------------------------

# The unit files are links through `current`, so that a release and its units are switched by the same rename.
link_units() {
    for file in "$opt"/current/systemd/*.service "$opt"/current/systemd/*.path "$opt"/current/systemd/*.target; do
        [ -e "$file" ] || continue
        link=$units/$(basename "$file")
        [ "$(readlink "$link" 2>/dev/null)" = "$file" ] || {
            point "$link" "$file"
            done_now "the unit $(basename "$file")"
        }
    done
    for link in "$units"/moodbox*; do # of units that this release no longer has
        [ -e "$link" ] || [ ! -h "$link" ] || rm -f "$link"
    done
    [ "$(readlink "$run_folders" 2>/dev/null)" = "$opt/current/systemd/moodbox.tmpfiles" ] || {
        mkdir -p "$(dirname "$run_folders")"
        point "$run_folders" "$opt/current/systemd/moodbox.tmpfiles"
        done_now "the folders under /run"
    }
    link_usb_rules
}

# A machine without udev, such as a container, has no sticks; a release before this one has no rule.
link_usb_rules() {
    rules=$opt/current/systemd/moodbox-usb-stick.rules
    [ -e "$rules" ] || { rm -f "$usb_rules"; return 0; }
    if [ "$(readlink "$usb_rules" 2>/dev/null)" = "$rules" ] || ! command -v udevadm >/dev/null; then return 0; fi
    if mkdir -p "$(dirname "$usb_rules")" && ln -sfn "$rules" "$usb_rules"; then
        udevadm control --reload 2>/dev/null || true
        done_now "the rule for USB sticks"
    fi
}

our_units="moodbox.service moodbox-vision.service moodbox-mpd.service"
our_doors="moodbox-poweroff.path moodbox-reboot.path moodbox-judge.path"

# Since power-on, which no setting of the clock changes.
seconds() { cut -d. -f1 /proc/uptime; }

# Succeeds when the units run and the box says that it plays; gives up after SECONDS, or when one of them keeps dying.
healthy_within() { # SECONDS
    until_second=$(($(seconds) + $1))
    while [ "$(seconds)" -lt "$until_second" ]; do
        if works_now; then return 0; fi
        for unit in $our_units; do
            [ "$(systemctl show -P NRestarts "$unit")" -lt 4 ] || return 1
        done
        sleep 1
    done
    return 1
}

# What the box says of itself: "CAMERA MUSIC", as "open play"; nothing if it does not answer.
state_now() {
    timeout 15 /usr/local/bin/moodbox status --json 2>/dev/null | "$opt/current/venv/bin/python" -c '
import json, sys
try:
    status = json.load(sys.stdin)
except ValueError:
    sys.exit(1)
print(status["vision"]["camera"], status["player"]["state"])'
}

camera_may_be_lost=no # yes: it was so before, which is not for what is judged now to answer for

works_now() {
    systemctl -q is-active moodbox.service moodbox-vision.service || return 1
    case $(state_now) in
    'lost play' | 'lost pause') [ "$camera_may_be_lost" = yes ] ;;
    *' play' | *' pause') ;;
    *) return 1 ;;
    esac
}

# The judge of updates is a copy of its own, so that no release is judged by itself.
place_judge() { # RELEASE
    for pair in judge.sh:judge lib.sh:judge-lib.sh; do
        from=$1/provisioning/${pair%:*} to=$opt/${pair#*:}
        if cmp -s "$from" "$to"; then continue; fi
        cp "$from" "$to.new"
        chmod 755 "$to.new"
        mv "$to.new" "$to"
        done_now "$to"
    done
}
