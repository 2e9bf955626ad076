"""Releases of Moodbox as files: their format, where they come from, and how one is handed to the updater."""
