"""The card and the report describe the bundle that ships, in figures that were measured."""

from pathlib import Path

from appliance.model import bundle
from appliance.model.shipped import shipped_model
from tools.train_and_quantize import card, measurements

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "maintainer" / "model-report"


def measured() -> measurements.Measurements:
    return measurements.read(sorted(REPORT.glob("*.json")))


def test_the_figures_are_those_of_the_bundle() -> None:
    assert measured().evaluations[0]["sha256"] == bundle.read_bundle(shipped_model()).sha256


def test_both_runtimes_were_measured() -> None:
    names = {one["runtime"].partition(" ")[0] for one in measured().evaluations}
    assert names == {"ai-edge-litert", "tflite-runtime"}


def test_the_card_holds_these_figures_and_no_others() -> None:
    assert card.figures(measured()) in (ROOT / "models" / "CARD.md").read_text()
    assert card.comparison(measured()) in (ROOT / "models" / "CARD.md").read_text()


def test_every_plot_of_the_card_is_there() -> None:
    text = (ROOT / "models" / "CARD.md").read_text()
    named = [part.partition(")")[0] for part in text.split("](../")[1:] if ".svg)" in part]
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).is_file()] == []
