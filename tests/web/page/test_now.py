"""The first section: mood, music, and every control, in a real browser against a real box."""

import re

import pytest
from playwright.sync_api import Route, expect

from appliance.domain.emotions import Emotion
from tests.web.page.visitor import House, Visitor, radio, until


def test_the_mood_is_a_large_word_with_how_sure_and_how_many(visitor: Visitor) -> None:
    page = visitor.go("now")
    expect(page.locator("#mood-word")).to_have_text("happy")
    expect(page.locator("#mood-face canvas")).to_have_attribute("data-face", "happy")
    expect(page.locator("#mood-sure")).to_have_text(re.compile(r"\d+ % sure"))
    expect(page.locator("#mood-more")).to_have_text("1 person in sight")


def test_it_says_what_plays_why_and_what_comes_next(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    expect(page.locator("#song-title")).to_have_text(re.compile(r"tone \d"))
    expect(page.locator("#why")).to_contain_text("you looked happy")
    expect(page.locator("#queue li").first).to_have_text(re.compile(r"tone \d.*you looked happy"))
    expect(page.locator("#song-length")).to_have_text("0:45")


def test_a_tap_skips_the_song(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    before = house.box.status()["player"]["file"]
    page.get_by_role("button", name="Next song").click()
    house.box.wait(lambda status: status["player"]["file"] not in {None, before})


def test_the_music_is_paused_and_goes_on(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    page.get_by_role("button", name="Pause").click()
    house.box.wait(lambda status: status["player"]["state"] == "pause")
    page.get_by_role("button", name="Play", exact=True).click()
    house.box.wait(lambda status: status["player"]["state"] == "play")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_the_volume_follows_the_slider(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    slider = page.get_by_role("slider", name="Volume")
    wanted = 35 if visitor.size == "phone" else 55
    slider.fill(str(wanted))
    house.box.wait(lambda status: status["player"]["volume"] == wanted)
    expect(page.locator("#volume-now")).to_have_text(str(wanted))


def test_the_owner_chooses_an_emotion_and_returns_to_the_camera(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    radio(page, "sad").check(force=True)
    house.box.wait(lambda status: status["override"] == "sad" and status["player"]["emotion"] == "sad")
    expect(page.locator("#why")).to_contain_text("you chose sad")
    expect(page.locator("#mood-label")).to_contain_text("you chose sad")
    radio(page, "auto").check(force=True)
    house.box.wait(lambda status: status["override"] == "auto")


def test_the_policy_is_chosen_and_explained(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    radio(page, "cheer").check(force=True)
    house.box.wait(lambda status: status["policy"] == "cheer")
    expect(page.locator("#policy-meaning")).to_contain_text("with happy at once")
    radio(page, "match").check(force=True)
    house.box.wait(lambda status: status["policy"] == "match")


def test_the_camera_is_turned_off_and_on_and_its_word_is_the_lamps(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    switch = page.get_by_role("switch", name="Camera")
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    house.box.wait(lambda status: status["vision"]["camera"] == "off")
    expect(page.locator("#lamp")).to_have_text("camera off")
    page.get_by_role("button", name="Judge now").click()
    visitor.told("nothing to judge by")
    switch.click()
    house.box.wait(lambda status: status["vision"]["camera"] == "open")
    expect(page.locator("#lamp")).to_have_text("camera open")


@pytest.mark.slow
def test_the_mood_is_judged_more_often_and_at_once(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    page.get_by_label("Judge the mood every").select_option("600")
    house.box.wait(lambda status: status["interval"] == 600)
    page.get_by_label("Judge the mood every").select_option("300")
    house.box.wait(lambda status: status["interval"] == 300)
    page.get_by_role("button", name="Judge now").click()
    visitor.told("Judged by the last few seconds")


@pytest.mark.slow
def test_what_others_change_is_shown_as_it_happens(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    house.box.override(Emotion.FEAR)
    expect(radio(page, "fear")).to_be_checked()
    house.box.override(None)
    expect(radio(page, "auto")).to_be_checked()


def test_everything_is_reached_by_keyboard_alone(visitor: Visitor, house: House) -> None:
    page = visitor.go("")
    expect(page.locator("#unfit")).to_be_enabled()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.name || document.activeElement.hash")
        )
        if reached[-1] == "interval":
            break
    wanted = {
        "#songs",
        "wrong-open",
        "judge",
        "skip",
        "pause",
        "unfit",
        "volume",
        "override",
        "policy",
        "camera",
        "interval",
    }
    assert wanted <= set(reached)
    radio(page, "auto").focus()
    page.keyboard.press("ArrowRight")
    house.box.wait(lambda status: status["override"] == "happy")
    expect(page.locator("#mood-label")).to_contain_text("you chose happy")
    page.keyboard.press("ArrowLeft")
    house.box.wait(lambda status: status["override"] == "auto")


def test_the_page_admits_that_it_is_not_connected_and_comes_back(visitor: Visitor) -> None:
    page = visitor.go("now")
    visitor.expected.add(0)
    page.context.set_offline(True)
    expect(page.get_by_role("alert").filter(has_text="Not connected")).to_contain_text("What you see is from")
    expect(page.locator("#lamp")).to_have_text("camera not known")
    expect(page.locator("#lamp")).to_have_attribute("data-camera", "unknown")
    expect(page.locator("#mirror-note")).to_have_text("The box cannot be reached")
    page.context.set_offline(False)
    expect(page.locator("#banner")).to_be_hidden()
    expect(page.locator("#lamp")).to_have_text("camera open")
    visitor.faults = [fault for fault in visitor.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_a_song_that_does_not_fit_is_remembered(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    expect(page.locator("#song-title")).to_have_text(re.compile("tone"))
    before = {song["file"] for song in house.ask("GET", "/api/dislikes")}
    playing = house.box.status()["player"]["file"]
    page.get_by_role("button", name="This song does not fit").click()
    visitor.told("will come less often")
    house.left(playing)
    page.get_by_role("button", name="Undo").click()
    visitor.told("again.")
    until(lambda: playing not in {song["file"] for song in house.ask("GET", "/api/dislikes")} - before)


def test_a_song_is_wound_on_by_the_bar(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    expect(page.locator("#song-length")).to_have_text("0:45")
    bar = page.get_by_role("slider", name="Place in the song")
    bar.evaluate("bar => { bar.value = 30; bar.dispatchEvent(new Event('change')); }")
    house.box.wait(lambda status: status["player"]["elapsed"] >= 30)
    expect(bar).to_have_attribute("aria-valuetext", re.compile("0:3. of 0:45"))


def test_the_player_lies_within_the_first_screen_of_a_phone(visitor: Visitor) -> None:
    page = visitor.go("now")
    expect(page.locator("#song-title")).to_have_text(re.compile("tone"))
    page.set_viewport_size({"width": 360, "height": 740})
    nav = page.locator("nav.sections").bounding_box()
    assert nav
    for name in ("song-title", "seek", "pause", "skip", "unfit"):
        box = page.locator(f"#{name}").bounding_box()
        assert box
        assert box["y"] + box["height"] <= nav["y"] + 1, name


def test_a_small_player_stands_in_the_other_sections(visitor: Visitor, house: House) -> None:
    page = visitor.go("now")
    expect(page.get_by_role("complementary", name="What plays")).to_be_hidden()
    visitor.go("history")
    mini = page.get_by_role("complementary", name="What plays")
    expect(mini).to_contain_text("tone")
    before = house.box.status()["player"]["file"]
    mini.get_by_role("button", name="Next song").click()
    house.box.wait(lambda status: status["player"]["file"] not in {None, before})


def test_a_page_that_nobody_sees_lets_go_of_the_box(visitor: Visitor, house: House) -> None:
    page = visitor.page
    page.clock.install()
    visitor.go("now")
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.dispatch_event("html", "visibilitychange", {"bubbles": True})
    page.clock.run_for(31_000)
    house.box.override(Emotion.DISGUST)
    try:
        house.box.wait(lambda status: status["override"] == "disgust")
        page.clock.run_for(60_000)
        expect(radio(page, "auto")).to_be_checked()
        expect(page.locator("#banner")).to_be_hidden()
        page.evaluate("delete document.hidden")
        page.dispatch_event("html", "visibilitychange", {"bubbles": True})
        expect(radio(page, "disgust")).to_be_checked()
    finally:
        house.box.override(None)


def test_a_page_whose_scripts_came_only_in_part_is_loaded_again(visitor: Visitor) -> None:
    page, failed = visitor.page, []

    def fail_once(route: Route) -> None:
        if failed:
            route.continue_()
        else:
            failed.append(route.request.url)
            route.abort()

    page.route("**/static/page-*.js", fail_once)
    page.goto("/")
    expect(page.locator("#camera-word")).to_have_text("camera open")
    assert failed
    visitor.faults = [fault for fault in visitor.faults if "ERR_FAILED" not in fault]
