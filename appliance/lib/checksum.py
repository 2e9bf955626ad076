"""SHA-256 in hex, of bytes, texts and files."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(data: bytes) -> str:
    """The hash of bytes: 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_of_text(text: str) -> str:
    """The hash of a text in UTF-8; lone surrogates, which that cannot hold, are taken as they are."""
    return sha256_of(text.encode(errors="surrogatepass"))


def sha256_of_file(file: Path) -> str:
    """The hash of a file's content. Raises OSError."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
