"""Many boxes at once over SSH: their file, what is done on each, stage by stage, and the report."""
