"""Random changes to training pictures: pose, crop, light, cover and resolution.

With them the model meets faces which are not FER2013's.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.train_and_quantize.recipe import Augment
from tools.train_and_quantize.spoiling import lower_resolution


def augment(pixels: NDArray[np.uint8], size: int, ranges: Augment, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Pictures (n, h, w) → changed pictures (n, size, size), each in its own way."""
    count = len(pixels)
    matrices = _matrices(count, pixels.shape[1], size, ranges, rng)
    low = rng.random(count) < ranges.low
    low_sizes = rng.integers(ranges.low_size[0], ranges.low_size[1] + 1, count)
    out = np.empty((count, size, size), np.uint8)
    for index, picture in enumerate(pixels):
        source = lower_resolution(picture, int(low_sizes[index])) if low[index] else picture
        cv2.warpAffine(
            source, matrices[index], (size, size), dst=out[index], flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
    return _erase(_relight(out, ranges, rng), ranges, rng)


def _matrices(count: int, side: int, size: int, ranges: Augment, rng: np.random.Generator) -> NDArray[np.float32]:
    """Affine matrices (n, 2, 3) from source to target: mirrored half of the time, turned, scaled, shifted."""
    angle = np.deg2rad(rng.uniform(-ranges.rotation, ranges.rotation, count))
    scale = rng.uniform(ranges.scale[0], ranges.scale[1], count) * size / side
    if ranges.tilt:
        tilted = rng.random(count) < ranges.tilt
        angle = np.where(tilted, np.deg2rad(rng.uniform(-ranges.tilt_degrees, ranges.tilt_degrees, count)), angle)
    mirror = np.where(rng.random(count) < 0.5, -1.0, 1.0)
    shift = rng.uniform(-ranges.shift, ranges.shift, (count, 2)) * size
    a, b = scale * np.cos(angle), scale * np.sin(angle)
    linear = np.stack([np.stack([a * mirror, b], -1), np.stack([-b * mirror, a], -1)], 1)
    middle = np.full(2, (side - 1) / 2)
    offset = (size - 1) / 2 + shift - linear @ middle
    return np.concatenate([linear, offset[:, :, None]], axis=2).astype(np.float32)


def _relight(pixels: NDArray[np.uint8], ranges: Augment, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Contrast about the picture's mean, brightness, and on some a light that falls off to one side."""
    count, size = len(pixels), pixels.shape[1]
    values = pixels.astype(np.float32)
    mean = values.mean(axis=(1, 2), keepdims=True)
    contrast = rng.uniform(*ranges.contrast, (count, 1, 1)).astype(np.float32)
    brightness = rng.uniform(-ranges.brightness, ranges.brightness, (count, 1, 1)).astype(np.float32)
    values = (values - mean) * contrast + (mean + brightness)
    direction = rng.uniform(0, 2 * np.pi, (count, 1, 1))
    strength = np.where(rng.random((count, 1, 1)) < ranges.slope, rng.uniform(0.1, 0.6, (count, 1, 1)), 0.0)
    ramp = np.linspace(-1, 1, size, dtype=np.float32)
    slope = np.cos(direction) * ramp[None, None, :] + np.sin(direction) * ramp[None, :, None]
    values *= (1 + strength * slope).astype(np.float32)
    return np.clip(values + 0.5, 0, 255).astype(np.uint8)


def _erase(pixels: NDArray[np.uint8], ranges: Augment, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Paint a rectangle of 3..25 % of the area over some pictures, in one grey or in noise."""
    size = pixels.shape[1]
    for index in np.flatnonzero(rng.random(len(pixels)) < ranges.erase):
        area, aspect = rng.uniform(0.03, 0.25), np.exp(rng.uniform(-1, 1))
        height = int(np.clip(round(size * np.sqrt(area * aspect)), 1, size))
        width = int(np.clip(round(size * np.sqrt(area / aspect)), 1, size))
        top, left = rng.integers(0, size - height + 1), rng.integers(0, size - width + 1)
        patch = pixels[index, top : top + height, left : left + width]
        patch[...] = rng.integers(0, 256, patch.shape if rng.random() < 0.5 else 1, dtype=np.uint8)
    return pixels
