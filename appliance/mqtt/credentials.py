"""Password and certificates, read for every attempt to connect, so that a corrected file needs no restart."""

from __future__ import annotations

import os
import ssl
import stat
from pathlib import Path

from appliance.mqtt.errors import CredentialsError
from appliance.settings.mqtt import MqttSettings

_CREDENTIAL = "mqtt-password"  # the name under which systemd may hand the password over (LoadCredential=)
_LIMIT = 4096  # bytes; no broker takes longer passwords


def password(settings: MqttSettings) -> str | None:
    """The password: the first line of `mqtt.password_file`, or of systemd's credential, or None if there is neither.

    Raises CredentialsError for a file that everyone may read, is empty or not UTF-8 text, or begins with a long line.
    """
    file = _password_file(settings)
    if file is None:
        return None
    _refuse_if_public(file, "mqtt.password_file")
    try:
        with file.open("rb") as stream:
            line = stream.readline(_LIMIT + 1)
        if len(line) > _LIMIT:
            raise CredentialsError(
                f"{file} (mqtt.password_file) has a first line of more than {_LIMIT} bytes; save the password alone"
            )
        first = line.decode().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise CredentialsError(f"{file} (mqtt.password_file) cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CredentialsError(f"{file} (mqtt.password_file) is not UTF-8 text; save the password alone") from error
    if not first:
        raise CredentialsError(f"{file} (mqtt.password_file) is empty; put the password on its first line")
    return first


def _password_file(settings: MqttSettings) -> Path | None:
    if settings.password_file:
        return Path(settings.password_file).expanduser()
    handed = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nonexistent")) / _CREDENTIAL
    return handed if handed.is_file() and handed.stat().st_size else None


def tls(settings: MqttSettings) -> ssl.SSLContext | None:
    """How to speak TLS with the broker, None if the settings do without. Raises CredentialsError."""
    if not settings.tls:
        return None
    try:
        context = ssl.create_default_context(cafile=_path(settings.ca, "mqtt.ca"))
    except ssl.SSLError as error:
        raise CredentialsError(f"{settings.ca} (mqtt.ca) holds no certificate that can be used: {error}") from error
    if settings.ca:
        # Since Python 3.13 an authority must state its key usage, which those made at home seldom do.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    cert, key = _path(settings.cert, "mqtt.cert"), _path(settings.key, "mqtt.key")
    if cert and key:
        _refuse_if_public(Path(key), "mqtt.key")
        try:
            # The empty password keeps OpenSSL from asking for one on the terminal.
            context.load_cert_chain(cert, key, password="")
        except ssl.SSLError as error:
            raise CredentialsError(
                f"{cert} (mqtt.cert) and {key} (mqtt.key) are no pair that can be used: {error}; both must be PEM, "
                "the key without a passphrase"
            ) from error
    return context


def _path(name: str, key: str) -> str | None:
    """The file's path, None if none is set. Raises CredentialsError if it cannot be read."""
    if not name:
        return None
    path = Path(name).expanduser()
    try:
        path.open("rb").close()
    except OSError as error:
        raise CredentialsError(f"{path} ({key}) cannot be read: {error.strerror}") from error
    return str(path)


def _refuse_if_public(file: Path, key: str) -> None:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except OSError as error:
        raise CredentialsError(f"{file} ({key}) cannot be read: {error.strerror}") from error
    if mode & stat.S_IRWXO:
        raise CredentialsError(
            f"{file} ({key}) is open to everyone on this machine (mode {mode:04o}); close it: chmod 600 {file}"
        )
