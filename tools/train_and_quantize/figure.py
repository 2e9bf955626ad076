"""Figures by matplotlib as SVG for light and dark paper; the same bytes from the same values."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

PAPER, INK, SOFT, GRID, AXIS = "#ffffff", "#1f2430", "#667085", "#e4e7ec", "#98a2b3"
FIRST, SECOND, THIRD = "#2563c9", "#c2620a", "#0b8471"
_DARK = {PAPER: "#15181e", INK: "#e8eaee", SOFT: "#9aa4b2", GRID: "#2b313b", AXIS: "#667085",
         FIRST: "#6ea2ff", SECOND: "#f0a35e", THIRD: "#4fd1bf"}  # fmt: skip
"""What each colour becomes where dark paper is preferred."""

SMALL = 11.5
_SETTINGS: Any = {
    "figure.dpi": 72,  # SVG's own: lengths in points are lengths in the drawing
    "svg.fonttype": "none", "svg.hashsalt": "moodbox",
    "font.size": 13, "font.sans-serif": ["DejaVu Sans"], "text.color": SOFT,
    "axes.labelcolor": SOFT, "axes.labelsize": 13, "axes.labelpad": 8, "axes.edgecolor": AXIS, "axes.axisbelow": True,
    "axes.spines.left": False, "axes.spines.right": False, "axes.spines.top": False,
    "axes.grid.axis": "y", "axes.grid": True, "grid.color": GRID, "grid.linewidth": 1,
    "axes.xmargin": 0, "axes.ymargin": 0, "axes.autolimit_mode": "round_numbers",
    "xtick.bottom": False, "ytick.left": False, "xtick.minor.bottom": False,
    "xtick.labelsize": SMALL, "ytick.labelsize": SMALL, "xtick.labelcolor": SOFT, "ytick.labelcolor": SOFT,
    "xtick.major.pad": 6, "ytick.major.pad": 8,
    "lines.linewidth": 2.5, "lines.solid_joinstyle": "round", "lines.markersize": 8,
    "legend.frameon": False, "legend.fontsize": 13, "legend.handlelength": 0.9, "legend.handleheight": 0.9,
    "legend.borderaxespad": 0, "legend.borderpad": 0,
}  # fmt: skip
styled = mpl.rc_context(_SETTINGS)
"""Decorates whatever draws: the style of all figures."""
DASHED: dict[str, Any] = {"color": AXIS, "linewidth": 1.5, "linestyle": (0, (3.3, 3.3))}

_SVG = "http://www.w3.org/2000/svg"
_FONT = 'text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif!important}'


def sheet(width: int, height: int, title: str) -> Figure:
    """A figure of so many pixels on rounded paper, with its title."""
    figure = Figure((width / 72, height / 72), frameon=False)
    box = "round,pad=0,rounding_size=10"
    figure.add_artist(
        FancyBboxPatch((0, 0), width, height, box, transform=None, facecolor=PAPER, edgecolor="none", zorder=-1)
    )
    figure.text(24 / width, 1 - 30 / height, title, fontsize=16, fontweight="bold", color=INK)
    return figure


def subtitle(figure: Figure, text: str) -> None:
    """One line below the title."""
    width, height = figure.get_size_inches() * 72
    figure.text(24 / width, 1 - 50 / height, text)


def axes(figure: Figure, left: float, right: float, top: float, bottom: float, **options: Any) -> Axes:
    """Axes with so many pixels to the figure's edges; `options` are matplotlib's."""
    width, height = figure.get_size_inches() * 72
    place = (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    return figure.add_axes(place, **options)


def dots(on: Axes, across: Sequence[float], up: Sequence[float], color: str = FIRST) -> None:
    """Filled circles at values, also on the edge of the axes."""
    on.plot(across, up, "o", color=color, markeredgewidth=0, clip_on=False)


def as_svg(figure: Figure, text: str) -> str:
    """The figure as one SVG element that needs nothing else; `text` says what it shows to those who cannot see it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    root = ElementTree.fromstring(buffer.getvalue())  # noqa: S314 - matplotlib wrote it just now
    for element in root.iter():
        if re.search(r"_\d+$", element.get("id", "")):  # numbers of artists: several figures may share a page
            del element.attrib["id"]
        if reference := element.attrib.pop("{http://www.w3.org/1999/xlink}href", None):
            element.set("href", reference)
    for size in ("width", "height"):
        del root.attrib[size]
    root.attrib |= {"role": "img", "aria-label": text}
    style = ElementTree.Element(f"{{{_SVG}}}style")
    style.text = _FONT + _dark()
    root.insert(0, style)
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _dark() -> str:
    """Rules that give each colour its dark counterpart."""
    rules = "".join(
        f'[style*="{kind}: {light}"]{{{kind}:{dark}!important}}'
        for light, dark in _DARK.items()
        for kind in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme:dark){{{rules}}}"
