"""All that knows MPD's protocol, its settings and its process."""
