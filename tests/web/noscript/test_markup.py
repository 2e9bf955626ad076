"""Pieces of HTML: what is no markup is text."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from appliance.web.noscript.markup import Markup, facts, items, join, link, table, tag


class Seen(HTMLParser):
    """The elements and the text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_no_text_becomes_an_element_or_ends_an_attribute(text: str) -> None:
    seen = Seen(tag("p", text, title=f"x{text}"))
    assert seen.elements == [("p", {"title": f"x{text}"})]
    assert seen.text == text


def test_elements_stand_in_elements_as_they_are() -> None:
    assert tag("p", tag("b", "a & b"), "<i>") == "<p><b>a &amp; b</b>\n&lt;i&gt;</p>"
    assert isinstance(join("a", Markup("<br>")), Markup)


def test_names_of_attributes_are_written_as_in_html_and_empty_ones_left_out() -> None:
    assert tag("p", class_="wide", aria_label="x", title="") == '<p class="wide" aria-label="x"></p>'
    assert Seen(link("Now", "/plain", current=True)).elements == [("a", {"href": "/plain", "aria-current": "page"})]
    assert Seen(link("Now", "/plain")).elements == [("a", {"href": "/plain"})]


def test_a_table_has_a_name_and_heads_for_its_rows_and_columns() -> None:
    seen = Seen(table("Songs", ("Song", "Size"), [("<a>", "1")], "None."))
    assert [(kind, words.get("scope")) for kind, words in seen.elements if kind == "th"] == [
        ("th", "col"), ("th", "col"), ("th", "row"),
    ]  # fmt: skip
    assert ("div", {"class": "wide", "tabindex": "0", "role": "region", "aria-label": "Songs"}) in seen.elements
    assert "<a>" in seen.text


def test_what_is_empty_says_so() -> None:
    assert Seen(table("Songs", ("Song",), [], "None yet.")).text.split() == ["Songs", "None", "yet."]
    assert items([], "None.") == "<p>None.</p>"
    assert items(["a"], "None.") == "<ul><li>a</li></ul>"
    assert facts([("Light", "<good>")]) == "<dl><dt>Light</dt>\n<dd>&lt;good&gt;</dd></dl>"
