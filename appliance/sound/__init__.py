"""What is heard in a song: features, its place on the valence-arousal plane, and which songs sound alike."""
