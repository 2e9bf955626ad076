"""Makes the release files that boxes update themselves by."""
