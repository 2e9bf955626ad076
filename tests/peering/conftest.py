from tests.mqtt.conftest import broker

__all__ = ["broker"]
