"""What a living room does to a picture of a face, one thing at a time. All take and give grey uint8 (h, w)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def darkened(picture: Picture, gamma: float) -> Picture:
    """As a camera gives it that is short of light: greys to the power of `gamma` (above 1), black and white stay."""
    table = np.clip(255 * (np.arange(256) / 255) ** gamma + 0.5, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, table), np.uint8)


def lit_from_one_side(picture: Picture, direction: float, least: float, edge: float) -> Picture:
    """Lit from `direction` (radians); the far side gets `least` (0..1) of the light.

    `edge` is how hard the shadow's edge is: 1 falls off over the whole face, 8 within an eighth of it.
    """
    across = np.linspace(-1, 1, picture.shape[1], dtype=np.float32)
    down = np.linspace(-1, 1, picture.shape[0], dtype=np.float32)
    along = np.float32(np.cos(direction)) * across[None, :] + np.float32(np.sin(direction)) * down[:, None]
    light = least + (1 - least) * np.clip(0.5 + 0.5 * edge * along, 0, 1)
    return np.asarray(picture * light + 0.5, np.float32).astype(np.uint8)


def noisy(picture: Picture, sigma: float, rng: np.random.Generator, grain: int = 1) -> Picture:
    """With a sensor's noise of standard deviation `sigma` grey levels.

    Grains of several pixels are smooth, which leaves about two thirds of it.
    """
    height, width = picture.shape
    shape = (-(-height // grain), -(-width // grain))
    noise = rng.standard_normal(shape, np.float32) * np.float32(sigma)
    if grain > 1:
        noise = np.asarray(cv2.resize(noise, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    return np.clip(picture + noise + np.float32(0.5), 0, 255).astype(np.uint8)


def defocused(picture: Picture, sigma: float) -> Picture:
    """Out of focus: a Gaussian of `sigma` pixels."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.uint8)


def moved(picture: Picture, length: int, angle: float) -> Picture:
    """Moved by `length` pixels towards `angle` (radians) while the shutter was open."""
    side = 2 * (length // 2) + 3
    kernel = np.zeros((side, side), np.float32)
    middle = side // 2
    reach = length / 2 * np.array([np.cos(angle), np.sin(angle)])
    start, end = (tuple(int(v) for v in np.rint(middle + sign * reach)) for sign in (-1, 1))
    cv2.line(kernel, start, end, 1.0)
    found = cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.uint8)


def compressed(picture: Picture, quality: int) -> Picture:
    """As JPEG of this quality (1..100) gives it back."""
    _, content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.uint8)


def lower_resolution(picture: Picture, size: int) -> Picture:
    """As it looks when the face was only `size` pixels wide in the frame."""
    small = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    shape = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.resize(small, shape, interpolation=cv2.INTER_LINEAR), np.uint8)


def turned(picture: Picture, degrees: float) -> Picture:
    """The head tilted by so many degrees, anticlockwise; the picture's edge is repeated outwards."""
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    found = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.uint8)


def covered(picture: Picture, corners: NDArray[np.float64], grey: float, slope: tuple[float, float]) -> Picture:
    """With a polygon painted over it.

    `corners` (n, 2) are x and y as shares of the picture's width and height. Its `grey` changes by `slope` from the
    middle to the right and to the lower edge.
    """
    height, width = picture.shape
    mask = np.zeros(picture.shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(corners * (width, height) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    across = slope[0] * np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = slope[1] * np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    opaque = mask.astype(np.float32) / 255
    paint = np.clip(grey + across + down, 0, 255)
    return np.asarray(picture + opaque * (paint - picture) + 0.5, np.float32).astype(np.uint8)


MASK = np.array([[0.10, 0.52], [0.30, 0.54], [0.50, 0.48], [0.70, 0.54], [0.90, 0.52],
                 [0.86, 0.80], [0.68, 0.98], [0.50, 1.02], [0.32, 0.98], [0.14, 0.80]])  # fmt: skip
"""Corners of a cloth mask on a face that is cut as tightly as FER2013's."""

MOUTH = np.array([[0.24, 0.76], [0.34, 0.64], [0.50, 0.60], [0.66, 0.64], [0.76, 0.76], [0.66, 0.90], [0.50, 0.94],
                  [0.34, 0.90]])  # fmt: skip
"""Corners of something that covers the mouth alone: a hand, a scarf, a cup."""

_EYES = ((0.30, 0.40), (0.70, 0.40))
_ROUND = np.array([[np.cos(angle), np.sin(angle)] for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False)])


def sunglasses(picture: Picture, grey: float, size: tuple[float, float], shift: tuple[float, float]) -> Picture:
    """With dark glasses: two lenses of `size` (half-axes as shares of the picture), moved by `shift`, and a bridge."""
    for x, y in _EYES:
        lens = np.array([x + shift[0], y + shift[1]]) + _ROUND * size
        picture = covered(picture, lens, grey, (0.0, 12.0))
    top = 0.38 + shift[1]
    bridge = np.array([[0.40, top], [0.60, top], [0.60, top + 0.04], [0.40, top + 0.04]])
    bridge[:, 0] += shift[0]
    return covered(picture, bridge, grey, (0.0, 0.0))
