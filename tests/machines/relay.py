"""Relays between vision and the conductor and records what vision sends: relay.py LISTEN CONNECT KEEP."""

import contextlib
import socket
import sys
import threading
from pathlib import Path

listen, connect, keep = sys.argv[1:]
server = socket.socket(socket.AF_UNIX)
server.bind(listen)
Path(listen).chmod(0o666)
server.listen()


def pump(source: socket.socket, target: socket.socket, copy: Path | None) -> None:
    with contextlib.suppress(ConnectionError):
        while data := source.recv(65_536):
            if copy:
                with copy.open("ab") as file:
                    file.write(data)
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)  # one end's death is the other's to hear of


while True:
    eyes, _ = server.accept()
    conductor = socket.socket(socket.AF_UNIX)
    conductor.connect(connect)
    threading.Thread(target=pump, args=(conductor, eyes, None), daemon=True).start()
    threading.Thread(target=pump, args=(eyes, conductor, Path(keep)), daemon=True).start()
