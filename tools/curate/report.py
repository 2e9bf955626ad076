"""The report on a collection: one page with the plane, the clusters, the graph and the confusion with the folders."""

from __future__ import annotations

import csv
import html
from pathlib import Path
from typing import Any

import numpy as np

from appliance.domain.emotions import EMOTIONS, PROFILES, circumplex
from appliance.sound.graph import edges_between, some_songs
from appliance.sound.picture import COLOURS, graph_svg
from appliance.sound.traits import sounding
from appliance.words.english import sounding_in_words
from tools.curate.collection import Collection

GRAPH_SONGS = 100
_NONE = "none"


def write_report(collection: Collection, to: Path) -> Path:
    """Write `index.html`, its pictures and `songs.csv` into a folder; the page's path."""
    to.mkdir(parents=True, exist_ok=True)
    _draw_plane(collection, to / "plane.png", by_mood=True)
    _draw_plane(collection, to / "clusters.png", by_mood=False)
    rows = some_songs(collection.index, GRAPH_SONGS)
    named = collection.index
    (to / "graph.svg").write_text(graph_svg(named, rows, edges_between(named, rows), collection.clusters))
    table = confusion(collection)
    if table.sum():
        _draw_confusion(table, to / "confusion.png")
    _write_songs(collection, to / "songs.csv")
    page = to / "index.html"
    page.write_text(_page(collection, bool(table.sum())))
    return page


def confusion(collection: Collection) -> Any:
    """(7, 8) counts: the emotion of the owner's folder against the suggested one, the last column for none."""
    table = np.zeros((len(EMOTIONS), len(EMOTIONS) + 1), int)
    for row in range(len(collection.files)):
        mood, suggested = collection.mood(row), collection.suggested(row)
        if mood:
            table[EMOTIONS.index(mood), EMOTIONS.index(suggested) if suggested else -1] += 1
    return table


def _figure() -> Any:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot.subplots(figsize=(8, 7), layout="constrained")


def _save(figure: Any, file: Path) -> None:
    from matplotlib import pyplot

    figure.savefig(file, dpi=110)
    pyplot.close(figure)


def _draw_plane(collection: Collection, file: Path, *, by_mood: bool) -> None:
    figure, axes = _figure()
    places = collection.index.places
    if by_mood:
        kinds: list[str] = [collection.mood(row) or _NONE for row in range(len(places))]
        groups = [*((each.value, each.value, PROFILES[each].light) for each in EMOTIONS), (_NONE, _NONE, "#999999")]
    else:
        kinds = [str(number) for number in collection.clusters.numbers]
        groups = [(str(n), name, COLOURS[n % len(COLOURS)]) for n, name in enumerate(collection.clusters.names)]
    for kind, name, colour in groups:
        own = np.array([each == kind for each in kinds], bool)
        if own.any():
            axes.scatter(places[own, 0], places[own, 1], s=22, color=colour, label=f"{name} ({int(own.sum())})")
    for emotion in EMOTIONS:
        axes.annotate(emotion, circumplex(emotion), color="#777777", fontsize=9)
    axes.set(xlabel="valence", ylabel="arousal", xlim=(-1.15, 1.15), ylim=(-1.15, 1.15))
    axes.axhline(0, color="#cccccc", zorder=0)
    axes.axvline(0, color="#cccccc", zorder=0)
    if len(places):
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8)
    _save(figure, file)


def _draw_confusion(table: Any, file: Path) -> None:
    figure, axes = _figure()
    axes.imshow(table, cmap="Blues")
    axes.set_xticks(range(len(EMOTIONS) + 1), [*EMOTIONS, "none"], rotation=40)
    axes.set_yticks(range(len(EMOTIONS)), EMOTIONS)
    axes.set(xlabel="suggested by the sound", ylabel="the owner's folder")
    for (y, x), count in np.ndenumerate(table):
        axes.text(x, y, str(count), ha="center", va="center", color="white" if count > table.max() / 2 else "black")
    _save(figure, file)


def _write_songs(collection: Collection, file: Path) -> None:
    index = collection.index
    with file.open("w", newline="", errors="backslashreplace") as lines:
        table = csv.writer(lines)
        table.writerow(["file", "folder", "valence", "arousal", "suggested", "cluster", "why"])
        for row, name in enumerate(collection.files):
            said = sounding(float(index.tempo[row]), int(index.mode[row]), index.traits[row])
            cluster = collection.clusters.names[int(collection.clusters.numbers[row])] if index.heard()[row] else ""
            valence, arousal = (round(float(value), 3) for value in index.places[row])
            emotions = [each or "" for each in (collection.mood(row), collection.suggested(row))]
            table.writerow([name, emotions[0], valence, arousal, emotions[1], cluster, sounding_in_words(said)])


def _page(collection: Collection, confused: bool) -> str:
    def shown(text: str) -> str:
        return html.escape(text.encode(errors="backslashreplace").decode())

    problems = "".join(f"<li>{shown(name)}: {shown(why)}</li>" for name, why in sorted(collection.problems.items()))
    parts = [
        ("plane.png", "Valence and arousal, coloured by the owner's folders"),
        ("clusters.png", "The same, coloured by clusters of songs that sound alike"),
        ("graph.svg", f"Up to {GRAPH_SONGS} songs, joined to those that sound most like them"),
        *([("confusion.png", "The owner's folders against what the sound suggests")] if confused else []),
    ]
    pictures = "".join(f'<h2>{title}</h2><img src="{file}" style="max-width:100%" alt="">' for file, title in parts)
    clear = int((collection.index.suggested >= 0).sum())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Songs as Moodbox hears them</title>'
        '<body style="font-family:sans-serif;max-width:60em;margin:auto">'
        f"<h1>{shown(str(collection.folder))}</h1>"
        f"<p>{len(collection.files)} songs heard, an emotion suggested for {clear}. Every song: "
        '<a href="songs.csv">songs.csv</a></p>'
        f"{pictures}<h2>Not heard: {len(collection.problems)}</h2><ul>{problems}</ul></body></html>\n"
    )
