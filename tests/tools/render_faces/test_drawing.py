from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tools.render_faces.drawing import Drawer, Light
from tools.render_faces.surface import Part, draw_look

LOOK = draw_look(np.random.default_rng(1))
FRAME = np.array([-0.12, 0.12, 0.53, 0.77])


def ball(middle: tuple[float, float, float] = (0.0, 0.0, 0.65), radius: float = 0.1) -> Any:
    """A ball in place of a head."""
    around, up = np.meshgrid(np.linspace(0, 2 * np.pi, 33), np.linspace(0.02, np.pi - 0.02, 17))
    places = np.stack([np.sin(up) * np.cos(around), np.sin(up) * np.sin(around), np.cos(up)], -1).reshape(-1, 3)
    corner = (np.arange(16)[:, None] * 33 + np.arange(32)).ravel()
    halves = [np.stack([corner, corner + 33, corner + 1], 1), np.stack([corner + 1, corner + 33, corner + 34], 1)]
    average = places * radius + np.array(middle)
    return SimpleNamespace(
        triangles=np.concatenate(halves), average=average, part=np.full(len(average), Part.TEETH, np.int8)
    )


def lamp(*direction: float) -> Light:
    return Light(np.array([direction]), np.array([1.0]), 0.1, 0.0)


def test_the_side_towards_the_lamp_is_the_brighter_one() -> None:
    head = ball()
    picture = Drawer(head).picture(head.average, LOOK, lamp(0.8, -0.6, 0.0), FRAME, 64)
    assert np.nanmean(picture[:, 40:]) > 2 * np.nanmean(picture[:, :24])


def test_there_is_nothing_beside_the_head_and_no_hole_in_it() -> None:
    head = ball()
    picture = Drawer(head).picture(head.average, LOOK, lamp(0.0, -1.0, 0.0), FRAME, 48)
    down, across = np.mgrid[0:48, 0:48]
    away = np.hypot(down - 23.5, across - 23.5) / 20
    assert np.isnan(picture[away > 1.06]).all()
    assert not np.isnan(picture[away < 0.9]).any()


def test_what_is_nearer_hides_what_is_behind_it() -> None:
    near, far = ball((0.0, -0.2, 0.65), 0.05), ball()
    both = SimpleNamespace(
        triangles=np.concatenate([far.triangles, near.triangles + len(far.average)]),
        average=np.concatenate([far.average, near.average]),
        part=np.concatenate([far.part, near.part]),
    )
    light = Light(np.zeros((0, 3)), np.zeros(0), 1.0, 0.0)
    alone = Drawer(near).picture(near.average, LOOK, light, FRAME, 64)
    together = Drawer(both).picture(both.average, LOOK, light, FRAME, 64)
    middle = slice(28, 36), slice(28, 36)
    assert together[middle] == pytest.approx(alone[middle])
