"""The songs on the box, as lists are matched to them."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.catalogue.reading import read_tags
from appliance.catalogue.schema import FILE
from appliance.lists.matching import KnownSong
from appliance.settings.settings import Settings


def known_songs(settings: Settings) -> Iterator[KnownSong]:
    """Every song of the box's catalogue; none where there is no catalogue yet."""
    for song in read_tags(settings.state_dir / FILE):
        yield KnownSong(song.file, song.title, song.artist or song.album_artist, song.duration, song.recording)
