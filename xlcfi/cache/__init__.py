"""Redis, used as a cache that may vanish at any moment."""
