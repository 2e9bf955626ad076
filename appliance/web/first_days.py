"""How far the owner has come in the first days: the way that begins after the password, and can be left and resumed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from appliance.web.auth.kept_file import KeptFile

FILE = "page-first-days.json"
Step = Literal["name", "aim", "songs", "sound", "home", "done"]


class FirstDays(msgspec.Struct, forbid_unknown_fields=True):
    """The step that is next; `begun` is false until the way is entered, `over` once it is done with."""

    step: Step = "name"
    begun: bool = False
    over: bool = False


class FirstDaysStore:
    """Kept in `page-first-days.json` in the state directory. Trouble with the file has the way begin anew, no more."""

    def __init__(self, folder: Path) -> None:
        self._file = KeptFile(folder / FILE)
        self._kept = self._file.read(FirstDays) or FirstDays()

    @property
    def kept(self) -> FirstDays:
        """How far it is."""
        return self._kept

    def keep(self, days: FirstDays) -> None:
        """Note how far it is."""
        self._kept = days
        self._file.write(msgspec.json.encode(days))
