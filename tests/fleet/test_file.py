"""A fleet's file: what it may say, and what is said of one that is wrong."""

from pathlib import Path

import pytest

from appliance.fleet.errors import FleetError
from appliance.fleet.file import LARGEST, Fleet, read_fleet

BOX = '[[box]]\nhost = "hall.local"\n'


def read(folder: Path, text: str) -> Fleet:
    file = folder / "school.toml"
    file.write_text(text)
    return read_fleet(file)


def test_a_box_is_a_host_and_the_rest_has_defaults(tmp_path: Path) -> None:
    fleet = read(tmp_path, BOX)
    (box,) = fleet.boxes
    assert (box.name, box.host, box.moodbox, box.sudo) == ("hall.local", "hall.local", "moodbox", "sudo -n")
    assert box.login == ("-oBatchMode=yes",)
    assert box.push_login == ("-oBatchMode=yes", "-l", "moodbox")
    assert (fleet.stages, fleet.together) == ((1, 10, "all"), 8)


def test_what_a_box_says_itself_goes_before_what_the_fleet_says(tmp_path: Path) -> None:
    fleet = read(
        tmp_path,
        '[fleet]\nuser = "pi"\n[settings.music]\nfade = 3\nvolume_cap = 60\n'
        + BOX + 'port = 2222\n[[box]]\nhost = "gym"\nuser = "root"\nsudo = ""\n[box.settings.music]\nvolume_cap = 90\n',
    )  # fmt: skip
    hall, gym = fleet.boxes
    assert hall.login == ("-oBatchMode=yes", "-p", "2222", "-l", "pi")
    assert hall.settings == {"music.fade": 3, "music.volume_cap": 60}
    assert gym.login == ("-oBatchMode=yes", "-l", "root")
    assert gym.settings == {"music.fade": 3, "music.volume_cap": 90}
    assert gym.sudo == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 'it lists no boxes; a box is two lines: [[box]] and host = "kitchen.local"'),
        ('[[box]]\nname = "hall"\n', "a [[box]] has no host; name its address"),
        ('[[box]\nhost = "hall"\n', "not valid TOML"),
        (f"[fleet]\nstage = 1\n{BOX}", "[fleet] has no key 'stage'; it may have user, push_user"),
        (f"{BOX}prt = 22\n", "a [[box]] has no key 'prt'; it may have host, name, port"),
        (f"[boxes]\n{BOX}", "the file has no key 'boxes'; it may have fleet, time_limits, settings, box"),
        (f"[fleet]\nstages = [0]\n{BOX}", "fleet.stages[0] is wrong: expected a whole number of at least 1"),
        (f'[fleet]\nstages = "all"\n{BOX}', "(at line 2: stages = \"all\")"),
        (f"{BOX}port = 70000\n", "port of a [[box]] is wrong: expected a whole number of at most 65535 (at line 3"),
        ('[[box]]\nhost = "-oProxyCommand=x"\n', "it must be one word, and not begin with a hyphen"),
        (f'{BOX}user = "a b"\n', "user is 'a b'; it must be one word"),
        (f'{BOX}name = "../hall"\n', "name is '../hall'; it may have letters, digits, - and _"),
        (BOX + '[[box]]\nhost = "gym"\nname = "hall.local"\n', "two boxes are called 'hall.local'"),
        (BOX + '[[box]]\nhost = "hall.local"\nname = "b"\n', "the box at hall.local is listed twice"),
        (f"[settings.music]\nfad = 3\n{BOX}", "settings: music.fad is no setting of a box (at line 2: fad = 3)"),
        (f'[settings.music]\nfade = "3"\n{BOX}', "music.fade is '3'; it must be a number from 0 to 10"),
        (f'[settings.paths]\nstate = "/"\n{BOX}', "paths.state is changed on the box alone, in its file"),
        (BOX + "[box.settings.music]\nvolume_floor = 90\nvolume_cap = 10\n", "settings of the box hall.local: music."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_what_would_be_right(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(FleetError) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path}/school.toml: ")
    assert words in str(error.value)


def test_a_file_that_is_no_text_or_is_missing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "school.toml"
    with pytest.raises(FleetError, match=r"cannot be read .No such file"):
        read_fleet(file)
    with pytest.raises(FleetError, match=r"cannot be read .Is a directory"):
        read_fleet(tmp_path)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(FleetError, match="byte 0 is not UTF-8"):
        read_fleet(file)
    file.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(FleetError, match="so it is no list of boxes"):
        read_fleet(file)
