import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import commands, events
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.moods import Policy
from appliance.domain.outputs import OutputKind, SoundOutput
from appliance.domain.status import OutputStatus
from appliance.domain.tuning import TuneKey
from appliance.mqtt.commands import BY, parse_command
from appliance.mqtt.entities import ENTITIES
from appliance.mqtt.errors import CommandError
from tests.statuses import a_status, changed

JACK = SoundOutput("hw:0", OutputKind.JACK)
OUTPUT = OutputStatus(device="hw:0", name="", kind=OutputKind.JACK, wanted="auto", offered=(SoundOutput("auto"), JACK))
STATUS = changed(a_status("[music]\nvolume_floor = 20\nvolume_cap = 80"), output=OUTPUT)
COMMANDED = [entity.key for entity in ENTITIES if entity.command]


@pytest.mark.parametrize(
    ("key", "payload", "event"),
    [
        ("override", b"happy", commands.Override(Emotion.HAPPY, BY)),
        ("override", b"auto", commands.Override(None, BY)),
        ("policy", b"cheer", commands.SetPolicy(Policy.CHEER, BY)),
        ("camera", b"OFF", commands.SetCamera(on=False, by_button=False, by=BY)),
        ("camera", b"ON", commands.SetCamera(on=True, by_button=False, by=BY)),
        ("music", b"OFF", commands.SetMusic(on=False, by=BY)),
        ("volume", b"20", commands.SetVolume(20, BY)),
        ("volume", b"80.0", commands.SetVolume(80, BY)),
        ("interval", b"2.5", commands.SetInterval(150, BY)),
        ("interval", b"0.1", commands.SetInterval(6, BY)),
        ("quiet", b"ON", commands.KeepQuiet(True, BY)),
        ("sleep_timer", b"30", commands.SetSleepTimer(1800, BY)),
        ("sleep_timer", b"0", commands.SetSleepTimer(None, BY)),
        ("output", b"auto", commands.SetOutput(SoundOutput("auto"), BY)),
        ("output", b"Headphone jack", commands.SetOutput(JACK, BY)),
        ("min_confidence", b"50", commands.Tune(TuneKey.MIN_CONFIDENCE, 0.5, BY)),
        ("quiet_hours", b" 22:30-07:00", commands.SetQuietHours("22:30-07:00", BY)),
        ("quiet_hours", b"never", commands.SetQuietHours("", BY)),
        ("gone_after", b"45", commands.Tune(TuneKey.GONE_AFTER, 45, BY)),
        ("pause_after", b"0", commands.Tune(TuneKey.PAUSE_AFTER, 0, BY)),
        ("fade", b"2.5", commands.Tune(TuneKey.FADE, 2.5, BY)),
        ("skip", b"PRESS", commands.Skip(BY)),
        ("judge_now", b"PRESS", commands.JudgeNow(BY)),
        ("wrong_mood", b"PRESS", commands.RejectMood(BY)),
        ("restart", b"PRESS", commands.RestartBox(BY)),
        ("power_off", b"PRESS", commands.SwitchPower("off", BY)),
        ("model", b"PRESS", commands.InstallLatestModel(BY)),
        ("software", b"PRESS", commands.InstallRelease(BY)),
    ],
)
def test_a_command_becomes_an_event(key: str, payload: bytes, event: events.Event) -> None:
    assert parse_command(key, payload, STATUS) == event


def test_every_entity_that_takes_commands_is_covered() -> None:
    for key in COMMANDED:
        with pytest.raises(CommandError, match=f"^{key}: "):
            parse_command(key, b"nonsense", STATUS)


@pytest.mark.parametrize(
    ("key", "payload"),
    [
        ("override", b"Happy"),
        ("override", b"unsure"),
        ("override", b""),
        ("policy", b"lift "),
        ("camera", b"on"),
        ("camera", b"True"),
        ("music", b"1"),
        ("volume", b"19"),
        ("volume", b"81"),
        ("volume", b"nan"),
        ("volume", b"inf"),
        ("volume", b"-30"),
        ("volume", b"3e1"),
        ("volume", "٣٠".encode()),
        ("volume", b"30\n"),
        ("interval", b"0"),
        ("output", b"hw:0"),
        ("min_confidence", b"101"),
        ("fade", b"10.1"),
        ("quiet_hours", b"25:00-07:00"),
        ("interval", b"1441"),
        ("skip", b"press"),
        ("restart", b"PRESS\x00"),
        ("power_off", b"ON"),
        ("skip", b"\xff"),
        ("skip", b"P" * 1_000_000),
    ],
)
def test_anything_else_is_refused(key: str, payload: bytes) -> None:
    with pytest.raises(CommandError):
        parse_command(key, payload, STATUS)


def test_a_refusal_says_what_was_found_and_what_would_be_right() -> None:
    with pytest.raises(CommandError, match="volume: '90' is no command; it must be a number from 20 to 80"):
        parse_command("volume", b"90", STATUS)
    with pytest.raises(CommandError, match="camera: 'on' is no command; it must be ON or OFF"):
        parse_command("camera", b"on", STATUS)


def test_what_takes_no_commands_says_so() -> None:
    with pytest.raises(CommandError, match="mood takes no commands"):
        parse_command("mood", b"happy", STATUS)


PAYLOADS = st.binary(max_size=200) | st.text(max_size=80).map(str.encode) | st.floats().map(lambda x: str(x).encode())


@given(
    st.sampled_from(COMMANDED),
    PAYLOADS | st.sampled_from([b"ON", b"OFF", b"PRESS", b"auto", *map(str.encode, EMOTIONS)]),
)
def test_any_payload_is_a_valid_event_or_refused(key: str, payload: bytes) -> None:
    try:
        event = parse_command(key, payload, STATUS)
    except CommandError:
        return
    match event:
        case commands.SetVolume(volume):
            assert 20 <= volume <= 80
        case commands.SetInterval(seconds):
            assert 5 <= seconds <= 86_400
        case _:
            assert payload.decode().isascii()
