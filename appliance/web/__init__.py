"""The owner's page and the API behind it: asks in events, tells in JSON, never sees a frame."""
