"""What the card says of the set-up."""

from pathlib import Path

from appliance.wifi.card import PASSWORD, access_point_name, read_card


def test_a_card_that_says_nothing_asks_for_nothing(tmp_path: Path) -> None:
    card = read_card((tmp_path / "none", tmp_path / "none either"))
    assert (card.asked, card.password, card.problem) == (False, PASSWORD, "")


def test_the_first_line_is_the_password_however_the_file_was_written(tmp_path: Path) -> None:
    file = tmp_path / "moodbox-setup.txt"
    for content in (b"rain on the roof", b"\xef\xbb\xbfrain on the roof\r\n", b" rain on the roof \nmore\n"):
        file.write_bytes(content)
        assert read_card((tmp_path / "none", file)).password == "rain on the roof"


def test_an_empty_file_asks_for_the_set_up_with_the_usual_password(tmp_path: Path) -> None:
    file = tmp_path / "moodbox-setup.txt"
    file.touch()
    card = read_card((file,))
    assert (card.asked, card.password, card.problem) == (True, PASSWORD, "")


def test_a_bad_file_is_told_and_asks_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "moodbox-setup.txt"
    for content in (b"short", b"\xff\xfe\x00", b"x" * 2000):
        file.write_bytes(content)
        card = read_card((file,))
        assert card.asked
        assert card.password == PASSWORD
        assert str(file) in card.problem


def test_a_box_keeps_its_name_and_two_boxes_have_two() -> None:
    assert access_point_name("a" * 32) == access_point_name("a" * 32) != access_point_name("b" * 32)
    assert len(access_point_name("a" * 32)) == len("Moodbox-1A2B")
