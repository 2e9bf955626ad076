from hypothesis import given
from hypothesis import strategies as st

from appliance.vision.geometry import (
    Detection,
    View,
    around,
    bordered,
    intersection,
    iou,
    merge,
    same_face,
    tiles,
    weighted_merge,
    whole,
)

length = st.floats(1, 500)
place = st.floats(-200, 2000)
boxes = st.tuples(place, place, length, length)
detections = st.lists(st.builds(Detection, boxes, st.floats(0.01, 1)), max_size=30)
sizes = st.integers(32, 4000)


@given(boxes, boxes)
def test_overlap_is_a_share_and_the_same_from_both_sides(a, b):
    assert 0 <= iou(a, b) <= 1 + 1e-9
    assert iou(a, b) == iou(b, a)
    assert abs(iou(a, a) - 1) < 1e-6


def test_boxes_without_area_share_nothing():
    assert iou((0, 0, 0, 0), (0, 0, 0, 0)) == 0
    assert not same_face((5, 5, 0, 0), (0, 0, 10, 10))


@given(detections)
def test_merging_keeps_the_surest_and_no_two_of_one_face(found):
    kept = merge(found)
    assert set(kept) <= set(found)
    assert bool(kept) == bool(found)
    assert all(not same_face(a.box, b.box) for i, a in enumerate(kept) for b in kept[:i])
    assert [d.score for d in kept] == sorted((d.score for d in kept), reverse=True)
    if found:
        assert kept[0].score == max(d.score for d in found)


@given(detections)
def test_merging_twice_changes_nothing(found):
    assert merge(merge(found)) == merge(found)


@given(detections)
def test_blended_boxes_lie_within_those_they_were_made_of(found):
    for blend in weighted_merge(found):
        for i in range(4):
            assert min(d.box[i] for d in found) - 1e-6 <= blend.box[i] <= max(d.box[i] for d in found) + 1e-6


def test_blending_weighs_by_score():
    (one,) = weighted_merge([Detection((0, 0, 10, 10), 0.9), Detection((2, 0, 10, 10), 0.3)])
    assert one.score == 0.9
    assert abs(one.box[0] - 0.5) < 1e-9


@given(sizes, sizes, st.integers(100, 600), st.floats(0, 0.5))
def test_tiles_cover_every_pixel_of_the_frame(width, height, side, overlap):
    views = tiles(width, height, side, overlap)
    if side >= max(width, height):
        assert views == []
        return
    for x in (0, width // 3, width // 2, width - 1):
        for y in (0, height // 2, height - 1):
            assert any(v.x <= x < v.x + v.side and v.y <= y < v.y + v.side for v in views)


def test_a_720p_frame_has_fifteen_tiles():
    assert len(tiles(1280, 720, 320, 0.15)) == 15


@given(sizes, sizes)
def test_the_whole_view_holds_the_frame_in_its_middle(width, height):
    view = whole(width, height)
    assert view.side == max(width, height)
    assert abs(view.x + view.side / 2 - width / 2) < 1e-6
    assert bordered(width, height).side == 3 * view.side


@given(boxes, st.floats(2, 8))
def test_what_is_seen_close_up_comes_back_to_where_it_is(box, times):
    view = around(box, times)
    share = ((box[0] - view.x) / view.side, (box[1] - view.y) / view.side, box[2] / view.side, box[3] / view.side)
    back = view.to_frame(Detection(share, 0.8)).box
    assert all(abs(a - b) < 1e-6 * (1 + abs(b)) for a, b in zip(back, box, strict=True))
    assert intersection(back, box) > 0


def test_a_box_cut_by_a_tiles_inner_edge_is_told_from_one_at_the_frames_edge():
    tile = View(960, 0, 320)
    assert tile.cuts((950, 100, 40, 40), 1280, 720)
    assert tile.cuts((1000, 300, 40, 40), 1280, 720)
    assert not tile.cuts((1260, -5, 40, 40), 1280, 720)
    assert not tile.cuts((1000, 100, 40, 40), 1280, 720)
