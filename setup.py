"""Moodbox's distribution: the appliance package and its command."""

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
VERSION = re.search(r'__version__ = "(.+?)"', (ROOT / "appliance" / "__init__.py").read_text())
assert VERSION

setup(
    name="moodbox",
    version=VERSION[1],
    description="A box that plays music by the mood on the faces in the room",
    long_description=(ROOT / "README.md").read_text() if (ROOT / "README.md").exists() else "",
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11,<3.14",
    packages=find_packages(include=["appliance", "appliance.*"]),
    package_data={
        "appliance.web": ["static/*", "blueprints/*"],
        "appliance.sound": ["ear.npz"],
        "appliance.words": ["locale/*.po"],
    },
    # Below `sys.prefix`: the model where it is looked for, and what brings the files of other projects' wheels.
    data_files=[
        ("share/moodbox/models", ["models/moodbox-edge.moodmodel"]),
        ("share/moodbox/provisioning", ["provisioning/fetch_assets.py", "provisioning/assets.sha256"]),
        ("share/moodbox/provisioning/requirements", ["provisioning/requirements/assets.txt"]),
    ],
    install_requires=[
        "ai-edge-litert>=2.0,<3",
        "aiohttp>=3.14,<4",
        "gpiozero>=2.0",
        "msgspec>=0.19",
        "numpy>=1.24,<2; python_version < '3.12'",
        "numpy>=2.1,<3; python_version >= '3.12'",
        # tflite-runtime wants the older numpy, which only OpenCV before 4.12 takes as pip reckons; a box overrides it.
        "opencv-python-headless>=4.8,<4.12; python_version < '3.12'",
        "opencv-python-headless>=4.13,<4.14; python_version >= '3.12'",
        "paho-mqtt>=2.1,<3",
        "pynacl>=1.6,<2",
        "python-mpd2>=3.1",
        "requests>=2.32,<3",
        "segno>=1.6,<2",
        "soundfile>=0.12",
        "spotipy>=2.26,<3",
        "tflite-runtime==2.14.0; python_version < '3.12'",
    ],
    extras_require={
        # As pip installs it, it brings an OpenCV for desktops into the place of the other one, which wants libGL; a
        # box takes it alone. Without it the same face model is run by TFLite.
        "mediapipe": ["mediapipe==0.10.15; python_version < '3.12'"],
        # Needs libsystemd's headers, and is of use to systemd's units alone; those of an installed box have Debian's.
        "unit": ["systemd-python>=235"],
    },
    entry_points={"console_scripts": ["moodbox = appliance.cli.main:main"]},
)
