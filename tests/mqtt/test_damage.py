"""Whatever has happened to the files with the broker's password and certificates, it is said in words."""

from __future__ import annotations

import contextlib
from pathlib import Path

from appliance.mqtt.credentials import password, tls
from appliance.mqtt.errors import CredentialsError
from appliance.settings.mqtt import MqttSettings
from tests.damage import every_damage
from tests.mqtt.certificates import make_certificates


def test_no_damage_of_the_password_stops_anything(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.touch(0o600)
    for content in every_damage("geheim, für Öl\n".encode(), 100):
        file.write_bytes(content)
        with contextlib.suppress(CredentialsError):
            assert password(MqttSettings(host="broker", password_file=str(file)))


def test_no_damage_of_the_certificates_stops_anything(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    files = {name: tmp_path / source for name, source in (("ca", "ca.pem"), ("cert", "box.pem"), ("key", "box.key"))}
    settings = MqttSettings(host="broker", tls=True, **{name: str(file) for name, file in files.items()})
    assert tls(settings)
    for file in files.values():
        whole = file.read_bytes()
        for content in every_damage(whole, 40, step=97):
            file.write_bytes(content)
            with contextlib.suppress(CredentialsError):
                assert tls(settings)
        file.write_bytes(whole)
