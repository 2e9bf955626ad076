"""The search finds pictures, however they are put, and leaves alone what Moodbox really says."""

import base64
import json
import socket
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.samples import FaceSample, FaceView, SeenFace
from appliance.household.kept import FILE, KeptFaces, KeptFacesFile
from appliance.link.messages import FaceMessage, encode
from tests.machines.picture_search import (
    file_holds_a_picture,
    is_text,
    message_holds_a_picture,
    payloads,
    picture_within,
    without,
)

NOISE = np.random.default_rng(7).integers(0, 255, (192, 192, 3), dtype=np.uint8)


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".bmp", ".tiff"])
def test_a_picture_file_is_found_whatever_its_name(tmp_path: Path, ending: str) -> None:
    file = tmp_path / "moodbox.db"
    file.write_bytes(cv2.imencode(ending, NOISE)[1].tobytes())
    assert file_holds_a_picture(file)


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp"])
def test_a_picture_is_found_within_something_else(ending: str) -> None:
    picture = cv2.imencode(ending, NOISE)[1].tobytes()
    assert picture_within(b"SQLite format 3\0" * 9 + picture)
    assert picture_within(b'{"picture": "' + base64.b64encode(picture) + b'"}')


def test_raw_pixels_are_found_by_their_number(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(NOISE.tobytes())
    assert file_holds_a_picture(file)
    assert not is_text(NOISE.tobytes()[:1400])


def test_a_message_that_holds_a_picture_is_found_and_a_look_is_none() -> None:
    look = {"at": 12.5, "faces": [{"box": [1, 2, 3, 4], "reading": [0.1] * 7}] * 6, "camera": "open"}
    assert not message_holds_a_picture(json.dumps(look).encode())
    assert message_holds_a_picture(json.dumps(look | {"pixels": NOISE[:10, :10, 0].tolist() * 4}).encode())
    assert message_holds_a_picture(
        json.dumps(look | {"face": base64.b64encode(NOISE[:8, :8].tobytes()).decode()}).encode()
    )


def test_a_face_in_numbers_is_no_picture_and_no_message_may_hold_more(tmp_path: Path) -> None:
    view = FaceView(NOISE.tobytes()[:192], (-12.345678901234567,) * 7, (0.1428571428571428,) * 7)
    line = encode(FaceMessage(SeenFace(123456.789012345, "f" * 64, 33.3333333333333, (view, view))))
    assert not message_holds_a_picture(line)
    assert message_holds_a_picture(encode(FaceMessage(SeenFace(1.0, NOISE.tobytes()[:96].hex(), 1.0, (view, view)))))
    longer = FaceView(NOISE.tobytes()[:240], view.logits, view.shipped)
    assert message_holds_a_picture(encode(FaceMessage(SeenFace(1.0, "f" * 64, 1.0, (longer, longer)))))
    file = KeptFacesFile(tmp_path)
    file.save(KeptFaces((FaceSample(1, "2026-01-31T12:00:00Z", 1, 0, Emotion.SAD, "f" * 64, (view, view)),) * 28))
    assert file.settle()
    assert not file_holds_a_picture(tmp_path / FILE)


def test_what_packets_carry_is_read_from_the_capture() -> None:
    tcp = bytes(12) + b"\x50" + bytes(7) + b"hello"
    four = b"\x45" + bytes(8) + bytes([socket.IPPROTO_TCP]) + bytes(10) + tcp
    six = b"\x60" + bytes(5) + bytes([socket.IPPROTO_TCP]) + bytes(33) + tcp
    datagram = b"\x45" + bytes(8) + bytes([socket.IPPROTO_UDP]) + bytes(10) + bytes(30)
    capture = b"".join(len(packet).to_bytes(4, "big") + packet for packet in (four, datagram, six, b""))
    assert list(payloads(capture)) == [b"hello", b"hello"]


def test_what_the_page_itself_is_made_of_is_left_out_and_nothing_else() -> None:
    icon, head = cv2.imencode(".png", NOISE)[1].tobytes(), b"HTTP/1.1 200 OK\r\nContent-Type: image/png"
    assert without([icon], head + b"\r\n\r\n" + icon[:900]) == head
    assert without([icon], icon[900:2100]) == b""
    other = cv2.imencode(".png", NOISE[::-1])[1].tobytes()
    assert without([icon], head + b"\r\n\r\n" + other[:900]).endswith(other[:900])
    assert without([icon], other[900:2100]) == other[900:2100]
    assert picture_within(without([icon], head + b"\r\n\r\n" + other[:900]))
