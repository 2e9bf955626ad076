"""House music: original pieces for each emotion, made on the box, so that it plays before it has any songs."""

from appliance.composer.encode import ComposerError
from appliance.composer.files import ensure_house_music, has_own_songs
from appliance.composer.render import Piece, compose

__all__ = ["ComposerError", "Piece", "compose", "ensure_house_music", "has_own_songs"]
