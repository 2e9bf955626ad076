import asyncio

from appliance.domain import reasons
from appliance.domain.emotions import Emotion
from appliance.domain.moods import Policy
from appliance.words.english import reason_in_words
from appliance.words.retelling import pattern_of, retold
from appliance.words.speaking import filled, speaking, spoken, t, tn

SEEN = reasons.MoodSeen(emotion=Emotion.FEAR, seen=5, led=4, unit="minute", policy=Policy.LIFT, step=2, steps=4)


def test_english_is_spoken_unless_something_else_is() -> None:
    assert (spoken(), t("Settings")) == ("en", "Settings")
    with speaking("de"):
        assert (spoken(), t("Settings")) == ("de", "Einstellungen")
        with speaking("en"):
            assert t("Settings") == "Settings"
    assert spoken() == "en"


def test_counts_take_the_form_of_the_language() -> None:
    assert [tn("{count} day", "{count} days", count) for count in (1, 2)] == ["1 day", "2 days"]
    with speaking("de"):
        assert [tn("{count} day", "{count} days", count) for count in (1, 2)] == ["1 Tag", "2 Tage"]


def test_a_reason_is_said_in_the_readers_language() -> None:
    with speaking("de"):
        assert reason_in_words(SEEN) == (
            "du sahst ängstlich aus, 4 von 5 Minuten, die ich dich sah; Schritt 2 von 4 zu „fröhlich“"
        )
    assert reason_in_words(SEEN).startswith("you looked afraid for 4 of the 5 minutes")


async def test_each_task_and_its_threads_speak_their_own_language() -> None:
    async def said(language: str) -> tuple[str, str]:
        with speaking(language):  # type: ignore[arg-type]
            await asyncio.sleep(0)
            return t("Password"), await asyncio.to_thread(t, "Password")

    german, english = await asyncio.gather(said("de"), said("en"))
    assert german == ("Passwort", "Passwort")
    assert english == ("Password", "Password")


def test_values_stand_in_their_slots_and_braces_of_others_stay() -> None:
    assert filled("{a} and {b}, {c}", a="{b}", b=2) == "{b} and 2, {c}"


def test_what_was_said_in_english_is_said_again() -> None:
    text = "The box answered 500."
    assert retold(text) == text
    with speaking("de"):
        assert retold(text) == "Die Box hat mit 500 geantwortet."
        assert retold("the last mood seen was happy") == "die letzte Stimmung war „fröhlich“"
        assert retold("something that nobody has foreseen") == "something that nobody has foreseen"
        assert retold("finite: it does not answer") == "finite: keine Antwort"
        assert retold("state/known.json: it does not answer") == "state/known.json: keine Antwort"
        assert retold("finite: nobody has foreseen it") == "finite: nobody has foreseen it"


def test_a_sentence_is_known_by_its_own_words() -> None:
    pattern = pattern_of("{file}: {size} of (at most) {size}")
    found = pattern.fullmatch("a: b.flac: 3 of (at most) 3")
    assert found
    assert found.groupdict() == {"file": "a: b.flac", "size": "3"}
    assert not pattern.fullmatch("a.flac: 3 of (at most) 4")
