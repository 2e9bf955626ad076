"""Files that cannot be used are moved out of the way whole, and nothing else is."""

from pathlib import Path

from appliance.lib.set_aside import BROKEN, set_aside


def test_the_file_and_its_companions_move_together(tmp_path: Path) -> None:
    for name in ("history.sqlite", "history.sqlite-wal", "history.sqlite.old"):
        (tmp_path / name).write_text(name)
    aside = set_aside(tmp_path / "history.sqlite", ("-wal", "-shm"))
    assert aside.name.startswith(f"history.sqlite{BROKEN}")
    assert aside.read_text() == "history.sqlite"
    assert aside.with_name(f"{aside.name}-wal").read_text() == "history.sqlite-wal"
    assert sorted(path.name for path in tmp_path.iterdir() if BROKEN not in path.name) == ["history.sqlite.old"]


def test_a_link_to_nowhere_is_moved_too(tmp_path: Path) -> None:
    (tmp_path / "state").symlink_to("nowhere")
    assert set_aside(tmp_path / "state").is_symlink()
