"""MPD as a unit of its own: writes its configuration, then becomes MPD, which answers systemd itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from appliance.errors import MoodboxError
from appliance.music.mpd import config, state_files
from appliance.music.mpd.lan import lan_lines
from appliance.music.mpd.process import find_program, free_port
from appliance.outputs.choosing import find_outputs
from appliance.settings.last_good import load_or_last_good
from appliance.settings.settings import Settings
from appliance.systemd.layout import MPD
from appliance.systemd.notify import Notifier

NOT_NEEDED = 79
"""The exit status that says so; the unit file knows it too."""


def main() -> int:
    """Become MPD; returns NOT_NEEDED if the owner has another, 1 with a line on standard error if it cannot start."""
    notifier = Notifier()
    settings, _ = load_or_last_good()
    if settings.music.mpd:
        notifier.ready(f"not needed: the settings name the MPD at {settings.music.mpd}")
        return NOT_NEEDED
    try:
        conf = configure(settings)
        program = find_program()
        state_files.before_start(settings.state_dir / "mpd", conf.parent)
    except MoodboxError as error:
        notifier.status(f"cannot start: {error}")
        print(error, file=sys.stderr)
        return 1
    return os.execv(program, [program, "--systemd", str(conf)])  # noqa: S606 - a program without a shell is wanted


def configure(settings: Settings) -> Path:
    """Write mpd.conf into the run directory and return where. Raises MusicError for settings that MPD cannot take."""
    socket, state = settings.run_dir / MPD, settings.state_dir / "mpd"
    # no desktop's sound server: a system unit has none, and may not even look for one in /run/user
    environment = {"XDG_RUNTIME_DIR": str(settings.run_dir)}
    rooms = config.rooms_fifo(socket)
    with config.written():
        config.make_fifo(rooms)
    port = free_port(settings.music.port) if settings.music.port else 0
    text = config.render_config(
        songs=settings.songs_dir,
        state=state,
        socket=socket,
        port=port,
        outputs=config.all_outputs(settings.music.output, environment, find_outputs(environment), rooms=rooms),
        lan=lan_lines(settings.music, lambda text: print(text, file=sys.stderr)) if port else (),
    )
    conf = socket.with_name("mpd.conf")
    with config.written():
        (state / "playlists").mkdir(parents=True, exist_ok=True)
        config.write_config(conf, text)
    return conf


if __name__ == "__main__":
    sys.exit(main())
