"""A training recipe: one TOML file which, with its seed, says everything about a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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
    frozen: bool = False
    """Only the last layer learns; the rest stays as the run began, normalisation included."""


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
    tilt: float = 0.0
    """Probability that the head is tilted by up to `tilt_degrees` instead of `rotation`."""
    tilt_degrees: float = 35.0


@dataclass(frozen=True, slots=True)
class Rooms:
    """How often living rooms and their cameras spoil a training picture, and how badly; see `rooms`."""

    share: float = 0.0
    """Of the pictures; the rest have the changes of `Augment` alone. The probabilities below are within this share."""
    dark: float = 0.35
    gamma: tuple[float, float] = (1.3, 4.5)
    """Exponent of the greys: 2.5 is a lamp in the evening, 4 nearly dark."""
    side: float = 0.25
    """Light from one side."""
    noise: float = 0.5
    dark_noise: float = 0.0
    """Probability of noise on a picture that is dark, where it is more than `noise`: a camera turns up its gain."""
    noise_sigma: tuple[float, float] = (1.0, 10.0)
    """Grey levels."""
    mouth: float = 0.12
    """A mask, or something held before the mouth."""
    glasses: float = 0.08
    blur: float = 0.2
    """Out of focus or moved."""
    blur_sigma: tuple[float, float] = (0.5, 2.0)
    """Pixels, of what is out of focus."""
    jpeg: float = 0.15
    jpeg_quality: tuple[int, int] = (10, 60)


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
    rooms: Rooms = field(default_factory=Rooms)
    export: Export = field(default_factory=Export)
    distillation: Distillation = field(default_factory=Distillation)

    def size_at(self, progress: float) -> int:
        """Input size in pixels when `progress` (0..1) of the run is done."""
        return [size for start, size in self.sizes if progress >= start][-1]
