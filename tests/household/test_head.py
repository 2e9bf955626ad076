"""A head learns the faces that it was taught, says nothing of others, and knows what it is worth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.household import head as heads
from appliance.household.head import Poses

EMOTIONS, FEATURES = 7, 24


def people(seed: int, each: int = 3, wrong: float = 1.0, mirrored: bool = True) -> Poses:
    """One person, `each` poses of every emotion: a habit of the face, an expression, and a model that is off."""
    rng = np.random.default_rng(seed)
    habit, expressions = 2.5 * rng.normal(size=FEATURES), 2.0 * rng.normal(size=(EMOTIONS, FEATURES))
    words = np.repeat(np.arange(EMOTIONS), each)
    places = habit + expressions[words] + 0.5 * rng.normal(size=(len(words), FEATURES))
    taken = np.where(rng.random(len(words)) < wrong, (words + 1) % EMOTIONS, words)
    logits = 2.0 * np.eye(EMOTIONS)[taken] + 0.1 * rng.normal(size=(len(words), EMOTIONS))
    pose = np.arange(len(words))
    if mirrored:
        places = np.repeat(places, 2, axis=0) + 0.1 * rng.normal(size=(2 * len(words), FEATURES))
        logits, words, pose = np.repeat(logits, 2, axis=0), np.repeat(words, 2), np.repeat(pose, 2)
    return Poses(places, logits, heads.softened(2 * logits), words, pose)


def part(poses: Poses, keep: np.ndarray) -> Poses:
    return Poses(*(getattr(poses, name)[keep] for name in ("places", "logits", "shipped", "words", "pose")))


def test_faces_taught_are_read_as_they_were_said_to_be() -> None:
    poses = people(1)
    head = heads.make(poses, 0.2)
    assert (poses.shipped.argmax(axis=1) == poses.words).mean() == 0
    assert (head.read(poses.places, poses.logits, poses.shipped).argmax(axis=1) == poses.words).mean() > 0.9


def test_a_stranger_is_read_by_the_model_alone() -> None:
    poses, rng = people(2), np.random.default_rng(0)
    stranger = -poses.places.mean(axis=0) + 0.1 * rng.normal(size=(5, FEATURES))
    shipped = heads.softened(rng.normal(size=(5, EMOTIONS)))
    assert (heads.make(poses, 0.2).read(stranger, poses.logits[:5], shipped) == shipped).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), heat=st.sampled_from(heads.HEATS), scale=st.floats(0, 50))
def test_whatever_a_face_is_its_reading_is_one(seed: int, heat: float, scale: float) -> None:
    poses, rng = people(seed, each=1), np.random.default_rng(seed)
    places = scale * rng.normal(size=(6, FEATURES))
    shipped = heads.softened(10 * rng.normal(size=(6, EMOTIONS)))
    found = heads.make(poses, heat).read(places, 10 * rng.normal(size=(6, EMOTIONS)), shipped)
    assert (found >= 0).all()
    assert found.sum(axis=1) == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), mirrored=st.booleans())
def test_the_errors_without_a_pose_are_those_of_a_fit_without_it(seed: int, mirrored: bool) -> None:
    poses = people(seed, each=2, mirrored=mirrored)
    for left_out in np.unique(poses.pose)[::5]:
        rest, gone = part(poses, poses.pose != left_out), part(poses, poses.pose == left_out)
        head = heads.make(rest, 1.0)
        correction = (gone.places - head.centre) @ head.weights + head.offset
        assert heads._errors(poses)[poses.pose == left_out] == pytest.approx(heads._wanted(gone) - correction, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_the_order_in_which_poses_came_does_not_matter(seed: int, order: object) -> None:
    poses = people(seed, mirrored=False)
    turned = part(poses, np.random.default_rng(seed).permutation(len(poses.words)))
    one, other = heads.make(poses, 0.2), heads.make(turned, 0.2)
    assert one.weights == pytest.approx(other.weights, abs=1e-9)
    assert one.offset == pytest.approx(other.offset, abs=1e-9)


def test_a_head_that_helps_is_proved_good_and_one_that_cannot_is_not() -> None:
    helped = heads.prove(people(3))
    assert helped.good
    assert (helped.poses, helped.before) == (21, 0.0)
    assert helped.after > 60
    assert sum(count for count, _, _ in helped.each) == 21
    assert not heads.prove(people(4, wrong=0.0)).good  # the model was right throughout


def test_words_that_mean_nothing_prove_nothing() -> None:
    poses = people(5, wrong=0.0)
    rng = np.random.default_rng(1)
    muddled = replace(poses, words=np.repeat(rng.permutation(poses.words[::2]), 2))
    assert not heads.prove(muddled).good or heads.prove(muddled).after < 50


def test_two_poses_of_two_emotions_are_the_least_that_can_be_proved() -> None:
    poses = people(6)
    assert heads.enough(poses)
    assert not heads.enough(part(poses, np.isin(poses.words, [3])))
    assert not heads.enough(part(poses, np.r_[[i % 6 < 2 for i in range(len(poses.words))]].astype(bool)))
    assert heads.enough(part(poses, np.isin(poses.words, [3, 4])))


def test_one_face_for_every_emotion_is_known_for_what_it_is() -> None:
    poses = people(5)
    assert not heads.one_face(poses)
    same = np.repeat(poses.places[:1], len(poses.words), axis=0)
    assert heads.one_face(replace(poses, places=same))
    assert not heads.one_face(replace(poses, places=same, words=np.zeros_like(poses.words)))


def test_no_poses_are_not_enough_and_prove_nothing() -> None:
    none = part(people(7), np.zeros(42, bool))
    assert not heads.enough(none)
