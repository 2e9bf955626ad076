"""The page's files."""

from pathlib import Path

import pytest

from appliance.web.static_files import STATIC, for_everyone
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


def test_what_the_sign_in_page_names_is_found_through_its_files(tmp_path: Path) -> None:
    (tmp_path / "sign-in.html").write_text('<script src="/static/a.js"></script><a href="/static/gone.css">')
    (tmp_path / "a.js").write_text('import "./b.js";')
    (tmp_path / "b.js").write_text('import "./a.js"; // and /static/index.html')
    (tmp_path / "index.html").write_text("/static/secret.js")
    (tmp_path / "secret.js").write_text("")
    assert for_everyone(tmp_path) == {"a.js", "b.js"}


def test_the_page_names_no_place_but_the_box() -> None:
    for path in STATIC.iterdir():
        if path.suffix in {".html", ".css", ".js"}:
            text = path.read_text().replace("http://www.w3.org/2000/svg", "")
            assert "http://" not in text, path.name
            assert "https://" not in text, path.name
            assert path.suffix != ".html" or ("style=" not in text and "<style" not in text), path.name
