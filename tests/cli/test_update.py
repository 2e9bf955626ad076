"""`moodbox update`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from appliance import __version__
from appliance.cli import update
from appliance.cli.main import main
from appliance.releases.keeper import Run, UpdateKeeper
from appliance.releases.places import FOLDER, UpdatePlaces
from appliance.releases.wish import WISH
from tests.releases.loopback import Loopback, loopback
from tests.releases.made import release, trusted

Moodbox = Callable[..., tuple[int, str, str]]
FILE = "moodbox-9.0.0.release"


class House:
    """The folders of an installed box, and a stand-in for the path unit that has its wishes carried out."""

    def __init__(self, folder: Path, places: UpdatePlaces) -> None:
        self.folder, self.places = folder, places
        self.state, self.run_dir = folder / "state", folder / "run"
        self.state.mkdir()
        (self.run_dir / FOLDER).mkdir(parents=True)
        self.settings = folder / "moodbox.toml"
        self.set_index("")
        self.release = folder / FILE
        self.release.write_bytes(release())

    def set_index(self, url: str) -> None:
        paths = f'[paths]\nstate = "{self.state}"\nrun = "{self.run_dir}"\n'
        self.settings.write_text(f'{paths}[updates]\nindex = "{url}"\n[box]\nlanguage = "en"\n')

    def unit(self, run: Run) -> threading.Thread:
        """What systemd starts once there is a wish."""
        ended = threading.Event()

        def watch() -> None:
            wish = self.run_dir / FOLDER / WISH
            while not wish.exists():
                if ended.wait(0.02):
                    return
            UpdateKeeper(self.state / FOLDER, self.places, run).carry_out(wish)

        thread = threading.Thread(target=watch)
        thread.start()
        return thread


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    places = trusted(tmp_path)
    monkeypatch.setattr(update, "PLACES", places)
    return House(tmp_path, places)


@pytest.fixture
def moodbox(house: House, capsys: pytest.CaptureFixture[str]) -> Moodbox:
    def run(*arguments: str | Path) -> tuple[int, str, str]:
        status = main(["--settings", str(house.settings), "update", *map(str, arguments)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def web() -> Iterator[Loopback]:
    with loopback() as served:
        served.offer(FILE, release())
        yield served


def taken(_: Sequence[str], said: Callable[[str], None]) -> int:
    said("On trial")
    return 0


def not_taken(_: Sequence[str], said: Callable[[str], None]) -> int:
    said("moodbox: the update was not taken: it did not play")
    return 1


def test_a_file_is_verified_handed_over_and_followed_to_the_end(house: House, moodbox: Moodbox) -> None:
    unit = house.unit(taken)
    status, said, _ = moodbox(house.release)
    unit.join()
    assert (status, said.splitlines()[0]) == (0, f"{FILE} is Moodbox 9.0.0, signed by maker.")
    assert said.splitlines()[-1] == "Moodbox 9.0.0 runs."


def test_one_that_is_taken_back_says_why(house: House, moodbox: Moodbox) -> None:
    unit = house.unit(not_taken)
    status, _, said = moodbox(house.release)
    unit.join()
    assert (status, said) == (1, "moodbox: the update was not taken: it did not play\n")


def test_the_latest_of_the_index_is_fetched_and_installed(house: House, moodbox: Moodbox, web: Loopback) -> None:
    house.set_index(f"{web.url}/index.json")
    unit = house.unit(taken)
    status, said, _ = moodbox("latest")
    unit.join()
    assert (status, said.splitlines()[-1]) == (0, "Moodbox 9.0.0 runs.")


def test_one_at_an_address_may_be_looked_at_first(house: House, moodbox: Moodbox, web: Loopback) -> None:
    status, said, _ = moodbox("--check", f"{web.url}/{FILE}")
    assert (status, said) == (0, f"{FILE} is Moodbox 9.0.0, signed by maker.\n")
    assert (house.state / FOLDER / FILE).read_bytes() == release()
    assert not (house.run_dir / FOLDER / WISH).exists()


def test_alone_it_says_what_is_in_force_and_on_offer(house: House, moodbox: Moodbox, web: Loopback) -> None:
    status, said, _ = moodbox()
    assert (status, said.splitlines()[0]) == (0, f"Moodbox {__version__} is in force.")
    assert "nobody is asked" in said
    assert web.asked == []
    (house.places.opt / "refused").write_text("8.0.0: it did not play\n")
    house.set_index(f"{web.url}/index.json")
    said = moodbox()[1]
    assert "The last update was not taken: 8.0.0: it did not play" in said
    assert "The index offers Moodbox 9.0.0 (0.2 MB), signed by maker:\n\n- It sings.\n" in said
    web.files["/index.json"] = b'{"moodbox_releases":1,"releases":[]}'
    assert moodbox()[1].endswith("The index offers nothing newer.\n")
    assert moodbox("latest") == (1, "", f"moodbox: the index offers nothing newer than {__version__}\n")
    web.files.clear()
    status, _, wrong = moodbox()
    assert (status, "127.0.0.1 has no such file" in wrong) == (1, True)


@pytest.mark.needs("root")
def test_an_older_one_is_roots_to_allow(house: House, moodbox: Moodbox) -> None:
    house.places.newest.write_text("9.1.0\n")
    status, _, said = moodbox(house.release)
    assert (status, "is older than 9.1.0" in said) == (1, True)
    unit = house.unit(taken)
    assert moodbox("--older", house.release)[0] == 0
    unit.join()


def test_what_cannot_be_is_told_in_one_line(house: House, moodbox: Moodbox, tmp_path: Path) -> None:
    wrong = {
        tmp_path / "not-there": "cannot be read (No such file or directory); name a release file or an address",
        tmp_path: "cannot be read (Is a directory)",
        house.settings: "not a release of Moodbox",
        Path("latest"): "the settings name no index of releases",
    }
    for what, words in wrong.items():
        status, _, said = moodbox(what)
        assert (status, words in said, said.count("\n")) == (1, True, 1)
    (house.run_dir / FOLDER).rmdir()
    status, _, said = moodbox(house.release)
    assert (status, "only a Moodbox installed for good is updated so" in said) == (1, True)


def test_a_unit_that_does_not_begin_is_told(house: House, moodbox: Moodbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update, "BEGUN", 0.1)
    status, _, said = moodbox(house.release)
    assert (status, "systemctl status moodbox-update" in said) == (1, True)
