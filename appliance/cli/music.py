"""`moodbox music`: what the running box makes of the songs."""

from __future__ import annotations

import argparse
import json
from typing import Any

from appliance.cli.commands import Family, socket_of
from appliance.cli.status import listening_words
from appliance.control.client import ask, ask_status
from appliance.control.messages import AskClusters, AskLike, AskPath, AskPlace, AskWhy, Request
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.sounding import Sounding
from appliance.errors import MoodboxError
from appliance.lib.text import printable_line
from appliance.words.english import mood_word, sounding_in_words
from appliance.words.retelling import retold
from appliance.words.speaking import t, tn


def _because(code: str) -> str:
    words = {
        "folder": t("it lies in that folder"),
        "your word": t("you said so"),
        "its sound, clearly": t("it sounds so, clearly"),
        "its place": t("that is the nearest to where it sounds to lie, which is not clear"),
        "nothing": t("nothing is known of its sound yet"),
    }
    return words[code]


def declare_music(commands: Family) -> Family:
    """Add `moodbox music`; returns its commands, for those that stand elsewhere."""
    parser = commands.add(
        "music",
        t("what the box makes of the songs"),
        "moodbox music status",
        'moodbox music like "library/a song.flac"',
    )
    family = Family(parser)
    status = family.add("status", t("how many songs have been listened to"), "moodbox music status")
    status.set_defaults(do=_status)
    why = family.add("why", t("for which mood a song plays, and why"), 'moodbox music why "library/a song.flac"')
    why.set_defaults(do=_why)
    like = family.add("like", t("songs that sound like this one"), 'moodbox music like "library/a song.flac"')
    like.set_defaults(do=_like)
    like.add_argument("--count", type=int, default=10, metavar="N", help=t("so many of them; 10 unless given"))
    place = family.add("place", t("say for which mood a song plays"), 'moodbox music place "library/a song.flac" sad')
    place.set_defaults(do=_place)
    path = family.add(
        "path",
        t("a journey from one mood or song to another"),
        "moodbox music path sad happy",
        'moodbox music path "library/a song.flac" happy',
    )
    path.set_defaults(do=_path)
    for end in ("FROM", "TO"):
        path.add_argument(
            end.lower(), metavar=end, help=t("an emotion, or a song as MPD calls it, or a part of its name")
        )
    clusters = family.add("clusters", t("the groups of songs that sound alike"), "moodbox music clusters")
    clusters.set_defaults(do=_clusters)
    for command in (why, like, place):
        command.add_argument("file", metavar="FILE", help=t("the song as MPD calls it, or a part of its name"))
    place.add_argument("emotion", choices=EMOTIONS, metavar="EMOTION", help=", ".join(EMOTIONS))
    for command in (why, like, path, clusters):
        command.add_argument("--json", action="store_true", help=t("as JSON"))
    return family


def _ask(options: argparse.Namespace, request: Request) -> dict[str, Any]:
    return ask(socket_of(options), request, timeout=30.0)


def _status(options: argparse.Namespace) -> None:
    catalogue = ask_status(socket_of(options)).catalogue
    if catalogue is None:
        raise MoodboxError("the box is still starting; ask again in a moment")
    print(f"{listening_words(catalogue)}{t('.')}")


def _why(options: argparse.Namespace) -> None:
    song = _ask(options, AskWhy(options.file))
    if options.json:
        print(json.dumps(song, indent=2))
        return
    for line in _why_lines(song):
        print(line)


def _why_lines(song: dict[str, Any]) -> list[str]:
    name = song["title"] or song["artist"]
    if song["title"] and song["artist"]:
        name = t("{title} by {artist}", title=song["title"], artist=song["artist"])
    lines = [printable_line(f"{song['file']}{f' ({name})' if name else ''}")]
    if song["problem"]:
        lines.append(t("cannot be listened to: it {problem}", problem=retold(song["problem"])))
    elif not song["heard"]:
        lines.append(t("has not been listened to yet"))
    if song["emotion"]:
        lines.append(t("plays for {mood}: {why}", mood=mood_word(song["emotion"]), why=_because(song["because"])))
    if song["heard"]:
        sounds = Sounding(bpm=song["tempo"], mode=song["mode"], traits=tuple(song["traits"]))
        lines.append(t("sounds: {what}", what=sounding_in_words(sounds)))
        place = {"valence": f"{song['valence']:+.2f}", "arousal": f"{song['arousal']:+.2f}"}
        lines.append(t("valence {valence}, arousal {arousal} (-1 to 1)", **place))
    return lines


def _like(options: argparse.Namespace) -> None:
    answer = _ask(options, AskLike(options.file, max(1, options.count)))
    if options.json:
        print(json.dumps(answer, indent=2))
        return
    print(printable_line(t("Songs that sound like {file}:", file=answer["file"])))
    for song in answer["like"]:
        print(printable_line(f"{song['cosine']:6.2f}  {song['file']}"))


def _place(options: argparse.Namespace) -> None:
    song, emotion = _ask(options, AskWhy(options.file)), Emotion(options.emotion)
    _ask(options, AskPlace(song["file"], emotion))
    print(printable_line(t("{file} plays for {mood}.", file=song["file"], mood=mood_word(emotion))))


def _path(options: argparse.Namespace) -> None:
    songs = _ask(options, AskPath(vars(options)["from"], options.to))["songs"]
    if options.json:
        print(json.dumps(songs, indent=2))
        return
    for number, song in enumerate(songs, 1):
        print(printable_line(f"{number:2}  {song['valence']:+.2f} {song['arousal']:+.2f}  {song['file']}"))
        print(printable_line(f"      {song['why']}"))


def _clusters(options: argparse.Namespace) -> None:
    groups = _ask(options, AskClusters())["clusters"]
    if options.json:
        print(json.dumps(groups, indent=2))
        return
    if not groups:
        print(t("No songs have been listened to yet."))
    for group in groups:
        songs = tn("{count} song", "{count} songs", group["songs"])
        words = t("{group}: {songs}, such as {file}", group=group["name"], songs=songs, file=group["examples"][0])
        print(printable_line(words))
