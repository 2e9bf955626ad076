"""What Moodbox says to people, made of data: one module for each language."""
