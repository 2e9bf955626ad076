"""Every link and every mention of a page leads somewhere, and every page is in the index."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "models").glob("*.md")]
AUDIENCES = ("owner", "reference", "maintainer")

CODE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
MENTION = re.compile(r"(?<![\w/.-])(?:file:/opt/moodbox/current/)?(docs/[\w/.-]+\.\w+)")

# It is part of the key of the Python environment: a new comment would have every box fetch 120 MB again.
UNREAD = {"provisioning/requirements/assets.txt"}


def prose_of(page: Path) -> str:
    """The page without its blocks of code, in which brackets mean something else."""
    return CODE.sub("", page.read_text())


def links_of(page: Path) -> list[str]:
    return [link for link in LINK.findall(prose_of(page)) if "://" not in link]


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, made as GitHub makes them."""
    plain = (re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).lower() for heading in HEADING.findall(prose_of(page)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def broken_links(page: Path) -> list[str]:
    broken = []
    for link in links_of(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_and_anchor_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_and_a_broken_anchor_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# The one\n[a](#the-one) [b](#two) [c](none.md) [d](page.md#the-one) [e](https://example.org/x)\n")
    assert broken_links(page) == ["#two", "none.md"]


def test_the_index_lists_every_page_once_and_by_audience() -> None:
    index = DOCS / "README.md"
    linked = [(DOCS / link).resolve() for link in links_of(index)]
    pages = [page for page in DOCS.rglob("*.md") if page != index]
    assert sorted(page for page in linked if DOCS in page.parents) == sorted(pages)
    assert {page.parent.name for page in pages} == {"docs", *AUDIENCES}


def test_every_page_that_code_names_is_there() -> None:
    folders = ("appliance", "provisioning", "systemd", "tests", "tools")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*")]
    files += [ROOT / "moodbox", ROOT / "setup.py", ROOT / "pyproject.toml", *PAGES]
    lost = {
        str(file.relative_to(ROOT)): names
        for file in files
        if file.is_file() and file.suffix in {".py", ".sh", ".in", ".txt", ".service", ".path", ".target", ".md", ""}
        if not {"__pycache__", "corpus"} & set(file.parts) and str(file.relative_to(ROOT)) not in UNREAD
        if (names := [name for name in MENTION.findall(file.read_text()) if not (ROOT / name).exists()])
    }
    assert lost == {}
