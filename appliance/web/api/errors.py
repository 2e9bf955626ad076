"""What the API refuses, and how it says so."""

from __future__ import annotations

import math

from appliance.errors import MoodboxError


class WebError(MoodboxError):
    """An answer other than success: an HTTP status, and words that name what was found and what would be right."""

    def __init__(self, status: int, text: str, retry_after: float | None = None) -> None:
        """`retry_after`: seconds after which the same request may succeed."""
        super().__init__(text)
        self.status = status
        self.headers = {} if retry_after is None else {"Retry-After": str(max(1, math.ceil(retry_after)))}
