"""The vocabulary: emotions, looks, moods, commands, events and actions. Imports nothing else of Moodbox."""
