"""What the pages without scripts say: each section of the live page, in words. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, get_args
from urllib.parse import quote

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.status import AUTO
from appliance.history.periods import FIRST, Period
from appliance.lib.text import plural
from appliance.web.api.songs import Folders, Songs
from appliance.web.api.status import PageStatus
from appliance.web.noscript.markup import Markup, facts, items, join, link, table, tag

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
    sure = ", as you said" if mood.told else f", {_sure(mood.confidence)} sure" if mood.confidence else ""
    yield "Mood", f"{_mood(mood.mood)}{sure}"
    faces = len(vision.faces)
    if vision.camera == "open":
        yield "People", f"{faces} in sight" if faces else "nobody in sight"
    yield "Camera", vision.camera + (" (by its button)" if vision.switch == "off-by-button" else "")
    yield "Plays", player.title or _title(player.file or "nothing")
    yield "Why", status.now.sentence
    if ahead := status.now.next:
        yield "Next", ahead.title
    yield "Played by", "the camera" if status.override == AUTO else f"your choice: {status.override}"
    yield "Policy", status.policy
    for problem in status.problems:
        yield "Problem", problem


def history(found: Json, period: Period, day: date, today: date) -> Markup:
    """A day, week or month: how long each mood lasted, and what played."""
    periods = [link(each, _history(each, day), each == period) for each in get_args(Period)]
    start, end = datetime.fromisoformat(found["from"]), datetime.fromisoformat(found["to"])
    last = (end - timedelta(seconds=1)).date()
    steps = [link("Earlier", _history(period, start.date() - timedelta(days=1)))] if start.date() > FIRST else []
    if last < today:
        steps.append(link("Later", _history(period, last + timedelta(days=1))))
    return join(
        tag("p", *periods, class_="links"),
        tag("h2", str(last) if period == "day" else f"{start.date()} to {last}"),
        tag("p", *steps, class_="links"),
        table("How long each mood lasted", ("Mood", "Time"), _shares(found["moods"]), "Nothing is known of this time."),
        table("Moods", ("From", "Until", "Mood", "Sure", "People"), _moods(found["moods"], period), "None."),
        table("What played", ("At", "Song", "From", "Why"), _plays(found["plays"], period), "Nothing played."),
        _shortened(found),
        tag("p", link("Save all as CSV", "/api/history.csv"), link("Save all as JSON", "/api/history.json"),
            class_="links"),
    )  # fmt: skip


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
         _sure(each["confidence"]) if each["confidence"] and each["mood"] in EMOTIONS else "–", str(each["people"]))
        for each in reversed(moods[-MOST:])
    ]  # fmt: skip


def _plays(plays: Sequence[Json], period: Period) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for each in reversed(plays[-MOST:]):
        heard = each["heard"]
        skipped = "" if heard is None or heard >= 0.99 else f"; skipped after {_percent(heard)}"
        why = f"{each['why'] or 'queued by hand'}{skipped}"
        rows.append((_time(each["at"], period), _title(each["file"]), each["emotion"] or "–", why))
    return rows


def _shortened(found: Json) -> Markup:
    if max(len(found["moods"]), len(found["plays"])) <= MOST:
        return Markup()
    return tag("p", f"Only the newest {MOST} lines of each table are shown.")


def learned(calibration: Json, corrections: Sequence[Json], dislikes: Sequence[tuple[Emotion, str, float]]) -> Markup:
    """What the owner has taught."""
    count, strength = calibration["corrections"], _percent(calibration["strength"])
    from_them = f"From {plural(count, 'correction')}, at {strength} of its full strength."
    said = [f"{_time(each['at'])}: {_mood(each['was'])}, but it was {each['mood']}" for each in corrections]
    unfit = [f"{_title(file)}, for {emotion}: {_percent(level)}" for emotion, file, level in dislikes]
    return join(
        tag("h2", "What it learned from you"),
        tag("p", from_them if count else "Nothing yet."),
        tag("h3", "Your corrections"),
        items(said, "None."),
        tag("h3", "Songs that did not fit"),
        items(unfit, "None."),
    )


def folders(found: Folders) -> Markup:
    """The emotions' folders, and what is amiss in them."""
    rows = [
        (
            link(each.emotion, f"/plain/songs/{each.emotion}"),
            str(each.songs),
            str(each.house),
            str(len(each.unplayable)),
        )
        for each in found.folders
    ]
    amiss = [
        f"{folder.emotion}/{each.file}: {each.problem}" if each.file else f"{folder.emotion}: {each.problem}"
        for folder in found.folders
        for each in folder.unplayable
    ]
    return join(
        table("Folders", ("Mood", "Songs", "House pieces that play", "Amiss"), rows, ""),
        tag("h2", "What cannot be used"),
        items(amiss, "Nothing is amiss."),
    )


def folder(emotion: Emotion, offset: int, found: Songs) -> Markup:
    """The songs of an emotion, from number `offset` on, to be listened to on the phone."""
    rows = []
    for song in found.songs:
        path = f"/api/songs/{emotion}/{quote(song.name, safe='')}"
        title = link(song.name, path) if song.playable else song.name
        rows.append((title, f"{song.bytes / 1e6:.1f} MB", song.problem or ("house piece" if song.house else "")))
    steps = []
    if offset:
        steps.append(link("Back", f"/plain/songs/{emotion}?offset={max(0, offset - PAGE)}"))
    if offset + len(found.songs) < found.total and found.songs:
        steps.append(link("More", f"/plain/songs/{emotion}?offset={offset + PAGE}"))
    return join(
        tag("p", link("All folders", "/plain/songs"), class_="links"),
        table(
            f"{emotion}: {plural(found.total, 'file')}",
            ("Song", "Size", "Remark"),
            rows,
            "There is nothing in this folder yet.",
        ),
        tag("p", *steps, class_="links"),
    )


def aim(seen: Json) -> Markup:
    """How the camera is aimed."""
    distances = [f"{face['distance']:.1f} m" for face in seen["faces"] if face["distance"] is not None]
    light = "–" if seen["light"] is None else f"{seen['light']} of 255"
    return join(
        tag("p", tag("strong", _sentence(seen["advice"]))),
        facts(
            [
                ("Faces", str(len(seen["faces"])) if seen["faces"] else "none in sight"),
                ("Distance", ", ".join(distances) or "–"),
                ("Light", light),
            ]
        ),
        tag("p", "No picture ever comes here."),
    )


def box(found: Json) -> Markup:
    """Health, model, versions, settings and log."""
    model, words = found["model"], {True: "well", False: "not well", None: "no fault"}
    reads = f"{model['name']}; faces are found by {model['detector']}." if model["name"] else "Not known yet."
    health = [(each["name"], words[each["ok"]], each["text"]) for each in found["health"]]
    settings = [(each["key"], _value(each["value"]), each["source"]) for each in found["settings"]]
    versions = [(name, str(value)) for name, value in found["versions"].items()]
    return join(
        table("Health", ("Part", "How it is", "What was found"), health, "Nothing is known yet."),
        tag("h2", "What reads the faces"),
        tag("p", reads),
        table("Settings in force", ("Setting", "Value", "From"), settings, "None."),
        tag("h2", "Log"),
        tag("pre", Markup("\n") + join("\n".join(found["log"]) or "The log is empty."), tabindex="0", role="region",
            aria_label="The last lines of the log"),
        tag("h2", "Versions"),
        facts([*versions, ("Up for", _span(found["uptime"]))]),
    )  # fmt: skip


def _mood(mood: str) -> str:
    return "nobody here" if mood == "nobody" else mood


def _sure(confidence: float) -> str:
    return "over 99 %" if confidence > 0.99 else _percent(confidence)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _title(file: str) -> str:
    return PurePosixPath(file).stem


def _time(moment: str, period: Period = "month") -> str:
    return datetime.fromisoformat(moment).strftime("%H:%M" if period == "day" else "%a %d %b, %H:%M")


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return (
        f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min" if minutes else "under a minute"
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _value(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value if value is not None else "–")
