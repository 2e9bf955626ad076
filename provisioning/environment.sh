# shellcheck shell=sh
# shellcheck disable=SC2154 # the launcher sets root and command
# Sourced by the launcher when something is missing: finds a Python, installs Debian's packages, makes the environment.
# Uses root, venv, command and stamp() of the launcher.

space_mb=900 # free space that a first installation wants: 330 for the environment, the rest for pip's downloads

. "$root/provisioning/progress.sh"

say() { printf 'moodbox: %s\n' "$*" >&2; }
die() {
    say "$@"
    exit 1
}

# --- Python -----------------------------------------------------------------

# Prints where PYTHON really is and its version when it is one of VERSIONS; fails otherwise.
identify() { # PYTHON VERSIONS
    "$1" -c '
import sys
version = "%d.%d" % sys.version_info[:2]
if version not in sys.argv[1].split():
    sys.exit(1)
print(sys.executable)
print(version)' "$2" 2>/dev/null
}

# Sets python and version to the first usable one. Debian's own comes first: only it sees apt's picamera2, lgpio, systemd.
find_python() {
    if [ -n "${MOODBOX_PYTHON:-}" ]; then
        found=$(identify "$MOODBOX_PYTHON" "3.11 3.13") ||
            die "MOODBOX_PYTHON=$MOODBOX_PYTHON is no Python 3.11 or 3.13; unset it, or name one that is"
        python=$MOODBOX_PYTHON version=${found##*"$newline"}
        return
    fi
    for candidate in /usr/bin/python3 python3.11 python3.13 python3; do
        if found=$(identify "$candidate" "3.11 3.13"); then
            python=${found%"$newline"*} version=${found##*"$newline"}
            return
        fi
    done
    return 1
}
newline='
'

# Prints a Python of exactly VERSION, also from pyenv or uv, for the tests on a second Python.
find_second() { # VERSION
    for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/"python$1" \
        "$HOME/.local/share/uv/python/cpython-$1".*/bin/"python$1"; do
        if found=$(identify "$candidate" "$1"); then
            echo "${found%"$newline"*}"
            return
        fi
    done
    return 1
}

from_debian() { [ "$(dirname -- "$1")" = /usr/bin ] && [ -d /usr/lib/python3/dist-packages ]; }

# --- Debian's packages ------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Debian's Python is 3.11 on Bookworm and 3.13 on Trixie; on another release installing it would not help.
apt_python_fits() {
    command -v apt-get >/dev/null || return 1
    [ -r /etc/os-release ] || return 1
    # shellcheck source=/dev/null
    case $(. /etc/os-release && echo "${VERSION_CODENAME:-}") in bookworm | trixie) ;; *) return 1 ;; esac
}

# Sets missing to what apt must install before anything else can be done.
list_missing() {
    missing=
    if find_python; then
        "$python" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
    elif apt_python_fits; then
        missing="$missing python3 python3-venv"
    else
        die "no Python 3.11 or 3.13 found (tried /usr/bin/python3, python3.11, python3.13 and python3):" \
            "install one, or name it in MOODBOX_PYTHON"
    fi
    programs || missing="$missing mpd"
    [ "$command" != test ] || command -v ssh-keygen >/dev/null || missing="$missing openssh-client"
    missing=${missing# }
}

# Prints the packages that are of use but not needed: python3-systemd for a unit and the tests, real servers for the tests.
list_useful() {
    if { [ -n "$missing" ] || [ "$command" = test ]; } && [ "${python:-/usr/bin/python3}" = /usr/bin/python3 ]; then
        /usr/bin/python3 -c 'import systemd.daemon' 2>/dev/null || echo python3-systemd
    fi
    [ "$command" = test ] || return 0
    command -v mosquitto >/dev/null || echo mosquitto
    command -v sshd >/dev/null || echo openssh-server
    command -v chromium >/dev/null || echo chromium
    command -v shellcheck >/dev/null || echo shellcheck
    command -v ffprobe >/dev/null || echo ffmpeg
    command -v systemd-analyze >/dev/null || echo systemd
    command -v openssl >/dev/null || echo openssl
    command -v pipewire-pulse >/dev/null || echo pipewire-pulse
    command -v wireplumber >/dev/null || echo wireplumber
    command -v parec >/dev/null || echo pulseaudio-utils
    command -v dbus-run-session >/dev/null || echo dbus
    command -v snapserver >/dev/null || echo snapserver
    command -v snapclient >/dev/null || echo snapclient
    case $arguments in *" --slow "*) list_slow ;; esac
    # what drives the browser needs it
    /sbin/ldconfig -p 2>/dev/null | grep -q libatomic.so.1 || echo libatomic1
}

# Prints the packages of the tests that boot whole machines, which need root.
list_slow() {
    command -v mmdebstrap >/dev/null || echo mmdebstrap
    command -v systemd-nspawn >/dev/null || echo systemd-container
    command -v ip >/dev/null || echo iproute2
    command -v iptables >/dev/null || echo iptables
}

may_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

install_missing() {
    list_missing
    useful=$(list_useful | paste -sd ' ' -)
    wanted=$(echo "$missing $useful" | xargs)
    [ -n "$wanted" ] || return 0
    line="apt-get install -y --no-install-recommends $wanted"
    if ! may_install; then
        if [ -z "$missing" ]; then
            say "without $useful some tests are left out: sudo apt-get update && sudo $line"
            return 0
        fi
        command -v apt-get >/dev/null || die "missing: $missing. Install what your system calls these, then try again"
        say "some of Debian's packages are missing. Type this line, then try again:"
        printf '    sudo apt-get update && sudo %s\n' "$line" >&2
        exit 1
    fi
    say "installing Debian's packages: $wanted"
    log=$(mktemp)
    # shellcheck disable=SC2086 # the line is words on purpose
    if ! show_progress "$log" as_root apt-get -q -o DPkg::Lock::Timeout=300 update ||
        ! show_progress "$log" as_root env DEBIAN_FRONTEND=noninteractive $line -q -o DPkg::Lock::Timeout=300; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        die "apt-get failed (see above). Mend it, or type yourself: sudo apt-get update && sudo $line"
    fi
    rm -f "$log"
    for package in $useful; do stop_service "$package"; done
    list_missing
    [ -z "$missing" ] || die "still missing after the installation: $missing"
}

# Servers that came for the tests are started by the tests alone. (Debian leaves mpd's own service disabled.)
stop_service() { # PACKAGE
    case $1 in
    mosquitto) service=mosquitto ;;
    openssh-server) service=ssh ;;
    snapserver | snapclient) service=$1 ;;
    *) return 0 ;;
    esac
    ! command -v systemctl >/dev/null || as_root systemctl --quiet disable --now "$service" >/dev/null 2>&1 || true
}

# --- the environment --------------------------------------------------------

# Makes $venv for $python beside the old one and puts it in place by a rename.
make_environment() {
    new=$venv.new
    [ -w "$root" ] || die "cannot write in $root: run this as the owner of the clone"
    if [ -e "$venv" ] && [ ! -e "$venv/pyvenv.cfg" ]; then
        die "$venv is in the way and is no Python environment: move it elsewhere"
    fi
    rm -rf "$new" "$venv.old"
    free=$(df -Pk "$root" | awk 'NR == 2 { print int($4 / 1024) }')
    [ "$free" -ge "$space_mb" ] ||
        die "$root has $free MB of free space; the installation needs $space_mb MB. Make room, then try again"
    say "making $venv with $python (Python $version): about 120 MB to fetch, a minute or more on a small box"
    site=
    ! from_debian "$python" || site=--system-site-packages
    # shellcheck disable=SC2086 # the option may be absent
    "$python" -m venv $site --prompt moodbox "$new" || fail "python3 -m venv failed"
    pip_install "$new" "$(lock_of "")" || fail "the packages cannot be installed"
    in_scratch "$new" "$root/provisioning/fetch_assets.py" 2>"$new/pip.log" ||
        fail "the face finder's files and the portrait cannot be fetched"
    "$new/bin/python" -c 'import sys, sysconfig, pathlib
pathlib.Path(sysconfig.get_path("purelib"), "moodbox.pth").write_text(sys.argv[1] + "\n")' "$root"
    # scripts name the interpreter by the place where they were made
    grep -lIF "/.venv" "$new/bin/"* "$new/pyvenv.cfg" | while IFS= read -r file; do
        [ -h "$file" ] || sed -i 's|\(/\.venv[^/.]*\)\.new|\1|g' "$file"
    done
    rm -f "$new/pip.log"
    stamp "$python" "$version" >"$new/moodbox.stamp"
    [ ! -e "$venv" ] || mv "$venv" "$venv.old"
    mv "$new" "$venv"
    rm -rf "$venv.old"
}

lock_of() { echo "$root/provisioning/requirements/py$(echo "$version" | tr -d .)$1.txt"; }

pip_install() { # ENVIRONMENT LOCK OPTIONS...: exactly what the lock names, nothing built from source
    pip_in=$1 pip_lock=$2
    shift 2
    set -- -m pip install --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: "$@" -r "$pip_lock"
    # progress for people; warnings and errors into the log, where fail looks for the cause
    if [ -t 1 ]; then
        in_scratch "$pip_in" "$@" 2>"$pip_in/pip.log"
    else
        in_scratch "$pip_in" "$@" --quiet >/dev/null 2>"$pip_in/pip.log"
    fi
}

# Runs the environment's Python with room for large temporary files: /tmp is memory on Trixie.
in_scratch() { # ENVIRONMENT ARGUMENTS...
    scratch=$1/tmp python_of=$1/bin/python
    shift
    mkdir -p "$scratch"
    TMPDIR=${TMPDIR:-$scratch} "$python_of" "$@" || return
    rm -rf "$scratch"
}

# Ends the launcher with the cause that pip's log shows, in one line, and removes what is half made.
fail() { # WHAT
    log=${new:-$venv}/pip.log
    cause="see above"
    if grep -qi "no space left on device" "$log" 2>/dev/null; then
        cause="the disk is full. Make room, then try again"
    elif grep -qiE "name resolution|network is unreachable|failed to establish|timed out|no route to host" "$log" 2>/dev/null; then
        cause="the package index cannot be reached. Check the network, then try again"
    elif grep -qi "certificate verify failed" "$log" 2>/dev/null; then
        cause="the package index's certificate is not trusted. Name your network's own in PIP_CERT, then try again"
    elif [ -r "$log" ]; then
        tail -n 5 "$log" >&2
    fi
    [ -z "${new:-}" ] || rm -rf "$new"
    die "$1: $cause"
}

# The tests' own packages go into the same environment. One that was interrupted is written over.
add_development() {
    want=$(sha256sum <"$(lock_of -dev)")
    [ "$(cat "$venv/development.stamp" 2>/dev/null)" != "$want" ] || return 0
    say "adding the tests' packages to $venv"
    new=
    pip_install "$venv" "$(lock_of -dev)" --ignore-installed || fail "the tests' packages cannot be installed"
    echo "$want" >"$venv/development.stamp"
}

# --- all together -----------------------------------------------------------

make_ready() {
    exec 9<"$root"
    flock --nonblock 9 || {
        say "another start is installing; waiting for it"
        flock 9
    }
    install_missing
    if ! ready; then
        find_python
        make_environment
    fi
    if [ "$command" = test ]; then
        add_development
        make_second
    fi
    exec 9<&-
}

# The tests run on Python 3.13 as well where there is one: MOODBOX_SECOND_PYTHON tells the test suite.
make_second() {
    MOODBOX_SECOND_PYTHON=
    if [ "$version" != 3.13 ] && second=$(find_second 3.13); then
        first=$venv
        venv=$root/.venv-py313
        MOODBOX_SECOND_PYTHON=$venv/bin/python
        (
            MOODBOX_PYTHON=$second
            if ! ready; then
                python=$second version=3.13
                make_environment
            fi
            add_development
        )
        venv=$first
    fi
    export MOODBOX_SECOND_PYTHON
}
