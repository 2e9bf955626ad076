"""The certificate: made on the box, of the owner's, damaged, expired, renewed."""

from __future__ import annotations

import re
import ssl
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.settings.settings import Settings, override_with
from appliance.settings.web import WebSettings
from appliance.web.certificate import DAYS, FILE, CertificateError, load_certificate, own_names, valid_until

NOW = datetime.now(UTC)
pytestmark = pytest.mark.needs("openssl")


def made(folder: Path, name: str, days: int = 30) -> tuple[Path, Path]:
    """A certificate and its key, as an owner brings them."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
         "/CN=box.example", "-days", str(days), "-keyout", key, "-out", certificate],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    key.chmod(0o600)
    return certificate, key


def owners(certificate: Path, key: Path) -> WebSettings:
    return WebSettings(https=True, certificate=str(certificate), key=str(key))


def test_the_box_makes_one_for_its_names_and_keeps_it(tmp_path: Path) -> None:
    web = WebSettings(https=True, names="box.example -x, evil")
    found = load_certificate(web, tmp_path, NOW)
    assert not found.own
    assert re.fullmatch("([0-9A-F]{2}:){31}[0-9A-F]{2}", found.fingerprint)
    assert timedelta(days=DAYS - 1) < found.until - NOW < timedelta(days=DAYS + 1)
    file = tmp_path / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
    shown = subprocess.run(
        ["openssl", "x509", "-noout", "-text", "-fingerprint", "-sha256", "-in", file],
        check=True, capture_output=True, text=True, timeout=60,
    ).stdout  # fmt: skip
    assert found.fingerprint in shown
    assert all(f"DNS:{name}" in shown for name in ("moodbox.local", "localhost", "box.example"))
    assert "CA:FALSE" in shown
    assert load_certificate(web, tmp_path, NOW).fingerprint == found.fingerprint


def test_names_that_no_certificate_can_hold_are_left_out() -> None:
    assert own_names("Box.Example a,b x\nIP:1 ..")[-2:] == ["box.example", "x"]


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_its_own_that_is_damaged_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    load_certificate(WebSettings(https=True), tmp_path, NOW)
    assert b"PRIVATE KEY" in (tmp_path / FILE).read_bytes()


def test_its_own_is_made_anew_a_month_before_its_end(tmp_path: Path) -> None:
    web = WebSettings(https=True)
    first = load_certificate(web, tmp_path, NOW)
    assert load_certificate(web, tmp_path, first.until - timedelta(days=31)).fingerprint == first.fingerprint
    assert load_certificate(web, tmp_path, first.until - timedelta(days=29)).fingerprint != first.fingerprint


def test_the_owners_is_taken(tmp_path: Path) -> None:
    found = load_certificate(owners(*made(tmp_path, "mine")), tmp_path, NOW)
    assert found.own
    assert not (tmp_path / FILE).exists()
    assert isinstance(found.context, ssl.SSLContext)


def test_one_that_is_over_is_refused_with_its_day(tmp_path: Path) -> None:
    web = owners(*made(tmp_path, "mine", days=3))
    with pytest.raises(CertificateError, match=r"good until 20\d\d-\d\d-\d\d only; renew it"):
        load_certificate(web, tmp_path, NOW + timedelta(days=4))


def test_what_is_wrong_with_the_owners_is_said_with_the_file(tmp_path: Path) -> None:
    (certificate, key), (_, other) = made(tmp_path, "mine"), made(tmp_path, "other")
    damaged = tmp_path / "damaged.pem"
    damaged.write_text(certificate.read_text()[:300])
    locked = tmp_path / "locked.key"
    subprocess.run(
        ["openssl", "ec", "-aes256", "-passout", "pass:secret", "-in", key, "-out", locked],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    locked.chmod(0o600)
    for files in (
        (certificate, other),
        (damaged, key),
        (tmp_path / "none.pem", key),
        (certificate, locked),
        (key, key),
    ):
        with pytest.raises(CertificateError, match=re.escape(str(files[0]))):
            load_certificate(owners(*files), tmp_path, NOW)
    key.chmod(0o644)
    with pytest.raises(CertificateError, match="read by everyone"):
        load_certificate(owners(certificate, key), tmp_path, NOW)


def test_without_openssl_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CertificateError, match="apt install openssl"):
        load_certificate(WebSettings(https=True), tmp_path, NOW)


def test_a_certificate_without_its_key_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ValueError, match="needs both"):
        override_with(Settings(), {"web.certificate": "/etc/mine.pem"})


@given(st.binary(max_size=200))
def test_rubbish_has_no_end(der: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        valid_until(der)
