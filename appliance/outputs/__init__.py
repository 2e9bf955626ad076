"""Where the sound can go: outputs found and named, the one to use, and a test tone."""
