# shellcheck shell=sh
# shellcheck disable=SC2154 # lib.sh sets the folders, install.sh and update.sh $here
# Sourced by install.sh: users, groups and the folders that belong to them.

make_user() { # NAME HOME SHELL GROUPS...
    name=$1 home=$2 shell=$3
    shift 3
    if getent passwd "$name" >/dev/null; then
        as_it_was "user $name"
    else
        useradd --system --user-group --no-create-home --home-dir "$home" --shell "$shell" "$name"
        done_now "user $name"
    fi
    for group in "$@"; do member "$name" "$group"; done
}

member() { # USER GROUP
    getent group "$2" >/dev/null || return 0
    case " $(id -nG "$1") " in *" $2 "*) return 0 ;; esac
    usermod -aG "$2" "$1"
    done_now "$1 is in group $2"
}

make_accounts() {
    # A shell, because sshd runs the receiver of new models by it; nobody can log in without a key or a password.
    make_user moodbox "$state" /bin/sh audio gpio
    make_user moodbox-vision /nonexistent /usr/sbin/nologin video
    # The owner may ask the box and copy songs without sudo.
    owner=${SUDO_USER:-$(getent passwd 1000 | cut -d: -f1)}
    if [ -n "$owner" ] && [ "$owner" != root ]; then
        case " $(id -nG "$owner") " in *" moodbox "*) ;; *)
            mkdir -p "$notes"
            echo "$owner" >>"$notes/members"
            member "$owner" moodbox ;;
        esac
    fi
}

folder() { # PATH MODE OWNER GROUP
    if [ "$(stat -c '%a %U %G' "$1" 2>/dev/null)" = "$2 $3 $4" ]; then return; fi
    install -d -o "$3" -g "$4" "$1"
    chmod "$2" "$1"
    done_now "folder $1"
}

# The emotions of the release that is being installed, by find_python's Python.
emotions() {
    PYTHONPATH=$(dirname -- "$here") PYTHONDONTWRITEBYTECODE=1 "$python" -P -c \
        'from appliance.domain.emotions import EMOTIONS; print(*EMOTIONS)'
}

make_folders() {
    every_emotion=$(emotions) || die "the source does not say for which emotions to make folders; copy it again"
    folder "$etc" 755 root root
    folder "$state" 751 moodbox moodbox
    folder "$state/mpd" 750 moodbox moodbox
    # The vision unit reads new models through its group.
    folder "$state/models" 2750 moodbox moodbox-vision
    # What the box fetches, whoever of the group has asked for it.
    folder "$state/update" 2770 moodbox moodbox
    folder /srv/moodbox 755 root root
    folder "$songs" 2775 moodbox moodbox
    for name in $every_emotion library; do folder "$songs/$name" 2775 moodbox moodbox; done
}

make_command() {
    command_file=/usr/local/bin/moodbox
    wanted='#!/bin/sh
exec /opt/moodbox/current/provisioning/start appliance.cli "$@"'
    if [ "$(cat "$command_file" 2>/dev/null)" = "$wanted" ]; then
        as_it_was "$command_file"
    else
        printf '%s\n' "$wanted" >"$command_file.new"
        chmod 755 "$command_file.new"
        mv "$command_file.new" "$command_file"
        done_now "$command_file"
    fi
}
