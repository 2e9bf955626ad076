"""The composition root: what starts and stops the parts, and carries out what the conductor decides."""
