"""`moodbox bench`: what is measured on this machine."""
