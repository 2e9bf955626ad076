"""One machine for each release of Debian, with Moodbox installed in it."""

from collections.abc import Iterator

import pytest

from tests.machines.machine import Machine, install


@pytest.fixture(scope="session", params=["bookworm", "trixie"])
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Booted, and nothing in it yet."""
    machine = Machine(request.param, tmp_path_factory.mktemp("machine"))
    try:
        machine.boot()
        yield machine
    finally:
        machine.close()


@pytest.fixture(scope="session")
def installed(bare: Machine) -> Machine:
    """With Moodbox installed and playing."""
    install(bare)
    return bare
