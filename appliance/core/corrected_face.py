"""Which face a correction is about, where corrections teach faces too. Pure."""

from __future__ import annotations

from appliance.domain.moods import Mood
from appliance.domain.samples import SeenFace


class CorrectedFace:
    """Fed with faces that were seen alone, and with judgements; nothing of it is kept over a restart."""

    def __init__(self) -> None:
        self._sharpest: SeenFace | None = None
        self.face: SeenFace | None = None
        """The sharpest face of the time that was judged last; None if it was not that of one person."""

    def see(self, face: SeenFace) -> None:
        """A face was seen, and no other."""
        best = self._sharpest
        if best is None or best.model != face.model or face.sharpness > best.sharpness:
            self._sharpest = face

    def judged(self, mood: Mood) -> None:
        """What was seen since the judgement before is judged."""
        self.face, self._sharpest = (self._sharpest if mood.people == 1 else None), None
