"""The songs' folders as files: what is in them, and how the owner changes that. Knows nothing of MPD."""
