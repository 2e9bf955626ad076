from pathlib import Path

import pytest

from appliance.mqtt import credentials
from appliance.mqtt.errors import CredentialsError
from appliance.settings.mqtt import MqttSettings
from tests.mqtt.certificates import make_certificates


def password_file(folder: Path, content: bytes = b"secret\n", mode: int = 0o600) -> Path:
    file = folder / "password"
    file.write_bytes(content)
    file.chmod(mode)
    return file


@pytest.mark.parametrize("content", [b"secret", b"secret\n", b"secret\r\n", b"secret\nmore\n"])
def test_the_password_is_the_files_first_line(tmp_path: Path, content: bytes) -> None:
    assert credentials.password(MqttSettings(password_file=str(password_file(tmp_path, content)))) == "secret"


def test_a_first_line_longer_than_any_password_is_refused(tmp_path: Path) -> None:
    longest = b"x" * credentials._LIMIT
    with pytest.raises(CredentialsError, match="more than 4096 bytes"):
        credentials.password(MqttSettings(password_file=str(password_file(tmp_path, longest + b"x\n"))))
    whole = password_file(tmp_path, longest[1:] + b"\n" + b"y" * 10_000_000)
    assert credentials.password(MqttSettings(password_file=str(whole))) == longest[1:].decode()


def test_spaces_belong_to_the_password(tmp_path: Path) -> None:
    assert credentials.password(MqttSettings(password_file=str(password_file(tmp_path, b" a b \n")))) == " a b "


def test_without_a_file_there_is_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert credentials.password(MqttSettings()) is None


def test_systemd_may_hand_the_password_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert credentials.password(MqttSettings()) is None
    password_file(tmp_path).rename(tmp_path / "mqtt-password")
    assert credentials.password(MqttSettings()) == "secret"


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640, 0o440])
def test_a_file_that_the_owner_and_the_group_may_read_is_taken(tmp_path: Path, mode: int) -> None:
    assert credentials.password(MqttSettings(password_file=str(password_file(tmp_path, mode=mode))))


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o666])
def test_a_file_that_is_open_to_everyone_is_refused(tmp_path: Path, mode: int) -> None:
    file = password_file(tmp_path, mode=mode)
    with pytest.raises(CredentialsError, match=rf"{file} .*mode {mode:04o}.*chmod 600 {file}"):
        credentials.password(MqttSettings(password_file=str(file)))


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (b"\nx", "is empty"), (b"\xff\xfe", "UTF-8")])
def test_a_file_without_a_password_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(CredentialsError, match=words):
        credentials.password(MqttSettings(password_file=str(password_file(tmp_path, content))))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match=r"nothing \(mqtt.password_file\) cannot be read: No such file"):
        credentials.password(MqttSettings(password_file=str(tmp_path / "nothing")))


def test_without_tls_there_is_no_context() -> None:
    assert credentials.tls(MqttSettings()) is None


def test_the_systems_authorities_are_the_usual_ones() -> None:
    context = credentials.tls(MqttSettings(tls=True))
    assert context is not None
    assert context.check_hostname


@pytest.mark.parametrize("key", ["ca", "cert", "key"])
def test_a_missing_certificate_is_named(tmp_path: Path, key: str) -> None:
    make_certificates(tmp_path)
    files = {"ca": "ca.pem", "cert": "box.pem", "key": "box.key"} | {key: "nothing"}
    with pytest.raises(CredentialsError, match=rf"nothing \(mqtt.{key}\) cannot be read"):
        credentials.tls(MqttSettings(tls=True, **{name: str(tmp_path / file) for name, file in files.items()}))


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    junk = tmp_path / "junk.pem"
    junk.write_text("junk")
    with pytest.raises(CredentialsError, match=r"junk.pem \(mqtt.ca\) holds no certificate"):
        credentials.tls(MqttSettings(tls=True, ca=str(junk)))


def test_a_key_that_belongs_to_another_certificate_is_refused(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    with pytest.raises(CredentialsError, match="no pair"):
        credentials.tls(MqttSettings(tls=True, cert=str(tmp_path / "box.pem"), key=str(tmp_path / "server.key")))


def test_a_key_that_is_open_to_everyone_is_refused(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    (tmp_path / "box.key").chmod(0o644)
    with pytest.raises(CredentialsError, match=r"box.key \(mqtt.key\) is open to everyone"):
        credentials.tls(MqttSettings(tls=True, cert=str(tmp_path / "box.pem"), key=str(tmp_path / "box.key")))
