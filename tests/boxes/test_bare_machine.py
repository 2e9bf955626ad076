"""What a newcomer does: a bare Debian machine, a copy of the project, one command."""

import json
from pathlib import Path

import pytest

from tests.boxes.box import NEEDS, Box

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

UNTIL_HAPPY = """
export XDG_RUNTIME_DIR=$HOME/run
mkdir -p "$XDG_RUNTIME_DIR"
moodbox/moodbox run >run.log 2>&1 &
started=$!
while kill -0 $started 2>/dev/null; do
    sleep 1
    [ -e moodbox/.venv/moodbox.stamp ] || continue
    since=$(($(date +%s) - $(stat -c %Y moodbox/.venv/moodbox.stamp)))
    [ $since -lt 180 ] || break
    moodbox/moodbox status --json >status.json 2>/dev/null || continue
    if grep -q '"file": "happy/' status.json; then
        echo "$since s after the installation"
        kill -TERM $started
        wait $started
        exit
    fi
done
cat run.log
kill -TERM $started 2>/dev/null
exit 1
"""


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def box(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Box:
    made = Box(request.param, tmp_path_factory.mktemp("box"))
    made.copy_project()
    return made


def test_one_command_ends_in_happy_music_because_the_portrait_smiles(box: Box) -> None:
    done = box.run(UNTIL_HAPPY)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    player = json.loads((box.home / "status.json").read_text())["player"]
    assert player["state"] == "play"
    assert Path(player["file"]).parts[0] == "happy"


def test_the_second_command_passes_the_tests(box: Box) -> None:
    done = box.run("moodbox/moodbox test")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert done.stdout.rstrip().endswith("All checks passed.")
