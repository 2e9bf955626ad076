"""OpenSSH signatures of bundles, in the namespace `moodbox-model`."""

from __future__ import annotations

from pathlib import Path

from appliance.lib import ssh_signature
from appliance.model.errors import ModelError

NAMESPACE = "moodbox-model"
LARGEST = ssh_signature.LARGEST
"""No signature is longer, in bytes."""


class SignatureError(ModelError):
    """A bundle that no trusted signer has signed, or a signature that cannot be made."""


def sign(data: bytes, key: Path) -> bytes:
    """The armoured signature of `data` by a private key, or by the agent if `key` is a public key's file.

    ssh-keygen asks on the terminal for what it needs. Raises SignatureError.
    """
    try:
        return ssh_signature.ssh_sign(data, key, NAMESPACE)
    except ssh_signature.UnsignedError as error:
        raise SignatureError(str(error)) from None


def verify(data: bytes, signature: bytes, allowed: Path) -> str:
    """Who signed `data`, as the allowed signers file calls them. Raises SignatureError if it names nobody who did."""
    try:
        return ssh_signature.ssh_verify(data, signature, allowed, NAMESPACE, "bundle")
    except ssh_signature.UnsignedError as error:
        raise SignatureError(str(error)) from None
