"""The encryption of backups: pieces under a key made of a passphrase, none of which can be changed, moved or left out.

The key comes from Argon2id at the costs of RFC 9106's second recommended choice (64 MiB, three passes; libsodium has
one lane), the pieces are libsodium's secretstream (XChaCha20-Poly1305). The head is bound to every piece.
"""

from __future__ import annotations

import hmac
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from appliance.backup.errors import BackupError, DamagedBackup, PassphraseError, UnknownFormat
from appliance.lib.checksum import sha256_of

FORMAT = 1
SHORTEST, LONGEST = 8, 256
"""Characters of a passphrase."""
PIECE = 64 * 1024
"""Bytes in every piece but the last, which has at most as many."""
_MAGIC = b"MOODBACK"
# magic, format, passes, KiB of memory, salt, proof of the passphrase, head of the stream
_HEAD = struct.Struct(">8sHII16s16s24s")
_CHECKED = 8  # bytes of SHA-256 that follow the head, so that a damaged one is known from a wrong passphrase
HEAD = _HEAD.size + _CHECKED
"""Bytes before the first piece."""
_MORE = 17  # bytes by which a sealed piece is longer (crypto_secretstream_xchacha20poly1305_ABYTES)
_PASSES, _MEMORY = 3, 64 * 1024  # Argon2id's costs; KiB
_MOST_PASSES, _MOST_MEMORY = 16, 256 * 1024  # beyond them a file is damaged, or meant to harm


def sealed_size(size: int) -> int:
    """Bytes of the file that holds so many bytes."""
    return HEAD + size + _MORE * max(1, -(-size // PIECE))


def check_passphrase(passphrase: str) -> None:
    """Raises PassphraseError for one that is too short or too long to seal with."""
    if not SHORTEST <= len(passphrase) <= LONGEST:
        raise PassphraseError(
            f"the passphrase has {len(passphrase)} characters; it must have {SHORTEST} to {LONGEST} of them"
        )


def seal(content: Iterable[bytes], passphrase: str) -> Iterator[bytes]:
    """The file for some content, piece by piece. Raises PassphraseError, or BackupError if no key can be made."""
    import nacl.bindings as sodium  # takes five megabytes, which a box that makes no backup may keep

    check_passphrase(passphrase)
    salt, state = sodium.randombytes(16), sodium.crypto_secretstream_xchacha20poly1305_state()
    key, proof = _derive(passphrase, salt, _PASSES, _MEMORY)
    stream = sodium.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    head = _HEAD.pack(_MAGIC, FORMAT, _PASSES, _MEMORY, salt, proof, stream)
    head += bytes.fromhex(sha256_of(head))[:_CHECKED]
    yield head
    push = sodium.crypto_secretstream_xchacha20poly1305_push
    waiting = b""
    for piece in _in_pieces(content):
        if waiting:
            yield push(state, waiting, head)
        waiting = piece
    yield push(state, waiting, head, sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL)


def unseal(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """The content of a sealed file, from where it stands to its end; what has come is true, whatever comes after it.

    Raises DamagedBackup, UnknownFormat, PassphraseError, OSError, or BackupError if no key can be made.
    """
    import nacl.bindings as sodium
    from nacl.exceptions import CryptoError

    head = file.read(HEAD)
    found = _read_head(head)
    key, proof = _derive(passphrase, found.salt, found.passes, found.memory)
    if not hmac.compare_digest(proof, found.proof):
        raise PassphraseError("this is not the passphrase of this backup; nothing has been changed")
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, found.stream, key)
    position, final = HEAD, False
    while not final:
        sealed = file.read(PIECE + _MORE)
        if len(sealed) < _MORE:
            raise DamagedBackup(f"the backup is cut off after {position + len(sealed)} bytes; copy it again")
        try:
            piece, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(state, sealed, head)
        except (CryptoError, RuntimeError):
            short = len(sealed) < PIECE + _MORE
            what = "cut off or damaged" if short else "damaged"
            raise DamagedBackup(
                f"the backup is {what} between bytes {position} and {position + len(sealed)}; copy it again"
            ) from None
        position += len(sealed)
        final = tag == sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
        yield piece
    if file.read(1):
        raise DamagedBackup(f"more follows after the backup's end at byte {position}; copy it again")


@dataclass(frozen=True, slots=True)
class _Head:
    passes: int
    memory: int
    salt: bytes
    proof: bytes
    stream: bytes


def _read_head(head: bytes) -> _Head:
    if not head.startswith(_MAGIC):
        raise DamagedBackup("this is no backup of a Moodbox; give a file that `moodbox backup` or the page made")
    if len(head) < HEAD:
        raise DamagedBackup(f"the backup is cut off after {len(head)} bytes; copy it again")
    _, number, passes, memory, salt, proof, stream = _HEAD.unpack(head[: _HEAD.size])
    if bytes.fromhex(sha256_of(head[: _HEAD.size]))[:_CHECKED] != head[_HEAD.size :]:
        # a newer format may have another head, whose first bytes say so
        if number > FORMAT and head[8] == 0:
            raise UnknownFormat(f"the backup is of format {number}, or damaged; this Moodbox knows {FORMAT}: update it")
        raise DamagedBackup("the backup's first bytes are damaged; copy it again")
    if number != FORMAT:
        raise UnknownFormat(f"the backup is of format {number}; this Moodbox knows {FORMAT}: update it first")
    if not (1 <= passes <= _MOST_PASSES and 8 <= memory <= _MOST_MEMORY):
        raise DamagedBackup(f"the backup asks for {passes} passes over {memory} KiB, which no Moodbox does")
    return _Head(passes, memory, salt, proof, stream)


def _derive(passphrase: str, salt: bytes, passes: int, memory: int) -> tuple[bytes, bytes]:
    """The key, and what proves that it was made of the same passphrase and gives nothing of the key away."""
    import nacl.bindings as sodium
    from nacl.exceptions import CryptoError

    # the same letters may be typed composed or decomposed; Python passes a lone surrogate on
    secret = unicodedata.normalize("NFC", passphrase).encode(errors="surrogatepass")
    try:
        derived = sodium.crypto_pwhash_alg(48, secret, salt, passes, memory * 1024, sodium.crypto_pwhash_ALG_ARGON2ID13)
    except (CryptoError, MemoryError, RuntimeError) as error:
        raise BackupError(f"there is no memory for the key ({memory // 1024} MiB); try again later") from error
    return derived[:32], derived[32:]


def _in_pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of PIECE, the last of them shorter; none at all where there are no bytes."""
    gathered = bytearray()
    for part in content:
        gathered += part
        while len(gathered) >= PIECE:
            yield bytes(gathered[:PIECE])
            del gathered[:PIECE]
    if gathered:
        yield bytes(gathered)
