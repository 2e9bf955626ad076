"""A training recipe: one TOML file which, with its seed, says everything about a run."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from tools.train_and_quantize import recipe_limits
from tools.train_and_quantize.errors import RecipeError

T = TypeVar("T")

IMAGENET = ("resnet50", 64, ((64, 3), (128, 4), (256, 6), (512, 3)))
"""Kind, stem and stages of the one network that can begin with ImageNet's weights."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """The network's kind, widths and depths."""

    kind: Literal["edge", "cnn", "vgg", "resnet", "resnet50"] = "edge"
    stem: int = 24
    """Channels of the first convolution; `cnn` and `vgg` have none apart from their stages."""
    stages: tuple[tuple[int, int], ...] = ((32, 1), (64, 2), (128, 2), (192, 1))
    """(channels, depth): residual blocks of two convolutions (`edge`, `resnet`), of three with four times as many
    channels at their end (`resnet50`), or single convolutions (`cnn`, `vgg`)."""
    dropout: float = 0.3
    enlarge: int = 1
    """Whole factor by which the network enlarges its input."""
    imagenet: bool = False
    """Begin with ImageNet's weights, which Keras fetches (`resnet50` only)."""


@dataclass(frozen=True, slots=True)
class Optimiser:
    """SGD with Nesterov momentum; the rate follows half a cosine after a linear warm-up."""

    rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 5e-4
    """Added to the gradient (coupled), on kernels only."""
    warmup: float = 0.06
    """Share of all steps."""
    average: float = 0.998
    """Decay per step of the moving average of the weights, which is the model that is kept."""


@dataclass(frozen=True, slots=True)
class Loss:
    """How the two heads are taught."""

    smoothing: float = 0.1
    """Label smoothing of the FER2013 head."""
    ferplus: float = 0.5
    """Weight of the FER+ head's loss; the FER2013 head has the rest."""
    balance: float = 1.0
    """Logit adjustment of the FER+ head (Menon et al. 2021, arXiv 2007.07314): 0 learns the data's class
    frequencies, 1 makes all classes equally likely beforehand."""


@dataclass(frozen=True, slots=True)
class Augment:
    """Ranges of the random changes made to each training picture."""

    rotation: float = 15.0
    """Degrees, both ways."""
    scale: tuple[float, float] = (0.8, 1.12)
    shift: float = 0.07
    """Share of the picture's width, both ways."""
    contrast: tuple[float, float] = (0.7, 1.3)
    brightness: float = 30.0
    """Grey levels, both ways."""
    slope: float = 0.3
    """Probability of a light that falls off across the face."""
    erase: float = 0.5
    """Probability that a rectangle is painted over."""
    low: float = 0.25
    """Probability that the picture is scaled down to `low_size` pixels and up again."""
    low_size: tuple[int, int] = (10, 30)


@dataclass(frozen=True, slots=True)
class Export:
    """How the trained network becomes the shipped file."""

    balance: float = 0.5
    """How much of the class frequencies stays removed from the FER+ head (at most what it was trained with)."""
    representative: int = 500
    """Training pictures that calibrate the quantization."""
    mirror: bool = False
    """The file looks at the picture and at its mirror image and averages: better for twice the time."""


@dataclass(frozen=True, slots=True)
class Distillation:
    """What is learnt from teachers (Hinton et al. 2015, arXiv 1503.02531)."""

    share: float = 0.0
    """Weight of the teachers' opinion in the loss, 0..1; the labels and votes have the rest."""
    temperature: float = 2.0
    """Both sides' logits are divided by it: the higher, the more the unlikely classes tell."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One training run."""

    name: str
    seed: int = 1
    epochs: int = 26
    batch: int = 128
    sizes: tuple[tuple[float, int], ...] = ((0.0, 36), (0.35, 40), (0.65, 44), (0.85, 48))
    """(share of the run from which on, input size in pixels)."""
    architecture: Architecture = field(default_factory=Architecture)
    optimiser: Optimiser = field(default_factory=Optimiser)
    loss: Loss = field(default_factory=Loss)
    augment: Augment = field(default_factory=Augment)
    export: Export = field(default_factory=Export)
    distillation: Distillation = field(default_factory=Distillation)

    def size_at(self, progress: float) -> int:
        """Input size in pixels when `progress` (0..1) of the run is done."""
        return [size for start, size in self.sizes if progress >= start][-1]


def load(path: Path) -> Recipe:
    """Read a recipe. Raises RecipeError which names the file, the key, what was found and what would be right."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.toml"))) or "none"
        raise RecipeError(f"{path}: no such recipe; in that folder there are: {known}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path}: not a readable TOML file: {error}") from None
    recipe = _fill(Recipe, table, "", path)
    _check(recipe, path)
    return recipe


def _check(recipe: Recipe, path: Path) -> None:
    """What the types alone do not say."""
    recipe_limits.check(recipe, path)
    shape = recipe.architecture
    if shape.imagenet and (shape.kind, shape.stem, shape.stages) != IMAGENET:
        raise RecipeError(f"{path}: architecture.imagenet: Keras has such weights for kind, stem and stages {IMAGENET} "
                          f"alone, found {(shape.kind, shape.stem, shape.stages)}")  # fmt: skip


def _fill(kind: type[T], table: Any, prefix: str, path: Path) -> T:
    """Make the dataclass `kind` from a TOML table, checking names and types."""
    if not isinstance(table, dict):
        raise RecipeError(f"{path}: {prefix.rstrip('.')}: expected a table, found {table!r}")
    hints = typing.get_type_hints(kind)
    for key in table:
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else f"; known: {', '.join(hints)}"
            raise RecipeError(f"{path}: unknown key {prefix}{key!s}{hint}")
    values = {key: _value(hints[key], value, f"{prefix}{key}", path) for key, value in table.items()}
    if kind is Recipe and "name" not in values:
        raise RecipeError(f"{path}: name: expected an entry, found none")
    return kind(**values)


def _value(hint: Any, value: Any, key: str, path: Path) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _fill(hint, value, f"{key}.", path)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        if not isinstance(value, list):
            raise RecipeError(f"{path}: {key}: expected a list, found {value!r}")
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_value(arguments[0], item, key, path) for item in value)
        if len(value) != len(arguments):
            raise RecipeError(f"{path}: {key}: expected {len(arguments)} values, found {value!r}")
        return tuple(_value(kind, item, key, path) for kind, item in zip(arguments, value, strict=True))
    if origin is Literal:
        if value not in arguments:
            raise RecipeError(f"{path}: {key}: expected one of {', '.join(arguments)}, found {value!r}")
        return value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and type(value) is hint:
        return value
    raise RecipeError(f"{path}: {key}: expected {getattr(hint, '__name__', hint)}, found {value!r}")
