"""The socket between the vision process and the conductor."""
