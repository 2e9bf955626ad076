"""The thirty-five pieces as a composer jots them down: title, key, tempo, a theme of two bars, and its harmony."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.domain.emotions import Emotion, by_distance


@dataclass(frozen=True, slots=True)
class Sketch:
    """One piece in short. Harmony has four bars of chords, a comma parting two chords within a bar."""

    title: str
    key: str
    mode: str
    bpm: float
    metre: int
    band: str
    theme: str
    """Two bars in the notation of `motif.parse`."""
    verse: str
    """The phrase that asks: it ends open."""
    answer: str
    """The phrase that answers: it closes. Its last two bars are the piece's ending too."""
    bridge: str
    """The contrasting phrase."""


SKETCHES: Mapping[Emotion, tuple[Sketch, ...]] = {
    Emotion.HAPPY: (
        Sketch("Kitchen Window", "D", "major", 132, 4, "porch", "5e 3e 5e 6e 5q 3q | 2e 3e 4e 2e 1q re 5e",
               "I vi IV V", "I vi ii,V I", "IV I ii V"),
        Sketch("Bicycle Bell", "G", "major", 140, 4, "toybox", "1e 3e 5e 8e re 8e 7e 6e | 5q 3e 5e 4e 3e 2q",
               "I V vi IV", "I IV I,V I", "vi iii IV V"),
        Sketch("Saturday Roundabout", "F", "major", 168, 3, "carousel", "5q 6e 5e 3q | 4e 5e 4e 3e 2q",
               "I I ii V", "I IV V7 I", "vi ii IV V7"),
        Sketch("Paper Boats", "A", "mixolydian", 126, 4, "sunshine", "1e 3e 5q 7e 6e 5q | 4e 6e 5e 3e 2q re 5e",
               "I bVII IV I", "I bVII IV,V I", "ii IV bVII V"),
        Sketch("Skipping Stones", "C", "lydian", 144, 4, "parade", "3e 5e 6e 5e 8q 6e 5e | 3e 5e 2e 3e 1q 5q",
               "I II IV V", "I vi ii,V I", "vi II IV V"),
    ),
    Emotion.SAD: (
        Sketch("Rain on the Tram", "A", "aeolian", 63, 4, "window", "5h 4q 3q | 2q. 1e 2h",
               "i bVI iv V", "i bVI iv,V i", "bIII bVII iv V"),
        Sketch("The Empty Chair", "D", "aeolian", 60, 4, "parlour", "3q 2e 1e 5h | 4q. 3e 2h",
               "i v bVI iv", "i v iv,V i", "bVI bIII iv V"),
        Sketch("Letters Kept", "E", "aeolian", 72, 3, "parlour", "5h 3q | 4q 3q 2q",
               "i iv bVII V", "i iv V7 i", "bVI bIII ii%7 V"),
        Sketch("The Last Bus Home", "C", "dorian", 62, 4, "harbour", "1q 2q 3q. 2e | 5h 4q 3q",
               "i IV bVI v", "i iv V i", "bIII bVII IV V"),
        Sketch("November Garden", "G", "harmonic minor", 66, 4, "window", "8q 7q 6h | 5q. 4e 3h",
               "i iv viio V", "i iv V7 i", "bVI iv i V"),
    ),
    Emotion.FEAR: (
        Sketch("Footsteps Upstairs", "C", "octatonic", 92, 4, "stairs", "1e rq 2e rq 1q | rq 3e 4e rh",
               "i viio7 i bV", "i bIIo7 bV i", "bIIIo7 i bIIo7 bV"),
        Sketch("The Cellar Light", "E", "phrygian", 84, 5, "attic", "1h 2q. 1e rq | rq 5q 4e 6e rh",
               "i bII i bV", "i bII bVII i", "iv bII bvi bV"),
        Sketch("Between the Trees", "B", "locrian", 100, 4, "forest", "5e 6e rq 2q 1q | rh 8e 7e 6q",
               "io bII io bV", "io bII bv io", "biii bVI bII bV"),
        Sketch("Nobody at the Door", "F#", "hungarian", 88, 4, "attic", "rq 1e 2e 4q 3q | rq 2e 1e 7h",
               "i bII io bVI+", "i bVI+ V i", "iv io bII V"),
        Sketch("Low Water", "Eb", "octatonic", 108, 5, "stairs", "1e 2e rq 4e 3e rh | rq 1e 6e rq 5h",
               "io biiio io bvo", "io bIIo7 bvo i",
               "biiio bvo io bIIo7"),
    ),
    Emotion.ANGRY: (
        Sketch("Slammed Door", "E", "phrygian", 156, 4, "engine", "1e 1e 2e 1e 5e 4e 2e 1e | 1e 1e 2e 1e 7q 5q",
               "i5 bII5 i5 bVII5", "i5 bII5 bVII5 i5", "bVI5 bVII5 iv5 bV5"),
        Sketch("Red Light", "C", "aeolian", 148, 4, "anvil", "5q. 5e 6e 5e 3q | 4q. 4e 5e 4e 1q",
               "i5 bVI5 iv5 V5", "i5 bVI5 V5 i5", "bIII5 bVII5 bVI5 V5"),
        Sketch("Hammer and Wire", "D", "phrygian", 164, 4, "engine", "8e 7e 8e 5e re 5e 6e 5e | 4e 3e 4e 2e 1h",
               "i5 i5 bII5 bIII5", "i5 bIII5 bII5 i5", "iv5 bIII5 bVI5 bII5"),
        Sketch("Boiling Kettle", "F#", "harmonic minor", 152, 4, "anvil", "1e 2e 3e 5e 4q 7q | 6e 5e 4e 3e 2q 5q",
               "i5 iv5 bVI5 V5", "i5 iv5 V5 i5", "bVI5 iv5 bII5 V5"),
        Sketch("The Broken Lift", "G", "hungarian", 160, 4, "engine", "1q 3e 4e 5e 4e 3e 2e | 1q 7e 6e 5q 4q",
               "i5 bII5 bVI5 V5", "i5 bVI5 V5 i5", "bV5 i5 bII5 V5"),
    ),
    Emotion.DISGUST: (
        Sketch("Sour Milk", "C#", "octatonic", 72, 4, "swamp", "1q. #1e 2q b5q | 4q #3e 3e 2h",
               "i bII+ bV i", "i bVI+ bII i", "biii bV+ vi bII"),
        Sketch("Something in the Drain", "F", "whole tone", 76, 4, "drain", "3e #2e 3q 1h | 4q. b4e 2h",
               "I+ II+ I+ bVII+", "I+ bVII+ II+ I", "bVI+ I+ bVII+ II+"),
        Sketch("Cold Porridge", "Bb", "locrian", 104, 3, "canteen", "1q b2q 2q | 5e b5e 4h",
               "io bII bvi bV", "i bII bV i", "bVI bIII bII bV"),
        Sketch("The Sticky Floor", "D", "hungarian", 66, 4, "swamp", "5q b5q 4q #3q | 3q. 2e b2h",
               "i bII+ iv bV", "i bVI+ bII i", "iv bV+ i bII"),
        Sketch("Old Cheese", "Ab", "phrygian", 96, 3, "canteen", "3q #3e 3e 2q | 1q. b1e 1q",
               "i bV bII bVII+", "i bVI bII i", "biii bII bvi bV"),
    ),
    Emotion.SURPRISE: (
        Sketch("The Cork", "C", "lydian", 126, 4, "circus", "1e rq 8e re 5e 12e re | rh 4e 3e 9q",
               "I II bVI V", "I bVI II,V I", "bIII bVII bVI V"),
        Sketch("Wrong Parcel", "Eb", "major", 120, 4, "clockwork", "5e 5e rq 13q re 1e | re 4e 11e re rq 2q",
               "I bVI IV bII", "I III IV,V I", "bVI bIII bII V"),
        Sketch("Trapdoor", "G", "whole tone", 132, 4, "circus", "1e 2e 3e 4e 5e 6e rq | 13q rq 1q rq",
               "I+ II+ I+ bVI+", "I+ bVI+ II,V I", "bIII+ I+ bII+ V"),
        Sketch("Hiccups", "A", "major", 138, 3, "clockwork", "1e 10e re 8e rq | 5e rq 12e 2q",
               "I V bVI bIII", "I IV V I", "bVI bII bIII V"),
        Sketch("Snow in June", "F", "lydian", 116, 4, "fireworks", "8e 5e 12q re 11e 9q | 3q re 10e rh",
               "I II vi bVII", "I bVI II,V I", "bIII IV bVI V"),
    ),
    Emotion.NEUTRAL: (
        Sketch("Tuesday", "D", "dorian", 92, 4, "office", "1q 3e 4e 5q 4e 3e | 2q 4e 3e 1h",
               "i7 IV7 i7 IV7", "i7 IV7 bVII,IV i7", "bIII bVII IV i7"),
        Sketch("The Clean Desk", "G", "mixolydian", 96, 4, "walkway", "5q 4e 5e 3q 1q | 2q 3e 4e 5h",
               "I bVII IV I", "I bVII IV I", "ii7 IV v7 bVII"),
        Sketch("Slow Escalator", "C", "major", 90, 4, "lobby", "3q 4e 5e 6q 5q | 3e 2e 3q 2h",
               "Imaj7 iii7 IVmaj7 ii7", "Imaj7 iii7 ii7 Imaj7", "vi7 iii7 IVmaj7 ii7"),
        Sketch("The Reading Lamp", "F", "lydian", 108, 3, "reading", "5q 4q 3q | 2h 3q",
               "Imaj7 II Imaj7 iii7", "Imaj7 II vi7 Imaj7", "vi7 iii7 II vi7"),
        Sketch("Corridor", "E", "dorian", 100, 4, "office", "1e 2e 3q 5q 4q | 3e 4e 2q 1h",
               "i7 v7 IV i7", "i7 v7 IV i7", "bIIImaj7 IV bVII v7"),
    ),
}  # fmt: skip


def sketched(emotion: Emotion) -> Emotion:
    """The emotion whose sketches and style its pieces are made of: itself, or the nearest one that has some."""
    return next(each for each in (emotion, *by_distance(emotion)) if each in SKETCHES)
