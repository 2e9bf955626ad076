"""Listening to the songs in idle time: a process without a network, and the box's end of the socket to it."""
