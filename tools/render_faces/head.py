"""Heads of the body model Anny (PyPI package `anny`; its data are CC0): people drawn by chance, and their expressions.

The model is metric: x to the person's left, y backwards, z up, in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tools.render_faces.expressions import Units
from tools.render_faces.surface import Part

Points = NDArray[np.float64]

_FACE: Final = ("cheek", "chin", "eye", "eyebrows", "forehead", "head", "mouth", "nose", "ear")
_NOT: Final = ("head-angle", "head-age", "nose-trans-out", "mouth-trans-out", "head-trans", "eye-trans-out")
"""Changes that turn the head, or make a face that nobody has."""
_LEAST_HEIGHT: Final = 0.50
"""Below lies what the neck ends in, in metres above the model's middle."""


@dataclass(frozen=True)
class _Row:
    """A row of teeth: its heights, and those of the skin that goes with its bone."""

    bottom: float
    top: float
    bone: tuple[float, float]


_UPPER: Final = _Row(0.5765, 0.592, (0.600, 0.607))
_LOWER: Final = _Row(0.566, 0.5755, (0.548, 0.557))


@dataclass(frozen=True)
class Person:
    """Somebody: what the model is given for its body and for its face, 0..1 and -1..1."""

    body: dict[str, float]
    face: dict[str, float]


class _Teeth:
    """A row of teeth, which the model has not: a band in an arc that goes with the bone it sits on."""

    def __init__(self, average: Points, row: _Row) -> None:
        across, up = np.meshgrid(np.linspace(-1, 1, 15), np.linspace(row.bottom, row.top, 4))
        self.places = np.stack([0.023 * across, -0.1165 + 0.018 * across**2, up], axis=-1).reshape(-1, 3)
        corner = (np.arange(3)[:, None] * 15 + np.arange(14)).ravel()
        self.triangles = np.concatenate(
            [np.stack([corner, corner + 1, corner + 15], 1), np.stack([corner + 1, corner + 16, corner + 15], 1)]
        )
        x, y, z = np.abs(average[:, 0]), average[:, 1], average[:, 2]
        self._bone = (x < 0.012) & (y < -0.1) & (z > row.bone[0]) & (z < row.bone[1])
        self._home = average[self._bone].mean(axis=0)

    def follow(self, vertices: Points) -> Points:
        return self.places + vertices[self._bone].mean(axis=0) - self._home


def _eyes_and_skin(triangles: NDArray[np.int64], average: Points) -> NDArray[np.int8]:
    """What each vertex is part of, by the parts of the mesh that hang together."""
    label = np.arange(len(average))
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]]])
    changed = True
    while changed:
        least, before = np.minimum(label[edges[:, 0]], label[edges[:, 1]]), label.copy()
        np.minimum.at(label, edges[:, 0], least)
        np.minimum.at(label, edges[:, 1], least)
        changed = bool((label != before).any())
    sizes = np.bincount(label, minlength=len(average))[label]
    return np.where((sizes < 150) & (average[:, 2] > 0.62), Part.EYE, Part.SKIN).astype(np.int8)


class Head:
    """The model's head. Building it takes a quarter of a minute, the first time on a machine many."""

    def __init__(self) -> None:
        import anny
        import torch

        torch.set_num_threads(1)
        self._model: Any = anny.Anny(local_changes="default", facial_actions="all").to(dtype=torch.float32)
        self._pose = torch.eye(4)[None, None].repeat(1, self._model.bone_count, 1, 1)
        average = self._vertices(Person(dict.fromkeys(self._model.phenotype_labels, 0.5), {}), {})
        triangles = self._model.faces.numpy()
        head = (average[:, 2] > _LEAST_HEIGHT)[triangles].all(axis=1)
        kept, numbers = np.unique(triangles[head], return_inverse=True)
        self._kept, triangles = kept, numbers.reshape(-1, 3)
        self._teeth = [_Teeth(average[kept], height) for height in (_UPPER, _LOWER)]
        self.average = np.concatenate([average[kept], *(each.places for each in self._teeth)])
        """The average head at rest, (vertices, 3): what a vertex is, a lip or a brow, goes by where it lies there."""
        self.part = np.full(len(self.average), Part.TEETH, np.int8)
        """What each vertex is part of."""
        self.part[: len(kept)] = _eyes_and_skin(triangles, average[kept])
        first = len(kept)
        for each in self._teeth:
            triangles = np.concatenate([triangles, each.triangles + first])
            first += len(each.places)
        self.triangles = triangles
        """Corners of each, (triangles, 3)."""
        self._changes = [
            name
            for name in self._model.local_change_labels
            if name.removeprefix("l-").removeprefix("r-").startswith(_FACE) and not name.startswith(_NOT)
        ]

    def draw_person(self, rng: np.random.Generator) -> Person:
        """Somebody whose face has the same left and right side but for a little."""
        body = {name: float(rng.uniform(0.2, 0.8)) for name in self._model.phenotype_labels}
        body |= {"gender": float(rng.beta(0.5, 0.5)), "age": float(rng.uniform(0.45, 1.0))}
        face = {}
        for name in self._changes:
            if name.startswith("r-"):
                continue
            amount = float(np.clip(rng.normal(0, 0.24), -0.8, 0.8))
            face[name] = amount
            if name.startswith("l-"):
                face["r-" + name.removeprefix("l-")] = float(np.clip(amount + rng.normal(0, 0.04), -1, 1))
        return Person(body, face)

    def shape(self, person: Person, units: Units) -> Points:
        """Where the vertices of that person's head lie with that expression, (vertices, 3)."""
        found = self._vertices(person, units)[self._kept]
        return np.concatenate([found, *(each.follow(found) for each in self._teeth)])

    def _vertices(self, person: Person, units: Units) -> Points:
        import torch

        with torch.no_grad():
            out = self._model(
                pose_parameters=self._pose,
                phenotype_kwargs=person.body,
                local_changes_kwargs=person.face,
                facial_actions=units,
            )
        return out["vertices"][0].numpy().astype(np.float64)
