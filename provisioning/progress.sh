# shellcheck shell=sh
# Sourced by install.sh, update.sh and the launcher's environment.sh: shows how far what takes minutes has come.

progress_every=10 # seconds

# Runs COMMAND with its output in LOG, and meanwhile says what its last line is; returns COMMAND's status.
show_progress() { # LOG COMMAND...
    progress_log=$1
    shift
    # Ends with the script also when that is killed, and keeps neither its lock nor its output open.
    (
        exec 8>&- 9>&-
        while command sleep "$progress_every" >/dev/null 2>&1 && kill -0 "$$" 2>/dev/null; do
            printf '            %s\n' "$(tail -n 1 "$progress_log" 2>/dev/null | tr -d '\r' | cut -c1-100)" >&2
        done
    ) &
    progress_by=$!
    progress_status=0
    "$@" >>"$progress_log" 2>&1 || progress_status=$?
    kill "$progress_by" 2>/dev/null || :
    wait "$progress_by" 2>/dev/null || :
    return "$progress_status"
}
