"""A list's file → its entries, whatever the format: CSV of Exportify or by hand, M3U, XSPF, JSPF."""

from __future__ import annotations

from typing import NamedTuple

from appliance.lists import csv_list, jspf, m3u, xspf
from appliance.lists.entries import ListEntry, known
from appliance.lists.errors import NotAList

BYTES = 20_000_000
"""Bytes of the largest list that is read; 10,000 entries of Exportify's take about 4 MB."""


class ReadList(NamedTuple):
    """What a list holds: its own name (empty where the format has none) and its entries."""

    name: str
    entries: list[ListEntry]


def read_entries(data: bytes, name: str) -> ReadList:
    """The entries of a list.

    `name` is its file name or address, for the error's text; the content decides what the format is. Raises NotAList.
    """
    if len(data) > BYTES:
        raise NotAList(f"{name} has {len(data)} bytes; a list has at most {BYTES}")
    text = _decoded(data)
    start = text.lstrip()[:200]
    if start.startswith("{"):
        title, entries = jspf.parse_jspf(text, name)
    elif start.startswith("<"):
        title, entries = xspf.parse_xspf(text, name)
    elif start.startswith("#EXTM3U") or name.lower().endswith((".m3u", ".m3u8")):
        title, entries = m3u.parse_m3u(text)
    else:
        title, entries = "", csv_list.parse_csv(text, name) if start else []
    entries = known(entries)
    if not entries:
        raise NotAList(f"{name} names no song; a list has a title and an artist, or a file, for each")
    return ReadList(title, entries)


def _decoded(data: bytes) -> str:
    """The text of a list, whatever wrote it: UTF-8 or UTF-16 with a mark, UTF-8 without, else Windows' Latin."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
