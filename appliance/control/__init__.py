"""The control socket: how `moodbox status`, `skip`, `correct` and others talk to the running box."""
