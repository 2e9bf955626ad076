"""The table of everything that the API can do: its description is made from it, and held against it by a test."""

from __future__ import annotations

from appliance.web.api.box import BOX
from appliance.web.api.control import CONTROL
from appliance.web.api.history import HISTORY
from appliance.web.api.songs import SONGS
from appliance.web.auth.session_api import SIGNING_IN

OPERATIONS = (*SIGNING_IN, *CONTROL, *BOX, *SONGS, *HISTORY)
