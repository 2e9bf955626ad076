import logging
import os

import cv2
import numpy as np
import pytest

from appliance.vision.camera import CameraError
from appliance.vision.camera.files import FilmCamera, FolderCamera, PictureCamera


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def plain(value):
    return np.full((48, 64, 3), value, np.uint8)


def save(file, value):
    cv2.imwrite(str(file), plain(value))


def shown(camera):
    return int(camera.read().pixels[0, 0, 0])


# One picture


def test_a_picture_is_shown_and_changes_with_its_file(tmp_path, clock):
    file = tmp_path / "a.png"
    save(file, 10)
    camera = PictureCamera(file, clock)
    camera.open()
    assert shown(camera) == 10
    save(file, 200)
    os.utime(file, ns=(1, 1))
    assert shown(camera) == 200
    assert camera.read().time == 100.0
    assert not camera.live


def test_a_picture_that_vanishes_is_named_and_found_again(tmp_path, clock):
    file = tmp_path / "a.png"
    save(file, 10)
    camera = PictureCamera(file, clock)
    camera.open()
    file.unlink()
    with pytest.raises(CameraError, match=r"a\.png: cannot be read \(No such file"):
        camera.read()
    save(file, 30)
    camera.open()
    assert shown(camera) == 30


def test_a_truncated_picture_is_named(tmp_path, clock):
    file = tmp_path / "a.png"
    save(file, 10)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(CameraError, match=r"a\.png: is truncated"):
        PictureCamera(file, clock).open()


# A folder


@pytest.fixture
def folder(tmp_path):
    for value in (10, 20, 30):
        save(tmp_path / f"{value}.png", value)
    return tmp_path


def film_strip(camera, clock, times):
    strip = []
    for _ in range(times):
        strip.append(shown(camera))
        clock.now += 10
    return strip


def test_a_folder_is_shown_in_the_order_of_names_round_and_round(folder, clock):
    camera = FolderCamera(folder, 10, clock)
    camera.open()
    assert film_strip(camera, clock, 7) == [10, 20, 30, 10, 20, 30, 10]


def test_each_picture_stays_for_its_time(folder, clock):
    camera = FolderCamera(folder, 10, clock)
    camera.open()
    clock.now += 9.9
    assert shown(camera) == 10
    clock.now += 0.2
    assert shown(camera) == 20


def test_pictures_put_there_later_are_seen_and_removed_ones_are_not(folder, clock):
    camera = FolderCamera(folder, 10, clock)
    camera.open()
    assert film_strip(camera, clock, 2) == [10, 20]
    save(folder / "25.png", 25)
    (folder / "30.png").unlink()
    (folder / "20.png").unlink()
    assert film_strip(camera, clock, 3) == [25, 10, 25]


def test_a_bad_picture_is_skipped_and_named_once(folder, clock, caplog):
    (folder / "15.jpg").write_bytes(b"no picture")
    (folder / "16.png").write_bytes(b"")
    (folder / "notes.txt").write_text("not shown")
    camera = FolderCamera(folder, 10, clock)
    camera.open()
    with caplog.at_level(logging.WARNING):
        assert film_strip(camera, clock, 7) == [10, 20, 30, 10, 20, 30, 10]
    assert sorted(r.message.partition(str(folder))[2][:7] for r in caplog.records) == ["/15.jpg", "/16.png"]


def test_a_bad_picture_that_is_mended_is_shown(folder, clock):
    (folder / "15.png").write_bytes(b"half")
    camera = FolderCamera(folder, 10, clock)
    camera.open()
    assert film_strip(camera, clock, 3) == [10, 20, 30]
    save(folder / "15.png", 15)
    assert film_strip(camera, clock, 2) == [10, 15]


def test_a_folder_without_pictures_and_one_that_is_gone_say_so(tmp_path, clock):
    with pytest.raises(CameraError, match="no picture that can be read; put JPEG or PNG files there"):
        FolderCamera(tmp_path, 10, clock).open()
    with pytest.raises(CameraError, match=r"gone: cannot be read \(No such file"):
        FolderCamera(tmp_path / "gone", 10, clock).open()


# A film


@pytest.fixture
def film(tmp_path):
    file = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for value in range(0, 200, 20):
        writer.write(plain(value))
    writer.release()
    return file


def test_a_film_runs_at_its_own_speed_and_begins_anew_at_its_end(film, clock):
    camera = FilmCamera(film, clock)
    camera.open()
    assert shown(camera) == pytest.approx(0, abs=3)
    clock.now += 0.51
    assert shown(camera) == pytest.approx(100, abs=3)
    assert shown(camera) == pytest.approx(100, abs=3)
    clock.now += 0.4
    assert shown(camera) == pytest.approx(180, abs=3)
    clock.now += 0.2
    assert shown(camera) == pytest.approx(0, abs=3)
    clock.now += 0.31
    assert shown(camera) == pytest.approx(60, abs=3)
    camera.close()


@pytest.mark.parametrize("content", [b"", b"this is no film" * 100])
def test_what_is_no_film_is_named(tmp_path, clock, content):
    (tmp_path / "x.mp4").write_bytes(content)
    with pytest.raises(CameraError, match=r"x\.mp4: is neither a picture nor a film"):
        FilmCamera(tmp_path / "x.mp4", clock).open()


def test_a_film_that_is_gone_is_named(tmp_path, clock):
    with pytest.raises(CameraError, match="cannot be read"):
        FilmCamera(tmp_path / "x.mp4", clock).open()
