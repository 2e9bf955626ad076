"""Makes and measures what Moodbox hears by: trained on music that its own composer makes, on nothing else."""
