"""A server on the loopback for each test that wants one."""

from collections.abc import Iterator

import pytest

from tests.releases.loopback import Loopback, loopback


@pytest.fixture
def web() -> Iterator[Loopback]:
    with loopback() as served:
        yield served
