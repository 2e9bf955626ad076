import subprocess
from pathlib import Path

import pytest

from appliance.model.signature import SignatureError, sign, verify


def key(folder: Path, name: str) -> Path:
    file = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file], check=True)
    return file


def trust(folder: Path, *signers: tuple[str, Path], options: str = 'namespaces="moodbox-model"') -> Path:
    allowed = folder / "allowed_signers"
    allowed.write_text("".join(f"{name} {options} {file.with_suffix('.pub').read_text()}" for name, file in signers))
    return allowed


def test_a_signature_names_its_signer(tmp_path: Path) -> None:
    desktop, laptop = key(tmp_path, "desktop"), key(tmp_path, "laptop")
    allowed = trust(tmp_path, ("desktop", desktop), ("laptop", laptop))
    assert verify(b"a bundle", sign(b"a bundle", desktop), allowed) == "desktop"
    assert verify(b"a bundle", sign(b"a bundle", laptop), allowed) == "laptop"


def test_a_strangers_signature_is_refused(tmp_path: Path) -> None:
    allowed = trust(tmp_path, ("desktop", key(tmp_path, "desktop")))
    with pytest.raises(SignatureError, match=r"no signature by a signer listed in .*allowed_signers"):
        verify(b"a bundle", sign(b"a bundle", key(tmp_path, "stranger")), allowed)


def test_a_signature_of_other_bytes_is_refused(tmp_path: Path) -> None:
    desktop = key(tmp_path, "desktop")
    with pytest.raises(SignatureError, match="by desktop is not for this bundle"):
        verify(b"another bundle", sign(b"a bundle", desktop), trust(tmp_path, ("desktop", desktop)))


def test_a_signature_made_for_another_purpose_is_refused(tmp_path: Path) -> None:
    desktop = key(tmp_path, "desktop")
    command = ["ssh-keygen", "-Y", "sign", "-f", str(desktop), "-n", "git"]
    foreign = subprocess.run(command, input=b"a bundle", capture_output=True, check=True).stdout
    for options in ('namespaces="moodbox-model"', ""):
        with pytest.raises(SignatureError):
            verify(b"a bundle", foreign, trust(tmp_path, ("desktop", desktop), options=options))


@pytest.mark.parametrize("before", ["git", "desktop", "laptop,desktop"])
@pytest.mark.parametrize("options", ['namespaces="git"', 'namespaces="git,file"', 'valid-before="20200101"'])
def test_a_key_that_is_listed_for_another_purpose_first_signs_all_the_same(
    tmp_path: Path, before: str, options: str
) -> None:
    desktop = key(tmp_path, "desktop")
    allowed = trust(tmp_path, ("desktop", desktop))
    other = f"{before} {options} {desktop.with_suffix('.pub').read_text()}"
    allowed.write_text(f"# signers\n\n{other}{allowed.read_text()}")
    assert verify(b"a bundle", sign(b"a bundle", desktop), allowed) == "desktop"
    with pytest.raises(SignatureError, match="by desktop is not for this bundle"):
        verify(b"another bundle", sign(b"a bundle", desktop), allowed)
    allowed.write_text(other)
    with pytest.raises(SignatureError):
        verify(b"a bundle", sign(b"a bundle", desktop), allowed)


def test_another_key_of_the_same_name_signs_nothing_by_its_namespace(tmp_path: Path) -> None:
    desktop, laptop = key(tmp_path, "desktop"), key(tmp_path, "laptop")
    allowed = trust(tmp_path, ("owner", laptop))
    allowed.write_text(f'owner namespaces="git" {desktop.with_suffix(".pub").read_text()}{allowed.read_text()}')
    with pytest.raises(SignatureError, match="by owner is not for this bundle"):
        verify(b"a bundle", sign(b"a bundle", desktop), allowed)


@pytest.mark.parametrize("junk", [b"", b"junk", b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"])
def test_junk_is_no_signature(tmp_path: Path, junk: bytes) -> None:
    with pytest.raises(SignatureError):
        verify(b"a bundle", junk, trust(tmp_path, ("desktop", key(tmp_path, "desktop"))))


def test_without_a_file_of_allowed_signers_nobody_is_trusted(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match=r"allowed_signers: there is no such file.*namespaces"):
        verify(b"", b"", tmp_path / "allowed_signers")


def test_a_key_that_cannot_sign_is_named(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match="missing: cannot sign"):
        sign(b"a bundle", tmp_path / "missing")
