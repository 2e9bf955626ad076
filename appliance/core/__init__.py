"""The conductor and its pure helpers: events come in, actions go out."""
