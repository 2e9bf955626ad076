"""The certificate of the page's HTTPS: the owner's, or one that the box makes for itself with the `openssl` command."""

from __future__ import annotations

import hashlib
import re
import socket
import ssl
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.errors import MoodboxError
from appliance.lib import atomic_file
from appliance.settings.web import WebSettings
from appliance.web.address import announced_name

FILE = "page-https.pem"
DAYS = 825
"""For which a certificate of the box's own is good: Apple's devices take none that is good for longer."""
_RENEW = timedelta(days=30)  # before its end
_SECONDS = 60.0  # for openssl, on a box that is busy
_LARGEST = 256 * 1024  # bytes of a file with certificates
_CONFIG = """\
[req]
distinguished_name = name
x509_extensions = more
prompt = no
[name]
CN = {common}
[more]
subjectAltName = {names}
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
"""
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_MISSING = "openssl is not installed, so the box can make no certificate; `sudo apt install openssl`, then restart"


class CertificateError(MoodboxError):
    """A certificate that cannot be used; the text says which file, what was found and what would be right."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What HTTPS is served with."""

    context: ssl.SSLContext
    fingerprint: str
    """SHA-256 of the certificate, as browsers show it."""
    until: datetime
    own: bool
    """The owner's, not made on the box."""


def load_certificate(web: WebSettings, folder: Path, now: datetime) -> Certificate:
    """The certificate that the settings ask for; `folder` keeps the box's own, made anew where it is needed.

    Blocks. Raises CertificateError.
    """
    if web.certificate:
        found = _load(Path(web.certificate).expanduser(), Path(web.key).expanduser(), own=True)
        if found.until <= now:
            raise CertificateError(
                f"web.certificate {web.certificate} is good until {found.until:%Y-%m-%d} only; renew it, or clear "
                "web.certificate and web.key for one that the box makes"
            )
        return found
    file = folder / FILE
    try:
        found = _load(file, file, own=False)
        if found.until - _RENEW > now:
            return found
    except CertificateError:
        pass  # there is none yet, or it is damaged
    _make(file, own_names(web.names))
    return _load(file, file, own=False)


def own_names(names: str) -> list[str]:
    """By which names a certificate of the box's own is for it."""
    host = socket.gethostname().partition(".")[0].lower()
    found = dict.fromkeys(
        ["moodbox.local", announced_name(), f"{host}.local", host, "localhost", *names.lower().split()]
    )
    return [name for name in found if _NAME.fullmatch(name)]


def _load(certificate: Path, key: Path, own: bool) -> Certificate:
    try:
        text = _read(certificate)
        if own and key.stat().st_mode & 0o007:
            raise CertificateError(f"web.key {key} can be read by everyone; `chmod o= {key}`, and change the key")
        der = ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :].partition("-----END")[0] + _END)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(certificate, key, password=lambda: "")
        until = valid_until(der)
    except OSError as error:  # an ssl.SSLError is one too
        reason = error.strerror or str(error)
        raise CertificateError(
            f"the certificate {certificate} cannot be used with the key {key} ({reason}); both must be PEM files that "
            "belong together and that the box may read, the key without a password"
        ) from error
    except (ValueError, IndexError) as error:
        raise CertificateError(f"{certificate} holds no certificate; it must be a PEM file") from error
    fingerprint = hashlib.sha256(der).hexdigest().upper()
    return Certificate(context, ":".join(re.findall("..", fingerprint)), until, own)


_END = "-----END CERTIFICATE-----\n"


def _read(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(_LARGEST).decode("ascii", "replace")


def _make(file: Path, names: list[str]) -> None:
    """Write a new key and its certificate into one file, so that they always belong together."""
    with tempfile.TemporaryDirectory(dir=file.parent) as place:
        config, key, certificate = (Path(place, name) for name in ("config", "key", "certificate"))
        alternatives = ",".join([*(f"DNS:{name}" for name in names), "IP:127.0.0.1", "IP:::1"])
        config.write_text(_CONFIG.format(common=names[0], names=alternatives))
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                   "-sha256", "-days", str(DAYS), "-config", str(config), "-keyout", str(key),
                   "-out", str(certificate)]  # fmt: skip
        try:
            made = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_SECONDS)
            if made.returncode:
                raise CertificateError(f"openssl has made no certificate: {made.stderr.strip()[-300:]}")
            atomic_file.write(file, key.read_bytes() + certificate.read_bytes(), 0o600)
        except FileNotFoundError as error:
            raise CertificateError(_MISSING) from error
        except subprocess.TimeoutExpired as error:
            raise CertificateError(f"openssl has made no certificate within {_SECONDS:.0f} seconds") from error
        except OSError as error:
            raise CertificateError(f"{file} cannot be written ({error.strerror}); make room, or mend it") from error


def valid_until(der: bytes) -> datetime:
    """Until when a certificate is good (X.509, RFC 5280: `Validity`). Raises ValueError or IndexError if it is none."""
    at, _ = _element(der, 0, 0x30)
    at, _ = _element(der, at, 0x30)
    if der[at] == 0xA0:  # version
        at = _element(der, at, 0xA0)[1]
    for tag in (0x02, 0x30, 0x30):  # serial number, algorithm, issuer
        at = _element(der, at, tag)[1]
    at, _ = _element(der, at, 0x30)
    _, at = _element(der, at, der[at])  # not before
    start, end = _element(der, at, der[at])
    form = "%y%m%d%H%M%SZ" if der[at] == 0x17 else "%Y%m%d%H%M%SZ"
    return datetime.strptime(der[start:end].decode("ascii"), form).replace(tzinfo=UTC)


def _element(der: bytes, at: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at this place begins and ends."""
    if der[at] != tag:
        raise ValueError(f"tag {der[at]:#x} where {tag:#x} is due")
    length, start = der[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(der[start : start + count], "big"), start + count
    if start + length > len(der):
        raise ValueError("it is cut off")
    return start, start + length
