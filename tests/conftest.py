"""What all tests share: which are run, and a clear word when a machine lacks what one needs."""

import os
import resource
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent

# A busy machine is no reason to fail.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
# The second Python is asked whether it behaves as the first, which looks for the rare examples.
settings.register_profile("unit", parent=settings.get_profile("untimed"), max_examples=25)

# As many as Debian allows a user's process: tests that leave files open fail on every machine, not just on some.
_hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (1024 if _hard == resource.RLIM_INFINITY else min(1024, _hard), _hard))

# Tests of several processes together, of real servers (MPD, a broker, sshd) and of whole machines; what is left needs
# nothing but Python.
NOT_UNIT = ("boxes", "faults", "machines", "provisioning")
NOT_UNIT_OF = {
    "analyser": {"test_analyser", "test_whole_box"},
    "app": {"test_main", "test_model_update"},
    "bench": {"test_reaction"},
    "controls": {"test_keyboard"},
    "fleet": {"test_fleet", "test_simulate"},
    "model": {"test_receiver"},
    "mqtt": {
        "test_bridge",
        "test_client",
        "test_connection",
        "test_home_assistant",
        "test_home_automations",
        "test_news",
        "test_whole_box",
    },
    "music": {
        "test_client",
        "test_heard",
        "test_library",
        "test_library_follower",
        "test_mpd_answers",
        "test_output_switch",
        "test_playback",
        "test_player",
        "test_process",
        "test_queue_feeder",
        "test_read_songs",
        "test_state_files",
    },
    "snapcast": {"test_in_step", "test_rooms"},
    "songs": {"test_whole_box"},
    "tools": {"test_push"},
    "web": {"page", "test_guests", "test_whole_box"},
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run the tests marked slow")
    parser.addoption("--unit", action="store_true", help="only the tests that need nothing but Python")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--unit"):
        settings.load_profile("unit")
    config.addinivalue_line(
        "markers", "needs(*programs): skipped with a clear reason where a program (or 'root') is missing"
    )
    # pytest shows a failure's source by ast.parse, which in Debian 12's Python may itself fail and end the whole run
    # (CPython gh-106905, mended in 3.11.5).
    if sys.version_info < (3, 11, 5) and config.option.tbstyle == "auto":
        config.option.tbstyle = "native"


def is_unit(path: Path) -> bool:
    """Whether a test file needs nothing but Python."""
    part, *rest = path.relative_to(HERE).with_suffix("").parts
    return part not in NOT_UNIT and not NOT_UNIT_OF.get(part, set()) & set(rest)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    slow_too = config.getoption("--slow") or "slow" in config.getoption("-m")
    unit_only = config.getoption("--unit")

    def is_wanted(item: pytest.Item) -> bool:
        if "slow" in item.keywords and not slow_too:
            return False
        return not unit_only or is_unit(item.path)

    config.hook.pytest_deselected(items=[item for item in items if not is_wanted(item)])
    items[:] = [item for item in items if is_wanted(item)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    wanted = [program for mark in item.iter_markers("needs") for program in mark.args]
    missing = [program for program in wanted if program != "root" and shutil.which(program) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: not on this machine")
    if "root" in wanted and os.geteuid() != 0:
        pytest.skip("needs root")
