"""`moodbox fleet` as it is typed, over a real sshd."""

import io
import json
import os
import signal
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.backup.opening import open_backup
from appliance.model import bundle
from appliance.model.store import ModelStore
from appliance.settings.settings import load_settings
from tests.backup.card import PASSPHRASE, Card
from tests.fleet.fleets import TypedFleet
from tests.model import tiny
from tests.ssh_box import new_key, ssh_box
from tests.statuses import a_status, changed

STATUS = msgspec.json.encode(changed(a_status(), problems=("camera: gone",))).decode()


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[TypedFleet]:
    with ssh_box(tmp_path / "box", shell=True) as box:  # noqa: S604 - the one that sshd starts
        yield TypedFleet(box, tmp_path / "school.toml")


def says(status: str) -> str:
    return f"cat <<'END'\n{status}\nEND"


def test_every_box_is_asked_and_the_answers_stand_in_one_report(fleet: TypedFleet) -> None:
    fleet.add("hall", says(STATUS))
    fleet.add("gym", "echo 'moodbox: no running Moodbox at /run/moodbox/control.sock' >&2; exit 1")
    fleet.add("old", says('{"mood": "happy"}'))
    fleet.add("bare", 'exec moodbox-of-another-name "$@"')
    fleet.add("away", says(STATUS), host="no-such-box.invalid")
    fleet.write()
    status, said = fleet.typed("status")
    assert status == 1
    assert "hall  done: Moodbox 0.1.0; unsure; plays A Song; camera starting; edge 1.0.0; problem: camera: gone" in said
    assert "gym   failed: no running Moodbox at /run/moodbox/control.sock" in said
    assert "old   failed: what it answers is no status of a Moodbox" in said
    assert "bare  failed: " in said
    assert "name how Moodbox is called on the box" in said
    assert "away  unreachable: there is no machine of this name in the network" in said
    assert "unreachable: 1 box: away" in said
    report = fleet.reported("status")
    assert report["boxes"][0]["facts"]["status"] == json.loads(STATUS)
    assert report["counts"]["failed"] == 3


def test_a_box_that_hangs_keeps_no_other_waiting_for_ever(fleet: TypedFleet) -> None:
    fleet.add("slow", "exec sleep 30")
    fleet.add("slower", "exec sleep 30")
    fleet.write(fleet="together = 1", limits="status = 1")
    status, said = fleet.typed("status")
    assert status == 1
    assert "slow    failed: no answer within 1 s" in said
    assert "slower  failed: no answer within 1 s" in said


def test_a_host_key_that_changed_is_told_with_what_to_do(fleet: TypedFleet) -> None:
    fleet.add("hall", says(STATUS))
    fleet.write()
    stranger = new_key(fleet.box.folder / "stranger").with_suffix(".pub").read_text()
    known = fleet.box.folder / "known_hosts"
    known.write_text(f"[127.0.0.1]:{fleet.box.port} {stranger}")
    assert "hall  unreachable: its host key has changed: " in (said := fleet.typed("status")[1])
    assert "ssh-keygen -R hall" in said
    known.write_text("")
    assert "hall  unreachable: its host key is not known here; log in once by hand" in fleet.typed("status")[1]


def test_a_key_that_may_not_log_in_and_a_closed_port_are_told(fleet: TypedFleet) -> None:
    fleet.add("hall", says(STATUS))
    fleet.add("gym", says(STATUS), more="port = 1")
    fleet.write()
    (fleet.box.folder / "authorized_keys").write_text("")
    said = fleet.typed("status")[1]
    assert "hall  unreachable: it does not let this key log in" in said
    assert "gym   unreachable: nothing listens there for SSH" in said


def test_settings_reach_every_box_and_a_refusal_ends_the_run(fleet: TypedFleet) -> None:
    for name in ("hall", "gym"):
        fleet.add(name)
        state = fleet.box.folder / name
        (fleet.box.folder / f"{name}.toml").write_text(f'[paths]\nstate = "{state}"\nrun = "{state}"\n# mine\n')
    fleet.lines += ["[box.settings.box]", 'language = "de"']
    fleet.add("old", "echo \"moodbox: error: argument COMMAND: invalid choice: 'settings'\" >&2; exit 2")
    fleet.add("last")
    settings = '[settings.music]\nfade = 4.5\n[settings.quiet]\nhours = "22:30-07:00"'
    fleet.write(settings, fleet="stages = [2, 1, 1]")
    status, said = fleet.typed("settings")
    assert status == 1
    assert "old   failed: its Moodbox does not know this command yet; update it first" in said
    assert "not begun: 1 box: last" in said
    hall, gym = (fleet.box.folder / f"{name}.toml" for name in ("hall", "gym"))
    assert load_settings(hall).music.fade == load_settings(gym).music.fade == 4.5
    assert load_settings(gym).quiet.hours == "22:30-07:00"
    assert (load_settings(hall).box.language, load_settings(gym).box.language) == ("auto", "de")
    assert "# mine" in hall.read_text()


def test_an_interrupted_run_goes_on_where_it_was(fleet: TypedFleet) -> None:
    begun = fleet.box.folder / "begun"
    for name in ("one", "two", "three"):
        fleet.add(name, f"echo {name} >>{begun}\n[ {name} = one ] || [ -e {begun}.free ] || exec sleep 600")
    fleet.write("[settings.music]\nfade = 4")
    command = fleet.begin("settings")
    deadline = time.monotonic() + 120
    while not begun.exists() or "two" not in begun.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(command.pid, signal.SIGINT)
    assert command.wait(120) == 130
    Path(f"{begun}.free").touch()
    begun.write_text("")
    assert fleet.results("settings") == {"one": "done before", "two": "done", "three": "done"}
    assert sorted(begun.read_text().split()) == ["three", "two"]


def test_backups_are_fetched_whole_and_kept_for_the_owner_alone(fleet: TypedFleet, tmp_path: Path) -> None:
    card = Card(tmp_path / "card").fill()
    (fleet.box.folder / "hall.toml").write_text(card.file.read_text())
    fleet.add("hall")
    fleet.add("chatty", "echo welcome; exit 0")
    fleet.write(fleet='stages = ["all"]\ntogether = 1')
    secret, kept = tmp_path / "secret.txt", tmp_path / "kept"
    secret.write_text(f"{PASSPHRASE}\n")
    kept.mkdir()
    status, said = fleet.typed("backup", "--to", str(kept), "--passphrase-file", str(secret))
    assert status == 1
    assert "chatty  failed: " in said
    (file,) = kept.iterdir()
    assert file.name.startswith("hall-")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    settings = load_settings(card.file)
    assert open_backup(io.BytesIO(file.read_bytes()), PASSPHRASE, settings, card.file)[0].machine
    assert not list(Path("/var/tmp").glob("moodbox-fleet.*/box.moodbackup"))


def test_a_release_is_sent_whole_and_a_failed_trial_ends_the_run(fleet: TypedFleet, tmp_path: Path) -> None:
    got = fleet.box.folder / "got"
    fleet.add("hall", f'[ "$1" = update ] && cp "$2" {got} && echo "Moodbox 0.2.0 runs."')
    fleet.add("gym", "cat >/dev/null; echo 'moodbox: it did not play; 0.1.0 is back' >&2; exit 1")
    fleet.add("last", "exit 9")
    fleet.write(fleet="stages = [1, 1, 1]")
    release = tmp_path / "moodbox-0.2.0.release"
    release.write_bytes(os.urandom(3_000_000))
    status, said = fleet.typed("update", str(release))
    assert status == 1
    assert "hall  done: Moodbox 0.2.0 runs." in said
    assert "gym   failed: it did not play; 0.1.0 is back" in said
    assert "stopped in stage 2: it failed on gym" in said
    assert got.read_bytes() == release.read_bytes()


def test_a_release_from_an_address_is_fetched_by_each_box_itself(fleet: TypedFleet) -> None:
    fleet.add("hall", 'echo "asked for $2"')
    fleet.write()
    assert "hall  done: asked for latest" in fleet.typed("update", "latest")[1]
    address = "https://example.org/moodbox-0.2.0.release"
    assert f"hall  done: asked for {address}" in fleet.typed("update", address)[1]


def test_a_model_that_is_in_force_is_not_pushed_again(fleet: TypedFleet) -> None:
    data = tiny.make("1.0.0")
    store = installed(fleet, data)
    store.commit(store.current().sha256)
    fleet.add("hall")
    fleet.write()
    status, said = push(fleet, data)
    assert status == 0, said
    assert "hall  done: it is in force there already" in said


def test_a_model_on_trial_is_waited_for_and_its_failure_ends_the_run(
    fleet: TypedFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.fleet.jobs._POLLS", 1000)
    data = tiny.make("1.0.0")
    store = installed(fleet, data)
    fleet.add("hall")
    fleet.add("gym")
    fleet.write(limits="status = 200\ntrial = 200")
    asked = fleet.box.folder / "asked"

    def fail() -> None:
        while not asked.exists() or asked.read_text().count("list") < 2:  # the first answer was that it is on trial
            time.sleep(0.1)
        store.fail(store.current().sha256, "it was too slow")

    failing = threading.Thread(target=fail, daemon=True)
    failing.start()
    status, said = push(fleet, data)
    assert status == 1
    assert "hall  failed: its trial failed: it was too slow" in said
    assert "not begun: 1 box: gym" in said


def test_a_model_that_nobody_is_seen_through_stays_on_trial(fleet: TypedFleet) -> None:
    data = tiny.make("1.0.0")
    installed(fleet, data)
    fleet.add("hall")
    fleet.write(limits="status = 200\ntrial = 1")
    status, said = push(fleet, data)
    assert status == 1
    assert "hall  on trial: it is still on trial: it has not seen enough faces yet" in said


def test_a_model_that_no_box_trusts_goes_no_further_than_the_first(fleet: TypedFleet) -> None:
    fleet.add("hall")
    fleet.add("gym")
    fleet.write()
    status, said = push(fleet, tiny.make("1.0.0"), new_key(fleet.box.folder / "stranger"))
    assert status == 1
    assert "hall  failed: no signature by a signer listed in" in said
    assert "not begun: 1 box: gym" in said


@pytest.mark.slow
def test_a_model_is_pushed_tried_and_proves_itself(fleet: TypedFleet) -> None:
    fleet.add("hall")
    fleet.write(limits="status = 200\ntrial = 200")
    store = ModelStore(fleet.box.folder / "state" / "models", fleet.box.store.shipped)

    def prove() -> None:
        while not store.trial():
            time.sleep(0.2)
        store.commit(store.current().sha256)

    proving = threading.Thread(target=prove, daemon=True)
    proving.start()
    status, said = push(fleet, tiny.make("1.0.0"))
    assert status == 0, said
    assert "hall  done: it has proved itself there" in said
    proving.join(60)


def installed(fleet: TypedFleet, data: bytes) -> ModelStore:
    """The box's store with a model on trial."""
    store = fleet.box.store
    store.install(data, bundle.parse_bundle(data), "desktop", 0.0, 1.0, "2026-01-01T00:00:00Z")
    return store


def push(fleet: TypedFleet, data: bytes, key: Path | None = None) -> tuple[int, str]:
    file = fleet.box.folder / "new.moodmodel"
    file.write_bytes(data)
    return fleet.typed("push", str(file), "--key", str(key or fleet.box.signer))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["update", "moodbox.zip"], "moodbox.zip: is no release; one is called like moodbox-0.2.0.release"),
        (["update", "moodbox-9.release"], "moodbox-9.release: cannot be read (No such file or directory)"),
        (["push", "no.moodmodel"], "no.moodmodel"),
        (["settings"], "names no settings; add a table such as [settings.music]"),
        (["backup", "--to", "nowhere"], "nowhere: is no folder"),
        (["backup", "--passphrase-file", "none.txt"], "none.txt: the passphrase cannot be read"),
        (["backup"], "the passphrase has 0 characters"),
    ],
)
def test_what_cannot_be_sent_is_told_before_any_box_is_asked(tmp_path: Path, words: list[str], told: str) -> None:
    file = tmp_path / "school.toml"
    file.write_text('[[box]]\nhost = "no-such-box.invalid"\n')
    from appliance.cli.main import main

    with pytest.MonkeyPatch.context() as patch:
        errors, nobody = io.StringIO(), io.StringIO()
        patch.setattr("sys.stderr", errors)
        patch.setattr("sys.stdin", nobody)
        assert main(["fleet", str(file), *words]) == 1
    assert told in errors.getvalue()
    assert not (tmp_path / ".school.toml.run").exists()
