"""Quiet and the sleep timer on the page."""

from playwright.sync_api import expect

from tests.web.page.visitor import House, Visitor


def test_quiet_closes_the_camera_and_pauses_the_music_until_it_is_ended(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    switch = page.get_by_role("switch", name="Quiet")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    house.box.wait(lambda status: status["player"]["state"] == "pause" and status["vision"]["camera"] == "off")
    expect(page.locator("#lamp")).to_have_text("camera off")
    expect(page.locator("#quiet-more")).to_contain_text("The camera is closed and the music pauses until")
    switch.click()
    house.box.wait(lambda status: status["player"]["state"] == "play" and status["vision"]["camera"] == "open")
    expect(switch).to_have_attribute("aria-checked", "false")


def test_the_sleep_timer_is_set_and_stopped(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    timer = page.get_by_label("The music ends")
    expect(timer.locator("option")).to_have_count(7)
    timer.select_option(label="in 45 minutes")
    house.box.wait(lambda status: status["quiet"]["sleep_minutes"] == 45)
    timer.select_option(label="never")
    house.box.wait(lambda status: status["quiet"]["sleep_minutes"] is None)
