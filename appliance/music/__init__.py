"""Music: the private MPD, and what we ask of it."""
