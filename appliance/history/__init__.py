"""What was: moods, plays and skips, kept over restarts; and the picker's memory that follows from them."""

from appliance.history.history import History

__all__ = ["History"]
