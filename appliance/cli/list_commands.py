"""What `moodbox lists` and its commands do."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from appliance.control.client import ask
from appliance.control.messages import SOCKET, AskSongs, NotRunning, RequestRefused
from appliance.domain.emotions import Emotion
from appliance.lib.privileges import become_owner
from appliance.lib.text import printable_line
from appliance.lists.errors import ListError
from appliance.lists.known_songs import known_songs
from appliance.lists.matching import Matcher
from appliance.lists.playlist_file import matched_files, remove_playlist
from appliance.lists.refresh import Refreshed, Sources, name_of, refresh_list
from appliance.lists.sources import sources_of, spotify_of
from appliance.lists.spotify_address import REDIRECT
from appliance.lists.store import ListStore, SongList, is_address
from appliance.lists.tokens import keep_listenbrainz_token
from appliance.settings.last_good import load_or_last_good
from appliance.settings.settings import Settings
from appliance.words.english import mood_word
from appliance.words.numbers import listed
from appliance.words.retelling import retold
from appliance.words.speaking import t, tn

_SHOWN = 20
"""New songs that are named after a refresh; of more the number is enough."""


def _opened(options: argparse.Namespace) -> tuple[Settings, ListStore]:
    """The settings and the store; from here on as the user whom the box's state belongs to."""
    settings, _ = load_or_last_good(options.settings)
    if settings.state_dir.exists():
        become_owner(settings.state_dir)
    return settings, ListStore(settings.lists_dir)


def _show_all(options: argparse.Namespace) -> int:
    settings, store = _opened(options)
    lists = store.all()
    matcher = Matcher(known_songs(settings)) if lists else Matcher(())
    shown = [_described(kept, matcher) for kept in lists]
    if options.json:
        print(json.dumps({"lists": shown}, indent=2, ensure_ascii=False))
        return 0
    if not shown:
        print(t("There are no lists yet; add one: moodbox lists add FILE|URL"))
    for each in shown:
        print(printable_line(_line(each)))
        if each["problem"]:
            print(f"    {printable_line(retold(each['problem']))}")
    return 0


def _described(kept: SongList, matcher: Matcher) -> dict[str, Any]:
    return {
        "list": kept.key,
        "name": kept.name,
        "source": kept.source,
        "emotion": kept.emotion,
        "songs": len(kept.entries),
        "here": len(matched_files(kept, matcher)),
        "refreshed": kept.refreshed or None,
        "problem": kept.problem or None,
    }


def _line(described: dict[str, Any]) -> str:
    parts = [
        tn("{count} song", "{count} songs", described["songs"]),
        t("{count} on this box", count=described["here"]),
        t("read {date}", date=described["refreshed"][:10]) if described["refreshed"] else t("not read yet"),
        t("plays for {mood}", mood=mood_word(described["emotion"])) if described["emotion"] else "",
    ]
    return f"{described['list']}: {described['name']} – {listed([each for each in parts if each])}"


def _show(options: argparse.Namespace) -> int:
    settings, store = _opened(options)
    kept = store.get(options.list)
    matcher = Matcher(known_songs(settings))
    if options.json:
        songs = [
            {
                **msgspec.to_builtins(entry.song),
                "since": entry.since,
                "gone": entry.gone,
                "here": matcher.match(entry.song),
            }
            for entry in kept.entries
        ]
        print(json.dumps({**_described(kept, matcher), "entries": songs}, indent=2, ensure_ascii=False))
        return 0
    print(printable_line(_line(_described(kept, matcher))))
    for entry in kept.entries:
        found = matcher.match(entry.song)
        print(printable_line(f"  {entry.song.text}: {found or t('not on this box')}"))
    return 0


def _add(options: argparse.Namespace) -> int:
    source = options.source if is_address(options.source) else str(Path(options.source).absolute())
    # a file that only its owner may read is read before this becomes the box's user
    read = None if is_address(source) else Sources.read_file(source)
    settings, store = _opened(options)
    kept = store.add(options.name or name_of(source), source, Emotion(options.emotion) if options.emotion else None)
    found = read or sources_of(settings).read(source)
    kept = msgspec.structs.replace(kept, name=options.name or found.name or kept.name)
    refreshed = refresh_list(store, kept, lambda _: found, Matcher(known_songs(settings)), settings.songs_dir, _now())
    _tell(refreshed)
    _tell_box(settings, refreshed)
    if not is_address(source) and not Path(source).exists():
        print(
            t(
                "The box itself may not look into {folder}: read the list again by hand, or put it elsewhere.",
                folder=Path(source).parent,
            )
        )
    return 0


def _refresh(options: argparse.Namespace) -> int:
    settings, store = _opened(options)
    lists = [store.get(key) for key in options.lists] or store.all()
    if not lists:
        print(t("There are no lists yet; add one: moodbox lists add FILE|URL"))
    matcher, sources, failed = Matcher(known_songs(settings)), sources_of(settings), 0
    for kept in lists:
        refreshed = refresh_list(store, kept, sources.read, matcher, settings.songs_dir, _now())
        if refreshed.kept.problem:
            print(f"moodbox: {kept.key}: {printable_line(retold(refreshed.kept.problem))}", file=sys.stderr)
            failed += 1
        else:
            _tell(refreshed)
            _tell_box(settings, refreshed)
    return 1 if failed else 0


def _tell(refreshed: Refreshed) -> None:
    kept, new = refreshed.kept, refreshed.new
    counts = [tn("{count} new song", "{count} new songs", len(new)), t("{count} on this box", count=refreshed.here)]
    print(printable_line(f"{kept.key}: {kept.name} – {listed(counts)}"))
    for entry in new[:_SHOWN]:
        print(printable_line(f"  + {entry.text}"))
    if len(new) > _SHOWN:
        more = t("and {count} more; all of them: moodbox lists show {list}", count=len(new) - _SHOWN, list=kept.key)
        print(f"  {more}")


def _tell_box(settings: Settings, refreshed: Refreshed) -> None:
    if refreshed.changed and refreshed.kept.emotion:
        try:
            ask(settings.run_dir / SOCKET, AskSongs(refreshed.kept.emotion))
        except (NotRunning, RequestRefused):
            return  # it finds the playlist by itself, a little later


def _remove(options: argparse.Namespace) -> int:
    settings, store = _opened(options)
    kept = store.get(options.list)
    store.remove(kept)
    changed = remove_playlist(settings.songs_dir, kept)
    forgotten = t("{list}: {name} is forgotten; no song was deleted", list=kept.key, name=kept.name)
    print(printable_line(forgotten))
    _tell_box(settings, Refreshed(kept, changed=changed))
    return 0


def _sign_in(options: argparse.Namespace) -> int:
    settings, _ = _opened(options)
    {"spotify": _sign_in_to_spotify, "listenbrainz": _sign_in_to_listenbrainz}[options.service](settings, input)
    return 0


def _sign_in_to_spotify(settings: Settings, answer: Callable[[str], str]) -> None:
    spotify = spotify_of(settings)
    print(f"{t('Open this address on any device and agree:')}\n\n  {spotify.sign_in_address()}\n")
    words = t(
        "The browser then shows an error at an address that begins with {address}: copy that address here.",
        address=REDIRECT,
    )
    print(words)
    spotify.sign_in(_typed(answer, t("Address: ")))
    print(t("The box may read your playlists at Spotify now."))


def _sign_in_to_listenbrainz(settings: Settings, answer: Callable[[str], str]) -> None:
    print(t("Your user token is shown at https://listenbrainz.org/settings; an empty one is forgotten."))
    token = _typed(answer, t("Token: "))
    keep_listenbrainz_token(settings.lists_dir, token)
    print(
        t("The box may read your private playlists at ListenBrainz now.")
        if token.strip()
        else t("The token is forgotten.")
    )


def _typed(answer: Callable[[str], str], prompt: str) -> str:
    try:
        return answer(prompt)
    except EOFError as error:
        raise ListError("nothing was typed; try again at a terminal") from error


def _now() -> datetime:
    return datetime.now().astimezone()


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "all": _show_all,
    "show": _show,
    "add": _add,
    "refresh": _refresh,
    "remove": _remove,
    "sign_in": _sign_in,
}
"""By the name that `appliance.cli.lists` gives each."""
