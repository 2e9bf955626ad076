from pathlib import Path

import pytest

from tools.render_faces.__main__ import main


def test_no_people_are_refused_before_the_model_is_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--people", "0"])
    assert "--people 0: at least one is needed" in capsys.readouterr().err


@pytest.mark.slow
def test_a_person_is_drawn_with_every_emotion_and_not_again(tmp_path: Path) -> None:
    pytest.importorskip("anny", reason="needs the body model: tools/render_faces/requirements.txt")
    assert main([str(tmp_path), "--people", "1"]) == 0
    files = sorted(tmp_path.glob("*/*.png"))
    assert len(files) == 14
    assert len({file.read_bytes() for file in files}) == 14
    before = [file.stat().st_mtime_ns for file in files]
    assert main([str(tmp_path), "--people", "1"]) == 0
    assert [file.stat().st_mtime_ns for file in files] == before
