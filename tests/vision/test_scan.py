import cv2
import numpy as np
import pytest

from appliance.vision import scan
from appliance.vision.blazeface import BlazeFace
from appliance.vision.geometry import iou, whole
from appliance.vision.scan import CANDIDATE, MOST, Scanner, turns


class Counting(BlazeFace):
    """The real detector, counting its runs."""

    runs = 0

    def detect(self, square):
        self.runs += 1
        return super().detect(square)


@pytest.fixture(scope="module")
def detector():
    return Counting(CANDIDATE)


@pytest.fixture
def scanner(detector):
    return Scanner(detector, min_score=0.6, far=True)


def round_of_looks(scanner, frame):
    return [scanner.look(frame) for _ in range(len(turns(1280, 720, far=True)))]


@pytest.mark.parametrize("width", [110, 160, 240, 400])
def test_a_face_in_the_room_is_found_at_the_first_look(scanner, room, width):
    (found,) = scanner.look(room((400, 200, width)))
    assert iou(found.box, (400, 200, width, width)) > 0.75


@pytest.mark.parametrize("width", [20, 25, 30])
@pytest.mark.parametrize("place", [(200, 100), (700, 400), (1150, 600)])
def test_a_far_face_is_found_within_one_round_and_seen_in_every_look_from_then_on(scanner, room, width, place):
    frame = room((*place, width))
    seen = [len(found) for found in round_of_looks(scanner, frame)]
    first = seen.index(1)
    assert set(seen[first:]) == {1}
    assert {len(found) for found in round_of_looks(scanner, frame)} == {1}
    (found,) = scanner.look(frame)
    assert iou(found.box, (*place, width, width)) > 0.7


def test_a_small_faces_box_has_the_right_size(scanner, room):
    (found,) = scanner.everywhere(room((600, 300, 36)))
    assert found.box[2] == pytest.approx(36, rel=0.12)


def test_without_far_only_nearer_faces_are_looked_for(detector, room):
    near_only = Scanner(detector, 0.6, far=False)
    looks = [near_only.look(room((700, 400, 25))) for _ in range(10)]
    assert not any(looks)


@pytest.mark.parametrize("size", [(720, 720), (1280, 720), (480, 640)])
def test_a_face_that_fills_the_frame_is_found(scanner, portrait, size):
    tight = cv2.resize(portrait[50:182, 160:290], size)
    (found,) = scanner.look(tight)
    assert found.box[2] > min(size) / 2


def test_near_and_far_people_are_all_seen_at_once(scanner, room):
    people = [(60, 60, 260), (480, 200, 120), (760, 100, 60), (1000, 500, 30), (1150, 80, 24)]
    frame = room(*people)
    found = next(f for _ in range(scan.EVERY) for f in round_of_looks(scanner, frame) if len(f) == len(people))
    for x, y, w in people:
        assert any(iou(d.box, (x, y, w, w)) > 0.6 for d in found)


def test_nobody_is_seen_in_an_empty_room(scanner, empty_room):
    assert not any(round_of_looks(scanner, empty_room))
    assert scanner.everywhere(empty_room) == []


def test_who_leaves_is_gone_at_the_next_look_and_soon_forgotten(scanner, room, empty_room, detector):
    scanner.look(room((400, 200, 60)))
    scanner.look(room((400, 200, 160)))
    assert scanner.look(empty_room) == []
    for _ in range(scan.PATIENCE):
        scanner.look(empty_room)
    before = detector.runs
    scanner.look(empty_room)
    assert detector.runs - before <= 3


def test_a_far_face_that_moves_is_followed(scanner, room):
    round_of_looks(scanner, room((600, 300, 28)))
    for step in range(1, 15):
        (found,) = scanner.look(room((600 + 14 * step, 300, 28)))
        assert abs(found.box[0] - 600 - 14 * step) < 6


def test_a_look_at_a_crowd_stays_bounded(scanner, room, detector):
    crowd = room(*((60 + 100 * column, 40 + 110 * row, 40) for column in range(12) for row in range(6)))
    for _ in range(25):
        before = detector.runs
        found = scanner.look(crowd)
        assert detector.runs - before <= 3 + scan.CLOSE_UPS
        assert len(found) <= MOST


@pytest.mark.parametrize(("width", "searches"), [(230, 9), (120, 10)])
def test_eight_looks_at_a_known_face_alone_cost_little_more_than_eight_searches(
    scanner, room, detector, width, searches
):
    frame = room((500, 200, width))
    scanner.look(frame)
    for _ in range(3):
        before = detector.runs
        for _ in range(8):
            scanner.look(frame)
        assert detector.runs - before == searches


@pytest.mark.parametrize("place", [(100, 100), (900, 150), (1150, 600)])
def test_a_far_person_who_comes_while_someone_near_is_followed_is_soon_seen(scanner, room, place):
    for step in range(8):
        scanner.look(room((500 + 3 * step, 300, 200)))
    seen = [len(scanner.look(room((520, 300, 200), (*place, 30)))) for _ in range(4 * scan.EVERY)]
    assert 2 in seen
    assert set(seen[seen.index(2) :]) == {2}


def test_a_small_face_that_jumps_is_seen_in_the_same_look(scanner, room):
    for _ in range(3):
        assert len(scanner.look(room((300, 200, 150)))) == 1
    (found,) = scanner.look(room((800, 300, 150)))
    assert iou(found.box, (800, 300, 150, 150)) > 0.7


def test_a_huge_frame_gives_boxes_in_its_own_pixels(scanner, room):
    huge = cv2.resize(room((400, 200, 200)), (3840, 2160))
    (found,) = scanner.look(huge)
    assert iou(found.box, (1200, 600, 600, 600)) > 0.75


def test_a_new_frame_size_starts_afresh(scanner, room):
    assert len(scanner.look(room((400, 200, 160)))) == 1
    assert scanner.look(np.full((480, 640, 3), 90, np.uint8)) == []


def test_every_view_gets_its_turn_and_the_near_ones_more_often():
    order = turns(1280, 720, far=True)
    assert len({v for v in order if v.side == 320}) == 15
    assert all(sum(v == near for v in order) >= 2 for near in turns(1280, 720, far=False))
    assert whole(1280, 720) not in order
