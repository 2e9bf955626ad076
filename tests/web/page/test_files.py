"""The page's files by themselves: complete, small, from the box only, and part of the package."""

import json
import re
import runpy
import struct
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from appliance.web.emotion_files import GENERATED

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "appliance" / "web" / "static"
FILES = sorted(file for file in STATIC.iterdir() if file.is_file())
TEXTS = [file for file in FILES if file.suffix in {".html", ".css", ".js", ".svg", ".webmanifest"}]


def test_every_file_is_part_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    setuptools = pytest.importorskip("setuptools")
    told: dict[str, Any] = {}
    monkeypatch.setattr(setuptools, "setup", told.update)
    runpy.run_path(str(ROOT / "setup.py"))
    patterns = told["package_data"]["appliance.web"]
    for file in FILES:
        assert any(fnmatch(str(file.relative_to(STATIC.parent)), pattern) for pattern in patterns), file.name


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_each_file_is_short_and_names_nothing_of_elsewhere(file: Path) -> None:
    text = file.read_text()
    assert text.count("\n") < 400
    elsewhere = {url for url in re.findall(r"https?://[^\s\"'`)]+", text) if not url.startswith("http://www.w3.org/")}
    assert elsewhere == set()


PAGES = {
    "first-days.html",
    "guest-door.html",
    "guest.html",
    "index.html",
    "offline.html",
    "sign-in.html",
    "welcome.html",
    "wifi-joining.html",
    "wifi.html",
}


def test_every_file_is_used_and_every_file_named_is_there() -> None:
    texts = [file.read_text() for file in (*TEXTS, STATIC.parent / "noscript" / "pages.py")]
    named = {name for text in texts for name in re.findall(r"(?:/static/|\./)([\w-]+\.[\w.]+)", text)}
    there = {file.name for file in FILES} | set(GENERATED)
    assert named - there == set()
    assert there - named == {*PAGES, "service-worker.js"}


@pytest.mark.parametrize("name", ["index.html", "sign-in.html", "welcome.html", "wifi.html", "wifi-joining.html"])
def test_there_are_no_inline_scripts_or_styles(name: str) -> None:
    text = (STATIC / name).read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_the_manifest_names_icons_of_the_size_that_they_have() -> None:
    manifest = json.loads((STATIC / "manifest.webmanifest").read_text())
    assert {"name", "short_name", "start_url", "display", "icons"} <= manifest.keys()
    for icon in manifest["icons"]:
        file = STATIC / Path(icon["src"]).name
        if file.suffix == ".png":
            width, height = struct.unpack(">II", file.read_bytes()[16:24])
            assert icon["sizes"] == f"{width}x{height}"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
