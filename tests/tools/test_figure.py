import re
import xml.etree.ElementTree as ElementTree

from tools.train_and_quantize import figure
from tools.train_and_quantize.figure import FIRST, as_svg, axes, dots, sheet, styled


@styled
def drawn() -> str:
    made = sheet(200, 100, "A <title>")
    dots(axes(made, 10, 10, 40, 10), [1, 2], [3, 4])
    return as_svg(made, 'what is "shown"')


def test_the_same_values_give_the_same_bytes() -> None:
    assert drawn() == drawn()
    assert not re.search(r"20\d\d-\d\d-\d\d", drawn())


def test_a_drawing_says_what_it_shows_and_fits_any_width() -> None:
    root = ElementTree.fromstring(drawn())  # noqa: S314 - we drew it just now
    assert root.get("aria-label") == 'what is "shown"'
    assert (root.get("viewBox"), root.get("width"), root.get("height")) == ("0 0 200 100", None, None)
    assert "A <title>" in [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_every_colour_has_its_dark_counterpart() -> None:
    root = ElementTree.fromstring(drawn())  # noqa: S314 - we drew it just now
    styles = " ".join(element.get("style", "") for element in root.iter())
    assert f"fill: {FIRST}" in styles
    assert set(re.findall(r"#[0-9a-f]{6}", styles)) <= set(figure._DARK)
    assert f'[style*="fill: {FIRST}"]{{fill:{figure._DARK[FIRST]}!important}}' in drawn()


def test_drawings_on_one_page_do_not_share_an_id_for_different_things() -> None:
    kept = [element.get("id") for element in ElementTree.fromstring(drawn()).iter() if element.get("id")]  # noqa: S314
    assert kept, "what is referred to keeps its id, which is a hash of its content"
    assert all(re.fullmatch(r"[a-z][0-9a-f]{10,}", str(name)) for name in kept)
