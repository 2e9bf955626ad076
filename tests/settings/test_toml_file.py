import pytest

from appliance.settings.base import SettingsError
from appliance.settings.toml_file import read_toml


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[music]\nsongs = /srv/x\n",
            "(at line 2, column 9): songs = /srv/x; a value is a number, true, false, or text",
        ),
        ("[music]\nhouse_music = yes\n", "house_music = yes; a value is a number, true, false, or text"),
        ("[music]\nvolume: 50\n", "volume: 50; a setting is written as KEY = VALUE"),
        ("; hello\n", "; hello; a setting is written as KEY = VALUE, a remark begins with #"),
        ('[music]\nsongs = "C:\\songs"\n', "; write each backslash twice, or put the text in 'single quotes'"),
        ("[music]\nsongs = 'x\n", "; a text ends with the quotation mark"),
        ('[music]\nsongs = "x\nport = 0\n', "; a text ends with the quotation mark"),
        ("[music]\nvolume = 50 percent\n", "volume = 50 percent; a text stands in"),
        (
            "[camera]\nwidth = 640\n# wide\nwidth = 800\nheight = 480\n",
            "line 4 sets a key for the second time: width = 800",
        ),
        ("b = 1\na = 2024-02-31\n", "not valid TOML: Invalid date or datetime (at line 2, column 5): a = 2024-02-31"),
        (f"b = 1\na = {'9' * 5000}\nc = 1\n", "(at line 2): a = 999"),
        (f"a = {'[' * 5000}", "not valid TOML: far too many brackets"),
        ("volume =", "not valid TOML: Invalid value (at end of document); a value is a number"),
    ],
)
def test_a_mistake_is_shown_with_its_line_and_what_would_be_right(text: str, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_toml(text)
    assert says in str(error.value)


def test_only_so_much_of_a_long_line_is_shown() -> None:
    with pytest.raises(SettingsError) as error:
        read_toml("songs = " + "x" * 1000)
    assert len(str(error.value)) < 250
