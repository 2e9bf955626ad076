"""`push`: signs a bundle, streams it to boxes over SSH and shows what each box says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from appliance.fleet.pushing import push_to, signed_push
from appliance.model import bundle
from tools.train_and_quantize.errors import PushError


def push(hosts: Sequence[str], file: Path, key: Path | None, dry_run: bool) -> None:
    """Push the bundle `file` to every host at once. Raises PushError if not all of them accept it.

    `key` is a private key, or a public one whose private half an agent holds.
    """
    bundle.read_bundle(file)
    stream = signed_push(file.read_bytes(), key)
    hosts = list(dict.fromkeys(hosts))  # a box takes one push at a time
    outcomes = asyncio.run(_to_all(hosts, stream, dry_run))
    if failed := [host for host, accepted in zip(hosts, outcomes, strict=True) if not accepted]:
        raise PushError(f"not accepted by {', '.join(failed)}; what each box said stands above")


async def _to_all(hosts: Sequence[str], stream: bytes, dry_run: bool) -> list[bool]:
    # Several boxes cannot share one terminal for questions.
    quiet = ("-oBatchMode=yes",) if len(hosts) > 1 else ()
    return list(await asyncio.gather(*(_to_one(host, quiet, stream, dry_run) for host in hosts)))


async def _to_one(host: str, options: Sequence[str], stream: bytes, dry_run: bool) -> bool:
    answer = await push_to(host, stream, lambda said: print(f"{host}: {said}", flush=True), options, dry_run)
    if answer.verdict is None:
        print(f"{host}: no verdict: {answer.why_none}", flush=True)
    return answer.accepted
