import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.vision.image_file import PictureError, decode_image, read_image

COLOURS = np.dstack([np.full((40, 60), value, np.uint8) for value in (30, 90, 200)])


def saved(tmp_path, name, picture=COLOURS):
    cv2.imwrite(str(tmp_path / name), picture)
    return tmp_path / name


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.webp", "a.tiff"])
def test_the_usual_formats_are_read(tmp_path, name):
    frame = read_image(saved(tmp_path, name))
    assert frame.shape == (40, 60, 3)
    assert np.abs(frame.astype(int) - COLOURS).max() < 6


@pytest.mark.parametrize(
    "picture",
    [COLOURS[:, :, 1], COLOURS.astype(np.uint16) * 257, np.dstack([COLOURS, np.full((40, 60), 0, np.uint8)])],
    ids=["grey", "16 bits", "transparent"],
)
def test_unusual_pixels_are_read(tmp_path, picture):
    frame = read_image(saved(tmp_path, "a.png", picture))
    assert frame.dtype == np.uint8
    assert frame.shape == (40, 60, 3)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.webp"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_picture_is_refused(tmp_path, name, share):
    noise = np.random.default_rng(1).integers(0, 255, (80, 80, 3), dtype=np.uint8)
    file = saved(tmp_path, name, noise)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    with pytest.raises(PictureError, match=rf"{name}: (is truncated|is no picture|cannot be decoded)"):
        read_image(file)


def test_of_an_animation_the_first_picture_is_read(tmp_path):
    # GIF89a, 1x1, two frames: red, then blue.
    frame = b"\x21\xf9\x04\x00\x0a\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02"
    colours = b"\xff\x00\x00\x00\x00\xff"
    gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + colours + frame + b"\x44\x01\x00" + frame + b"\x4c\x01\x00" + b"\x3b"
    (tmp_path / "a.gif").write_bytes(gif)
    assert read_image(tmp_path / "a.gif").shape == (1, 1, 3)


@pytest.mark.parametrize(
    ("content", "complaint"), [(b"", "is empty"), (b"hello", "is no picture"), (b"\x89PNG\r\n\x1a\n", "is truncated")]
)
def test_what_is_no_picture_says_so(tmp_path, content, complaint):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(PictureError, match=rf"a\.png: {complaint}"):
        read_image(tmp_path / "a.png")


def test_a_file_that_is_not_there_or_is_a_folder_says_so(tmp_path):
    with pytest.raises(PictureError, match="No such file"):
        read_image(tmp_path / "a.png")
    with pytest.raises(PictureError, match="Is a directory"):
        read_image(tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    pipe = tmp_path / "a.jpg"
    os.mkfifo(pipe)
    with pytest.raises(PictureError, match=r"a\.jpg: is a pipe or a device; save"):
        read_image(pipe)


def test_a_picture_that_would_fill_the_memory_is_refused_undecoded(tmp_path):
    file = saved(tmp_path, "a.png")
    data = bytearray(file.read_bytes())
    data[16:24] = (30_000).to_bytes(4, "big") * 2
    with pytest.raises(PictureError, match=r"more than 64 million pixels|cannot be decoded|is no picture"):
        decode_image(bytes(data), "a.png")


def test_names_that_are_not_utf8_can_be_read(tmp_path):
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n.png"))
    file.write_bytes(saved(tmp_path, "a.png").read_bytes())
    assert read_image(file).shape == (40, 60, 3)


@given(st.binary(max_size=400), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"BM", b"RIFF"]))
def test_any_bytes_are_a_picture_or_a_picture_error(data, start):
    try:
        frame = decode_image(start + data, "x")
    except PictureError:
        return
    assert frame.dtype == np.uint8
    assert frame.ndim == 3
