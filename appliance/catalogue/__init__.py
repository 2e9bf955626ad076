"""One database of every song that MPD knows: its tags, its sound, and what the owner taught of it."""
