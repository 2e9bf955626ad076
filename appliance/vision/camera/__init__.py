"""The seam behind which frames come from: Pi camera, webcam, files from disk, a stand-in portrait, a fake."""

from appliance.vision.camera.base import Camera, CameraError, Exposing, Shot
from appliance.vision.camera.factory import choose_camera, real_camera_present

__all__ = ["Camera", "CameraError", "Exposing", "Shot", "choose_camera", "real_camera_present"]
