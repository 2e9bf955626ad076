"""Small releases, signed by a key of their own, for tests."""

import functools
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from appliance.lib.ssh_signature import ssh_sign
from appliance.releases.container import NAMESPACE, pack_head
from appliance.releases.manifest import CODE, WHEELS, ReleaseManifest, ReleaseMember
from appliance.releases.places import UpdatePlaces, target_of_this_box

CONTENT = {
    "appliance/__init__.py": b'__version__ = "9.0.0"\n',
    "provisioning/update.sh": b"echo installing\n",
    "models/large.bin": bytes(range(256)) * 700,
}
WHEEL = "demo-1.0-py3-none-any.whl"


@functools.cache
def key() -> Path:
    """A key pair for the whole run of tests: making one takes a while."""
    file = Path(tempfile.mkdtemp(prefix="moodbox-key-")) / "maker"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file], check=True)
    return file


def sign(data: bytes) -> bytes:
    return ssh_sign(data, key(), NAMESPACE)


def trusted(folder: Path, options: str = f'namespaces="{NAMESPACE}"') -> UpdatePlaces:
    """Root's places below a folder, with the key as a signer of releases."""
    places = UpdatePlaces(folder / "opt", folder / "answers")
    for each in (places.opt, places.answers):
        each.mkdir(exist_ok=True)
    places.signers.write_text(f"maker {options} {key().with_suffix('.pub').read_text()}")
    return places


def manifest_of(members: Mapping[str, bytes], version: str, targets: Mapping[str, tuple[str, ...]]) -> ReleaseManifest:
    return ReleaseManifest(
        version=version,
        created="2026-11-29T12:00:00Z",
        notes="- It sings.\n",
        debs=("mpd",),
        targets=dict(targets),
        members=tuple(
            ReleaseMember(path=path, size=len(data), sha256=sha256(data).hexdigest(), program=path.endswith(".sh"))
            for path, data in sorted(members.items())
        ),
    )


def release(
    version: str = "9.0.0",
    content: Mapping[str, bytes] = CONTENT,
    targets: Mapping[str, tuple[str, ...]] | None = None,
    signed: Callable[[bytes], bytes] = sign,
) -> bytes:
    """The bytes of a release file; for this machine and one other unless `targets` says otherwise."""
    targets = {target_of_this_box(): (WHEEL,), "py399-abacus": (f"other-{WHEEL}",)} if targets is None else targets
    wheels = {name for names in targets.values() for name in names}
    members = {f"{CODE}/{name}": data for name, data in content.items()}
    members |= {f"{WHEELS}/{name}": name.encode() * 50 for name in wheels}
    manifest = manifest_of(members, version, targets)
    return pack_head(manifest, signed) + b"".join(members[each.path] for each in manifest.members)
