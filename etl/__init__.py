"""External food data."""
