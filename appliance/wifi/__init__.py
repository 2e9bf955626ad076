"""Setting up the box's Wi-Fi from a phone: an access point of its own while it is in no network, by NetworkManager."""
