"""Journeys: which song comes next on the way from one mood to another, why, and what the owner's words teach."""
