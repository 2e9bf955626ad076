"""The history: drawn, read, exported and erased."""

import re
from datetime import date

from playwright.sync_api import expect

from tests.web.page.visitor import House, Visitor, radio, until


def test_today_is_drawn_with_its_moods_people_and_songs(visitor: Visitor) -> None:
    page = visitor.go("history")
    expect(page.locator("#date-words")).to_have_text("Today")
    expect(page.get_by_role("img", name=re.compile(r"\d+ moods?, \d+ songs?"))).to_be_visible()
    expect(page.locator(".timeline .people").first).to_be_attached()
    expect(page.locator(".timeline .play").first).to_be_attached()
    page.locator('.timeline .mood[data-mood="happy"]').last.click(force=True)
    expect(page.locator("#timeline-told")).to_contain_text(
        re.compile(r"happy · .*sure · for .*1 person · \d+ songs? began")
    )


def test_the_drawing_is_also_a_table(visitor: Visitor) -> None:
    page = visitor.go("history")
    page.get_by_text("As a table").click()
    expect(page.get_by_role("row").filter(has_text="happy").first).to_be_visible()


def test_a_week_and_a_month_are_one_ribbon_for_each_day(visitor: Visitor) -> None:
    page = visitor.go("history")
    radio(page, "Week").check(force=True)
    expect(page.locator(".timeline .ground")).to_have_count(7)
    radio(page, "Month").check(force=True)
    expect(page.locator("#date-words")).to_have_text(f"{date.today():%B %Y}")  # noqa: DTZ011 - the page's day is the machine's
    expect(page.locator(".timeline .ground")).to_have_count(_days_in_this_month())
    expect(page.locator('.timeline .mood[data-mood="happy"]').first).to_be_visible()


def _days_in_this_month() -> int:
    first = date.today().replace(day=1)  # noqa: DTZ011 - the same
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return (after - first).days


def test_one_steps_from_day_to_day_but_not_into_the_future(visitor: Visitor) -> None:
    page = visitor.go("history")
    later = page.get_by_role("button", name="Later")
    expect(later).to_be_disabled()
    page.get_by_role("button", name="Earlier").click()
    expect(page.locator("#date-words")).to_have_text("Yesterday")
    later.click()
    expect(page.locator("#date-words")).to_have_text("Today")


def test_it_says_what_played_and_why(visitor: Visitor) -> None:
    page = visitor.go("history")
    expect(page.locator("#plays li").first).to_contain_text(re.compile(r"tone \d"))
    expect(page.locator("#plays")).to_contain_text("you looked happy")


def test_it_is_exported_as_csv_and_as_json(visitor: Visitor) -> None:
    page = visitor.go("history")
    for link, sign in (("Export CSV", "happy"), ("Export JSON", '"happy"')):
        with page.expect_download() as download:
            page.get_by_role("link", name=link).click()
        assert sign in download.value.path().read_text()


def test_it_is_erased_only_after_a_yes(visitor: Visitor, house: House) -> None:
    page = visitor.go("history")
    expect(page.locator("#plays li strong").first).to_be_visible()
    page.get_by_role("button", name="Erase everything").click()
    visitor.confirm("Cancel")
    assert house.ask("GET", "/api/history")["plays"]
    page.get_by_role("button", name="Erase everything").click()
    visitor.confirm("Erase everything")
    visitor.told("The history is erased")
    expect(page.locator("#plays")).to_contain_text("Nothing played in this time.")
    house.box.skip()
    until(lambda: bool(house.ask("GET", "/api/history")["plays"]))
