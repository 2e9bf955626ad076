"""The box in Home Assistant: connection, discovery, states and commands over MQTT."""
