"""The settings: one file for each table of the settings file."""
