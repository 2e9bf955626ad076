"""The base of every error that Moodbox raises on purpose."""


class MoodboxError(Exception):
    """Something the owner can mend: the text names the file or key, what was found, and what would be right."""
