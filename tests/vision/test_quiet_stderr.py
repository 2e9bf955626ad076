import os
import sys

import pytest

from appliance.vision.quiet_stderr import quiet_stderr


def fail_chattily():
    with quiet_stderr():
        os.write(2, b"chatter")
        raise ValueError("still heard")


def test_only_what_native_code_says_inside_is_lost(capfd):
    print("before", file=sys.stderr)
    with pytest.raises(ValueError, match="still heard"):
        fail_chattily()
    os.write(2, b"after")
    assert capfd.readouterr().err == "before\nafter"
