"""A real Home Assistant in a folder of its own, used through its REST API as its page uses it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import time
import urllib.parse
from pathlib import Path
from typing import Any

from tests.ports import free_port

CONFIGURATION = """
homeassistant:
  name: Test
  latitude: 0
  longitude: 0
  unit_system: metric
  time_zone: UTC
http:
  server_host: 127.0.0.1
  server_port: {port}
api:
config:
logger:
  default: warning
  logs:
    homeassistant.components.automation: info
automation: !include automations.yaml
input_boolean:
  sleeping:
template:
  - light:
      - name: Living room
        turn_on: []
        turn_off: []
        set_hs: []
        set_level: []
"""


class HomeAssistant:
    """Started from `program` (the `hass` of some version); `start` and `stop` may be repeated."""

    def __init__(self, program: str, folder: Path, automations: str = "[]\n", more: str = "") -> None:
        """`more` is appended to its configuration."""
        self.folder = folder
        self.log = folder / "home-assistant.log"
        self._program = program
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._token = ""
        folder.mkdir(exist_ok=True)
        (folder / "configuration.yaml").write_text(CONFIGURATION.format(port=self._port) + more)
        (folder / "automations.yaml").write_text(automations)

    def start(self, seconds: float = 240.0) -> None:
        """Start, and wait until it runs; the first time a user is made and logged in."""
        # A process group of its own, for it starts helpers.
        self._process = subprocess.Popen(
            [self._program, "-c", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait_for(lambda: self._ask("GET", "/api/onboarding"), seconds)
        if not self._token:
            self._log_in()
        self._wait_for(lambda: self._ask("GET", "/api/config")["state"] == "RUNNING", seconds)

    @property
    def pid(self) -> int:
        """Of its process."""
        assert self._process
        return self._process.pid

    def stop(self, force: bool = False) -> None:
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL if force else signal.SIGTERM)
            self._process.wait(120)
            self._process = None

    def _wait_for(self, condition: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except (OSError, ValueError, http.client.HTTPException):
                pass
            assert self._process is not None
            assert self._process.poll() is None, "Home Assistant has ended"
            assert time.monotonic() < deadline, f"Home Assistant is not there after {seconds:.0f} s"
            time.sleep(0.5)

    def _log_in(self) -> None:
        client = f"http://127.0.0.1:{self._port}/"
        user = {"name": "Owner", "username": "owner", "password": "made up", "client_id": client, "language": "en"}
        code = self._ask("POST", "/api/onboarding/users", user)["auth_code"]
        form = urllib.parse.urlencode({"grant_type": "authorization_code", "code": code, "client_id": client})
        answer = self._send("POST", "/auth/token", form.encode(), "application/x-www-form-urlencoded")
        self._token = answer["access_token"]

    def add_mqtt(self, port: int) -> None:
        """Set the MQTT integration up, as its dialogue does."""
        flow = self._ask("POST", "/api/config/config_entries/flow", {"handler": "mqtt"})
        # later versions fold some fields away, and want them to be there
        folded = {"other_settings": {"set_client_cert": False, "set_ca_cert": "off"}}
        if not any(field["name"] in folded for field in flow["data_schema"]):
            folded = {}
        answers = {"broker": "127.0.0.1", "port": port} | folded
        done = self._ask("POST", f"/api/config/config_entries/flow/{flow['flow_id']}", answers)
        assert done["type"] == "create_entry", done

    @property
    def version(self) -> str:
        return str(self._ask("GET", "/api/config")["version"])

    def states(self) -> dict[str, dict[str, Any]]:
        """All states by entity id."""
        return {state["entity_id"]: state for state in self._ask("GET", "/api/states")}

    def state(self, entity: str) -> str | None:
        found = self.states().get(entity)
        return None if found is None else str(found["state"])

    def call(self, service: str, entity: str, **data: Any) -> None:
        """Call a service such as `select.select_option` on an entity."""
        self._ask("POST", f"/api/services/{service.replace('.', '/')}", {"entity_id": entity, **data})

    def add_automation(self, name: str, content: dict[str, Any]) -> None:
        """Make one as the page's editor does."""
        self._ask("POST", f"/api/config/automation/config/{name}", content)

    def template(self, text: str) -> str:
        """What a template comes to."""
        answer: str = self._ask("POST", "/api/template", {"template": text}, plain=True)
        return answer

    def runs(self, alias: str) -> int:
        """How often an automation has begun its actions since Home Assistant was started."""
        return self.log.read_text().count(f"{alias}: Running automation actions")

    def registry(self) -> dict[str, dict[str, Any]]:
        """The entity registry's entries by entity id, as last saved (it saves some seconds after a change)."""
        file = self.folder / ".storage" / "core.entity_registry"
        if not file.exists():
            return {}
        return {entry["entity_id"]: entry for entry in json.loads(file.read_text())["data"]["entities"]}

    def complaints(self) -> list[str]:
        """Log lines that speak of MQTT, of Moodbox or of automations, from warnings upwards."""
        return [
            line
            for line in self.log.read_text().splitlines()
            if re.search("mqtt|moodbox|automation", line, re.IGNORECASE) and " INFO " not in line
        ]

    def _ask(self, method: str, path: str, body: Any = None, plain: bool = False) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        return self._send(method, path, content, "application/json", plain)

    def _send(self, method: str, path: str, content: bytes, kind: str, plain: bool = False) -> Any:
        """The answer's JSON, or its text if that is `plain`. Raises OSError for a refusal."""
        headers = {"Content-Type": kind} if content else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)) as connection:
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            said = answer.read()
        if answer.status >= 400:
            raise OSError(f"{method} {path}: {answer.status} {said[:300]!r}")
        return said.decode() if plain else json.loads(said)
