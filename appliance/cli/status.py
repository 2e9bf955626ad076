"""`moodbox status`: the box's state in lines of words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from appliance.cli.quiet import quiet_words
from appliance.domain.moods import Verdict
from appliance.domain.reasons import Reason
from appliance.domain.status import AUTO, CatalogueStatus, FollowStatus, QuietStatus, Status
from appliance.lib.text import columns_of, padded, printable, time_of_day
from appliance.words.english import camera_words, mood_word, reason_in_words, song_in_words
from appliance.words.numbers import whole
from appliance.words.retelling import retold
from appliance.words.speaking import t, tn

_WIDE = 8  # columns of the names before each fact


def status_lines(status: Status) -> Iterator[str]:
    """What the box sees, decides and plays, one line each, and a line for each problem."""
    lines = list(_facts(status))
    wide = max(_WIDE, *(columns_of(name) for name, _ in lines))
    return (f"{padded(name, wide)}  {printable(text)}" for name, text in lines)


def _facts(status: Status) -> Iterator[tuple[str, str]]:
    vision, player = status.vision, status.player
    state = {"play": t("play"), "pause": t("pause"), "stop": t("stop"), "lost": t("lost")}
    chosen = t("auto") if status.override == AUTO else mood_word(status.override)
    yield t("mood"), _mood(status)
    yield t("override"), t("{mood}, policy {policy}", mood=chosen, policy=t(status.policy))
    yield t("playing"), player.title or player.file or state.get(player.state, player.state)
    if player.emotion and (why := said(player.reason, player.why, reason_in_words)):
        yield t("why"), f"{mood_word(player.emotion)}: {why}"
    for song in player.queue:
        why = said(song.reason, song.why, song_in_words)
        yield t("next"), f"{song.title or song.file}{f': {why}' if why else ''}"
    if status.follow:
        yield t("follows"), follow_words(status.follow)
    yield t("camera"), f"{camera_words(vision)}: {retold(vision.problem or vision.source or '')}"
    yield t("seeing"), ", ".join(mood_word(face.emotion) for face in vision.faces) or t("nobody")
    yield t("model"), t("{model} (on trial)", model=vision.model) if vision.model_on_trial else str(vision.model)
    if status.quiet != QuietStatus():
        yield t("quiet"), quiet_words(status.quiet)
    if status.catalogue:
        yield t("songs"), listening_words(status.catalogue)
    for problem in status.problems:
        yield t("problem"), retold(problem)


def follow_words(follow: FollowStatus) -> str:
    """Which box's music is heard here: `kitchen (192.168.1.7)`."""
    if follow.address is None:
        return t("{name}, which is away", name=follow.box)
    words = {"name": follow.box, "address": follow.address}
    return t("{name} ({address})", **words) if follow.playing else t("{name} ({address}), silent here", **words)


def said(reason: Reason | None, english: str | None, in_words: Callable[[Reason], str]) -> str:
    """Why a song plays, in the reader's language; in English if the reason itself is not known."""
    return in_words(reason) if reason else english or ""


def listening_words(catalogue: CatalogueStatus) -> str:
    """How far the box has come with the songs: `3,412 of 10,000 heard, done about 04:10`."""
    songs, heard, broken = catalogue.songs, catalogue.heard, catalogue.broken
    words = t("{heard} of {songs} heard", heard=whole(heard), songs=whole(songs))
    if broken:
        words = t("{words}, {count} cannot be", words=words, count=whole(broken))
    if heard + broken >= songs:
        return words
    if catalogue.waiting:
        return t("{words}; waiting: {why}", words=words, why=retold(catalogue.waiting))
    if not catalogue.done_at:
        return words
    return t("{words}, done about {time}", words=words, time=time_of_day(catalogue.done_at))


def _mood(status: Status) -> str:
    """The last judgement: how sure it is and of how many it was made only where it names an emotion."""
    mood, since = status.mood, time_of_day(status.mood.since)
    if mood.mood == Verdict.NOBODY:
        return t("{mood} since {time}", mood=t("nobody"), time=since)
    if mood.mood == Verdict.UNSURE:
        words = t("{mood} since {time}", mood=t("unsure"), time=since)
        if not status.next_judgement:
            return words
        return t("{words}, to be judged at {time}", words=words, time=time_of_day(status.next_judgement))
    named = {"mood": mood_word(mood.mood), "share": f"{mood.confidence:.0%}", "time": since}
    words = t("{mood} ({share}) since {time}", **named)
    return f"{words}, {tn('{count} person', '{count} people', mood.people)}" if mood.people else words
