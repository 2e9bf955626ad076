"""A week as a picture to keep or to share: SVG with the days' moods in their colours, and the songs heard out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from pathlib import PurePosixPath
from typing import Any

from appliance.domain.emotions import PROFILES, Emotion
from appliance.lib.text import columns_of
from appliance.words.dates import month_word, weekday_word
from appliance.words.english import mood_word
from appliance.words.numbers import decimal
from appliance.words.speaking import t

WIDTH, HEIGHT = 1200, 675
"""Pixels; 16:9, as pictures are shared."""
_LEFT, _TOP, _ROW, _GAP = 150, 150, 46, 10
_DAY = WIDTH - _LEFT - 60
_SONGS = 4
_HEARD_OUT = 0.99
_OTHERS = {"unsure": "#d8d0c4", "nobody": ""}
_PAPER, _INK, _SOFT, _LINE = "#fbf7f0", "#241f1a", "#6b6157", "#e8e0d3"


def week_picture(found: Mapping[str, Any], first: datetime) -> str:
    """The picture of a week that begins at `first`, of what the history found for it (`reading.between`)."""
    days = [first + timedelta(days=number) for number in range(7)]
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_PAPER}"/>',
        _text(60, 76, _title(days[0], days[-1]), 34, weight=700),
        *_hours(),
        *(part for number, day in enumerate(days) for part in _day(number, day, found["moods"])),
        *_legend(found["moods"]),
        *_songs(found["plays"]),
    ]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="system-ui, sans-serif" role="img" aria-label="{escape(t("A week of moods"))}">\n{body}\n</svg>\n'
    )


def _title(first: datetime, last: datetime) -> str:
    days = {"first": _date(first), "last": _date(last), "year": last.year}
    return t("A week of moods, {first} – {last} {year}", **days)


def _date(day: datetime) -> str:
    return t("{day} {month}", day=day.day, month=month_word(day))


def _hours() -> list[str]:
    bottom = _TOP + 7 * (_ROW + _GAP)
    parts = []
    for hour in (0, 6, 12, 18, 24):
        x = _LEFT + _DAY * hour / 24
        parts.append(f'<path d="M{x:.1f} {_TOP - 12}V{bottom}" stroke="{_LINE}" stroke-width="2"/>')
        parts.append(_text(x, _TOP - 20, f"{hour}:00", 16, _SOFT, anchor="middle"))
    return parts


def _day(number: int, day: datetime, moods: Sequence[Mapping[str, Any]]) -> list[str]:
    y = _TOP + number * (_ROW + _GAP)
    parts = [
        _text(60, y + _ROW * 0.65, f"{weekday_word(day)} {day.day}", 20, weight=600),
        f'<rect x="{_LEFT}" y="{y}" width="{_DAY}" height="{_ROW}" rx="8" fill="#f1ebe1"/>',
    ]
    for mood in moods:
        start, end = (_share(day, datetime.fromisoformat(mood[key])) for key in ("at", "until"))
        colour = _colour(mood["mood"])
        if end > start and colour:
            x, width = _LEFT + _DAY * start, max(2.0, _DAY * (end - start))
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_ROW}" rx="4" fill="{colour}"/>')
    return parts


def _share(day: datetime, at: datetime) -> float:
    """Which share of a day has passed at a time, 0..1."""
    return min(1.0, max(0.0, (at - day) / timedelta(days=1)))


def _colour(mood: str) -> str:
    return _OTHERS[mood] if mood in _OTHERS else PROFILES[Emotion(mood)].dark


def _legend(moods: Sequence[Mapping[str, Any]]) -> list[str]:
    lasted: Counter[str] = Counter()
    for mood in moods:
        lasted[mood["mood"]] += int(
            (datetime.fromisoformat(mood["until"]) - datetime.fromisoformat(mood["at"])).total_seconds()
        )
    parts, x, y = [], 60.0, _TOP + 7 * (_ROW + _GAP) + 36
    for name, seconds in lasted.most_common():
        if not (colour := _colour(name)):
            continue
        words = t("{mood} {hours} h", mood=mood_word(name), hours=decimal(seconds / 3600))
        parts.append(f'<circle cx="{x + 9:.1f}" cy="{y - 6}" r="9" fill="{colour}"/>')
        parts.append(_text(x + 26, y, words, 18))
        x += 52 + 9.5 * columns_of(words)
    return parts


def _songs(plays: Sequence[Mapping[str, Any]]) -> list[str]:
    heard = Counter(play["file"] for play in plays if play["heard"] is None or play["heard"] >= _HEARD_OUT)
    best = [f"{PurePosixPath(file).stem[:40]} ({count})" for file, count in heard.most_common(_SONGS)]
    if not best:
        return []
    return [_text(60, HEIGHT - 28, t("Heard out most: {songs}", songs=" · ".join(best))[:110], 18, _SOFT)]


def _text(x: float, y: float, words: str, size: int, fill: str = _INK, weight: int = 400, anchor: str = "start") -> str:
    style = f'font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'
