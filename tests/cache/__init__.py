"""Redis as a cache that comes and goes."""
