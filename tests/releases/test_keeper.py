import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from appliance.releases import keeper
from appliance.releases.keeper import UpdateKeeper
from appliance.releases.places import FOLDER, UpdatePlaces
from appliance.releases.wish import WISH, UpdateProgress, read_progress, wish_for_update
from tests.releases.made import CONTENT, release, trusted

FILE = "moodbox-9.0.0.release"
# Like update.sh it makes the new one beside the old and switches by a rename.
INSTALLER = b"""set -eu
echo "moodbox: making it"
here=$(dirname "$(dirname "$(readlink -f "$0")")")
[ "$1" = --offline ] && ls "$2" >"$OPT/wheels"
rm -rf "$OPT/new"; cp -r "$here" "$OPT/new"
ln -sfn whole "$OPT/new.link"; rm -rf "$OPT/whole"; mv "$OPT/new" "$OPT/whole"; mv -T "$OPT/new.link" "$OPT/current"
"""


class Box:
    """The folders of a box with an updater, in a test's folder."""

    def __init__(self, folder: Path) -> None:
        self.places = trusted(folder)
        self.state, self.run_dir = folder / "state", folder / "run"
        for each in (self.state / FOLDER, self.run_dir / FOLDER):
            each.mkdir(parents=True)
        self.put(release(content=CONTENT | {"provisioning/update.sh": INSTALLER}))
        self.told: list[UpdateProgress | None] = []

    def put(self, data: bytes) -> None:
        (self.state / FOLDER / FILE).write_bytes(data)

    @property
    def wish(self) -> Path:
        return self.run_dir / FOLDER / WISH

    @property
    def progress(self) -> UpdateProgress:
        progress = read_progress(self.places.progress)
        assert progress
        return progress

    def install(self, run: keeper.Run | None = None) -> str:
        wish_for_update(self.run_dir, FILE)
        return UpdateKeeper(self.state / FOLDER, self.places, run or self.as_it_is).carry_out(self.wish)

    def as_it_is(self, command: Sequence[str], said: Callable[[str], None]) -> int:
        environment = os.environ | {"OPT": str(self.places.opt)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        for line in (done.stdout + done.stderr).splitlines():
            said(line)
            self.told.append(self.progress)
        return done.returncode

    def whole(self) -> bool:
        place = self.places.opt / "current" / "models" / "large.bin"
        return place.exists() and place.read_bytes() == CONTENT["models/large.bin"]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_a_wish_has_a_verified_release_install_itself(box: Box) -> None:
    assert box.install() == ""
    assert box.whole()
    assert (box.progress.stage, box.progress.version) == ("done", "9.0.0")
    assert [(told.stage, told.text) for told in box.told if told] == [("installing", "moodbox: making it")]
    assert (box.places.opt / "wheels").read_text() == "demo-1.0-py3-none-any.whl\n"
    assert not box.wish.exists()
    assert not box.places.incoming.exists()


def test_an_update_that_is_not_taken_says_why(box: Box) -> None:
    def run(_: Sequence[str], said: Callable[[str], None]) -> int:
        said("moodbox: the update was not taken: it did not play")
        return 1

    assert box.install(run) == "the update was not taken: it did not play"
    assert (box.progress.stage, box.progress.text) == ("refused", "the update was not taken: it did not play")
    assert not box.places.incoming.exists()


@pytest.mark.parametrize("data", [release()[:-1], b"", release()[:-5] + b"?????", release() + b"!"])
def test_a_damaged_file_runs_nothing(box: Box, data: bytes) -> None:
    box.put(data)
    assert box.install(lambda *_: pytest.fail("it ran")).startswith(FILE)
    assert box.progress.stage == "refused"
    assert not box.places.incoming.exists()


def test_a_link_in_place_of_the_file_is_not_followed(box: Box, tmp_path: Path) -> None:
    file = box.state / FOLDER / FILE
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert box.install(lambda *_: pytest.fail("it ran"))
    file.unlink()
    os.mkfifo(file)
    assert "it is no file" in box.install(lambda *_: pytest.fail("it ran"))


def test_an_older_release_takes_roots_word_for_just_that_one(box: Box) -> None:
    box.places.newest.write_text("9.1.0\n")
    refused = box.install()
    assert "9.0.0 is older than 9.1.0, which this box has had" in refused
    box.places.allow_older("0" * 64)
    assert box.install() == refused
    with (box.state / FOLDER / FILE).open("rb") as file:
        from appliance.releases.container import open_release

        box.places.allow_older(open_release(file, box.places.signers, FILE).sha256)
    assert box.install() == ""


def test_without_room_nothing_is_unpacked(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "SPARE", 10**18)
    assert "MB of free space" in box.install()
    assert not box.places.incoming.exists()


@pytest.mark.parametrize(
    "wish",
    [
        b"", b"{}", b"[" * 900, b"x" * 5_000, b'{"id":"' + b"0" * 32 + b'","file":"../../etc/passwd"}',
        b'{"id":"' + b"0" * 32 + b'","file":"moodbox-9.0.0.release/../x"}',
        b'{"id":"short","file":"moodbox-9.0.0.release"}',
        b'{"id":"' + b"0" * 32 + b'","file":"moodbox-9.0.0.release","older":true}',
    ],
)  # fmt: skip
def test_what_is_no_wish_does_nothing_and_is_gone(box: Box, wish: bytes) -> None:
    box.wish.write_bytes(wish)
    keep = UpdateKeeper(box.state / FOLDER, box.places, lambda *_: pytest.fail("it ran"))
    assert "is no wish" in keep.carry_out(box.wish)
    assert not box.wish.exists()


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from appliance.releases import container, keeper
    from tests.releases.test_keeper import Box, FILE
    from appliance.releases.places import UpdatePlaces
    left = 0
    def counted(function):
        def call(*arguments, **named):
            global left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **named)
        return call
    keeper.write_progress = counted(keeper.write_progress)
    keeper.unpack = counted(keeper.unpack)
    keeper.shutil.rmtree = counted(keeper.shutil.rmtree)
    container._copied = counted(container._copied)
    box = Box.__new__(Box)
    folder = Path(sys.argv[1])
    box.places = UpdatePlaces(folder / "opt", folder / "answers")
    box.state, box.run_dir, box.told = folder / "state", folder / "run", []
    box.as_it_is = counted(box.as_it_is)
    for left in range(1, 100):
        pid = os.fork()
        if not pid:
            os._exit(bool(box.install()))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
        sys.stdin.readline()
""")


def test_killed_at_any_step_the_next_wish_installs_it_whole(box: Box, tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, tmp_path]
    killed = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as each:
        assert each.stdout
        assert each.stdin
        while (status := int(each.stdout.readline())) == -signal.SIGKILL:
            killed += 1
            assert not (box.places.opt / "current").is_symlink() or box.whole()
            each.stdin.write("\n")
            each.stdin.flush()
        each.kill()
    assert status == 0
    assert killed >= 12
    assert box.install() == ""
    assert box.whole()
    assert not box.places.incoming.exists()


def test_the_floor_is_the_newest_that_the_box_has_had(tmp_path: Path) -> None:
    from appliance import __version__

    places = UpdatePlaces(tmp_path, tmp_path)
    for kept, floor in (("", __version__), ("99.0.0\n", "99.0.0"), ("0.0.0\n", __version__), ("x" * 200, __version__)):
        places.newest.write_text(kept)
        assert places.floor() == floor
