from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from tools.train_and_quantize import recipe
from tools.train_and_quantize.errors import RecipeError
from tools.train_and_quantize.recipe_file import load_recipe

RECIPES = sorted((Path(__file__).parents[2] / "tools" / "train_and_quantize" / "recipes").glob("*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_that_ships_can_be_followed(path: Path) -> None:
    found = load_recipe(path)
    assert found.epochs > 0
    assert found.export.balance <= found.loss.balance
    assert path.read_text().startswith("# "), "a recipe says what it is for"


def test_there_is_a_recipe_for_each_architecture() -> None:
    kinds = set(get_args(get_type_hints(recipe.Architecture)["kind"]))
    assert {load_recipe(path).architecture.kind for path in RECIPES} == kinds


def test_left_out_keys_have_defaults(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text('name = "short"\n')
    assert load_recipe(path).batch == 128


def test_the_input_grows_as_the_run_proceeds() -> None:
    found = recipe.Recipe(name="x", sizes=((0.0, 36), (0.5, 48)))
    assert [found.size_at(progress) for progress in (0.0, 0.49, 0.5, 1.0)] == [36, 36, 48, 48]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('name = "x"\nepoch = 3\n', r"x\.toml: unknown key epoch \(did you mean 'epochs'\?\)"),
        ('name = "x"\nzzz = 3\n', "unknown key zzz; known: name, seed, epochs"),
        ('name = "x"\nepochs = "many"\n', "epochs: expected int, found 'many'"),
        ('name = "x"\n[loss]\nsmoothing = true\n', r"loss\.smoothing: expected float, found True"),
        ('name = "x"\nloss = 3\n', "loss: expected a table, found 3"),
        ('name = "x"\nsizes = [[0.5, 48]]\n', r"sizes: expected a list whose first entry starts at 0\.0"),
        ('name = "x"\nsizes = []\n', r"sizes: expected a list whose first entry starts at 0\.0"),
        ('name = "x"\nsizes = [[0.0, 0]]\n', r"sizes: expected pictures of 16\.\.256 pixels"),
        (
            'name = "x"\nsizes = [[0.0, 48], [0.9, 40], [0.5, 44]]\n',
            "sizes: expected shares of the run in rising order",
        ),
        ('name = "x"\nepochs = -1\n', r"epochs: expected 1\.\.100000, found -1"),
        ('name = "x"\nbatch = 0\n', r"batch: expected 1\.\.100000, found 0"),
        ('name = "x"\nseed = 5000\n', r"seed: expected 0\.\.4000, found 5000"),
        ('name = "x"\n[optimiser]\nrate = nan\n', r"optimiser\.rate: expected 0\.\.10, found nan"),
        ('name = "x"\n[optimiser]\nwarmup = 1.0\n', r"optimiser\.warmup: expected 0\.\.0\.9999, found 1\.0"),
        ('name = "x"\n[architecture]\nstages = []\n', r"architecture\.stages: expected 1\.\.8 pairs"),
        ('name = "x"\n[architecture]\nstages = [[0, 1]]\n', r"architecture\.stages: expected 1\.\.8 pairs"),
        (
            f'name = "x"\nsizes = [[0.0, 36]]\n[architecture]\nkind = "vgg"\nstages = {[[8, 1]] * 6}\n',
            r"architecture\.stages: expected fewer stages",
        ),
        ('name = "x"\n[augment]\nscale = [1.2, 0.8]\n', r"augment\.scale: expected the least and the greatest value"),
        (
            'name = "x"\n[augment]\nlow_size = [0, 30]\n',
            r"augment\.low_size: expected .* both 1\.\.48, found \(0, 30\)",
        ),
        ('name = "x"\n[export]\nrepresentative = 0\n', r"export\.representative: expected 7\.\."),
        ('name = "x"\n[export]\nbalance = -1.0\n', r"export\.balance: expected 0\.\.4, found -1"),
        ('name = "x"\n[augment]\nscale = [1.0]\n', r"augment\.scale: expected 2 values, found \[1\.0\]"),
        (
            'name = "x"\n[architecture]\nkind = "vit"\n',
            "kind: expected one of edge, cnn, vgg, resnet, resnet50, found 'vit'",
        ),
        (
            'name = "x"\n[architecture]\nimagenet = true\n',
            r"architecture\.imagenet: Keras has such weights for .*found",
        ),
        ('name = "x"\n[distillation]\nshare = 1.5\n', r"distillation\.share: expected 0\.\.1, found 1\.5"),
        ('name = "x"\n[distillation]\ntemperature = 0\n', r"distillation\.temperature: expected 0\.05\.\.100, found 0"),
        ("epochs = 3\n", "x.toml: name: expected an entry, found none"),
        ("name = \n", "not a readable TOML file"),
    ],
)
def test_a_wrong_recipe_is_refused_with_the_key_and_what_was_found(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=complaint):
        load_recipe(path)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"none\.toml: no such recipe; in that folder there are: none"):
        load_recipe(tmp_path / "none.toml")
    with pytest.raises(RecipeError, match=r"edgy\.toml: no such recipe; .* cnn, edge, edge-distilled, "):
        load_recipe(RECIPES[0].with_name("edgy.toml"))
