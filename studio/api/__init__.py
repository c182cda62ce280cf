"""What the endpoints for programs share, and `/generate`."""
