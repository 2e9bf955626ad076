"""A song's cover by the API."""

from tests.web.running_page import Browser


async def test_a_cover_comes_with_its_kind_and_is_kept_for_a_day(owner: Browser) -> None:
    answer = await owner.ask("GET", "/api/cover?file=happy/covered.flac")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "86400" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_song_without_one_is_told_so(owner: Browser) -> None:
    answer = await owner.ask("GET", "/api/cover?file=sad/rain.flac")
    assert (answer.status, answer.body) == (204, b"")
    assert (await owner.ask("GET", "/api/cover")).status == 400
