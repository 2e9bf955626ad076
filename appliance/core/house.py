"""This room and the others of the house: whose moods the music goes by. No I/O; times are CLOCK_MONOTONIC seconds."""

from __future__ import annotations

from appliance.domain.actions import Action, Save, Say
from appliance.domain.commands import SetTogether
from appliance.domain.events import Message, RoomFelt, RoomLost
from appliance.domain.moods import Mood, Verdict
from appliance.peers.weighing import RoomMood, house_mood

_HERE = ""


class House:
    """`together` all rooms have one music, by the moods of all of them; apart each goes by its own."""

    def __init__(self, together: bool) -> None:
        self.together = together
        self._rooms: dict[str, RoomMood] = {}
        self._before = Mood(Verdict.UNSURE)

    def asked(self, event: Message, now: float) -> list[Action]:
        """What another box tells, or somebody chooses."""
        match event:
            case RoomFelt(box, mood, people):
                self._feel(box, mood, people, now)
            case RoomLost(box):
                self._rooms.pop(box, None)
            case SetTogether(on, by) if on is not self.together:
                self.together = on
                return [Say(f"One music for the house: {'yes' if on else 'no'} ({by})."), Save()]
        return []

    def here(self, mood: Mood, someone: bool, now: float) -> Mood:
        """What the music goes by, when this is the present mood of this room."""
        self._feel(_HERE, mood, max(1, mood.people) if someone else 0, now)
        found = house_mood(self._rooms.values(), now, self._before) if self.together else None
        if found is None or len(self._rooms) == 1:
            return mood
        self._before = found
        return found

    def _feel(self, box: str, mood: Mood, people: int, now: float) -> None:
        before = self._rooms.get(box)
        if people or before is None:
            self._rooms[box] = RoomMood(mood, people, None if people else now)
        elif before.left is None:  # it was left just now: what was felt last lingers
            self._rooms[box] = RoomMood(before.mood, before.people, now)
