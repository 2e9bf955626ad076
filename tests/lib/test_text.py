import os
from pathlib import Path

from appliance.lib.text import plural, printable_line, printable_path, utf8_text


def test_a_line_has_no_control_characters_and_no_breaks() -> None:
    assert printable_line("\x1b[2Jred\r\nörtchen") == "\\x1b[2Jred\\r\\nörtchen"


def test_bytes_that_are_no_text_stand_as_escapes() -> None:
    assert utf8_text(os.fsdecode(b"caf\xe9\n")) == "caf\\udce9\n"


def test_a_path_that_is_not_utf8_can_be_shown() -> None:
    shown = printable_path(Path(os.fsdecode(b"/x/caf\xe9\n.png")))
    assert shown.endswith("caf\\udce9\\n.png")
    shown.encode()


def test_one_thing_is_told_in_the_singular() -> None:
    told = [plural(0, "song"), plural(1, "song"), plural(2, "song"), plural(1, "person", "people")]
    assert told == ["0 songs", "1 song", "2 songs", "1 person"]
    assert plural(2, "person", "people") == "2 people"
