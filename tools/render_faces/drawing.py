"""Draws a lit head into a picture of grey levels: points on its triangles, the nearest of each pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.render_faces.head import Head, Points
from tools.render_faces.surface import Look, Part, albedo

Values = NDArray[np.float64]

_STEPS: Final = 8
"""Points along a triangle's side."""
_CORNERS: Final = np.array(
    [(i, j, _STEPS - i - j) for i in range(_STEPS + 1) for j in range(_STEPS + 1 - i)], float
) / _STEPS  # fmt: skip


@dataclass(frozen=True)
class Light:
    """Lamps around the head and what comes from everywhere.

    Directions towards the lamps (n, 3), of length 1, and strengths (n,).
    """

    directions: Values
    strengths: Values
    ambient: float
    shine: float


def draw_light(rng: np.random.Generator) -> Light:
    """One to three lamps, before the face rather than behind it."""
    number = int(rng.integers(1, 4))
    across, up = rng.uniform(-1.25, 1.25, number), rng.uniform(-0.5, 1.2, number)
    directions = np.stack([np.sin(across) * np.cos(up), -np.cos(across) * np.cos(up), np.sin(up)], axis=1)
    strengths = rng.dirichlet(np.ones(number)) * rng.uniform(0.6, 1.3)
    return Light(directions, strengths, float(rng.uniform(0.12, 0.5)), float(rng.uniform(0, 0.25)))


class Drawer:
    """Draws one model's heads."""

    def __init__(self, head: Head) -> None:
        self._triangles, self._average, self._part = head.triangles, head.average, head.part
        sides = np.concatenate([head.triangles[:, corners] for corners in ([0, 1], [1, 2], [2, 0])])
        self._edges = np.concatenate([sides, sides[:, ::-1]])
        self._neighbours = np.maximum(np.bincount(self._edges[:, 0], minlength=len(head.average)), 1)

    def picture(self, corners: Points, look: Look, light: Light, frame: Values, size: int) -> Values:
        """Grey levels (size, size), NaN where there is nothing of the head.

        `corners` are the vertices of the head as it is turned (vertices, 3); `frame` is what is seen, in metres: left,
        right, bottom and top.
        """
        normals = _normals(corners, self._triangles)
        seen = self._triangles[normals[self._triangles][:, :, 1].min(axis=1) < 0.15]
        creases = self._creases(corners, normals)
        points = _spread(corners, seen)
        x = ((points[:, 0] - frame[0]) / (frame[1] - frame[0]) * size).astype(int)
        y = ((frame[3] - points[:, 2]) / (frame[3] - frame[2]) * size).astype(int)
        inside = (x >= 0) & (x < size) & (y >= 0) & (y < size)
        nearest = _nearest(y[inside] * size + x[inside], points[inside, 1], size)
        there = np.flatnonzero(inside)[nearest[nearest >= 0]]
        triangle, corner = there // len(_CORNERS), there % len(_CORNERS)
        places = np.einsum("pc,pcd->pd", _CORNERS[corner], self._average[seen[triangle]])
        facing = np.einsum("pc,pcd->pd", _CORNERS[corner], normals[seen[triangle]])
        depth = np.einsum("pc,pc->p", _CORNERS[corner], creases[seen[triangle]])
        part = self._part[seen[triangle][:, 0]]
        shine = np.where(part == Part.SKIN, light.shine, 0.6)
        grey = albedo(places, part, look) * _lit(facing, light, shine)
        grey *= np.where(part == Part.SKIN, np.exp(-look.creases * np.clip(depth, -0.25, 0.6)), 0.8)
        out = np.full(size * size, np.nan)
        out[nearest >= 0] = grey
        return out.reshape(size, size)

    def _creases(self, corners: Points, normals: Values) -> Values:
        """How deep each vertex lies below its neighbours, in their distances: light comes to it from fewer sides."""
        first, second = self._edges.T
        apart = corners[second] - corners[first]
        above = np.einsum("ed,ed->e", apart, normals[first]) / np.maximum(np.linalg.norm(apart, axis=1), 1e-9)
        once = np.bincount(first, above, len(corners)) / self._neighbours
        again = np.bincount(first, once[second], len(corners)) / self._neighbours
        return np.asarray(1.1 * (once + again))


def _spread(corners: Points, triangles: NDArray[np.int64]) -> Values:
    return np.einsum("kc,tcd->tkd", _CORNERS, corners[triangles]).reshape(-1, 3)


def _nearest(pixels: NDArray[np.int64], depths: Values, size: int) -> NDArray[np.int64]:
    """For each pixel the number of the point that lies before the others, -1 where there is none."""
    out = np.full(size * size, -1, np.int64)
    order = np.argsort(-depths, kind="stable")
    out[pixels[order]] = order
    return out


def _normals(corners: Points, triangles: NDArray[np.int64]) -> Values:
    one, two, three = (corners[triangles[:, each]] for each in range(3))
    across = np.cross(two - one, three - one)
    out = np.zeros_like(corners)
    for corner in range(3):
        for axis in range(3):
            out[:, axis] += np.bincount(triangles[:, corner], across[:, axis], len(corners))
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)


def _lit(facing: Values, light: Light, shine: Values) -> Values:
    """Lambert's law with a soft edge, and Blinn's highlight for a viewer in front."""
    facing = facing / np.maximum(np.linalg.norm(facing, axis=1, keepdims=True), 1e-9)
    out = light.ambient * (0.75 + 0.25 * facing[:, 2])
    for direction, strength in zip(light.directions, light.strengths, strict=True):
        out = out + strength * np.clip((facing @ direction + 0.15) / 1.15, 0, None)
        half = direction + np.array([0.0, -1.0, 0.0])
        out = out + strength * shine * np.clip(facing @ (half / np.linalg.norm(half)), 0, None) ** 24
    return np.asarray(out)
