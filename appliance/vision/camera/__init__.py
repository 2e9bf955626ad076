"""The seam behind which frames come from: Pi camera, webcam, files from disk, a stand-in portrait, a fake."""

from appliance.vision.camera.base import Camera, CameraError, Shot
from appliance.vision.camera.choice import choose, real_camera_present

__all__ = ["Camera", "CameraError", "Shot", "choose", "real_camera_present"]
