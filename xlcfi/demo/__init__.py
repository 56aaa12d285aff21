"""A market to try everything on."""
