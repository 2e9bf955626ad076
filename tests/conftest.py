"""What all tests share: which are run, and a clear word when a machine lacks what one needs."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent

# A busy machine is no reason to fail.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Tests of MPD, of several processes together and of whole machines; what is left needs nothing but Python.
NOT_UNIT = (HERE / "boxes", HERE / "provisioning", HERE / "test_main.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run the tests marked slow")
    parser.addoption("--unit", action="store_true", help="only the tests that need nothing but Python")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "needs(*programs): skipped with a clear reason where a program (or 'root') is missing"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    slow_too = config.getoption("--slow") or "slow" in config.getoption("-m")
    unit_only = config.getoption("--unit")

    def is_wanted(item: pytest.Item) -> bool:
        if "slow" in item.keywords and not slow_too:
            return False
        return not (unit_only and any(item.path.is_relative_to(path) for path in NOT_UNIT))

    config.hook.pytest_deselected(items=[item for item in items if not is_wanted(item)])
    items[:] = [item for item in items if is_wanted(item)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    wanted = [program for mark in item.iter_markers("needs") for program in mark.args]
    missing = [program for program in wanted if program != "root" and shutil.which(program) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: not on this machine")
    if "root" in wanted and os.geteuid() != 0:
        pytest.skip("needs root")
