"""OpenSSH signatures: `ssh-keygen -Y sign` and `-Y verify`, each kind of file in a namespace of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from appliance.errors import MoodboxError

LARGEST = 16_000
"""No signature is longer, in bytes; the largest real ones (RSA with 16384 bits, armoured) stay below 7,000."""

_PATIENCE = 20.0  # seconds for one ssh-keygen; a security key may want to be touched, but that is for signing alone


class UnsignedError(MoodboxError, ValueError):
    """Something that no trusted signer has signed, or a signature that cannot be made."""


def ssh_sign(data: bytes, key: Path, namespace: str) -> bytes:
    """The armoured signature of `data` by a private key, or by the agent if `key` is a public key's file.

    ssh-keygen asks on the terminal for what it needs. Raises UnsignedError.
    """
    command = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", namespace]
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=False)
    except OSError as error:
        raise UnsignedError(f"ssh-keygen cannot be run ({error.strerror}); install openssh-client") from None
    if done.returncode:
        raise UnsignedError(f"{key}: cannot sign with it: {_last_line(done.stderr)}")
    return done.stdout


def ssh_verify(data: bytes, signature: bytes, allowed: Path, namespace: str, what: str) -> str:
    """Who signed `data`, as the allowed signers file calls them. Raises UnsignedError if it names nobody who did.

    `what` names the data in errors.
    """
    if not allowed.is_file():
        raise UnsignedError(
            f"{allowed}: there is no such file, so no signature is trusted; write a line for each signer into it: "
            f'NAME namespaces="{namespace}" PUBLIC-KEY'
        )
    # ssh-keygen wants the signature in a file; one in memory leaves nothing behind and needs no disk.
    with _in_memory(signature) as signed:
        found = _ssh_keygen([signed], b"", "find-principals", "-f", str(allowed), "-s", _path(signed))
        if found.returncode:
            raise UnsignedError(f"no signature by a signer listed in {allowed}: {_last_line(found.stderr)}")
        why = f"is by a key that no single line of {allowed} lists"
        # Of a key that is listed twice, ssh-keygen looks at one line alone, be it for another purpose or out of date.
        for line in allowed.read_bytes().splitlines():
            with _in_memory(line + b"\n") as alone:
                files = ["-f", _path(alone), "-s", _path(signed)]
                found = _ssh_keygen([alone, signed], b"", "find-principals", *files)
                if found.returncode:
                    continue
                signer = found.stdout.decode(errors="replace").splitlines()[0].split(",")[0]
                good = _ssh_keygen([alone, signed], data, "verify", "-I", signer, "-n", namespace, *files)
            if good.returncode == 0:
                return signer
            why = f"by {signer} is not for this {what}: {_last_line(good.stderr)}"
    raise UnsignedError(f"the signature {why}")


@contextlib.contextmanager
def _in_memory(content: bytes) -> Iterator[int]:
    """The descriptor of a file in memory that holds this."""
    memory = os.memfd_create("signature", os.MFD_CLOEXEC)
    try:
        os.write(memory, content)
        yield memory
    finally:
        os.close(memory)


def _path(descriptor: int) -> str:
    """Under which a child that is given the descriptor opens its file."""
    return f"/proc/self/fd/{descriptor}"


def _ssh_keygen(given: list[int], data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", "-Y", *arguments],
            input=data, capture_output=True, check=False, timeout=_PATIENCE, pass_fds=given,
        )  # fmt: skip
    except OSError as error:
        raise UnsignedError(f"ssh-keygen cannot be run ({error.strerror}); install openssh-client") from None
    except subprocess.TimeoutExpired:
        raise UnsignedError(f"ssh-keygen gave no answer for {_PATIENCE:.0f} s") from None


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it gave no reason"
