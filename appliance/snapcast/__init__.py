"""The sound in several rooms: Snapcast's server, fed by MPD, and the loudspeakers that fetch from it."""
