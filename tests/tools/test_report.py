"""The report, from a run and measurements made here and now with the shipped model on drawn pictures."""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from appliance.model import bundle
from appliance.model.shipped import shipped_model
from tools.train_and_quantize.card import marks
from tools.train_and_quantize.commands import main

BEGIN, END = marks("figures")
EPOCHS = ({"epoch": 1, "loss": 1.9, "minutes": 1.0}, {"epoch": 2, "loss": 1.5, "fer2013": 40.0, "ferplus": 55.5})


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "history.jsonl").write_text("".join(json.dumps(epoch) + "\n" for epoch in EPOCHS))
    (folder / "recipe.toml").write_text('name = "edge"  # <short>\n')
    return folder


@pytest.fixture
def figures(tmp_path: Path, tree: Path, votes: Path) -> Path:
    out = tmp_path / "figures.json"
    assert main(["evaluate", str(tree), "--votes", str(votes), "--duplicates", "--out", str(out)]) == 0
    return out


def test_a_report_shows_curves_matrices_and_how_sure_it_is(tmp_path: Path, run: Path, figures: Path) -> None:
    out = tmp_path / "report"
    assert main(["report", "--run", str(run), "--figures", str(figures), "--out", str(out)]) == 0
    for name in ("accuracy", "loss", "confusion-ferplus", "confusion-fer2013", "recalls", "reliability",
                 "risk-coverage", "distance", "times"):  # fmt: skip
        drawing = ElementTree.parse(out / f"{name}.svg").getroot()  # noqa: S314 - we wrote it just now
        assert drawing.get("aria-label")
    page = (out / "report.html").read_text()
    assert page.count("<svg") == 9
    assert "&lt;short&gt;" in page
    assert bundle.read_bundle(shipped_model()).sha256 in page
    assert "FER2013 belong to their owners" in page


def test_spoiled_faces_are_drawn_beside_the_model_before(
    tmp_path: Path, figures: Path, tree: Path, votes: Path
) -> None:
    rooms, out, ours = tmp_path / "rooms.json", tmp_path / "report", str(shipped_model())
    assert main(["rooms", str(tree), "--votes", str(votes), "--bundle", ours, ours, "--out", str(rooms)]) == 0
    assert main(["report", "--figures", str(figures), str(rooms), "--out", str(out)]) == 0
    drawing = ElementTree.parse(out / "rooms.svg").getroot()  # noqa: S314 - we wrote it just now
    assert drawing.get("aria-label") == "Risk-coverage curve on spoiled and posed faces"
    assert "nearly dark (gamma 4, noise 8)" in (out / "report.html").read_text()


def test_a_report_needs_nothing_but_itself(tmp_path: Path, run: Path, figures: Path) -> None:
    main(["report", "--run", str(run), "--figures", str(figures), "--out", str(tmp_path / "report")])
    page = (tmp_path / "report" / "report.html").read_text()
    assert re.findall(r"(?:src|href)=(?!\"#)|url\((?!#)|@import|<img|<script|data:", page) == []
    assert set(re.findall(r"https?://[^\s\"']+", page)) == {"http://www.w3.org/2000/svg"}


def test_the_commands_that_measured_are_shown_without_this_machines_folders(
    tmp_path: Path, run: Path, figures: Path
) -> None:
    main(["report", "--run", str(run), "--figures", str(figures), "--out", str(tmp_path / "report")])
    page = (tmp_path / "report" / "report.html").read_text()
    assert str(tmp_path) not in page


def test_who_has_no_votes_gets_a_report_without_their_figures(tmp_path: Path, run: Path, tree: Path) -> None:
    figures, out = tmp_path / "figures.json", tmp_path / "report"
    assert main(["evaluate", str(tree), "--out", str(figures)]) == 0
    assert main(["report", "--run", str(run), "--figures", str(figures), "--out", str(out)]) == 0
    assert (out / "report.html").read_text().count("<svg") == 5
    assert not (out / "reliability.svg").exists()


def test_a_run_that_was_continued_is_one_curve_with_a_mark(tmp_path: Path, run: Path) -> None:
    assert main(["report", "--run", str(run), str(run), "--out", str(tmp_path / "report")]) == 0
    drawing = (tmp_path / "report" / "loss.svg").read_text()
    assert "over 4 epochs" in drawing
    assert drawing.count("continued from here") == 1


def test_the_card_is_written_too(tmp_path: Path, figures: Path) -> None:
    card = tmp_path / "CARD.md"
    card.write_text(f"# Card\n{BEGIN}\n{END}\n")
    assert main(["report", "--figures", str(figures), "--out", str(tmp_path / "report"), "--card", str(card)]) == 0
    assert "| FER+ strict majority, 8 classes: accuracy % |" in card.read_text()


def test_a_machine_without_matplotlib_is_told_what_to_install(
    tmp_path: Path, run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["report", "--run", str(run), "--out", str(tmp_path / "report")]) == 1
    assert "report needs matplotlib" in capsys.readouterr().err
    assert not (tmp_path / "report").exists()


def test_figures_of_another_bundle_are_refused(
    tmp_path: Path, figures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures.write_text(json.dumps(json.loads(figures.read_text()) | {"sha256": "ab" * 32}))
    assert main(["report", "--figures", str(figures), "--out", str(tmp_path / "report")]) == 1
    assert "these figures are about the bundle abababababababab…, the bundle is moodbox-edge" in capsys.readouterr().err
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize("content", ["nothing", '{"epoch": 1}', "[1]"])
def test_a_damaged_history_is_named(
    tmp_path: Path, run: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "history.jsonl").write_text(content + "\n")
    assert main(["report", "--run", str(run), "--out", str(tmp_path / "report")]) == 1
    assert "history.jsonl: not the history of a run" in capsys.readouterr().err


@pytest.mark.parametrize(
    "epochs",
    [
        [{"epoch": 1, "loss": 2.0}],
        [{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": 2.0, "fer2013": 100.0}],
        [{"epoch": 1, "loss": 0.0, "fer2013": 0.0, "ferplus": 0.0, "recall": 0.0}],
    ],
    ids=["not validated yet", "all the same", "nothing right"],
)
def test_a_run_that_has_only_begun_has_its_curves_too(
    tmp_path: Path, run: Path, epochs: list[dict[str, float]]
) -> None:
    (run / "history.jsonl").write_text("".join(json.dumps(epoch) + "\n" for epoch in epochs))
    assert main(["report", "--run", str(run), "--out", str(tmp_path / "report")]) == 0
    assert (tmp_path / "report" / "report.html").read_text().count("<svg") == 2


def test_a_run_without_an_epoch_is_named(tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "history.jsonl").write_text("")
    assert main(["report", "--run", str(run), "--out", str(tmp_path / "report")]) == 1
    assert "history.jsonl: no epoch in it" in capsys.readouterr().err


def test_a_model_that_is_always_right_is_shown(tmp_path: Path, figures: Path) -> None:
    found = json.loads(figures.read_text())
    found["ferplus"]["as_shown"]["risk_coverage"] = [[step / 40, 0.0] for step in range(1, 41)]
    figures.write_text(json.dumps(found))
    assert main(["report", "--figures", str(figures), "--out", str(tmp_path / "report")]) == 0


@pytest.mark.parametrize("missing", ["ms_per_face", "ferplus.mean_recall", "ferplus.as_shown", "fer2013.confusion"])
def test_figures_that_lack_something_are_refused(
    tmp_path: Path, figures: Path, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(figures.read_text())
    table, _, key = f".{missing}".rpartition(".")
    del (found[table[1:]] if table else found)[key]
    figures.write_text(json.dumps(found))
    assert main(["report", "--figures", str(figures), "--out", str(tmp_path / "report")]) == 1
    complaint = capsys.readouterr().err
    assert "the figures cannot be shown: " in complaint
    assert key in complaint
    assert not (tmp_path / "report").exists()
