"""Faces that may become samples go one way, and what was taught the other."""

import time
from dataclasses import replace

import pytest

from appliance.core.faces import MOST_SAMPLES
from appliance.domain.emotions import Emotion
from appliance.domain.events import FaceSeen, VisionHello
from appliance.domain.samples import FaceSample, FaceView, SeenFace
from appliance.link.messages import (
    OLDEST,
    FaceMessage,
    LinkError,
    OrdersMessage,
    decode_orders,
    decode_report,
    encode,
)
from tests.link.test_link import NOW, client, served, until


def test_as_many_samples_as_are_kept_fit_into_the_orders() -> None:
    view = FaceView(bytes(range(64, 256)), (-12.3456789012345,) * 7, (0.123456789012345,) * 7)
    sample = FaceSample(10**6, "2026-01-31T12:00:00Z", 100, 3, Emotion.SURPRISE, "f" * 64, (view, view))
    orders = OrdersMessage(camera=True, model="x" * 200, collect=True, samples=(sample,) * MOST_SAMPLES)
    assert decode_orders(encode(orders)) == orders


def seen_face(**changes: object) -> SeenFace:
    view = FaceView(b"\0" * 192, (0.0,) * 7, (1 / 7,) * 7)
    return replace(SeenFace(NOW, "f" * 64, 20.0, (view, view)), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("face", "complaint"),
    [
        (seen_face(time=NOW - OLDEST - 1), "not a face: it is of"),
        (seen_face(sharpness=-1.0), "not a face: its sharpness is -1.0"),
        (seen_face(views=(FaceView(b"", (), ()),) * 2), "not a face: it has 0 features"),
        (seen_face(views=(FaceView(b"\0" * 257, (), ()),) * 2), "not a face: it has 257 features"),
        (seen_face(views=(FaceView(b"\0", (0.0,), (2.0,)),) * 2), "what the model says of it is no reading"),
    ],
)
def test_a_face_that_cannot_be_is_refused(face: SeenFace, complaint: str) -> None:
    with pytest.raises(LinkError, match=complaint):
        decode_report(encode(FaceMessage(face)), NOW)


async def test_faces_come_through_while_they_are_collected_and_samples_go_the_other_way(tmp_path):
    path = tmp_path / "link.sock"
    view = FaceView(b"\1" * 192, (0.5,) * 7, (1 / 7,) * 7)
    sample = FaceSample(1, "2026-01-31T12:00:00Z", 1, 0, Emotion.SAD, "f" * 64, (view, view))
    async with served(path) as (server, events):
        with client(path) as (link, _):
            server.order_camera(True)
            await until(lambda: link.wanted and any(isinstance(each, VisionHello) for each in events))
            link.send_face(seen_face(time=time.monotonic()))
            server.order_faces(True, (sample,))
            await until(lambda: link.collecting)
            assert link.samples == (sample,)
            face = seen_face(time=time.monotonic(), sharpness=33.0)
            link.send_face(face)
            await until(lambda: any(isinstance(each, FaceSeen) for each in events))
            assert [each.face for each in events if isinstance(each, FaceSeen)] == [face]
