import os
import sys

import pytest

from appliance.vision.hush import hushed


def test_only_what_is_said_inside_is_lost(capfd):
    print("before", file=sys.stderr)
    with pytest.raises(ValueError, match="still heard"), hushed():
        os.write(2, b"chatter")
        raise ValueError("still heard")
    os.write(2, b"after")
    assert capfd.readouterr().err == "before\nafter"
