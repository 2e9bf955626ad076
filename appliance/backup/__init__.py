"""Backups of all that the box keeps, and putting one back: whole or not at all (docs/reference/backup-format.md)."""
