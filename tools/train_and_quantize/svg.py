"""Drawings as SVG, for light and dark paper: a canvas for words, lines and boxes, and a pair of axes on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

Place = tuple[float, float]

STYLE = """
.paper{fill:#fff}.ink{fill:#1f2430}.soft{fill:#667085}.grid{stroke:#e4e7ec;stroke-width:1;fill:none}
.axis{stroke:#98a2b3;stroke-width:1;fill:none}.guide{stroke:#98a2b3;stroke-width:1.5;stroke-dasharray:5 5;fill:none}
.a{fill:#2563c9}.b{fill:#c2620a}.c{fill:#0b8471}.cell{fill:#2563c9}.on{fill:#fff}.off{fill:#1f2430}
.la{stroke:#2563c9}.lb{stroke:#c2620a}.lc{stroke:#0b8471}.la,.lb,.lc{fill:none;stroke-width:2.5;stroke-linejoin:round}
.band{fill:#2563c9;fill-opacity:.13}
text{font:13px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
text.title{font-size:16px;font-weight:600}text.small{font-size:11.5px}text.strong{font-weight:600}
@media (prefers-color-scheme:dark){
.paper{fill:#15181e}.ink,.off{fill:#e8eaee}.soft{fill:#9aa4b2}.grid{stroke:#2b313b}.axis,.guide{stroke:#667085}
.a,.cell{fill:#6ea2ff}.b{fill:#f0a35e}.c{fill:#4fd1bf}.on{fill:#10131a}.la{stroke:#6ea2ff}.lb{stroke:#f0a35e}
.lc{stroke:#4fd1bf}.band{fill:#6ea2ff}}
"""


class Canvas:
    """A drawing of a fixed size; `text` must say what it shows, for those who cannot see it."""

    def __init__(self, width: int, height: int, title: str, text: str) -> None:
        self.width, self.height = width, height
        self._title, self._text = title, text
        self._parts: list[str] = []
        self.words(24, 30, title, "ink title")

    def words(
        self, x: float, y: float, text: str, kind: str = "soft", anchor: str = "start", turned: bool = False
    ) -> None:
        """Text whose base line begins, is centred or ends at a place."""
        turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
        self._parts.append(
            f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{turn}>{escape(text)}</text>'
        )

    def line(self, places: Sequence[Place], kind: str) -> None:
        """Straight from place to place."""
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        self._parts.append(f'<path class="{kind}" d="M{path}"/>')

    def area(self, places: Sequence[Place], kind: str) -> None:
        """A filled shape."""
        self._parts.append(f'<path class="{kind}" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in places)}Z"/>')

    def box(
        self, x: float, y: float, width: float, height: float, kind: str, strength: float = 1, round_: float = 2
    ) -> None:
        """A filled rectangle."""
        fade = f' fill-opacity="{strength:.3f}"' if strength < 1 else ""
        self._parts.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
            f'rx="{round_}"{fade}/>'
        )

    def dot(self, x: float, y: float, kind: str, radius: float = 4) -> None:
        """A filled circle."""
        self._parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>')

    def render(self) -> str:
        """The whole as one SVG element that needs nothing else."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(self._text)}"><style>{STYLE}</style><title>{escape(self._title)}</title>'
            f'<rect class="paper" width="{self.width}" height="{self.height}" rx="10"/>{"".join(self._parts)}</svg>\n'
        )


class Axes:
    """A frame on a canvas in which values have their places."""

    def __init__(
        self, canvas: Canvas, across: tuple[float, float], up: tuple[float, float],
        margins: tuple[float, float, float, float] = (60, 24, 56, 56),
    ) -> None:  # fmt: skip
        """Ranges of the values, and the margins to the canvas: left, right, top, bottom."""
        self._canvas, self._across, self._up = canvas, across, up
        left, right, top, bottom = margins
        self.left, self.right = left, canvas.width - right
        self.top, self.bottom = top, canvas.height - bottom

    def x(self, value: float) -> float:
        """Where a value stands from left to right."""
        low, high = self._across
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Where a value stands from bottom to top."""
        low, high = self._up
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def ticks_up(self, values: Sequence[float], written: Callable[[float], str] = "{:g}".format) -> None:
        """Grid lines from left to right with their values."""
        for value in values:
            self._canvas.line([(self.left, self.y(value)), (self.right, self.y(value))], "grid")
            self._canvas.words(self.left - 8, self.y(value) + 4, written(value), "soft small", "end")

    def ticks_across(self, values: Sequence[float], written: Callable[[float], str] = "{:g}".format) -> None:
        """Values below the frame, and its base line."""
        self._canvas.line([(self.left, self.bottom), (self.right, self.bottom)], "axis")
        for value in values:
            self._canvas.words(self.x(value), self.bottom + 18, written(value), "soft small", "middle")

    def names(self, across: str, up: str) -> None:
        """What the axes show."""
        self._canvas.words((self.left + self.right) / 2, self.bottom + 40, across, "soft", "middle")
        self._canvas.words(18, (self.top + self.bottom) / 2, up, "soft", "middle", turned=True)

    def curve(self, values: Sequence[Place], kind: str) -> None:
        """A line through values."""
        self._canvas.line([(self.x(x), self.y(y)) for x, y in values], kind)


def steps(low: float, high: float, most: int = 7) -> list[float]:
    """Round values that cover low..high, at least two and at most about `most` of them."""
    if high - low < 1e-6:  # all is the same: an axis about it
        low, high = max(low - 1, 0.0), high + 1
    span = high - low
    size = next(s for e in range(-4, 7) for s in (10.0**e, 2 * 10.0**e, 5 * 10.0**e) if span / s <= most)
    first = int(low / size) if low >= 0 else int(low / size) - 1
    found = []
    while first * size < high + size * 0.999:
        found.append(round(first * size, 6))
        first += 1
    return found
