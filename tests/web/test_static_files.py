"""The page's files."""

from pathlib import Path

import pytest

from appliance.web.assets import STATIC, Assets, assets
from appliance.web.static_files import for_everyone
from tests.web.running_page import Browser, RunningPage


async def test_each_file_of_the_page_is_given_to_the_owner_with_its_type(owner: Browser) -> None:
    files = [path for path in STATIC.iterdir() if path.suffix != ".html"]
    assert files
    for path in files:
        answer = await owner.ask("GET", f"/static/{path.name}")
        assert answer.status == 200, path.name
        assert answer.body == path.read_bytes()
        assert answer.headers["Content-Type"].split(";")[0] != "application/octet-stream"


async def test_a_file_that_has_not_changed_is_not_sent_again(owner: Browser) -> None:
    first = await owner.ask("GET", "/static/base.css")
    again = await owner.ask("GET", "/static/base.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "..%5capp.py", ".hidden", "index.html", "sign-in.html", "a%00.css",
     "/etc/passwd", "%2fetc%2fpasswd", "nothing.css", "", "base.css/", "base%2ecss/../../app.py"],
)  # fmt: skip
async def test_nothing_beside_the_pages_files_is_given(owner: Browser, path: str) -> None:
    import yarl

    async with owner.session.get(yarl.URL(f"{owner.url}/static/{path}", encoded=True)) as answer:
        assert answer.status == 404, path


async def test_the_sign_in_page_can_load_all_that_it_names(running: RunningPage) -> None:
    names = for_everyone()
    assert names
    for name in names:
        assert (await running.browser().ask("GET", f"/static/{name}")).status == 200, name


def test_a_page_names_bundles_and_files_by_their_content(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '  <!-- ./part.html -->\n  <link rel="stylesheet" href="/static/b.css">\n'
        '  <script type="module" src="/static/a.js"></script>\n<img src="/static/gone.png">\n'
    )
    (tmp_path / "part.html").write_text('  <link rel="stylesheet" href="/static/a.css">\n')
    for name, text in {"a.css": "a {}", "b.css": "b {}", "a.js": 'import { b } from "./b.js";\n', "b.js": ""}.items():
        (tmp_path / name).write_text(text)
    made = Assets(tmp_path)
    page = made.page("page.html")
    styles, script, gone = sorted(made.named_in(page), key=lambda name: ("page" not in name, ".js" in name))
    assert gone == "gone.png"
    assert {styles.rpartition(".")[2], script.rpartition(".")[2]} == {"css", "js"}
    found = made.find(styles)
    assert found
    assert (found[0].body, found[1]) == (b"a {}b {}", True)
    (tmp_path / "b.css").write_text("c {}")
    assert Assets(tmp_path).page("page.html") != page


async def test_hashed_files_are_kept_for_ever_and_sent_compressed(owner: Browser) -> None:
    (name,) = (name for name in assets().named_in(assets().page("index.html")) if name.endswith(".css"))
    answer = await owner.ask("GET", f"/static/{name}")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    plain = await owner.ask("GET", f"/static/{name}", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.body == answer.body


def test_the_page_names_no_place_but_the_box() -> None:
    for path in STATIC.iterdir():
        if path.suffix in {".html", ".css", ".js"}:
            text = path.read_text().replace("http://www.w3.org/2000/svg", "")
            assert "http://" not in text, path.name
            assert "https://" not in text, path.name
            assert path.suffix != ".html" or ("style=" not in text and "<style" not in text), path.name
