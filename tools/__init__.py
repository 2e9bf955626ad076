"""What runs on a desktop, not on the box."""
