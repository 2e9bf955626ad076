"""Several boxes of one house: pairing, signed messages, the mood of all rooms. Pure; clock and chance are given."""
