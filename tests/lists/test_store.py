"""The lists that the box keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import Emotion
from appliance.lists.entries import ListEntry
from appliance.lists.errors import ListError, NoSuchList
from appliance.lists.store import ListStore, SongList, appended
from tests.damage import damaged

MONDAY, NEXT = "2026-11-23T03:00:00+00:00", "2026-11-30T03:00:00+00:00"


def entries(*titles: str) -> list[ListEntry]:
    return [ListEntry(title=title, artist="Somebody") for title in titles]


def a_list(store: ListStore, *titles: str, name: str = "Summer") -> SongList:
    kept, _ = appended(store.add(name, f"https://example.org/{name}", Emotion.HAPPY), entries(*titles), MONDAY)
    store.save(kept)
    return kept


def test_a_list_is_kept_over_a_restart(tmp_path: Path) -> None:
    kept = a_list(ListStore(tmp_path / "lists"), "One", "Two")
    assert ListStore(tmp_path / "lists").all() == [kept]
    assert ListStore(tmp_path / "lists").get("summer") == kept


def test_what_is_new_is_added_at_the_end_and_nothing_is_deleted(tmp_path: Path) -> None:
    kept = a_list(ListStore(tmp_path), "One", "Two")
    updated, new = appended(kept, entries("Three", "two"), NEXT)
    assert [entry.title for entry in new] == ["Three"]
    assert [(each.song.title, each.since, each.gone) for each in updated.entries] == [
        ("One", MONDAY, True),
        ("Two", MONDAY, False),
        ("Three", NEXT, False),
    ]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=6))
def test_a_list_only_grows_however_often_it_is_read(readings: list[list[str]]) -> None:
    kept = SongList(key="x", name="x", source="x")
    for titles in readings:
        before = [each.song for each in kept.entries]
        kept, new = appended(kept, entries(*titles), NEXT)
        after = [each.song for each in kept.entries]
        assert after == [*before, *new]
        assert {each.song.title for each in kept.entries if not each.gone} == set(titles)


def test_lists_of_one_name_get_keys_of_their_own(tmp_path: Path) -> None:
    store = ListStore(tmp_path)
    store.save(store.add("Été à Paris!", "a", None))
    store.save(store.add("ete a paris", "b", None))
    store.save(store.add("夏", "c", None))
    store.save(store.add("Spotify", "d", None))
    assert [kept.key for kept in store.all()] == ["ete-a-paris-2", "spotify-2", "ete-a-paris", "list"]


def test_one_source_is_kept_once(tmp_path: Path) -> None:
    store = ListStore(tmp_path)
    a_list(store)
    with pytest.raises(ListError, match="on the box already, as summer"):
        store.add("Another", "https://example.org/Summer", None)


def test_a_list_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    store = ListStore(tmp_path)
    with pytest.raises(NoSuchList, match="no list 'x' yet"):
        store.get("x")
    a_list(store)
    for key in ("winter", "../summer", "", "a" * 300):
        with pytest.raises(NoSuchList, match="there is summer"):
            store.get(key)


def test_a_removed_list_is_gone(tmp_path: Path) -> None:
    store = ListStore(tmp_path)
    store.remove(a_list(store))
    assert store.all() == []


def test_a_damaged_list_is_set_aside_and_the_others_stay(tmp_path: Path) -> None:
    store = ListStore(tmp_path)
    a_list(store, "One")
    other = a_list(store, "Two", name="Winter")
    good = (tmp_path / "summer.json").read_bytes()
    for content in (damaged(good, seed) for seed in range(200)):
        (tmp_path / "summer.json").write_bytes(content)
        found = store.all()
        assert other in found
        assert all(isinstance(kept, SongList) for kept in found)
        if len(found) == 1:
            assert not (tmp_path / "summer.json").exists()
            assert any(file.read_bytes() == content for file in tmp_path.glob("summer.json.broken-*"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "lists").write_text("in the way")
    store = ListStore(tmp_path / "lists")
    assert store.all() == []
    with pytest.raises(ListError, match="cannot be written"):
        store.save(store.add("Summer", "x", None))
