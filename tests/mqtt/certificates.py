"""An authority, a broker's certificate and a box's, made by openssl."""

import shlex
import subprocess
from pathlib import Path

_KEY = "-newkey rsa:2048 -nodes"


def make_certificates(folder: Path) -> None:
    """Write ca.pem, ca.key, server.pem, server.key, box.pem and box.key."""
    _openssl(folder, f"req -x509 {_KEY} -days 2 -subj /CN=authority -keyout ca.key -out ca.pem")
    (folder / "extensions").write_text("subjectAltName=IP:127.0.0.1\n")
    for name in ("server", "box"):
        _openssl(folder, f"req {_KEY} -subj /CN={name} -keyout {name}.key -out {name}.csr")
        signed_by = "-CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions"
        _openssl(folder, f"x509 -req -in {name}.csr {signed_by} -out {name}.pem")
        (folder / f"{name}.key").chmod(0o600)


def _openssl(folder: Path, command: str) -> None:
    subprocess.run(["openssl", *shlex.split(command)], cwd=folder, check=True, capture_output=True)
