"""However a command ends, its user reads a line, never a traceback."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.train_and_quantize import commands, measuring

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("error", "complaint"),
    [
        (KeyboardInterrupt(), "stopped"),
        (MemoryError(), "not enough memory"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x.json"), "x.json: No space left on device"),
        (ModuleNotFoundError("No module named 'keras'", name="keras"), "this needs keras, which is not installed here"),
        (
            ImportError("libcudart.so: cannot open", name="torch._C"),
            "this needs torch, which is not installed here, or",
        ),
    ],
    ids=["Ctrl-C", "memory", "full disk", "no keras", "half a torch"],
)
def test_an_end_that_is_nobodys_fault_is_one_line(
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    complaint: str,
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(measuring, "_prepare", fail)
    assert commands.main(["prepare", str(tree)]) == 1
    assert capsys.readouterr().err.startswith(f"train_and_quantize: {complaint}")


def test_a_module_of_our_own_that_is_missing_is_our_fault(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ModuleNotFoundError("No module named 'tools.typo'", name="tools.typo")

    monkeypatch.setattr(measuring, "_prepare", fail)
    with pytest.raises(ModuleNotFoundError):
        commands.main(["prepare", str(tree)])


def test_who_reads_only_the_first_line_sees_no_traceback(tree: Path) -> None:
    ends, into = os.pipe()
    os.close(ends)
    command = [sys.executable, "-m", "tools.train_and_quantize", "prepare", str(tree)]
    done = subprocess.run(command, cwd=ROOT, stdout=into, stderr=subprocess.PIPE, text=True, check=False, timeout=100)
    os.close(into)
    assert done.returncode == 1
    assert done.stderr == ""


def test_how_often_is_timed_must_be_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        commands.main(["compare", "faces", "--rounds", "0"])
    assert "argument --rounds: expected a whole number from 1 on, found '0'" in capsys.readouterr().err
