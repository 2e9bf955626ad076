"""What the pages without scripts say: each section of the live page, in words. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.status import AUTO
from appliance.history.periods import FIRST, Period
from appliance.web.api.songs import Folders, ShownSong, Songs
from appliance.web.api.status import PageStatus
from appliance.web.noscript.markup import Markup, facts, items, join, link, table, tag
from appliance.words.dates import moment_words
from appliance.words.english import camera_words, mood_word
from appliance.words.numbers import decimal, listed, percent, sureness
from appliance.words.speaking import t, tn

MOST = 500
"""Rows of a table; the newest ones. The downloads have them all."""
PAGE = 100
"""Songs on a page."""
Json = dict[str, Any]


def now(status: PageStatus) -> Markup:
    """The mood, what plays and why."""
    return facts(_now(status))


def _now(status: PageStatus) -> Iterator[tuple[str, str]]:
    mood, vision, player = status.mood, status.vision, status.player
    sure = (
        [t("as you said")]
        if mood.told
        else [t("{share} sure", share=sureness(mood.confidence))]
        if mood.confidence
        else []
    )
    yield t("Mood"), listed([_mood(mood.mood), *sure])
    faces = len(vision.faces)
    if vision.camera == "open":
        people = tn("{count} person in sight", "{count} people in sight", faces)
        yield t("People"), people if faces else t("nobody in sight")
    yield t("Camera"), camera_words(vision)
    yield t("Plays"), player.title or (_title(player.file) if player.file else t("nothing"))
    yield t("Why"), status.now.sentence
    if ahead := status.now.next:
        yield t("Next"), ahead.title
    chosen = t("your choice: {mood}", mood=mood_word(status.override))
    yield t("Played by"), t("the camera") if status.override == AUTO else chosen
    yield t("Policy"), t(status.policy)
    for problem in status.problems:
        yield t("Problem"), problem


def history(found: Json, period: Period, day: date, today: date) -> Markup:
    """A day, week or month: how long each mood lasted, and what played."""
    periods = [link(words, _history(each, day), each == period) for each, words in _periods().items()]
    start, end = datetime.fromisoformat(found["from"]), datetime.fromisoformat(found["to"])
    last = (end - timedelta(seconds=1)).date()
    steps = [link(t("Earlier"), _history(period, start.date() - timedelta(days=1)))] if start.date() > FIRST else []
    if last < today:
        steps.append(link(t("Later"), _history(period, last + timedelta(days=1))))
    return join(
        tag("p", *periods, class_="links"),
        tag("h2", str(last) if period == "day" else t("{first} to {last}", first=start.date(), last=last)),
        tag("p", *steps, class_="links"),
        table(t("How long each mood lasted"), (t("Mood"), t("Time")), _shares(found["moods"]),
              t("Nothing is known of this time.")),
        table(t("Moods"), (t("From"), t("Until"), t("Mood"), t("Sure"), t("People")), _moods(found["moods"], period),
              t("None.")),
        table(t("What played"), (t("At"), t("Song"), t("Mood"), t("Why")), _plays(found["plays"], period),
              t("Nothing played.")),
        _shortened(found),
        tag("p", link(t("Save all as CSV"), "/api/history.csv"), link(t("Save all as JSON"), "/api/history.json"),
            class_="links"),
    )  # fmt: skip


def _periods() -> dict[Period, str]:
    return {"day": t("day"), "week": t("week"), "month": t("month")}


def _history(period: Period, day: date) -> str:
    return f"/plain/history?period={period}&date={day}"


def _shares(moods: Sequence[Json]) -> list[tuple[str, str]]:
    lasted: dict[str, float] = defaultdict(float)
    for each in moods:
        since, until = (datetime.fromisoformat(each[key]) for key in ("at", "until"))
        lasted[each["mood"]] += (until - since).total_seconds()
    return [(_mood(mood), _span(seconds)) for mood, seconds in sorted(lasted.items(), key=lambda item: -item[1])]


def _moods(moods: Sequence[Json], period: Period) -> list[tuple[str, ...]]:
    return [
        (_time(each["at"], period), _time(each["until"], period), _mood(each["mood"]),
         sureness(each["confidence"]) if each["confidence"] and each["mood"] in EMOTIONS else "–", str(each["people"]))
        for each in reversed(moods[-MOST:])
    ]  # fmt: skip


def _plays(plays: Sequence[Json], period: Period) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for each in reversed(plays[-MOST:]):
        heard = each["heard"]
        why = each["why"] or t("queued by hand")
        if heard is not None and heard < 0.99:
            why = f"{why}; {t('skipped after {share}', share=percent(heard))}"
        mood = mood_word(each["emotion"]) if each["emotion"] else "–"
        rows.append((_time(each["at"], period), _title(each["file"]), mood, why))
    return rows


def _shortened(found: Json) -> Markup:
    if max(len(found["moods"]), len(found["plays"])) <= MOST:
        return Markup()
    return tag("p", t("Only the newest {count} lines of each table are shown.", count=MOST))


def learned(calibration: Json, corrections: Sequence[Json], dislikes: Sequence[tuple[Emotion, str, float]]) -> Markup:
    """What the owner has taught."""
    count, strength = calibration["corrections"], percent(calibration["strength"])
    from_them = tn(
        "From {count} correction, at {share} of its full strength.",
        "From {count} corrections, at {share} of its full strength.",
        count,
        share=strength,
    )
    said = [
        t("{time}: {was}, but it was {mood}", time=_time(each["at"]), was=_mood(each["was"]), mood=_mood(each["mood"]))
        for each in corrections
    ]
    unfit = [
        t("{title}, for {mood}: {share}", title=_title(file), mood=_mood(emotion), share=percent(level))
        for emotion, file, level in dislikes
    ]
    return join(
        tag("h2", t("What it learned from you")),
        tag("p", from_them if count else t("Nothing yet.")),
        tag("h3", t("Your corrections")),
        items(said, t("None.")),
        tag("h3", t("Songs that did not fit")),
        items(unfit, t("None.")),
    )


def folders(found: Folders) -> Markup:
    """The emotions' folders, and what is amiss in them."""
    rows = [
        (
            link(mood_word(each.emotion), f"/plain/songs/{each.emotion}"),
            str(each.songs),
            str(each.house),
            str(len(each.unplayable)),
        )
        for each in found.folders
    ]
    amiss = [
        f"{folder.emotion}/{each.file}: {each.problem}" if each.file else f"{mood_word(folder.emotion)}: {each.problem}"
        for folder in found.folders
        for each in folder.unplayable
    ]
    return join(
        table(t("Folders"), (t("Mood"), t("Songs"), t("House pieces that play"), t("Amiss")), rows, ""),
        tag("h2", t("What cannot be used")),
        items(amiss, t("Nothing is amiss.")),
    )


def folder(emotion: Emotion, offset: int, found: Songs) -> Markup:
    """The songs of an emotion, from number `offset` on, to be listened to on the phone."""
    rows = []
    for song in found.songs:
        path = f"/api/songs/{emotion}/{quote(song.name, safe='')}"
        title = link(song.name, path) if song.playable else song.name
        rows.append((title, f"{decimal(song.bytes / 1e6)} MB", _remark(song)))
    steps = []
    if offset:
        steps.append(link(t("Back"), f"/plain/songs/{emotion}?offset={max(0, offset - PAGE)}"))
    if offset + len(found.songs) < found.total and found.songs:
        steps.append(link(t("More"), f"/plain/songs/{emotion}?offset={offset + PAGE}"))
    return join(
        tag("p", link(t("All folders"), "/plain/songs"), class_="links"),
        table(
            f"{mood_word(emotion)}: {tn('{count} file', '{count} files', found.total)}",
            (t("Song"), t("Size"), t("Remark")),
            rows,
            t("There is nothing in this folder yet."),
        ),
        tag("p", *steps, class_="links"),
    )


def _remark(song: ShownSong) -> str:
    if song.problem:
        return song.problem
    return t("house piece") if song.house else ""


def aim(seen: Json) -> Markup:
    """How the camera is aimed."""
    distances = [
        t("{number} m", number=decimal(face["distance"])) for face in seen["faces"] if face["distance"] is not None
    ]
    light = "–" if seen["light"] is None else t("{count} of 255", count=seen["light"])
    return join(
        tag("p", tag("strong", _sentence(seen["advice"]))),
        facts(
            [
                (t("Faces"), str(len(seen["faces"])) if seen["faces"] else t("none in sight")),
                (t("Distance"), listed(distances) or "–"),
                (t("Light"), light),
            ]
        ),
        tag("p", t("No picture ever comes here.")),
    )


def box(found: Json) -> Markup:
    """Health, model, versions, settings and log."""
    model, words = found["model"], {True: t("well"), False: t("not well"), None: t("no fault")}
    reads = t("{model}; faces are found by {detector}.", model=model["name"], detector=model["detector"])
    health = [(each["name"], words[each["ok"]], each["text"]) for each in found["health"]]
    settings = [(each["key"], _value(each["value"]), t(each["source"])) for each in found["settings"]]
    versions = [(name, str(value)) for name, value in found["versions"].items()]
    return join(
        table(t("Health"), (t("Part"), t("How it is"), t("What was found")), health, t("Nothing is known yet.")),
        tag("h2", t("What reads the faces")),
        tag("p", reads if model["name"] else t("Not known yet.")),
        table(t("Settings in force"), (t("Setting"), t("Value"), t("From")), settings, t("None.")),
        tag("h2", t("Log")),
        tag("pre", Markup("\n") + join("\n".join(found["log"]) or t("The log is empty.")), tabindex="0", role="region",
            aria_label=t("The last lines of the log")),
        tag("h2", t("Versions")),
        facts([*versions, (t("Up for"), _span(found["uptime"]))]),
    )  # fmt: skip


def _mood(mood: str) -> str:
    return t("nobody here") if mood == "nobody" else mood_word(mood)


def _title(file: str) -> str:
    return PurePosixPath(file).stem


def _time(moment: str, period: Period = "month") -> str:
    at = datetime.fromisoformat(moment)
    return f"{at:%H:%M}" if period == "day" else moment_words(at)


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes >= 60:
        return t("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    return t("{count} min", count=minutes) if minutes else t("under a minute")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{t('.')}"


def _value(value: Any) -> str:
    return (
        {True: t("yes"), False: t("no")}[value] if isinstance(value, bool) else str(value if value is not None else "–")
    )
