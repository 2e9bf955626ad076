"""The page for browsers without scripts."""
