"""The graph of songs that sound alike, as an SVG picture."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import PurePosixPath

from appliance.sound.clusters import Clusters
from appliance.sound.graph import Edge, Measure, positions
from appliance.sound.index import SoundIndex

WIDTH, HEIGHT, MARGIN, LEGEND = 1200, 900, 60, 24
_LONGEST = 26
COLOURS = (
    "#3b74b4", "#c8432f", "#5f8526", "#b47a00", "#7a55b8", "#2f7f86", "#c74a83", "#857a6a", "#4c4cff", "#a0522d",
    "#008b45", "#444444",
)  # fmt: skip
"""One for each cluster, all of them dark enough to be read on white."""


def graph_svg(
    index: SoundIndex, rows: Sequence[int], edges: Sequence[Edge], clusters: Clusters, measure: Measure = "cosine"
) -> str:
    """The songs of these rows as dots, coloured by cluster, and lines between neighbours, the darker the more alike."""
    places = positions(index, rows, edges)
    legend = [
        name for number, name in enumerate(clusters.names) if any(clusters.numbers[row] == number for row in rows)
    ]
    height = HEIGHT + LEGEND * (len(legend) // 4 + 2)
    points = [
        (MARGIN + x * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - y * (HEIGHT - 2 * MARGIN)) for x, y in places.tolist()
    ]
    size = f'viewBox="0 0 {WIDTH} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">',
        f"<title>{len(rows)} songs and {len(edges)} pairs that sound alike</title>",
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for edge in edges:
        (x1, y1), (x2, y2) = points[edge.one], points[edge.other]
        alike = edge.value if measure == "cosine" else 1 - edge.value**2 / 2
        lines.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="black" '
            f'stroke-opacity="{0.08 + 0.42 * max(0.0, alike):.2f}"><title>{measure} {edge.value:.2f}</title></line>'
        )
    for row, (x, y) in zip(rows, points, strict=True):
        colour = COLOURS[int(clusters.numbers[row]) % len(COLOURS)]
        name = html.escape(index.files[row].encode(errors="replace").decode())
        lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{colour}"><title>{name}</title></circle>')
        lines.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{_short(index.files[row])}</text>')
    lines += _legend(legend, clusters)
    return "\n".join([*lines, "</svg>", ""])


def _legend(names: Sequence[str], clusters: Clusters) -> list[str]:
    lines = []
    for position, name in enumerate(names):
        x, y = MARGIN + position % 4 * (WIDTH - 2 * MARGIN) // 4, HEIGHT + LEGEND * (position // 4 + 1)
        colour = COLOURS[clusters.names.index(name) % len(COLOURS)]
        lines.append(f'<circle cx="{x}" cy="{y - 4}" r="6" fill="{colour}"/>')
        lines.append(f'<text x="{x + 12}" y="{y}" font-size="13">{html.escape(name)}</text>')
    return lines


def _short(file: str) -> str:
    """A song's name without its folder and ending, cut to a label's length."""
    stem = "".join(c if c.isprintable() else "?" for c in PurePosixPath(file).stem.encode(errors="replace").decode())
    return html.escape(stem if len(stem) <= _LONGEST else f"{stem[: _LONGEST - 1]}…")
