"""A page of HTML that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_STYLE = """
:root{color-scheme:light dark;--paper:#f4f5f7;--sheet:#fff;--ink:#1f2430;--soft:#667085;--line:#e4e7ec;--mark:#2563c9}
@media (prefers-color-scheme:dark){:root{--paper:#0d0f13;--sheet:#15181e;--ink:#e8eaee;--soft:#9aa4b2;--line:#2b313b;
--mark:#6ea2ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1080px;margin:0 auto;padding:48px 20px 80px}
h1{font-size:2rem;line-height:1.2;margin:0 0 4px}h2{font-size:1.25rem;margin:48px 0 12px}
p{margin:8px 0;max-width:46em}.soft{color:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:12px;margin:28px 0}
.tile{background:var(--sheet);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
.tile b{display:block;white-space:nowrap;font-size:1.5rem;line-height:1.25;color:var(--mark);
font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:.85rem}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(480px,100%),1fr));gap:16px;align-items:start}
.plots svg{display:block;width:100%;max-width:860px;height:auto;border:1px solid var(--line);border-radius:10px}
.scroll{overflow-x:auto;background:var(--sheet);border:1px solid var(--line);border-radius:10px;margin:12px 0}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:7px 14px;text-align:right;border-top:1px solid var(--line)}
th:first-child,td:first-child{text-align:left}thead th{border-top:0;color:var(--soft);font-weight:600}
pre{background:var(--sheet);border:1px solid var(--line);border-radius:10px;padding:14px 16px;overflow-x:auto;
font:13px/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
@media print{body{background:none}main{max-width:none;padding:0}}
"""


class ReportPage:
    """Sections from top to bottom."""

    def __init__(self, title: str, below: str) -> None:
        self._title = title
        self._parts = [f"<h1>{escape(title)}</h1>", f'<p class="soft">{escape(below)}</p>']

    def heading(self, text: str) -> None:
        """Begin a section."""
        self._parts.append(f"<h2>{escape(text)}</h2>")

    def say(self, text: str) -> None:
        """A paragraph."""
        self._parts.append(f"<p>{escape(text)}</p>")

    def tiles(self, values: Sequence[tuple[str, str]]) -> None:
        """Large figures, each with what it is."""
        tiles = "".join(f'<div class="tile"><b>{escape(v)}</b><span>{escape(what)}</span></div>' for v, what in values)
        self._parts.append(f'<div class="tiles">{tiles}</div>')

    def plots(self, drawings: Sequence[str]) -> None:
        """SVG drawings beside each other where there is room."""
        self._parts.append(f'<div class="plots">{"".join(drawings)}</div>')

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table whose first column names the rows."""
        top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        self._parts.append(
            f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
        )

    def verbatim(self, text: str) -> None:
        """Commands or a file as they are."""
        self._parts.append(f"<pre>{escape(text)}</pre>")

    def render(self) -> str:
        """The whole page."""
        return (
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(self._title)}</title>'
            f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>\n'
            f"<body><main>\n{chr(10).join(self._parts)}\n</main></body></html>\n"
        )
