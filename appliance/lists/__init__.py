"""Lists of songs from files and services: read, refreshed every week, matched to the songs on the box."""
