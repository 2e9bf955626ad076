"""Nothing jumps while a page loads: Chromium's own measure of what moved without anybody's doing."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.page.visitor import House, Visitor

MOST = 0.1
"""The layout shift that Lighthouse and web.dev's "Cumulative Layout Shift" call good, over the whole visit."""
OBSERVED = """
window.shifted = [];
const note = (entries) => {
  for (const { value, sources } of entries) {
    shifted.push([value, sources.map(({ node }) => node?.id || node?.className)]);
  }
};
window.watching = new PerformanceObserver((list) => note(list.getEntries()));
watching.observe({ type: "layout-shift", buffered: true });
window.noted = () => { note(watching.takeRecords()); return shifted; };
"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
ARRIVED = {
    "/#now": ("#queue li", "#mirror[data-awake=true]", "#policy-meaning:not(:empty)"),
    "/#history": ("#plays li", "#timeline :is(svg, canvas)", "#dislikes li"),
    "/#songs": ("#song-list li", "#folders .count"),
    "/#map": ("#map canvas",),
    "/#lists": ("#list-form",),
    "/#aim": ("#aim-facts dd", "#frame svg"),
    "/#box": ("#versions dd", "#well li", "#update-state:not(:text('…'))", "#model li"),
    "/mirror": ("#mirror[data-awake=true]", "#why:not(:empty)"),
    "/first-days": ("main:not([aria-busy])", "#step input"),
    "/plain": ("main",),
}
"""What a page shows once the box has answered it."""


@pytest.mark.parametrize("size", ["phone", pytest.param("wide", marks=pytest.mark.slow)])
def test_a_page_stays_where_it_is_while_it_loads(chromium: Browser, house: House, size: str) -> None:
    house.looked_through()
    jumped = {}
    for path, arrived in ARRIVED.items():
        with Visitor.at(chromium, house.url, size, house.cookie) as visitor:
            visitor.page.add_init_script(OBSERVED)
            visitor.page.goto(path)
            for what in arrived:
                expect(visitor.page.locator(what).first).to_be_attached()
            visitor.page.evaluate(DRAWN)
            shifted = visitor.page.evaluate("noted()")
            if sum(value for value, _ in shifted) >= MOST:
                jumped[path] = shifted
    assert jumped == {}
