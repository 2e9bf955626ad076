"""Other boxes of the house, by the MQTT broker: who there is, pairing, their moods, what they ask."""
