# shellcheck shell=sh
# shellcheck disable=SC2154 # lib.sh sets the folders
# Sourced by install.sh: the owner's settings, which are never overwritten.

page() { "$opt/current/provisioning/start" appliance.settings.reference "$@"; }

offer_settings() {
    page >"$etc/.page"
    if cmp -s "$etc/.page" "$etc/moodbox.toml.all-keys"; then
        rm "$etc/.page"
    else
        mv "$etc/.page" "$etc/moodbox.toml.all-keys"
        done_now "$etc/moodbox.toml.all-keys, which explains every key"
    fi
    if [ -e "$etc/moodbox.toml" ]; then
        as_it_was "$etc/moodbox.toml"
        fresh=$(page --new "$etc/moodbox.toml")
        [ -z "$fresh" ] || say "  note      keys that $etc/moodbox.toml does not mention yet: $fresh"
    else
        cp "$etc/moodbox.toml.all-keys" "$etc/moodbox.toml.new"
        mv "$etc/moodbox.toml.new" "$etc/moodbox.toml"
        done_now "$etc/moodbox.toml"
    fi
}

set_broker() { # HOST USER
    set_key mqtt host "$1"
    [ -n "$2" ] || return 0
    set_key mqtt user "$2"
    secret=$etc/mqtt-password
    if [ -z "${MOODBOX_MQTT_PASSWORD:-}" ] && [ -t 0 ] && [ ! -e "$secret" ]; then
        printf 'Password of %s at the broker: ' "$2" >&2
        trap 'stty echo' EXIT
        stty -echo
        IFS= read -r MOODBOX_MQTT_PASSWORD || true
        stty echo
        trap - EXIT
        echo >&2
    fi
    if [ -n "${MOODBOX_MQTT_PASSWORD:-}" ] && [ "$(cat "$secret" 2>/dev/null)" != "$MOODBOX_MQTT_PASSWORD" ]; then
        (umask 077 && printf '%s\n' "$MOODBOX_MQTT_PASSWORD" >"$secret.new")
        chown root:moodbox "$secret.new"
        chmod 640 "$secret.new"
        mv "$secret.new" "$secret"
        done_now "$secret"
    fi
    [ ! -e "$secret" ] || set_key mqtt password_file "$secret"
}

set_page_password() { # FILE
    answer=$("$opt/current/provisioning/start" appliance.cli page password --file "$1") || die "the page's password cannot be set"
    case $answer in
    *already*) as_it_was "the page's password" ;;
    *) done_now "the page's password" ;;
    esac
}

# Where the owner goes from here: the page, and how it gets its password. The box itself knows both.
page_in_words() { say "$("$opt/current/provisioning/start" appliance.cli page)"; }

set_key() { # TABLE KEY VALUE
    answer=$(page --set "$etc/moodbox.toml" "$1.$2" "$3") || die "$etc/moodbox.toml cannot take $1.$2; set it by hand"
    if [ -n "$answer" ]; then done_now "$1.$2 in $etc/moodbox.toml"; else as_it_was "$1.$2 in $etc/moodbox.toml"; fi
}
