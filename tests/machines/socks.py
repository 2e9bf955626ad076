"""A SOCKS 5 proxy behind a Unix socket: python3 socks.py SOCKET. Names are looked up where it runs (RFC 1928)."""

import asyncio
import contextlib
import ipaddress
import sys


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection: greeting, request, and then the bytes of both ends."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        *_, kind = await reader.readexactly(4)
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = str(ipaddress.ip_address(await reader.readexactly({1: 4, 4: 16}[kind])))
        port = int.from_bytes(await reader.readexactly(2), "big")
        there = await connect(host, port)
        writer.write(b"\x05" + (b"\x00" if there else b"\x04") + b"\x00\x01" + bytes(6))
        if there:
            await asyncio.gather(carry(reader, there[1]), carry(there[0], writer))
    writer.close()


async def connect(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    """A connection; None if there is none to be had."""
    with contextlib.suppress(OSError):
        return await asyncio.open_connection(host, port)
    return None


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All bytes of one direction."""
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def main() -> None:
    """Until it is told to stop."""
    async with await asyncio.start_unix_server(serve, sys.argv[1]) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
