"""The installation's shell functions, run by themselves: every place they know lies in a test's folder."""

import subprocess
from pathlib import Path

PROVISIONING = Path(__file__).resolve().parents[2] / "provisioning"

# Sourced as a user who may not write the machine's own log; and from here on root.
AS_ROOT = "id() { echo 1000; }; . 'PROVISIONING/lib.sh'; . 'PROVISIONING/progress.sh'; id() { echo 0; }"
PLACES = """
opt='FOLDER/opt' etc='FOLDER/etc' state='FOLDER/state' songs='FOLDER/songs' units='FOLDER/units'
notes="$opt/installed" log='FOLDER/log' run_folders='FOLDER/moodbox.conf'
only_one() { :; }
sync() { :; }
sleep() { :; }
systemctl() { echo "systemctl $*" >>'FOLDER/asked'; case $* in *NRestarts*) echo 0 ;; *MainPID*) echo 7 ;; esac; }
"""


def words(folder: Path, more: str = "") -> str:
    """lib.sh with all it knows within `folder`, then whatever else is to be said."""
    for name in ("opt", "etc", "state", "songs", "units"):
        (folder / name).mkdir(exist_ok=True)
    return (AS_ROOT + PLACES).replace("PROVISIONING", str(PROVISIONING)).replace("FOLDER", str(folder)) + more + "\n"


def run(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it by sh as the scripts are run: the first thing that fails ends it."""
    return subprocess.run(
        ["sh", "-euc", script, "sh", *arguments], capture_output=True, text=True, timeout=300, check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"} | environment,
    )  # fmt: skip
