"""Keeps every packet that leaves a process of this machine, by whatever way, the loopback included: wiretap.py KEEP."""

import socket
import sys
from pathlib import Path

EVERYTHING, OUTGOING = 0x0003, 4

tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERYTHING))
with Path(sys.argv[1]).open("ab") as kept:
    while True:
        packet, (_, _, kind, *_) = tap.recvfrom(65_536)
        if kind == OUTGOING:
            kept.write(len(packet).to_bytes(4, "big") + packet)
            kept.flush()
