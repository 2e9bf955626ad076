"""The API against thousands of requests made from its own description, good ones and bad ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from appliance.songs.playlists import LISTS
from appliance.web import app
from appliance.web.api.live import LiveStreams
from appliance.web.api.openapi import Operation, describe_api
from appliance.web.api.operations import OPERATIONS
from appliance.web.auth.authenticator import Authenticator
from tests.songs.music import music
from tests.web.running_page import RunningPage
from tests.web.served import Served, with_quick_passwords

SCHEMA = schemathesis.openapi.from_dict(describe_api(OPERATIONS))
SCHEMA.config.generation.update(
    modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
    with_security_parameters=False,  # a good key goes along, and the checks ask again without it
)
ENDLESS, SONG = "/api/stream", ("/api/songs/{emotion}/{name}", "/api/library/{name}")
PATIENCE = 60.0  # seconds for an answer
FUZZED = [operation for operation in OPERATIONS if operation.path != ENDLESS]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with with_quick_passwords(), Served(tmp_path_factory.mktemp("fuzz")) as served:
        yield served


def with_a_song(case: Any) -> Any:
    """Where a song is put in and all that is asked is right, so is what is sent: no schema can say what a song is."""
    if case.operation.path in SONG and case.method == "PUT" and case.meta.generation.mode.is_positive:
        ending = PurePosixPath(unquote(case.path_parameters["name"]).strip()).suffix.lower()
        case.body = b"https://example.org/radio.mp3\n" if ending in LISTS else music(ending)
    return case


def ask_for(served: Served, operation: Operation, examples: int, always_the_same: bool) -> None:
    """Ask so many things of an operation, and compare each answer with the description, by every check there is."""

    @settings(
        max_examples=examples,
        derandomize=always_the_same,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=SCHEMA[operation.path][operation.method].as_strategy().map(with_a_song))
    def ask(case: Any) -> None:
        # On a machine that is busy with other things the doctor takes his time.
        case.call_and_validate(base_url=served.running.url, headers=served.headers, timeout=PATIENCE)

    ask()


every_operation = pytest.mark.parametrize("operation", FUZZED, ids=lambda op: f"{op.method} {op.path}")


@every_operation
def test_whatever_is_asked_is_answered_as_described(served: Served, operation: Operation) -> None:
    ask_for(served, operation, 15, always_the_same=True)


@pytest.mark.slow
@pytest.mark.timeout(600)
@every_operation
def test_whatever_is_asked_at_length_is_answered_as_described(served: Served, operation: Operation) -> None:
    ask_for(served, operation, 300, always_the_same=False)


@every_operation
async def test_without_signing_in_an_operation_is_refused_unless_it_says_otherwise(
    running: RunningPage, operation: Operation
) -> None:
    path = re.sub(r"{emotion}", "sad", re.sub(r"{(name|id)}", "a.flac", operation.path))
    status = (await running.browser().ask(operation.method, path)).status
    assert (status == 401) == (not operation.open)


async def test_every_route_of_the_api_is_described_and_nothing_else(running: RunningPage) -> None:
    routes = app.make_app(
        running.context,
        Authenticator(running.folder, running.folder, running.clock),
        LiveStreams(running.context),
        lambda: None,
        running.page.https,
    ).router.routes()
    there = {
        (route.method, route.resource.canonical)
        for route in routes
        if route.resource and route.method != "HEAD" and route.resource.canonical.startswith("/api/")
    }
    described = [(operation.method, operation.path) for operation in OPERATIONS]
    assert sorted(described) == sorted(there)
