import asyncio
import contextlib
import json
import logging
import socket
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Reading
from appliance.domain.events import Looked, VisionHello, VisionLost
from appliance.domain.looks import CameraState, Face, Look
from appliance.link.client import LinkClient
from appliance.link.messages import (
    LINE_LIMIT,
    NEWEST,
    OLDEST,
    HelloMessage,
    LinkError,
    LookMessage,
    OrdersMessage,
    decode_orders,
    decode_report,
    encode,
)
from appliance.link.server import LinkServer

HELLO = VisionHello("webcam /dev/video0", "BlazeFace", "moodbox-edge 1.0.0", None)
READING = Reading((0.1, 0.0, 0.1, 0.5, 0.1, 0.1, 0.1))


NOW = time.monotonic()


def look(at: float = 0.0, faces: int = 1) -> Look:
    """A look, `at` seconds after the tests began."""
    face = Face((1.5, -2.0, 30.0, 30.0), 0.9, READING, 2.5)
    return Look(NOW + at, CameraState.OPEN, (face,) * faces, (1280, 720), 0.4, 12.0)


def fresh() -> Look:
    """A look of this moment, as the conductor's end takes it."""
    return look(time.monotonic() - NOW)


@contextlib.asynccontextmanager
async def served(path):
    events = []
    server = LinkServer(path, events.append)
    await server.start()
    try:
        yield server, events
    finally:
        await server.stop()


@contextlib.contextmanager
def client(path, hello=HELLO):
    changes = threading.Event()
    link = LinkClient(path, changes.set)
    if hello:
        link.greet(hello)
    link.start()
    try:
        yield link, changes
    finally:
        link.stop()


async def until(condition, seconds=40.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        await asyncio.sleep(0.01)


# Messages

probabilities = st.lists(st.floats(0.001, 1), min_size=7, max_size=7).map(
    lambda v: Reading(tuple(p / sum(v) for p in v))
)
finite = st.floats(allow_nan=False, allow_infinity=False)
faces = st.builds(
    Face,
    st.tuples(finite, finite, st.floats(0.1, 1e6), st.floats(0.1, 1e6)),
    st.floats(0, 1),
    probabilities,
    st.none() | st.floats(0, 100),
)
looks = st.builds(
    Look,
    st.floats(-OLDEST, NEWEST).map(lambda age: NOW + age),
    st.sampled_from(CameraState),
    st.lists(faces, max_size=8).map(tuple),
    st.tuples(st.integers(0, 9999), st.integers(0, 9999)),
    st.none() | st.floats(0, 1),
    st.floats(0, 60_000),
    st.none() | st.text(),
)


@given(looks)
def test_a_look_arrives_as_it_was_sent(sent):
    line = encode(LookMessage(sent))
    assert line.count(b"\n") == 1
    assert decode_report(line, NOW) == LookMessage(sent)


@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_anything_else_is_a_link_error(line):
    for decode in (lambda line: decode_report(line, NOW), decode_orders):
        with pytest.raises(LinkError):
            decode(line)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.sampled_from(["time", "camera", "faces", "size", "light", "milliseconds", "problem", "extra"]), json_values)
def test_a_look_with_any_field_changed_is_a_look_or_a_link_error(field, value):
    table = json.loads(encode(LookMessage(look())))
    table["look"][field] = value
    try:
        message = decode_report(json.dumps(table).encode(), NOW)
    except LinkError:
        return
    assert encode(message)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"light": 1.5}, "light is 1.5"),
        ({"time": 1e12}, "it is of 1e\\+12 s and it is"),
        ({"time": NOW + 3}, "and it is"),
        ({"time": NOW - 70}, "and it is"),
        ({"milliseconds": -1}, "took -1 ms"),
        ({"milliseconds": 1e300}, "took 1e\\+300 ms"),
        ({"faces": [{"box": [0, 0, 0, 5], "score": 0.5, "reading": {"probabilities": [0, 0, 0, 1, 0, 0, 0]}}]}, "box"),
        ({"faces": [{"box": [0, 0, 5, 5], "score": 7, "reading": {"probabilities": [0, 0, 0, 1, 0, 0, 0]}}]}, "score"),
        ({"faces": [{"box": [0, 0, 5, 5], "score": 0.5, "reading": {"probabilities": [1]}}]}, "7 probabilities"),
        ({"camera": "broken"}, "broken"),
    ],
)
def test_a_look_that_cannot_be_true_says_what_is_wrong(change, complaint):
    table = json.loads(encode(LookMessage(look())))
    table["look"].update(change)
    with pytest.raises(LinkError, match=complaint):
        decode_report(json.dumps(table).encode(), NOW)


def test_each_side_takes_only_the_messages_of_the_other():
    with pytest.raises(LinkError):
        decode_report(encode(OrdersMessage(camera=True)), NOW)
    with pytest.raises(LinkError):
        decode_orders(encode(HelloMessage(HELLO)))


def test_the_most_faces_that_vision_sends_fit_into_a_line():
    assert len(encode(LookMessage(look(faces=32)))) < LINE_LIMIT


def test_a_message_too_long_is_refused_at_the_sender():
    with pytest.raises(LinkError, match=f"at most {LINE_LIMIT}"):
        encode(HelloMessage(VisionHello("x" * LINE_LIMIT, "", "", None)))


# Server and client


async def test_greeting_orders_and_looks_go_their_ways(tmp_path):
    path = tmp_path / "run" / "link.sock"
    async with served(path) as (server, events):
        with client(path) as (link, _):
            await until(lambda: link.connected)
            assert not link.wanted
            server.order_camera(True)
            await until(lambda: link.wanted)
            sent = fresh()
            link.send(sent)
            await until(lambda: len(events) == 2)
            assert events == [HELLO, Looked(sent)]
            server.order_camera(False)
            await until(lambda: not link.wanted)
        await until(lambda: events[-1] == VisionLost())


async def test_orders_given_before_anyone_connects_are_the_first_thing_said(tmp_path):
    async with served(tmp_path / "s") as (server, _):
        server.order_camera(True)
        with client(tmp_path / "s") as (link, changes):
            await until(lambda: link.wanted)
            assert changes.is_set()


async def test_stopping_leaves_nothing_behind_and_may_be_repeated(tmp_path):
    async with served(tmp_path / "s") as (server, events):
        with client(tmp_path / "s"):
            await until(lambda: events)
            await server.stop()
            await server.stop()
            assert events == [HELLO]
            assert len(asyncio.all_tasks()) == 1


async def test_only_the_owner_and_the_group_may_use_the_socket(tmp_path):
    async with served(tmp_path / "s"):
        assert (tmp_path / "s").stat().st_mode & 0o777 == 0o660


async def test_a_socket_left_behind_is_replaced_and_ones_own_removed(tmp_path):
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    async with served(path) as (_, events):
        with client(path):
            await until(lambda: events)
    assert not path.exists()


async def test_a_second_conductor_is_refused_and_the_first_goes_on(tmp_path):
    async with served(tmp_path / "s") as (_, events):
        with pytest.raises(LinkError, match="another Moodbox is running"):
            await LinkServer(tmp_path / "s", events.append).start()
        with client(tmp_path / "s"):
            await until(lambda: HELLO in events)


async def test_a_file_in_the_way_is_named_and_kept(tmp_path):
    (tmp_path / "s").write_text("mine")
    with pytest.raises(LinkError, match="in the way and no socket"):
        await LinkServer(tmp_path / "s", print).start()
    assert (tmp_path / "s").read_text() == "mine"


async def test_a_path_too_long_for_a_socket_is_named(tmp_path):
    with pytest.raises(LinkError, match="cannot listen there"):
        await LinkServer(tmp_path / ("x" * 120), print).start()


async def test_a_newer_vision_process_replaces_the_older(tmp_path):
    newer = VisionHello("another", "BlazeFace", "m", None)
    async with served(tmp_path / "s") as (server, events):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "s")
        writer.write(encode(HelloMessage(HELLO)))
        await until(lambda: events == [HELLO])
        with client(tmp_path / "s", newer) as (link, _):
            await until(lambda: newer in events)
            assert await reader.readline() == encode(OrdersMessage(camera=False))
            assert await reader.read() == b""
            server.order_camera(True)
            await until(lambda: link.wanted)
        await until(lambda: events[-1] == VisionLost())
        assert events == [HELLO, newer, VisionLost()]
        writer.close()


@pytest.mark.parametrize(
    "line",
    [
        b"rubbish\n",
        b"\xff\xfe\x00\n",
        b"\n",
        encode(LookMessage(look())),
        b"[" * 5000 + b"\n",
        b"x" * (LINE_LIMIT + 10) + b"\n",
    ],
    ids=["rubbish", "no text", "empty", "look before greeting", "deep", "long"],
)
async def test_a_bad_line_closes_the_connection_with_one_clear_message(tmp_path, caplog, line):
    async with served(tmp_path / "s") as (_, events):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "s")
        writer.write(line + encode(HelloMessage(HELLO)))
        await reader.readline()
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        assert events == []
        assert [r.levelno for r in caplog.records if r.name == "appliance.link.server"] == [logging.WARNING]
        writer.close()
        with client(tmp_path / "s"):
            await until(lambda: HELLO in events)


async def test_half_a_line_at_the_end_is_no_message(tmp_path, caplog):
    async with served(tmp_path / "s") as (_, events):
        _, writer = await asyncio.open_unix_connection(tmp_path / "s")
        writer.write(encode(HelloMessage(HELLO)) + encode(LookMessage(fresh()))[:50])
        await until(lambda: events)
        writer.close()
        await until(lambda: len(events) == 2)
        assert events == [HELLO, VisionLost()]
        assert not caplog.records


async def test_vision_waits_for_a_conductor_and_finds_one_that_comes_back(tmp_path):
    path = tmp_path / "s"
    with client(path) as (link, _):
        await asyncio.sleep(0.1)
        assert not link.connected
        link.send(fresh())
        for _ in range(2):
            async with served(path) as (server, events):
                server.order_camera(True)
                await until(lambda: link.wanted)
                sent = fresh()
                link.send(sent)
                await until(lambda events=events: len(events) == 2)
                assert events == [HELLO, Looked(sent)]
            await until(lambda: not link.wanted and not link.connected)


async def test_a_changed_greeting_is_sent_and_the_same_is_not(tmp_path):
    async with served(tmp_path / "s") as (_, events):
        with client(tmp_path / "s") as (link, _):
            await until(lambda: link.connected)
            link.greet(HELLO)
            other = VisionHello("Pi camera", "BlazeFace", "m", None)
            link.greet(other)
            await until(lambda: other in events)
            assert events == [HELLO, other]


async def test_a_slow_conductor_costs_looks_but_no_time(tmp_path):
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as slow:
        slow.bind(str(path))
        slow.listen()
        with client(path) as (link, _):
            conductor, _ = slow.accept()
            conductor.sendall(encode(OrdersMessage(camera=True)))
            await until(lambda: link.wanted)
            for number in range(3000):
                link.send(look(number / 10_000, faces=10))
            conductor.settimeout(60)
            with conductor, conductor.makefile("rb") as lines:
                assert decode_report(next(lines), NOW) == HelloMessage(HELLO)
                times = []
                while not times or times[-1] < NOW + 0.2999:
                    times.append(decode_report(next(lines), NOW).look.time)
            assert len(times) < 3000
            assert times == sorted(times)


async def test_nonsense_from_the_conductor_is_survived(tmp_path, caplog):
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as wrong:
        wrong.bind(str(path))
        wrong.listen()
        with client(path) as (link, _):
            for _ in range(2):
                conductor, _ = wrong.accept()
                conductor.sendall(b"GET / HTTP/1.1\r\n\r\n")
                await until(lambda: any("not orders" in r.message for r in caplog.records))
                caplog.clear()
                conductor.close()
            assert not link.wanted


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=200), max_size=5))
def test_no_bytes_whatever_stop_the_server(tmp_path_factory, chunks):
    path = tmp_path_factory.mktemp("l") / "s"

    async def attack():
        async with served(path) as (_, events):
            _, writer = await asyncio.open_unix_connection(path)
            with contextlib.suppress(OSError):
                for chunk in chunks:
                    writer.write(chunk)
                    await writer.drain()
            writer.close()
            _, honest = await asyncio.open_unix_connection(path)
            honest.write(encode(HelloMessage(HELLO)))
            await until(lambda: HELLO in events)
            honest.close()

    asyncio.run(attack())


def test_vectors_follow_the_canonical_order():
    table = json.loads(encode(LookMessage(look())))
    assert table["look"]["faces"][0]["reading"]["probabilities"][EMOTIONS.index("happy")] == 0.5
