"""`moodbox status`: the box's state in lines of words."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.cli.quiet import quiet_words
from appliance.domain.moods import Verdict
from appliance.domain.status import CatalogueStatus, QuietStatus, Status
from appliance.lib.text import plural, printable, time_of_day


def status_lines(status: Status) -> Iterator[str]:
    """What the box sees, decides and plays, one line each, and a line for each problem."""
    vision, player = status.vision, status.player
    yield f"mood      {_mood(status)}"
    yield f"override  {status.override}, policy {status.policy}"
    yield f"playing   {printable(player.title or player.file or player.state)}"
    if player.why:
        yield f"why       {player.emotion}: {player.why}"
    for song in player.queue:
        why = f": {song.why}" if song.why else ""
        yield f"next      {printable(song.title or song.file)}{why}"
    by_button = " by its button" if vision.switch == "off-by-button" else ""
    yield f"camera    {vision.camera}{by_button}: {vision.problem or vision.source}"
    yield f"seeing    {', '.join(face.emotion for face in vision.faces) or 'nobody'}"
    yield f"model     {vision.model}{' (on trial)' if vision.model_on_trial else ''}"
    if status.quiet != QuietStatus():
        yield f"quiet     {quiet_words(status.quiet)}"
    if status.catalogue:
        yield f"songs     {listening_words(status.catalogue)}"
    for problem in status.problems:
        yield f"problem   {problem}"


def listening_words(catalogue: CatalogueStatus) -> str:
    """How far the box has come with the songs: `3,412 of 10,000 heard, done about 04:10`."""
    songs, heard, broken = catalogue.songs, catalogue.heard, catalogue.broken
    words = f"{heard:,} of {songs:,} heard"
    if broken:
        words += f", {broken:,} cannot be"
    if heard + broken >= songs:
        return words
    if catalogue.waiting:
        return f"{words}; waiting: {catalogue.waiting}"
    return f"{words}, done about {time_of_day(catalogue.done_at)}" if catalogue.done_at else words


def _mood(status: Status) -> str:
    """The last judgement: how sure it is and of how many it was made only where it names an emotion."""
    mood, judging = status.mood, ""
    since = f"since {time_of_day(mood.since)}"
    if mood.mood == Verdict.NOBODY:
        return f"{mood.mood} {since}"
    if mood.mood == Verdict.UNSURE:
        judging = f", to be judged at {time_of_day(status.next_judgement)}" if status.next_judgement else ""
        return f"{mood.mood} {since}{judging}"
    people = f", {plural(mood.people, 'person', 'people')}" if mood.people else ""
    return f"{mood.mood} ({mood.confidence:.0%}) {since}{people}"
