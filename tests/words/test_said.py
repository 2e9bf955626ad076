"""What is said again in the reader's language stands in the code in these words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.settings.base import SettingsError
from appliance.settings.settings import load_settings
from appliance.words.languages import LANGUAGES, Language
from appliance.words.retelling import retold
from appliance.words.speaking import SLOT, catalogue, filled, speaking
from tests.words.extraction import APPLIANCE
from tests.words.said import SAID
from tests.words.said_of_files import SAID_OF_FILES


def texts() -> Iterator[str]:
    """Each text of the code, with `{}` for its values."""
    for file in sorted(APPLIANCE.rglob("*.py")):
        yield from texts_of(ast.parse(file.read_text()))


def texts_of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)


ALL = (*SAID, *SAID_OF_FILES)
CODE = set(texts())
WHOLE = "\n".join(CODE)


def test_each_sentence_stands_in_the_code() -> None:
    bare = [SLOT.sub("{}", sentence) for sentence in ALL]
    gone = [each for each in bare if each not in CODE and not made_of_pieces(each)]
    assert gone == [], "said in other words now, or no more"


def made_of_pieces(bare: str) -> bool:
    """Whether the longest pieces between its values stand in the code: where a value is itself one of two texts."""
    pieces = [piece for piece in bare.split("{}") if sum(map(str.isalpha, piece)) > 3]
    return all(any(part.strip() in WHOLE for part in (piece, piece.partition("; ")[2])) for piece in pieces)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_each_sentence_with_values_is_known_again(language: Language) -> None:
    for sentence in filter(SLOT.search, ALL):
        values = {name: f"<{number}>" for number, name in enumerate(dict.fromkeys(SLOT.findall(sentence)))}
        with speaking(language):
            assert retold(filled(sentence, **values)) == filled(catalogue(language).text(sentence), **values)


def test_what_a_room_says_reaches_the_reader() -> None:
    with speaking("de"):
        assert retold("camera: the camera was turned off by its button; only the button turns it on again") == (
            "Kamera: die Kamera wurde am Knopf ausgeschaltet; nur der Knopf schaltet sie wieder ein"
        )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[music]\nvolme = 3\n', "[music] hat keinen Schlüssel 'volme'; meintest du 'volume'? (in Zeile 2: volme = 3)"),
        ('[music]\noutput = "fifo:x"\n', ("music.output ist 'fifo:x'; ein FIFO braucht einen absoluten Pfad, "
         'etwa fifo:/run/moodbox/sound (in Zeile 2: output = "fifo:x")')),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_settings_file_reaches_its_owner(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    with speaking("de"):
        assert retold(str(caught.value)).removeprefix(f"{file}: ") == told
