"""The only code that ever sees a frame. It imports no music, MQTT or web page, and writes no frame to disk."""

import os

# OpenCV reads it when it is loaded: a picture that would fill the memory is refused instead of decoded.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")  # what is wrong with a picture or a camera we say ourselves
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(64_000_000))
